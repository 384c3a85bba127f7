"""Closed forms found from linear recurrences.

For ``m(t + 1) = a m(t) + f(t)`` with f a sum of polynomials times powers, SymPy solves the linear
equations of the ansatz; the result is a proposal that induction must prove.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from derivations.kernel.normal import normalizer, relevant
from derivations.kernel.normal import to_term as to_plain
from derivations.kernel.term import MODAL, Term, TermError, add, eq, instantiate, num, op, show, subterms
from derivations.kernel.theorem import Context, Refused, Theorem
from derivations.statement.context import Context as Names
from derivations.statement.errors import StatementError
from derivations.statement.from_terms import from_term
from derivations.statement.to_terms import to_term
from derivations.tactics import givens as G
from derivations.tactics.context import Prove
from derivations.tactics.equation import supporting
from derivations.tactics.sequences import recurrences, step_by


def closed_form(ctx: Context, find: Term, prove: Prove) -> Term:
    """``find = closed form`` as a goal.  Errors: Refused if no closed form is found."""
    if find.head not in ("f", "g") or not find.args or find.args[0].head != "v" or not recurrences(ctx, find):
        return _by_chain(ctx, find, prove)
    return eq(find, recurrence_solution(ctx, find, find.args[0], prove))


def recurrence_solution(ctx: Context, find: Term, t: Term, prove: Prove) -> Term:
    """The proposed closed form of ``find``, a member at t of a sequence with a linear recurrence.

    Errors: Refused if the recurrence is of another kind or has no start value.
    """
    key = ("v", str(t.data), 0)
    after = instantiate(find, {key: add(t, 1)})
    e = step_by(ctx, after, prove, find)
    if e is None:
        raise Refused(f"no recurrence was found for {find!r}")
    right = e.goal.args[1]
    known = G.by_definition(ctx, right, prove)
    if known is not None:
        right = known.goal.args[1]
    start = next((f for n in (0, 1) if (f := _start(ctx, find, key, n, prove)) is not None), None)
    if start is None:
        raise Refused(f"no start value was found for {find!r}")
    n0, value = start
    atoms = _Atoms(ctx, find, t, prove)
    m, at, first = (atoms.expr(x) for x in (find, t, value))
    try:
        return atoms.term(solve_linear(m, atoms.expr(right), at, n0, first))
    except Refused:
        # quotients cancelled, roots of squares taken
        plain = to_plain(normalizer(relevant(f.goal for f in supporting(ctx, (right,), prove))).form(right))
        return atoms.term(solve_linear(m, atoms.expr(plain), at, n0, first))


class _Atoms:
    """Terms as SymPy expressions in symbols for all that is not arithmetic, and back."""

    def __init__(self, ctx: Context, find: Term, t: Term, prove: Prove) -> None:
        self.ctx, self.find, self.t, self.prove = ctx, find, t, prove
        self.symbols: dict[Term, Any] = {}
        self.heads = {"add": sympy.Add, "mul": sympy.Mul, "neg": lambda a: -a, "div": lambda a, b: a / b,
                      "pow": sympy.Pow}

    def expr(self, s: Term) -> Any:
        """The expression.  Errors: Refused where t stands inside what is not arithmetic, but for the sequence."""
        if isinstance(s.data, Fraction):
            return sympy.Rational(s.data.numerator, s.data.denominator)
        if s.head in self.heads:
            return self.heads[s.head](*(self.expr(a) for a in s.args))
        if s not in self.symbols:
            if s is not self.t and s is not self.find and ("v", str(self.t.data), 0) in s.symbols:
                raise Refused(f"{s!r} depends on the index")
            self.symbols[s] = self._symbol(s)
        return self.symbols[s]

    def _symbol(self, s: Term) -> Any:
        if s is self.t:
            return sympy.Symbol(str(s.data), integer=True, nonnegative=True)
        # a name of its own keeps the order of factors that a reader expects
        name = str(s.data) if s.head == "v" else show(s)
        while any(x.name == name for x in self.symbols.values()):
            name += "'"
        return sympy.Symbol(name, real=True, positive=True if self._positive(s) else None)

    def _positive(self, s: Term) -> bool:
        try:
            self.prove(self.ctx, op("lt", 0, s))
        except Refused:
            return False
        return True

    def term(self, e: Any) -> Term:
        """The term of an expression in these symbols."""
        return to_term(e, Names(bound={x: s for s, x in self.symbols.items()}))


def _start(ctx: Context, find: Term, key: Any, n: int, prove: Prove) -> tuple[int, Term] | None:
    first = instantiate(find, {key: num(n)})
    e = G.given_at(ctx, first, prove, lambda s: s is first)
    return None if e is None else (n, e.goal.args[1])


def _by_chain(ctx: Context, find: Term, prove: Prove) -> Term:
    from derivations.tactics import chains
    links = chains.run(ctx, find, None, chains.moves_for(find), prove)
    if not links:
        raise Refused(f"no simpler form of {find!r} was found")
    return eq(find, links[-1].theorem.goal.args[1])


def closed_sum(ctx: Context, t: Term, prove: Prove) -> Theorem | None:
    """``sum = closed form``, as SymPy proposes it and induction proves it; None if there is none."""
    if t.head != "sum" or t.random or any(s.head in MODAL or s.head in ("f", "g") for s in subterms(t)):
        return None
    try:
        found = sympy.piecewise_fold(from_term(t).doit())
        if isinstance(found, sympy.Piecewise):      # the last case is the one without an exception
            found = found.args[-1].expr
        found = sympy.factor(found)
        if found.has(sympy.Sum, sympy.Piecewise):
            return None
        return prove(ctx, eq(t, to_term(found)))
    except (StatementError, Refused, TermError, ValueError, NotImplementedError):
        return None


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
