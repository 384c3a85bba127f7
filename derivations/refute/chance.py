"""Small distributions to order.

Every underived random symbol gets a distribution on two or three rational points with the mean
and variance that the hypotheses ask for; where independence is not asked for, some are coupled.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from derivations.kernel.term import Term
from derivations.refute.evaluate import Evaluator
from derivations.refute.facts import Symbol, match
from derivations.refute.model import Coordinate, Draw, Index, Law, RandomMeaning
from derivations.refute.values import (
    ONE,
    PRECISIONS,
    ZERO,
    Number,
    Overlap,
    Undefined,
    Unknown,
    compare,
    precision,
    sign,
)

if TYPE_CHECKING:
    from derivations.refute.instances import Builder

Marginal = list[tuple[Fraction, Fraction]]        # (weight, value)
_SPREADS = tuple(Fraction(s) for s in ["1", "2", "1/2", "3", "3/4", "2/3"])
_MEANS = tuple(Fraction(s) for s in ["1/2", "-1/3", "1", "2", "-1", "3/2"])
# equally likely rows: uncorrelated and dependent, twice; independent in pairs and not together
_JOINT: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((1, 0), (-1, 0), (0, 1), (0, -1)),
    ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)),
    ((-1, 1), (0, 0), (1, 1)),
)


def marginals(rng: Random, mean: Fraction | None, var: Fraction | None, second: Fraction | None,
              symmetric: bool) -> Iterator[Marginal]:
    """Distributions with these moments, the more generic ones first."""
    if symmetric:
        mean = ZERO
    if second is not None and mean is None and var is not None:
        second = None
        mean = None
    means = [mean] if mean is not None else [*list(rng.sample(_MEANS, len(_MEANS))), ZERO]
    if second is not None and mean is None:
        means = [m for m in [*means, Fraction(1, 4), Fraction(1, 10)] if m * m < second] + [ZERO]
    free = rng.sample(_SPREADS, len(_SPREADS))
    for m in means:
        wanted = var if var is not None else second - m * m if second is not None else None
        if wanted is not None and wanted < 0:
            continue
        if wanted == 0:
            yield [(ONE, m)]
            continue
        for s in [wanted] if wanted is not None else free:
            if symmetric:
                yield from _symmetric(rng, s)
            else:
                yield from _spread(rng, m, s)


def _symmetric(rng: Random, variance: Fraction) -> Iterator[Marginal]:
    sizes = [a for a in _SPREADS if a * a >= variance]
    size = max(ONE, *(_SPREADS))
    while size * size < variance:
        size *= 2
    for a in [*rng.sample(sizes, len(sizes)), size]:
        p = variance / (a * a)
        yield [(p / 2, -a), (1 - p, ZERO), (p / 2, a)] if p < 1 else [(p / 2, -a), (p / 2, a)]


def _spread(rng: Random, mean: Fraction, variance: Fraction) -> Iterator[Marginal]:
    """Two points, first a positive variant where there is one."""
    downs = rng.sample(_SPREADS, len(_SPREADS))
    if mean > 0:
        downs.append(mean / 2)
        downs.append(mean)
    for u in downs:
        w = variance / u
        yield [(w / (u + w), mean - u), (u / (u + w), mean + w)]
    yield from _symmetric_around(mean, variance)


def _symmetric_around(mean: Fraction, variance: Fraction) -> Iterator[Marginal]:
    a = ONE
    while a * a <= variance:
        a *= 2
    p = variance / (a * a)
    yield [(p / 2, mean - a), (1 - p, mean), (p / 2, mean + a)]


def _constant(rng: Random, moments: dict[str, Fraction]) -> Marginal | None:
    """A variable that is not random at all, if the moments allow one."""
    from derivations.refute.values import HALF, power
    if moments.get("var", ZERO):
        return None
    x = moments.get("mean")
    if x is None and "second" in moments:
        root = power(moments["second"], HALF)
        x = rng.choice((-root, root)) if isinstance(root, Fraction) else None
    elif x is None:
        x = Fraction(rng.choice((-1, 2, 0)))
    return None if x is None or x * x != moments.get("second", x * x) else [(ONE, x)]


class Chance:
    """The random symbols of one model."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.plan = builder.plan
        self.groups: dict[Symbol, int] = {}
        self.shared: set[Symbol] = set()
        self.parameters: dict[Term, Number] = {}
        self.made: dict[tuple[int, Index], dict[tuple[Symbol, Index], Draw]] = {}
        self.found: dict[tuple[Symbol, Index], Marginal] = {}
        self._group()
        self.joint = self._joint()

    def _joint(self) -> dict[Symbol, Draw]:
        """In some attempts, variables whose dependence does not show in moments or in pairs."""
        plan, (turn, phase) = self.plan, divmod(self.builder.attempt, 8)
        plain = sorted(s for s in plan.symbols if s[0] == "r" and s not in plan.rules and s not in plan.laws)
        rows = _JOINT[turn % len(_JOINT)]
        if phase != 5 or len(plain) < len(rows[0]):
            return {}
        rng = self.builder.rng("joint")
        chosen = rng.sample(plain, len(rows[0]))
        up = [Fraction(0 if turn < 3 else rng.randrange(3)) for _ in chosen]
        points = tuple((Fraction(1, len(rows)), tuple(x + u for x, u in zip(row, up, strict=True)))
                       for row in rows)
        c = Coordinate("/".join(s[1] for s in chosen), points)
        return {s: Draw(c, k) for k, s in enumerate(chosen)}

    def _group(self) -> None:
        """Which symbols share coordinates: none in even attempts, what is allowed in odd ones."""
        plan, rng = self.plan, self.builder.rng("groups")
        base = sorted(s for s in plan.symbols if s[0] in "rg" and s not in plan.rules)
        coupled = self.builder.attempt % 2 == 1
        members: list[list[Symbol]] = []
        for s in base:
            if coupled and s[2] and s not in plan.own and s not in plan.laws:
                self.shared.add(s)
            place = None
            if coupled and s not in plan.laws:
                for k, g in enumerate(members):
                    fits = all(frozenset({s, x}) not in plan.apart and x not in plan.laws
                               and self._mode(x) == self._mode(s) for x in g)
                    if fits and rng.random() < 0.8:
                        place = k
                        break
            if place is None:
                members.append([s])
                place = len(members) - 1
            else:
                members[place].append(s)
            self.groups[s] = place
        self.members = members

    def _mode(self, s: Symbol) -> int:
        return 0 if s in self.shared else s[2]

    def meaning(self, symbol: Symbol, index: Index, ev: Evaluator) -> RandomMeaning:
        """What an underived random symbol stands for.  Errors: Unknown."""
        law = self._law(symbol, index, ev)
        if law is not None:
            return law
        if symbol in self.joint:
            return self.joint[symbol]
        key = () if symbol in self.shared else index
        group = self.groups[symbol]
        cell = self.made.get((group, key))
        if cell is None:
            cell = self.made[group, key] = self._couple(group, key, index, ev)
        draw = cell.get((symbol, key))
        if draw is None:
            raise Unknown(f"no law for {symbol[1]}")
        return draw

    def _couple(self, group: int, key: Index, index: Index,
                ev: Evaluator) -> dict[tuple[Symbol, Index], Draw]:
        """One coordinate for the group: the quantile functions of one common uniform variable."""
        symbols = self.members[group]
        rng = self.builder.rng("couple", group, key)
        laws: list[Marginal] = []
        for k, s in enumerate(symbols):
            law = list(self.marginal(s, index if s in self.shared else key, ev))
            if k and rng.random() < 0.7:
                rng.shuffle(law)
            laws.append(law)
        cuts: set[Fraction] = set()
        for law in laws:
            total = ZERO
            for w, _ in law:
                total += w
                cuts.add(total)
        points = []
        before = ZERO
        for cut in sorted(cuts):
            points.append((cut - before, tuple(_quantile(law, before) for law in laws)))
            before = cut
        name = "/".join(s[1] for s in symbols) + (f"({', '.join(map(str, key))})" if key else "")
        coordinate = Coordinate(name, tuple(points))
        return {(s, key): Draw(coordinate, k) for k, s in enumerate(symbols)}

    def _law(self, symbol: Symbol, index: Index, ev: Evaluator) -> RandomMeaning | None:
        for rule in self.plan.laws.get(symbol, ()):
            env = rule.match(index, ev)
            if env is None:
                continue
            key = (-1 - self.groups[symbol], index)
            if key in self.made:
                return self.made[key][symbol, index]
            kind = rule.value.head.removeprefix("law_")
            parameters = tuple(self._parameter(a, env, ev) for a in rule.value.args[1:])
            name = symbol[1] + (f"({', '.join(map(str, index))})" if index else "")
            if kind == "bernoulli":
                p = parameters[0]
                if not isinstance(p, Fraction) or not 0 <= p <= 1:
                    raise Unknown("a probability outside [0, 1]")
                c = Coordinate(name, tuple((w, (x,)) for w, x in ((1 - p, ZERO), (p, ONE)) if w))
            else:
                _check_law(kind, parameters)
                c = Coordinate(name, law=Law(kind, parameters))
            self.made[key] = {(symbol, index): Draw(c)}
            return self.made[key][symbol, index]
        return None

    def _parameter(self, t: Term, env: tuple[Fraction, ...], ev: Evaluator) -> Number:
        """A parameter of a law; one and the same ball for all members of a family that share it."""
        if t in self.parameters:
            return self.parameters[t]
        with precision(PRECISIONS[-1]):
            found = Evaluator(self.builder.model, fuel=ev.fuel).number(t, env)
        if not t.bound:
            self.parameters[t] = found
        return found

    def marginal(self, symbol: Symbol, index: Index, ev: Evaluator) -> Marginal:
        """The distribution of one random symbol.  Errors: Unknown if none fits."""
        if (symbol, index) in self.found:
            return self.found[symbol, index]
        plan = self.plan
        top = plan.representative.get(symbol, symbol)
        kin = [s for s in sorted(plan.symbols) if plan.representative.get(s, s) == top] or [symbol]
        moments: dict[str, Fraction] = {}
        for s in kin:
            for target in plan.targets.get(s, ()):
                if s[2] != len(index):
                    continue
                env = match(target.pattern, target.clause.count, index, ev)
                if env is None or not all(ev.truth(p, env) for p in target.clause.premises):
                    continue
                value = ev.exact_value(target.value, env)
                if moments.setdefault(target.moment, value) != value:
                    raise Unknown("conflicting moments")
        mean = moments.get("mean")
        if mean is None and "var" in moments and "second" in moments:
            square = moments["second"] - moments["var"]
            if square < 0:
                raise Unknown("a variance above the second moment")
            from derivations.refute.values import HALF, power
            root = power(square, HALF)
            mean = root if isinstance(root, Fraction) else None
        key = () if symbol in plan.identical else index
        rng = self.builder.rng("law", top[1] if symbol in plan.identical else symbol[1], key)
        still = _constant(rng, moments) if self.builder.attempt % 7 == 3 else None
        if still is not None and all(self._fits(s, index, still, ev) for s in kin if s[2] == len(index)):
            self.found[symbol, index] = still
            return still
        for tried, law in enumerate(marginals(rng, mean, moments.get("var"), moments.get("second"),
                                              any(s in plan.symmetric for s in kin))):
            if tried > 40:
                break
            if all(self._fits(s, index, law, ev) for s in kin if s[2] == len(index)):
                self.found[symbol, index] = law
                return law
        for law in self._plain(moments):
            if all(self._fits(s, index, law, ev) for s in kin if s[2] == len(index)):
                self.found[symbol, index] = law
                return law
        raise Unknown(f"no small distribution for {symbol[1]}")

    def _plain(self, moments: dict[str, Fraction]) -> Iterator[Marginal]:
        """Zero-one variables, signs, and constants, if the moments allow them."""
        third = Fraction(1, 3)
        options: list[Marginal] = [[(1 - third, ZERO), (third, ONE)], [(third, -ONE), (1 - third, ONE)],
                                   [(ONE, ONE)], [(ONE, ZERO)]]
        if "mean" in moments and 0 < moments["mean"] < 1:
            options.insert(0, [(1 - moments["mean"], ZERO), (moments["mean"], ONE)])
        for law in options:
            mean = sum((w * x for w, x in law), ZERO)
            second = sum((w * x * x for w, x in law), ZERO)
            have = {"mean": mean, "second": second, "var": second - mean * mean}
            if all(have[k] == x for k, x in moments.items()):
                yield law

    def _fits(self, symbol: Symbol, index: Index, law: Marginal, ev: Evaluator) -> bool:
        """Whether every value has the properties that are stated of the symbol alone."""
        for prop in self.plan.properties.get(symbol, ()):
            if any(s != symbol and s[0] in "rg" for s in prop.clause.conclusion.symbols):
                continue
            env = match(prop.pattern, prop.clause.count, index, ev)
            if env is None:
                continue
            for _, x in law:
                fixed = Evaluator(self.builder.with_value(symbol, index, x), lenient=True, fuel=ev.fuel)
                try:
                    if all(fixed.truth(p, env) for p in prop.clause.premises) \
                            and not fixed.truth(prop.clause.conclusion, env):
                        return False
                except (Overlap, Undefined, Unknown):
                    return False
        return True


def _quantile(law: Marginal, level: Fraction) -> Fraction:
    total = ZERO
    for w, x in law:
        total += w
        if level < total:
            return x
    return law[-1][1]


def _check_law(kind: str, parameters: tuple[Number, ...]) -> None:
    good = {"normal": lambda: sign(parameters[1]) > 0, "uniform": lambda: compare(*parameters) < 0,
            "exponential": lambda: sign(parameters[0]) > 0, "poisson": lambda: sign(parameters[0]) > 0,
            "beta": lambda: min(map(sign, parameters)) > 0}
    if not good[kind]():
        raise Unknown(f"parameters that no {kind} law has")
