"""From kernel terms to SymPy.

For the tools that search with SymPy: ``from_term`` rebuilds the expression with the objects the
author used, so that ``to_term`` of the result is the term again wherever SymPy keeps its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy
from sympy import Basic, Expr, Function, IndexedBase, Symbol, oo

from derivations.kernel.term import Term, bvar, op, open_with, var
from derivations.statement import claims, heads
from derivations.statement.errors import StatementError

_WHERE = "from_term"
_LETTERS = "kjilmn"


def _relation(kind: Callable[..., Basic]) -> Callable[..., Basic]:
    return lambda a, b: kind(a, b, evaluate=False)


_BUILD: dict[str, Callable[..., Any]] = {
    "add": sympy.Add, "mul": sympy.Mul, "neg": lambda a: -a, "div": lambda a, b: a / b,
    "pow": sympy.Pow, "sqrt": sympy.sqrt, "exp": sympy.exp, "log": sympy.log,
    "e": lambda: sympy.E, "pi": lambda: sympy.pi, "abs": sympy.Abs, "sign": sympy.sign,
    "relu": heads.ReLU, "max": sympy.Max, "min": sympy.Min, "floor": sympy.floor,
    "ceil": sympy.ceiling, "sin": sympy.sin, "cos": sympy.cos, "tanh": sympy.tanh,
    "ite": lambda c, a, b: sympy.Piecewise((a, c), (b, True)),
    "E": heads.E, "var": heads.Var, "cov": heads.Cov, "P": heads.P, "ind": heads.Ind,
    "condE": heads.E,
    "true": lambda: sympy.true, "false": lambda: sympy.false,
    "eq": _relation(sympy.Eq), "ne": _relation(sympy.Ne),
    "le": _relation(sympy.Le), "lt": _relation(sympy.Lt),
    "and": claims.AllOf, "or": claims.AnyOf, "not": claims.Negation, "imp": claims.Implication,
    "iff": claims.Iff, "isint": claims.IsInteger,
}


def from_term(t: Term, names: Mapping[str, Any] | None = None) -> Basic:
    """The SymPy expression (sort R) or relation (sort B) of a closed term.

    ``names`` gives the Symbol, Function or IndexedBase to use for a name (``Context.objects()``);
    other names become real Symbols and Functions.  Arithmetic is SymPy's own, so ``x/x`` becomes 1.
    Errors: StatementError for ``indep`` and other heads without a SymPy form, and for ``1/0``.
    """
    taken = set(names or ()) | {name for _, name, _ in t.symbols}
    return _Reader(dict(names or {}), taken).read(t)


class _Reader:
    def __init__(self, names: dict[str, Any], taken: set[str]) -> None:
        self.names = names
        self.taken = taken
        self.level = 0
        self.memo: dict[Term, Basic] = {}

    def read(self, t: Term) -> Basic:
        found = self.memo.get(t)
        if found is None:
            found = self.memo[t] = self._read(t)
        return found

    def _read(self, t: Term) -> Basic:
        if t.head == "num":
            assert isinstance(t.data, Fraction)
            return sympy.Rational(t.data.numerator, t.data.denominator)
        if t.head in ("v", "r"):
            return self._symbol(str(t.data))
        if t.head in ("f", "g"):
            return self._family(str(t.data), [self.read(a) for a in t.args])
        if t.head in ("sum", "prod", "maxover", "count"):
            lo, hi = self.read(t.args[0]), self.read(t.args[1])
            k, body = self._under(t.args[2], integer=True)
            if t.head in ("sum", "prod"):
                return (sympy.Sum if t.head == "sum" else sympy.Product)(body, (k, lo, hi))
            return (heads.MaxOver if t.head == "maxover" else heads.Count)((k, lo, hi), body)
        if t.head in ("forall", "exists"):
            k, body = self._under(t.args[0])
            return (claims.Every if t.head == "forall" else claims.Some)(sympy.Tuple(k, -oo, oo), body)
        if t.head == "isleast":
            return self._least(t)
        build = _BUILD.get(t.head)
        if build is None:
            raise StatementError(_WHERE, "asked for a term with a SymPy form", f"{t!r}",
                                 f"keep terms with {t.head} in the kernel language")
        value = build(*(self.read(a) for a in t.args))
        if isinstance(value, Expr) and (value is sympy.zoo or value is sympy.nan):
            raise StatementError(_WHERE, "asked for a real number", f"{t!r}",
                                 "division by zero has no SymPy form")
        return value

    def _symbol(self, name: str) -> Basic:
        known = self.names.get(name)
        return known if isinstance(known, Symbol) else Symbol(name, real=True)

    def _family(self, name: str, indices: list[Basic]) -> Basic:
        known = self.names.get(name)
        if isinstance(known, IndexedBase):
            return known[tuple(indices)]
        if known is not None and not isinstance(known, Symbol):
            return known(*indices)
        return Function(name)(*indices)

    def _under(self, body: Term, **assumptions: bool) -> tuple[Symbol, Basic]:
        free = [x for x in _LETTERS if x not in self.taken]
        name = free[self.level] if self.level < len(free) else f"k_{self.level}"
        while name in self.taken:
            name += "'"
        symbol = Symbol(name, **(assumptions or {"real": True}))
        # the temporary name must differ for the two kinds of variable, as the memo sees only it
        temporary = f"%{name}{'' if assumptions else 'r'}"
        self.names[temporary] = symbol
        self.level += 1
        try:
            return symbol, self.read(open_with(body, [var(temporary)]))
        finally:
            self.level -= 1

    def _least(self, t: Term) -> Basic:
        value, body = t.args
        if body.head != "and" or body.args[0] is not op("isint", bvar(0)) or len(body.args) < 2:
            raise StatementError(_WHERE, "asked for a least integer", f"{t!r}",
                                 "keep it in the kernel language")
        w = self.read(value)
        rest = body.args[1:]
        n, condition = self._under(op("and", *rest) if len(rest) > 1 else rest[0])
        return claims.Least(w, n, condition)
