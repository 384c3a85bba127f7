"""Reading derivatives.

The derivative by a symbol or by one entry of a family.  Names that are defined from the variable
stand for their definitions, so that a derivative never takes them for constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import sympy
from sympy import Basic

from derivations.kernel.term import Term, bind, bvar, close_over, instantiate, make, op, var
from derivations.statement import claims, heads
from derivations.statement.context import Context
from derivations.statement.givens import NAMED, Definition, Given, Recurrence, Stated, name_of, names_in
from derivations.statement.reading import read, rule

Key = tuple[str, str, int]


@rule(heads.Diff)
def _diff(e: heads.Diff, c: Context) -> Term:
    f, *variables = e.args
    return derivative(f, variables, c)


@rule(sympy.Derivative)
def _derivative(e: sympy.Derivative, c: Context) -> Term:
    variables = [x for x, n in e.variable_count for _ in range(int(n))]
    return derivative(e.expr, variables, c)


def derivative(f: Basic, variables: Sequence[Basic], c: Context) -> Term:
    """The derivative by the variables in turn.  Errors: StatementError."""
    t = read(f, c)
    for x in variables:
        t = partial(t, _variable(x, c), c)
    return t


def _variable(x: Basic, c: Context) -> Term:
    p = read(x, c)
    if p.head not in ("v", "r", "f", "g"):
        raise c.error("asked for a derivative by a symbol or an entry of a family", f"{x}",
                      "name the variable with define(...) the other way round, or substitute")
    return p


def partial(f: Term, p: Term, c: Context) -> Term:
    """The derivative of ``f`` by the symbol or entry ``p``, all other entries of its family held fixed.

    Errors: StatementError if a name is tied to the variable by something that is no definition.
    """
    key: Key = (p.head, str(p.data), len(p.args))
    f = unfolded(f, key, c)
    v = var(f"%by{c.level}")
    c.level += 1
    try:
        if not p.args:
            return bind("deriv", v, instantiate(f, {key: v}), p)
        holes = [bvar(k) for k in range(len(p.args))]
        tests = [op("eq", h, a) for h, a in zip(holes, p.args, strict=True)]
        own = make(p.head, holes, p.data)
        here = op("ite", tests[0] if len(tests) == 1 else op("and", *tests), v, own)
        return bind("deriv", v, _decided(instantiate(f, {key: here})), p)
    finally:
        c.level -= 1


def _decided(t: Term) -> Term:
    """``if a = a`` decided: the entry itself."""
    args = [_decided(a) for a in t.args]
    out = t if all(a is b for a, b in zip(args, t.args, strict=True)) else make(t.head, args, t.data)
    return out.args[1] if out.head == "ite" and _certain(out.args[0]) else out


def _certain(c: Term) -> bool:
    return all(map(_certain, c.args)) if c.head == "and" else c.head == "eq" and c.args[0] is c.args[1]


# -- what depends on the variable ---------------------------------------------------------------

def unfolded(f: Term, key: Key, c: Context) -> Term:
    """``f`` with every name that is defined from the variable replaced by its definition.  Errors: StatementError."""
    defined = {name_of(g.left, c.where)[0]: g for g in c.givens if isinstance(g, Definition) and not _single(g)}
    defined.pop(key[1], None)
    uses = {**{name: names_in(g.right) for name, g in defined.items()}, **c.tied}
    moving = {key[1]}
    while more := {name for name, others in uses.items() if name not in moving and others & moving}:
        moving |= more
    while present := [k for k in sorted(f.symbols) if k[1] in moving and k[1] in defined]:
        f = instantiate(f, {k: _body(defined[k[1]], c) for k in present})
    for _, name, _ in sorted(f.symbols):
        if name in moving and name != key[1]:
            raise c.error(f"asked for a derivative by {key[1]} of an expression with {name}",
                          f"{name} tied to {key[1]} by an equation or a recurrence among the givens",
                          f"use define(...) for {name}, or write what it stands for")
    return f


def _body(g: Definition, c: Context) -> Term:
    """What a defined name stands for, its indices as holes."""
    kept = (dict(c.used), list(c.elements))
    with ExitStack() as stack:
        symbols = [stack.enter_context(c.binding(k)) for k in name_of(g.left, c.where)[1]]
        body = close_over(read(g.right, c), symbols)
    c.used, c.elements = kept
    return body


def _single(g: Definition) -> bool:
    """Whether the definition is of one entry, such as ``x[0]``, and not of a whole family."""
    return not set(name_of(g.left, "define")[1]) <= {r[0] for r in g.ranges}


def tied(givens: Sequence[Given]) -> dict[str, frozenset[str]]:
    """For each name that a recurrence, a single entry or an equation gives: the names it is given by."""
    out: dict[str, frozenset[str]] = {}

    def tie(left: Basic, right: Basic) -> None:
        name, _ = name_of(left, "givens")
        out[name] = out.get(name, frozenset()) | names_in(right)
    for g in givens:
        if isinstance(g, Definition) and _single(g):
            tie(g.left, g.right)
        elif isinstance(g, Recurrence):
            tie(g.left, g.right)
            for a, b in g.start:
                tie(a, b)
        elif isinstance(g, Stated):
            for a, b in _equations(g.claim):
                if isinstance(a, NAMED):
                    tie(a, b)
                if isinstance(b, NAMED):
                    tie(b, a)
    while True:
        more = {n: uses.union(*(out[u] for u in uses & set(out))) for n, uses in out.items()}
        if more == out:
            return out
        out = more


def _equations(claim: Basic) -> Iterator[tuple[Basic, Basic]]:
    """The equations that a given asserts outright, for all values of its indices."""
    if isinstance(claim, claims.Every):
        yield from _equations(claim.args[1])
    elif isinstance(claim, claims.AllOf):
        for part in claim.args:
            yield from _equations(part)
    elif isinstance(claim, (claims.Equal, sympy.Eq)):
        yield claim.args[0], claim.args[1]
