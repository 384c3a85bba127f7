"""Derivatives are found, proved, and accepted by both checkers; at kinks nothing is."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import pytest
from building import T, context

from derivations import recheck
from derivations.kernel import check as first
from derivations.kernel.claim import Claim, definedness
from derivations.kernel.term import subterms
from derivations.kernel.theorem import Refused
from derivations.tactics import chains
from derivations.tactics import steps as S
from derivations.tactics.prove import Prover
from derivations.writing import export

SIZE = ("(isint n)", "(le 1 n)")
J, I = ("(isint j)", "(le 1 j)", "(le j n)"), ("(isint i)", "(le 1 i)", "(le i n)")
SMOOTH = "(forall x (exists v (hasderiv y (f y) x v)))"
TWICE = "(forall x (exists v (hasderiv z (deriv y (f y) z) x v)))"


def soft(i: str) -> str:
    return f"(div (exp (x {i})) (sum k 1 n (exp (x k))))"


def moved(i: str) -> str:
    """The entry i of x with v in the place of the entry j."""
    return f"(ite (eq {i} j) v (x {i}))"


LOGISTIC = "(div 1 (add 1 (exp (neg {}))))"
SQUARES = "(sum i 1 n (pow (sub (y i) (mul w (x i))) 2))"
RIGHT: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("(deriv x (pow x 3) y)", "(mul 3 (pow y 2))", ()),
    ("(deriv x (exp (neg (div (pow x 2) 2))) y)", "(mul (neg y) (exp (neg (div (pow y 2) 2))))", ()),
    ("(deriv x (log (add 1 (exp x))) y)", "(div (exp y) (add 1 (exp y)))", ()),
    ("(deriv x (pow x n) y)", "(mul n (pow y (sub n 1)))", SIZE),
    ("(deriv x (pow x n) y)", "(mul n (pow y (sub n 1)))", ("(isint n)", "(ne y 0)")),
    ("(deriv x (pow x 1/2) y)", "(div 1 (mul 2 (sqrt y)))", ("(lt 0 y)",)),
    ("(deriv x (pow 2 x) y)", "(mul (log 2) (pow 2 y))", ()),
    ("(deriv x (pow x x) y)", "(mul (pow y y) (add 1 (log y)))", ("(lt 0 y)",)),
    (f"(deriv x {LOGISTIC.format('x')} y)", f"(mul {LOGISTIC.format('y')} (sub 1 {LOGISTIC.format('y')}))", ()),
    ("(deriv x (tanh x) y)", "(sub 1 (pow (tanh y) 2))", ()),
    ("(deriv m (neg (div (pow (sub y m) 2) (mul 2 (pow s 2)))) u)", "(div (sub y u) (pow s 2))", ("(lt 0 s)",)),
    ("(deriv s (sub (neg (log s)) (div (pow (sub y m) 2) (mul 2 (pow s 2)))) t)",
     "(sub (div (pow (sub y m) 2) (pow t 3)) (div 1 t))", ("(lt 0 t)",)),
    ("(deriv x (relu x) y)", "1", ("(lt 0 y)",)), ("(deriv x (relu x) y)", "0", ("(lt y 0)",)),
    (f"(deriv w {SQUARES} v)", "(mul -2 (sum i 1 n (mul (x i) (sub (y i) (mul v (x i))))))", SIZE),
    (f"(deriv v (sum k 1 n (pow {moved('k')} 2)) (x j))", "(mul 2 (x j))", (*SIZE, *J)),
    (f"(deriv v (div (exp {moved('i')}) (sum k 1 n (exp {moved('k')}))) (x j))",
     f"(mul {soft('i')} (sub (ite (eq i j) 1 0) {soft('j')}))", (*SIZE, *J, *I)),
    (f"(deriv v (log (sum k 1 n (exp {moved('k')}))) (x j))", soft("j"), (*SIZE, *J)),
    (f"(deriv v (f (sum k 1 n (mul (w k) {moved('k')}))) (x j))",
     "(mul (w j) (deriv y (f y) (sum k 1 n (mul (w k) (x k)))))", (*SIZE, *J, SMOOTH)),
    ("(deriv x (f (pow x 2)) y)", "(mul 2 y (deriv z (f z) (pow y 2)))", (SMOOTH,)),
    ("(deriv x (arctan (mul 2 x)) y)", "(div 2 (add 1 (mul 4 (pow y 2))))", ()),
    ("(deriv x (erf x) y)", "(div (mul 2 (exp (neg (pow y 2)))) (sqrt pi))", ()),
    ("(deriv x (deriv y (pow y 3) x) z)", "(mul 6 z)", ()),
    ("(deriv x (deriv y (log y) x) z)", "(neg (div 1 (pow z 2)))", ("(lt 0 z)",)),
    ("(deriv x (deriv y (exp (mul a y)) x) z)", "(mul (pow a 2) (exp (mul a z)))", ()),
    ("(deriv x (deriv y (f (mul 2 y)) x) z)", "(mul 4 (deriv x (deriv y (f y) x) (mul 2 z)))", (SMOOTH, TWICE)),
    ("(sum i 1 n (deriv x (mul (c i) (pow x 2)) (y i)))", "(mul 2 (sum i 1 n (mul (c i) (y i))))", SIZE),
    ("(deriv p (neg (add (mul y (log p)) (mul (sub 1 y) (log (sub 1 p))))) q)",
     "(div (sub q y) (mul q (sub 1 q)))", ("(lt 0 q)", "(lt q 1)")),
    ("(deriv w (mul 1/2 (pow (max 0 (sub 1 (mul y w))) 2)) v)", "(mul (neg y) (sub 1 (mul y v)))",
     ("(lt (mul y v) 1)",)),
)
TOTALS: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("(integral x 0 1 (pow x 2))", "1/3", ()), ("(integral x 0 b (exp (neg (mul r x))))",
        "(div (sub 1 (exp (neg (mul r b)))) r)", ("(lt 0 r)", "(lt 0 b)")),
    ("(integral x 1 b (div 1 x))", "(log b)", ("(lt 1 b)",)),
    ("(integral x 0 1 (add (mul 3 (pow x 2)) (neg (mul c x)) 1))", "(sub 2 (div c 2))", ()),
    ("(integral x 0 b (sin x))", "(sub (cos 0) (cos b))", ("(lt 0 b)",)), ("(limit x (div (pow x 2) (add x 1)) 2)", "4/3", ()),
)
WRONG: tuple[tuple[str, Sequence[str]], ...] = (
    ("(eq (deriv x (abs x) 0) 0)", ()), ("(eq (deriv x (relu x) 0) 0)", ()), ("(eq (deriv x (relu x) 0) 1)", ()),
    ("(eq (deriv x (log x) y) (div 1 y))", ("(ne y 0)",)), ("(eq (deriv x (div 1 x) y) (neg (div 1 (pow y 2))))", ()),
    ("(eq (deriv x (exp (mul 2 x)) y) (exp (mul 2 y)))", ()), ("(exists v (hasderiv x (floor x) y v))", ()),
    ("(eq (deriv x (f (mul 2 x)) y) (mul 2 (deriv z (f z) (mul 2 y))))", ()),
    ("(eq (integral x -1 1 (div 1 (pow x 2))) -2)", ()), ("(eq (integral x 1 0 (pow x 2)) 1/3)", ()),
    ("(eq (limit x (div 1 x) 0) 0)", ()), ("(exists v (tends x (floor x) 1 v))", ()),
    ("(near x (le 0 x) 0)", ()), ("(near x (lt 0 (f x)) y)", ("(lt 0 (f y))",)),
    (f"(eq (deriv v (sum k 1 n (pow {moved('k')} 2)) (x j)) (mul 2 (x j)))", SIZE),
)


@pytest.mark.parametrize("case", RIGHT + TOTALS, ids=lambda c: f"{c[0][:60]} if {' '.join(c[2])[:40]}")
def test_a_derivative_is_proved_with_its_definedness(case: tuple[str, str, Sequence[str]]) -> None:
    ctx, goal = context(case[2]), T(f"(eq {case[0]} {case[1]})")
    prove = Prover(20)
    steps = [S.weaken(ctx, prove(ctx, p)) for p in (goal, *definedness(goal))]
    data = export([(Claim(ctx, goal), steps[0], steps[1:])])
    assert len(first.check(copy.deepcopy(data)).claims) == len(recheck.check(data).claims) == 1


@pytest.mark.parametrize("case", WRONG, ids=lambda c: c[0][:60])
def test_what_is_false_or_not_known_is_not_proved(case: tuple[str, Sequence[str]]) -> None:
    with pytest.raises(Refused):
        Prover(3)(context(case[1]), T(case[0]))


def test_the_chain_of_a_derivative_names_its_step() -> None:
    goal = T("(eq (deriv x (exp (mul a (pow x 2))) y) (mul 2 a y (exp (mul a (pow y 2)))))")
    links = chains.run(frozenset(), *goal.args, chains.moves_for(goal), Prover(5))
    assert links and links[0].reason == "derivative"
    assert not any(s.head == "deriv" for s in subterms(links[0].theorem.goal.args[1]))
