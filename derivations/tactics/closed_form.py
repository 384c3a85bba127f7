"""Closed forms found from linear recurrences.

For ``m(t + 1) = a m(t) + f(t)`` with f a sum of polynomials times powers, SymPy solves the linear
equations of the ansatz; the result is a proposal that induction must prove.
"""

from __future__ import annotations

from typing import Any

import sympy

from derivations.kernel.term import Term, add, eq, instantiate
from derivations.kernel.theorem import Context, Refused
from derivations.statement.from_terms import from_term
from derivations.tactics import givens as G
from derivations.tactics.context import Prove
from derivations.tactics.sequences import recurrences, step_by


def closed_form(ctx: Context, find: Term, prove: Prove, context: Any) -> Term:
    """``find = closed form`` as a goal.  Errors: Refused if no closed form is found."""
    from derivations.statement.to_terms import to_term
    if find.head not in ("f", "g") or not find.args:
        return _by_chain(ctx, find, prove)
    t = find.args[0]
    if t.head != "v" or not recurrences(ctx, find):
        return _by_chain(ctx, find, prove)
    key = ("v", str(t.data), 0)
    after = instantiate(find, {key: add(t, 1)})
    e = step_by(ctx, after, prove, find)
    if e is None:
        raise Refused(f"no recurrence was found for {find!r}")
    right = e.goal.args[1]
    known = G.by_definition(ctx, right, prove)
    if known is not None:
        right = known.goal.args[1]
    names = dict(context.objects())
    left_s, right_s = from_term(find, names), from_term(right, names)
    t_s = from_term(t, names)
    start = next((f for n in (0, 1) if (f := _start(ctx, find, key, n, prove)) is not None), None)
    if start is None:
        raise Refused(f"no start value was found for {find!r}")
    n0, value = start
    solution = solve_linear(left_s, right_s, t_s, n0, from_term(value, names))
    return eq(find, to_term(solution, context))


def _start(ctx: Context, find: Term, key: Any, n: int, prove: Prove) -> tuple[int, Term] | None:
    from derivations.kernel.term import num
    first = instantiate(find, {key: num(n)})
    e = G.given_at(ctx, first, prove, lambda s: s is first)
    return None if e is None else (n, e.goal.args[1])


def _by_chain(ctx: Context, find: Term, prove: Prove) -> Term:
    from derivations.tactics import chains
    links = chains.run(ctx, find, None, chains.moves_for(find), prove)
    if not links:
        raise Refused(f"no simpler form of {find!r} was found")
    return eq(find, links[-1].theorem.goal.args[1])


def solve_linear(m: Any, right: Any, t: Any, n0: int, value: Any) -> Any:
    """The solution of ``m(t + 1) = right`` (affine in ``m(t)``) with ``m(n0) = value``.

    Errors: Refused if the recurrence is of another kind.
    """
    x = sympy.Dummy("x")
    body = sympy.expand(right.xreplace({m: x}), power_exp=True)
    a = body.coeff(x, 1)
    f = sympy.expand(body - a * x)
    if f.has(x) or a.has(t):
        raise Refused("the recurrence is not linear with a constant factor")
    groups = _exponentials(f, t)
    unknowns: list[Any] = []
    ansatz = sympy.Integer(0)
    for base, degree in groups.items():
        resonant = 1 if sympy.expand(base - a) == 0 else 0
        for k in range(degree + 1):
            q = sympy.Dummy(f"q{k}")
            unknowns.append(q)
            ansatz += q * t ** (k + resonant) * base**t
    residue = sympy.expand(ansatz.xreplace({t: t + 1}) - a * ansatz - f, power_exp=True)
    equations = _coefficients(residue, t)
    found = sympy.linsolve(equations, unknowns) if unknowns else [()]
    solved = next(iter(found), None)
    if solved is None:
        raise Refused("the ansatz has no solution")
    particular = ansatz.xreplace(dict(zip(unknowns, solved, strict=True)))
    free = {q: sympy.Integer(0) for q in unknowns if particular.has(q)}
    particular = particular.xreplace(free)
    amplitude = (value - particular.xreplace({t: sympy.Integer(n0)})) / a**n0
    return readable(particular + amplitude * a**t, t)


def _exponentials(f: Any, t: Any) -> dict[Any, int]:
    """Bases of the powers in f with the degree of the polynomial in front of each."""
    out: dict[Any, int] = {}
    for term in sympy.Add.make_args(f):
        if term == 0:
            continue
        base, degree = sympy.Integer(1), 0
        for factor in sympy.Mul.make_args(term):
            b, e = factor.as_base_exp()
            if not factor.has(t):
                continue
            if b == t and e.is_Integer and e > 0:
                degree += int(e)
            elif not b.has(t) and (c := sympy.expand(e).coeff(t, 1)) != 0 and not (e - c * t).expand().has(t):
                base *= b**c
            else:
                raise Refused(f"the term {factor} is neither a power of t nor an exponential")
        out[base] = max(out.get(base, 0), degree)
    return out


def _coefficients(residue: Any, t: Any) -> list[Any]:
    groups: dict[Any, Any] = {}
    for term in sympy.Add.make_args(residue):
        key, rest = sympy.Integer(1), sympy.Integer(1)
        for factor in sympy.Mul.make_args(term):
            if not factor.has(t):
                rest *= factor
                continue
            b, e = factor.as_base_exp()
            if b == t:
                key *= factor
            else:
                c = sympy.expand(e).coeff(t, 1)
                key *= b ** (c * t)
                rest *= b ** sympy.expand(e - c * t)
        groups[key] = groups.get(key, sympy.Integer(0)) + rest
    return list(groups.values())


def readable(e: Any, t: Any) -> Any:
    """The shortest of a few equal forms, with ``1 - b`` rather than ``b - 1`` in factors."""
    forms = [e, sympy.factor(e), sympy.collect(sympy.expand(e), t)]
    best = min(forms, key=lambda f: (sympy.count_ops(f), str(f)))
    return _turned(best)


def _turned(e: Any) -> Any:
    num, den = e.as_numer_denom() if e.is_Mul or e.is_Pow else (e, sympy.Integer(1))
    sign = 1
    sides = []
    for side in (num, den):
        factors = []
        for f in sympy.Mul.make_args(side):
            b, n = f.as_base_exp()
            if b.is_Add and len(b.args) == 2 and sympy.Integer(-1) in b.args and n.is_Integer:
                factors.append(sympy.Pow(-b, n))
                sign *= (-1) ** int(n)
            else:
                factors.append(f)
        sides.append(sympy.Mul(*factors))
    return sign * sides[0] / sides[1]
