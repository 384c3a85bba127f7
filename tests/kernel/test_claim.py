"""The definedness list is that of docs/certificates.md, and both checkers make the same."""

from __future__ import annotations

import random

import pytest
from building import T
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_terms import random_term

from derivations import recheck
from derivations.kernel.claim import UNRULED, definedness
from derivations.kernel.term import Term, eq, op, subterms
from derivations.writing import Writer

UNDER_SUM = "(forall j (imp (isint j) (imp (le 1 j) (imp (le j n) {}))))"
MATRIX = "(fam i 1 n (fam j 1 n (f i j)))"
OPEN_POW = "(or (lt 0 {0}) (and (ne {0} 0) (isint {1})) (and (isint {1}) (le 0 {1})))"

TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("(div x y)", ("(ne y 0)",)), ("(div x 2)", ()), ("(div x 0)", ("(ne 0 0)",)), ("(div X Y)",
        ("(ne Y 0)",)),
    ("(pow x 0)", ()), ("(pow x 3)", ()), ("(pow 2 y)", ()), ("(pow e y)", ()), ("(pow 1/2 -3/2)", ()),
    ("(pow x -2)", ("(ne x 0)",)), ("(pow -3 -2)", ()), ("(pow 0 -1)", ("(ne 0 0)",)),
    ("(pow x 1/2)", ("(le 0 x)",)), ("(pow x -1/2)", ("(lt 0 x)",)), ("(pow -2 1/2)", ("(le 0 -2)",)),
    ("(pow x y)", (OPEN_POW.format("x", "y"),)), ("(pow 0 y)", (OPEN_POW.format("0", "y"),)),
    ("(pow pi y)", (OPEN_POW.format("pi", "y"),)),
    ("(sqrt x)", ("(le 0 x)",)), ("(sqrt 0)", ()), ("(sqrt -1)", ("(le 0 -1)",)),
    ("(log x)", ("(lt 0 x)",)), ("(log 2)", ()), ("(log 0)", ("(lt 0 0)",)),
    ("(exp x)", ()), ("(tanh x)", ()), ("(max x y)", ()), ("(floor x)", ()), ("(abs x)", ()),
    ("(sum k 1 n (f k))", ("(isint n)",)), ("(prod k m n (f k))", ("(isint m)", "(isint n)")),
    ("(sum k 1/2 n k)", ("(isint 1/2)", "(isint n)")), ("(count k 1 5 (lt k x))", ()),
    ("(maxover k 1 n (f k))", ("(isint n)", "(le 1 n)")), ("(maxover k 1 3 (f k))", ("(le 1 3)",)),
    ("(sum k 1 n (div 1 k))", (UNDER_SUM.format("(ne j 0)"), "(isint n)")),
    ("(sum k 1 n (div 1 x))", (UNDER_SUM.format("(ne x 0)"), "(isint n)")),
    ("(sum k 1 n (sum i 1 k (div x i)))",
     (UNDER_SUM.format("(forall i (imp (isint i) (imp (le 1 i) (imp (le i j) (ne i 0)))))"),
      UNDER_SUM.format("(isint j)"), "(isint n)")),
    ("(E X)", ("(integrable X)",)), ("(E x)", ()), ("(E (E X))", ("(integrable X)",)),
    ("(E (div X y))", ("(ne y 0)", "(integrable (div X y))")),
    ("(E (div y X))", ("(surely (ne X 0))", "(integrable (div y X))")),
    ("(var X)", ("(integrable (pow X 2))",)), ("(var x)", ()),
    ("(cov X Y)", ("(integrable (pow X 2))", "(integrable (pow Y 2))")), ("(cov x Y)",
        ("(integrable (pow Y 2))",)),
    ("(cov X X)", ("(integrable (pow X 2))",)),
    ("(P (lt X 1))", ()), ("(P (lt (log X) 1))", ("(surely (lt 0 X))",)),
    ("(condE X (lt 0 Y))", ("(integrable (mul X (ind (lt 0 Y))))", "(ne (P (lt 0 Y)) 0)")),
    ("(condE (div 1 X) (lt 0 X))", ("(surely (imp (lt 0 X) (ne X 0)))",
                                    "(integrable (mul (div 1 X) (ind (lt 0 X))))", "(ne (P (lt 0 X)) 0)")),
    ("(condE x (lt 0 Y))", ("(ne (P (lt 0 Y)) 0)",)),
    ("(ite (lt 0 x) (div 1 x) (log y))", ("(imp (lt 0 x) (ne x 0))", "(imp (le x 0) (lt 0 y))")),
    ("(imp (ne x 0) (lt 0 (div 1 x)))", ("(imp (ne x 0) (ne x 0))",)),
    ("(and (ne x 0) (lt 0 (div 1 x)) (lt 0 (log y)))",
     ("(imp (ne x 0) (ne x 0))", "(imp (ne x 0) (imp (lt 0 (div 1 x)) (lt 0 y)))")),
    ("(or (ne x 0) (lt 0 (div 1 x)))", ("(ne x 0)",)), ("(not (lt 0 (div 1 x)))", ("(ne x 0)",)),
    ("(iff (ne x 0) (lt 0 (div 1 y)))", ("(ne y 0)",)),
    ("(forall k (lt 0 (div k x)))", ("(forall k (ne x 0))",)), ("(exists k (lt 0 (log k)))",
        ("(forall k (lt 0 k))",)),
    ("(isleast k (div 1 x) (lt (div 1 k) y))", ("(ne x 0)", "(forall k (ne k 0))")),
    ("(samelaw X (div Y Z))", ("(surely (ne Z 0))",)), ("(indep (fam k 1 n (F k)) X)", ("(isint n)",)),
    ("(law_normal X (div 1 x) s)", ("(ne x 0)",)), ("(integrable (log X))", ("(surely (lt 0 X))",)),
    ("(integral k y z (div x k))", ("(forall k (imp (le y k) (imp (le k z) (ne k 0))))", "(le y z)",
     "(forall k (imp (le y k) (imp (le k z) (tends j (div x j) k (div x k)))))")),
    ("(limit k (div x k) (log y))", ("(near k (imp (ne k (log y)) (ne k 0)) (log y))", "(lt 0 y)",
     "(exists v (tends k (div x k) (log y) v))")),
    ("(tends k (div x k) y (log z))", ("(near k (imp (ne k y) (ne k 0)) y)", "(lt 0 z)")),
    ("(limit_up k (div x k))", ("(exists m (forall k (imp (le m k) (ne k 0))))", "(exists v (tends_up k (div x k) v))")),
    ("(limit_seq k (div m k))", ("(exists n (forall k (imp (isint k) (imp (le n k) (ne k 0)))))",
     "(exists v (tends_seq k (div m k) v))")),
    ("(tends_seq k (sum j 1 k (div 1 j)) x)",
     ("(exists n (forall k (imp (isint k) (imp (le n k) (forall j (imp (isint j) (imp (le 1 j) (imp (le j k) (ne j 0)))))))))",
      "(exists n (forall k (imp (isint k) (imp (le n k) (isint k)))))")),
    ("(tends_seq k (limit_seq j (div k j)) (limit_up i i))",
     ("(exists m (forall k (imp (isint k) (imp (le m k) (exists n (forall j (imp (isint j) (imp (le n j) (ne j 0)))))))))",
      "(exists m (forall k (imp (isint k) (imp (le m k) (exists v (tends_seq j (div k j) v))))))",
      "(exists v (tends_up i i v))")),
    ("(integral_up k 0 k)", ("false",)),
    ("(gamma x)", ("(lt 0 x)",)), ("(gamma 1/2)", ()), ("(gamma 0)", ("(lt 0 0)",)), ("(arctan (erf x))", ()),
    (f"(det {MATRIX})", (UNDER_SUM.format("(isint n)"), "(isint n)")),
    (f"(inv {MATRIX} 1 x)", (UNDER_SUM.format("(isint n)"), "(isint n)", f"(ne (det {MATRIX}) 0)", "(isint 1)",
                             "(le 1 1)", "(le 1 n)", "(isint x)", "(le 1 x)", "(le x n)")),
    ("(det (fam i 1 2 (fam j 1 3 (f i j))))", ("false",)), ("(det (fam i 1 2 (f i)))", ("false",)),
    ("(det (fam i 0 2 (fam j 0 2 (f i j))))", ("false",)), ("(det (fam i 1 3 (fam j 1 i (f i j))))",
     ("(forall j (imp (isint j) (imp (le 1 j) (imp (le j 3) (isint j)))))", "false")),
    ("(inv X 1 1)", ("false",)), ("(det (fam i 1 2 (fam j 1 2 (tup (f i) (f j)))))", ("false",)),
    ("(deriv k (div x k) y)", ("(near k (ne k 0) y)", "(exists v (hasderiv k (div x k) y v))")),
    ("(deriv k x (log y))", ("(lt 0 y)", "(exists v (hasderiv k x (log y) v))")),
    ("(hasderiv k (log k) (div 1 x) (sqrt y))", ("(near k (lt 0 k) (div 1 x))", "(ne x 0)", "(le 0 y)")),
    ("(near k (lt 0 (div k x)) y)", ("(near k (ne x 0) y)",)),
    ("(deriv k (deriv j (div j k) k) x)",
     ("(near k (near j (ne k 0) k) x)", "(near k (exists v (hasderiv j (div j k) k v)) x)",
      "(exists v (hasderiv k (deriv j (div j k) k) x v))")),
    ("(sum k 1 n (deriv j (div j k) k))",
     (UNDER_SUM.format("(near k (ne j 0) j)"), UNDER_SUM.format("(exists v (hasderiv k (div k j) j v))"),
      "(isint n)")),
    ("(E (deriv k (div k X) Y))",
     ("(surely (near k (ne X 0) Y))", "(surely (exists v (hasderiv k (div k X) Y v)))",
      "(integrable (deriv k (div k X) Y))")),
    ("(add (div 1 x) (div 2 x))", ("(ne x 0)",)), ("(surely (lt 0 (div 1 X)))", ("(surely (ne X 0))",)),
    ("(sum k 1 n (E (div (F k) X)))",
     (UNDER_SUM.format("(surely (ne X 0))"), UNDER_SUM.format("(integrable (div (F j) X))"), "(isint n)")),
)


