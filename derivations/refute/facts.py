"""Reading the hypotheses.

Hypotheses are taken apart into clauses ``forall ... premises -> conclusion``; clauses that give a
family its values become rules, equations that give a scalar its value become definitions.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.kernel.term import Term, bvar, num, op, open_with, shift, subterms
from derivations.refute.evaluate import Evaluator
from derivations.refute.quantify import conjuncts

Symbol = tuple[str, str, int]
Pattern = tuple["Term | tuple[int, Fraction]", ...]


@dataclass(frozen=True, eq=False)
class Clause:
    """``count`` universal variables, premises and a conclusion with that many loose indices."""

    count: int
    premises: tuple[Term, ...]
    conclusion: Term
    source: Term


@dataclass(frozen=True, eq=False)
class Rule:
    """The value of a symbol at the indices that match the pattern, under the clause's premises."""

    symbol: Symbol
    pattern: Pattern
    clause: Clause
    value: Term

    def match(self, index: Sequence[Fraction], ev: Evaluator) -> tuple[Fraction, ...] | None:
        """The values of the clause's variables at this index, or None where it does not apply."""
        env = match(self.pattern, self.clause.count, index, ev)
        if env is None or not all(ev.truth(p, env) for p in self.clause.premises):
            return None
        return env


def match(pattern: Pattern, count: int, index: Sequence[Fraction],
          ev: Evaluator) -> tuple[Fraction, ...] | None:
    """The values of the variables that make the pattern this index, or None."""
    env: list[Fraction | None] = [None] * count
    for p, x in zip(pattern, index, strict=True):
        if isinstance(p, Term):
            if ev.exact(p) != x:
                return None
        else:
            k, offset = p
            if env[k] is not None and env[k] != x - offset:
                return None
            env[k] = x - offset
    return tuple(x if x is not None else Fraction(0) for x in env)


def disjoint(a: Rule, b: Rule) -> bool:
    """Whether two rules visibly never apply at the same index."""
    return any(_apart(p, q, b) or _apart(q, p, a) for p, q in zip(a.pattern, b.pattern, strict=True))


def _apart(p: Term | tuple[int, Fraction], q: Term | tuple[int, Fraction], rule: Rule) -> bool:
    """``p`` is a closed index that the range of ``q``, an index of the rule, leaves out."""
    if not isinstance(p, Term):
        return False
    if isinstance(q, Term):
        return p.head == q.head == "num" and p is not q
    k, offset = q
    for fact in rule.clause.premises:
        if fact.head not in ("le", "lt"):
            continue
        low, high = fact.args
        if high is bvar(k) and low.head == p.head == "num":
            assert isinstance(low.data, Fraction) and isinstance(p.data, Fraction)
            edge = low.data + offset
            if edge > p.data or (edge == p.data and fact.head == "lt"):
                return True
        if low is bvar(k) and high is p and (offset < 0 or (offset == 0 and fact.head == "lt")):
            return True
    return False


def clauses(hyp: Term) -> list[Clause]:
    """The clauses of one hypothesis; ``surely`` is left out, it is checked in the end."""
    found: list[Clause] = []

    def walk(t: Term, count: int, premises: tuple[tuple[int, Term], ...]) -> None:
        if t.head == "forall":
            walk(t.args[0], count + 1, premises)
        elif t.head == "imp":
            walk(t.args[1], count, premises + tuple((count, p) for p in conjuncts(t.args[0])))
        elif t.head == "and":
            for a in t.args:
                walk(a, count, premises)
        elif t.head == "surely":
            walk(t.args[0], count, premises)
        else:
            found.append(Clause(count, tuple(shift(p, count - c) for c, p in premises), t, hyp))
    walk(hyp, 0, ())
    return found


def symbol_of(t: Term) -> Symbol | None:
    """The symbol that ``t`` is an application of."""
    if t.head in ("v", "r", "f", "g"):
        assert isinstance(t.data, str)
        return t.head, t.data, len(t.args)
    return None


