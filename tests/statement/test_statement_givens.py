"""Givens become the formulas they say."""

from __future__ import annotations

import pytest
import sympy as sp

from derivations.kernel.claim import definedness
from derivations.kernel.term import Term, at, bind, eq, forall, in_range, mul, num, op, rvar, show, var
from derivations.statement import (
    Exercise,
    Normal,
    Part,
    ReLU,
    Statement,
    StatementError,
    Uniform,
    define,
    differs,
    equal,
    every,
    given,
    iid,
    independent,
    independent_family,
    let,
    positive,
    random,
    recurrence,
    translate,
)

i, j, t = sp.symbols("i j t", integer=True)
d = sp.Symbol("d", integer=True, positive=True)
s2 = sp.Symbol("s2", positive=True)
u, v, h = sp.symbols("u v h", real=True)
w, x, z, W = map(sp.IndexedBase, "wxzW")
m = sp.Function("m")
D, I, J = var("d"), var("i"), var("j")


def statement(*givens: object, claim: object = None, **more: object) -> Statement:
    part = Part("a", "", claim=equal(1, 1) if claim is None else claim)
    return translate(Exercise("1", "", "", givens, [part]), "a", **more)    # type: ignore[arg-type]


def over(symbol: Term, hi: Term, body: Term, lo: int = 1) -> Term:
    return forall(symbol, in_range(symbol, num(lo), hi), body)


def g(name: str, *at_: Term | int) -> Term:
    return at(name, *at_, random=True)


def test_iid_with_a_law() -> None:
    hyps = statement(iid(w[i], (i, 1, d), law=Normal(0, s2))).hyps
    fam = bind("fam", I, 1, D, g("w", I))
    assert set(hyps) == {
        op("isint", D), op("le", 1, D), op("lt", 0, var("s2")),
        over(I, D, op("law_normal", g("w", I), 0, var("s2"))),
        over(I, D, over(J, D, op("samelaw", g("w", I), g("w", J)))),
        over(I, D, op("integrable", op("pow", g("w", I), 2))),
        op("indep", fam)}


def test_moments_and_symmetry() -> None:
    hyps = statement(random(u, mean=1), random(v, second_moment=s2, symmetric=True),
                     random(h, variance=2)).hyps
    U, V, H = rvar("u"), rvar("v"), rvar("h")
    assert set(hyps) == {
        op("lt", 0, var("s2")), eq(op("E", U), 1), op("integrable", U),
        eq(op("E", op("pow", V, 2)), var("s2")), op("samelaw", V, op("neg", V)),
        op("integrable", op("pow", V, 2)), eq(op("var", H), 2), op("integrable", op("pow", H, 2))}


def test_independence_is_one_formula() -> None:
    s = statement(iid(w[i], (i, 1, d)), iid(z[i], (i, 1, d)), random(u), independent(w, z, u))
    found = [f for f in s.hyps if f.head == "indep"]
    assert found == [op("indep", bind("fam", I, 1, D, g("w", I)), bind("fam", I, 1, D, g("z", I)), rvar("u"))]


def test_independence_is_not_transitive() -> None:
    s = statement(random(u), random(v), random(h), independent(u, v), independent(v, h))
    assert [f for f in s.hyps if f.head == "indep"] == [
        op("indep", rvar("u"), rvar("v")), op("indep", rvar("v"), rvar("h"))]


def test_matrices_and_pairs() -> None:
    s = statement(iid(W[i, j], (i, 1, d), (j, 1, 3)), iid((x[i], z[i]), (i, 1, d)))
    assert op("indep", bind("fam", I, 1, D, bind("fam", J, 1, 3, g("W", I, J)))) in s.hyps
    assert op("indep", bind("fam", I, 1, D, op("tup", g("x", I), g("z", I)))) in s.hyps
    one, other = op("tup", g("x", I), g("z", I)), op("tup", g("x", J), g("z", J))
    assert over(I, D, over(J, D, op("samelaw", one, other))) in s.hyps


def test_definitions_of_random_things_are_random() -> None:
    s = statement(iid(z[i], (i, 1, d)), define(x[i], ReLU(z[i]), (i, 1, d)), let(u, x[1] + 1))
    assert s.definitions == (
        over(I, D, op("surely", eq(g("x", I), op("relu", g("z", I))))),
        op("surely", eq(rvar("u"), op("add", g("x", 1), 1))))


def test_definitions_of_expectations_are_not_random() -> None:
    from derivations.statement import E
    s = statement(random(u), let(v, E(u)))
    assert s.definitions == (eq(var("v"), op("E", rvar("u"))),)


def test_recurrences() -> None:
    s = statement(recurrence(m(t + 1), 2 * m(t), (t, 0), start={m(0): 1}))
    T = var("t")
    assert s.hyps == (eq(at("m", 0), 1), forall(T, in_range(T, num(0), T)[:2],
                                                eq(at("m", op("add", T, 1)), mul(2, at("m", T)))))


