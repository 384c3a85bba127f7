"""Sums and products with dots.

The last term tells the pattern: a part of it that runs, such as the n of ``x_1 + \\cdots + x_n``, and
the terms before the dots must be its first values.
"""

from __future__ import annotations

from collections.abc import Callable

from derivations.kernel.normal import normalizer
from derivations.kernel.term import Term, TermError, add, bind, mul, num, op, subterms
from derivations.latex.meaning import Reader, flat_product
from derivations.latex.syntax import Node
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Value, fresh_index, swapped

EXAMPLES = {r"x_1 + x_2 + \cdots + x_n": "", r"1 + b + \cdots + b^{n-1}": ""}


def _pattern(first: list[Term], last: Term, n: Node) -> tuple[Term, Term, Term, Term]:
    """Variable, template, start and end.  Errors: Unreadable if none or several fit."""
    norm = normalizer(frozenset())
    k = fresh_index()
    found: list[tuple[Term, Term, Term, Term]] = []
    candidates = [t for t in subterms(last) if t.sort == "R" and not t.bound and t.head != "num"]
    candidates.sort(key=lambda t: -len(subterms(t)))
    whole = [t for t in candidates if t is last]
    for c in [*(t for t in candidates if t is not last), *whole]:
        template = swapped(last, c, k)
        for start in range(4):
            try:
                good = all(norm.equal(swapped(template, k, num(start + j)), f) for j, f in enumerate(first))
            except (TermError, ZeroDivisionError):
                good = False
            if good:
                found.append((k, template, num(start), c))
                break
    if not found:
        raise Unreadable("the pattern of these dots is not clear; write the sum with its index", n.start, n.end)
    best = found[0]
    for other in found[1:]:
        # two readings agree if they give the same terms up to the same end
        a, b = best, other
        shift = op("add", b[3], op("neg", a[3]))
        moved = swapped(b[1], k, op("add", k, shift))
        if not norm.equal(moved, a[1]):
            if len(first) < 2:
                raise Unreadable("the pattern of these dots is not clear; write two terms before them", n.start, n.end)
            break
    return best


def _joined(first: list[Term], last: Term | None, head: str, n: Node) -> Term:
    if last is None:
        raise Unreadable("a last term is expected after the dots", n.start, n.end)
    if not first:
        raise Unreadable("terms are expected before the dots", n.start, n.end)
    k, template, lo, hi = _pattern(first, last, n)
    return bind(head, k, lo, hi, template)


def _scan(parts: list[Node], value: Callable[[Node], Term], head: str, n: Node) -> list[Term]:
    at = next(k for k, p in enumerate(parts) if p.kind == "dots")
    if sum(p.kind == "dots" for p in parts) > 1:
        raise Unreadable("only one run of dots is read in a sum", n.start, n.end)
    before = [value(p) for p in parts[:at]]
    after = [value(p) for p in parts[at + 1 :]]
    if not after:
        raise Unreadable("a last term is expected after the dots", n.start, n.end)
    # the longest run of terms before the dots that fits
    for skip in range(len(before)):
        try:
            run = _joined(before[skip:], after[0], head, n)
        except Unreadable:
            if skip + 1 == len(before):
                raise
            continue
        return [*before[:skip], run, *after[1:]]
    raise Unreadable("terms are expected before the dots", n.start, n.end)


def _quietly(r: Reader) -> Callable[[Node], Term]:
    """Terms around dots, which do not say that there are so many of them: x_1 + x_2 + ... + x_n may end at x_1."""

    def value(n: Node) -> Term:
        presumed = list(r.presumed)
        out = r.number(n)
        r.presumed[:] = presumed
        return out

    return value


def dotted_sum(r: Reader, n: Node) -> Value:
    """A sum with dots."""
    parts = [a.args[0] if a.kind == "neg" and a.args[0].kind == "dots" else a for a in n.args]
    out = _scan(parts, _quietly(r), "sum", n)
    return add(*out)


def dotted_product(r: Reader, n: Node) -> Value:
    """A product with dots."""
    out = _scan([p for p, _ in flat_product(n)], _quietly(r), "prod", n)
    return mul(*out)
