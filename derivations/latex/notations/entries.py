"""Entries in square brackets, as in ``W[i,j]``.

A bracket behind a name with indices holds an entry's indices; behind a number it is a factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivations.latex.meaning import factors
from derivations.latex.parser import TRANSPOSED, Parser
from derivations.latex.scope import Symbol
from derivations.latex.syntax import Node, Script, Written
from derivations.latex.unreadable import Unreadable

EXAMPLES = {"W[i,j]": "an entry", "x_t[0]": "", "a[b+c]": "a product, if a is a number"}
_ARITHMETIC = frozenset(["add", "neg", "mul", "group", "floor", "ceil"])


def read_entry(p: Parser, n: Node) -> Node | None:
    """The entry that a name and the bracket behind it stand for, or None if they are two factors.

    Errors: Unreadable if they can be read as both.
    """
    find = getattr(p.names, "lookup", None)
    if find is None:
        return None
    w: Written = n.data
    s: Symbol | None = find(w)
    bound = s is None and p.names.is_known(w)
    mark = p.pos
    try:
        whole = p.entries(w)
    except Unreadable:
        whole = None        # the bracket may be half of something else; its own reader says what is wrong
    end, p.pos = p.pos, mark
    if whole is None or whole.sub is None:
        return None
    inside = whole.sub.nodes[len(whole.sub.nodes) - _count(w, whole):]
    where = (n.start, p.tokens[end - 1].end)
    if s is not None and s.arguments:
        return None
    takes = 0 if s is None else s.outer + len(s.shape) - _given(s, w)
    if s is not None and takes > 0:
        if all(_is_index(find, x) for x in inside):
            if len(inside) > takes:
                raise Unreadable(f"{_shown(w)} takes {takes} more ind{'ex' if takes == 1 else 'ices'}", *where)
            p.pos = end
            if w.sup is not None and not s.sup and not _is_above(s, w):      # an entry of a transpose or a power
                return Node("entry", (n,), Script("", inside), *where)
            return Node("name", (), whole, *where)
        if any(_is_array(find, x) for y in inside for x in y.walk()):
            return None
        raise Unreadable(
            f"is {_shown(w)}[...] an entry or a product? An entry needs integers; write ( ) for a product", *where)
    alone = len(inside) == 1 and inside[0].kind == "num"     # x[2]
    if not (alone or _is_plain(find, inside)):
        return None
    if s is None and not bound and not alone and not p.names.is_known(w):
        p.pos = end
        return Node("name", (), whole, *where)
    raise Unreadable(
        f"is {_shown(w)}[...] an entry or a product? It is no declared family; write ( ) for a product", *where)


def read_entry_of(p: Parser, n: Node) -> Node | None:
    """``(A B)[i,j]``: letters for integers behind an expression are the indices of an entry."""
    find = getattr(p.names, "lookup", None)
    mark = p.pos
    try:
        inside = () if find is None else p.arguments()
    except Unreadable:
        inside = ()
    if not inside or not _is_plain(find, inside):
        p.pos = mark
        return None
    return Node("entry", (n,), Script("", inside), n.start, p.last_end())


def _is_plain(find: Any, inside: Sequence[Node]) -> bool:
    """Whether single letters and numbers, one of them a letter, are indices: no factor is written so."""
    whole = all(x.kind in ("name", "num") and _is_index(find, x) for x in inside)
    return whole and any(x.kind == "name" for x in inside)


def _shown(w: Written) -> str:
    return w.base if w.sub is None else f"{w.base}_{{{w.sub.text}}}"


def _count(w: Written, whole: Written) -> int:
    assert whole.sub is not None
    return len(whole.sub.items) - (0 if w.sub is None else len(w.sub.items))


def _below(s: Symbol, w: Written) -> int:
    """The indices that the subscript gives already."""
    if w.sub is None:
        return 0
    given = len(w.sub.items) - len(s.sub)
    if given == 1 and len(w.sub.nodes) == 1:
        return len(factors(w.sub.nodes[0]))     # W_{ij}
    return given


def _is_above(s: Symbol, w: Written) -> bool:
    """Whether the superscript is an index."""
    if w.sup is None or s.sup or not s.outer or w.sup.text in TRANSPOSED:
        return False
    return bool(w.sup.paren) or s.place == "sup" or _below(s, w) < s.outer


def _given(s: Symbol, w: Written) -> int:
    return _below(s, w) + (len(w.sup.nodes) if w.sup is not None and _is_above(s, w) else 0)


def _is_array(find: Any, x: Node) -> bool:
    if x.kind in ("matrix", "ones", "identity"):
        return True
    s = find(x.data) if x.kind == "name" else None
    return s is not None and s.outer + len(s.shape) - _given(s, x.data) > 0


def _is_index(find: Any, x: Node) -> bool:
    """Whether an expression is an integer by its form and by what is declared."""
    if x.kind == "num":
        return bool(x.data.denominator == 1)
    if x.kind in _ARITHMETIC:
        return x.kind in ("floor", "ceil") or all(_is_index(find, y) for y in x.args)
    if x.kind != "name" or x.data.sup is not None:
        return False
    s = find(x.data)
    return s is None or s.integer or not s.known
