"""Steps of every rule that both checkers accept."""

from __future__ import annotations

from building import Row, row

INDEP = "(indep X Y)"
FAMILY = "(indep (fam k 1 n (X k)) Z)"
RANGE = ["(isint i)", "(le 1 i)", "(le i n)", "(isint j)", "(le 1 j)", "(le j n)"]
SUMMAND = ["(isint k)", "(le 1 k)", "(le k n)"]

RIGHT: tuple[Row, ...] = (
    row("assume", "a member of the context", "(lt 0 x)", ctx=["(lt 0 x)", "(lt 0 y)"]),
    row("axiom", "with its premises", "(ne a 0)", ["(lt a 0)"], name="ne_of_lt", inst={"r x 0": "a",
        "r y 0": "0"}),
    row("axiom", "with a random bound", "(eq (sum k N 3 (f k)) (add (f N) (sum k (add N 1) 3 (f k))))",
        ["(isint N)", "(le N 3)"], name="sum_first", inst={"r lo 0": "N", "r hi 0": "3", "g F 1": "(f #0)"}),
    row("cite", "a lemma", "(lt 0 x)", lemma=0, inst={}),
    row("spec", "at a number, with its premise", "(lt 0 (f 2))", ["(forall k (imp (isint k) (lt 0 (f k))))",
        "(isint 2)"],
        term="2"),
    row("gen", "over a new variable", "(forall k (imp (isint k) (lt 0 (f k))))", [("(lt 0 (f k))",
        ["(isint k)"])],
        var="k", discharge=["(isint k)"]),
    row("cases", "on the sign", "(le 0 (f x))", [("(le 0 (f x))", ["(lt 0 x)"]), ("(le 0 (f x))",
        ["(le x 0)"])],
        on="(lt 0 x)"),
    row("absurd", "from the opposite", "(lt 0 x)", [("false", ["(le x 0)"])]),
    row("contra", "from two opposites", "(lt 0 z)", ["(lt x y)", "(le y x)"]),
    row("conj", "of two", "(and (lt 0 x) (lt 0 y))", ["(lt 0 x)", "(lt 0 y)"]),
    row("part", "the second", "(lt 0 y)", ["(and (lt 0 x) (lt 0 y))"], index=1),
    row("either", "one of two", "(or (lt 0 x) (lt 0 y))", ["(lt 0 y)"]),
    row("witness", "a number", "(exists k (lt 0 (f k)))", ["(lt 0 (f 2))"], term="2"),
    row("surely", "from fixed assumptions", "(surely (lt X y))", ["(lt X y)"], ctx=["(lt 0 y)"]),
    row("inst", "a symbol for a term", "(lt 0 (add y 1))", [("(lt 0 x)", ["(lt x 2)"])], ["(lt (add y 1) 2)"],
        inst={"v x 0": "(add y 1)"}),
    row("norm", "cancelling what is not zero", "(eq (div (mul x y) x) y)", ["(ne x 0)"]),
    row("congr", "inside a sum, in its range", "(eq (sum k 1 n (f k)) (sum k 1 n (g k)))",
        [("(eq (f k) (g k))", SUMMAND)], term="(sum k 1 n (f k))", path=[2], vars=["k"]),
    row("rewrite", "one side", "(lt 0 y)", ["(eq x y)", "(lt 0 x)"], path=[1], vars=[]),
    row("unfold", "the largest of two", "(eq (max x y) (ite (le x y) y x))", term="(max x y)"),
    row("ite", "a decided condition", "(eq (ite (lt 0 x) y z) z)", ["(le x 0)"], term="(ite (lt 0 x) y z)"),
    row("arith", "a sum of inequalities", "(lt x z)", ["(le x y)", "(lt y z)"],
        entries=[("pos", "1", None, [0]), ("pos", "1", None, [1])]),
    row("int", "a polynomial in integers", "(isint (add (mul 3 m) (pow m 2)))", ["(isint m)"]),
    row("induct", "from 0", "(forall n (imp (isint n) (imp (le 0 n) (le 0 (f n)))))",
        ["(le 0 (f 0))", ("(le 0 (f (add n 1)))", ["(isint n)", "(le 0 n)", "(le 0 (f n))"]), "(isint 0)"],
        var="n", start="0", formula="(le 0 (f n))"),
    row("E_add", "two terms and a constant", "(eq (E (add X c Y)) (add (E X) (E c) (E Y)))",
        ["(integrable X)", "(integrable Y)"]),
    row("E_sum", "a family", "(eq (E (sum k 1 n (X k))) (sum k 1 n (E (X k))))", [("(integrable (X k))",
        SUMMAND)],
        var="k"),
    row("E_indep", "two variables", "(eq (E (mul X Y)) (mul (E X) (E Y)))", [INDEP]),
    row("E_indep", "two members of a family", "(eq (E (mul (X i) (X j))) (mul (E (X i)) (E (X j))))",
        [FAMILY, "(ne i j)", *RANGE]),
    row("E_law", "a square", "(eq (E (pow X 2)) (E (pow Y 2)))", ["(samelaw X Y)"], body="(pow #0 2)"),
    row("int_det", "a constant", "(integrable (mul c (E X)))"),
    row("int_lin", "a combination", "(integrable (add (mul 2 X) (mul c Y) 7))", ["(integrable X)",
        "(integrable Y)"],
        count=2, coef=["2", "c", "7"]),
    row("int_sum", "a family", "(integrable (sum k 1 n (X k)))", [("(integrable (X k))", SUMMAND)], var="k"),
    row("int_dom", "below an integrable one", "(integrable X)", ["(surely (le (abs X) Y))",
        "(integrable Y)"]),
    row("int_indep", "two variables", "(integrable (mul X Y))", [INDEP, "(integrable X)", "(integrable Y)"]),
    row("int_law", "a square", "(integrable (pow Y 2))", ["(samelaw X Y)", "(integrable (pow X 2))"],
        body="(pow #0 2)"),
)
