"""Derivatives and gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from derivations.kernel.term import Term, bind, instantiate, make, op
from derivations.latex.meaning import Reader, depends, means, unfolded
from derivations.latex.parser import Parser, reads
from derivations.latex.syntax import Node
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Loose, Value, fresh_index

EXAMPLES = {r"\frac{\partial f}{\partial x}": "", r"\frac{d}{dx} x^2": "", r"\nabla_x f": ""}


# -- the grammar --------------------------------------------------------------------------------


def differential_sign(tokens: Sequence[Token], k: int) -> int:
    """The length of a differential sign at k, or 0."""
    if k >= len(tokens):
        return 0
    t = tokens[k]
    if t.kind == "macro" and t.text == "partial":
        return 1
    if t.kind == "char" and t.text == "d":
        return 1
    upright = t.kind == "macro" and t.text in ("mathrm", "text", "rm")
    after = [x.text for x in tokens[k + 1 : k + 4]]
    return 0 if not upright else 4 if after == ["{", "d", "}"] else 2 if after[:1] == ["d"] else 0


def derivative_fraction(p: Parser, t: Token, top: Sequence[Token], bottom: Sequence[Token]) -> Node | None:
    """``\\frac{\\partial f}{\\partial x}`` and the operator ``\\frac{d}{dx}``, or None for a fraction."""
    a, b = differential_sign(top, 0), differential_sign(bottom, 0)
    if not a or not b:
        return None
    if top[0].text == "d" and top[0].kind == "char" and len(bottom) < 2:
        return None         # d/d is a fraction of numbers
    k = a
    order = 1
    if k < len(top) and top[k].text == "^":
        q = p.inside(top[k + 1 :])
        s = q.script()
        if not s.text.isdigit() or not 1 <= int(s.text) <= 4:
            return None
        order = int(s.text)
        k = k + 1 + q.pos
    variables = _differentials(p, bottom, order)
    if variables is None:
        return None
    if len(variables) != order:
        raise Unreadable(f"{order} differentials are expected below, found {len(variables)}", t.start, p.last_end())
    rest = top[k:]
    if rest:
        f = p.inside(rest).whole()
        _refuse_point(p, f)
    else:
        held, p.held = p.held, True
        f = p.product()
        p.held = held
    return Node("derivative", (f, *variables), None, t.start, p.last_end())


def _refuse_point(p: Parser, f: Node) -> None:
    """Errors: Unreadable for ``\\frac{df}{dx}(2)``, which may be a value of the derivative and a product."""
    t = p.peek()
    if t is None or t.text != "(" or f.kind != "name" or not p.names.is_function(f.data):
        return
    mark = p.pos
    inside = p.arguments()
    if len(inside) > 1 or inside[0].kind in ("num", "name"):
        raise Unreadable(
            "is this the derivative at a point or a product? Write f'(...) or a sign for times", t.start, p.last_end())
    p.pos = mark


def _differentials(p: Parser, tokens: Sequence[Token], order: int) -> list[Node] | None:
    out: list[Node] = []
    k = 0
    while k < len(tokens):
        size = differential_sign(tokens, k)
        if not size:
            return None
        k += size
        q = p.inside(tokens[k:])
        try:
            n = q.operand()
        except Unreadable:
            return None
        times = 1
        if n.kind == "name" and n.data.sup is not None and n.data.sup.text.isdigit() and len(tokens) > k:
            # \partial x^2 means twice by x, unless x^2 is itself the variable
            sup = n.data.sup
            if order == 1 or _is_name_with_power(p, n):
                times = 1
            else:
                times = int(sup.text)
                n = Node("name", (), replace(n.data, sup=None), n.start, n.end)
        out += [n] * times
        k += q.pos
    return out or None


def _is_name_with_power(p: Parser, n: Node) -> bool:
    lookup = getattr(p.names, "lookup", None)
    if lookup is None:
        return False
    s = lookup(n.data)
    return s is not None and (bool(s.sup) or s.place == "sup")


@reads("nabla")
def _read_nabla(p: Parser, t: Token) -> Node:
    named = _declared_gradient(p)
    if named is not None:
        return named
    sub = power = None
    while p.sees("_", "^"):
        mark = p.take()
        if mark.text == "_":
            sub = p.argument()
        else:
            power = p.script()
    if power is not None and power.text != "2":
        raise p.error("\\nabla^2 is read, no other power", t)
    f = p.product(juxtaposed_only=True)
    return Node("gradient", (f,) if sub is None else (f, sub), 2 if power else 1, t.start, p.last_end())


def _declared_gradient(p: Parser) -> Node | None:
    """``\\nabla_w L^{(t)}`` where ``\\nabla_w L`` is a declared name."""
    mark = p.pos
    p.pos -= 1
    try:
        name, start = p.bare_name()
    except Unreadable:
        p.pos = mark
        return None
    if not p.names.is_known(name):
        p.pos = mark
        return None
    return p._scripts(name, start)


@reads("partial")
def _read_partial(p: Parser, t: Token) -> Node:
    # \partial_x f
    if p.sees("_"):
        p.take()
        x = p.argument()
        f = p.product(juxtaposed_only=True)
        return Node("derivative", (f, x), None, t.start, p.last_end())
    mark = p.pos
    f = p.operand()
    if p.accept("/") is not None and p.accept("partial") is not None:
        x = p.operand()
        return Node("derivative", (f, x), None, t.start, p.last_end())
    p.pos = mark
    raise p.error("\\partial stands in a fraction or with a subscript", t)


# -- the meaning --------------------------------------------------------------------------------


def differentiate(r: Reader, f: Term, x: Term, n: Node) -> Term:
    """The derivative of a number by a number: a symbol or an entry of a family.  Errors: Unreadable."""
    if x.head in ("v", "r"):
        key = (x.head, str(x.data), 0)
    elif x.head in ("f", "g"):
        key = (x.head, str(x.data), len(x.args))
    elif x.head == "pow" and x.args[0].head == "v":
        return _by_power(r, f, x, n)
    else:
        raise Unreadable("a derivative is taken by a variable or an entry of a family", n.start, n.end)
    f = unfolded(r, f, lambda s: s.arguments > 0 or depends(r, s, key))
    v = fresh_index()
    if not x.args:
        body = instantiate(f, {key: v}) if key in f.symbols else f
        return bind("deriv", v, body, x)
    if key in f.symbols:
        holes = [make("b", (), k) for k in range(len(x.args))]
        tests = [op("eq", h, a) for h, a in zip(holes, x.args, strict=True)]
        test = tests[0] if len(tests) == 1 else op("and", *tests)
        own = make(x.head, holes, x.data)
        # every member of the family becomes the variable where it is the entry x
        f = _tidy(instantiate(f, {key: op("ite", test, v, own)}))
    return bind("deriv", v, f, x)


def _tidy(t: Term) -> Term:
    """``if a = a`` is decided, and so are entries that are the same place."""
    memo: dict[Term, Term] = {}

    def walk(n: Term) -> Term:
        if n in memo:
            return memo[n]
        args = [walk(a) for a in n.args]
        out = n if all(a is b for a, b in zip(args, n.args, strict=True)) else make(n.head, args, n.data)
        if out.head == "ite" and _surely(out.args[0]):
            out = out.args[1]
        memo[n] = out
        return out

    return walk(t)


def _surely(c: Term) -> bool:
    if c.head == "and":
        return all(_surely(a) for a in c.args)
    return c.head == "eq" and c.args[0] is c.args[1]


def _by_power(r: Reader, f: Term, x: Term, n: Node) -> Term:
    """By sigma^2: the square is the variable, and sigma its root."""
    base, power = x.args
    if power.head != "num" or power.data != 2:
        raise Unreadable("a derivative by a power is read for squares", n.start, n.end)
    key = ("v", str(base.data), 0)
    f = unfolded(r, f, lambda s: depends(r, s, key))
    v = fresh_index()
    marked = _squares(f, base, v)
    if key in marked.symbols:
        marked = instantiate(marked, {key: op("sqrt", v)})
    return bind("deriv", v, marked, x)


def _squares(t: Term, base: Term, v: Term) -> Term:
    if t.head == "pow" and t.args[0] is base and t.args[1].head == "num" and t.args[1].data % 2 == 0:  # type: ignore
        k = Fraction(t.args[1].data) / 2  # type: ignore[arg-type]
        return v if k == 1 else op("pow", v, k)
    if not t.args:
        return t
    return make(t.head, [_squares(a, base, v) for a in t.args], t.data)


def _partial(r: Reader, f: Value, x: Value, n: Node) -> Value:
    """All derivatives of the entries of f by the entries of x."""
    if isinstance(x, Term):
        return r.algebra.each(f, lambda a: differentiate(r, a, x, n))
    if not isinstance(x, Array):
        raise Unreadable("a derivative by a declared vector is expected", n.start, n.end)
    if isinstance(f, Term):
        return Array(x.shape, lambda i: differentiate(r, f, x.at(i), n))
    if isinstance(f, Loose):
        raise Unreadable("the size of what is differentiated cannot be told", n.start, n.end)
    if len(f.shape) == 1 and len(x.shape) == 1:
        r.scope.note("a Jacobian has the entry (i, j) = \\partial f_i / \\partial x_j")
        return Array((f.shape[0], x.shape[0]), lambda i: differentiate(r, f.at((i[0],)), x.at((i[1],)), n))
    raise Unreadable("a derivative of an array by a matrix is not read; write it by entries", n.start, n.end)


@means("derivative")
def _derivative(r: Reader, n: Node) -> Value:
    f = r.value(n.args[0])
    # the last differential is taken first: d^2 f / dx dy = d/dx (df/dy)
    for x in reversed(n.args[1:]):
        f = _partial(r, f, r.value(x), n)
    return f


@means("gradient")
def _gradient(r: Reader, n: Node) -> Value:
    if len(n.args) == 1:
        inner = n.args[0]
        if inner.kind != "apply" or len(inner.args) != 2 or inner.args[1].kind != "name":
            raise Unreadable("by which variable? Write \\nabla_x", n.start, n.end)
        x = r.value(inner.args[1])
    else:
        x = r.value(n.args[1])
    f = r.value(n.args[0])
    first = _partial(r, f, x, n)
    if n.data == 1:
        return first
    if not isinstance(x, Array) or len(x.shape) != 1 or not isinstance(f, Term):
        if isinstance(x, Term):
            return _partial(r, first, x, n)
        raise Unreadable("the Hessian of a number by a vector is expected", n.start, n.end)
    return _partial(r, first, x, n)

