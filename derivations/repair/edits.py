"""The slips of a hand, undone.

Each rule looks at one place and yields ``(cost, name, new term)``; a lower cost is a likelier slip.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from derivations.kernel.term import Term, add, bvar, eq, instantiate, make, mul, num, op, subterms
from derivations.repair.build import (
    coefficient,
    literal,
    negated,
    number,
    plus,
    scaled,
    shifted,
    times,
    without,
)
from derivations.repair.parentheses import parentheses
from derivations.repair.places import Place, share
from derivations.repair.setting import Found, Setting, numbered, siblings

Rule = Callable[[Setting, Place], Found]

LEAVES = ("v", "r", "f", "g")
FACTOR = "term missing (a factor)"
SIZED = (*LEAVES, "E", "sum", "abs", "var", "deriv", "prod")
TURNED = {"floor": ("ceil", "ceiling, not floor"), "ceil": ("floor", "floor, not ceiling"),
          "max": ("min", "minimum, not maximum"), "min": ("max", "maximum, not minimum"),
          "sin": ("cos", "cosine, not sine"), "cos": ("sin", "sine, not cosine")}


def signs(at: Setting, p: Place) -> Found:
    """A term, an exponent or a whole with the other sign."""
    t = p.term
    if literal(t) == 0 or p.above == "neg" or p.is_index or p.is_bound:
        return
    if t.head == "neg" or p.above == "add":
        yield 1.0, "sign", negated(t)
    elif p.is_exponent:
        number = literal(t)
        if number is None or number < 0:        # nobody means z^(-2) who writes z^2
            yield 1.25, "sign", negated(t)
    elif p.above not in ("mul", "div", "abs"):
        yield 1.6 if p.steps else 1.4, "sign", negated(t)


def swaps(at: Setting, p: Place) -> Found:
    """The arguments of a quotient or a difference the other way round."""
    t = p.term
    if t.head == "div" and literal(t) is None:
        yield 1.25 if p.above == "log" else 1.6, "swapped", op("div", t.args[1], t.args[0])
    if t.head == "add" and len(t.args) == 2:
        a, b = t.args
        if (a.head == "neg") != (b.head == "neg"):
            numeral = literal(a) is not None or literal(b) is not None       # nobody writes q - 1 for 1 - q
            cost = 1.5 if numeral else 0.95 if p.above in ("mul", "div", "pow", "add") else 1.35
            yield cost, "swapped", add(negated(b), negated(a)) if b.head == "neg" else add(negated(a), negated(b))
    if t.head == "mul":
        tables = [k for k, a in enumerate(t.args) if a.head in ("f", "g") and len(a.args) > 1]
        for i, j in pairwise(tables):
            a, b = t.args[i], t.args[j]
            if a.data != b.data and a.head == b.head and len(a.args) == len(b.args):
                args = list(t.args)
                args[i], args[j] = make(a.head, a.args, b.data), make(b.head, b.args, a.data)
                yield 1.7, "swapped", mul(*args)
    if t.head in TURNED:
        head, name = TURNED[t.head]
        yield 1.0 if t.head in ("floor", "ceil") else 1.8, name, op(head, *t.args)
    if t.head == "div" and not p.is_index:
        yield 2.2, "floor missing", op("floor", t)
    if t.head in ("floor", "ceil"):
        yield 1.4, f"{t.head} too many".replace("ceil ", "ceiling "), t.args[0]


def exchanges(at: Setting, p: Place) -> Found:
    """Two symbols of a term, a factor of two terms, or times and divided by, the other way round."""
    t = p.term
    if t.head in ("mul", "div") and p.above not in ("mul", "div"):
        names = [make("v", (), s[1]) for s in sorted(t.symbols) if s[0] == "v"]
        for k, a in enumerate(names[:5]):
            for b in names[k + 1:5]:
                if (a in at.whole) == (b in at.whole):
                    yield 1.6, "swapped", _exchanged(t, a, b)
    if t.head == "div" and literal(t.args[1]) is None and not p.is_index:
        yield 1.55, "swapped", mul(t.args[0], t.args[1])
    if t.head == "mul" and not p.is_index:
        for k, a in enumerate(t.args):
            if a.head in LEAVES:
                yield 1.55, "swapped", op("div", without(t, k), a)
    if t.head == "add":
        for i, a in enumerate(t.args):
            for k, factor in enumerate(a.args if a.head == "mul" else ()):
                for j, b in enumerate(t.args):
                    if i != j and factor.head in LEAVES:
                        parts = list(t.args)
                        parts[i], parts[j] = without(a, k), times(b, factor)
                        yield 1.7, "swapped", add(*parts)


def squares(at: Setting, p: Place) -> Found:
    """A square or a root that is missing or too many."""
    t = p.term
    symbol = (t.head, str(t.data), len(t.args))
    under_power = p.above == "pow" and p.index == 0
    far = 1.0 if p.in_index else 0.0
    if t.head == "pow":
        n = literal(t.args[1])
        base = t.args[0]
        if n == 2:
            spread = (base.head, str(base.data), len(base.args)) in at.spread
            yield 1.2, "standard deviation, not variance" if spread else "square too many", base
        elif n is not None and n > 2 and n.denominator == 1:
            yield 1.35, "index shifted", op("pow", base, num(n - 1))
        if n is not None and n >= 2 and n.denominator == 1:
            yield 1.4, "index shifted", op("pow", base, num(n + 1))
        return
    if t.sort != "R" or literal(t) is not None or t.head in ("neg", "mul") or under_power or p.above == "sqrt":
        return
    if symbol in at.spread:
        yield 1.15 + far, "variance, not standard deviation", op("pow", t, 2)
    elif t.head in SIZED and t not in p.opened:
        yield 1.3 + far, "square missing", op("pow", t, 2)
    elif p.above in ("mul", "div", "sum", "E", "") or (p.above == "neg" and t.head != "div"):
        yield 1.6 + far, "square missing", op("pow", t, 2)
    if t.head == "sqrt":
        yield 1.5, "square root too many", t.args[0]
    elif far or p.is_exponent:
        return
    elif t.head in SIZED or p.above in ("mul", "div", "") or (t.head == "div" and p.above == "add"):
        yield 2.6 if t.head in ("r", "g") else 1.9, "square root missing", op("sqrt", t)


def moments(at: Setting, p: Place) -> Found:
    """Variance, standard deviation and second moment taken for one another."""
    t = p.term
    if t.head == "var":
        yield 1.4, "standard deviation, not variance", op("sqrt", t)
        yield 1.4, "second moment, not variance", op("E", op("pow", t.args[0], 2))
    if t.head == "sqrt" and t.args[0].head == "var":
        yield 1.1, "variance, not standard deviation", t.args[0]
    if t.head == "E" and t.args[0].head == "pow" and literal(t.args[0].args[1]) == 2:
        yield 1.5, "variance, not second moment", op("var", t.args[0].args[0])
        yield 1.3, "square and mean swapped", op("pow", op("E", t.args[0].args[0]), 2)
    if t.head == "pow" and literal(t.args[1]) == 2 and t.args[0].head == "E":
        yield 1.3, "square and mean swapped", op("E", op("pow", t.args[0].args[0], 2))
    if p.above == "law_normal" and p.index == 2:
        yield 1.1, "variance, not standard deviation", op("pow", t, 2)


def shifts(at: Setting, p: Place) -> Found:
    """An index, an exponent or a bound one off."""
    t = p.term
    back = t.head == "add" and any(literal(a) is not None for a in t.args)
    whole = t.sort == "R" and (t.head != "num" or p.is_index or p.is_bound)
    if not whole or (p.above == "pow" and literal(t) is not None):
        return
    name = "bound shifted" if p.is_bound else "index shifted" if p.is_index or (
        p.above == "pow" and p.index == 1) else ""
    if name:
        for by in (1, -1):
            new = shifted(t, by)
            less = back and (new.head != "add" or len(new.args) < len(t.args))
            yield 1.15 if less else 1.2, name, new


def transposes(at: Setting, p: Place) -> Found:
    """Two indices of a table the other way round."""
    t = p.term
    if t.head in ("f", "g"):
        for k in range(len(t.args) - 1):
            if t.args[k] is not t.args[k + 1]:
                args = [*t.args[:k], t.args[k + 1], t.args[k], *t.args[k + 2:]]
                yield 1.2, "transpose", make(t.head, args, t.data)
    if not p.steps:
        used = dict.fromkeys(a for n in subterms(t) if n.head in ("f", "g") and len(n.args) > 1
                             for a in n.args if a.head == "v")
        names = list(used)[:4]
        for i, a in enumerate(names):
            for b in names[i + 1:]:
                yield 1.9, "transpose", _exchanged(t, a, b)


def _exchanged(t: Term, a: Term, b: Term) -> Term:
    return instantiate(t, {("v", str(a.data), 0): b, ("v", str(b.data), 0): a})


def chains(at: Setting, p: Place) -> Found:
    """The inner derivative as a factor."""
    if at.order or (p.steps and p.above not in ("add", "neg", "sum")) or p.term.sort != "R":
        return
    for d in at.inner:
        if not p.opened:
            yield (1.35 if at.derives else 2.3), "chain-rule factor", times(p.term, d)
            if literal(d) is None or at.derives:
                yield (1.8 if at.derives else 2.6), "chain-rule factor", op("div", p.term, d)


def leavings(at: Setting, p: Place) -> Found:
    """A term or a factor too many."""
    t = p.term
    if t.head in ("add", "mul"):
        for k, a in enumerate(t.args):
            c = literal(a)
            rest = without(t, k)
            if t.head == "add":
                if p.is_index or p.is_bound or (p.above == "pow" and p.index == 1 and c is not None):
                    continue
                yield 1.8 + (0.2 if c is not None else 0.8) * share(a, t), "term too many", rest
            elif c is not None and c:
                yield 1.4, factor_name(c), rest
            elif a in at.inner and at.derives:
                yield 1.3, "chain-rule factor", rest
            else:
                yield 1.9 + 0.5 * share(a, t), "factor too many", rest
    if t.head == "div" and literal(t) is None:
        c = literal(t.args[1])
        if c:
            yield 1.4, factor_name(c), t.args[0]
        else:
            yield 1.9 + 0.5 * share(t.args[1], t), "factor too many", t.args[0]
        if literal(t.args[0]) != 1:
            yield 2.1, "factor too many", op("div", 1, t.args[1])


def factor_name(c: Fraction) -> str:
    """``factor 2`` for a two too many as for a two that is missing."""
    c = abs(c)
    return f"factor {1 / c if c.numerator == 1 and c != 1 else c}"


def constant_name(p: Place, old: Fraction, new: Fraction) -> str:
    """``factor 2`` for a factor twice or half as large, ``swapped`` for one that is upside down."""
    if old and new and p.above in ("", "mul", "div", "neg", "sqrt"):
        if new / old in (2, Fraction(1, 2)):
            return "factor 2"
        if new == 1 / old:
            return "swapped"
    return "constant"


def doublings(at: Setting, p: Place) -> Found:
    """A small factor where none stands; the fitted ones are found by solving."""
    t = p.term
    if t.sort != "R" or (t.head in ("mul", "neg") and p.above in ("mul", "neg")) or p.is_index or p.is_bound:
        return
    if coefficient(t) or p.above in ("mul", "neg", "abs", "floor", "ceil"):
        return
    if p.above == "div" and (t.head != "add" or p.index == 0):
        return
    far = 0.2 if p.steps and p.above not in ("add", "sum", "E") else 0.0
    yield 1.5 + far, "factor 2", scaled(t, Fraction(2))
    yield 1.5 + far, "factor 2", scaled(t, Fraction(1, 2))
    if at.order:
        yield 2.2, "factor 4", scaled(t, Fraction(4))


def symbols(at: Setting, p: Place) -> Found:
    """Another symbol of the same kind."""
    if p.term.head in LEAVES and p.term.data:
        for new, near in siblings(at, p):
            name = "swapped" if numbered(str(p.term.data), str(new.data)) else "wrong symbol"
            yield 1.6 if near else 2.0, name, new


def logarithms(at: Setting, p: Place) -> Found:
    """The base of a logarithm."""
    t, name = p.term, "base of the logarithm"
    if t.head == "div" and t.args[0].head == t.args[1].head == "log" and literal(t.args[1].args[0]):
        yield 1.3, name, t.args[0]
        for b in (2, 10):
            yield 1.6, name, op("div", t.args[0], op("log", b))
    elif t.head == "log" and not (p.above == "div" and literal(t.args[0]) is not None):
        for b in (2, 10):
            yield 1.7, name, op("div", t, op("log", b))


def numbers(at: Setting, p: Place) -> Found:
    """Another small number; those that solve the equation are fitted elsewhere."""
    c = literal(p.term)
    if c is None or p.above == "neg" or p.is_index or p.is_bound or (p.above == "div" and _in_number(p)):
        return
    tries = [c + 1, c - 1, 2 * c, c / 2, 1 / c if c else c, c * c, Fraction(0), Fraction(1)]
    for k, x in enumerate(dict.fromkeys(tries)):
        if x != c and (x or p.above not in ("mul", "div", "add", "pow")):
            yield 1.6 + 0.05 * k, constant_name(p, c, x), number(x)


def _in_number(p: Place) -> bool:
    return literal(p.steps[-1].parent) is not None


def additions(at: Setting, p: Place) -> Found:
    """A symbol or a one that is missing beside a nested term or factor."""
    t = p.term
    if at.order or t.sort != "R" or not p.steps or p.is_index or p.is_bound or p.above == "add" or t.head == "neg":
        return
    if p.above not in ("div", "mul", "sqrt", "log", "exp", "pow", "sum", "E", "neg", "floor", "ceil", "f"):
        return
    yield 2.15, "term missing", add(num(1), op("neg", t))
    for x in at.pool:
        if x.head in LEAVES or x.head == "num":
            one = 0.0 if x.head == "num" else 0.3
            yield 2.1 + one, "term missing", plus(t, x)
            yield 2.1 + one, "term missing", plus(t, negated(x))
    if p.above in ("sqrt", "log", "exp", "pow", "sum", "E", "floor", "ceil", "f") or t.head == "add":
        for x in at.pool:
            if x.head in LEAVES:
                yield 2.3, FACTOR, times(t, x)
                yield 2.3, FACTOR, op("div", t, x)


def wholesale(at: Setting, p: Place) -> Found:
    """The same slip at every occurrence of a symbol on the side."""
    if p.steps:
        return
    for kind, name, arity in sorted(p.term.symbols):
        if arity == 0 and kind == "v":
            t = make("v", (), name)
            key = ("v", name, 0)
            if (kind, name, arity) in at.spread:
                yield 2.1, "variance, not standard deviation", instantiate(p.term, {key: op("pow", t, 2)})
            for new, near in siblings(at, Place(t)):
                yield 2.2 if near else 2.7, "wrong symbol", instantiate(p.term, {key: new})
        elif kind == "f" and arity == 1:
            for by in (1, -1):
                body = make("f", [shifted(bvar(0), by)], name)
                yield 2.3, "index shifted", instantiate(p.term, {(kind, name, 1): body})


def nested_relations(at: Setting, p: Place) -> Found:
    """An inequality inside an indicator or a case the other way round."""
    if p.term.head in ("le", "lt"):
        yield 1.8, "relation turned", op(p.term.head, p.term.args[1], p.term.args[0])


RULES: tuple[Rule, ...] = (signs, swaps, exchanges, squares, moments, shifts, transposes, chains, leavings, doublings,
                           parentheses, symbols, logarithms, numbers, additions, wholesale, nested_relations)
LATER = frozenset({additions})      # so many that they are written down only in their turn
# edits of an inequality: others make it true without being meant
FOR_ORDER = frozenset({signs, swaps, squares, moments, shifts, transposes, leavings, doublings, parentheses,
                       symbols, numbers})


def relations(claim: Term) -> Found:
    """Another relation between the same sides."""
    if claim.head in ("le", "lt"):
        a, b = claim.args
        if claim.head == "lt":
            yield 0.5, "equality possible", op("le", a, b)
        yield 0.8, "relation turned", op(claim.head, b, a)
        if claim.head == "lt":
            yield 0.9, "relation turned", op("le", b, a)
    elif claim.head == "ne":
        yield 0.8, "relation turned", eq(*claim.args)
