"""What the hypotheses determine.

A plan is read off the hypotheses once: which symbols follow a rule, which scalars are defined,
which random symbols have a named law, target moments, or must be independent or symmetric.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derivations.kernel.term import Term, num, subterms, var
from derivations.refute import shapes
from derivations.refute.facts import (
    Clause,
    Pattern,
    Rule,
    Symbol,
    clauses,
    disjoint,
    equation_rule,
    isolate,
    lower_instance,
    pattern_of,
    symbol_of,
)
from derivations.refute.smooth import demand, real_places


@dataclass(frozen=True, eq=False)
class Target:
    """A moment (``mean``, ``var`` or ``second``) that a random symbol must have."""

    moment: str
    symbol: Symbol
    pattern: Pattern
    clause: Clause
    value: Term


@dataclass(frozen=True, eq=False)
class Property:
    """A statement about one application of a symbol."""

    symbol: Symbol
    pattern: Pattern
    clause: Clause
    subject: Term


class Plan:
    """The reading of hypotheses; further terms and symbols that need values."""

    def __init__(self, hyps: Sequence[Term], more: Sequence[Term] = (), symbols: Iterable[Symbol] = ()) -> None:
        self.hyps = list(dict.fromkeys(hyps))
        self.symbols: set[Symbol] = {*symbols}.union(*(t.symbols for t in (*self.hyps, *more)))
        self.clauses = [c for h in self.hyps for c in clauses(h)]
        self.places = real_places([*self.hyps, *more])          # real arguments of families
        self.demands: dict[Symbol, set[str]] = defaultdict(set)
        self.granted: set[Clause] = set()       # properties that smooth functions have by construction
        for c in self.clauses:
            asked = demand(c, self.places)
            if asked is not None:
                self.demands[asked[0]].add(asked[1])
                self.granted.add(c)
        self.shapes, self.shaped = shapes.read([c for c in self.clauses if not (
            c.conclusion.symbols & self.places.keys())])
        self.rules: dict[Symbol, list[Rule]] = defaultdict(list)
        self.definitions: dict[str, Term] = {}
        self.laws: dict[Symbol, list[Rule]] = defaultdict(list)
        self.targets: dict[Symbol, list[Target]] = defaultdict(list)
        self.properties: dict[Symbol, list[Property]] = defaultdict(list)
        self.used: set[Clause] = set()          # clauses that need no further drawing
        self.defined: set[Clause] = set()
        self._read_rules()
        self._read_laws_and_targets()
        self._read_definitions()
        self._read_properties()
        self.representative: dict[Symbol, Symbol] = {}
        self.identical: set[Symbol] = set()
        self.symmetric: set[Symbol] = set()
        self.apart: set[frozenset[Symbol]] = set()
        self.own: set[Symbol] = set()
        self._read_joint()

    # -- rules and definitions ------------------------------------------------------------------

    def _read_rules(self) -> None:
        for c in self.clauses:
            if c.conclusion.head != "eq" or c in self.granted or c in self.shaped:
                continue
            rule = equation_rule(c, "frg", ())
            if rule is None or (rule.symbol[0] == "f" and c.count == 0 and self._scalar_side(c)):
                continue
            if rule.symbol in self.places and (rule.symbol in rule.value.symbols or c.conclusion.random):
                continue
            if self._cyclic(rule):
                rule = equation_rule(c, "frg", {rule.symbol})
                if rule is None or self._cyclic(rule):
                    continue
            self.rules[rule.symbol].append(rule)
            self.used.add(c)

    def _scalar_side(self, c: Clause) -> bool:
        """``W(0) = L`` with a bare scalar and a rule for W: it defines the scalar."""
        for a, b in (c.conclusion.args, c.conclusion.args[::-1]):
            symbol = symbol_of(b)
            if a.head == "v" and symbol is None and ("v", a.data, 0) not in b.symbols and any(
                    s[0] == "f" for s in b.symbols):
                return True         # a number that is computed from members of families
            if a.head == "v" and symbol is not None and any(
                    r.clause.count for r in self.rules.get(symbol, ())):
                return not self._start(b)
        return False

    def _start(self, application: Term) -> bool:
        """Whether a recurrence leaves this index out: its rules all step away from a start."""
        symbol = symbol_of(application)
        assert symbol is not None
        return all(symbol in r.value.symbols for r in self.rules[symbol] if r.clause.count) and not any(
            r.clause.count == 0 for r in self.rules[symbol]) and len(application.args) == 1 and all(
            not isinstance(p, Term) and p[1] > 0 for r in self.rules[symbol] for p in r.pattern)

    def _cyclic(self, rule: Rule) -> bool:
        """Whether another symbol that the value needs is itself computed from this one."""
        seen: set[Symbol] = set()
        stack = [s for s in rule.value.symbols if s != rule.symbol]
        while stack:
            s = stack.pop()
            if s == rule.symbol:
                return not any(self._stepping(r) for r in
                               [rule, *(r for other in seen for r in self.rules.get(other, ()))])
            if s in seen:
                continue
            seen.add(s)
            stack += [x for r in self.rules.get(s, ()) for x in r.value.symbols if x != s]
        return False

    def _stepping(self, rule: Rule) -> bool:
        """Whether indices move: then two symbols may be computed from one another in turn."""
        if any(isinstance(p, Term) or p[1] for p in rule.pattern):
            return True
        return any(a.bound and a.head != "b"
                   for t in subterms(rule.value) if t.head in ("f", "g") for a in t.args)

    def _read_definitions(self) -> None:
        for c in self.clauses:
            if c.conclusion.head != "eq" or c in self.used or c.conclusion.random:
                continue
            for name, value in self._definable(c):
                if name not in self.definitions and not self._reaches(value, name):
                    self.definitions[name] = value
                    self.used.add(c)
                    self.defined.add(c)
                    break

    def _definable(self, c: Clause) -> list[tuple[str, Term]]:
        left, right = c.conclusion.args
        found: list[tuple[str, Term]] = []
        for a, b in ((left, right), (right, left)):
            if a.head == "v":
                value = b if not b.bound else lower_instance(c, b)
                if value is not None and not value.bound:
                    found.append((str(a.data), value))
        if not c.count:
            for kind, name, _ in sorted(c.conclusion.symbols):
                if kind == "v" and (value := isolate(left, right, var(name))) is not None:
                    found.append((name, value))
        return found

    def solves(self, hyp: Term) -> bool:
        """Whether a hypothesis is nothing but equations that symbols were computed from."""
        mine = [c for c in self.clauses if c.source is hyp]
        rules = {r.clause for found in self.rules.values() for r in found
                 if all(r is other or disjoint(r, other) for other in found)}
        return all(c in rules or (c in self.defined and not c.count) for c in mine)

    def grants(self, hyp: Term) -> bool:
        """Whether a hypothesis says nothing but what smooth functions were made for."""
        mine = [c for c in self.clauses if c.source is hyp]
        return bool(mine) and all(c in self.granted for c in mine)

    def closure(self, t: Term) -> set[Symbol]:
        """Every symbol whose value may matter for the value of ``t``."""
        seen: set[Symbol] = set()
        stack = list(t.symbols)
        while stack:
            s = stack.pop()
            if s in seen:
                continue
            seen.add(s)
            if s[0] == "v" and s[1] in self.definitions:
                stack += self.definitions[s[1]].symbols
            for r in [*self.rules.get(s, ()), *self.laws.get(s, ())]:
                stack += r.value.symbols.union(*(p.symbols for p in r.clause.premises))
            for x in self.targets.get(s, ()):
                stack += x.value.symbols
            for p in self.properties.get(s, ()):
                stack += p.clause.conclusion.symbols
        return seen

    def _reaches(self, value: Term, name: str) -> bool:
        return ("v", name, 0) in self.closure(value)

    # -- chance ---------------------------------------------------------------------------------

    def _read_laws_and_targets(self) -> None:
        for c in self.clauses:
            t = c.conclusion
            if t.head.startswith("law_"):
                symbol, pattern = symbol_of(t.args[0]), pattern_of(t.args[0], c.count)
                if symbol is not None and symbol[0] in "rg" and pattern is not None \
                        and symbol not in self.rules:
                    self.laws[symbol].append(Rule(symbol, pattern, c, t))
        for c in self.clauses:
            t = c.conclusion
            if t.head == "eq":
                for a, b in (t.args, t.args[::-1]):
                    found = _moment(a)
                    if found is None:
                        continue
                    moment, x = found
                    symbol, pattern = symbol_of(x), pattern_of(x, c.count)
                    if symbol is not None and pattern is not None and symbol not in self.rules \
                            and symbol not in self.laws and symbol not in b.symbols:
                        self.targets[symbol].append(Target(moment, symbol, pattern, c, b))
                        self.used.add(c)
                        break

    def _read_properties(self) -> None:
        for c in self.clauses:
            if c in self.used or c in self.granted or c in self.shaped \
                    or c.conclusion.head in ("indep", "samelaw", "integrable"):
                continue
            subjects: dict[Symbol, list[tuple[Term, Pattern]]] = defaultdict(list)
            for t in subterms(c.conclusion):
                symbol = symbol_of(t)
                if symbol is not None and symbol[0] in "frg" and symbol not in self.rules \
                        and symbol not in self.places:
                    pattern = pattern_of(t, c.count)
                    if pattern is not None:
                        subjects[symbol].append((t, pattern))
            for symbol, found in subjects.items():
                if symbol[0] != "f" and not c.conclusion.random:
                    continue
                far = max(found, key=lambda x: sum(p[1] for p in x[1] if not isinstance(p, Term)))
                self.properties[symbol].append(Property(symbol, far[1], c, far[0]))

    def base(self, t: Term) -> set[Symbol]:
        """The underived random symbols behind a term."""
        return {s for s in self.closure(t) if s[0] in "rg" and s not in self.rules}

    def _read_joint(self) -> None:
        for c in self.clauses:
            t = c.conclusion
            if t.head == "samelaw":
                self._read_samelaw(*t.args)
            elif t.head == "indep":
                members: list[set[Symbol]] = []
                for block in t.args:
                    inner, deep = block, 0
                    while inner.head == "fam":
                        inner, deep = inner.args[2], deep + 1
                    found: set[Symbol] = set().union(*(
                        self.base(x) for x in (inner.args if inner.head == "tup" else (inner,))))
                    if deep or any(s[2] for s in found):
                        self.own |= found
                    members.append(found)
                for k, a in enumerate(members):
                    for b in members[k + 1:]:
                        self.apart |= {frozenset({x, y}) for x in a for y in b}
                        self.own |= a & b

    def _read_samelaw(self, a: Term, b: Term) -> None:
        turned = (a.head == "neg") != (b.head == "neg")
        a, b = (x.args[0] if x.head == "neg" else x for x in (a, b))
        x, y = symbol_of(a), symbol_of(b)
        if x is None or y is None or x[0] not in "rg" or y[0] not in "rg":
            return
        if turned:
            self.symmetric |= {x, y}
        if x == y:
            if a is not b:
                self.identical.add(x)
            return
        self.identical |= {x, y}
        top = self.representative.get(x, x)
        old = self.representative.get(y, y)
        for s in {x, y, *self.representative}:
            if self.representative.get(s, s) in (old, y):
                self.representative[s] = top


def _moment(t: Term) -> tuple[str, Term] | None:
    if t.head == "var":
        return "var", t.args[0]
    if t.head == "E":
        x = t.args[0]
        if x.head in ("r", "g"):
            return "mean", x
        if x.head == "pow" and x.args[1] is num(2):
            return "second", x.args[0]
        if x.head == "mul" and len(x.args) == 2 and x.args[0] is x.args[1]:
            return "second", x.args[0]
    return None