def test_claims_as_givens() -> None:
    s = statement(every(t, 0, d - 1, equal(m(t), m(t + 1))), less_given := given(differs(h, 1)), sp.Lt(v, 2))
    assert less_given.claim == differs(h, 1)
    assert op("ne", var("h"), 1) in s.hyps
    assert op("lt", var("v"), 2) in s.hyps


def test_random_claims_hold_at_every_outcome() -> None:
    s = statement(iid(w[i], (i, 1, d)), every(i, 1, d, w[i] > 0))
    assert over(I, D, op("surely", op("lt", 0, g("w", I)))) in s.hyps


def test_assumptions_become_formulas() -> None:
    K = sp.IndexedBase("K", integer=True, positive=True)
    e = sp.Symbol("e", even=True)
    q = sp.Symbol("q", real=True, nonzero=True)
    s = statement(positive(W[j], (j, 1, d), integer=True), claim=equal(K[1] + e + q, W[1]))
    assert forall(J, [op("isint", J)], op("isint", at("K", J))) in s.hyps
    assert forall(J, [op("isint", J)], op("le", 1, at("K", J))) in s.hyps
    assert over(J, D, op("le", 1, at("W", J))) in s.hyps
    assert op("ne", var("q"), 0) in s.hyps
    assert bind("exists", J, op("and", op("isint", J), eq(var("e"), mul(2, J)))) in s.hyps


def test_unassumed_symbols_are_reported() -> None:
    s = statement(claim=equal(sp.Symbol("a"), 1))
    assert s.notes == ("a has no assumption and is taken to be real",)


def test_implied_conditions_are_separate() -> None:
    s = statement(recurrence(m(t + 1), m(t) / h, (t, 0)), let(v, 1 / u))
    assert op("ne", var("u"), 0) in s.implied
    assert any("h != 0" in show(f) for f in s.implied)
    assert not set(s.implied) & set(s.hyps)


def test_law_consequences_are_separate() -> None:
    s = statement(random(u, law=Uniform(0, 1)))
    assert eq(op("E", rvar("u")), num(1)) not in s.hyps
    assert [show(f) for f in s.consequences] == ["(E(u) = 1/2)", "(var(u) = 1/12)"]


def test_definedness_follows_the_contract() -> None:
    X, Y = var("x"), var("y")
    t_ = op("ite", op("lt", 0, X), op("log", X), op("div", 1, Y))
    assert definedness(t_) == (op("imp", op("lt", 0, X), op("lt", 0, X)),
                              op("imp", op("le", X, 0), op("ne", Y, 0)))
    k = var("k")
    s = bind("sum", k, X, 3, op("div", 1, k))
    assert definedness(s) == (forall(k, in_range(k, X, num(3)), op("ne", k, 0)), op("isint", X))
    assert definedness(op("E", op("div", 1, rvar("u")))) == (
        op("surely", op("ne", rvar("u"), 0)), op("integrable", op("div", 1, rvar("u"))))
    b = op("or", op("lt", 0, X), op("and", op("ne", X, 0), op("isint", Y)),
           op("and", op("isint", Y), op("le", 0, Y)))
    assert definedness(op("pow", X, Y)) == (b,)


@pytest.mark.parametrize(("givens", "words"), [
    (lambda: [iid(w[i], (j, 1, d))], "each range index once"),
    (lambda: [iid(w[i])], "no range"),
    (lambda: [iid(u)], "no range"),
    (lambda: [iid(w[i], (i, 1, d), law=Normal(0, 1), mean=0)], "the law gives the moments"),
    (lambda: [iid(w[i], (i, 1, d), mean=i)], "one common law"),
    (lambda: [iid(w[i], (i, 1, sp.oo))], "finite bounds"),
    (lambda: [random(u), independent(u, v)], "undeclared"),
    (lambda: [random(u), define(v, u + 1), independent(u, v)], "defined from other variables"),
    (lambda: [random(u), random(x[i], (i, 1, d)), independent(u, x)], "declared without independence"),
    (lambda: [independent(u)], "two or more"),
    (lambda: [define(u, v), define(v, u + 1)], "defined through itself"),
    (lambda: [define(u, 1), define(u, 2)], "define each name once"),
    (lambda: [random(u), define(u, 2)], "define each name once"),
    (lambda: [recurrence(m(t), 1, (t,))], "range"),
    (lambda: [given(sp.true)], "SymPy evaluated it"),
    (lambda: ["x > 0"], "asked for a relation"),
])
def test_errors(givens: object, words: str) -> None:
    with pytest.raises(StatementError, match=words):
        statement(*givens())    # type: ignore[operator]


def test_independent_family_has_its_own_moments() -> None:
    s = statement(independent_family(w[i], (i, 1, d), mean=i))
    assert over(I, D, eq(op("E", g("w", I)), I)) in s.hyps
    assert not any("samelaw" in show(f) for f in s.hyps)


def test_contradictions_are_reported() -> None:
    with pytest.raises(StatementError, match="contradictory"):
        statement(given(sp.Lt(u, 0)), satisfiable=lambda hyps: False)
