"""Evaluation at instances."""

from fractions import Fraction

import pytest
from flint import arb, ctx

from derivations.kernel.term import (
    Term,
    add,
    at,
    bind,
    close_over,
    eq,
    forall,
    make,
    mul,
    num,
    op,
    rvar,
    sub,
    term,
    var,
)
from derivations.refute import Coordinate, Draw, Model, Undefined, Unknown, evaluate, instances
from derivations.refute.model import finite_coordinate

x, n, k, t = (var(s) for s in ("x", "n", "k", "t"))
HALF = Fraction(1, 2)


def value(head: str, *args: object, model: Model | None = None) -> object:
    return evaluate(op(head, *[term(a) for a in args]), model or Model())


def coin(name: str, *values: object) -> Coordinate:
    column = [Fraction(v) for v in values]
    return finite_coordinate(name, column, weights=[Fraction(1, len(column))] * len(column))


@pytest.mark.parametrize(("head", "args", "want"), [
    ("pow", (0, 0), 1), ("pow", (2, -3), Fraction(1, 8)), ("sqrt", (Fraction(9, 4),), Fraction(3, 2)),
    ("pow", (Fraction(8, 27), Fraction(-2, 3)), Fraction(9, 4)), ("pow", (0, HALF), 0), ("pow", (-2, 3), -8),
    ("exp", (0,), 1), ("log", (1,), 0), ("floor", (Fraction(-3, 2),), -2), ("ceil", (Fraction(-3, 2),), -1),
    ("relu", (-1,), 0), ("min", (2, 3), 2), ("sign", (-5,), -1), ("cos", (0,), 1), ("tanh", (0,), 0),
])
def test_exact(head: str, args: tuple[object, ...], want: object) -> None:
    found = value(head, *args)
    assert isinstance(found, Fraction) and found == want


@pytest.mark.parametrize(("head", "args"), [
    ("div", (1, 0)), ("log", (0,)), ("log", (-1,)), ("sqrt", (-1,)), ("pow", (0, -1)),
    ("pow", (-8, Fraction(1, 3))), ("sum", (0, HALF, 1)), ("maxover", (2, 1, 1)), ("pow", (0, -HALF)),
])
def test_undefined(head: str, args: tuple[object, ...]) -> None:
    with pytest.raises(Undefined):
        value(head, *args)


def test_undecided() -> None:
    root = op("sqrt", 2)
    with pytest.raises(Unknown):
        value("eq", mul(root, root), 2)
    with pytest.raises(Unknown):
        value("floor", mul(root, root))
    with pytest.raises(Unknown):
        value("div", 1, sub(mul(root, root), 2))
    with pytest.raises(Unknown):
        value("sum", 0, 10**9, 1)
    with pytest.raises(Unknown):
        value("eq", op("pow", 2, num(10**30)), 1)
    with pytest.raises(Unknown):
        value("eq", op("exp", op("exp", op("exp", 100))), 1)
    assert value("eq", root, root) is True


def test_precision_is_raised_and_restored() -> None:
    before = ctx.prec
    tiny = op("pow", 10, -200)
    assert value("lt", op("sqrt", 2), add(op("sqrt", 2), tiny)) is True
    assert value("ne", op("log", 3), add(op("log", 3), tiny)) is True
    assert ctx.prec == before


def test_log_ratio() -> None:
    assert value("div", op("log", Fraction(1, 8)), op("log", HALF)) == 3
    assert value("ceil", op("div", op("log", 1000), op("log", 10))) == 3
    assert isinstance(value("div", op("log", 3), op("log", 2)), arb)


def test_ranges() -> None:
    assert evaluate(bind("sum", k, num(1), num(0), k), Model()) == 0
    assert evaluate(bind("prod", k, num(1), num(0), k), Model()) == 1
    assert evaluate(bind("prod", k, num(1), num(6), k), Model()) == 720
    assert evaluate(bind("count", k, num(0), num(9), op("isint", op("div", k, 3))), Model()) == 4
    inner = bind("sum", t, k, num(3), mul(k, t))
    assert evaluate(bind("sum", k, num(1), num(3), inner), Model()) == 25
    assert evaluate(bind("maxover", k, num(0), num(4), mul(k, sub(3, k))), Model()) == 2


def test_quantifiers() -> None:
    whole = [op("isint", k), op("le", 0, k), op("lt", k, n)]
    at5 = Model(scalars={"n": Fraction(5)})
    assert evaluate(forall(k, whole, op("le", mul(k, k), 16)), at5) is True
    assert evaluate(forall(k, whole, op("lt", mul(k, k), 16)), at5) is False
    endless = forall(k, whole[:2], op("le", 0, mul(k, k)))
    with pytest.raises(Unknown):
        evaluate(endless, at5)
    assert evaluate(endless, at5, lenient=True) is True
    assert evaluate(bind("exists", k, op("and", *whole, eq(mul(k, k), 9))), at5) is True
    assert evaluate(bind("exists", k, op("and", *whole, eq(mul(k, k), 10))), at5) is False
    least = close_over(op("and", op("isint", k), op("le", 0, k), op("le", 10, mul(k, k))), [k])
    assert evaluate(make("isleast", [num(4), least]), at5) is True
    assert evaluate(make("isleast", [num(5), least]), at5) is False
    assert evaluate(make("isleast", [num(3), least]), at5) is False


