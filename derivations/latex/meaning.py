"""From what was written to what it means.

Resolves names by the declarations, and gives every construct its term or array; each notation
registers the meaning of its own kinds of node.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derivations.kernel.term import (
    Term,
    TermError,
    close_over,
    instantiate,
    make,
    mul,
    num,
    op,
)
from derivations.latex.parser import TRANSPOSED, entered
from derivations.latex.scope import Range, Scope, Symbol, items, kernel_name, range_facts
from derivations.latex.spelling import spelled
from derivations.latex.syntax import Node, Script, Written
from derivations.latex.unreadable import ShapeMismatch, Unreadable
from derivations.latex.values import Algebra, Array, Loose, Value, fresh_index, identity, is_array, sized
from derivations.latex.write import write

Handler = Callable[["Reader", Node], Value]
MEANS: dict[str, Handler] = {}


def means(*kinds: str) -> Callable[[Handler], Handler]:
    """Registers the meaning of kinds of node."""
    return entered(MEANS, kinds)


@dataclass(frozen=True)
class Averaged:
    """A mark for E[x | ys] inside an expectation; ``running`` are the variables of sums around it."""

    name: str
    x: Term
    ys: tuple[Term, ...]
    running: tuple[Term, ...]
    node: Node


@dataclass
class Reader:
    """Gives nodes their meaning in a scope.

    ``uses`` collects the ranges that families give to their indices: of bound names, to find the
    range of a sum that does not say it, and of free ones, to know what they run over.
    """

    scope: Scope
    uses: list[tuple[Term, Range]] = field(default_factory=list)
    presumed: list[Term] = field(default_factory=list)  # that the members that are written are there
    averaged: list[Averaged] | None = None  # the marks inside the expectation that is being read

    def __post_init__(self) -> None:
        self.algebra = Algebra(self.spelled)

    def spelled(self, t: Term) -> str:
        """A term for messages."""
        return write(t, spelled(self.scope))

    # -- entry points ---------------------------------------------------------------------------

    def value(self, n: Node) -> Value:
        """The meaning of an expression.  Errors: Unreadable."""
        handler = MEANS.get(n.kind)
        if handler is None:
            raise Unreadable("this has no meaning here", n.start, n.end)
        try:
            return handler(self, n)
        except Unreadable as stop:
            if stop.start == 0 and stop.end <= 1:
                stop.start, stop.end = n.start, n.end
            raise
        except TermError as stop:
            raise Unreadable(_said(stop), n.start, n.end) from None

    def number(self, n: Node) -> Term:
        """The meaning of an expression that must be a number.  Errors: Unreadable."""
        v = self.value(n)
        if not isinstance(v, Term):
            raise Unreadable("a number is expected here, this is an array", n.start, n.end)
        if v.sort != "R":
            raise Unreadable("a number is expected here, this is a statement", n.start, n.end)
        return v

    def truth(self, n: Node) -> Term:
        """The meaning of a statement.  Errors: Unreadable."""
        v = self.value(n)
        if not isinstance(v, Term) or v.sort != "B":
            raise Unreadable("a statement such as x \\ge 0 is expected here", n.start, n.end)
        return v

    # -- names ----------------------------------------------------------------------------------

    def use(self, index: Term, r: Range | None) -> None:
        """Remember the range a family gives to an index."""
        if r is None:
            return
        if index.head == "v" and not index.args:
            self.uses.append((index, r))
            facts = range_facts(index, r)
        elif _beyond(index, r[0]) and r[1] is not None and r[1].head != "num":
            facts = [op("le", index, r[1])]
        else:
            return
        if not any(s[1].startswith("%") for f in facts for s in f.symbols):
            known = [f for f in facts if f.head == "le" and f.args[0] is f.args[1]]
            self.presumed += [f for f in facts if f not in self.presumed and f not in known]

    def within(self, index: Term, size: Term, n: Node) -> None:
        """Errors: Unreadable for an entry with a number that no entry has."""
        k, most = index.data, size.data
        if not isinstance(k, Fraction):
            return
        if k < 1 or k.denominator != 1 or (isinstance(most, Fraction) and k > most):
            raise Unreadable(
                f"there is no entry {k}: entries are counted from 1 to {self.spelled(size)}; declare a family, as in "
                "'x_j, j = 0..n', to count otherwise", n.start, n.end)

    def name(self, n: Node, w: Written, arguments: Sequence[Value] = ()) -> Value:
        """The meaning of a name with its scripts."""
        found = self.scope.bound_term(w)
        if found is not None:
            value, rest = found
            if isinstance(value, Array) and rest.sub is not None:
                nodes = self._split(list(rest.sub.nodes), len(value.shape))
                index = tuple(self.number(x) for x in nodes)
                if len(index) != len(value.shape):
                    raise Unreadable(f"an entry of {w.base} has {len(value.shape)} indices", n.start, n.end)
                for t, size in zip(index, value.shape, strict=True):
                    self.within(t, size, n)
                    self.use(t, (num(1), size))
                value = value.at(index)
            return self.raised(value, replace(rest, sub=None), n)
        s = self.scope.lookup(w)
        if s is None and w.base == "I" and not w.accents and not w.primes:
            return self._identity(n, w)
        if s is None:
            s = self._undeclared(n, w)
        return self._symbol(n, w, s, arguments)

    def _identity(self, n: Node, w: Written) -> Value:
        """An undeclared I is the identity matrix, of the size in its index if there is one."""
        if w.sub is not None and len(w.sub.nodes) == 1:
            size = self.number(w.sub.nodes[0])
            return self.raised(sized(identity(), (size, size)), replace(w, sub=None), n)
        return self.raised(identity(), replace(w, sub=None), n)

    def _symbol(self, n: Node, w: Written, s: Symbol, arguments: Sequence[Value]) -> Value:
        rest = replace(w, primes=w.primes - s.primes)
        wanted = s.outer
        given: list[Term] = []
        sub_left: list[Node] = []
        if w.sub is not None:
            fixed = len(s.sub)
            if not s.sub or w.sub.text != s.sub[0]:
                if not w.sub.nodes and len(items(w.sub)) > fixed:
                    raise Unreadable(f"the index of {s.base} is not readable", n.start, n.end)
                sub_left = list(w.sub.nodes[fixed:])
            rest = replace(rest, sub=None)
        sup = w.sup if not s.sup else None
        inner = len(s.shape)
        # outer indices from the superscript, where it is their place
        split = None if sup is None or s.place == "sub" or not wanted else self._index_and_power(sup)
        if split is not None:       # m^{(t)2}: an index and a power
            given.append(self.number(split[0]))
            sup = split[1]
        elif sup is not None and wanted and s.place != "sub" and self._is_index(s, sup, len(sub_left)):
            given += [self.number(x) for x in sup.nodes[:wanted]]
            if len(sup.nodes) > wanted:
                raise Unreadable(f"{s.base} takes {wanted} such indices", n.start, n.end)
            sup = None
        rest = replace(rest, sup=sup)
        sub_left = self._split(sub_left, wanted - len(given) + inner)
        while len(given) < wanted and sub_left:
            given.append(self.number(sub_left.pop(0)))
        bare = not given and not sub_left and s.shape == () and s.place == "sub" and len(s.ranges) == wanted > 0
        if bare and all(r is not None and r[0] is num(1) and r[1] is not None for r in s.ranges):
            # the family as a vector or matrix: w for w_1, ..., w_d
            shape = tuple(r[1] for r in s.ranges if r is not None and r[1] is not None)
            return self.raised(Array(shape, lambda i: s.term(i)), rest, n)
        if len(given) < wanted:
            raise Unreadable(f"{shown_symbol(s)} needs {wanted} ind{'ex' if wanted == 1 else 'ices'}", n.start, n.end)
        for t, r in zip(given, s.ranges, strict=False):
            self.use(t, r)
        outer = tuple(given)
        if s.arguments:
            if sub_left:
                raise Unreadable(f"{shown_symbol(s)} takes no further index", n.start, n.end)
            return self._applied(n, s, outer, arguments, rest)
        if not s.shape:
            if sub_left:
                raise Unreadable(f"{shown_symbol(s)} takes no further index", n.start, n.end)
            return self.raised(s.term(outer), rest, n)
        if sub_left:
            if len(sub_left) == 1 and len(s.shape) == 2:
                i = self.number(sub_left[0])
                self.within(i, s.shape[0], n)
                self.use(i, (num(1), s.shape[0]))
                return self.raised(Array((s.shape[1],), lambda k: s.term((*outer, i, *k))), rest, n)
            if len(sub_left) != len(s.shape):
                raise Unreadable(f"an entry of {shown_symbol(s)} has {len(s.shape)} indices", n.start, n.end)
            inner_terms = [self.number(x) for x in sub_left]
            for t, size in zip(inner_terms, s.shape, strict=True):
                self.within(t, size, n)
                self.use(t, (num(1), size))
            return self.raised(s.term((*outer, *inner_terms)), rest, n)
        return self.raised(Array(s.shape, lambda k: s.term((*outer, *k))), rest, n)

    def _is_index(self, s: Symbol, sup: Script, subs: int) -> bool:
        if not sup.nodes or (sup.text in TRANSPOSED and not self._is_integer(sup.text)):
            return False
        return bool(sup.paren) or s.place == "sup" or subs < s.outer

    def _is_integer(self, text: str) -> bool:
        found = self.scope.lookup(Written(text))
        return (found is not None and found.integer) or any(b.base == text for b, _ in self.scope.bound)

    def _index_and_power(self, sup: Script) -> tuple[Node, Script] | None:
        if len(sup.nodes) == 1 and not sup.paren and sup.nodes[0].kind == "mul":
            index, power = sup.nodes[0].args
            if index.kind == "group" and len(index.args) == 1:
                return index.args[0], Script(str(power.data) if power.kind == "num" else "", (power,))
        return None

    def _split(self, nodes: list[Node], wanted: int) -> list[Node]:
        """The indices of ``W_{ij}``: a product of letters where several indices are wanted."""
        if len(nodes) == 1 and wanted > 1:
            flat = factors(nodes[0])
            if len(flat) == wanted:
                return flat
        if len(nodes) == 1 and nodes[0].kind == "num" and wanted > 1 and nodes[0].data.denominator == 1:
            digits = str(nodes[0].data)
            if len(digits) == wanted:
                return [Node("num", (), Fraction(int(c)), nodes[0].start, nodes[0].end) for c in digits]
        return nodes

    def _applied(self, n: Node, s: Symbol, outer: tuple[Term, ...], arguments: Sequence[Value], rest: Written) -> Value:
        if not arguments:
            if not s.letters or rest.primes:
                raise Unreadable(f"{shown_symbol(s)} is a function; write its argument in brackets", n.start, n.end)
            names = ", ".join(w.base for w in s.letters)
            self.scope.note(f"{shown_symbol(s)} alone is read as {shown_symbol(s)}({names})")
            arguments = [self.name(n, w) for w in s.letters]
        if len(arguments) != s.arguments:
            raise Unreadable(f"{shown_symbol(s)} takes {s.arguments} arguments, found {len(arguments)}", n.start, n.end)
        if s.meant is not None:
            return self.raised(self._put_in(n, s, s.meant, arguments), rest, n)
        order = rest.primes
        rest = replace(rest, primes=0)
        if order and s.arguments != 1:
            raise Unreadable("a prime is read on functions of one variable", n.start, n.end)
        power = rest.sup

        def at_point(*x: Term) -> Term:
            if order:
                return self.derivative_of(s, outer, x[0], order)
            return s.term((*outer, *x))

        if len(arguments) == 1:
            out = self.algebra.each(arguments[0], at_point)
        else:
            if any(is_array(a) for a in arguments):
                raise Unreadable("a function of several variables is applied to numbers", n.start, n.end)
            out = at_point(*[a for a in arguments if isinstance(a, Term)])
        return self.raised(out, replace(rest, sup=power, sub=None), n)

    def _put_in(self, n: Node, s: Symbol, meant: Node, arguments: Sequence[Value]) -> Value:
        """A function of arrays at its arguments, which have the shapes of the letters it was defined with."""
        own = [self.name(n, w) for w in s.letters]
        for w, a, b in zip(s.letters, own, arguments, strict=True):
            if isinstance(b, Loose) or is_array(a) != is_array(b):
                raise Unreadable(f"{shown_symbol(s)} is defined for a {w.base} of another shape", n.start, n.end)
            if isinstance(a, Array) and isinstance(b, Array):
                self.algebra.agree(a, b, f"the argument of {shown_symbol(s)}")
        with self.scope.binding(s.letters, arguments):
            return self.value(meant)

    def derivative_of(self, s: Symbol, outer: tuple[Term, ...], x: Term, order: int) -> Term:
        """The derivative of a function symbol at x."""
        y = fresh_index()
        inner = s.term((*outer, y)) if s.body is None else s.body((*outer, y))
        for _ in range(order - 1):
            z = fresh_index()
            inner = op("deriv", close_over(inner, [y]), z)
            y = z
        return op("deriv", close_over(inner, [y]), x)

    def _undeclared(self, n: Node, w: Written) -> Symbol:
        """A name that nothing declares: a real number, or a family of them if it carries an index."""
        if w.primes:
            raise Unreadable(
                "a prime on a name that is not declared; declare the function or the variable", n.start, n.end
            )
        if w.base == "E" and not w.accents:
            raise Unreadable("write an expectation with brackets, E[...], or declare E", n.start, n.end)
        indexed = [x for x in (w.sub.nodes if w.sub is not None else ()) if self._mentions_index(x)]
        sub = items(w.sub)
        letter = replace(w, sub=None, sup=None)
        if indexed and w.sub is not None:
            nodes = w.sub.nodes
            flat = factors(nodes[0]) if len(nodes) == 1 else list(nodes)
            family = Symbol.written(kernel_name(letter), w)
            s = replace(family, outer=len(flat), place="sub", ranges=(None,) * len(flat), known=False)
        else:
            s = replace(Symbol.written(kernel_name(letter, sub), w, sub), known=False)
        old = self.scope.symbols.get(s.name)
        if old is not None and old.arity == s.arity:
            return old
        for known in self.scope.by_base.get(w.base, ()):
            if "at a letter" in known.words and known.accents == w.accents and len(known.sub) == len(sub):
                raise Unreadable(
                    f"{shown_symbol(known)} is defined at one letter only, which is declared; declare the index of the "
                    "family as an integer of its own", n.start, n.end)
        if self.scope.strict:
            raise Unreadable(f"{shown_symbol(s)} is not declared", n.start, n.end)
        if (
            w.sup is not None
            and w.sup.paren
            and w.sup.nodes
            and w.sup.nodes[0].kind != "add"
            and w.sup.text not in TRANSPOSED
        ):
            raise Unreadable(
                f"{shown_symbol(s)} is not declared: is {w.base}^{{{w.sup.text}}} a power or a member of a "
                f"sequence? Declare it, for example '{w.base} sequence'",
                n.start,
                n.end,
            )
        self.scope.declare(s)
        kind = "family of real numbers" if s.outer else "real number"
        self.scope.note(f"{shown_symbol(s)} is not declared and is taken to be a {kind}")
        return s

    def _mentions_index(self, x: Node) -> bool:
        for m in x.walk():
            if m.kind == "name" and isinstance(m.data, Written):
                if self.scope.bound_term(m.data) is not None:
                    return True
                s = self.scope.lookup(m.data)
                if s is not None and s.integer and not s.outer:
                    return True
                if m.data.base in self.scope.integers:
                    return True
        return False

    # -- powers ---------------------------------------------------------------------------------

    def raised(self, v: Value, w: Written, n: Node) -> Value:
        """A value with the primes and the superscript that are left."""
        if w.primes:
            if is_array(v):
                for _ in range(w.primes):
                    v = self.algebra.transposed(v)
            else:
                raise Unreadable("a prime here is neither a derivative nor a transpose", n.start, n.end)
        return v if w.sup is None else self.power(v, w.sup, n)

    def power(self, v: Value, s: Script, n: Node) -> Value:
        """``v`` with a superscript: a power, an inverse or a transpose.  Errors: Unreadable."""
        if s.text in TRANSPOSED and (is_array(v) or s.text != "T" or self._transposable()):
            return self.algebra.transposed(v)
        if s.text == "'":
            if not is_array(v):
                raise Unreadable("a prime here is neither a derivative nor a transpose", n.start, n.end)
            return self.algebra.transposed(v)
        if is_array(v) and s.text in ("-T", "-\\top", "-1", "-\\mathsf{T}", "-\\mathrm{T}"):
            out = self.algebra.inverse(v)
            return self.algebra.transposed(out) if s.text != "-1" else out
        if s.text in ("*", "\\ast", "\\star", "\\dagger", "\\prime", "\\circ", "+"):
            raise Unreadable("a star belongs to a name; declare the name with it", n.start, n.end)
        if len(s.nodes) != 1:
            raise Unreadable("an exponent is expected here", n.start, n.end)
        if is_array(v):
            return self._array_power(v, s.nodes[0], n)
        x = self.number(s.nodes[0])
        assert isinstance(v, Term)
        return op("pow", v, x)

    def _transposable(self) -> bool:
        if self.scope.lookup(Written("T")) is not None or any(b.base == "T" for b, _ in self.scope.bound):
            return False
        self.scope.note("^T on a number is read as a transpose, which changes nothing")
        return True

    def _array_power(self, v: Value, x: Node, n: Node) -> Value:
        k = x.data if x.kind == "num" else None
        if (
            isinstance(v, Array)
            and len(v.shape) == 2
            and isinstance(k, Fraction)
            and k.denominator == 1
            and 1 <= k <= 8
        ):
            out: Value = v
            for _ in range(int(k) - 1):
                out = self.algebra.times(out, v)
            return out
        if isinstance(v, Array) and len(v.shape) == 1:
            raise Unreadable(
                "the square of a vector can be read as v^\\top v and entry by entry; write v \\odot v or \\|v\\|^2",
                n.start,
                n.end,
            )
        raise Unreadable("this power of an array is not read", n.start, n.end)


def _said(stop: TermError) -> str:
    """Why there is no such term, without the names of the kernel."""
    text = str(stop)
    if "wants sort R" in text:
        return "a number is expected here, this is a statement"
    if "wants sort B" in text:
        return "a statement is expected here, this is a number"
    return "this is nested too deeply" if "nested deeper" in text else "this cannot be stated"


def _beyond(index: Term, low: Term) -> bool:
    return isinstance(index.data, Fraction) and not (isinstance(low.data, Fraction) and index.data <= low.data)


def factors(n: Node) -> list[Node]:
    """The factors that stand side by side."""
    if n.kind == "mul" and n.data == " ":
        return [*factors(n.args[0]), *factors(n.args[1])]
    return [n]


def shown_symbol(s: Symbol) -> str:
    """A symbol for messages."""
    inner = s.base
    for a in s.accents:
        inner = f"\\{a}{{{inner}}}"
    if s.sub:
        inner += "_{" + ",".join(s.sub) + "}"
    return inner


# -- arithmetic ---------------------------------------------------------------------------------


@means("num")
def _num(r: Reader, n: Node) -> Value:
    return num(n.data)


@means("name")
def _name(r: Reader, n: Node) -> Value:
    return r.name(n, n.data)


@means("apply")
def _apply(r: Reader, n: Node) -> Value:
    return r.name(n.args[0], n.args[0].data, [r.value(a) for a in n.args[1:]])


@means("group")
def _group(r: Reader, n: Node) -> Value:
    if len(n.args) == 1:
        inner = n.args[0]
        if inner.kind == "chain":
            if n.data in ("[", "\\{"):
                return op("ind", r.truth(inner))  # Iverson's bracket
            return r.truth(inner)
        return r.value(inner)
    from derivations.latex.notations.linear import row_of

    return row_of(r, n)


@means("neg")
def _neg(r: Reader, n: Node) -> Value:
    return r.algebra.minus(r.value(n.args[0]))


@means("add")
def _add(r: Reader, n: Node) -> Value:
    if any(a.kind == "dots" or (a.kind == "neg" and a.args[0].kind == "dots") for a in n.args):
        from derivations.latex.notations.dots import dotted_sum

        return dotted_sum(r, n)
    parts = [r.value(a) for a in n.args]
    for a, v in zip(n.args, parts, strict=True):
        if isinstance(v, Term) and v.sort != "R":
            raise Unreadable("a number is expected here, this is a statement", a.start, a.end)
    for k, a in enumerate(n.args):
        _reach(r, a, parts[k + 1 :])
    return r.algebra.plus(parts)


def _reach(r: Reader, n: Node, rest: Sequence[Value]) -> None:
    """Errors: Unreadable if ``E x`` without brackets is followed by something random that it may reach over."""
    while n.kind in ("neg", "mul", "add"):
        n = n.args[-1]
    if n.kind == "bare_moment" and any(isinstance(v, Term) and v.random for v in rest):
        raise Unreadable(
            "this expectation can be read as one of what follows as well, or as ending before it; write brackets",
            n.start, n.end)


@means("mul")
def _mul(r: Reader, n: Node) -> Value:
    parts = flat_product(n)
    if any(p.kind == "dots" for p, _ in parts):
        from derivations.latex.notations.dots import dotted_product

        return dotted_product(r, n)
    values = [(r.value(p), s) for p, s in parts]
    for (v, _), (p, _) in zip(values, parts, strict=True):
        if isinstance(v, Term) and v.sort != "R":
            raise Unreadable("a number is expected here, this is a statement", p.start, p.end)
    for k, (p, _) in enumerate(parts):
        _reach(r, p, [v for v, _ in values[k + 1 :]])
    if all(isinstance(v, Term) for v, _ in values):
        return mul(*[v for v, _ in values if isinstance(v, Term)])
    return product(r, values)


def product(r: Reader, values: list[tuple[Value, str]]) -> Value:
    """A product from left to right; brackets are free, but x y^T z may also be grouped at the right."""
    out = values[0][0]
    for k, (v, sign) in enumerate(values[1:], 1):
        try:
            out = r.algebra.times(out, v, sign)
        except ShapeMismatch:
            if k + 1 < len(values):
                rest = product(r, [(v, " "), *values[k + 1 :]])
                return r.algebra.times(out, rest, sign)
            raise
    return out


def flat_product(n: Node) -> list[tuple[Node, str]]:
    """The factors of a product with the sign before each."""
    if n.kind == "mul":
        left = flat_product(n.args[0])
        return [*left, (n.args[1], n.data)]
    return [(n, " ")]


@means("div")
def _div(r: Reader, n: Node) -> Value:
    a, b = r.value(n.args[0]), r.value(n.args[1])
    _reach(r, n.args[0], [b])
    if isinstance(b, Array) and len(b.shape) == 2:
        raise Unreadable("division by a matrix; write the inverse", n.start, n.end)
    return r.algebra.both(a, b, lambda x, y: op("div", x, y), "a quotient")


@means("script")
def _script(r: Reader, n: Node) -> Value:
    base = n.args[0]
    named = base.kind == "entry" and base.args[0].kind == "norm"
    if n.data.text == "2" and (named or base.kind == "norm"):
        from derivations.latex.notations.linear import squared_norm

        return squared_norm(r, base.args[0], base.data) if named else squared_norm(r, base, None)
    if base.kind == "entry" and base.args[0].kind == "group" and base.args[0].data == "[" and base.data.text != "+" \
            and len(base.data.nodes) == len(n.data.nodes) == 1 and isinstance(r.value(base.args[0]), Term):
        from derivations.latex.notations.evaluation import difference

        return difference(r, n, base.args[0], base.data.nodes[0], n.data.nodes[0])
    return r.power(r.value(base), n.data, n)


@means("factorial")
def _factorial(r: Reader, n: Node) -> Value:
    x = r.number(n.args[0])
    return factorial(x)


def factorial(x: Term) -> Term:
    """``x!`` as the product of 1, ..., x; without a value for negative x."""
    whole = op("prod", 1, x, make("b", (), 0))
    if x.head == "num" and isinstance(x.data, Fraction) and x.data >= 0:
        return whole
    return op("ite", op("le", 0, x), whole, op("div", 1, 0))


@means("entry")
def _entry(r: Reader, n: Node) -> Value:
    inner = n.args[0]
    if inner.kind == "norm":
        from derivations.latex.notations.linear import norm

        return norm(r, inner, n.data)
    v = r.value(inner)
    if n.data.text == "+":
        return r.algebra.each(v, lambda x: op("relu", x))
    if isinstance(v, Loose):
        index = [r.number(x) for x in _entry_nodes(n.data, 2 if v.square else 1)]
        return v.entry(tuple(index))
    if not isinstance(v, Array):
        raise Unreadable("an index on a number; is a product meant? Write it with ( )", n.start, n.end)
    nodes = _entry_nodes(n.data, len(v.shape))
    index = [r.number(x) for x in nodes]
    for t, size in zip(index, v.shape, strict=False):
        r.within(t, size, n)
        r.use(t, (num(1), size))
    if len(index) == 1 and len(v.shape) == 2:
        return Array((v.shape[1],), lambda k: v.at((index[0], *k)))
    if len(index) != len(v.shape):
        raise Unreadable(f"{len(v.shape)} indices are expected", n.start, n.end)
    return v.at(tuple(index))


def _entry_nodes(s: Script, wanted: int) -> list[Node]:
    nodes = list(s.nodes)
    if len(nodes) == 1 and wanted > 1:
        flat = factors(nodes[0])
        if len(flat) == wanted:
            return flat
    return nodes


# -- relations ----------------------------------------------------------------------------------

_COMPARE = {"=": "eq", "!=": "ne", "<=": "le", "<": "lt"}


def relate(r: Reader, a: Value, sign: str, b: Value, n: Node) -> Term:
    """The statement that two values stand in a relation.  Errors: Unreadable, ShapeMismatch."""
    if sign in (">=", ">"):
        a, b, sign = b, a, {">=": "<=", ">": "<"}[sign]
    if sign == ":=":
        sign = "="
    head = _COMPARE.get(sign)
    if head is None:
        raise Unreadable("this relation is not read here", n.start, n.end)
    if isinstance(a, Term) and isinstance(b, Term) and a.sort == b.sort == "B" and head == "eq":
        return op("iff", a, b)
    try:
        return r.algebra.statement(a, b, lambda x, y: op(head, x, y))
    except Unreadable as stop:
        if stop.start == 0 and stop.end <= 1:
            stop.start, stop.end = n.start, n.end
        raise


@means("chain")
def _chain(r: Reader, n: Node) -> Value:
    out: list[Term] = []
    for k, sign in enumerate(n.data):
        left, right = n.args[k], n.args[k + 1]
        if sign == "in":
            from derivations.latex.sets import member

            out.append(member(r, r.value(left), right))
            continue
        out.append(relate(r, r.value(left), sign, r.value(right), n))
    return out[0] if len(out) == 1 else op("and", *out)


# -- differentiation needs definitions written out -----------------------------------------------


def unfolded(r: Reader, t: Term, wanted: Callable[[Symbol], bool]) -> Term:
    """The term with the definitions of names written out where ``wanted``, again and again."""
    for _ in range(30):
        table = {}
        for key in t.symbols:
            s = r.scope.symbols.get(key[1])
            if s is not None and s.body is not None and s.arity == key[2] and wanted(s):
                holes = [make("b", (), k) for k in range(key[2])]
                table[key] = s.body(tuple(holes))
        if not table:
            return t
        try:
            t = instantiate(t, table)
        except TermError as stop:
            raise Unreadable(f"the definition cannot be put in here ({stop})") from None
    raise Unreadable("the definitions refer to each other in a circle")


def depends(r: Reader, s: Symbol, target: tuple[str, str, int], seen: set[str] | None = None) -> bool:
    """Whether the definition of a name leads to the target symbol."""
    seen = set() if seen is None else seen
    if s.body is None or s.name in seen:
        return False
    seen.add(s.name)
    body = s.body(tuple(make("b", (), k) for k in range(s.arity)))
    if target in body.symbols:
        return True
    return any(
        (d := r.scope.symbols.get(name)) is not None and depends(r, d, target, seen) for _, name, _ in body.symbols
    )
