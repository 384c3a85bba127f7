"""How symbols are spelled in LaTeX.

A name given by the user wins: plain LaTeX (``"sigma": r"\\sigma"``), or for a family a pattern with
``#1``, ``#2`` where the indices go (``"m": "m^{(#1)}"``).  Otherwise the name is read the way
people type names: ``beta_1``, ``beta1``, ``W_in``, ``x_hat``, ``t'``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

LOWER = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
           upsilon phi chi psi omega"""
_VARIANTS = "varepsilon vartheta varphi varrho ell"
UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = {name: "\\" + name for name in f"{LOWER} {_VARIANTS} {UPPER}".split()} | {"lamda": r"\lambda", "omicron": "o",
                                                          "epsilon": r"\varepsilon"}
_ACCENTS = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde", "dot": r"\dot", "check": r"\check"}
_UPRIGHTS = {"star": "*", "prime": "'", "plus": "+", "minus": "-"}

PLACEHOLDER = re.compile(r"#(\d)")
# reserved keys of a names mapping: "#" lists letters for bound variables, "#w" those for indices of w
LETTERS_KEY = "#"


def _word(text: str) -> str:
    """One word of a name: a letter, a Greek name, a number, or an upright word."""
    if text in GREEK:
        return GREEK[text]
    if len(text) == 1 or text.isdigit():
        return text if text not in "#$%&_{}~^\\" else ""
    safe = re.sub(r"[^A-Za-z0-9.+\-]", "", text)
    return rf"\mathrm{{{safe}}}"


def _split(name: str) -> tuple[str, list[str], str]:
    """The stem, the subscript words and the primes of a typed name."""
    found = re.fullmatch(r"(.*?)(?:'(\d+)|('*))", name, re.S)
    assert found is not None
    primes = "'" * (int(found[2]) if found[2] else len(found[3] or ""))
    if len(primes) > 3:
        primes = rf"^{{({len(primes)})}}"
    words = [w for w in re.split(r"_+", found[1]) if w]
    if not words:
        return "", [], primes
    stem, subs = words[0], words[1:]
    digits = re.fullmatch(r"([A-Za-z]+)(\d+)", stem)
    if digits and (len(digits[1]) == 1 or digits[1] in GREEK):
        stem, subs = digits[1], [digits[2], *subs]
    return stem, subs, primes


def _typed(name: str, indices: Sequence[str]) -> str:
    """A typed name with its own subscripts and the indices of a family after them."""
    stem, words, primes = _split(name)
    base = _word(stem) or r"\mathrm{" + re.sub(r"[^A-Za-z0-9]", "", name) + "}"
    subs: list[str] = []
    for word in words:
        if word in _ACCENTS:
            base = f"{_ACCENTS[word]}{{{base}}}"
        elif word in _UPRIGHTS:
            primes += _UPRIGHTS[word] if word == "prime" else f"^{{{_UPRIGHTS[word]}}}"
        else:
            subs.append(_word(word))
    if primes and "^" not in primes and len(base) > 1 and base.startswith("\\mathrm"):
        base = f"{{{base}}}"
    inside = ",".join([s for s in subs if s] + list(indices))
    return base + primes + (f"_{{{inside}}}" if inside else "")


def spell(name: str, indices: Sequence[str], names: Mapping[str, str]) -> str:
    """The LaTeX of a symbol, or of a family at already written indices."""
    given = names.get(name)
    if given is None:
        return _typed(name, indices)
    wanted = {int(k) for k in PLACEHOLDER.findall(given)}
    if wanted and max(wanted) <= len(indices):
        return PLACEHOLDER.sub(lambda m: indices[int(m[1]) - 1], given)
    if wanted:                      # the pattern belongs to another symbol of the same name
        return _typed(name, indices)
    if not indices:
        return given
    stem = f"{{{given}}}" if top_level(given, "_") else given
    return f"{stem}_{{{','.join(indices)}}}"


def in_script(name: str, names: Mapping[str, str]) -> bool:
    """Whether the indices of this family are set as sub- or superscripts."""
    given = names.get(name, "")
    at = given.find("#1")
    return at < 0 or given[:at].count("{") > given[:at].count("}") or given[:at].endswith(("_", "^"))


def top_level(tex: str, mark: str) -> bool:
    """Whether the character occurs outside all braces."""
    depth = 0
    for k, c in enumerate(tex):
        if c in "{}" and (k == 0 or tex[k - 1] != "\\"):
            depth += 1 if c == "{" else -1
        elif c == mark and depth == 0:
            return True
    return False


def letters_for(families: Sequence[str], usual: str, names: Mapping[str, str], index: bool) -> list[str]:
    """Names for a bound variable, best first: the hints for the families it indexes, then the usual.

    The hint for all families is used for an ``index`` only, not for a variable that is a real number.
    """
    hints = [names[LETTERS_KEY + f] for f in families if LETTERS_KEY + f in names]
    if index:
        hints.append(names.get(LETTERS_KEY, ""))
    return list(dict.fromkeys(" ".join([*hints, usual]).split()))
