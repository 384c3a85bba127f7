"""Witnesses and agreement."""

from fractions import Fraction

import pytest

from derivations.kernel.term import (
    Term,
    add,
    at,
    bind,
    close_over,
    eq,
    forall,
    imps,
    make,
    mul,
    num,
    op,
    rvar,
    sub,
    var,
)
from derivations.refute import agreement, find_instance, refute

x, y, t, n, b, c, k = (var(s) for s in ["x", "y", "t", "n", "b", "c", "k"])


def integer(s: Term) -> Term:
    return op("isint", s)


def le(*a: object) -> Term:
    return op("le", *a)


def lt(*a: object) -> Term:
    return op("lt", *a)


def power(*a: object) -> Term:
    return op("pow", *a)


def ev_all(hyps: list[Term], goal: Term) -> None:
    found = agreement(hyps, goal)
    assert found.instances >= 5 and found.agree == found.instances, found
    assert refute(hyps, goal, count=20) is None


def geometric() -> tuple[list[Term], Term]:
    hyps = [integer(t), le(0, t), lt(0, b), lt(b, 1)]
    return hyps, bind("sum", k, num(0), t, power(b, k))


def test_geometric_sum() -> None:
    hyps, total = geometric()
    ev_all(hyps, eq(total, op("div", sub(1, power(b, add(t, 1))), sub(1, b))))
    found = refute(hyps, eq(total, op("div", sub(1, power(b, t)), sub(1, b))))
    assert found is not None and found.values["t"] in "0123" and "/" in found.values["b"]


def adam() -> list[Term]:
    step = forall(t, [integer(t), le(0, t)],
                  eq(at("m", add(t, 1)), add(mul(b, at("m", t)), mul(sub(1, b), c))))
    return [eq(at("m", 0), 0), step, lt(0, b), lt(b, 1)]


def test_adam() -> None:
    def goal(shift: int) -> Term:
        return forall(t, [integer(t), le(0, t)], eq(at("m", t), mul(c, sub(1, power(b, add(t, shift))))))
    ev_all(adam(), goal(0))
    found = refute(adam(), goal(1))
    assert found is not None and found.left != found.right


def test_sgdm() -> None:
    g, eta, mu = at("g", t), var("eta"), var("mu")
    hyps = [eq(at("v", 0), 0),
            forall(t, [integer(t), le(0, t)], eq(at("v", add(t, 1)), add(mul(mu, at("v", t)), g))),
            forall(t, [integer(t), le(0, t)],
                   eq(at("w", add(t, 1)), sub(at("w", t), mul(eta, at("v", add(t, 1)))))),
            integer(n), le(0, n), lt(0, mu), lt(mu, 1)]
    j = var("j")
    def goal(e: Term) -> Term:
        return eq(at("v", n), bind("sum", j, num(0), sub(n, 1), mul(power(mu, e), at("g", j))))
    ev_all(hyps, goal(sub(sub(n, 1), j)))
    assert refute(hyps, goal(sub(n, j))) is not None
    assert refute(hyps, eq(at("w", n), at("w", 0))) is not None


def receptive() -> tuple[list[Term], Term, Term, Term]:
    layer, size = var("l"), var("L")
    s, kern, w = (lambda i: at("S", i)), (lambda i: at("K", i)), (lambda i: at("W", i))
    nxt = add(layer, 1)
    hyps = [integer(size), le(1, size),
            forall(layer, [integer(layer), le(1, layer), le(layer, size)],
                   op("and", integer(s(layer)), le(1, s(layer)), integer(kern(layer)), le(1, kern(layer)))),
            eq(w(size), 1),
            forall(layer, [integer(layer), le(0, layer), lt(layer, size)],
                   eq(w(layer), add(mul(s(nxt), sub(w(nxt), 1)), kern(nxt))))]
    return hyps, size, w(num(0)), layer


def test_receptive_field() -> None:
    hyps, size, w0, _ = receptive()
    i, j = var("i"), var("j")
    def goal(top: Term) -> Term:
        return eq(w0, add(1, bind("sum", j, num(1), size, mul(
            sub(at("K", j), 1), bind("prod", i, num(1), top, at("S", i))))))
    ev_all(hyps, goal(sub(j, 1)))
    found = refute(hyps, goal(j))
    assert found is not None and int(found.values["L"]) <= 3


def he(symmetric: bool = True) -> tuple[list[Term], Term, Term, Term]:
    d, i, s2, chi = var("d"), var("i"), var("s2"), var("chi")
    w, z, xx = (at(s, i, random=True) for s in "wzx")
    rng = [integer(i), le(1, i), le(i, d)]
    hyps = [integer(d), le(1, d), lt(0, s2),
            op("indep", bind("fam", i, num(1), d, w), bind("fam", i, num(1), d, z)),
            forall(i, rng, eq(op("E", w), 0)), forall(i, rng, eq(op("var", w), s2)),
            forall(i, rng, eq(xx, op("relu", z))),
            forall(i, rng, eq(op("E", power(z, 2)), chi))]
    if symmetric:
        hyps.append(forall(i, rng, op("samelaw", z, op("neg", z))))
    v = op("var", bind("sum", i, num(1), d, mul(w, xx)))
    return hyps, v, mul(d, s2, chi), d


def test_he_variance() -> None:
    hyps, v, full, _ = he()
    ev_all(hyps, eq(v, op("div", full, 2)))
    found = refute(hyps, eq(v, full))
    assert found is not None and found.values["d"] in "123"
    hyps, v, full, _ = he(symmetric=False)
    assert refute(hyps, eq(v, op("div", full, 2))) is not None


