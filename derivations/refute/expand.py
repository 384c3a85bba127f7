"""Products of coordinates.

A random term is expanded into a sum of products of atoms; atoms that read different coordinates
are independent, so that the expectation of a product is a product of small expectations.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from derivations.kernel.term import Term
from derivations.refute import values as v
from derivations.refute.joint import support
from derivations.refute.laws import expectation
from derivations.refute.model import Coordinate, Draw
from derivations.refute.pieces import Pieces, Reader
from derivations.refute.values import ONE, ZERO, Number, Unknown

if TYPE_CHECKING:
    from derivations.refute.evaluate import Env, Evaluator, Outcome

Monomial = tuple[tuple[int, int], ...]       # (atom, power), sorted
Poly = dict[Monomial, Number]
MAX_TERMS = 4_000
MAX_POWER = 24


def mean(ev: Evaluator, factors: list[tuple[Term, Env, int]]) -> Number:
    """E of a product of powers of terms.  Errors: Undefined, Unknown."""
    work = Expansion(ev)
    total: Poly = {(): ONE}
    for t, env, n in factors:
        total = work.times(total, work.power(work.poly(t, env), n))
    result: Number = ZERO
    for monomial, coefficient in total.items():
        result = v.add(result, v.mul(coefficient, work.mean(monomial)))
    return result


class Expansion:
    """The atoms met so far, and expectations of products of them."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self.atoms: list[tuple[Draw | Term, Env]] = []
        self.index: dict[tuple[object, ...], int] = {}
        self.reads: list[frozenset[Coordinate]] = []
        self.known: dict[Monomial, Number] = {}

    def _atom(self, what: Draw | Term, env: Env) -> Poly:
        key: tuple[object, ...] = (what, *env)
        if not all(isinstance(x, Fraction) for x in env):
            raise Unknown("an index that is not exact")
        if key not in self.index:
            self.index[key] = len(self.atoms)
            self.atoms.append((what, env))
            self.reads.append(frozenset({what.coordinate}) if isinstance(what, Draw)
                              else support(self.ev, what, env))
        return {((self.index[key], 1),): ONE}

    def times(self, a: Poly, b: Poly) -> Poly:
        """The product of two polynomials.  Errors: Unknown if it has too many terms."""
        found: Poly = {}
        self.ev.fuel.burn(len(a) * len(b))
        for m, x in a.items():
            for n, y in b.items():
                powers = dict(m)
                for atom, k in n:
                    powers[atom] = powers.get(atom, 0) + k
                key = tuple(sorted(powers.items()))
                found[key] = v.add(found.get(key, ZERO), v.mul(x, y))
        if len(found) > MAX_TERMS:
            raise Unknown("too many products")
        return found

    def power(self, a: Poly, n: int) -> Poly:
        """A natural power.  Errors: Unknown if it is large."""
        if n > MAX_POWER:
            raise Unknown("a high power of a random term")
        found: Poly = {(): ONE}
        for _ in range(n):
            found = self.times(found, a)
        return found

    def plus(self, a: Poly, b: Poly) -> Poly:
        """The sum of two polynomials."""
        found = dict(a)
        for m, x in b.items():
            found[m] = v.add(found.get(m, ZERO), x)
        return found

    def poly(self, t: Term, env: Env) -> Poly:
        """``t`` as a polynomial in atoms."""
        ev = self.ev
        if not t.random:
            return {(): ev.number(t, env)}
        if t.head in ("r", "g"):
            meaning = ev.meaning(t, env)
            if isinstance(meaning, Draw):
                return self._atom(meaning, ())
            return self.poly(meaning, ()) if isinstance(meaning, Term) else {(): meaning}
        if t.head == "neg":
            return self.times({(): -ONE}, self.poly(t.args[0], env))
        if t.head in ("add", "mul"):
            found = self.poly(t.args[0], env)
            for a in t.args[1:]:
                found = (self.plus if t.head == "add" else self.times)(found, self.poly(a, env))
            return found
        if t.head == "sum" and not (t.args[0].random or t.args[1].random):
            found = {}
            for k in ev.span(t, env):
                found = self.plus(found, self.poly(t.args[2], (Fraction(k), *env)))
            return found
        if t.head == "div" and not t.args[1].random:
            return self.times({(): v.div(ONE, ev.number(t.args[1], env))}, self.poly(t.args[0], env))
        if t.head == "pow" and not t.args[1].random:
            n = v.integer(ev.number(t.args[1], env))
            if n is not None and n >= 0:
                return self.power(self.poly(t.args[0], env), n)
        if t.head == "ite" and not t.args[0].random:
            return self.poly(t.args[1 if ev.truth(t.args[0], env) else 2], env)
        return self._atom(t, env[:t.bound])

    def mean(self, monomial: Monomial) -> Number:
        """E of a product of atoms: the product over groups that share no coordinate."""
        groups: list[tuple[frozenset[Coordinate], list[tuple[int, int]]]] = []
        for factor in monomial:
            reads, members = self.reads[factor[0]], [factor]
            rest = []
            for r, m in groups:
                if r & reads:
                    reads, members = reads | r, m + members
                else:
                    rest.append((r, m))
            groups = [*rest, (reads, members)]
        result: Number = ONE
        for reads, members in groups:
            key = tuple(sorted(members))
            if key not in self.known:
                self.known[key] = self._group(reads, key)
            result = v.mul(result, self.known[key])
        return result

    def _group(self, reads: frozenset[Coordinate], key: Monomial) -> Number:
        from derivations.refute.evaluate import outcomes
        if not any(c.law for c in reads):
            def visit(o: Outcome) -> Number:
                result: Number = ONE
                for atom, n in key:
                    what, env = self.atoms[atom]
                    x = o.read(what) if isinstance(what, Draw) else self.ev.number(what, env, o)
                    result = v.mul(result, v.power(x, Fraction(n)))
                return result
            total: Number = ZERO
            for weight, value in outcomes(visit):
                total = v.add(total, v.mul(weight, value))
            return total
        # what the finite coordinates say is fixed first, then one continuous variable is left
        discrete = sorted((c for c in reads if not c.law), key=lambda c: c.name)
        total = ZERO
        self.ev.fuel.burn(len(discrete))
        count = 1
        for c in discrete:
            count *= len(c.points)
        if count > MAX_TERMS:
            raise Unknown("too many outcomes")
        for points in product(*(c.points for c in discrete)):
            weight = ONE
            for w, _ in points:
                weight *= w
            fixed = {c: values for c, (_, values) in zip(discrete, points, strict=True)}
            total = v.add(total, v.mul(weight, self._continuous(key, fixed)))
        return total

    def _continuous(self, key: Monomial, fixed: dict[Coordinate, tuple[Number, ...]]) -> Number:
        reader = Reader(self.ev, fixed)
        whole = Pieces.constant(ONE)
        for atom, n in key:
            what, env = self.atoms[atom]
            piece = reader.draw(what) if isinstance(what, Draw) else reader.pieces(what, env)
            for _ in range(n):
                whole = whole.times(piece)
        law = reader.law()
        return whole.number() if law is None else expectation(whole, law)
