r"""Extremes over numbers, and where they are taken.

``\min_x f(x) = c``: f is nowhere below c and somewhere c.  ``\sup_x f(x) = c``: c is the least upper bound.
``x^* = \arg\min_x f(x)``: f is nowhere below f(x*).
"""

from __future__ import annotations

from collections.abc import Callable

from derivations.kernel.term import Term, bind, forall, instantiate, op
from derivations.latex.meaning import Reader
from derivations.latex.notations.sums import ranged
from derivations.latex.scope import Scope, range_facts
from derivations.latex.sets import member
from derivations.latex.syntax import Node
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import fresh_index

EXAMPLES = {r"\min_x (x-1)^2": "", r"\arg\max_i x_i": "", r"\sup_{x \in [0, 1]} x": ""}


def is_extreme(scope: Scope, n: Node) -> bool:
    """Whether a side is the place of an extreme value, or one over a variable that is no index."""
    if n.kind != "extreme_over":
        return False
    kind, spec = n.data
    return kind.startswith("arg") or _is_number(scope, n) or (not spec.high and any(
        x.kind in ("interval", "field") for c in spec.conditions for x in c.args))


def _is_number(scope: Scope, n: Node) -> bool:
    _, spec = n.data
    if len(spec.names) != 1 or spec.low is not None or spec.high is not None:
        return False
    s = scope.lookup(spec.names[0])
    return s is not None and s.known and not (s.integer or s.arity or s.random)


def is_extreme_value(r: Reader, n: Node, value: Node) -> Term:
    """The statement that the extreme is this value, or is taken there.  Errors: Unreadable."""
    kind, _ = n.data
    sign = -1 if kind.endswith(("max", "sup")) else 1

    def below(a: Term, b: Term) -> Term:
        return op("le", a, b) if sign > 0 else op("le", b, a)

    c = r.number(value)
    if c.random:
        raise Unreadable("extreme values of random numbers are not read", n.start, n.end)
    x, premises, f = _function(r, n)
    if f(x).random:
        raise Unreadable("extreme values of random numbers are not read", n.start, n.end)
    if kind.startswith("arg"):
        here = [instantiate(p, {("v", str(x.data), 0): c}) for p in premises]
        return op("and", *here, forall(x, premises, below(f(c), f(x)))) if here else forall(x, [], below(f(c), f(x)))
    if kind in ("max", "min"):
        taken = op("eq", f(x), c)
        return op("and", forall(x, premises, below(c, f(x))),
                  bind("exists", x, op("and", *premises, taken) if premises else taken))
    v = fresh_index()
    value_ = f(x) if kind == "sup" else op("neg", f(x))
    return op("isleast", c if kind == "sup" else op("neg", c),
              bind("forall", v, forall(x, premises, op("le", value_, v))).args[0])


def _function(r: Reader, n: Node) -> tuple[Term, list[Term], Callable[[Term], Term]]:
    """The variable, what is known of it, and the values at it."""
    _, spec = n.data
    if len(spec.names) != 1:
        raise Unreadable("an extreme over one variable is expected", n.start, n.end)
    name = spec.names[0]
    s = r.scope.lookup(name)
    field = any(x.kind in ("interval", "field") for c in spec.conditions for x in c.args)
    if not (_is_number(r.scope, n) or field):
        variables, premises, body = ranged(r, n, spec, n.args[0])
        x, bounds = variables[0]
        premises = [*range_facts(x, bounds), *premises]
    elif s is not None and s.arity:
        raise Unreadable("extremes over vectors are not read", n.start, n.end)
    else:
        x = fresh_index()
        premises = []
        with r.scope.binding([name], [x]):
            for c in spec.conditions:
                premises += [member(r, r.value(c.args[0]), c.args[1])] if c.data == ("in",) else [r.truth(c)]
            body = r.value(n.args[0])
        if s is not None:
            key = ("v", s.name, 0)
            premises = [*(instantiate(f, {key: x}) for f in r.scope.facts if key in f.symbols), *premises]
    premises = [p for p in premises if p.head != "true"]
    if not isinstance(body, Term) or body.sort != "R":
        raise Unreadable("the extreme of a number is expected", n.start, n.end)
    whole = body
    return x, premises, lambda at: instantiate(whole, {("v", str(x.data), 0): at})