def test_variance_needs_independence() -> None:
    a, e = rvar("a"), rvar("e")
    goal = eq(op("var", add(a, e)), add(op("var", a), op("var", e)))
    assert refute([], goal) is not None
    ev_all([op("indep", a, e)], goal)


def test_undefined_is_no_refutation() -> None:
    goal = eq(op("div", x, x), 1)
    assert refute([], goal) is None
    assert agreement([eq(x, 0)], goal).undefined > 0


def test_floor_counts() -> None:
    w, p, kk, s, j = (var(q) for q in ["W", "P", "K", "S", "j"])
    hyps = [integer(q) for q in (w, p, kk, s)]
    hyps += [le(1, w), le(0, p), le(1, kk), le(1, s), le(kk, add(w, mul(2, p)))]
    span = sub(add(w, mul(2, p)), kk)
    counted = bind("count", j, num(0), span, integer(op("div", j, s)))
    out = add(op("floor", op("div", span, s)), 1)
    ev_all(hyps, eq(counted, out))
    assert refute(hyps, eq(counted, op("floor", op("div", span, s)))) is not None
    assert refute(hyps, eq(counted, op("ceil", op("div", add(span, 1), s)))) is None
    assert refute(hyps, eq(counted, op("div", add(span, s), s))) is not None


def test_isleast() -> None:
    prop = op("and", integer(k), le(n, mul(2, k)))
    half = op("ceil", op("div", n, 2))
    hyps = [integer(n), le(1, n)]
    body = close_over(prop, [k])
    ev_all(hyps, make("isleast", [half, body]))
    assert refute(hyps, make("isleast", [add(half, 1), body])) is not None
    assert refute(hyps, make("isleast", [op("floor", op("div", n, 2)), body])) is not None


def test_contradictory_assumptions() -> None:
    assert find_instance([lt(0, x), lt(x, 0)]) is None
    assert find_instance([integer(n), lt(1, n), lt(n, 2)]) is None
    hyps = [lt(0, x), lt(x, 1), eq(y, mul(2, x)), le(n, t), integer(n), integer(t), le(3, n)]
    assert find_instance(hyps) is not None


def test_solved_equations() -> None:
    found = find_instance([eq(add(mul(3, x), y), 7), lt(0, y), lt(x, 1)])
    assert found is not None
    hyps = [eq(bind("sum", k, num(1), n, at("p", k)), 1), integer(n), le(2, n),
            forall(k, [integer(k), le(1, k), le(k, n)], lt(0, at("p", k)))]
    assert find_instance(hyps) is not None
    goal = eq(bind("sum", k, num(1), n, power(at("p", k), 2)), 1)
    assert refute(hyps, goal) is not None


def test_random_outcomes() -> None:
    a, e = rvar("a"), rvar("e")
    goal = le(op("abs", add(a, e)), add(op("abs", a), op("abs", e)))
    ev_all([], goal)
    found = refute([], eq(op("abs", add(a, e)), add(op("abs", a), op("abs", e))))
    assert found is not None and "outcome" in found.sentence
    assert refute([le(0, a), le(0, e)], eq(op("abs", add(a, e)), add(op("abs", a), op("abs", e)))) is None
    assert refute([], op("surely", lt(0, a))) is not None


def test_deterministic_from_seed() -> None:
    hyps, total = geometric()
    goal = eq(total, 1)
    assert refute(hyps, goal, seed=3) == refute(hyps, goal, seed=3)


@pytest.mark.parametrize("goal", [imps([lt(0, x)], lt(1, x)), op("iff", lt(0, x), le(0, x)),
                                  forall(x, [lt(0, x)], lt(x, 5)),
                                  forall(k, [integer(k), le(0, k), le(k, 5)], op("ne", k, 3))])
def test_logic_goals(goal: Term) -> None:
    assert refute([], goal, count=100) is not None


def test_fraction_values() -> None:
    assert refute([], eq(op("sqrt", num(Fraction(9, 4))), num(Fraction(3, 2)))) is None
    assert refute([], eq(op("sqrt", num(2)), num(Fraction(141421356, 10**8)))) is not None


def test_a_witness_is_easy_to_read() -> None:
    i, j, d = var("i"), var("j"), var("d")

    def span(s: Term, hi: Term) -> list[Term]:
        return [integer(s), le(1, s), le(s, hi)]
    w = at("w", i, random=True)
    hyps = [integer(n), le(1, n), integer(d), le(1, d), op("indep", bind("fam", i, num(1), n, w)),
            forall(i, span(i, n), op("law_bernoulli", w, Fraction(1, 3)))]
    goal = eq(bind("sum", i, num(1), n, bind("sum", j, num(1), d, mul(at("A", i, j), at("x", j)))), b)
    found = refute(hyps, goal)
    assert found is not None and list(found.values)[:2] == ["d", "n"]
    rows = found.values["A"]
    assert rows.startswith("[[") and rows.count("[") == 1 + int(found.values["n"]) and found.values["x"].startswith("[")
    found = refute(hyps, eq(op("var", bind("sum", i, num(1), n, w)), 0))
    assert found is not None and any(x.endswith(", each") for x in found.values.values()), found
    f = at("f", mul(x, Fraction(1, 2)))
    found = refute([], eq(f, bind("deriv", t, at("f", t), x)))
    assert found is not None and "x^3" in found.values["f(x)"]
    found = refute([], eq(op("exp", 1), op("exp", num(1 + Fraction(1, 10**30)))))
    assert found is not None and found.left != found.right and "+/-" not in found.sentence
