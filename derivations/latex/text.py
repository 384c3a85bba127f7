"""Running text as LaTeX.

Plain text is escaped; ``prose`` lets ``$...$`` and ``$$...$$`` through as formulas.
"""

from __future__ import annotations

import re

_ESCAPES = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "%": r"\%", "&": r"\&",
            "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "$": r"\$",
            "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}"}
_SYMBOLS = {"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "→": r"\to", "⇒": r"\Rightarrow", "⇔": r"\iff",
            "×": r"\times", "·": r"\cdot", "∞": r"\infty", "∈": r"\in", "−": "-", "±": r"\pm", "√": r"\surd",
            "∑": r"\sum", "∏": r"\prod", "≈": r"\approx", "²": "^2", "³": "^3", "∼": r"\sim"}
_LETTERS = """alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"""
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", _LETTERS.split(), strict=True))
_QUOTES = "–—‘’“”…"
# what T1 fonts have: Latin letters with accents, and the punctuation above
_PRINTABLE = re.compile(r"[\n\x20-\x7e\xa0-\u017f" + _QUOTES + "]")
_MATH = re.compile(r"(\$\$.+?\$\$|\$[^$]+?\$)", re.S)


class Tex(str):
    """Text that is LaTeX already and must not be escaped."""

    __slots__ = ()


def _char(c: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    if c in _SYMBOLS:
        return rf"\ensuremath{{{_SYMBOLS[c]}}}"
    if c in _GREEK:
        return rf"\ensuremath{{\{_GREEK[c]}}}"
    if c == "\t":
        return " "
    return c if _PRINTABLE.match(c) else f"[U+{ord(c):04X}]"


def escape(text: str) -> Tex:
    """Plain text; every character stands for itself."""
    return Tex("".join(map(_char, text)))


def prose(text: str) -> Tex:
    """Text with formulas between dollars; a lone dollar is a dollar."""
    text = re.sub(r"\n\s*\n", "\n\n", text.strip())
    parts = _MATH.split(text)
    return Tex("".join(_formula(p) if k % 2 else escape(p.replace(r"\$", "$")) for k, p in enumerate(parts)))


def _formula(part: str) -> str:
    # an empty line inside a formula stops TeX
    part = re.sub(r"\n\s*", " ", part)
    return rf"\[{part[2:-2]}\]" if part.startswith("$$") else part
