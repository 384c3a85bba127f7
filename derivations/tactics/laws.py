"""What named laws say of their variables.

Cites the lemmas of a law for each variable, or for a whole family at once.
"""

from __future__ import annotations

from derivations.kernel.term import Instance, Term
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.lemmas.laws import LAWS
from derivations.tactics import context as C
from derivations.tactics import steps as S
from derivations.tactics.context import Prove


def _replacement(pattern: Term, law: Term) -> Instance | None:
    """Values of a lemma's placeholders that turn its premise into the law at hand."""
    out: Instance = {}
    for p, a in zip(pattern.args, law.args, strict=True):
        if p.head == "r":
            out[("r", str(p.data), 0)] = a
        elif p is not a:
            return None
    return out


def _names_law(formula: Term) -> bool:
    while formula.head in ("surely", "forall", "imp"):
        formula = formula.args[-1]
    return formula.head.startswith("law_")


def consequences(ctx: Context, prove: Prove) -> list[Theorem]:
    """Mean, variance, integrability and symmetry of every variable whose law is given."""
    out: list[Theorem] = []
    for formula in sorted(filter(_names_law, ctx), key=repr):
        u = C.universal(formula)
        law = u.conclusion if u is not None else formula
        for e in LAWS:
            (premise,) = e.lemma.hyps
            inst = _replacement(premise, law) if premise.head == law.head else None
            if inst is None:
                continue
            try:
                out.append(_everywhere(ctx, u, law, e.lemma, inst))
            except Refused:
                continue
    return [t for t in out if t.goal not in ctx]


def _everywhere(ctx: Context, u: C.Universal | None, law: Term, lemma: object, inst: Instance) -> Theorem:
    from derivations.kernel.theorem import Lemma
    assert isinstance(lemma, Lemma)
    if u is None:
        return S.cite(ctx, lemma, [S.assume(ctx, law)], inst)
    inner = ctx | set(u.premises)
    given = S.assume(inner, u.formula)
    for x in u.variables:
        given = S.modus(inner, given, at=x)
    for p in u.premises:
        given = S.modus(inner, given, S.assume(inner, p))
    t = S.cite(inner, lemma, [given], inst)
    for k, x in enumerate(reversed(u.variables)):
        t = S.generalise(ctx, t, x, list(u.premises) if k == 0 else [])
    return t