def pattern_of(t: Term, count: int) -> Pattern | None:
    """The indices of an application as ``variable + number`` or closed terms, if all are so and
    every one of the ``count`` variables can be read off."""
    found: list[Term | tuple[int, Fraction]] = []
    for a in t.args:
        if not a.bound:
            found.append(a)
            continue
        place = _offset(a)
        if place is None:
            return None
        found.append(place)
    if {p[0] for p in found if not isinstance(p, Term)} != set(range(count)):
        return None
    return tuple(found)


def _offset(t: Term) -> tuple[int, Fraction] | None:
    if t.head == "b":
        assert isinstance(t.data, int)
        return t.data, Fraction(0)
    if t.head != "add":
        return None
    variable, total = None, Fraction(0)
    for a in t.args:
        if a.head == "num":
            assert isinstance(a.data, Fraction)
            total += a.data
        elif a.head == "neg" and a.args[0].head == "num":
            assert isinstance(a.args[0].data, Fraction)
            total -= a.args[0].data
        elif a.head == "b" and variable is None:
            variable = a.data
        else:
            return None
    return (variable, total) if isinstance(variable, int) else None


def isolate(left: Term, right: Term, target: Term) -> Term | None:
    """What ``target`` equals by the equation, if it occurs in it once and can be freed."""
    if _count(left, target) + _count(right, target) != 1:
        return None
    if _count(right, target):
        left, right = right, left
    while left is not target:
        k = next(i for i, a in enumerate(left.args) if _count(a, target))
        rest = [a for i, a in enumerate(left.args) if i != k]
        if right is num(0) and (left.head in ("neg", "mul", "sqrt") or (left.head == "div" and k == 0)):
            pass        # a factor of what is 0 is made 0
        elif right is num(0) and left.head == "div":
            return None
        elif left.head == "add":
            right = op("add", right, *[op("neg", a) for a in rest])
        elif left.head == "neg":
            right = op("neg", right)
        elif left.head == "mul":
            right = op("div", right, rest[0] if len(rest) == 1 else op("mul", *rest))
        elif left.head == "div":
            right = op("mul", right, rest[0]) if k == 0 else op("div", rest[0], right)
        elif left.head == "sqrt":
            right = op("pow", right, 2)
        elif left.head == "exp":
            right = op("log", right)
        elif left.head == "log":
            right = op("exp", right)
        elif left.head == "pow" and k == 0 and not rest[0].bound:
            right = op("pow", right, op("div", 1, rest[0]))
        else:
            return None
        left = left.args[k]
    return right


def _count(t: Term, target: Term) -> int:
    if t is target:
        return 1
    return sum(_count(a, target) for a in t.args)


def equation_rule(c: Clause, kinds: str, taken: Container[Symbol | None] = ()) -> Rule | None:
    """The rule an equation gives for a family or random symbol: the side that is an application,
    or else the application furthest along that can be freed."""
    if c.conclusion.head != "eq":
        return None
    left, right = c.conclusion.args
    for a, b in ((left, right), (right, left)):
        rule = _rule(c, a, b, kinds)
        if rule is not None and rule.symbol not in taken:
            return rule
    best: tuple[Fraction, Term, Term, Pattern] | None = None
    for t in subterms(c.conclusion):
        if t.head in kinds and (pattern := pattern_of(t, c.count)) is not None and symbol_of(t) not in taken:
            far = sum((p[1] for p in pattern if not isinstance(p, Term)), Fraction(0))
            value = isolate(left, right, t)
            if value is not None and (best is None or far > best[0]):
                best = (far, t, value, pattern)
    return None if best is None else _rule(c, best[1], best[2], kinds)


def _rule(c: Clause, a: Term, b: Term, kinds: str) -> Rule | None:
    symbol = symbol_of(a)
    if symbol is None or a.head not in kinds:
        return None
    pattern = pattern_of(a, c.count)
    if pattern is None or any(t is a for t in subterms(b)):
        return None
    if a.head in "vf" and b.random:
        return None
    return Rule(symbol, pattern, c, b)


def lower_instance(c: Clause, t: Term) -> Term | None:
    """``t`` of a clause with its variables at the lower ends of their ranges."""
    lows: list[Term] = []
    for k in range(c.count):
        low = [p.args[0] for p in c.premises
               if p.head == "le" and p.args[1] is bvar(k) and not p.args[0].bound]
        lows.append(low[0] if low else num(1))
    return open_with(t, lows)