def theirs(t: Term) -> tuple[list[object], list[object]]:
    """The second checker's list for a term, and the kernel's, both in the spelling of the file."""
    w = Writer()
    ours = [w.term(p) for p in definedness(t)]
    top = w.term(t)
    c = recheck.Checker()
    for entry in w.terms:
        c.terms.append(c.read_term(entry))
    return ([recheck.nested(c.s, p) for p in c.definedness.of(c.terms[top])],
            [recheck.nested(c.s, c.terms[k]) for k in ours])


@pytest.mark.parametrize("case", TABLE, ids=lambda c: c[0])
def test_the_list_is_that_of_the_page(case: tuple[str, tuple[str, ...]]) -> None:
    t = T(case[0])
    assert definedness(t) == tuple(map(T, case[1]))
    if any(s.head in UNRULED for s in subterms(t)):
        return
    second, first = theirs(t)
    assert second == first


@settings(max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9))
def test_both_checkers_make_the_same_list(seed: int) -> None:
    rnd = random.Random(seed)
    a, b = (random_term(rnd, rnd.randint(1, 4)) for _ in "ab")
    goal = rnd.choice([eq(a, b), op("imp", op("lt", 0, a), op("le", a, b)), op("and", op("ne", a, 0), eq(a,
        b)),
                       op("surely", eq(a, b)), op("integrable", a), eq(op("condE", a, op("lt", 0, b)),
                       op("cov", a, b))])
    second, first = theirs(goal)
    assert second == first


@settings(max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9))
def test_the_conditions_are_closed_statements_without_repetition(seed: int) -> None:
    rnd = random.Random(seed)
    found = definedness(random_term(rnd, rnd.randint(1, 4)))
    assert len(set(found)) == len(found)
    assert all(p.sort == "B" and not p.bound for p in found)


def test_a_wrapped_condition_stays_when_it_does_not_use_the_variable() -> None:
    assert definedness(T("(sum k 1 n (log x))"))[0] is T(UNDER_SUM.format("(lt 0 x)"))
