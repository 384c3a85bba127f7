"""Sums, products, extremes and their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivations.kernel.term import Term, bind, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.parser import FONTS, Parser, reads, reads_word
from derivations.latex.scope import Range as Bounds
from derivations.latex.sets import bounds_of_set
from derivations.latex.syntax import Node, Range, Written
from derivations.latex.tokens import Token, group
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value, fresh_index, same

EXAMPLES = {
    r"\sum_{i=1}^n x_i": "",
    r"\sum_i x_i": "range from the declaration of x",
    r"\prod_{k=1}^n k": "",
    r"\sum_{i \ne j} x_i": "",
    r"\max_j x_j": "",
    r"\sum_{1 \le i < j \le n} x_i x_j": "",
}


# -- the grammar --------------------------------------------------------------------------------


@reads("sum", "prod")
def _read(p: Parser, t: Token) -> Node:
    low, high = _limits(p)
    names = read_range(p, low, high, t)
    return _reach(p, t, t.text, names)


def _limits(p: Parser) -> tuple[Sequence[Token] | None, Sequence[Token] | None]:
    low = high = None
    while p.sees("_", "^"):
        mark = p.take()
        if mark.text == "_":
            low = tuple(p.braced())
        else:
            high = tuple(p.braced())
    return low, high


def _reach(p: Parser, t: Token, kind: str, names: Range) -> Node:
    taken = {w.base for w in names.names if not p.names.is_known(w)}
    body = _body(p, t, names, False, taken)
    return Node(kind, (body,), _running(names, body), t.start, p.last_end())


def _body(p: Parser, t: Token, names: Range, whole: bool, taken: set[str]) -> Node:
    """The product that follows, and further terms that mention one of the letters, or all of them."""
    with p.binding(names.names):
        if p.peek() is None:
            raise p.error("the terms of this sum are expected", t)
        body = p.product()
        parts = [body]
        while p.sees("+", "-") and (whole or (taken and _mentions(p, taken))):
            sign = p.take()
            term = p.product()
            parts.append(Node("neg", (term,), None, sign.start, term.end) if sign.text == "-" else term)
    return body if len(parts) == 1 else Node("add", tuple(parts), None, parts[0].start, parts[-1].end)


def _running(names: Range, body: Node) -> Range:
    """Of ``\\sum_{j \\ne k} x_j`` only j runs: k stands for itself."""
    if len(names.names) != 2 or names.low is not None or [c.data for c in names.conditions] != [("!=",)]:
        return names
    inside = [w for w in names.names if any(x.kind == "name" and x.data.base == w.base for x in body.walk())]
    return replace(names, names=tuple(inside)) if len(inside) == 1 else names


def _mentions(p: Parser, letters: set[str]) -> bool:
    """Whether the term after the sign mentions one of the letters before it binds it anew."""
    level = 0
    k = 1
    while (t := p.peek(k)) is not None:
        if (
            t.kind in ("open", "begin")
            or (t.kind == "char" and t.text in "([")
            or t.text in ("lfloor", "lceil", "lvert", "lVert", "langle", "\\{")
        ):
            level += 1
        elif (
            t.kind in ("close", "end")
            or (t.kind == "char" and t.text in ")]")
            or t.text in ("rfloor", "rceil", "rvert", "rVert", "rangle", "\\}")
        ):
            level -= 1
            if level < 0:
                return False
        elif level == 0 and (
            t.kind == "amp" or t.text in ("+", "-", "=", "<", ">", ",", "le", "ge", "leq", "geq", "in")
        ):
            return False
        elif t.kind == "macro" and FONTS.get(t.text) == "r":
            _, after = group(tuple(p.tokens), p.pos + k + 1)
            if after - (p.pos + k + 1) > 3:         # the letters of a word are no names
                k = after - p.pos
                continue
        elif t.kind == "macro" and t.text in ("sum", "prod", "max", "min"):
            inner = p.inside(p.tokens[p.pos + k + 1 :])
            try:
                low, _ = _limits(inner)
            except Unreadable:
                return False
            if low is not None and any(x.text in {s.lstrip("\\") for s in letters} for x in low):
                return False
        else:
            text = ("\\" if t.kind == "macro" else "") + t.text
            if text in letters and t.kind in ("char", "macro"):
                return True
        k += 1
    return False


def read_range(p: Parser, low: Sequence[Token] | None, high: Sequence[Token] | None, t: Token) -> Range:
    """What stands under and over a sum sign.  Errors: Unreadable."""
    top = p.inside(high).whole() if high else None
    if low is None:
        if top is not None:
            raise p.error("the variable of this sum is expected below it", t)
        return Range(())
    inner = p.inside(low)
    names: list[Written] = []
    conditions: list[Node] = []
    start: Node | None = None
    while True:
        piece = _piece(inner)
        if isinstance(piece, Written):
            names.append(piece)
        else:
            kind, node = piece
            if kind == "from":
                name, start = node.data[0], node.args[0]
                names.append(name)
            else:
                conditions.append(node)
        if inner.accept(",", ";", "colon", ":") is None:
            break
    if inner.peek() is not None:
        raise inner.error("a range such as i = 1 or i \\ne j is expected")
    if start is not None and len(names) > 1 and names[-1].base != names[0].base and top is None:
        raise p.error("the upper bound of this sum is expected", t)
    for c in conditions:
        for w in _letters(c):
            if w not in names and not p.names.is_known(w) and c.kind == "chain":
                names.append(w)
    if not names and conditions:
        # every letter is known: the first one of the condition runs
        first = _letters(conditions[0])
        if first:
            names.append(first[0])
    if not names:
        raise p.error("the variable of this sum is expected below it", t)
    return Range(tuple(names), start, top, tuple(conditions))


def _letters(n: Node) -> list[Written]:
    return [x.data for x in reversed(list(n.walk())) if x.kind == "name" and x.data.sub is None and x.data.sup is None]


def _piece(p: Parser) -> Written | tuple[str, Node]:
    first = p.sum()
    if p.sees("=") and first.kind == "name":
        p.take()
        start = p.sum()
        return "from", Node("from", (start,), (first.data,), first.start, start.end)
    sign = p.relation()
    if sign is None:
        if first.kind == "name":
            assert isinstance(first.data, Written)
            return first.data
        if first.kind == "mul":
            raise Unreadable("write a comma between the variables of a sum", first.start, first.end)
        raise Unreadable("the variable of this sum is expected", first.start, first.end)
    parts, signs = [first], [sign]
    parts.append(p.special_side(sign) or p.sum())
    while (sign := p.relation()) is not None:
        signs.append(sign)
        parts.append(p.special_side(sign) or p.sum())
    return "condition", Node("chain", tuple(parts), tuple(signs), first.start, parts[-1].end)


# -- the meaning --------------------------------------------------------------------------------


def ranged(r: Reader, n: Node, spec: Range, body_of: Node) -> tuple[list[tuple[Term, Bounds]], list[Term], Value]:
    """Variables with their bounds (the first outermost), conditions, and the value of the body.

    Errors: Unreadable if a range can neither be read nor found from the families in the body.
    """
    names = [replace(w, sup=None) for w in spec.names]
    if not names:
        names = _free_indices(r, body_of)
    terms = [fresh_index() for _ in names]
    found: dict[Term, list[Bounds]] = {t: [] for t in terms}
    low = None if spec.low is None else r.number(spec.low)
    infinite = spec.high is not None and spec.high.kind == "constant" and spec.high.data == "infty"
    high = None if spec.high is None or infinite else r.number(spec.high)
    start = len(r.uses)
    facts: list[Term] = []
    with r.scope.binding(names, terms):
        for c in spec.conditions:
            facts += _condition(r, c, terms, found)
        body = r.value(body_of)
        if isinstance(body, Array):
            body.at(tuple(fresh_index() for _ in body.shape))  # collects the ranges of its indices
    own = [(t, b) for t, b in r.uses[start:] if t in found]
    r.uses[start:] = [(t, b) for t, b in r.uses[start:] if t not in found]
    out: list[tuple[Term, Bounds]] = []
    for w, t in zip(names, terms, strict=True):
        if low is not None:
            bounds: Bounds = (low, None) if infinite else (low, high) if high is not None else (low, None)
            if high is None and not infinite:
                bounds = (low, _used(own, t, w, n)[1])
        elif high is not None and spec.low is None:
            bounds = (num(1), high)
        elif found[t]:
            bounds = _narrowed(found[t], own, t, w, n)
        else:
            bounds = _used(own, t, w, n)
        out.append((t, bounds))
    return out, facts, body


def _used(own: list[tuple[Term, Bounds]], t: Term, w: Written, n: Node) -> Bounds:
    mine = [b for x, b in own if x is t]
    if not mine:
        raise Unreadable(
            f"the range of {w.base} is not told: write its bounds, or declare the families it runs over", n.start, n.end
        )
    first = mine[0]
    for b in mine[1:]:
        if not (same(b[0], first[0]) and b[1] is not None and first[1] is not None and same(b[1], first[1])):
            raise Unreadable(
                f"the range of {w.base} is not told: the families it runs over have different ranges", n.start, n.end
            )
    return first


def _narrowed(given: list[Bounds], own: list[tuple[Term, Bounds]], t: Term, w: Written, n: Node) -> Bounds:
    lows = [b[0] for b in given if b[0].head != "num" or b[0].data != _UNKNOWN]
    highs = [b[1] for b in given if b[1] is not None]
    if lows and highs:
        return lows[0], highs[0]
    used = _used(own, t, w, n)
    return (lows[0] if lows else used[0]), (highs[0] if highs else used[1])


_UNKNOWN = -(10**9)


def _condition(r: Reader, c: Node, terms: list[Term], found: dict[Term, list[Bounds]]) -> list[Term]:
    """The facts of a condition under a sum; what bounds a variable from outside becomes a bound."""
    facts: list[Term] = []
    none = num(_UNKNOWN)
    if c.kind != "chain":
        raise Unreadable("a condition such as i \\ne j is expected", c.start, c.end)
    for k, sign in enumerate(c.data):
        left, right = c.args[k], c.args[k + 1]
        if sign == "in":
            a = r.number(left)
            found.setdefault(a, []).append(bounds_of_set(r, right))
            continue
        a, b = r.number(left), r.number(right)
        if sign in (">=", ">"):
            a, b, sign = b, a, {">=": "<=", ">": "<"}[sign]
        if sign in ("<=", "<") and b in terms and a not in terms and not _mentions_any(a, terms):
            found[b].append((a if sign == "<=" else op("add", a, 1), None))
        elif sign in ("<=", "<") and a in terms and b not in terms and not _mentions_any(b, terms):
            found[a].append((none, b if sign == "<=" else op("add", b, -1)))
        else:
            head = {"=": "eq", "!=": "ne", "<=": "le", "<": "lt"}.get(sign)
            if head is None:
                raise Unreadable("this condition is not read under a sum", c.start, c.end)
            facts.append(op(head, a, b))
    # i < j with outer bounds on the two ends: each runs over the whole range
    bounded = [t for t in terms if found.get(t)]
    if facts and len(bounded) >= 2:
        lows = [b[0] for t in bounded for b in found[t] if b[0].data != _UNKNOWN]
        highs = [b[1] for t in bounded for b in found[t] if b[1] is not None]
        if len(lows) == 1 and len(highs) == 1:
            for t in bounded:
                found[t] = [(lows[0], highs[0])]
    return facts


def _mentions_any(t: Term, terms: list[Term]) -> bool:
    names = {x.data for x in terms}
    return any(s[1] in names for s in t.symbols)


def _free_indices(r: Reader, body: Node) -> list[Written]:
    """The variables that a bare sum sign binds: the indices of the families in its body."""
    out: list[Written] = []
    for x in body.walk():
        if x.kind == "name" and x.data.sub is not None:
            for i in x.data.sub.nodes:
                if (
                    i.kind == "name"
                    and i.data not in out
                    and r.scope.bound_term(i.data) is None
                    and r.scope.lookup(i.data) is None
                ):
                    out.append(i.data)
    if len(out) != 1:
        raise Unreadable("the variable of this sum is not told; write it below the sign", body.start, body.end)
    return out


@means("sum", "prod")
def _sum(r: Reader, n: Node) -> Value:
    variables, facts, body = ranged(r, n, n.data, n.args[0])
    empty = 0 if n.kind == "sum" else 1

    def total(inner: Term) -> Term:
        if inner.sort != "R":
            raise Unreadable("a number is expected under a sum sign", n.start, n.end)
        if facts:
            condition = facts[0] if len(facts) == 1 else op("and", *facts)
            inner = op("ite", condition, inner, empty)
        for t, (lo, hi) in reversed(variables):
            if hi is None:
                if n.kind == "prod":
                    raise Unreadable("endless products are not read", n.start, n.end)
                last = fresh_index()
                inner = bind("limit_seq", last, bind("sum", t, lo, last, inner))
            else:
                inner = bind(n.kind, t, lo, hi, inner)
        return inner

    return r.algebra.each(body, total)


# -- largest and smallest -----------------------------------------------------------------------


def _read_extreme(p: Parser, t: Token, name: str) -> Node:
    low, high = _limits(p)
    if low is None and high is None:
        u = p.peek()
        if u is not None and (u.text in ("(", "[") or (u.kind == "macro" and u.text in ("{", "\\{", "lbrace"))):
            inner = p._bracket()
            return Node("extreme", inner.args, name, t.start, p.last_end())
        raise p.error(f"\\{name} takes a bracket or a range below it", t)
    names = read_range(p, low, high, t)
    mark = p.pos
    letters = {w.base for w in names.names}
    body = _body(p, t, names, name.startswith("arg"), set() if names.parts() else letters)
    inside = any(x.kind == "name" and x.data.base in letters for x in body.walk())
    if p.sees("+", "-") and not (inside or names.parts()):
        p.pos = mark        # \\max_x 1 - x^2
        body = _body(p, t, names, True, letters)
    return Node("extreme_over", (body,), (name, _running(names, body)), t.start, p.last_end())


def _read_arg(p: Parser, t: Token) -> Node:
    """``\\arg\\max_x``."""
    kind = p.accept("max", "min")
    if kind is None:
        raise p.error("\\max or \\min is expected after \\arg")
    return _read_extreme(p, t, "arg" + kind.text)


reads("arg")(_read_arg)
for _c in ("max", "min", "sup", "inf", "argmax", "argmin"):
    reads(_c)(lambda p, t, name=_c: _read_extreme(p, t, name))  # type: ignore[misc]
    reads_word(_c)(lambda p, t, name=_c: _read_extreme(p, t, name))  # type: ignore[misc]


@means("extreme")
def _extreme(r: Reader, n: Node) -> Value:
    values = [r.value(a) for a in n.args]
    if len(values) == 1:
        v = values[0]
        if isinstance(v, Array) and len(v.shape) == 1:
            return _over(n.data, [(fresh_index(), (num(1), v.shape[0]))], lambda i: v.at(i))
        raise Unreadable(f"\\{n.data} of several numbers is expected", n.start, n.end)
    out = values[0]
    for v in values[1:]:
        out = r.algebra.both(out, v, lambda x, y: op(n.data, x, y), "a comparison")
    return out


def _over(kind: str, variables: list[tuple[Term, Bounds]], body: object) -> Term:
    terms = tuple(t for t, _ in variables)
    inner = body(terms)  # type: ignore[operator]
    if kind == "min":
        inner = op("neg", inner)
    for t, (lo, hi) in reversed(variables):
        assert hi is not None
        inner = bind("maxover", t, lo, hi, inner)
    return op("neg", inner) if kind == "min" else inner


@means("extreme_over")
def _extreme_over(r: Reader, n: Node) -> Value:
    kind, spec = n.data
    if kind.startswith("arg"):
        raise Unreadable(f"\\arg\\{kind[3:]} stands alone on a side of an equation", n.start, n.end)
    kind = {"sup": "max", "inf": "min"}.get(kind, kind)
    variables, facts, body = ranged(r, n, spec, n.args[0])
    if facts or any(hi is None for _, (_, hi) in variables) or not isinstance(body, Term):
        raise Unreadable(f"\\{kind} over a finite range of numbers is expected", n.start, n.end)
    return _over(kind, variables, lambda _: body)