def xor() -> Model:
    """Three signs, independent in pairs but not together."""
    table = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    c = finite_coordinate("c", *[[Fraction(row[j]) for row in table] for j in range(3)],
                          weights=[Fraction(1, 4)] * 4)
    return Model(randoms={name: Draw(c, j) for j, name in enumerate("abc")})


def test_independence_is_mutual() -> None:
    a, b, c = (rvar(s) for s in "abc")
    m = xor()
    assert evaluate(op("indep", a, b), m) is True
    assert evaluate(op("indep", a, b, c), m) is False
    assert evaluate(op("indep", op("tup", a, b), c), m) is False
    assert evaluate(op("samelaw", a, op("neg", b)), m) is True
    assert evaluate(op("samelaw", op("tup", a, b), op("tup", a, a)), m) is False
    assert evaluate(op("law_bernoulli", op("ind", op("lt", 0, a)), HALF), m) is True
    assert evaluate(op("surely", eq(mul(a, b), c)), m) is True
    assert evaluate(op("E", mul(a, b, c)), m) == 1


def test_expectations() -> None:
    m = Model(randoms={"X": Draw(coin("X", 0, 1, 5)), "Y": Draw(coin("Y", -1, 3))})
    a, b = rvar("X"), rvar("Y")
    assert evaluate(op("E", a), m) == 2 and evaluate(op("var", a), m) == Fraction(14, 3)
    assert evaluate(op("E", mul(a, op("E", mul(a, b)))), m) == 4
    assert evaluate(op("cov", add(a, b), b), m) == 4
    assert evaluate(op("P", op("lt", a, b)), m) == Fraction(1, 3)
    assert evaluate(op("condE", a, op("lt", 0, a)), m) == 3
    assert evaluate(op("condE", op("div", 1, a), op("lt", 0, a)), m) == Fraction(3, 5)
    with pytest.raises(Undefined):
        evaluate(op("condE", a, op("lt", 7, a)), m)
    with pytest.raises(Undefined):
        evaluate(op("E", op("div", 1, a)), m)
    with pytest.raises(Unknown):
        evaluate(a, m)


def test_many_coordinates() -> None:
    coordinates = {(Fraction(i),): Draw(coin(f"X{i}", 0, i)) for i in range(1, 31)}
    m = Model(random_families={("X", 1): coordinates})
    total = bind("sum", k, num(1), num(30), at("X", k, random=True))
    assert evaluate(op("var", total), m) == sum(Fraction(i * i, 4) for i in range(1, 31))
    zero = num(0)
    assert evaluate(op("indep", bind("fam", k, num(1), num(30), at("X", k, random=True)), zero), m) is True


def test_every_instance_satisfies_its_hypotheses() -> None:
    w = at("w", k, random=True)
    span = [op("isint", k), op("le", 1, k), op("le", k, n)]
    hyps: list[Term] = [
        op("isint", n), op("le", 2, n), op("lt", 0, x),
        op("indep", bind("fam", k, num(1), n, w), num(0)),
        forall(k, span, eq(op("E", w), Fraction(1, 3))), forall(k, span, eq(op("var", w), x)),
        forall(k, span, op("lt", 0, at("a", k))), eq(bind("sum", k, num(1), n, at("a", k)), 1),
        forall(k, [op("isint", k), op("le", 1, k), op("lt", k, n)], op("lt", at("h", k), at("h", add(k, 1)))),
    ]
    goal = eq(op("var", bind("sum", k, num(1), n, mul(at("a", k), w))), 0)
    found = list(instances(hyps, goal, seed=1, count=8))
    assert len(found) == 8 and len({m.scalars["n"] for m in found}) > 1
    for m in found:
        assert all(evaluate(h, m, lenient=True) is True for h in hyps)
    again = list(instances(hyps, goal, seed=1, count=8))
    assert [m.scalars for m in again] == [m.scalars for m in found]


def test_impossible_moments() -> None:
    X = rvar("X")
    hyps = [eq(op("E", X), 0), eq(op("E", op("pow", X, 2)), 0), eq(op("var", X), 1)]
    assert not list(instances(hyps, op("true"), seed=0, count=3))
    mutual = [forall(k, [op("isint", k)], eq(at("u", k), at("v", k))),
              forall(k, [op("isint", k)], eq(at("v", k), add(at("u", k), 1)))]
    assert not list(instances(mutual, op("true"), seed=0, count=3))
