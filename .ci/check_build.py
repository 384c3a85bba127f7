"""Looks at what a build and the catalogue gave.

Every part of the finished sources is proved and rechecked, or in words; every set has its two PDFs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

SOURCES = ("000", "001")        # those whose parts must all be there


def complaints(folder: Path) -> list[str]:
    """What is not as it should be."""
    out = []
    rows = [r for r in json.loads((folder / "catalogue.json").read_bytes()) if r["source"] in SOURCES]
    out += [f"the catalogue has no part of source {s}" for s in SOURCES if all(r["source"] != s for r in rows)]
    for r in rows:
        if not (r["status"] == "words" or (r["status"] == "proved" and r["rechecked"])):
            out.append(f"part {r['part']} of {r['id']}: status {r['status']}, rechecked {r['rechecked']}")
    sets = [p for p in (folder / "build").iterdir() if p.is_dir() and not p.name.startswith(".")]
    if not sets:
        out.append("nothing was built")
    for s in sets:
        for name in ("solutions.pdf", "problems.pdf"):
            pdf = s / name
            if not pdf.is_file() or not pdf.read_bytes().startswith(b"%PDF-"):
                out.append(f"{pdf} is no PDF")
    for source in SOURCES:
        mine = [r["status"] == "proved" for r in rows if r["source"] == source]
        print(f"source {source}: {len(mine)} parts, {sum(mine)} proved, {len(mine) - sum(mine)} not")
    print(f"{len(sets)} sets built")
    return out


if __name__ == "__main__":
    found = complaints(Path(sys.argv[1]))
    print("\n".join(found))
    sys.exit(1 if found else 0)
