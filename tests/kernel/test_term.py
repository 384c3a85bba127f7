"""Terms: sharing, sorts, depth, opening and closing, replacement without capture."""

from __future__ import annotations

import copy
import gc
import pickle
import random
from fractions import Fraction

import pytest
from building import T
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_terms import random_term
from total import Model, Skip, near

from derivations.kernel.term import (
    BINDERS,
    MAX_DEPTH,
    MODAL,
    SIGNATURE,
    Capture,
    Term,
    TermError,
    bind,
    bvar,
    close_over,
    fresh,
    instantiate,
    make,
    negation,
    num,
    op,
    open_with,
    shift,
    subterms,
    var,
)

SEEDS = st.integers(0, 10**9)
QUICK = settings(max_examples=80, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck))


def some(seed: int, depth: int = 3) -> Term:
    rnd = random.Random(seed)
    return random_term(rnd, rnd.randint(0, depth))


def test_equal_terms_are_one_object() -> None:
    assert T("(sum k 1 n (mul k x))") is T("(sum j 1 n (mul j x))")
    assert T("x") is not T("X") and T("(f x)") is not T("(F x)") and T("(f x)") is not T("(f x x)")
    assert num(Fraction(2, 4)) is num(Fraction(1, 2)) and num(1) is not bvar(1)


def test_sharing_survives_copies_and_collection() -> None:
    t = T("(sum k 1 n (E (mul k (F k))))")
    assert copy.deepcopy(t) is t and pickle.loads(pickle.dumps(t)) is t
    text = repr(t)
    del t
    gc.collect()
    assert repr(T("(sum k 1 n (E (mul k (F k))))")) == text


def test_a_term_never_changes() -> None:
    with pytest.raises(AttributeError):
        T("x").head = "r"


@pytest.mark.parametrize("build", [
    lambda: op("add", 1), lambda: op("add", 1, T("true")), lambda: op("sum", 1, 2), lambda: op("nothing", 1),
    lambda: make("num", (), "1"), lambda: make("num", (num(1),), Fraction(1)), lambda: make("b", (), -1), lambda: make("v", (), ""),
    lambda: make("v", (num(1),), "x"), lambda: make("f", (), "x"), lambda: make("f", (T("true"),), "x"),
    lambda: make("pi", (), "x"), lambda: op("and", T("x"), T("true")), lambda: op("E", T("true")),
    lambda: op("tup", T("X")), lambda: op("indep"), lambda: make("b", (), "k")])
def test_what_is_no_term_is_refused(build: object) -> None:
    with pytest.raises(TermError):
        build()     # type: ignore[operator]


def test_depth_is_limited() -> None:
    t = T("x")
    for _ in range(MAX_DEPTH - 1):
        t = op("neg", t)
    assert t.depth == MAX_DEPTH
    with pytest.raises(TermError, match="deeper"):
        op("neg", t)
    with pytest.raises(TermError, match="deeper"):
        instantiate(op("neg", T("x")), {("v", "x", 0): t})


def test_random_means_outside_every_modal_head() -> None:
    assert T("(add X 1)").random and T("(F 1)").random and T("(sum k 1 N k)").random
    for head, (sorts, _) in SIGNATURE.items():
        if head in MODAL:
            args = [T("(lt 0 X)") if s == "B" else T("X") for s in sorts.replace("*", "")]
            assert not make(head, args).random
    assert T("(mul X (E X))").random and not T("(mul x (E X))").random


@QUICK
@given(SEEDS)
def test_opening_undoes_closing(seed: int) -> None:
    t = some(seed)
    for x in (var("x"), var("n"), var("new")):
        body = close_over(t, [x])
        assert body.bound <= 1 and ("v", x.data, 0) not in body.symbols
        assert open_with(body, [x]) is t
    both = close_over(t, [var("x"), var("n")])
    assert open_with(both, [var("x"), var("n")]) is t
    assert close_over(open_with(both, [var("p"), var("q")]), [var("p"), var("q")]) is both


@QUICK
@given(SEEDS, st.integers(0, 3), st.integers(0, 3))
def test_shifts_add_up_and_leave_closed_terms_alone(seed: int, i: int, j: int) -> None:
    t = some(seed)
    assert shift(t, i) is t
    body = close_over(t, [var("x")])
    assert shift(shift(body, i), j) is shift(body, i + j)
    assert shift(body, i).bound == (body.bound + i if body.bound else 0)
    outer = bind("sum", var("q"), 0, 1, body)       # index 0 of the body now stands under one more binder
    assert outer.bound == body.bound


@QUICK
@given(SEEDS, SEEDS)
def test_replacing_a_symbol_is_closing_and_opening(seed: int, other: int) -> None:
    t, value = some(seed), some(other, 1)
    if not value.random:
        assert instantiate(t, {("v", "x", 0): value}) is open_with(close_over(t, [var("x")]), [value])


