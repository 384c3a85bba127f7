"""What the lines of a written answer claim.

Each line is read against the lines before it: what it goes on from, what it defines, and whether
the line it goes on from is wrong.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derivations.judge import Judge, Judgment
from derivations.kernel.term import Term, num, op
from derivations.latex.declare import Context, define
from derivations.latex.lines import Chain, Line, read_line
from derivations.latex.meaning import Reader, relate
from derivations.latex.notations.extremes import is_extreme, is_extreme_value
from derivations.latex.notations.modulo import equal_but_constant, leaves_out, names_constant, proportional
from derivations.latex.notations.orders import Toward, order_goals, order_in, rest_of, tends_goal
from derivations.latex.scope import range_facts
from derivations.latex.sets import member
from derivations.latex.syntax import Node
from derivations.latex.unreadable import ShapeMismatch, Unreadable
from derivations.latex.values import Value

Side = tuple[Value, Node]
_WRONG = ("It is not of this order of growth", "It does not tend to this")
_SETS = frozenset(["span", "upto", "listed", "interval", "field", "bounded", "without", "tuples"])


@dataclass(eq=False)
class Claimed:
    """A statement a line makes, where it stands, and what it is said under."""

    goal: Term | None
    at: tuple[int, int]
    judge: Judge
    extra: list[Term] = field(default_factory=list)
    sides: tuple[Value, str, Value] | None = None
    from_line: int | None = None  # it goes on from a line that is wrong
    base: Side | None = None  # what stood before that line
    premise: Term | None = None  # the statement of a wrong line that it is a consequence of
    shape: str = ""  # why the two sides have different shapes
    stronger: Term | None = None  # what the goal follows from
    wrong: str = ""  # what to say if it is wrong, where an instance says nothing
    whole: Term | None = None  # the chain's left side against this right side
    matrices: Term | None = None  # the statement if letters that nothing declares are matrices
    first: bool = True  # no link of its chain stands before it
    found: Judgment | None = None
    tried: Judgment | None = None  # what to say if no proof is found


@dataclass
class Script:
    """What has been written so far."""

    context: Context
    judge: Judge
    last: Side | None = None  # the right side that a line may go on from
    head: Side | None = None  # the left side of the chain in progress
    good: Side | None = None  # the last right side before a wrong line
    before: Side | None = None  # the right side before this line
    statement: Term | None = None  # the statement of the line before
    wrong: int | None = None  # the wrong line that the line before is or goes on from
    number: int = 0

    def __post_init__(self) -> None:
        if self.context.start is not None:
            self.last = self.head = (self.context.start, Node("question"))

    def line(self, text: str) -> tuple[list[Claimed], bool]:
        """The claims of the next line, and whether it defines a name.  Errors: Unreadable, ShapeMismatch."""
        self.number += 1
        try:
            return self._claims(read_line(text, self.context.scope, self.context.macros), text)
        except (Unreadable, RecursionError) as stop:
            # nothing goes on from it; where only the shapes do not fit, the next line goes on from before it
            self.last = (self.last or self.head) if isinstance(stop, ShapeMismatch) else None
            self.statement = None
            if isinstance(stop, RecursionError):
                raise Unreadable("this is nested too deeply", 0, len(text)) from None
            raise

    def settle(self, claims: list[Claimed], refuted: bool) -> None:
        """Note whether the line that was read last is wrong."""
        if refuted:
            if self.wrong is None:
                self.good = self.before
            self.wrong = self.number
        elif not any(c.from_line is not None for c in claims):
            self.wrong = None

    # -- what a line claims ---------------------------------------------------------------------

    def _claims(self, line: Line, text: str) -> tuple[list[Claimed], bool]:
        claims: list[Claimed] = []
        definition = False
        self.before = self.last
        premises = [Reader(self.context.scope).truth(n) for n in line.premises]
        before: Term | None = self.statement
        for k, (chain, arrow) in enumerate(zip(line.chains, line.links, strict=True)):
            if not chain.parts:
                continue
            defined = self._definition(chain, line)
            definition = definition or defined
            mine = self._chain(chain, premises, text, line, skip=1 if defined else 0)
            statement = [c.goal for c in mine if c.goal is not None]
            whole = None if not statement else statement[0] if len(statement) == 1 else op("and", *statement)
            after = line.links[k + 1] if k + 1 < len(line.links) else ""
            if arrow and whole is not None:
                if before is None:
                    raise Unreadable("there is no statement before this arrow", chain.start, chain.end)
                mine = [self._arrow(before, arrow, whole, mine, k == 0, chain)]
            elif after and whole is not None and not defined:
                mine = []  # the premise of an implication is not claimed by itself
            claims += mine
            before = whole
        if before is not None:
            self.statement = before
        if line.toward is not None and not any(_takes_toward(c) for c in line.chains):
            raise Unreadable("what goes where is read with \\to or O(...); write \\lim for a limit", 0, len(text))
        for a, b in line.asides:
            r = Reader(self.context.scope)
            claims.append(self._claim(r, r.value(a), "=", r.value(b), b, premises))
        return claims, definition

    def _arrow(self, before: Term, arrow: str, after: Term, mine: list[Claimed], first: bool,
               chain: Chain) -> Claimed:
        a, b = (after, before) if arrow == "<=" else (before, after)
        c = Claimed(op("iff" if arrow == "<=>" else "imp", a, b), (chain.start, chain.end), self.judge,
                    [e for m in mine for e in m.extra])
        if first and arrow == "=>" and self.wrong is not None:
            c.from_line, c.premise = self.wrong, before
        return c

    def _definition(self, chain: Chain, line: Line) -> bool:
        left = chain.parts[0]
        if left is None or len(chain.parts) < 2 or chain.parts[1] is None or chain.parts[1].kind == "dots":
            return False
        explicit = line.definition or chain.signs[0] == ":="
        if chain.signs[0] not in ("=", ":=") or order_in(chain.parts[1]) is not None:
            return False
        scope = self.context.scope
        target = left.args[0] if left.kind == "apply" else left
        if target.kind != "name":
            if line.definition:
                raise Unreadable("a definition has a name on its left", chain.start, chain.end)
            return False        # what is claimed with := about an expression is an equation
        known = scope.is_known(target.data) or scope.lookup(target.data) is not None
        if explicit and not known:
            self._define(left, chain.parts[1])
            return True
        if explicit:
            if line.definition:
                raise Unreadable("this name is declared already and cannot be defined anew", left.start, left.end)
            return False
        if known or scope.strict or left.kind != "name" or self._mentioned(target, chain.parts[1]):
            return False
        if target.data.sup is not None or (
            target.data.sub is not None
            and any(
                x.kind == "name" and (x.data.base in scope.integers or scope.lookup(x.data) is not None)
                for x in target.data.sub.nodes
            )
        ):
            return False
        self._define(left, chain.parts[1])
        scope.note(f"{target.data.base} is not declared; the line is read as its definition")
        return True

    def _mentioned(self, target: Node, right: Node) -> bool:
        return any(
            x.kind == "name" and x.data.base == target.data.base and x.data.sub == target.data.sub for x in right.walk()
        )

    def _define(self, left: Node, right: Node) -> None:
        before = len(self.context.hyps)
        define(self.context, left, right)
        new = self.context.hyps[before:]
        kept = self.judge.earlier
        self.judge = Judge([*self.judge.hyps, *new], self.judge.limit, self.context.defined)
        self.judge.earlier = kept

    def _chain(self, chain: Chain, premises: list[Term], text: str, line: Line, skip: int) -> list[Claimed]:
        toward = None if line.toward is None else Toward(*line.toward)
        claims: list[Claimed] = []
        previous: tuple[Value, Node] | None = None
        r = Reader(self.context.scope)
        if chain.parts[0] is None:
            if self.last is None:
                raise Unreadable(
                    "this line goes on from the line before, which was not read", chain.start, chain.start + 1
                )
            previous = self.last
        elif chain.parts[0].kind != "dots":
            previous = self._side(r, chain.parts[0])
            self.head = previous
        for k, sign in enumerate(chain.signs):
            part = chain.parts[k + 1]
            if part is None or part.kind == "dots":
                continue
            order = None if part.kind in _SETS else order_in(part)
            if previous is not None and previous[1].kind == "order" and order is None:
                raise Unreadable("behind an order of growth, only another one follows", part.start, part.end)
            if order is not None or sign in ("in", "to"):
                if previous is None:
                    raise Unreadable("what stands before this is not read", part.start, part.end)
                goal, stronger = self._special(r, previous[0], sign, part, order, toward)
                extra = [*premises, *self._presumed(r), *self._free(goal, r)]
                claims.append(Claimed(goal, (part.start, part.end), self.judge, extra, stronger=stronger,
                                      wrong="" if sign == "in" and order is None else _WRONG[order is None]))
                if order is not None:
                    previous = (r.value(order.args[0]), order)
                continue
            if sign.startswith("propto") or (previous is not None and self._without_value(previous[1], part)):
                if previous is None or (skip and k == 0):
                    raise Unreadable("what stands before this is not read", part.start, part.end)
                goal, assumed = self._modulo(r, previous[1], sign, part, chain)
                extra = [*premises, *assumed, *self._presumed(r), *self._free(goal, r)]
                c = Claimed(goal, (part.start, part.end), self.judge, extra)
                if chain.parts[0] is None and k == 0:
                    c.from_line = self.wrong
                claims.append(c)
                previous = self._side(r, part)
                continue
            value = r.value(part)
            if previous is not None and not (skip and k == 0):
                if sign == "~":
                    goal = _rounding(previous[0], value, part, text)
                    extra = [*premises, *self._presumed(r), *self._free(goal, r)]
                    claims.append(Claimed(goal, (part.start, part.end), self.judge, extra))
                else:
                    c = self._claim(r, previous[0], sign, value, part, premises)
                    if chain.parts[0] is None and k == 0 and self.wrong is not None:
                        base = self.good or self.head
                        c.from_line = self.wrong
                        c.base = None if base is None or self._without_value(base[1]) else base
                    if self.head is not None and self.head[1] is not previous[1] and sign == "=" \
                            and not self._without_value(self.head[1]):
                        with suppress(Unreadable):
                            c.whole = relate(r, self.head[0], sign, value, part)
                    c.matrices = self._matrices(c.goal, previous[1], sign, part)
                    c.first = not claims and chain.parts[0] is not None
                    claims.append(c)
            previous = (value, part)
        self.last = previous
        return claims

    def _side(self, r: Reader, n: Node) -> Side:
        """A side; one without a value of its own has a number that nothing asks for."""
        return (num(0) if self._without_value(n) else r.value(n)), n

    def _without_value(self, *sides: Node) -> bool:
        """Whether a side leaves out a constant or is an extreme over numbers."""
        scope = self.context.scope
        return any(n.kind not in _SETS and (leaves_out(scope, n) or is_extreme(scope, n)) for n in sides)

    def _modulo(self, r: Reader, left: Node, sign: str, right: Node, chain: Chain) -> tuple[Term, list[Term]]:
        """What an equation up to a constant or a factor says, or one of an extreme value."""
        about = left if self.head is None else self.head[1]
        if sign.startswith("propto"):
            return proportional(r, about, left, right, sign.partition(" ")[2])
        if sign not in ("=", ":="):
            raise Unreadable("constants are left out, and extremes over numbers are read, in equations", right.start,
                             right.end)
        for a, b in ((left, right), (right, left)):
            if is_extreme(r.scope, a):
                return is_extreme_value(r, a, b), []
        named = any(p is not None and p.kind not in _SETS and names_constant(r.scope, p) for p in (left, *chain.parts))
        return equal_but_constant(r, about, left, right, named)

    def _special(self, r: Reader, left: Value, sign: str, part: Node, order: Node | None,
                 toward: Toward | None) -> tuple[Term, Term | None]:
        """What an order of growth, an arrow or a membership says of the left side."""
        if order is None and sign == "in":
            return member(r, left, part), None
        if not isinstance(left, Term) or left.sort != "R":
            raise Unreadable("orders of growth and limits of numbers are read", part.start, part.end)
        if order is None:
            return tends_goal(r, left, part, toward), None
        if sign not in ("=", "in"):
            raise Unreadable("an order of growth stands behind = or \\in", part.start, part.end)
        rest = rest_of(part)
        f = left if rest is None else op("add", left, op("neg", r.number(rest)))
        return order_goals(r, f, order, toward)

    def _claim(self, r: Reader, a: Value, sign: str, b: Value, n: Node, premises: list[Term]) -> Claimed:
        try:
            goal = relate(r, a, sign, b, n)
        except ShapeMismatch as stop:
            return Claimed(None, (n.start, n.end), self.judge, shape=stop.message, sides=(a, sign, b))
        extra = [*premises, *self._presumed(r), *self._free(goal, r)]
        return Claimed(goal, (n.start, n.end), self.judge, extra, (a, sign, b))

    def _matrices(self, goal: Term | None, left: Node, sign: str, right: Node) -> Term | None:
        """The statement with the capital letters that nothing declares as matrices, if there are several."""
        if goal is None:
            return None
        known = self.context.scope.symbols
        letters = [s for kind, name, arity in goal.symbols if kind == "v" and (s := known.get(name)) is not None
                   and not s.known and len(s.base) == 1 and s.base.isupper()]
        if len(letters) < 2:
            return None
        scope = self.context.scope.copy()
        for s in letters:
            scope.declare(replace(s, shape=(num(2), num(2)), known=True))
        r = Reader(scope)
        with suppress(Unreadable, RecursionError):
            return relate(r, r.value(left), sign, r.value(right), right)
        return None

    def _presumed(self, r: Reader) -> list[Term]:
        """That the members that are written are there, where it is not given."""
        new = [f for f in r.presumed if f not in self.judge.hyps]
        for f in new:
            if f.head != "isint":
                self.context.scope.note(f"{r.spelled(f)} is taken for granted, since such a member is written")
        return new

    def _free(self, goal: Term, r: Reader) -> list[Term]:
        """What holds of free names in index places: the ranges of their declarations."""
        out: list[Term] = []
        for kind, name, arity in sorted(goal.symbols):
            if kind != "v" or arity:
                continue
            s = self.context.scope.symbols.get(name)
            if s is None or s.known:
                continue
            t = s.term(())
            if s.base in self.context.scope.integers:
                out += range_facts(t, self.context.scope.integers[s.base])
                continue
            if self._in_index(goal, t) and not any(x is t for x, _ in r.uses):
                out += [op("isint", t), op("le", 0, t)]
                self.context.scope.note(f"{name} is an index and is taken to be a natural number")
        return out

    def _in_index(self, t: Term, x: Term) -> bool:
        """Whether a number stands where a family takes an index or a sum its bounds, not a function its argument."""
        stack = [t]
        while stack:
            n = stack.pop()
            stack += n.args
            if n.head in ("f", "g"):
                s = self.context.scope.symbols.get(str(n.data))
                indices = n.args[: len(n.args) - (0 if s is None else s.arguments)]
                if any(a is x or x in a.args for a in indices):
                    return True
            if n.head in ("sum", "prod") and x in n.args[:2]:
                return True
        return False


def _takes_toward(chain: Chain) -> bool:
    return "to" in chain.signs or any(p is not None and order_in(p) is not None for p in chain.parts)


def _rounding(a: Value, b: Value, n: Node, text: str) -> Term:
    """``a`` rounds to ``b`` at the digits shown."""
    shown = text[n.start : n.end].strip(" ,.;")
    if not isinstance(a, Term) or not isinstance(b, Term):
        raise Unreadable("a rounding of a number is expected", n.start, n.end)
    digits = shown.partition(".")[2]
    if b.head not in ("num", "neg") or (digits and not digits.isdigit()):
        raise Unreadable("\\approx is read as a rounding: a decimal number is expected on its right", n.start, n.end)
    half = Fraction(1, 2 * 10 ** len(digits))
    return op("le", op("abs", op("add", a, op("neg", b))), num(half))
