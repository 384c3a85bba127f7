"""Named functions, from log to softmax."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivations.kernel.term import Term, bind, make, num, op
from derivations.latex.meaning import Reader, means
from derivations.latex.parser import Parser, reads, reads_word
from derivations.latex.syntax import Node, Script, Written
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value, fresh_index

_ONE = num(1)


def _tan(x: Term) -> Term:
    return op("div", op("sin", x), op("cos", x))


def _sigmoid(x: Term) -> Term:
    return op("div", 1, op("add", 1, op("exp", op("neg", x))))


def _hyperbolic(sign: int) -> Callable[[Term], Term]:
    def f(x: Term) -> Term:
        other = op("exp", op("neg", x))
        return op("div", op("add", op("exp", x), other if sign > 0 else op("neg", other)), 2)

    return f


FUNCTIONS: dict[str, Callable[[Term], Term]] = {
    "log": lambda x: op("log", x),
    "ln": lambda x: op("log", x),
    "exp": lambda x: op("exp", x),
    "lg": lambda x: op("div", op("log", x), op("log", 10)),
    "sin": lambda x: op("sin", x),
    "cos": lambda x: op("cos", x),
    "tan": _tan,
    "cot": lambda x: op("div", op("cos", x), op("sin", x)),
    "sec": lambda x: op("div", 1, op("cos", x)),
    "csc": lambda x: op("div", 1, op("sin", x)),
    "tanh": lambda x: op("tanh", x),
    "sinh": _hyperbolic(-1),
    "cosh": _hyperbolic(1),
    "arctan": lambda x: op("arctan", x),
    "erf": lambda x: op("erf", x),
    "sgn": lambda x: op("sign", x),
    "sign": lambda x: op("sign", x),
    "relu": lambda x: op("relu", x),
    "ReLU": lambda x: op("relu", x),
    "ReLu": lambda x: op("relu", x),
    "Relu": lambda x: op("relu", x),
    "sigmoid": _sigmoid,
    "logistic": _sigmoid,
    "expit": _sigmoid,
    "softplus": lambda x: op("log", op("add", 1, op("exp", x))),
    "abs": lambda x: op("abs", x),
    "logit": lambda x: op("log", op("div", x, op("add", 1, op("neg", x)))),
}
_COMMANDS = ("log", "ln", "exp", "lg", "sin", "cos", "tan", "cot", "sec", "csc", "tanh", "sinh", "cosh", "arctan")
EXAMPLES = {r"\log x": "natural", r"\log_2 x": "", r"\sin^2 x": "", r"\exp(x)": "", r"\operatorname{ReLU}(x)": ""}


def _read(p: Parser, t: Token, name: str) -> Node:
    base = power = None
    while p.sees("_", "^", "'"):
        mark = p.take()
        if mark.text == "_":
            base = p.argument()
        elif mark.text == "'":
            raise p.error("a prime on a named function is not read; write the derivative", mark)
        else:
            power = p.script()
    arg = function_argument(p, t)
    data = (name, power)
    return Node("function", (arg,) if base is None else (arg, base), data, t.start, p.last_end())


def function_argument(p: Parser, t: Token) -> Node:
    """What a function without brackets takes: a bracket or fraction alone, else the product that
    follows, up to the next function, sign or division."""
    u = p.peek()
    if u is None:
        raise p.error("the argument of a function is expected", t)
    if (
        (u.kind == "char" and u.text in "([")
        or u.kind == "open"
        or (u.kind == "macro" and u.text in ("{", "\\{", "lbrace"))
    ):
        n = p.operand()
        if p.sees("^"):
            # \exp(x)^2 is (\exp(x))^2, \log(x)^2 as well
            return n
        return n
    if (u.kind == "char" and u.text in "|") or (
        u.kind == "macro" and u.text in ("lvert", "lVert", "|", "Vert", "frac", "dfrac", "tfrac", "sqrt", "sum", "prod")
    ):
        return p.product() if u.text in ("sum", "prod") else p.factor()
    if u.kind == "char" and u.text in "+-":
        p.take()
        with p.deeper():
            inner = function_argument(p, t)
        return Node("neg", (inner,), None, u.start, inner.end) if u.text == "-" else inner
    out = p.factor()
    while (v := p.peek()) is not None and p.begins_operand(v) and not _is_function(p, v):
        if v.kind == "char" and v.text in "([" and out.kind != "num":
            break
        if v.kind == "begin":
            break
        right = p.factor()
        out = Node("mul", (out, right), " ", out.start, right.end)
    return out


def _is_function(p: Parser, t: Token) -> bool:
    from derivations.latex.parser import FONTS, PREFIX, WORDS

    if t.kind == "macro" and t.text in ("sum", "prod", "int"):
        return True
    if t.kind == "macro" and (t.text in _COMMANDS or t.text in ("max", "min", "det", "lim")):
        return True
    if t.kind == "macro" and t.text in FONTS and t.text not in PREFIX:
        mark = p.pos
        p.take()
        word = "".join(x.text for x in p.braced())
        p.pos = mark
        return word in WORDS or "bb:" + word in WORDS
    return False


for _c in _COMMANDS:
    reads(_c)(lambda p, t, name=_c: _read(p, t, name))  # type: ignore[misc]
for _c in FUNCTIONS:
    reads_word(_c)(lambda p, t, name=_c: _read(p, t, name))  # type: ignore[misc]
reads("erf")(lambda p, t: _read(p, t, "erf"))
for _c in ("sgn", "sign", "relu", "ReLU", "sigmoid", "abs"):
    reads(_c)(lambda p, t, name=_c: _read(p, t, name))  # type: ignore[misc]


@means("function")
def _function(r: Reader, n: Node) -> Value:
    name, power = n.data
    x = r.value(n.args[0])
    f = FUNCTIONS[name]
    if len(n.args) == 2:
        if name not in ("log", "lg", "ln"):
            raise Unreadable("this function takes no base", n.start, n.end)
        base = r.number(n.args[1])
        out = r.algebra.each(x, lambda a: op("div", op("log", a), op("log", base)))
    else:
        if isinstance(x, Term) and x.sort != "R":
            raise Unreadable("a number is expected here", n.start, n.end)
        if name in ("exp", "log", "sin", "cos") and isinstance(x, Array) and len(x.shape) == 2:
            r.scope.note(f"{name} of a matrix is read entry by entry")
        out = r.algebra.each(x, f)
    if power is not None:
        out = _powered(r, out, power, name, n)
    return out


def _powered(r: Reader, v: Value, power: Script, name: str, n: Node) -> Value:
    if power.text == "-1":
        raise Unreadable(f"\\{name}^{{-1}} can be read as an inverse function and as a reciprocal", n.start, n.end)
    return r.power(v, power, n)


@reads_word("softmax")
def _read_softmax(p: Parser, t: Token) -> Node:
    arg = function_argument(p, t)
    return Node("entryless", (arg,), "softmax", t.start, p.last_end())


@means("entryless")
def _softmax(r: Reader, n: Node) -> Value:
    x = r.value(n.args[0])
    if not isinstance(x, Array):
        raise Unreadable("softmax takes a vector or a matrix", n.start, n.end)

    def entry(i: Sequence[Term]) -> Term:
        k = fresh_index()
        *front, last = i
        total = bind("sum", k, 1, x.shape[-1], op("exp", x.at((*front, k))))
        return op("div", op("exp", x.at((*front, last))), total)

    return Array(x.shape, entry, x.row)


@reads("Gamma")
def _read_gamma(p: Parser, t: Token) -> Node:
    if p.sees("(") and not p.names.is_known(Written("\\Gamma")):
        args = p.arguments()
        if len(args) != 1:
            raise Unreadable("\\Gamma(...) takes one argument", t.start, p.last_end())
        return Node("gamma", args, None, t.start, p.last_end())
    p.pos -= 1
    return p._letter()


@means("gamma")
def _gamma(r: Reader, n: Node) -> Value:
    return op("gamma", r.number(n.args[0]))


@reads("pi")
def _read_pi(p: Parser, t: Token) -> Node:
    p.pos -= 1
    n = p._letter()
    if n.kind == "name" and n.data.sub is None and not n.data.accents and not p.names.is_known(Written("\\pi")):
        inner = Node("constant", (), "pi", t.start, t.end)
        return inner if n.data.sup is None else Node("script", (inner,), n.data.sup, n.start, n.end)
    return n


@means("constant")
def _constant(r: Reader, n: Node) -> Value:
    if n.data == "infty":
        raise Unreadable("infinity is read as a bound or below \\lim, it is no number", n.start, n.end)
    return make(n.data)


@reads_word("e")
def _read_e(p: Parser, t: Token) -> Node:
    if p.sees("^"):
        p.take()
        arg = p.script()
        if len(arg.nodes) != 1:
            raise p.error("the exponent of e is not readable", t)
        return Node("function", (arg.nodes[0],), ("exp", None), t.start, p.last_end())
    return Node("constant", (), "e", t.start, p.last_end())