@QUICK
@given(SEEDS, SEEDS)
def test_replacement_means_what_it_says(seed: int, other: int) -> None:
    """The value of a body with a term in its hole is the value of the body at the term's value."""
    t, value = some(seed), some(other, 1)
    body = close_over(t, [var("x")])
    try:
        filled = open_with(body, [value])
    except Capture:
        assert value.random
        return
    for s in range(6):
        m = Model(s)
        try:
            for outcome in range(3):
                direct = m.term(body, outcome, (m.term(value, outcome),))
                assert near(m.term(filled, outcome), direct), (body, value)
        except (Skip, OverflowError):
            continue


CAPTURES = [("(E (mul x X))", "X"), ("(E x)", "Y"), ("(P (lt x Y))", "(F 1)"), ("(surely (lt x 1))", "X"),
            ("(sum k 1 3 (E (mul k x)))", "N"), ("(integrable x)", "X"), ("(law_normal X x 1)", "(add X 1)")]


@pytest.mark.parametrize("case", CAPTURES, ids=" ".join)
def test_a_random_term_cannot_fill_a_hole_in_a_modal_head(case: tuple[str, str]) -> None:
    body = close_over(T(case[0]), [var("x")])
    with pytest.raises(Capture):
        open_with(body, [T(case[1])])
    assert open_with(body, [T(f"(E {case[1]})")]).bound == 0
    holed = {("f", "h", 1): body} if body.sort == "R" else {}
    if holed:
        with pytest.raises(Capture):
            instantiate(T(f"(h {case[1]})"), holed)
        assert instantiate(T("(h x)"), holed) is T(case[0])


def test_replacement_goes_under_binders_without_capture() -> None:
    t = T("(sum k 1 n (mul k x))")
    inner = instantiate(t, {("v", "x", 0): T("k")})
    assert inner is T("(sum j 1 n (mul j k))") and inner is not T("(sum k 1 n (mul k k))")
    f = {("f", "f", 1): close_over(T("(sum j 1 n (mul j x))"), [var("x")])}
    assert instantiate(T("(sum j 1 n (f j))"), f) is T("(sum i 1 n (sum j 1 n (mul j i)))")
    nested = {("f", "f", 2): close_over(T("(sub x y)"), [var("x"), var("y")])}
    assert instantiate(T("(f (f 1 2) (f 3 4))"), nested) is T("(sub (sub 1 2) (sub 3 4))")
    swap = {("v", "x", 0): T("y"), ("v", "y", 0): T("x")}
    assert instantiate(T("(sub x y)"), swap) is T("(sub y x)")


@pytest.mark.parametrize("case", [(("v", "x", 0), "X"), (("f", "f", 1), "(mul #0 X)"), (("r", "X", 0), "#0"),
                                  (("g", "F", 1), "(add #0 #1)"), (("v", "x", 0), "true")], ids=str)
def test_a_wrong_replacement_is_refused(case: tuple[tuple[str, str, int], str]) -> None:
    with pytest.raises(TermError):
        instantiate(T("x"), {case[0]: T(case[1])})


def test_fresh_symbols_are_new_whatever_the_kind() -> None:
    assert fresh("k", T("(sum j 1 k (K j))")).data == "k'"
    assert fresh("k", T("(k 1)"), T("k'")).data not in ("k", "k'")


@QUICK
@given(SEEDS)
def test_subterms_hold_every_node_once_children_first(seed: int) -> None:
    t = some(seed)
    nodes = subterms(t)
    assert nodes[-1] is t and len(set(nodes)) == len(nodes)
    assert all(nodes.index(a) < n for n, s in enumerate(nodes) for a in s.args)


@pytest.mark.parametrize("text", ["(eq x y)", "(ne x y)", "(le x y)", "(lt x y)", "true", "false", "(not (lt x y))",
                                  "(and (lt x y) (lt y 0))", "(isint x)"])
def test_negation_is_the_opposite(text: str) -> None:
    p = T(text)
    assert negation(negation(p)) is p or p.head == "not"
    for s in range(30):
        assert Model(s).term(negation(p)) == (not Model(s).term(p))


def test_binders_bind_what_the_page_says() -> None:
    assert {h: n for h, (n,) in BINDERS.items()} == {
        "sum": 2, "prod": 2, "maxover": 2, "count": 2, "fam": 2, "forall": 0, "exists": 0, "isleast": 1,
        "deriv": 0, "hasderiv": 0, "near": 0,
        "integral": 2, "integral_up": 1, "integral_line": 0,
        "limit": 0, "limit_up": 0, "limit_seq": 0, "tends": 0, "tends_up": 0, "tends_seq": 0}
