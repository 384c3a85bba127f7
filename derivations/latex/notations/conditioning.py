r"""Expectations given random variables.

``E[X \mid Y]`` is a random number.  Inside an expectation it is what defines it: E[g(Y) E[X | Y]] is
E[g(Y) X].  Elsewhere what Y determines is taken out, and what Y tells nothing about is averaged; what
is left is averaged over the event that Y has the value it has, if these values are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import count

from derivations.kernel.term import (
    MODAL,
    Term,
    add,
    at,
    bind,
    close_over,
    instantiate,
    mul,
    num,
    op,
    open_with,
    rvar,
    subterms,
)
from derivations.latex.meaning import Averaged, Reader
from derivations.latex.syntax import Node
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value, fresh_index

MAX_TERMS = 64      # of a product that is multiplied out
_NAMES = count(1)


def variables(r: Reader, nodes: Sequence[Node]) -> tuple[Term, ...]:
    """The random variables behind a bar.  Errors: Unreadable."""
    out: list[Term] = []
    for n in nodes:
        v: Value = r.value(n)
        if isinstance(v, Array) and len(v.shape) == 1 and isinstance(v.shape[0].data, Fraction):
            out += [v.at((num(k + 1),)) for k in range(int(v.shape[0].data))]
        elif isinstance(v, Term) and v.head in ("r", "g"):
            out.append(v)
        else:
            raise Unreadable(
                "behind the bar an event such as z \\ge 0 or a random variable is expected", n.start, n.end)
    return tuple(out)


@contextmanager
def averaging(r: Reader) -> Iterator[list[Averaged]]:
    """Where expectations given variables are put down, to be settled by the expectation around them."""
    old, r.averaged = r.averaged, []
    try:
        yield r.averaged
    finally:
        r.averaged = old


def given_variables(r: Reader, x: Term, ys: tuple[Term, ...], n: Node) -> Term:
    """``E[x | ys]``: a mark for it inside an expectation, else its value.  Errors: Unreadable."""
    if r.averaged is None:
        return valued(r, x, ys, n)
    bound = {t for _, t in r.scope.bound if isinstance(t, Term)}
    running = [t for t in bound if t.head == "v" and any(t in subterms(z) for z in (x, *ys))]
    running.sort(key=lambda t: str(t.data))
    mark = Averaged(f"%c{next(_NAMES)}", x, ys, tuple(running), n)
    r.averaged.append(mark)
    return at(mark.name, *running, random=True) if running else rvar(mark.name)


def settled(r: Reader, t: Term, marks: list[Averaged], linear: bool) -> Term:
    """The term with its marks replaced; ``linear``: it stands right inside an expectation.  Errors: Unreadable."""
    for m in reversed(marks):
        key = _key(m)
        if key not in t.symbols:
            continue
        found = _towered(t, m, []) if linear else None
        if found is None:
            body = valued(r, _plain(r, m.x, marks), m.ys, m.node)
            found = instantiate(t, {key: close_over(body, m.running)})
        t = found
    return t


def _plain(r: Reader, x: Term, marks: list[Averaged]) -> Term:
    return settled(r, x, [m for m in marks if _key(m) in x.symbols], False)


def _key(m: Averaged) -> tuple[str, str, int]:
    return ("g" if m.running else "r", m.name, len(m.running))


def _towered(t: Term, m: Averaged, beside: list[Term]) -> Term | None:
    """``t`` with x for the mark, if each mark is a factor only beside what the variables determine."""
    if _key(m) not in t.symbols:
        return t
    if t.head in ("add", "neg"):
        parts = [_towered(a, m, beside) for a in t.args]
        return None if any(p is None for p in parts) else op(t.head, *[p for p in parts if p is not None])
    if t.head == "mul":
        inside = [k for k, a in enumerate(t.args) if _key(m) in a.symbols]
        if len(inside) != 1:
            return None
        rest = [a for k, a in enumerate(t.args) if k != inside[0]]
        new = _towered(t.args[inside[0]], m, [*beside, *rest])
        return None if new is None else op("mul", *[new if k == inside[0] else a for k, a in enumerate(t.args)])
    if t.head == "div" and _key(m) not in t.args[1].symbols:
        new = _towered(t.args[0], m, [*beside, t.args[1]])
        return None if new is None else op("div", new, t.args[1])
    if t.head == "sum" and not any(_key(m) in a.symbols for a in t.args[:2]):
        if any(a.random for a in t.args[:2]):
            return None
        k = fresh_index()
        new = _towered(open_with(t.args[2], [k]), m, beside)
        return None if new is None else bind("sum", k, *t.args[:2], new)
    if t.head in ("r", "g") and t.data == m.name:
        ys = [open_with(close_over(y, m.running), t.args) for y in m.ys]
        if not all(_determined(b, ys) for b in beside):
            return None
        return open_with(close_over(m.x, m.running), t.args)
    return None


def chances(t: Term) -> set[Term]:
    """The random symbols outside of expectations."""
    out: set[Term] = set()
    stack = [t]
    while stack:
        n = stack.pop()
        if n.head in ("r", "g"):
            out.add(n)
        elif n.random and n.head not in MODAL:
            stack += n.args
    return out


def _determined(t: Term, ys: Sequence[Term]) -> bool:
    return not t.random or chances(t) <= set(ys)


def valued(r: Reader, x: Term, ys: tuple[Term, ...], n: Node) -> Term:
    """``E[x | ys]`` as a term in the variables.  Errors: Unreadable."""
    if _determined(x, ys):
        return x
    if apart(r, x, ys):
        return op("E", x)
    parts = _expanded(x)
    if parts is not None:
        out = []
        for factors in parts:
            rest = [f for f in factors if not _determined(f, ys)]
            if rest and not apart(r, mul(*rest), ys):
                break
            out.append(mul(*[f for f in factors if f not in rest], *([op("E", mul(*rest))] if rest else [])))
        else:
            return add(*out)
    if all(_whole(r, y) for y in ys):
        values = [fresh_index() for _ in ys]
        events = [op("eq", y, k) for y, k in zip(ys, values, strict=True)]
        out_ = op("condE", x, events[0] if len(events) == 1 else op("and", *events))
        for y, k in zip(ys, values, strict=True):
            out_ = bind("sum", k, y, y, out_)
        return out_
    raise Unreadable(
        "an expectation given a variable is read where the variable has whole values (declare, for example, "
        "'Y \\in \\{0, 1\\}, random'), where it is independent of what is averaged, and inside an expectation as "
        "E[g(Y) E[X \\mid Y]]", n.start, n.end)


def _expanded(t: Term) -> list[list[Term]] | None:
    """The terms of a sum, each a list of factors, with small powers multiplied out; None if there are too many."""
    if t.head == "add":
        out: list[list[Term]] = []
        for a in t.args:
            parts = _expanded(a)
            if parts is None:
                return None
            out += parts
        return out if len(out) <= MAX_TERMS else None
    if t.head == "neg":
        inner = _expanded(t.args[0])
        return None if inner is None else [[num(-1), *p] for p in inner]
    if t.head == "div":
        inner = _expanded(t.args[0])
        return None if inner is None else [[*p, op("div", 1, t.args[1])] for p in inner]
    factors: list[Term] = list(t.args) if t.head == "mul" else [t]
    if t.head == "pow" and t.args[0].head in ("add", "mul", "neg") and isinstance(t.args[1].data, Fraction) \
            and t.args[1].data in (2, 3, 4):
        factors = [t.args[0]] * int(t.args[1].data)
    elif t.head != "mul":
        return [[t]]
    out = [[]]
    for f in factors:
        inner = _expanded(f)
        if inner is None or len(out) * len(inner) > MAX_TERMS:
            return None
        out = [[*a, *b] for a in out for b in inner]
    return out


def apart(r: Reader, x: Term, ys: Sequence[Term]) -> bool:
    """Whether it is declared that x is independent of the variables."""
    mine, theirs = ({str(s.data) for s in found} for found in (chances(x), ys))
    if mine & theirs:
        return False
    for f in r.scope.facts:
        if f.head != "indep":
            continue
        blocks = [{name for kind, name, _ in b.symbols if kind in "rg"} for b in f.args]
        beside = [b for b in blocks if not b & theirs]
        if all(any(y in b for b in blocks) for y in theirs) and mine <= set().union(*beside):
            return True
    return False


def _whole(r: Reader, y: Term) -> bool:
    """Whether the values of a random variable are declared to be whole numbers."""
    for f in r.scope.facts:
        while f.head in ("forall", "imp"):
            f = f.args[-1]
        t = f.args[0] if f.args else f
        if f.head in ("law_bernoulli", "law_poisson"):
            about = t
        elif f.head == "surely" and t.head == "isint":
            about = t.args[0]
        elif f.head == "surely" and t.head in ("or", "eq"):
            parts = t.args if t.head == "or" else (t,)
            about = parts[0].args[0] if parts[0].args else t
            if not all(p.head == "eq" and p.args[0] is about and isinstance(p.args[1].data, Fraction)
                       and p.args[1].data.denominator == 1 for p in parts):
                continue
        else:
            continue
        if about is y or (about.head == y.head == "g" and about.data == y.data and len(about.args) == len(y.args)
                          and all(a.head == "b" for a in about.args)):
            return True
    return False
