"""Solutions as JSON.

``pack`` and ``unpack`` keep everything, formulas in one shared table; ``readable`` is for people and
other programs, formulas as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from derivations.kernel.term import Term, TermError, make
from derivations.plain import plain
from derivations.solution import Block, PartSolution, Solution, Step

FORMAT = "derivations-solution-1"


class _Table:
    """Numbers terms, arguments first."""

    def __init__(self) -> None:
        self.entries: list[list[Any]] = []
        self._place: dict[Term, int] = {}

    def __call__(self, term: Term) -> int:
        if term not in self._place:
            args = [self(a) for a in term.args]
            data = str(term.data) if isinstance(term.data, Fraction) else term.data
            self._place[term] = len(self.entries)
            self.entries.append([term.head, data, *args])
        return self._place[term]

    def all(self, terms: Iterable[Term]) -> list[int]:
        return [self(t) for t in terms]


def pack(solution: Solution) -> dict[str, Any]:
    """The solution as JSON data."""
    table = _Table()

    def block(b: Block) -> dict[str, Any]:
        return {"title": b.title, "assuming": table.all(b.assuming), "chosen": table.all(b.chosen),
                "steps": [[table(s.formula), s.reason, s.continues] for s in b.steps]}

    def part(p: PartSolution) -> dict[str, Any]:
        return {"id": p.id, "title": p.title, "ask": p.ask, "verdict": p.verdict,
                "givens": table.all(p.givens), "goal": None if p.goal is None else table(p.goal),
                "blocks": [block(b) for b in p.blocks], "provided": table.all(p.provided),
                "axioms": [list(a) for a in p.axioms], "rechecked": p.rechecked, "words": p.words,
                "certificate": p.certificate, "message": p.message, "witness": p.witness,
                "instances": p.instances}
    parts = [part(p) for p in solution.parts]
    return {"format": FORMAT, "id": solution.id, "title": solution.title, "intro": solution.intro,
            "names": dict(solution.names), "parts": parts, "terms": table.entries}


def unpack(data: Any) -> Solution:
    """The solution again.  Errors: ValueError for anything that ``pack`` does not give."""
    try:
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r}")
        terms: list[Term] = []
        for head, value, *args in data["terms"]:
            # only earlier terms; a negative index would count from the end
            if not all(isinstance(k, int) and 0 <= k < len(terms) for k in args):
                raise ValueError(f"arguments {args!r}")
            terms.append(make(head, [terms[k] for k in args], Fraction(value) if head == "num" else value))

        def some(places: list[int]) -> tuple[Term, ...]:
            return tuple(terms[k] for k in places)

        def block(d: dict[str, Any]) -> Block:
            steps = tuple(Step(terms[k], reason, continues) for k, reason, continues in d["steps"])
            return Block(d["title"], some(d["assuming"]), steps, some(d["chosen"]))

        def part(d: dict[str, Any]) -> PartSolution:
            changed = {"givens": some(d["givens"]), "goal": None if d["goal"] is None else terms[d["goal"]],
                       "blocks": tuple(block(b) for b in d["blocks"]), "provided": some(d["provided"]),
                       "axioms": tuple((a, b) for a, b in d["axioms"])}
            return PartSolution(**{**d, **changed})
        return Solution(data["id"], data["title"], data["intro"], tuple(part(d) for d in data["parts"]),
                        data["names"])
    except (KeyError, TypeError, IndexError, TermError, AttributeError) as stop:
        raise ValueError(f"{type(stop).__name__}: {stop}") from stop


def readable(solution: Solution) -> dict[str, Any]:
    """What ``derivations solve --json`` prints."""
    def part(p: PartSolution) -> dict[str, Any]:
        return {"id": p.id, "title": p.title, "ask": p.ask, "verdict": p.verdict, "rechecked": p.rechecked,
                "givens": [plain(t) for t in p.givens], "goal": None if p.goal is None else plain(p.goal),
                "blocks": [{"title": b.title, "assuming": [plain(t) for t in b.assuming],
                            "chosen": [plain(t) for t in b.chosen],
                            "steps": [{"formula": plain(s.formula), "reason": s.reason,
                                       "continues": s.continues} for s in b.steps]} for b in p.blocks],
                "provided": [plain(t) for t in p.provided],
                "axioms": [{"name": name, "source": source} for name, source in p.axioms],
                "words": p.words, "message": p.message, "witness": p.witness, "instances": p.instances,
                "certificate": p.certificate}
    return {"id": solution.id, "title": solution.title, "intro": solution.intro,
            "parts": [part(p) for p in solution.parts]}
