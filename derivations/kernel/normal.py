"""Canonical forms of terms.

Two real terms with the same canonical form are equal in every model that satisfies the facts.
The laws used are those of the section "Canonical forms" of ``docs/certificates.md``; each
helper names the one it applies.  Facts about the outcome never enter a modal head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import flint

from derivations.kernel import polynomial as P
from derivations.kernel.polynomial import ONE, Poly, Ratio, TooLarge
from derivations.kernel.term import (
    BINDERS,
    MODAL,
    RANGED,
    Capture,
    Term,
    add,
    close_over,
    fresh,
    in_range,
    make,
    num,
    op,
    open_with,
    subterms,
)

WRITE_OUT = 64      # a sum over fewer integers than this is written out


def _literal(q: Any) -> Term:
    return num(Fraction(int(q.p), int(q.q)))


def _number(q: Any) -> Ratio:
    return Ratio(P.constant(q), ONE)


def _atom(t: Term) -> Ratio:
    return Ratio(P.atom(t), ONE)


def to_term(r: Ratio) -> Term:
    """The canonical term of a canonical fraction."""
    def poly(p: Poly) -> Term:
        parts = []
        for m in sorted(p, key=lambda m: [(P.order_key(t), n) for t, n in m]):
            factors = [] if p[m] == 1 and m else [_literal(p[m])]
            factors += [t if n == 1 else op("pow", t, n) for t, n in m]
            parts.append(factors[0] if len(factors) == 1 else op("mul", *factors))
        return add(*parts)
    top = poly(r.num)
    return top if r.is_poly() else op("div", top, poly(r.den))


class Normalizer:
    """Canonical forms under a fixed set of facts (formulas that are true at hand)."""

    def __init__(self, facts: frozenset[Term]) -> None:
        self.facts = facts
        self.memo: dict[Term, Ratio] = {}
        # What goes along into binders and modal heads: a fact that holds such a head itself stays
        # out, or its own canonical form would be asked for without end.
        self.carried = frozenset(f for f in facts if not _closed_in(f))
        self.positive: list[Poly] = []
        self.nonneg: list[Poly] = []
        self.signs: dict[Term, int] = {}           # of atoms: 2 positive, 1 not negative
        self.nonzero: set[frozenset[Any]] = set()
        self.integers: dict[Term, Ratio] = {}      # canonical term -> the same as a fraction
        self.roots: dict[Term, tuple[int, Ratio]] = {}
        self.asked: set[Term] = set()
        # Two rounds: a fact may need another one (a sign, say) to reach its canonical form.
        for _ in range(2 if facts else 0):
            self.memo.clear()
            for f in sorted(facts, key=P.order_key):
                self._learn(f)
        self.memo.clear()

    # -- facts ----------------------------------------------------------------------------------

    def _learn(self, f: Term) -> None:
        if f.head == "and":
            for g in f.args:
                self._learn(g)
        elif f.head == "isint":
            r = self.form(f.args[0])
            self.integers[to_term(r)] = r
        elif f.head in ("ne", "lt", "le"):
            d = self.minus(self.form(f.args[1]), self.form(f.args[0]))
            p = P.times(d.num, d.den)           # the sign of num/den, as den is non-zero
            if f.head != "le":
                for part, _ in P.factor(p)[1]:
                    self.nonzero.add(frozenset(part.items()))
            known, rest = self.positive if f.head == "lt" else self.nonneg, p.get((), 0)
            if f.head != "ne" and p not in known:
                known.append(p)
                for m in p:                     # t - c > 0 or >= 0 with c >= 0
                    if len(p) == 1 + (rest != 0) and len(m) == 1 and m[0][1] == 1 and p[m] > 0 >= rest:
                        self.signs[m[0][0]] = max(self.signs.get(m[0][0], 0), 1 + (rest < 0 or f.head == "lt"))

    def is_positive(self, r: Ratio) -> bool:
        """Known to be > 0."""
        return self._sign(P.times(r.num, r.den), True, 2)

    def is_nonneg(self, r: Ratio) -> bool:
        """Known to be >= 0."""
        return self._sign(P.times(r.num, r.den), False, 2)

    def is_nonzero(self, p: Poly) -> bool:
        """Known to be different from 0: every factor is."""
        return bool(p) and all(frozenset(g.items()) in self.nonzero or self._sign(g, True, 1)
                               or self._sign(P.scale(g, -1), True, 1) for g, _ in P.factor(p)[1])

    def _atom_sign(self, t: Term) -> int:
        """2 known positive, 1 known non-negative, 0 nothing known."""
        best = 2 if t.head in ("e", "pi") else 1 if t.head in ("abs", "ind", "count", "P", "var") else 0
        best = max(best, self.signs.get(t, 0))
        if t.head == "pow" and best < 2 and t not in self.asked:
            self.asked.add(t)       # a fact about t itself must not ask for the sign of t again
            try:
                base = self.form(t.args[0])
                if self.is_positive(base):
                    return 2
                best = 1 if t in self.roots or self.is_nonneg(base) else best
            finally:
                self.asked.discard(t)
        return best

    def _sign(self, p: Poly, strict: bool, depth: int) -> bool:
        """``p > 0`` (``p >= 0`` if not strict) by inspection or from one or two facts."""
        if not p:
            return not strict
        some = False
        for m, c in p.items():
            if c < 0:
                break
            signs = [2 if n % 2 == 0 and self._atom_sign(t) == 2 else 1 if n % 2 == 0
                     else self._atom_sign(t) for t, n in m]
            if 0 in signs:
                break
            some = some or all(s == 2 for s in signs)
        else:
            if some or not strict:
                return True
        if depth <= 0:
            return False
        for known, sure in ((self.positive, True), (self.nonneg, False)):
            for f in known:
                for m in f:
                    if m in p and p[m] / f[m] > 0:      # p - lambda f with lambda > 0
                        rest = P.plus(p, P.scale(f, -p[m] / f[m]))
                        if len(rest) <= len(p) + 1 and self._sign(rest, strict and not sure, depth - 1):
                            return True
        c, parts = P.factor(p) if len(p) > 1 < depth else (1, [(p, 1)])
        if len(parts) == 1 == parts[0][1]:
            return False
        for g, n in parts:
            if n % 2 == 1 or (strict and not self.is_nonzero(g)):
                side = self._sign(g, strict, 1) - self._sign(P.scale(g, -1), strict, 1)
                c *= side ** n
        return bool(c > 0)

    def is_integer(self, r: Ratio) -> bool:
        """Known to be an integer: in the facts, or an integer polynomial in integers."""
        if to_term(r) in self.integers:
            return True
        if not r.is_poly():
            return False
        return all(c.q == 1 and all(self._integer_atom(t) for t, _ in m) for m, c in r.num.items())

    def _integer_atom(self, t: Term) -> bool:
        if t in self.integers or t.head in ("floor", "ceil", "count", "ind"):
            return True
        if t.head == "pow":
            n = self.form(t.args[1])
            return self.is_integer(self.form(t.args[0])) and self.is_integer(n) and self.is_nonneg(n)
        if t.head in ("sum", "prod"):
            k, inner = self._inside(t)
            return inner.is_integer(inner.form(open_with(t.args[2], [k])))
        return False

    # -- fractions ------------------------------------------------------------------------------

    def minus(self, a: Ratio, b: Ratio) -> Ratio:
        return self.plus(a, Ratio(P.scale(b.num, -1), b.den))

    def plus(self, a: Ratio, b: Ratio) -> Ratio:
        if a.den == b.den:
            return P.ratio(P.plus(a.num, b.num), a.den)
        return self._reduced(P.plus(P.times(a.num, b.den), P.times(b.num, a.den)), P.times(a.den, b.den))

    def times(self, a: Ratio, b: Ratio) -> Ratio:
        return self._reduced(P.times(a.num, b.num), P.times(a.den, b.den))

    def _reduced(self, n: Poly, d: Poly) -> Ratio:
        """Lowest terms, with ``(b^(1/q))^q = b`` applied."""
        if self.roots:
            top, bottom = self._unroot(n), self._unroot(d)
            n, d = P.times(top.num, bottom.den), P.times(top.den, bottom.num)
            if self.roots and len(d) == 1:       # 1/g = g^(q-1)/b
                (m, _), = d.items()
                for t, e in m:
                    if t in self.roots:
                        q, _ = self.roots[t]
                        lift = P.power(P.atom(t), q - e)
                        r = self._unroot(P.times(n, lift))
                        s = self._unroot(P.times(d, lift))
                        n, d = P.times(r.num, s.den), P.times(r.den, s.num)
                        return self._reduced(n, d)
        return P.ratio(n, d)

    def _unroot(self, p: Poly) -> Ratio:
        if not any(t in self.roots and n >= self.roots[t][0] for m in p for t, n in m):
            return Ratio(p, ONE)
        total = _number(0)
        for m, c in p.items():
            parts = []
            for t, n in m:
                q, base = self.roots.get(t, (n + 1, total))
                whole, rest = divmod(n, q)
                parts += [(P.atom(t), rest), (base.num, whole), (base.den, -whole)]
            part = P.product(parts, c)
            total = P.ratio(P.plus(P.times(total.num, part.den), P.times(part.num, total.den)),
                            P.times(total.den, part.den))
        if any(t in self.roots and n >= self.roots[t][0] for m in (*total.num, *total.den) for t, n in m):
            return self._reduced(total.num, total.den)
        return total

    def inverse(self, r: Ratio) -> Ratio:
        """``1/r``, factor by factor; a factor not known to be non-zero gives an atom."""
        if not r.num:
            return _number(0)                       # 1/0 = 0
        c, parts = P.factor(r.num)
        top, bottom = P.scale(r.den, 1 / c), ONE
        for g, n in parts:
            if self.is_nonzero(g):
                bottom = P.times(bottom, P.power(g, n))
            else:
                base = to_term(Ratio(g, ONE))
                flipped = base.args[0] if base.head == "pow" and base.args[1] is num(-1) \
                    else op("pow", base, -1)
                back = _atom(flipped) if flipped.head == "pow" else self.form(flipped)
                top = P.times(top, P.power(back.num, n))
                bottom = P.times(bottom, P.power(back.den, n))
        return self._reduced(top, bottom)

    def raise_to(self, r: Ratio, n: int) -> Ratio:
        if n < 0:
            return self.raise_to(self.inverse(r), -n)
        return self._reduced(P.power(r.num, n), P.power(r.den, n))

    # -- powers ---------------------------------------------------------------------------------

    def _pow(self, b: Term, x: Term) -> Ratio:
        exponent, base = self.form(x), self.form(b)
        n = exponent.constant()
        if n is not None and n.q == 1:
            try:
                return self.raise_to(base, int(n.p))
            except TooLarge:
                return _atom(op("pow", to_term(base), _literal(n)))
        if base.constant() == 1 or (n is not None and n > 0 and not base.num):
            return base
        if self.is_positive(base) or self._whole(base, exponent):
            return self._powers(base, exponent)
        if n is not None and self.is_nonneg(base):
            return self._root(to_term(base), n)
        return _atom(op("pow", to_term(base), to_term(exponent)))

    def _whole(self, base: Ratio, exponent: Ratio) -> bool:
        """Whether the exponent is a sum of integers, each of which is not negative unless the base is not 0."""
        parts = _parts(exponent)
        nonzero = self.is_nonzero(base.num)
        return all(k.q == 1 and self.is_integer(m) and (nonzero or (k > 0 and self.is_nonneg(m))) for k, m in parts)

    def _powers(self, base: Ratio, x: Ratio) -> Ratio:
        """``(bc)^x = b^x c^x`` and ``b^(x+y) = b^x b^y``, for a positive base or whole parts of x."""
        out = _number(1)
        for b, e in self._bases(base):
            for k, m in _parts(self.times(e, x)):
                out = self.times(out, self._one_power(b, k, m))
        return out

    def _bases(self, base: Ratio) -> list[tuple[Term, Ratio]]:
        """A positive fraction as a product of powers of positive bases, another one as a product of integer powers."""
        c, parts = P.factors(base)
        if self.is_positive(base) and (c < 0 or not all(self._sign(g, True, 1) for g, _ in parts)):
            return [(to_term(base), _number(1))]
        out = []
        for g, n in parts:
            b, e = to_term(Ratio(g, ONE)), _number(n)
            if b.head == "pow" and self.is_positive(self.form(b.args[0])):
                b, e = b.args[0], self.times(e, self.form(b.args[1]))
            out.append((b, e))
        if c <= 0:
            out.append((num(-1 if c else 0), _number(1)))
        for k, sign in ((abs(c.p), 1), (c.q, -1)):
            if k > 1:
                primes = flint.fmpz(int(k)).factor(*([] if int(k).bit_length() <= 64 else [1000]))
                out += [(num(int(p)), _number(sign * int(n))) for p, n in primes]
        return out

    def _one_power(self, b: Term, k: Any, m: Ratio) -> Ratio:
        """``b^(k m)`` for a number k and a monomial m."""
        if m.constant() is not None:
            return self._root(b, k)
        if b.head == "e" and m.is_poly():
            (mono,) = m.num
            for t, n in mono:
                if t.head == "log" and n == 1 and self.is_positive(y := self.form(t.args[0])):
                    rest = {tuple(p for p in mono if p[0] is not t): k}
                    return self._powers(y, Ratio(rest, ONE))            # e^(x log y) = y^x
        return self._power_atom(b, m, k)

    def _power_atom(self, b: Term, m: Ratio, k: Any) -> Ratio:
        """``b^(k m)`` for a number k = p/q, as a power of the atom ``b^(m/q)`` (non-zero if k < 0)."""
        part = to_term(self.times(m, _number(flint.fmpq(1, int(k.q)))))
        p = P.power(P.atom(op("pow", b, part)), abs(int(k.p)))
        return Ratio(p, ONE) if k > 0 else Ratio(ONE, p)

    def _root(self, b: Term, k: Any) -> Ratio:
        """``b^(p/q)``, with ``(b^(1/q))^q = b``, for a non-negative base or q = 1."""
        base, (whole, rest) = self.form(b), divmod(int(k.p), int(k.q))
        if whole < 0 and not self.is_nonzero(base.num):
            return _atom(op("pow", b, _literal(k)))
        out = self.raise_to(base, whole)
        if rest:
            t = op("pow", b, num(Fraction(1, int(k.q))))
            self.roots[t] = (int(k.q), base)
            out = self.times(out, Ratio(P.power(P.atom(t), rest), ONE))
        return out

    def _log(self, a: Term) -> Ratio:
        """``log`` of a product of powers of positive bases."""
        r = self.form(a)
        if not self.is_positive(r):
            return _atom(op("log", to_term(r)))
        logs = ((e, _number(1) if b.head == "e" else _atom(op("log", b))) for b, e in self._bases(r))
        return reduce(self.plus, (self.times(e, one) for e, one in logs), _number(0))

    # -- binders --------------------------------------------------------------------------------

    def _inside(self, t: Term) -> tuple[Term, Normalizer]:
        k = fresh("k", t, *self.facts)
        return k, normalizer(self.carried.union(in_range(k, t.args[0], t.args[1]) if t.head in RANGED else ()))

    def _ranged(self, t: Term) -> Ratio:
        """A sum or a product: written out over a short range, else its lower bound without an integer part."""
        lo, hi, body = self.form(t.args[0]), self.form(t.args[1]), t.args[2]
        c = lo.num.get((), flint.fmpq(0)) if lo.is_poly() else flint.fmpq(0)
        if c := flint.fmpq(c.p // c.q):
            lo, hi = self.minus(lo, _number(c)), self.minus(hi, _number(c))
            k = fresh("k", t)
            body = close_over(open_with(body, [op("add", k, _literal(c))]), [k])
        join, unit = (self.plus, _number(0)) if t.head == "sum" else (self.times, _number(1))
        width = self.minus(hi, lo).constant()
        if width is not None and (width < 0 or (width < WRITE_OUT and self.is_integer(lo))):
            with suppress(Capture):             # a modal head would take in a random bound
                values = [open_with(body, [op("add", to_term(lo), n)]) for n in range(int(width.p // width.q) + 1)]
                return reduce(join, map(self.form, values), unit)
        shifted = make(t.head, (to_term(lo), to_term(hi), body))
        k, inner = self._inside(shifted)

        def over(f: Ratio) -> Poly:
            return P.atom(make(t.head, (*shifted.args[:2], close_over(to_term(f), [k]))))
        return (self._sum if t.head == "sum" else self._prod)(inner.form(open_with(body, [k])), k, over)

    def _sum(self, r: Ratio, k: Term, over: Callable[[Ratio], Poly]) -> Ratio:
        """A sum by its summand r: monomial by monomial, and what does not hold k comes out."""
        here = ("v", str(k.data), 0)
        d, parts = P.factor(r.den)
        kept = P.product((g, n) for g, n in parts if _mentions(g, here)).num
        total = _number(0)
        for m, c in r.num.items():
            left = P.monomial(p for p in m if here in p[0].symbols)
            s = over(Ratio({left: flint.fmpq(1)}, kept))
            out = [(t, n) for t, n in m if here not in t.symbols]
            total = self.plus(total, self._outside(out, Ratio(P.scale(s, c / d), ONE)))
        # the other factors are non-zero where the range is not empty, and here perhaps not
        return self._outside([(to_term(Ratio(g, ONE)), -n) for g, n in parts if not _mentions(g, here)], total)

    def _outside(self, parts: Iterable[tuple[Term, int]], r: Ratio) -> Ratio:
        """``r`` times what comes out of a binder, in the form that it has here: other facts hold inside."""
        return reduce(self.times, (self.raise_to(self.form(t), n) for t, n in parts), r)

    def _prod(self, r: Ratio, k: Term, over: Callable[[Ratio], Poly]) -> Ratio:
        """A product by its factor r: irreducible factor by factor."""
        c, parts = P.factors(r)
        out = _number(1) if c == 1 else Ratio(over(_number(c)), ONE)
        for g, e in parts:
            out = self.times(out, self.raise_to(Ratio(over(Ratio(g, ONE)), ONE), e))
        return out

    def _expect(self, t: Term) -> Ratio:
        """``E[cX] = c E[X]`` for deterministic c; E of a deterministic term is the term."""
        inner = normalizer(frozenset(f for f in self.carried if not f.random))
        r = inner.form(t.args[0])
        self.roots.update({g: v for g, v in inner.roots.items() if not g.random})

        def steady(p: Poly) -> bool:
            return not any(a.random for m in p for a, _ in m)
        if steady(r.num) and steady(r.den):
            return r
        c, parts = P.factors(r)
        inside = to_term(P.product((g, n) for g, n in parts if not steady(g)))
        return self.times(P.product(((g, n) for g, n in parts if steady(g)), c), _atom(op("E", inside)))

    # -- the walk -------------------------------------------------------------------------------

    def form(self, t: Term) -> Ratio:
        """The canonical fraction of a real term.  Errors: TooLarge."""
        found = self.memo.get(t)
        if found is None:
            found = self.memo[t] = self._form(t)
        return found

    def _form(self, t: Term) -> Ratio:
        a = t.args
        match t.head:
            case "num":
                assert isinstance(t.data, Fraction)
                return _number(flint.fmpq(t.data.numerator, t.data.denominator))
            case "add":
                return reduce(self.plus, map(self.form, a))
            case "mul":
                return reduce(self.times, map(self.form, a))
            case "neg":
                r = self.form(a[0])
                return Ratio(P.scale(r.num, -1), r.den)
            case "div":
                return self.times(self.form(a[0]), self.inverse(self.form(a[1])))
            case "pow":
                return self._pow(a[0], a[1])
            case "sqrt":
                return self._pow(a[0], num(Fraction(1, 2)))
            case "exp":
                return self._pow(make("e"), a[0])
            case "log":
                return self._log(a[0])
            case "sum" | "prod":
                return self._ranged(t)
            case "E":
                return self._expect(t)
            case head if head in EXACT:
                values = [v for x in a if (v := self.form(x).constant()) is not None]
                if len(values) == len(a):
                    exact = Fraction(EXACT[t.head](*(Fraction(int(v.p), int(v.q)) for v in values)))
                    return _number(flint.fmpq(exact.numerator, exact.denominator))
        return _atom(self.canonical(t))

    def canonical(self, t: Term) -> Term:
        """``t`` with its parts in canonical form (its own head kept)."""
        here = normalizer(frozenset(f for f in self.carried if not f.random)) if t.head in MODAL else self
        args = []
        for n, x in enumerate(t.args):
            if n in BINDERS.get(t.head, ()):
                k, inner = here._inside(t)
                args.append(close_over(inner._part(open_with(x, [k])), [k]))
            else:
                args.append(here._part(x))
        return make(t.head, args, t.data)

    def _part(self, x: Term) -> Term:
        return to_term(self.form(x)) if x.sort == "R" else self.canonical(x)

    def equal(self, a: Term, b: Term) -> bool:
        """The same canonical form."""
        if a is b:
            return True
        return not self.minus(self.form(a), self.form(b)).num


def _parts(x: Ratio) -> list[tuple[Any, Ratio]]:
    """An exponent as a sum of numbers times monomials; the constant comes with monomial 1."""
    if not x.is_poly():
        return [(flint.fmpq(1), x)]
    return [(c, Ratio({m: flint.fmpq(1)}, ONE)) for m, c in x.num.items()]


def _mentions(p: Poly, symbol: tuple[str, str, int]) -> bool:
    return any(symbol in t.symbols for m in p for t, _ in m)


def _closed_in(f: Term) -> bool:
    return any(t.head in BINDERS or t.head in MODAL for t in subterms(f))


EXACT: dict[str, Callable[..., Any]] = {
    "floor": math.floor, "ceil": math.ceil, "abs": abs, "sign": lambda x: (x > 0) - (x < 0),
    "relu": lambda x: max(x, 0), "max": max, "min": min}


@lru_cache(maxsize=512)
def normalizer(facts: frozenset[Term]) -> Normalizer:
    """The normaliser for a set of facts (made once for equal sets)."""
    return Normalizer(facts)


def relevant(facts: Iterable[Term]) -> frozenset[Term]:
    """The facts of a form that a normaliser can use."""
    return frozenset(f for f in facts if f.head in ("ne", "lt", "le", "isint", "and"))

