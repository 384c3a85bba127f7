"""The second certificate checker.

Replays a certificate and accepts or refuses it.

Written from ``docs/certificates.md`` alone; it shares no code with ``derivations/kernel`` and needs only
the standard library, so it also runs as a plain file::

    python derivations/recheck.py FILE...          python -m derivations.recheck --json FILE

Layout: terms (an integer per distinct tree, de Bruijn indices) - the definedness list - canonical forms
(sparse polynomials whose monomials map *generators* to exponents) - the rules, one method each - loading
and reporting.  Whatever is not positively known to be right is refused.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MAX_DEPTH = 300  # levels of nesting a term of a file may have
MAX_POWER = 200  # literal exponents up to here are multiplied out
MAX_BITS = 20_000  # size of a number inside a canonical form
WRITE_OUT = 63  # sums with hi - lo up to here are written out
STEP_FUEL = 3_000_000  # work allowed for one step
TOTAL_FUEL = 60_000_000  # work allowed for a file
MAX_TERMS = 3_000_000  # distinct terms built in memory

Rat = int | Fraction
Symbol = tuple[str, str, int]  # kind, name, number of arguments
Gen = tuple[int, int, "Mono"]  # base, tag (0: base^q, 1: inv(base)^q, 2: base^(q*mono)), mono
Mono = tuple[tuple[Gen, Rat], ...]  # sorted (generator, exponent) pairs
Poly = dict[Mono, Rat]
PolyKey = tuple[tuple[Mono, Rat], ...]
Child = PolyKey | int  # below an atom: a polynomial (sort R) or the id of a B/K atom

# head -> (sorts of the arguments, "*" = more of the last one; result; which argument is under a binder)
OPERATORS: dict[str, tuple[str, str, int | None]] = {}
for _line in """
add RR* R|mul RR* R|neg R R|div RR R|pow RR R|sqrt R R|exp R R|log R R|e - R|pi - R|abs R R|sign R R
relu R R|max RR R|min RR R|floor R R|ceil R R|sin R R|cos R R|tanh R R|ite BRR R|ind B R
E R R|var R R|cov RR R|P B R|condE RB R
sum RRR R 2|prod RRR R 2|maxover RRR R 2|count RRB R 2|true - B|false - B|eq RR B|ne RR B|le RR B
lt RR B|and BB* B|or BB* B|not B B|imp BB B|iff BB B|isint R B|forall B B 0|exists B B 0|isleast RB B 1
surely B B|integrable R B|indep K* B|samelaw KK B|fam RRK K 2|tup RR* K|law_normal RRR B|law_bernoulli RR B
law_uniform RRR B|law_exponential RR B|law_beta RRR B|law_poisson RR B
deriv RR R 0|hasderiv RRR B 0|near BR B 0|inv KRR R|det K R|gamma R R|arctan R R
erf R R|integral RRR R 2|limit RR R 0|limit_up R R 0|limit_seq R R 0|tends RRR B 0|tends_up RR B 0
tends_seq RR B 0""".replace("\n", "|").split("|"):
    if _line:
        _h, _a, _r, *_b = _line.split()
        OPERATORS[_h] = ("" if _a == "-" else _a, _r, int(_b[0]) if _b else None)
BINDER = {h: b for h, (_, _, b) in OPERATORS.items() if b is not None}
RANGED = frozenset(["sum", "prod", "maxover", "count", "fam"])
EVENTUAL = {"limit_up": False, "tends_up": False, "limit_seq": True, "tends_seq": True}  # True: integers
LOCAL = frozenset(["deriv", "hasderiv", "near"])  # about the values of the body close to argument 1
MODAL = frozenset(["E", "var", "cov", "P", "condE", "surely", "integrable", "indep", "samelaw"]) | frozenset(
    h for h in OPERATORS if h.startswith("law_"))

AXIOMS = """\
# The axiom schemes.  Lower-case names stand for any number, those that begin with $ for a deterministic one, \
upper-case
# names for any number with holes (second order), those that begin with ? for a statement, with holes if upper-case;
# `name: premises |- conclusion`.  `(sum k lo hi body)` binds k in body.  `not` of a placeholder is the opposite
# (le becomes lt).

# logic
cases:         (imp ?p ?q) (imp (not ?p) ?q) |- ?q
contradiction: ?p (not ?p) |- false
absurd:        (imp (not ?p) false) |- ?p
witness:       (?Q $t) |- (exists x (?Q x))
choose:        (exists x (?Q x)) (forall x (imp (?Q x) ?p)) |- ?p
induct:        (isint $m) (?Q $m) (forall n (imp (isint n) (imp (le $m n) (imp (?Q n) (?Q (add n 1)))))) |- (forall \
n (imp (isint n) (imp (le $m n) (?Q n))))
surely_here:   (surely ?p) |- ?p
near_every:    (forall x (?Q x)) |- (near x (?Q x) p)
near_imp:      (near x (imp (?Q x) (?R x)) p) (near x (?Q x) p) |- (near x (?R x) p)
ite_yes:       ?p |- (eq (ite ?p x y) x)
ite_no:        (not ?p) |- (eq (ite ?p x y) y)

# definitions
ind_def:       |- (eq (ind ?p) (ite ?p 1 0))
P_def:         |- (eq (P ?p) (E (ind ?p)))
condE_def:     |- (eq (condE x ?p) (div (E (mul x (ind ?p))) (P ?p)))
count_def:     |- (eq (count k lo hi (?Q k)) (sum k lo hi (ind (?Q k))))
isleast_def:   |- (iff (isleast k m (?Q k)) (and (?Q m) (forall k (imp (?Q k) (le m k)))))
var_def:       |- (eq (var x) (E (pow (sub x (E x)) 2)))
cov_def:       |- (eq (cov x y) (E (mul (sub x (E x)) (sub y (E y)))))
relu_def:      |- (eq (relu x) (max 0 x))
max_def:       |- (eq (max x y) (ite (le x y) y x))
min_def:       |- (eq (min x y) (ite (le x y) x y))
abs_def:       |- (eq (abs x) (ite (le 0 x) x (neg x)))
sign_def:      |- (eq (sign x) (ite (lt 0 x) 1 (ite (lt x 0) -1 0)))
ceil_def:      |- (eq (ceil x) (neg (floor (neg x))))

# order
ne_of_lt:      (lt x y) |- (ne x y)
ne_of_gt:      (lt y x) |- (ne x y)
mul_ne:        (ne x 0) (ne y 0) |- (ne (mul x y) 0)
inv_pos:       (lt 0 x) |- (lt 0 (div 1 x))
le_of_eq:      (eq x y) |- (le x y)
le_antisym:    (le x y) (le y x) |- (eq x y)
lt_of_le_ne:   (le x y) (ne x y) |- (lt x y)

# powers, exponential, logarithm, roots
pow_pos:       (lt 0 x) |- (lt 0 (pow x y))
pow_ne:        (ne x 0) (isint n) |- (ne (pow x n) 0)
pow_nonneg:    (le 0 x) |- (le 0 (pow x y))
pow_lt_one:    (lt 0 x) (lt x 1) (lt 0 y) |- (lt (pow x y) 1)
one_lt_pow:    (lt 1 x) (lt 0 y) |- (lt 1 (pow x y))
pow_mono:      (le 0 x) (le x y) (le 0 z) |- (le (pow x z) (pow y z))
pow_inj:       (lt 0 x) (lt 0 y) (ne z 0) (eq (pow x z) (pow y z)) |- (eq x y)
exp_pos:       |- (lt 0 (exp x))
exp_lt:        (lt x y) |- (lt (exp x) (exp y))
exp_ge:        |- (le (add x 1) (exp x))
log_exp:       |- (eq (log (exp x)) x)
exp_log:       (lt 0 x) |- (eq (exp (log x)) x)
log_mul:       (lt 0 x) (lt 0 y) |- (eq (log (mul x y)) (add (log x) (log y)))
log_div:       (lt 0 x) (lt 0 y) |- (eq (log (div x y)) (sub (log x) (log y)))
log_pow:       (lt 0 x) |- (eq (log (pow x y)) (mul y (log x)))
log_lt:        (lt 0 x) (lt x y) |- (lt (log x) (log y))
log_le:        (lt 0 x) |- (le (log x) (sub x 1))
sqrt_nonneg:   |- (le 0 (sqrt x))
sqrt_pos:      (lt 0 x) |- (lt 0 (sqrt x))
sqrt_sq:       (le 0 x) |- (eq (pow (sqrt x) 2) x)
sqrt_unique:   (le 0 y) (eq (pow y 2) x) |- (eq (sqrt x) y)
e_pos:         |- (lt 0 e)
pi_pos:        |- (lt 3 pi)
pi_lt:         |- (lt pi 4)
pi_above:      |- (lt 333 (mul 106 pi))
pi_below:      |- (lt (mul 113 pi) 355)
sin_cos:       |- (eq (add (pow (sin x) 2) (pow (cos x) 2)) 1)

# integers
floor_int:     |- (isint (floor x))
floor_le:      |- (le (floor x) x)
floor_lt:      |- (lt x (add (floor x) 1))
floor_unique:  (isint n) (le n x) (lt x (add n 1)) |- (eq (floor x) n)
int_step:      (isint m) (isint n) (lt m n) |- (le (add m 1) n)

# sums over the integers k with lo <= k <= hi
sum_empty:     (lt hi lo) |- (eq (sum k lo hi (F k)) 0)
sum_first:     (isint lo) (le lo hi) |- (eq (sum k lo hi (F k)) (add (F lo) (sum k (add lo 1) hi (F k))))
sum_last:      (isint hi) (le lo hi) |- (eq (sum k lo hi (F k)) (add (sum k lo (sub hi 1) (F k)) (F hi)))
sum_split:     (isint m) (le lo (add m 1)) (le m hi) |- (eq (sum k lo hi (F k)) (add (sum k lo m (F k)) (sum k (add \
m 1) hi (F k))))
sum_shift:     (isint s) |- (eq (sum k lo hi (F k)) (sum k (sub lo s) (sub hi s) (F (add k s))))
sum_reverse:   (isint s) |- (eq (sum k lo hi (F k)) (sum k (sub s hi) (sub s lo) (F (sub s k))))
sum_const:     (isint lo) (isint hi) (le lo (add hi 1)) |- (eq (sum k lo hi x) (mul (add (sub hi lo) 1) x))
sum_swap:      |- (eq (sum j a b (sum k c d (F j k))) (sum k c d (sum j a b (F j k))))
sum_delta:     (isint i) (le lo i) (le i hi) |- (eq (sum k lo hi (ite (eq k i) (F k) 0)) (F i))
sum_nonneg:    (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (le 0 (F k)))))) |- (le 0 (sum k lo hi (F k)))
sum_pos:       (isint lo) (le lo hi) (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (lt 0 (F k)))))) |- (lt \
0 (sum k lo hi (F k)))
sum_mono:      (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (le (F k) (G k)))))) |- (le (sum k lo hi (F \
k)) (sum k lo hi (G k)))
sum_int:       (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (isint (F k)))))) |- (isint (sum k lo hi (F k)))

# products over the integers k with lo <= k <= hi
prod_empty:    (lt hi lo) |- (eq (prod k lo hi (F k)) 1)
prod_first:    (isint lo) (le lo hi) |- (eq (prod k lo hi (F k)) (mul (F lo) (prod k (add lo 1) hi (F k))))
prod_last:     (isint hi) (le lo hi) |- (eq (prod k lo hi (F k)) (mul (prod k lo (sub hi 1) (F k)) (F hi)))
prod_split:    (isint m) (le lo (add m 1)) (le m hi) |- (eq (prod k lo hi (F k)) (mul (prod k lo m (F k)) (prod k \
(add m 1) hi (F k))))
prod_shift:    (isint s) |- (eq (prod k lo hi (F k)) (prod k (sub lo s) (sub hi s) (F (add k s))))
prod_const:    (isint lo) (isint hi) (le lo (add hi 1)) |- (eq (prod k lo hi x) (pow x (add (sub hi lo) 1)))
prod_pos:      (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (lt 0 (F k)))))) |- (lt 0 (prod k lo hi (F k)))
prod_ne:       (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (ne (F k) 0))))) |- (ne (prod k lo hi (F k)) 0)
prod_int:      (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (isint (F k)))))) |- (isint (prod k lo hi (F \
k)))

# the largest value over a range
max_attained:  (isint m) (le lo m) (le m hi) (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (le (F k) (F \
m)))))) |- (eq (maxover k lo hi (F k)) (F m))
max_ge:        (isint i) (le lo i) (le i hi) |- (le (F i) (maxover k lo hi (F k)))
max_le:        (isint i) (le lo i) (le i hi) (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (le (F k) \
x))))) |- (le (maxover k lo hi (F k)) x)

# expectation
E_add:         (integrable x) (integrable y) |- (eq (E (add x y)) (add (E x) (E y)))
E_sum:         (forall k (imp (isint k) (imp (le $lo k) (imp (le k $hi) (integrable (F k)))))) |- (eq (E (sum k $lo \
$hi (F k))) (sum k $lo $hi (E (F k))))
E_indep:       (indep x y) |- (eq (E (mul x y)) (mul (E x) (E y)))
E_law:         (samelaw x y) |- (eq (E x) (E y))
E_mono:        (surely (le x y)) (integrable x) (integrable y) |- (le (E x) (E y))
E_nonneg:      (surely (le 0 x)) |- (le 0 (E x))
E_zero:        (eq (E x) 0) (surely (le 0 x)) (integrable x) |- (eq (P (eq x 0)) 1)
E_null:        (eq (E x) 0) (surely (le 0 x)) (integrable x) |- (eq (E (mul y x)) 0)
int_const:     |- (integrable $c)
int_lin:       (integrable x) (integrable y) |- (integrable (add (mul $a x) (mul $b y)))
int_sum:       (forall k (imp (isint k) (imp (le $lo k) (imp (le k $hi) (integrable (F k)))))) |- (integrable (sum \
k $lo $hi (F k)))
int_dom:       (surely (le (abs x) y)) (integrable y) |- (integrable x)
int_indep:     (indep x y) (integrable x) (integrable y) |- (integrable (mul x y))
int_law:       (samelaw x y) (integrable x) |- (integrable y)
int_of_sq:     (integrable (pow x 2)) |- (integrable x)
int_mul:       (integrable (pow x 2)) (integrable (pow y 2)) |- (integrable (mul x y))

# derivatives: F as a function of x has the derivative a at p
d_const:       |- (hasderiv x c p 0)
d_id:          |- (hasderiv x x p 1)
d_neg:         (hasderiv x (F x) p a) |- (hasderiv x (neg (F x)) p (neg a))
d_add:         (hasderiv x (F x) p a) (hasderiv x (G x) p b) |- (hasderiv x (add (F x) (G x)) p (add a b))
d_mul:         (hasderiv x (F x) p a) (hasderiv x (G x) p b) |- (hasderiv x (mul (F x) (G x)) p (add (mul a (G p)) \
(mul (F p) b)))
d_div:         (hasderiv x (F x) p a) (hasderiv x (G x) p b) (ne (G p) 0) |- (hasderiv x (div (F x) (G x)) p (div \
(sub (mul a (G p)) (mul (F p) b)) (pow (G p) 2)))
d_pow_nat:     (hasderiv x (F x) p a) (isint n) (le 0 n) |- (hasderiv x (pow (F x) n) p (mul n (pow (F p) (sub n \
1)) a))
d_pow_int:     (hasderiv x (F x) p a) (isint n) (ne (F p) 0) |- (hasderiv x (pow (F x) n) p (mul n (pow (F p) (sub \
n 1)) a))
d_pow:         (hasderiv x (F x) p a) (hasderiv x (G x) p b) (lt 0 (F p)) |- (hasderiv x (pow (F x) (G x)) p (mul \
(pow (F p) (G p)) (add (mul b (log (F p))) (div (mul (G p) a) (F p)))))
d_sqrt:        (hasderiv x (F x) p a) (lt 0 (F p)) |- (hasderiv x (sqrt (F x)) p (div a (mul 2 (sqrt (F p)))))
d_exp:         (hasderiv x (F x) p a) |- (hasderiv x (exp (F x)) p (mul (exp (F p)) a))
d_log:         (hasderiv x (F x) p a) (lt 0 (F p)) |- (hasderiv x (log (F x)) p (div a (F p)))
d_sin:         (hasderiv x (F x) p a) |- (hasderiv x (sin (F x)) p (mul (cos (F p)) a))
d_cos:         (hasderiv x (F x) p a) |- (hasderiv x (cos (F x)) p (neg (mul (sin (F p)) a)))
d_tanh:        (hasderiv x (F x) p a) |- (hasderiv x (tanh (F x)) p (mul (sub 1 (pow (tanh (F p)) 2)) a))
d_arctan:      (hasderiv x (F x) p a) |- (hasderiv x (arctan (F x)) p (div a (add 1 (pow (F p) 2))))
d_erf:         (hasderiv x (F x) p a) |- (hasderiv x (erf (F x)) p (mul (div 2 (sqrt pi)) (exp (neg (pow (F p) 2))) \
a))
d_chain:       (hasderiv x (G x) p a) (hasderiv y (F y) (G p) b) |- (hasderiv x (F (G x)) p (mul b a))
d_sum:         (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (hasderiv x (F k x) p (A k)))))) |- (hasderiv \
x (sum k lo hi (F k x)) p (sum k lo hi (A k)))
d_prod:        (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (hasderiv x (F k x) p (A k)))))) |- (hasderiv \
x (prod k lo hi (F k x)) p (sum k lo hi (mul (A k) (prod j lo hi (ite (eq j k) 1 (F j p))))))
d_near:        (near x (eq (F x) (G x)) p) (hasderiv x (F x) p a) |- (hasderiv x (G x) p a)
d_unique:      (hasderiv x (F x) p a) |- (eq (deriv x (F x) p) a)
d_exists:      (hasderiv x (F x) p a) |- (exists v (hasderiv x (F x) p v))
d_deriv:       (exists v (hasderiv x (F x) p v)) |- (hasderiv x (F x) p (deriv x (F x) p))
near_lt:       (hasderiv x (F x) p a) (hasderiv x (G x) p b) (lt (F p) (G p)) |- (near x (lt (F x) (G x)) p)
near_ne:       (hasderiv x (F x) p a) (hasderiv x (G x) p b) (ne (F p) (G p)) |- (near x (ne (F x) (G x)) p)
near_all:      (forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (near x (ne (F k x) 0) p))))) |- (near x \
(forall k (imp (isint k) (imp (le lo k) (imp (le k hi) (ne (F k x) 0))))) p)

# the gamma function
gamma_one:     |- (eq (gamma 1) 1)
gamma_next:    (lt 0 x) |- (eq (gamma (add x 1)) (mul x (gamma x)))
gamma_pos:     (lt 0 x) |- (lt 0 (gamma x))

# matrices: the determinant and the inverse of A(i,j), i and j from 1 to n
inv_right:     (ne (det (fam i 1 n (fam j 1 n (A i j)))) 0) (isint r) (le 1 r) (le r n) (isint c) (le 1 c) (le c n) \
|- (eq (sum k 1 n (mul (A r k) (inv (fam i 1 n (fam j 1 n (A i j))) k c))) (ite (eq r c) 1 0))
inv_left:      (ne (det (fam i 1 n (fam j 1 n (A i j)))) 0) (isint r) (le 1 r) (le r n) (isint c) (le 1 c) (le c n) \
|- (eq (sum k 1 n (mul (inv (fam i 1 n (fam j 1 n (A i j))) r k) (A k c))) (ite (eq r c) 1 0))
inv_unique:    (forall i (imp (isint i) (imp (le 1 i) (imp (le i n) (forall j (imp (isint j) (imp (le 1 j) (imp (le \
j n) (eq (sum k 1 n (mul (B i k) (A k j))) (ite (eq i j) 1 0)))))))))) (isint r) (le 1 r) (le r n) (isint c) (le 1 \
c) (le c n) |- (eq (inv (fam i 1 n (fam j 1 n (A i j))) r c) (B r c))
det_of_inv:    (forall i (imp (isint i) (imp (le 1 i) (imp (le i n) (forall j (imp (isint j) (imp (le 1 j) (imp (le \
j n) (eq (sum k 1 n (mul (B i k) (A k j))) (ite (eq i j) 1 0)))))))))) |- (ne (det (fam i 1 n (fam j 1 n (A i j)))) 0)
det_mul:       |- (eq (det (fam i 1 n (fam j 1 n (sum k 1 n (mul (A i k) (B k j)))))) (mul (det (fam i 1 n (fam j 1 \
n (A i j)))) (det (fam i 1 n (fam j 1 n (B i j))))))
det_turned:    |- (eq (det (fam i 1 n (fam j 1 n (A j i)))) (det (fam i 1 n (fam j 1 n (A i j)))))
det_multiple:  (isint n) (le 0 n) |- (eq (det (fam i 1 n (fam j 1 n (mul x (A i j))))) (mul (pow x n) (det (fam i 1 \
n (fam j 1 n (A i j))))))
det_diagonal:  |- (eq (det (fam i 1 n (fam j 1 n (ite (eq i j) (F i) 0)))) (prod k 1 n (F k)))

# limits: at p (from both sides, without p), for x going up, along the integers
tends_const:      |- (tends x c p c)
tends_add:        (tends x (F x) p a) (tends x (G x) p b) |- (tends x (add (F x) (G x)) p (add a b))
tends_mul:        (tends x (F x) p a) (tends x (G x) p b) |- (tends x (mul (F x) (G x)) p (mul a b))
tends_div:        (tends x (F x) p a) (tends x (G x) p b) (ne b 0) |- (tends x (div (F x) (G x)) p (div a b))
tends_of:         (tends x (G x) p b) (tends y (F y) b (F b)) |- (tends x (F (G x)) p (F b))
tends_is:         (tends x (F x) p a) |- (eq (limit x (F x) p) a)
tends_exists:     (tends x (F x) p a) |- (exists v (tends x (F x) p v))
tends_up_const:   |- (tends_up x c c)
tends_up_add:     (tends_up x (F x) a) (tends_up x (G x) b) |- (tends_up x (add (F x) (G x)) (add a b))
tends_up_mul:     (tends_up x (F x) a) (tends_up x (G x) b) |- (tends_up x (mul (F x) (G x)) (mul a b))
tends_up_div:     (tends_up x (F x) a) (tends_up x (G x) b) (ne b 0) |- (tends_up x (div (F x) (G x)) (div a b))
tends_up_of:      (tends_up x (G x) b) (tends y (F y) b (F b)) |- (tends_up x (F (G x)) (F b))
tends_up_is:      (tends_up x (F x) a) |- (eq (limit_up x (F x)) a)
tends_up_exists:  (tends_up x (F x) a) |- (exists v (tends_up x (F x) v))
tends_seq_const:  |- (tends_seq x c c)
tends_seq_add:    (tends_seq x (F x) a) (tends_seq x (G x) b) |- (tends_seq x (add (F x) (G x)) (add a b))
tends_seq_mul:    (tends_seq x (F x) a) (tends_seq x (G x) b) |- (tends_seq x (mul (F x) (G x)) (mul a b))
tends_seq_div:    (tends_seq x (F x) a) (tends_seq x (G x) b) (ne b 0) |- (tends_seq x (div (F x) (G x)) (div a b))
tends_seq_of:     (tends_seq x (G x) b) (tends y (F y) b (F b)) |- (tends_seq x (F (G x)) (F b))
tends_seq_is:     (tends_seq x (F x) a) |- (eq (limit_seq x (F x)) a)
tends_seq_exists: (tends_seq x (F x) a) |- (exists v (tends_seq x (F x) v))
tends_near:       (near x (imp (ne x p) (eq (F x) (G x))) p) (tends x (F x) p a) |- (tends x (G x) p a)
tends_deriv:      (hasderiv x (F x) p a) |- (tends x (F x) p (F p))
tends_up_between: (tends_up x (F x) a) (tends_up x (H x) a) (forall x (imp (le m x) (and (le (F x) (G x)) (le (G x) \
(H x))))) |- (tends_up x (G x) a)
tends_seq_between: (tends_seq x (F x) a) (tends_seq x (H x) a) (forall x (imp (isint x) (imp (le m x) (and (le (F \
x) (G x)) (le (G x) (H x)))))) |- (tends_seq x (G x) a)
tends_up_inv:     |- (tends_up x (div 1 x) 0)
tends_up_exp:     |- (tends_up x (exp (neg x)) 0)
tends_seq_pow:    (lt (abs r) 1) |- (tends_seq n (pow r n) 0)
tends_seq_up:     (tends_up x (F x) a) |- (tends_seq x (F x) a)

# integrals, by an antiderivative F of a continuous G
integral_is:      (le lo hi) (forall x (imp (le lo x) (imp (le x hi) (hasderiv y (F y) x (G x))))) (forall x (imp \
(le lo x) (imp (le x hi) (tends y (G y) x (G x))))) |- (eq (integral x lo hi (G x)) (sub (F hi) (F lo)))
integral_eq:      (le lo hi) (forall x (imp (le lo x) (imp (le x hi) (eq (F x) (G x))))) |- (eq (integral x lo hi \
(F x)) (integral x lo hi (G x)))
"""  # the text of docs/certificates.md, one scheme a line


class Refused(ValueError):
    """The certificate is not accepted; says at which step and why."""

    def __init__(self, reason: str, step: int | None = None, rule: str | None = None) -> None:
        self.reason, self.step, self.rule = reason, step, rule
        where = "" if step is None else f"step {step}" + (f" ({rule})" if rule else "") + ": "
        super().__init__(where + reason)


class Capture(Refused):
    """A random term would land in a hole inside a modal head, where it would mean something else."""


def need(condition: object, reason: str) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise Refused(reason)


# ------------------------------------------------------------------------------------------------ terms


class Store:
    """All terms, one integer per distinct tree, so "the same tree" is equality of integers.

    Variables of binders are de Bruijn indices ``b``.  Two heads are internal, and no file can write them: ``x``
    for the fresh symbols of opened binders, ``p`` for the statements that a scheme leaves open.
    """

    def __init__(self) -> None:
        self.index: dict[tuple[Any, ...], int] = {}
        self.head: list[str] = []
        self.data: list[Any] = []  # Fraction for num, the name of a symbol, the number of a b or an x
        self.args: list[tuple[int, ...]] = []
        self.sort: list[str] = []
        self.depth: list[int] = []
        self.loose: list[int] = []  # 1 + the largest loose index, 0 for a closed term
        self.random: list[bool] = []  # an r, g or p symbol outside modal heads
        self.noisy: list[bool] = []  # an r, g or p symbol anywhere
        self.symbols: list[frozenset[Symbol]] = []
        self.zero, self.one, self.two, self.minus1 = (self.num(Fraction(n)) for n in (0, 1, 2, -1))

    def mk(self, head: str, *args: int, data: Any = None) -> int:
        """The term with this head and these (well-sorted) arguments."""
        key = (head, data, args)
        found = self.index.get(key)
        if found is not None:
            return found
        new = self.index[key] = len(self.head)
        need(new < MAX_TERMS, "too many different terms")
        binder = BINDER.get(head)
        loose = data + 1 if head == "b" else 0
        for i, a in enumerate(args):
            loose = max(loose, self.loose[a] - (i == binder))
        sets = {self.symbols[a] for a in args}
        if head in ("v", "r", "f", "g", "p", "x"):
            sets.add(frozenset([(head, str(data), len(args))]))
        self.head.append(head)
        self.data.append(data)
        self.args.append(args)
        self.sort.append(OPERATORS[head][1] if head in OPERATORS else "B" if head == "p" else "R")
        self.depth.append(1 + max((self.depth[a] for a in args), default=0))
        self.loose.append(loose)
        own = head in ("r", "g", "p")
        self.noisy.append(own or any(self.noisy[a] for a in args))
        self.random.append(own or (head not in MODAL and any(self.random[a] for a in args)))
        self.symbols.append(sets.pop() if len(sets) == 1 else frozenset().union(*sets))
        return new

    def num(self, value: Rat) -> int:
        return self.mk("num", data=Fraction(value))

    def fresh(self, number: int) -> int:
        return self.mk("x", data=number)

    def number(self, t: int) -> Fraction | None:
        """The value of a literal number, None for every other term."""
        value = self.data[t]
        return value if self.head[t] == "num" and isinstance(value, Fraction) else None

    def symbol(self, t: int) -> Symbol:
        return (self.head[t], str(self.data[t]), len(self.args[t]))

    def is_op(self, t: int, head: str) -> bool:
        return self.head[t] == head

    def map_args(self, t: int, args: tuple[int, ...]) -> int:
        return t if args == self.args[t] else self.mk(self.head[t], *args, data=self.data[t])

    def lift(self, t: int, by: int) -> int:
        """The term under `by` further binders (loose indices go up)."""
        memo: dict[tuple[int, int], int] = {}

        def go(t: int, d: int) -> int:
            if self.loose[t] <= d:
                return t
            if self.head[t] == "b":
                return self.mk("b", data=self.data[t] + by)
            if (t, d) not in memo:
                binder = BINDER.get(self.head[t])
                new = [go(a, d + (i == binder)) for i, a in enumerate(self.args[t])]
                memo[t, d] = self.map_args(t, tuple(new))
            return memo[t, d]

        return go(t, 0) if by else t

    def fill(self, body: int, values: Sequence[int]) -> int:
        """The body with index k replaced by values[k], capture-avoiding.

        A hole inside a modal head ranges over numbers, not random variables: E(#0 * Y) filled with a
        random X would average over X too.  So a random value may not land there.
        """
        memo: dict[tuple[int, int, bool], int] = {}

        def go(t: int, d: int, modal: bool) -> int:
            if self.loose[t] <= d:
                return t
            if self.head[t] == "b":
                k = self.data[t] - d
                if k >= len(values):
                    return self.mk("b", data=self.data[t] - len(values))
                if modal and self.random[values[k]]:
                    raise Capture("a random term would be put into a hole inside a modal head")
                return self.lift(values[k], d)
            if (t, d, modal) not in memo:
                binder, inner = BINDER.get(self.head[t]), modal or self.head[t] in MODAL
                new = [go(a, d + (i == binder), inner) for i, a in enumerate(self.args[t])]
                memo[t, d, modal] = self.map_args(t, tuple(new))
            return memo[t, d, modal]

        return go(body, 0, False)

    def open(self, body: int, value: int) -> int:
        """The body of a binder with its variable replaced by the value."""
        return self.fill(body, [value])

    def close(self, t: int, symbol: int) -> int:
        """The inverse of open: the (closed) term with this symbol turned into index 0."""
        need(self.loose[t] == 0, "a term with a loose index cannot be closed over")
        name = self.symbol(symbol)
        memo: dict[tuple[int, int], int] = {}

        def go(t: int, d: int) -> int:
            if name not in self.symbols[t]:
                return t
            if t == symbol:
                return self.mk("b", data=d)
            if (t, d) not in memo:
                binder = BINDER.get(self.head[t])
                new = [go(a, d + (i == binder)) for i, a in enumerate(self.args[t])]
                memo[t, d] = self.map_args(t, tuple(new))
            return memo[t, d]

        return go(t, 0)

    def replace(self, t: int, inst: dict[Symbol, int]) -> int:
        """Simultaneous replacement of symbols; a body has holes for the arguments and is else closed.

        ``not`` of an open statement becomes the negation of what is put in its place.
        """
        wanted, memo = frozenset(inst), dict[int, int]()

        def go(t: int) -> int:
            if not (wanted & self.symbols[t]):
                return t
            if t not in memo:
                args = tuple(go(a) for a in self.args[t])
                body = inst.get(self.symbol(t)) if self.head[t] in ("v", "r", "f", "g", "p") else None
                if self.head[t] == "not" and self.head[self.args[t][0]] == "p":
                    memo[t] = self.neg(args[0])
                else:
                    memo[t] = self.map_args(t, args) if body is None else self.fill(body, args)
            return memo[t]

        return go(t)

    def neg(self, t: int) -> int:
        """The negation of a formula, as the specification spells it."""
        head, args = self.head[t], self.args[t]
        if head in ("eq", "ne"):
            return self.mk("ne" if head == "eq" else "eq", *args)
        if head in ("le", "lt"):
            return self.mk("lt" if head == "le" else "le", args[1], args[0])
        if head in ("true", "false"):
            return self.mk("false" if head == "true" else "true")
        return args[0] if head == "not" else self.mk("not", t)

    def implies(self, hyps: Sequence[int], goal: int) -> int:
        """h1 -> (h2 -> ... -> goal)."""
        for h in reversed(hyps):
            goal = self.mk("imp", h, goal)
        return goal

    def range_facts(self, lo: int, hi: int, x: int) -> list[int]:
        return [self.mk("isint", x), self.mk("le", lo, x), self.mk("le", x, hi)]


class Definedness:
    """The list of conditions under which every part of a closed term has a meaning."""

    def __init__(self, store: Store) -> None:
        self.s, self.memo, self.work = store, dict[tuple[int, int], list[int]](), 0

    def of(self, t: int, level: int = 0) -> list[int]:
        """wd(t), without repetition, in the order found; `level` numbers the fresh symbols."""
        if (t, level) not in self.memo:
            s, found = self.s, list[int]()
            for i in range(len(s.args[t])):
                part = self.of_arg(t, i, level)
                if s.head[t] in MODAL:
                    part = [s.mk("surely", p) if s.random[p] else p for p in part]
                found += part
            found += self.own(t)
            self.work += 1 + len(found)
            need(self.work < 2_000_000, "the definedness list is too long")
            self.memo[t, level] = list(dict.fromkeys(found))
        return self.memo[t, level]

    def of_arg(self, t: int, i: int, level: int) -> list[int]:
        """The list of argument i, wrapped as its place demands (but not yet in `surely`)."""
        s, head, args = self.s, self.s.head[t], self.s.args[t]
        if BINDER.get(head) == i:
            x = s.fresh(-1 - level)
            guards = s.range_facts(args[0], args[1], x) if head in RANGED else []
            inner = self.of(s.open(args[i], x), level + 1)
            if head in LOCAL:
                return [s.mk("near", s.close(p, x), args[1]) for p in inner]
            if head in ("limit", "tends"):
                off = s.mk("ne", x, args[1])
                return [s.mk("near", s.close(s.mk("imp", off, p), x), args[1]) for p in inner]
            if head in EVENTUAL:
                m = s.fresh(-1_000_000 - level)
                late = ([s.mk("isint", x)] if EVENTUAL[head] else []) + [s.mk("le", m, x)]
                every = [s.mk("forall", s.close(s.implies(late, p), x)) for p in inner]
                return [s.mk("exists", s.close(p, m)) for p in every]
            if head == "integral":
                guards = [s.mk("le", args[0], x), s.mk("le", x, args[1])]
            return [s.mk("forall", s.close(s.implies(guards, p), x)) for p in inner]
        plain = self.of(args[i], level)
        if head == "ite" and i:
            return [s.mk("imp", args[0] if i == 1 else s.neg(args[0]), p) for p in plain]
        if head in ("imp", "and"):
            return [s.implies(args[:i], p) for p in plain]
        if head == "condE" and i == 0:
            return [s.mk("imp", args[1], p) for p in plain]
        return plain

    def own(self, t: int) -> list[int]:
        """The conditions of the node itself."""
        s, head, args = self.s, self.s.head[t], self.s.args[t]
        mk, zero = s.mk, s.zero
        value = s.number(args[0]) if args else None
        if head == "div":
            return [] if s.number(args[1]) else [mk("ne", args[1], zero)]
        if head == "pow":
            return self.own_pow(args[0], args[1])
        if head == "sqrt":
            return [] if value is not None and value >= 0 else [mk("le", zero, args[0])]
        if head == "log":
            return [] if value is not None and value > 0 else [mk("lt", zero, args[0])]
        if head in RANGED:
            ends = [(a, s.number(a)) for a in args[:2]]
            out = [mk("isint", a) for a, n in ends if n is None or n.denominator != 1]
            return out + ([mk("le", args[0], args[1])] if head == "maxover" else [])
        if head == "E":
            return [mk("integrable", args[0])] if s.random[args[0]] else []
        if head in ("var", "cov"):
            return [mk("integrable", mk("pow", a, s.two)) for a in args if s.random[a]]
        if head == "condE":
            weighted = mk("integrable", mk("mul", args[0], mk("ind", args[1])))
            return ([weighted] if s.random[args[0]] else []) + [mk("ne", mk("P", args[1]), zero)]
        if head == "gamma":
            return [] if value is not None and value > 0 else [mk("lt", zero, args[0])]
        if head in ("det", "inv"):
            if not self.is_matrix(args[0]):
                return [mk("false")]
            if head == "det":
                return []
            size = s.args[args[0]][1]
            inside = [p for x in args[1:] for p in s.range_facts(s.one, size, x)]
            return [mk("ne", mk("det", args[0]), zero), *inside]
        if head == "integral":
            x = s.fresh(-2_000_000)
            inside = [mk("le", args[0], x), mk("le", x, args[1])]
            continuous = mk("tends", args[2], x, s.open(args[2], x))
            return [mk("le", args[0], args[1]), mk("forall", s.close(s.implies(inside, continuous), x))]
        if head in ("limit", "limit_up", "limit_seq"):
            return [mk("exists", mk("tends" + head[5:], *args, mk("b", data=0)))]
        if head == "deriv":
            return [mk("exists", mk("hasderiv", args[0], args[1], mk("b", data=0)))]
        return []

    def is_matrix(self, k: int) -> bool:
        """A block of the form fam(1, n, fam(1, n, entry)) with real entries."""
        s = self.s
        if s.head[k] != "fam" or s.head[s.args[k][2]] != "fam":
            return False
        lo, hi, row = s.args[k]
        first, last, entry = s.args[row]
        return lo == s.one and first == s.one and last == s.lift(hi, 1) and s.sort[entry] == "R"

    def own_pow(self, b: int, x: int) -> list[int]:
        s, mk, zero = self.s, self.s.mk, self.s.zero
        base, power = s.number(b), s.number(x)
        natural = power is not None and power.denominator == 1 and power >= 0
        if natural or s.is_op(b, "e") or (base is not None and base > 0):
            return []
        if power is None:
            whole = mk("isint", x)
            return [mk("or", mk("lt", zero, b), mk("and", mk("ne", b, zero), whole),
                       mk("and", whole, mk("le", zero, x)))]
        if power.denominator == 1:
            return [] if base else [mk("ne", b, zero)]
        return [mk("le" if power > 0 else "lt", zero, b)]


# ------------------------------------------------------------------------------------------ canonical forms
#
# A canonical form is a polynomial: monomial -> coefficient.  A monomial is a sorted tuple of (generator,
# exponent).  The generator (b, 0, ()) with exponent q stands for b^q, (b, 1, ()) for inv(b)^q and (b, 2, m)
# for b^(q*m), m a monomial.  Everything so written has one fixed total meaning, independent of facts, so a
# canonical form found under facts is simply a term equal to the given one wherever the facts hold; two
# exponents of one generator are joined only where the law b^x b^y = b^(x+y) holds under the facts at hand.


def tidy(x: Rat) -> Rat:
    return x.numerator if x.denominator == 1 else x


def size(x: Rat) -> Rat:
    return x if x >= 0 else -x


def over(a: Rat, b: Rat) -> Rat:
    return tidy(Fraction(a) / Fraction(b))


def key_of(p: Poly) -> PolyKey:
    return tuple(sorted(p.items()))


def const(c: Rat) -> Poly:
    return {(): c} if c else {}


def scaled(p: Poly, c: Rat) -> Poly:
    return {m: tidy(c * k) for m, k in p.items()} if c else {}


def accumulate(out: Poly, q: Poly, c: Rat = 1) -> None:
    """out += c*q."""
    for m, k in q.items():
        total = tidy(out.get(m, 0) + c * k)
        if total:
            out[m] = total
        else:
            out.pop(m, None)


def plus(p: Poly, q: Poly, c: Rat = 1) -> Poly:
    """p + c*q."""
    out = dict(p)
    accumulate(out, q, c)
    return out


def content(p: Poly) -> Rat:
    """The positive rational c with p/c of coprime integer coefficients."""
    top, bottom = 0, 1
    for c in p.values():
        top, bottom = math.gcd(top, c.numerator), math.lcm(bottom, c.denominator)
    return over(top, bottom)


def literal(p: Poly) -> Rat | None:
    """The value of a constant polynomial."""
    if not p:
        return 0
    return p[()] if len(p) == 1 and () in p else None


def primes(n: int) -> list[tuple[int, int]]:
    """n >= 1 as a product of powers (of primes, as far as trial division shows)."""
    out, d = [], 2
    while d * d <= n and d < 2000:
        k = 0
        while n % d == 0:
            n, k = n // d, k + 1
        if k:
            out.append((d, k))
        d += 1
    return out + ([(n, 1)] if n > 1 else [])


@dataclass(frozen=True)
class Base:
    """What generators are made of: an opaque atom, a number (prime, -1) or a composite polynomial."""

    head: str
    data: Any
    children: tuple[Child, ...]
    random: bool
    names: frozenset[int]  # the fresh symbols of opened binders that it mentions
    height: int  # nesting of binders inside
    poly: Poly | None = None  # of a composite


class Session:
    """The bases of one step and its fuel."""

    def __init__(self, store: Store, fuel: int) -> None:
        self.store, self.fuel = store, fuel
        self.bases: list[Base] = []
        self.index: dict[Any, int] = {}
        self.oriented: dict[PolyKey, tuple[int, int]] = {}
        self.composites: list[int] = []
        self.minus1 = self.base("minus1", None, ())
        self.e = self.base("e", None, ())

    def spend(self, amount: int) -> None:
        self.fuel -= amount
        need(self.fuel > 0, "the work limit is exhausted (an expansion is too large)")

    def base(self, head: str, data: Any, children: tuple[Child, ...], bound: int | None = None) -> int:
        """The base with this head, data and canonical children; `bound` is the name that it binds."""
        key = (head, data, children, bound)
        if key in self.index:
            return self.index[key]
        self.spend(10)
        random, names, height = head in ("r", "g"), set[int](), 0
        for b in (b for c in children for b in ([c] if isinstance(c, int) else bases_in(m for m, _ in c))):
            random |= self.bases[b].random
            names |= self.bases[b].names
            height = max(height, self.bases[b].height)
        if head == "x":
            names.add(data)
        names.discard(-1 if bound is None else bound)
        poly = dict(children[0]) if head == "composite" and isinstance(children[0], tuple) else None
        self.bases.append(Base(head, (data, bound), children, random and head not in MODAL,
                               frozenset(names), height + (bound is not None), poly))
        new = self.index[key] = len(self.bases) - 1
        if poly is not None:
            self.composites.append(new)
            self.composites.sort(key=lambda b: (len(self.bases[b].children[0]), b))  # type: ignore[arg-type]
        return new

    def composite(self, p: Poly) -> int:
        return self.base("composite", None, (key_of(p),))

    def orient(self, p: Poly, flip: bool) -> tuple[int, int]:
        """(sign, composite) with p = sign * composite: one representative for p and -p."""
        key = key_of(p)
        if key not in self.oriented:
            minus = scaled(p, -1)
            chosen = self.composite(minus if flip else p)
            self.oriented[key] = (-1 if flip else 1, chosen)
            self.oriented[key_of(minus)] = (1 if flip else -1, chosen)
        return self.oriented[key]

    def is_random(self, m: Mono) -> bool:
        return any(self.bases[b].random for b in bases_in([m]))

    def mentions(self, m: Mono, name: int) -> bool:
        return any(name in self.bases[b].names for b in bases_in([m]))

    def height(self, p: Poly) -> int:
        return max((self.bases[b].height for b in bases_in(p)), default=0)

    # renaming of the symbol of an opened binder, so that equal sums at different places look the same

    def rename(self, p: Poly, old: int, new: int) -> Poly:
        memo: dict[int, int] = {}

        def base(b: int) -> int:
            info = self.bases[b]
            if old not in info.names:
                return b
            if b not in memo:
                data, bound = info.data
                memo[b] = self.base(info.head, new if info.head == "x" else data,
                                    tuple(base(c) if isinstance(c, int) else key_of(poly(dict(c)))
                                          for c in info.children), bound)
            return memo[b]

        def gen(g: Gen, e: Rat) -> tuple[int, Gen, Rat]:
            b, tag, m = g
            info = self.bases[b]
            if info.poly is not None and tag == 1 and e.denominator == 1 and old in info.names:
                sign, chosen = self.orient(poly(info.poly), False)
                return (sign if e % 2 else 1), (chosen, tag, m), e
            k, exponent = mono(m)  # a sign found in the exponent b^(e*m) goes to e
            return 1, (base(b), tag, exponent), k * e

        def mono(m: Mono) -> tuple[int, Mono]:
            self.spend(1 + len(m))
            sign, out = 1, []
            for g, e in m:
                k, renamed, e = gen(g, e)
                sign *= k
                out.append((renamed, e))
            need(len({g for g, _ in out}) == len(out), "renaming merged two factors")
            return sign, tuple(sorted(out))

        def poly(q: Poly) -> Poly:
            out: Poly = {}
            for m, c in q.items():
                sign, renamed = mono(m)
                out = plus(out, {renamed: sign * c})
            return out

        return poly(p)


def bases_in(monos: Iterable[Mono]) -> Iterator[int]:
    for m in monos:
        for (b, _, exponent), _ in m:
            yield b
            if exponent:
                yield from bases_in([exponent])


class Context:
    """A set of facts, what is known under them, and the canonical forms under them."""

    def __init__(self, session: Session, facts: Sequence[int], parent: Context | None = None,
                 level: int = 1000) -> None:
        self.s, self.store, self.parent = session, session.store, parent
        self.facts: list[int] = list(facts) if parent is None else parent.facts + list(facts)
        self.level: int = level if parent is None else parent.level + 1  # the number of the next fresh symbol
        self.positive: list[Poly] = [] if parent is None else list(parent.positive)
        self.nonnegative: list[Poly] = [] if parent is None else list(parent.nonnegative)
        self.nonzero: list[Poly] = [] if parent is None else list(parent.nonzero)
        self.integers: list[Poly] = [] if parent is None else list(parent.integers)
        known = {} if parent is None else parent.units
        self.units: dict[Mono, list[Rat]] = {m: list(u) for m, u in known.items()}
        self.inside: dict[int, tuple[Context, Poly]] = {}  # sum/prod atom -> its body and where it lives
        self.deterministic: Context | None = None
        self.reset()
        for _ in range(2 if len(facts) > 1 and parent is None else 1):  # facts help to read facts
            for f in facts:
                self.learn(f)
            self.settle()

    def reset(self) -> None:
        self.cache: dict[int, Poly] = {}
        self.signs: dict[int, int] = {}
        self.nonzeros: dict[int, bool] = {}
        self.children: dict[tuple[int, ...], Context] = {}
        self.busy = 0
        self.open_ints: set[int] = set()

    # -- facts

    def learn(self, fact: int) -> None:
        """Take in a fact ne, lt, le, isint or a conjunction of such; others say nothing."""
        head, args = self.store.head[fact], self.store.args[fact]
        if head == "and":
            for a in args:
                self.learn(a)
        elif head == "isint":
            self.integers.append(self.reduce(self.form(args[0])))
        elif head in ("ne", "lt", "le"):
            p = self.reduce(plus(self.form(args[1]), self.form(args[0]), -1))
            {"ne": self.nonzero, "lt": self.positive, "le": self.nonnegative}[head].append(p)

    def settle(self) -> None:
        """Simple consequences: single integer unknowns; nonneg and non-zero; positive integers are >= 1."""
        for _ in range(len(self.integers) + 1):
            before = sum(map(len, self.units.values()))
            for p in self.integers:
                open_ones: list[tuple[Mono, Rat]] = [(m, c) for m, c in p.items() if not self.int_term(m, c)]
                if len(open_ones) == 1 and open_ones[0][0]:
                    m, c = open_ones[0]
                    self.units.setdefault(m, []).append(size(c))
            if before == sum(map(len, self.units.values())):
                break
        known = {key_of(scaled(f, over(1, content(f)))) for f in self.nonzero if f}
        for f in [f for f in self.nonnegative if f and f not in self.positive]:
            unit = scaled(f, over(1, content(f)))
            if key_of(unit) in known or key_of(scaled(unit, -1)) in known:
                self.positive.append(f)
        for f in self.positive:
            lower = plus(f, const(1), -1)
            if self.is_int(f) and lower not in self.nonnegative:
                self.nonnegative.append(lower)
        self.reset()

    def modal(self) -> Context:
        """The context inside a modal head: only the deterministic facts."""
        if self.deterministic is None:
            kept = [f for f in self.facts if not self.store.random[f]]
            same = len(kept) == len(self.facts)
            self.deterministic = self if same else Context(self.s, kept, None, self.level)
        return self.deterministic

    def under(self, facts: Sequence[int]) -> Context:
        """The context inside a binder whose symbol is numbered `self.level`."""
        key = tuple(facts)
        if key not in self.children:
            self.s.spend(5)
            self.children[key] = Context(self.s, facts, self)
        return self.children[key]

    # -- signs, zeros, integers

    def prove(self, p: Poly, strict: bool, depth: int = 3) -> bool:
        """p > 0 (or p >= 0) is certain: visibly, or after taking away multiples of known facts."""
        self.s.spend(2 + len(p))
        certain, bad = p.get((), 0) > 0, list[Mono]()
        for m, c in p.items():
            if m:
                sign = self.mono_sign(m)
                if c > 0 and sign:
                    certain |= sign == 2
                else:
                    bad.append(m)
        if not bad and p.get((), 0) >= 0 and (certain or not strict):
            return True
        if depth == 0 or len(bad) > 4:
            return False
        targets = bad[:1] or [m for m in p if m]
        for known, positive in ((self.positive, True), (self.nonnegative, False)):
            for f in known:
                for m in targets:
                    if m in f and (f[m] > 0) == (p[m] > 0):
                        rest = plus(p, f, -over(p[m], f[m]))
                        if self.prove(rest, strict and not positive, depth - 1):
                            return True
        return False

    def mono_sign(self, m: Mono) -> int:
        """2: certainly positive, 1: certainly >= 0, 0: not known."""
        sign = 2
        for (b, tag, _), e in m:
            known = self.base_sign(b)
            if known == 0 and tag < 2 and e.denominator == 1 and e % 2 == 0:
                known = 2 if self.base_nonzero(b) else 1  # an even power
            sign = min(sign, known)
        return sign

    def base_sign(self, b: int) -> int:
        """The same for a base."""
        if b not in self.signs:
            info = self.s.bases[b]
            if info.head in ("prime", "e", "pi"):
                self.signs[b] = 2
            elif info.head == "minus1":
                self.signs[b] = 0
            elif self.busy > 3:
                return 0
            else:
                self.signs[b] = 0  # while busy, so that the search ends
                self.busy += 1
                sign = self.find_sign(b, info)
                self.busy -= 1
                if sign or not self.busy:
                    self.signs[b] = sign
                else:
                    del self.signs[b]
                return sign
        return self.signs[b]

    def find_sign(self, b: int, info: Base) -> int:
        body = self.body_of(b)
        own: Poly = info.poly if info.poly is not None else {(((b, 0, ()), 1),): 1}
        if self.prove(own, True) or (body and info.head == "prod" and body[0].prove(body[1], True)):
            return 2
        nonnegative = info.head in ("abs", "relu", "count", "P", "var", "ind") or self.is_root(info)
        if nonnegative or (body and body[0].prove(body[1], False)) or self.prove(own, False):
            return 2 if self.base_nonzero(b) else 1
        return 0

    def is_root(self, info: Base) -> bool:
        """A power 1/2 kept as an atom is a square root, hence >= 0 (0 where it has no meaning)."""
        return info.head == "pow" and info.children[1] == key_of(const(Fraction(1, 2)))

    def body_of(self, b: int) -> tuple[Context, Poly] | None:
        """The body of a sum or product atom, with the context (of its range) in which it was formed."""
        here: Context | None = self
        while here is not None:
            if b in here.inside:
                return here.inside[b]
            here = here.parent
        return None

    def base_nonzero(self, b: int) -> bool:
        if b not in self.nonzeros and self.busy > 3:
            return self.s.bases[b].head in ("prime", "e", "pi", "minus1")
        if b not in self.nonzeros:
            self.nonzeros[b] = False
            self.busy += 1
            info, body = self.s.bases[b], self.body_of(b)
            own: Poly = info.poly if info.poly is not None else {(((b, 0, ()), 1),): 1}
            sure = info.head in ("prime", "e", "pi", "minus1") or self.is_nonzero(own)
            sure = sure or bool(body and info.head == "prod" and body[0].is_nonzero(body[1]))
            self.busy -= 1
            if sure or not self.busy:
                self.nonzeros[b] = sure
            else:
                del self.nonzeros[b]
            return sure
        return self.nonzeros[b]

    def is_nonzero(self, p: Poly) -> bool:
        """p is certainly not zero: by sign, or as a factor of something known to be non-zero."""
        if literal(p) is not None:
            return bool(p)
        if len(p) == 1:
            (m, _), = p.items()
            if m != ((m[0][0], 1),) or m[0][0][1] or m[0][1] != 1:  # not just a base by itself
                return all(self.gen_nonzero(g, e) for g, e in m)
        if self.prove(p, True) or self.prove(scaled(p, -1), True):
            return True
        single = next(iter(p))[0][0][0] if len(p) == 1 else None
        for f in self.nonzero + self.positive:
            if single is not None:
                if f and all(any(g[0] == single and g[1] < 2 for g, _ in m) for m in f):
                    return True  # every term of f has the factor
            elif self.divide(f, p) is not None:
                return True
            else:
                quotient = self.divide(p, f)
                if quotient is not None and len(quotient) < len(p) and self.is_nonzero(quotient):
                    return True
        return False

    def gen_nonzero(self, g: Gen, e: Rat) -> bool:
        """b^q is non-zero for b non-zero and an integer q, or b positive."""
        b, tag, m = g
        if self.base_sign(b) == 2:
            return True
        whole = e.denominator == 1 if tag < 2 else self.int_term(m, e)
        return whole and self.base_nonzero(b)

    def is_int(self, p: Poly) -> bool:
        """Each term is an integer; or p plus/minus a known integer is such."""
        if all(self.int_term(m, c) for m, c in p.items()):
            return True
        return any(all(self.int_term(m, c) for m, c in plus(p, f, sign).items())
                   for f in self.integers for sign in (1, -1))

    def int_term(self, m: Mono, c: Rat) -> bool:
        self.s.spend(1)
        if any(over(c, u).denominator == 1 for u in self.units.get(m, ())):
            return True
        return c.denominator == 1 and all(self.int_gen(g, e) for g, e in m)

    def int_gen(self, g: Gen, e: Rat) -> bool:
        """A natural power of an integer."""
        b, tag, m = g
        if tag == 1 or (e <= 0 and tag == 0):
            return False
        head = self.s.bases[b].head
        if tag == 2:
            if not self.int_term(m, e) or (head not in ("prime", "minus1") and not self.base_int(b)):
                return False
            return head == "minus1" or self.prove({m: e}, False)
        return e.denominator == 1 and self.base_int(b)

    def base_int(self, b: int) -> bool:
        info, body = self.s.bases[b], self.body_of(b)
        if info.head in ("prime", "minus1", "floor", "ceil", "count", "sign", "ind"):
            return True
        if any(over(1, u).denominator == 1 for u in self.units.get((((b, 0, ()), 1),), ())):
            return True
        if body is None or b in self.open_ints:
            return False
        self.open_ints.add(b)  # while busy, so that the search ends
        sure = body[0].is_int(body[1])
        self.open_ints.discard(b)
        return sure

    # -- multiplication

    def joins(self, g: Gen, x: Rat, y: Rat) -> bool:
        """Does g^x * g^y = g^(x+y) hold?  For naturals, and otherwise by the laws of powers."""
        b, tag, m = g
        if tag < 2:
            return (x.denominator == 1 and y.denominator == 1) or self.base_sign(b) >= 1
        if self.base_sign(b) == 2:
            return True
        if not (self.int_term(m, x) and self.int_term(m, y)):
            return False
        return self.base_nonzero(b) or ((x > 0) == (y > 0) and self.prove({m: 1}, False))

    def join(self, m1: Mono, m2: Mono) -> tuple[Rat, Mono, list[tuple[int, int]]]:
        """The product of two monomials: a coefficient, a monomial, and composites to be multiplied out."""
        exps, coef, expand = dict(m1), Fraction(1), list[tuple[int, int]]()
        for g, e in m2:
            if g not in exps:
                exps[g] = e
            elif self.joins(g, exps[g], e):
                exps[g] = tidy(exps[g] + e)
            else:  # keep the second one apart, as an opaque factor
                g = (self.s.base("opaque", None, ((((((g, e),), 1),)),)), 0, ())
                exps[g] = exps.get(g, 0) + 1
        for g in [g for g in exps if g[1] == 1]:
            direct = (g[0], 0, ())
            if direct in exps:  # b^x * inv(b)^y
                x, y = exps[direct], exps[g]
                whole = x.denominator == 1 and y.denominator == 1
                if self.base_nonzero(g[0]) if whole else self.base_sign(g[0]) == 2:
                    exps[direct], exps[g] = max(tidy(x - y), 0), max(tidy(y - x), 0)
        self.merge_fractions(exps)
        for b in {g[0] for g in exps if g[1] < 2 and self.s.bases[g[0]].head == "prime"}:
            q = tidy(exps.pop((b, 0, ()), 0) - exps.pop((b, 1, ()), 0))
            number, units = self.s.bases[b].data[0], math.floor(q)
            need(abs(units) * number.bit_length() < MAX_BITS, "a number is too large")
            coef *= Fraction(number) ** units
            exps[b, 0, ()] = tidy(q - units)
        for g, e in list(exps.items()):
            info = self.s.bases[g[0]]
            if info.poly is not None and g[1] == 0 and e >= 1:
                expand.append((g[0], math.floor(e)))
                exps[g] = tidy(e - math.floor(e))
            elif info.head == "minus1" and e.denominator == 1 and self.int_term(g[2], 1):
                exps[g] = e % 2
        return tidy(coef), tuple(sorted((g, e) for g, e in exps.items() if e)), expand

    def merge_fractions(self, exps: dict[Gen, Rat]) -> None:
        """x^(n/(n+1)) * x^(1/(n+1)) = x for positive x: put the exponents over a common denominator."""
        for b in {g[0] for g in exps
                  if g[1] == 2 and any(h[1] == 1 and self.s.bases[h[0]].poly for h, _ in g[2])}:
            mine = [g for g in exps if g[0] == b and exps[g]]
            if len(mine) > 1 and self.base_sign(b) == 2:
                total: Poly = {}
                for _, tag, m in mine:
                    total = plus(total, {m: exps[b, tag, m]}, -1 if tag == 1 else 1)
                for g in mine:
                    del exps[g]
                for m, c in self.reduce(total).items():
                    exps[b, 2 if m else int(c < 0), m] = c if m else size(c)

    def mul(self, p: Poly, q: Poly) -> Poly:
        if len(p) == 1 and () in p:
            return scaled(q, p[()])
        if len(q) == 1 and () in q:
            return scaled(p, q[()])
        out: Poly = {}
        for m1, c1 in p.items():
            for m2, c2 in q.items():
                self.s.spend(1 + len(m1) + len(m2))
                c = c1 * c2
                if not m1 or not m2:
                    extra, m, expand = 1, m1 or m2, None
                else:
                    extra, m, expand = self.join(m1, m2)  # type: ignore[assignment]
                c = tidy(c * extra)
                if c.numerator.bit_length() + c.denominator.bit_length() > MAX_BITS:
                    raise Refused("a number is too large")
                if expand:
                    out = plus(out, self.expand({m: c}, expand))
                else:
                    total = tidy(out.get(m, 0) + c)
                    if total:
                        out[m] = total
                    else:
                        del out[m]
        return out

    def expand(self, p: Poly, factors: Iterable[tuple[int, int]]) -> Poly:
        for b, n in factors:
            p = self.mul(p, self.nth(self.s.bases[b].poly or {}, n))
        return p

    def gen(self, g: Gen, e: Rat) -> Poly:
        """The polynomial of one generator to a power, in normal shape."""
        coef, m, expand = self.join((), ((g, e),))
        return self.expand({m: coef}, expand)

    def product(self, coef: Rat, gens: Iterable[tuple[Gen, Rat]]) -> Poly:
        p = const(coef)
        for g, e in gens:
            p = self.mul(p, self.gen(g, e)) if e else p
        return p

    def nth(self, p: Poly, n: int) -> Poly:
        """p^n for a natural n, by repeated squaring."""
        need(n <= MAX_POWER or (len(p) <= 1 and n <= MAX_BITS), f"the exponent {n} is too large to expand")
        out = const(1)
        while n:
            if n & 1:
                out = self.mul(out, p)
            n >>= 1
            if n:
                p = self.mul(p, p)
        return out

    # -- division and factors

    def grouplike(self, g: Gen) -> bool:
        """May exponents of this generator go below zero and come back?"""
        b, tag, m = g
        if tag == 0:
            return self.base_nonzero(b)
        return tag == 2 and (self.base_sign(b) == 2 or (self.base_nonzero(b) and self.int_term(m, 1)))

    def vector(self, m: Mono) -> dict[Gen, Rat]:
        """The exponents, with inverses of non-zero bases as negative exponents."""
        out: dict[Gen, Rat] = {}
        for (b, tag, e), q in m:
            if tag == 1 and self.base_nonzero(b):
                out[b, 0, ()] = out.get((b, 0, ()), 0) - q
            else:
                out[b, tag, e] = out.get((b, tag, e), 0) + q
        return out

    def unvector(self, v: dict[Gen, Rat]) -> Mono:
        return tuple(sorted(((g, q) if q > 0 or g[1] else ((g[0], 1, ()), -q)) for g, q in v.items() if q))

    def divide(self, p: Poly, q: Poly) -> Poly | None:
        """The exact quotient p/q, checked by multiplying back; None if there is none (or none is found)."""
        if not p or len(q) < 2 or len(p) < 2:
            return None
        tops, bottoms = [self.vector(m) for m in p], [self.vector(m) for m in q]
        gens = sorted({g for v in tops + bottoms for g in v})

        def shifted(vectors: list[dict[Gen, Rat]], poly: Poly, low: list[Rat]) -> dict[tuple[Rat, ...], Rat]:
            rows = (tuple(tidy(v.get(g, 0) - b) for g, b in zip(gens, low, strict=False)) for v in vectors)
            return dict(zip(rows, poly.values(), strict=False))

        low_p, low_q = ([min(v.get(g, 0) for v in vs) for g in gens] for vs in (tops, bottoms))
        rest, by = shifted(tops, p, low_p), shifted(bottoms, q, low_q)
        if any(max(r[i] for r in rest) < max(r[i] for r in by) for i in range(len(gens))):
            return None
        lead, quotient = max(by), dict[tuple[Rat, ...], Rat]()
        while rest:
            self.s.spend(len(by) * (1 + len(gens)))
            top = max(rest)
            step = tuple(tidy(a - b) for a, b in zip(top, lead, strict=False))
            if min(step) < 0 or len(quotient) > 4 * len(p) + 16:
                return None
            c = quotient[step] = over(rest[top], by[lead])
            for row, k in by.items():
                at = tuple(tidy(a + b) for a, b in zip(row, step, strict=False))
                left = tidy(rest.get(at, 0) - c * k)
                if left:
                    rest[at] = left
                else:
                    rest.pop(at, None)
        out: Poly = {}
        for row, c in quotient.items():
            v = {g: tidy(a + b - d) for g, a, b, d in zip(gens, row, low_p, low_q, strict=False)}
            if any(x < 0 and not self.grouplike(g) for g, x in v.items()):
                return None
            out[self.unvector(v)] = c
        return out if self.mul(out, q) == p else None

    def common(self, vectors: Sequence[dict[Gen, Rat]]) -> dict[Gen, Rat]:
        """The largest monomial that divides all these."""
        out: dict[Gen, Rat] = {}
        for g in {g for v in vectors for g in v}:
            low = min(v.get(g, 0) for v in vectors)
            if low > 0 or (low < 0 and self.grouplike(g)):
                out[g] = low
        return out

    def factor(self, p: Poly) -> tuple[Rat, dict[Gen, Rat], dict[int, int]]:
        """p as coefficient, powers of generators, and powers of composites (p is not zero)."""
        vectors = [self.vector(m) for m in p]
        if len(p) == 1:
            return next(iter(p.values())), vectors[0], {}
        shared = self.common(vectors)
        rest = {self.unvector({g: tidy(v.get(g, 0) - shared.get(g, 0)) for g in {*v, *shared}}): c
                for v, c in zip(vectors, p.values(), strict=False)}
        if len(rest) < len(p) or self.mul(rest, self.product(1, self.unvector(shared))) != p:
            shared, rest = {}, p
        coef, found = content(rest), dict[int, int]()
        rest = scaled(rest, over(1, coef))
        for b in list(self.s.composites):
            poly = self.s.bases[b].poly or {}
            while len(poly) <= len(rest) and (quotient := self.divide(rest, poly)) is not None:
                found[b], rest = found.get(b, 0) + 1, quotient
        if literal(rest) is None:
            c, b = self.oriented(rest)
            coef, found[b] = tidy(coef * c), found.get(b, 0) + 1
        else:
            coef = tidy(coef * rest[()])
        if self.expand(self.product(coef, self.unvector(shared)), found.items()) == p:
            return coef, shared, found
        coef, b = self.oriented(p)  # should the parts not multiply to p, take it as one composite
        return coef, {}, {b: 1}

    def oriented(self, p: Poly) -> tuple[Rat, int]:
        """p as a number times a composite."""
        unit = content(p)
        p = scaled(p, over(1, unit))
        flip = key_of(p) not in self.s.oriented and self.prove(scaled(p, -1), True)
        sign, b = self.s.orient(p, flip)
        return tidy(unit * sign), b

    def reduce(self, p: Poly) -> Poly:
        """Over a common denominator (of composites known to be non-zero) and cancelled."""
        if len(p) < 2:
            return p
        powers: dict[int, Rat] = {}
        while True:
            todo = {b for m in p for (b, tag, _), _ in m
                    if tag == 1 and b not in powers and self.s.bases[b].poly and self.base_nonzero(b)}
            if not todo:
                break
            b = max(todo)
            p, powers[b] = self.clear(p, b)
        for b in powers:
            while powers[b] >= 1 and (quotient := self.divide(p, self.s.bases[b].poly or {})) is not None:
                p, powers[b] = quotient, tidy(powers[b] - 1)
            if powers[b] >= 1 and p == self.s.bases[b].poly:
                p, powers[b] = const(1), tidy(powers[b] - 1)
        return self.mul(p, self.product(1, (((b, 1, ()), n) for b, n in powers.items())))

    def clear(self, p: Poly, b: int) -> tuple[Poly, Rat]:
        """(p * b^n, n) with n the largest exponent of inv(b) in p (b non-zero)."""
        g: Gen = (b, 1, ())
        n = max(dict(m).get(g, 0) for m in p)
        out: Poly = {}
        for m, c in p.items():
            have = dict(m).get(g, 0)
            without = {tuple(x for x in m if x[0] != g): c}
            missing = tidy(n - have)
            out = plus(out, self.mul(without, self.gen((b, 0, ()), missing)) if missing else without)
        return out, n

    def inverse(self, p: Poly) -> Poly:
        """1/p factor by factor; inv(0) = 0."""
        if not p:
            return {}
        coef, gens, found = self.factor(p)
        out = const(over(1, coef))
        for (b, tag, m), e in gens.items():
            if tag < 2:
                part = self.gen((b, 1 - tag, ()), e) if e > 0 else self.gen((b, tag, ()), -e)
            elif self.base_sign(b) == 2 or self.int_term(m, e):  # inv(b^n) = b^(-n)
                part = self.gen((b, 2, m), -e)
            else:
                lone = self.s.base("opaque", None, ((((((b, tag, m), e),), 1),),))
                part = self.gen((lone, 1, ()), 1)
            out = self.mul(out, part)
        for b, n in found.items():
            out = self.mul(out, self.gen((b, 1, ()), n))
        return out

    # -- powers

    def power(self, p: Poly, x: Poly) -> Poly:
        """p^x."""
        n = literal(x)
        if n is not None and n.denominator == 1:
            if size(n) <= MAX_POWER or (len(p) <= 1 and size(n) <= MAX_BITS):
                return self.nth(p if n >= 0 else self.inverse(p), abs(n.numerator))
            return self.atom("pow", p, x)
        if not p:
            return {} if n else self.atom("pow", p, x)
        coef, gens, found = self.factor(p)
        parts: list[tuple[int, Poly]] = []
        for (b, tag, m), e in [*gens.items(), *(((b, 0, ()), e) for b, e in found.items())]:
            if tag == 0 and e.denominator == 1 and e % 2 and not self.base_sign(b) and self.negative(b):
                coef, b = -coef, self.s.composite(scaled(self.s.bases[b].poly or self.single(b), -1))
            parts.append((b, {m: -e if tag == 1 else e}))
        signs = [self.base_sign(b) for b, _ in parts]
        roots = n is not None and all(s == 2 or (s == 1 and literal(y) is not None)
                                      for s, (_, y) in zip(signs, parts, strict=False))
        if coef > 0 and (roots or all(s == 2 for s in signs)):
            out = self.number_power(coef, x)
            for b, y in parts:
                out = self.mul(out, self.base_power(b, self.reduce(self.mul(y, x))))
            return out
        if all(self.int_term(m, c) for m, c in x.items()):
            return self.integer_power(coef, parts, x)
        return self.atom("pow", p, x)

    def negative(self, b: int) -> bool:
        return self.prove(scaled(self.s.bases[b].poly or self.single(b), -1), True)

    def integer_power(self, coef: Rat, parts: list[tuple[int, Poly]], x: Poly) -> Poly:
        """(c * b1^y1 * ...)^x for an integer x: (bc)^n = b^n c^n holds for all b and c."""
        natural = all(c > 0 and self.prove({m: 1}, False) for m, c in x.items())
        out = self.number_power(size(coef), x)
        if coef < 0:
            for m, c in x.items():
                flip = const(-1 if c % 2 else 1)
                out = self.mul(out, self.gen((self.s.minus1, 2, m), c) if m else flip)
        for b, y in parts:
            z = self.mul(y, x)
            whole = all(self.int_term(m, c) for q in (y, z) for m, c in q.items())
            if self.base_sign(b) == 2:
                part = self.base_power(b, self.reduce(z))
            elif whole and (self.base_nonzero(b) or (natural and literal(y) is not None)):
                part = self.base_power(b, z)
            else:
                part = self.atom("pow", self.base_power(b, y), x)
            out = self.mul(out, part)
        return out

    def base_power(self, b: int, y: Poly) -> Poly:
        """b^y with the exponent split into its terms (the caller knows that this is right)."""
        out = const(1)
        for m, c in y.items():
            g: Gen = (b, 2, m) if m else (b, 0, ()) if c > 0 else (b, 1, ())
            out = self.mul(out, self.gen(g, c if m else size(c)))
        return out

    def number_power(self, c: Rat, x: Poly) -> Poly:
        """c^x for a positive rational c."""
        out = const(1)
        for number, sign in ((c.numerator, 1), (c.denominator, -1)):
            for prime, k in primes(number):
                base = self.s.base("prime", prime, ())
                out = self.mul(out, self.base_power(base, scaled(x, sign * k)))
        return out

    # -- canonical forms of terms

    def atom(self, head: str, *children: Poly) -> Poly:
        return self.single(self.s.base(head, None, tuple(key_of(self.reduce(c)) for c in children)))

    def single(self, b: int) -> Poly:
        return {(((b, 0, ()), 1),): 1}

    def form(self, t: int) -> Poly:
        """The canonical form of a term of sort R."""
        found = self.cache.get(t)
        if found is None:
            self.s.spend(1)
            found = self.cache[t] = self.find_form(t)
        return found

    def find_form(self, t: int) -> Poly:
        head, args = self.store.head[t], self.store.args[t]
        value = self.store.number(t)
        if value is not None:
            return const(tidy(value))
        if head == "add":
            out: Poly = {}
            for a in args:
                accumulate(out, self.form(a))
                self.s.spend(len(self.form(a)))
            return out
        if head == "mul":
            out = const(1)
            for a in args:
                out = self.mul(out, self.form(a))
            return out
        if head == "neg":
            return scaled(self.form(args[0]), -1)
        if head == "div":
            self.hint(args[1])
            return self.mul(self.form(args[0]), self.inverse(self.reduce(self.form(args[1]))))
        if head in ("pow", "sqrt"):
            self.hint(args[0])
            exponent = self.reduce(self.form(args[1])) if head == "pow" else const(Fraction(1, 2))
            return self.power(self.reduce(self.form(args[0])), exponent)
        if head in ("e", "exp"):
            return self.power(self.single(self.s.e), self.reduce(self.form(args[0])) if args else const(1))
        if head in ("sum", "prod"):
            return self.ranged(t)
        if head == "E":
            return self.expectation(args[0])
        if head == "log" and self.store.head[args[0]] in ("pow", "e", "exp", "mul", "div"):
            return self.logarithm(t)
        if head in LITERAL and all(literal(self.form(a)) is not None for a in args):
            return const(tidy(LITERAL[head](*[literal(self.form(a)) for a in args])))
        return self.single(self.opaque(t))

    def logarithm(self, t: int) -> Poly:
        """log(b^x) = x log b, log(e^x) = x, and log of a product or quotient, for positive numbers."""
        inner = self.store.args[t][0]
        head, args = self.store.head[inner], self.store.args[inner]
        if head in ("e", "exp"):
            return self.form(args[0]) if args else const(1)
        if not all(self.prove(self.reduce(self.form(a)), True) for a in (args[:1] if head == "pow" else args)):
            return self.single(self.opaque(t))
        logs = [{} if self.store.number(a) == 1 else self.form(self.store.mk("log", a))
                for a in (args[:1] if head == "pow" else args)]
        if head == "pow":
            return self.mul(self.form(args[1]), logs[0])
        out: Poly = {}
        for k, log in enumerate(logs):
            accumulate(out, scaled(log, -1) if head == "div" and k else log)
        return out

    def hint(self, t: int) -> None:
        """Make the factors of a written product known, so that its expansion can be taken apart again."""
        head, args = self.store.head[t], self.store.args[t]
        if head in ("mul", "neg", "div") or (head == "pow" and self.store.number(args[1])):
            for a in args if head != "pow" else args[:1]:
                self.hint(a)
        elif head == "add":
            p = self.reduce(self.form(t))
            if len(p) > 1:
                self.factor(p)

    def child(self, t: int) -> Child:
        if self.store.sort[t] == "R":
            return key_of(self.reduce(self.form(t)))
        return self.opaque(t)

    def opaque(self, t: int) -> int:
        """The base of a term whose head has no laws here: compared part by part."""
        store, head, args = self.store, self.store.head[t], self.store.args[t]
        inner = self.modal() if head in MODAL else self
        self.s.spend(10)
        if head not in BINDER:
            data = (store.data[t], len(args)) if head in ("v", "r", "f", "g") else store.data[t]
            return self.s.base(head, data, tuple(inner.child(a) for a in args))
        plain = tuple(self.child(a) for i, a in enumerate(args) if i != BINDER[head])
        x = store.fresh(self.level)
        guards = store.range_facts(args[0], args[1], x) if head in RANGED else []
        body = self.under(guards).child(store.open(args[BINDER[head]], x))
        if isinstance(body, int):
            wrapped: Poly = self.single(body)
            name = self.s.height(wrapped)
            renamed: Child = next(iter(self.s.rename(wrapped, self.level, name)))[0][0][0]
        else:
            name = self.s.height(dict(body))
            renamed = key_of(self.s.rename(dict(body), self.level, name))
        return self.s.base(head, None, (*plain, renamed), name)

    def ranged(self, t: int) -> Poly:
        """Sums and products: written out, or shifted to a standard range and taken apart."""
        store, head, (lo, hi, body) = self.store, self.store.head[t], self.store.args[t]
        low, high = self.reduce(self.form(lo)), self.reduce(self.form(hi))
        length = literal(self.reduce(plus(high, low, -1)))
        if length is not None and length < 0:
            return {} if head == "sum" else const(1)
        if length is not None and length.denominator == 1 and length <= WRITE_OUT and self.is_int(low):
            try:
                return self.written(head, lo, literal(low), body, int(length))
            except Capture:
                pass
        start = math.floor(low.get((), 0))
        x = store.fresh(self.level)
        k = store.mk("add", x, store.num(start)) if start else x
        ctx = self.under(store.range_facts(lo, hi, k) + ([store.mk("isint", x)] if start else []))
        opened = store.open(body, k)
        if head == "prod":
            ctx.hint(opened)
        p = ctx.reduce(ctx.form(opened))
        ends = [key_of(self.reduce(plus(end, const(start), -1))) for end in (low, high)]
        return (self.sum_of if head == "sum" else self.prod_of)(p, ctx, ends)

    def written(self, head: str, lo: int, start: Rat | None, body: int, length: int) -> Poly:
        """All the terms one by one (lo is an integer)."""
        store = self.store
        out: Poly = {} if head == "sum" else const(1)
        for i in range(length + 1):
            at = store.num(start + i) if start is not None else store.mk("add", lo, store.num(i)) if i else lo
            term = self.form(store.open(body, at))
            self.s.spend(40 + len(term))
            if head == "sum":
                accumulate(out, term)
            else:
                out = self.mul(out, term)
        return out

    def range_atom(self, head: str, p: Poly, ctx: Context, ends: list[PolyKey]) -> int:
        """The atom sum or prod over the range of a body without further laws."""
        name = self.s.height(p)
        atom = self.s.base(head, None, (*ends, key_of(self.s.rename(p, self.level, name))), name)
        self.inside[atom] = (ctx, p)
        return atom

    def sum_of(self, p: Poly, ctx: Context, ends: list[PolyKey]) -> Poly:
        """Linearity; factors without the bound variable come out (a sum is always finite)."""
        groups: dict[Mono, Poly] = {}
        for m, c in p.items():
            inner = tuple(x for x in m if self.s.mentions((x,), self.level))
            outer = tuple(x for x in m if not self.s.mentions((x,), self.level))
            groups[inner] = plus(groups.get(inner, {}), {outer: c})
        out: Poly = {}
        for inner, factor in groups.items():
            out = plus(out, self.mul(factor, self.single(self.range_atom("sum", {inner: 1}, ctx, ends))))
        return out

    def prod_of(self, p: Poly, ctx: Context, ends: list[PolyKey]) -> Poly:
        """The product over each factor of the body, literal integer powers outside."""
        if not p:
            return self.single(self.range_atom("prod", {}, ctx, ends))
        coef, gens, found = ctx.factor(p)
        pieces: list[tuple[Poly, Rat]] = [(const(-1), 1)] if coef < 0 else []
        pieces += [(const(n), k) for n, k in primes(abs(coef.numerator))]
        pieces += [(const(n), -k) for n, k in primes(coef.denominator)]
        pieces += [(self.s.bases[b].poly or {}, n) for b, n in found.items()]
        for (b, tag, m), e in gens.items():
            unit = over(1, e.denominator)
            if tag == 1:
                tag, e = 0, -e
            split = tag == 2 and size(e) != unit and not (
                ctx.joins((b, tag, m), unit, unit) and (e > 0 or ctx.grouplike((b, tag, m))))
            root = tag < 2 and unit != 1 and ctx.base_sign(b) < 1
            under = tag == 2 and e < 0 and not (ctx.base_sign(b) == 2 or ctx.int_term(m, unit))
            if split or root or under:
                pieces.append(({(((b, tag, m), e),): 1}, 1))
            else:
                pieces.append((ctx.gen((b, tag, m), unit), tidy(e * e.denominator)))
        out = const(1)
        for body, n in pieces:
            atom = self.range_atom("prod", body, ctx, ends)
            out = self.mul(out, self.gen((atom, 0 if n > 0 else 1, ()), size(n)))
        return out

    def expectation(self, t: int) -> Poly:
        """E(X) with the deterministic factors of X outside; E of a deterministic X is X."""
        inner = self.modal()
        p = inner.reduce(inner.form(t))
        groups: dict[Mono, Poly] = {}
        for m, c in p.items():
            noise = tuple(x for x in m if self.s.is_random((x,)))
            fixed = tuple(x for x in m if not self.s.is_random((x,)))
            groups[noise] = plus(groups.get(noise, {}), {fixed: c})
        if set(groups) <= {()}:
            return p
        if len(groups) == 1:
            (noise, outside), = groups.items()
            body: Poly = {noise: 1}
        else:
            outside, body = inner.take_out(groups, p)
            unit = content(body) * (1 if min(body.items())[1] > 0 else -1)
            outside, body = scaled(outside, unit), scaled(body, over(1, unit))
        return self.mul(outside, self.single(self.s.base("E", None, (key_of(body),))))

    def take_out(self, groups: dict[Mono, Poly], p: Poly) -> tuple[Poly, Poly]:
        """(c, q) with p = c*q and c a common factor of the deterministic coefficients."""
        for c in groups.values():
            self.factor(c)  # makes the composites known to the second look
        factors = [self.factor(c) for c in groups.values()]
        shared = self.common([gens for _, gens, _ in factors])
        composites = {b: min(f.get(b, 0) for _, _, f in factors) for b in factors[0][2]}
        outside = self.expand(self.product(1, self.unvector(shared)), composites.items())
        body: Poly = {}
        for noise, (coef, gens, found) in zip(groups, factors, strict=False):
            left = {g: tidy(gens.get(g, 0) - shared.get(g, 0)) for g in {*gens, *shared}}
            part = self.product(coef, self.unvector(left))
            part = self.expand(part, [(b, n - composites.get(b, 0)) for b, n in found.items()])
            body = plus(body, self.mul(part, {noise: 1}))
        return (outside, body) if len(body) > 0 and self.mul(outside, body) == p else (const(1), p)


def _sign(x: Rat) -> int:
    return (x > 0) - (x < 0)


LITERAL: dict[str, Callable[..., Rat]] = {
    "floor": math.floor, "ceil": math.ceil, "abs": abs, "sign": _sign, "relu": lambda x: max(0, x),
    "max": max, "min": min}


# ------------------------------------------------------------------------------------------ axiom schemes


@dataclass(frozen=True)
class Scheme:
    """Premises and conclusion with placeholders (all their symbols) that must all be instantiated."""

    hyps: tuple[int, ...]
    goal: int
    holes: frozenset[Symbol]


PLACEHOLDERS = {"$": "v", "?": "p"}  # the kinds of names that begin so; others are r, with arguments g


def parse_schemes(store: Store, text: str) -> dict[str, Scheme]:
    """Read the table of axiom schemes."""
    out = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, rest = line.split(":", 1)
            left, right = rest.split("|-")
            hyps = tuple(parse_terms(store, left))
            goal, = parse_terms(store, right)
            holes = frozenset[Symbol]().union(*(store.symbols[t] for t in (*hyps, goal)))
            out[name.strip()] = Scheme(hyps, goal, holes)
    return out


def parse_terms(store: Store, text: str) -> list[int]:
    tokens = re.findall(r"[()]|[^\s()]+", text)
    at = 0

    def build(env: tuple[str, ...]) -> int:
        nonlocal at
        token, at = tokens[at], at + 1
        if token != "(":
            if token in env:
                return store.mk("b", data=env.index(token))
            if token in OPERATORS:
                return store.mk(token)
            if token.lstrip("-").isdigit():
                return store.num(int(token))
            return store.mk(PLACEHOLDERS.get(token[0], "r"), data=token.lstrip("$?"))
        head, at = tokens[at], at + 1
        inner = env
        if head in BINDER:
            inner, at = (tokens[at], *env), at + 1
        args = list[int]()
        while tokens[at] != ")":
            args.append(build(inner if len(args) == BINDER.get(head) else env))
        at += 1
        if head == "sub":
            return store.mk("add", args[0], store.mk("neg", args[1]))
        if head in OPERATORS:
            return store.mk(head, *args)
        return store.mk(PLACEHOLDERS.get(head[0], "g"), *args, data=head.lstrip("?"))

    out = []
    while at < len(tokens):
        out.append(build(()))
    return out


# ------------------------------------------------------------------------------------ reading of JSON data


def an_int(x: Any, what: str) -> int:
    if not isinstance(x, int) or isinstance(x, bool) or x < 0:
        raise Refused(f"{what} is not a natural number")
    return x


def an_index(x: Any, size: int, what: str) -> int:
    if an_int(x, what) >= size:
        raise Refused(f"{what} {x} is out of range")
    return int(x)


def a_str(x: Any, what: str) -> str:
    if not isinstance(x, str):
        raise Refused(f"{what} is not a string")
    return x


def a_list(x: Any, what: str) -> list[Any]:
    if not isinstance(x, list):
        raise Refused(f"{what} is not a list")
    return x


def a_dict(x: Any, keys: Iterable[str], what: str) -> dict[str, Any]:
    """A JSON object with exactly these keys."""
    if not isinstance(x, dict):
        raise Refused(f"{what} is not an object")
    wanted = set(keys)
    for key in x:
        need(key in wanted, f"{what} has the unknown key {key!r}")
    for key in sorted(wanted):
        need(key in x, f"{what} lacks the key {key!r}")
    return x


NUMBER = re.compile(r"(-?)(0|[1-9][0-9]{0,3999})(?:/([1-9][0-9]{0,3999}))?")


def a_number(text: str) -> Fraction:
    """An exact rational in lowest terms, spelled in the one allowed way."""
    match = NUMBER.fullmatch(text)
    if match is None:
        raise Refused(f"{text[:40]!r} is not a rational number")
    value = Fraction(int(match[2]), int(match[3] or 1))
    value = -value if match[1] else value
    need(str(value) == text, f"the number {text[:40]!r} is not in lowest terms")
    return value


def load(text: str) -> Any:
    """Parse JSON; duplicate keys, NaN and over-deep nesting are refused."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(items)
        need(len(out) == len(items), "an object has a duplicate key")
        return out

    def constant(name: str) -> Any:
        raise Refused(f"{name} is not a number")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused(f"the file is not well-formed JSON: {str(error)[:200]}") from None


# ------------------------------------------------------------------------------------------------ the rules


@dataclass(frozen=True)
class Step:
    """A step that has been accepted."""

    ctx: frozenset[int]
    goal: int


@dataclass(frozen=True)
class Claim:
    """An accepted claim: a readable text and the same as nested lists."""

    label: str
    text: str
    raw: dict[str, Any]


@dataclass
class Report:
    """What a certificate proves and what it assumes."""

    claims: list[Claim] = field(default_factory=list)
    assumed: list[tuple[str, str, str]] = field(default_factory=list)  # name, source, statement
    steps: int = 0


RULES: dict[str, tuple[str, ...]] = {
    "assume": (), "axiom": ("name", "inst"), "cite": ("lemma", "inst"), "spec": ("term",), "gen": ("var", "discharge"),
    "conj": (), "part": ("index",), "either": (), "surely": (), "singular": ("entry",), "inst": ("inst",), "norm": (),
    "rewrite": ("path", "vars"), "arith": ("entries",), "int": (), "indep": (), "law": ("body",)}
OWN_CONTEXTS = frozenset(["gen", "singular", "inst", "rewrite"])


class Checker:
    """Replays the steps.  A rule method returns if the step is right and raises Refused otherwise."""

    def __init__(self) -> None:
        self.s = Store()
        self.schemes = parse_schemes(self.s, AXIOMS)
        self.definedness = Definedness(self.s)
        self.terms: list[int] = []
        self.contexts: list[frozenset[int]] = []
        self.lemmas: list[dict[str, Any]] = []
        self.steps: list[Step] = []
        self.cited: set[int] = set()
        self.fuel = TOTAL_FUEL
        # of the step at hand
        self.raw: dict[str, Any] = {}
        self.ctx: frozenset[int] = frozenset()
        self.goal = 0
        self.prem: list[Step] = []

    # -- the tables

    def read_term(self, entry: Any) -> int:
        s, items = self.s, a_list(entry, "a term")
        need(items, "a term is an empty list")
        head, rest = a_str(items[0], "the head of a term"), items[1:]
        if head in ("num", "v", "r", "b"):
            need(len(rest) == 1, f"{head} takes one item")
            if head == "b":
                return s.mk("b", data=an_int(rest[0], "the index of a bound variable"))
            text = a_str(rest[0], f"the item of {head}")
            return s.num(a_number(text)) if head == "num" else s.mk(head, data=text)
        if head in ("f", "g"):
            need(len(rest) >= 2, f"{head} takes a name and at least one argument")
            name, sorts, variadic = a_str(rest[0], "the name of a family"), "R", True
            rest = rest[1:]
        else:
            need(head in OPERATORS, f"the head {head[:40]!r} is unknown")
            name, sorts = None, OPERATORS[head][0]
            variadic, sorts = sorts.endswith("*"), sorts.rstrip("*")
        need(len(rest) == len(sorts) or (variadic and len(rest) > len(sorts)),
             f"{head} has the wrong number of arguments")
        args = tuple(self.terms[an_index(a, len(self.terms), "an argument")] for a in rest)
        for i, a in enumerate(args):
            have, want = s.sort[a], sorts[min(i, len(sorts) - 1)]
            need(have == want or (want == "K" and have == "R"),
                 f"argument {i} of {head} has sort {have}, not {want}")
        need(all(s.depth[a] < MAX_DEPTH for a in args), f"a term is nested deeper than {MAX_DEPTH} levels")
        return s.mk(head, *args, data=name)

    def formula(self, x: Any, what: str) -> int:
        """A closed term of sort B."""
        t = self.term(x, what)
        need(self.s.sort[t] == "B", f"{what} is not a truth value")
        need(self.s.loose[t] == 0, f"{what} has a loose index")
        return t

    def term(self, x: Any, what: str) -> int:
        return self.terms[an_index(x, len(self.terms), what)]

    def real(self, x: Any, what: str) -> int:
        """A closed term of sort R."""
        t = self.term(x, what)
        need(self.s.sort[t] == "R", f"{what} is not a real number")
        need(self.s.loose[t] == 0, f"{what} has a loose index")
        return t

    def variable(self, x: Any, what: str) -> int:
        t = self.term(x, what)
        need(self.s.head[t] == "v", f"{what} is not a deterministic symbol")
        return t

    def read_lemma(self, entry: Any, k: int) -> dict[str, Any]:
        raw = a_dict(entry, ("name", "source", "hyps", "goal"), f"lemma {k}")
        return {"name": a_str(raw["name"], f"the name of lemma {k}"),
                "source": a_str(raw["source"], f"the source of lemma {k}"),
                "hyps": [self.formula(h, f"a hypothesis of lemma {k}")
                         for h in a_list(raw["hyps"], f"the hypotheses of lemma {k}")],
                "goal": self.formula(raw["goal"], f"the goal of lemma {k}")}

    def run(self, data: Any) -> Report:
        """Check a whole certificate."""
        keys = ("format", "version", "terms", "contexts", "lemmas", "steps", "claims")
        raw = a_dict(data, keys, "the file")
        need(raw["format"] == "derivations-certificate", "the format is not derivations-certificate")
        need(an_int(raw["version"], "the version") == 1, "the version is not 1")
        for k, entry in enumerate(a_list(raw["terms"], "terms")):
            try:
                self.terms.append(self.read_term(entry))
            except Refused as error:
                raise Refused(f"term {k}: {error.reason}") from None
        for k, entry in enumerate(a_list(raw["contexts"], "contexts")):
            self.contexts.append(frozenset(self.formula(h, f"a member of context {k}")
                                           for h in a_list(entry, f"context {k}")))
        self.lemmas = [self.read_lemma(x, k) for k, x in enumerate(a_list(raw["lemmas"], "lemmas"))]
        for k, entry in enumerate(a_list(raw["steps"], "steps")):
            self.run_step(entry, k)
        report = Report(steps=len(self.steps))
        claims = a_list(raw["claims"], "claims")
        need(claims, "there is no claim")
        for k, entry in enumerate(claims):
            try:
                report.claims.append(self.claim(entry))
            except Refused as error:
                raise Refused(f"claim {k}: {error.reason}") from None
        for k in sorted(self.cited):
            x = self.lemmas[k]
            report.assumed.append((x["name"], x["source"], sequent(self.s, x["hyps"], x["goal"])))
        return report

    def run_step(self, entry: Any, k: int) -> None:
        rule: str | None = None
        try:
            need(isinstance(entry, dict) and "rule" in entry, "not an object with a rule")
            rule = a_str(entry["rule"], "the rule")
            need(rule in RULES, "the rule is unknown")
            keys: tuple[str, ...] = ("rule", "ctx", "goal", "prem", *RULES[rule])
            self.raw = a_dict(entry, keys, "the step")
            self.ctx = self.contexts[an_index(entry["ctx"], len(self.contexts), "the context")]
            self.goal = self.formula(entry["goal"], "the goal")
            self.prem = [self.steps[an_index(p, k, "a premise")] for p in a_list(entry["prem"], "prem")]
            if rule not in OWN_CONTEXTS:
                for i in range(len(self.prem)):
                    self.premise_within(i, self.ctx)
            getattr(self, "rule_" + rule)()
        except Refused as error:
            raise Refused(error.reason, k, rule) from None
        except RecursionError:
            raise Refused("the terms are nested too deeply", k, rule) from None
        self.steps.append(Step(self.ctx, self.goal))

    def claim(self, entry: Any) -> Claim:
        """The step proves the goal, and every condition of its definedness list is proved too."""
        raw = a_dict(entry, ("label", "ctx", "goal", "step", "wd"), "the claim")
        label = a_str(raw["label"], "the label")
        ctx = self.contexts[an_index(raw["ctx"], len(self.contexts), "the context")]
        goal = self.formula(raw["goal"], "the goal")
        step = self.steps[an_index(raw["step"], len(self.steps), "the step")]
        need(step.goal == goal, "the step has another goal")
        need(step.ctx <= ctx, "the step needs hypotheses that the claim does not have")
        conditions = self.definedness.of(goal)
        given = a_list(raw["wd"], "wd")
        need(len(given) == len(conditions), f"wd has {len(given)} steps for {len(conditions)} conditions")
        for i, condition in enumerate(conditions):
            proof = self.steps[an_index(given[i], len(self.steps), "a step of wd")]
            need(proof.goal == condition, f"wd {i} does not prove {show(self.s, condition)}")
            need(proof.ctx <= ctx, f"wd {i} needs hypotheses that the claim does not have")
        hyps = sorted(ctx, key=lambda h: show(self.s, h))
        text = sequent(self.s, hyps, goal)  # refuses what is too large to be written out as a tree
        tree = {"label": label, "hyps": [nested(self.s, h) for h in hyps], "goal": nested(self.s, goal)}
        return Claim(label, text, tree)

    # -- helpers of the rules

    def mk(self, head: str, *args: int) -> int:
        return self.s.mk(head, *args)

    def count(self, n: int) -> None:
        need(len(self.prem) == n, f"{len(self.prem)} premises instead of {n}")

    def concludes(self, t: int) -> None:
        need(t == self.goal, f"the rule concludes {show(self.s, t)}, not the goal {show(self.s, self.goal)}")

    def premise_within(self, i: int, allowed: frozenset[int]) -> None:
        for h in self.prem[i].ctx - allowed:
            raise Refused(f"premise {i} rests on {show(self.s, h)}, which is not available")

    def parts(self, t: int, head: str, what: str) -> tuple[int, ...]:
        """The arguments of t, which must have this head."""
        need(self.s.head[t] == head, f"{what} is not of the form {head}")
        return self.s.args[t]

    def premise_is(self, i: int, t: int, what: str) -> None:
        need(self.prem[i].goal == t, f"premise {i} is not {what}: {show(self.s, t)}")

    def absent(self, symbol: int, terms: Iterable[int], where: str) -> None:
        name = self.s.symbol(symbol)
        need(not any(name in self.s.symbols[t] for t in terms), f"the variable {name[1]} occurs in {where}")

    def deterministic(self, t: int, what: str) -> int:
        need(not self.s.random[t], f"{what} is random")
        return t

    def instantiation(self) -> dict[Symbol, int]:
        """The key `inst`: a body for each symbol, of sort B for p and else R, deterministic for v and f."""
        out: dict[Symbol, int] = {}
        for item in a_list(self.raw["inst"], "inst"):
            need(isinstance(item, list) and len(item) == 4, "an item of inst has not four parts")
            kind, name = a_str(item[0], "a kind"), a_str(item[1], "a name")
            arity, body = an_int(item[2], "an arity"), self.term(item[3], "a body")
            need(kind in ("v", "r", "f", "g", "p"), f"the kind {kind[:20]!r} is unknown")
            need(kind == "p" or (arity > 0) == (kind in ("f", "g")), f"kind {kind} cannot have {arity} arguments")
            need((kind, name, arity) not in out, f"{name} is given twice")
            want, word = ("B", "truth value") if kind == "p" else ("R", "real number")
            need(self.s.sort[body] == want, f"the body for {name} is not a {word}")
            need(self.s.loose[body] <= arity, f"the body for {name} has a loose index")
            if kind in ("v", "f"):
                self.deterministic(body, f"the body for {name}")
            out[kind, name, arity] = body
        return out

    def from_scheme(self, hyps: Sequence[int], goal: int, inst: dict[Symbol, int]) -> None:
        self.count(len(hyps))
        for i, h in enumerate(hyps):
            self.premise_is(i, self.s.replace(h, inst), "the premise that is asked for")
        self.concludes(self.s.replace(goal, inst))

    # -- logic

    def rule_assume(self) -> None:
        """A hypothesis holds where the hypotheses hold."""
        self.count(0)
        need(self.goal in self.ctx, "the goal is not among the hypotheses")

    def rule_axiom(self) -> None:
        """The schemes hold for all reals (functions), hence at each outcome for random terms."""
        name = a_str(self.raw["name"], "the name")
        need(name in self.schemes, f"there is no axiom {name[:40]!r}")
        scheme, inst = self.schemes[name], self.instantiation()
        need(set(inst) == scheme.holes, "inst does not give exactly the placeholders of the axiom")
        self.from_scheme(scheme.hyps, scheme.goal, inst)

    def rule_cite(self) -> None:
        """An assumed lemma, which the report will show."""
        k = an_index(self.raw["lemma"], len(self.lemmas), "the lemma")
        self.from_scheme(self.lemmas[k]["hyps"], self.lemmas[k]["goal"], self.instantiation())
        self.cited.add(k)

    def rule_spec(self) -> None:
        """A universal statement at one real number, then modus ponens."""
        need(self.prem, "there is no premise")
        t = self.prem[0].goal
        if self.raw["term"] is not None:
            value = self.deterministic(self.real(self.raw["term"], "the term"), "the term")
            t = self.s.open(self.parts(t, "forall", "the first premise")[0], value)
        for i in range(1, len(self.prem)):
            hyp, t = self.parts(t, "imp", "the premise")
            self.premise_is(i, hyp, "the hypothesis")
        self.concludes(t)

    def rule_gen(self) -> None:
        """The variable is arbitrary, as no remaining hypothesis speaks of it."""
        self.count(1)
        out = [self.formula(h, "a discharged formula") for h in a_list(self.raw["discharge"], "discharge")]
        self.premise_within(0, self.ctx | frozenset(out))
        t = self.s.implies(out, self.prem[0].goal)
        if self.raw["var"] is not None:
            x = self.variable(self.raw["var"], "var")
            self.absent(x, self.ctx, "the context")
            t = self.mk("forall", self.s.close(t, x))
        self.concludes(t)

    def rule_conj(self) -> None:
        """All parts hold, so the conjunction (equivalence) does."""
        goals = [p.goal for p in self.prem]
        if self.s.head[self.goal] == "iff":
            a, b = self.s.args[self.goal]
            need(goals == [self.mk("imp", a, b), self.mk("imp", b, a)],
                 "the premises are not the two directions")
        else:
            need(len(goals) >= 2, "a conjunction needs two premises")
            self.concludes(self.mk("and", *goals))

    def rule_part(self) -> None:
        """A conjunction implies its parts."""
        self.count(1)
        t, i = self.prem[0].goal, an_int(self.raw["index"], "the index")
        args = self.s.args[t]
        need(self.s.head[t] in ("and", "iff"), "the premise is not a conjunction")
        if self.s.head[t] == "iff":
            args = (self.mk("imp", args[0], args[1]), self.mk("imp", args[1], args[0]))
        self.concludes(args[an_index(i, len(args), "the index")])

    def rule_either(self) -> None:
        """One member is true, so the disjunction is."""
        self.count(1)
        members = self.parts(self.goal, "or", "the goal")
        need(self.prem[0].goal in members, "the premise is no member of the goal")

    def rule_surely(self) -> None:
        """What follows from statements that do not depend on the outcome holds at each."""
        self.count(1)
        self.concludes(self.mk("surely", self.prem[0].goal))
        need(not any(self.s.random[h] for h in self.prem[0].ctx), "a hypothesis of the premise is random")

    def rule_singular(self) -> None:
        """A matrix of determinant 0 takes some vector that is not 0 to 0, perhaps another one at each outcome."""
        self.count(2)
        s, zero = self.s, self.s.zero
        determinant, right = self.parts(self.prem[0].goal, "eq", "premise 0")
        matrix, = self.parts(determinant, "det", "the left side of premise 0")
        need(right == zero and self.definedness.is_matrix(matrix), "premise 0 is not about a square matrix")
        v = self.real(self.raw["entry"], "the entry")
        need(s.head[v] == "f" and len(s.args[v]) == 1 and s.head[s.args[v][0]] == "v", "the entry is not f(k)")
        k, = s.args[v]
        for t in (self.goal, determinant, *self.ctx):
            self.absent(k, [t], "what stays")
            self.absent(v, [t], "what stays")
        size, rows = s.args[matrix][1], s.args[matrix][2]
        index = s.mk("b", data=0)
        row = s.mk("sum", s.one, s.args[rows][1], s.mk("mul", s.args[rows][2], s.mk("f", index, data=s.data[v])))
        null = s.mk("forall", s.implies(s.range_facts(s.one, s.args[rows][1], index), s.mk("eq", row, zero)))
        self.premise_within(0, self.ctx)
        self.premise_within(1, self.ctx | {null, s.mk("ne", v, zero), *s.range_facts(s.one, size, k)})
        self.concludes(self.prem[1].goal)

    def rule_inst(self) -> None:
        """What holds for an arbitrary symbol holds for every term in its place."""
        self.count(1)
        inst = self.instantiation()
        for h in self.prem[0].ctx:
            need(self.s.replace(h, inst) in self.ctx, "an instantiated hypothesis is not in the context")
        self.concludes(self.s.replace(self.prem[0].goal, inst))

    # -- equality

    def work(self) -> Session:
        """A session for canonical forms, on the fuel of the file."""
        need(self.fuel > 0, "the work limit of the whole file is exhausted")
        return Session(self.s, min(STEP_FUEL, self.fuel))

    def decide(self, facts: Sequence[int], test: Callable[[Context], bool], modal: bool = False) -> bool:
        """Run the test under the facts; twice, as the first run finds the composites to divide by."""
        session = self.work()
        start = session.fuel
        try:
            for _ in range(2):
                context = Context(session, facts)
                if test(context.modal() if modal else context):
                    return True
            return False
        finally:
            self.fuel -= start - session.fuel

    def facts(self, start: int = 0) -> list[int]:
        return [p.goal for p in self.prem[start:]]

    def vanishes(self, facts: Sequence[int], build: Callable[[Context], Poly], modal: bool = False) -> bool:
        return self.decide(facts, lambda c: not c.reduce(build(c)), modal)

    def rule_norm(self) -> None:
        """Equal canonical forms: each transformation holds wherever the facts do."""
        a, b = self.parts(self.goal, "eq", "the goal")
        need(a == b or self.vanishes(self.facts(), lambda c: plus(c.form(a), c.form(b), -1)),
             f"the sides differ under the facts: {show(self.s, self.goal)}")

    def replace_at(self, t: int, a: int, b: int) -> int:
        """t with a replaced by b at the path; checks that the premise 0 (a = b) may be used there."""
        s = self.s
        path = [an_int(x, "an item of path") for x in a_list(self.raw["path"], "path")]
        fresh = [self.variable(x, "an item of vars") for x in a_list(self.raw["vars"], "vars")]
        need(len(set(fresh)) == len(fresh), "vars has a repetition")
        for x in fresh:
            self.absent(x, [t, *self.ctx], "the term or the context")
        allowed, trail, used = self.ctx, list[tuple[int, int, int | None]](), 0
        for i in path:
            head, args = s.head[t], s.args[t]
            need(i < len(args), "the path leaves the term")
            inner = args[i]
            if BINDER.get(head) == i:
                need(used < len(fresh), "vars is too short")
                inner = s.open(inner, fresh[used])
                if head in RANGED:
                    allowed |= set(s.range_facts(args[0], args[1], fresh[used]))
                used += 1
            elif head == "ite" and i:
                allowed |= {args[0] if i == 1 else s.neg(args[0])}
            elif head == "imp" and i == 1:
                allowed |= {args[0]}
            if head in MODAL:
                allowed = frozenset(h for h in allowed if not s.random[h])
            trail.append((t, i, fresh[used - 1] if BINDER.get(head) == i else None))
            t = inner
        need(used == len(fresh), "vars is too long")
        need(t == a, f"the path leads to {show(s, t)}, not to {show(s, a)}")
        self.premise_within(0, allowed)
        t = b
        for node, i, var in reversed(trail):
            old, part = s.args[node], t if var is None else s.close(t, var)
            t = s.mk(s.head[node], *old[:i], part, *old[i + 1:], data=s.data[node])
        return t

    def rule_rewrite(self) -> None:
        """Equals for equals in a formula, where the equation holds at every place that is evaluated."""
        self.count(2)
        self.premise_within(1, self.ctx)
        a, b = self.parts(self.prem[0].goal, "eq", "the first premise")
        self.concludes(self.replace_at(self.prem[1].goal, a, b))

    # -- arithmetic

    def difference(self, context: Context, i: int) -> Poly:
        """r - l of the premise eq, le or lt (l, r)."""
        lo, hi = self.s.args[self.prem[i].goal]
        return plus(context.form(hi), context.form(lo), -1)

    def position(self, x: Any, heads: tuple[str, ...]) -> int:
        i = an_index(x, len(self.prem), "the position of a premise")
        need(self.s.head[self.prem[i].goal] in heads, f"premise {i} is not of the form {' or '.join(heads)}")
        return i

    def entry(self, raw: Any) -> tuple[Callable[[Context], Poly], bool | None]:
        """An entry's contribution, and whether it is strict (None for an eq entry)."""
        items = a_list(raw, "an entry")
        if len(items) == 3 and items[0] == "eq":
            factor, at = self.real(items[1], "the factor"), self.position(items[2], ("eq",))
            return (lambda c: c.mul(c.form(factor), self.difference(c, at))), None
        need(len(items) == 4 and items[0] == "pos", "an entry is neither eq nor pos")
        weight = self.s.number(self.real(items[1], "the weight"))
        if weight is None or weight <= 0:
            raise Refused("the weight is not a positive number")
        value = weight
        square = None if items[2] is None else self.real(items[2], "the square")
        places = [self.position(i, ("le", "lt")) for i in a_list(items[3], "the positions")]
        strict = square is None and all(self.s.head[self.prem[i].goal] == "lt" for i in places)

        def contribution(c: Context) -> Poly:
            out = const(tidy(value))
            for i in places:
                out = c.mul(out, self.difference(c, i))
            return out if square is None else c.mul(c.nth(c.form(square), 2), out)

        return contribution, strict

    def rule_arith(self) -> None:
        """The difference of the goal is a sum of zero, non-negative and positive quantities."""
        entries = [self.entry(e) for e in a_list(self.raw["entries"], "entries")]
        head = self.s.head[self.goal]
        need(head in ("eq", "le", "lt", "false"), "the goal is not an equation or inequality")
        need(head != "eq" or all(strict is None for _, strict in entries),
             "a pos entry cannot prove an equation")
        need(head in ("eq", "le") or any(strict for _, strict in entries), "no entry is strict")

        def rest(c: Context) -> Poly:
            out: Poly = {}
            if head != "false":
                lo, hi = self.s.args[self.goal]
                out = plus(c.form(hi), c.form(lo), -1)
            for build, _ in entries:
                out = plus(out, build(c), -1)
            return out

        need(self.vanishes(self.facts(), rest), "the entries do not add up to the goal")

    def rule_int(self) -> None:
        """Sums and products of integers are integers."""
        t, = self.parts(self.goal, "isint", "the goal")
        need(self.decide(self.facts(), lambda c: c.is_int(c.reduce(c.form(t)))),
             f"{show(self.s, t)} is not visibly an integer")

    # -- expectation

    def rule_indep(self) -> None:
        """X and Y are functions of disjoint sets of the independent blocks of premise 0."""
        need(self.prem, "there is no premise")
        sides = self.parts(self.goal, "indep", "the goal")
        need(len(sides) == 2 and all(self.s.sort[t] == "R" for t in sides), "the goal is not about two numbers")
        blocks = [self.strip(b) for b in self.parts(self.prem[0].goal, "indep", "premise 0")]
        facts = set(self.facts(1))
        xs, ys = ([self.coordinate(e, blocks, facts) for e in self.elements(t)] for t in sides)
        for block, at in xs:
            for other, there in ys:
                need(block != other or any(self.apart(p, q, facts) for p, q in zip(at, there, strict=False)),
                     "the two sides may share a block of random variables")

    def elements(self, t: int) -> list[int]:
        """The random symbol applications outside modal heads."""
        found, seen, todo = list[int](), set[int](), [t]
        while todo:
            t = todo.pop()
            if t in seen or not self.s.random[t]:
                continue
            seen.add(t)
            if self.s.head[t] in ("r", "g"):
                need(self.s.loose[t] == 0, f"{show(self.s, t)} depends on a bound variable")
                need(not any(self.s.random[a] for a in self.s.args[t]), "a family has a random argument")
                found.append(t)
            else:
                todo += self.s.args[t]
        return found

    def strip(self, block: int) -> tuple[list[tuple[int, int]], list[int]]:
        """(ranges of the fam binders from outside in, members) of a block."""
        ranges = []
        while self.s.head[block] == "fam":
            lo, hi, block = self.s.args[block]
            ranges.append((lo, hi))
        parts = self.s.args[block] if self.s.head[block] == "tup" else (block,)
        return ranges, [p for p in parts if self.s.head[p] in ("r", "g")]

    def coordinate(self, e: int, blocks: list[tuple[list[tuple[int, int]], list[int]]],
                   facts: set[int]) -> tuple[int, list[int]]:
        """Which block (and which one of its family) the element is in."""
        s = self.s
        hits = [(n, ranges, m) for n, (ranges, members) in enumerate(blocks) for m in members
                if s.symbol(m) == s.symbol(e)]
        need(len(hits) == 1, f"{show(s, e)} occurs in {len(hits)} blocks of the independence")
        block, ranges, member = hits[0]
        values: dict[int, int] = {}
        for want, have in zip(s.args[member], s.args[e], strict=False):
            if s.head[want] == "b":
                level = len(ranges) - 1 - s.data[want]  # from outside in
                need(level >= 0 and level not in values, "a member of a block repeats a bound variable")
                values[level] = have
            else:
                need(s.loose[want] == 0 and want == have, f"{show(s, e)} does not match its block")
        need(len(values) == len(ranges), "a bound variable of a block gets no value")
        point = [values[i] for i in range(len(ranges))]
        for i, (lo, hi) in enumerate(ranges):
            outer = point[:i][::-1]
            for fact in s.range_facts(s.fill(lo, outer), s.fill(hi, outer), point[i]):
                need(fact in facts or self.plainly(fact), f"not known: {show(s, fact)}")
        return block, point

    def plainly(self, fact: int) -> bool:
        """isint or le of literal numbers that is true."""
        values = [self.s.number(a) for a in self.s.args[fact]]
        known = [v for v in values if v is not None]
        if len(known) < len(values):
            return False
        return known[0].denominator == 1 if self.s.head[fact] == "isint" else known[0] <= known[1]

    def apart(self, p: int, q: int, facts: set[int]) -> bool:
        """The two index values are different."""
        both = self.s.number(p) is not None and self.s.number(q) is not None and p != q
        return both or self.mk("ne", p, q) in facts or self.mk("ne", q, p) in facts

    def rule_law(self) -> None:
        """A fixed function of two blocks of one joint law: the values have one law."""
        self.count(1)
        s, pair = self.s, self.parts(self.prem[0].goal, "samelaw", "the premise")
        sides = [s.args[t] if s.head[t] == "tup" else (t,) for t in pair]
        need(all(s.sort[t] == "R" or s.head[t] == "tup" for t in pair), "samelaw of families")
        need(s.head[pair[0]] == "tup" or s.head[pair[1]] != "tup", "a tuple and a single variable")
        need(s.head[pair[1]] == "tup" or s.head[pair[0]] != "tup", "a tuple and a single variable")
        need(len(sides[0]) == len(sides[1]), "the tuples differ in length")
        body = self.term(self.raw["body"], "the body")
        need(s.sort[body] == "R", "the body is not a real number")
        need(s.loose[body] <= len(sides[0]), "the body has a loose index")
        need(not s.noisy[body], "the body contains a random symbol")
        self.concludes(self.mk("samelaw", s.fill(body, sides[0]), s.fill(body, sides[1])))


# ---------------------------------------------------------------------------------------------- reporting

INFIX = {"add": " + ", "mul": " * ", "div": " / ", "pow": "^", "eq": " = ", "ne": " != ", "le": " <= ",
         "lt": " < ", "and": " and ", "or": " or ", "imp": " -> ", "iff": " <-> "}


def show(store: Store, t: int, limit: int = 4000) -> str:
    """A readable text (cut off, with ... at the end, if very long)."""
    out: list[str] = []
    left = limit

    def put(text: str) -> None:
        nonlocal left
        out.append(text)
        left -= 1

    def quoted(name: str) -> str:
        return name if re.fullmatch(r"[^\W\d]\w*'*", name) else json.dumps(name)

    def go(t: int, env: tuple[str, ...]) -> None:
        head, args = store.head[t], store.args[t]
        if left <= 0:
            return
        if head == "b":
            put(env[store.data[t]] if store.data[t] < len(env) else f"#{store.data[t] - len(env)}")
        elif head in ("num", "x"):
            text = str(store.data[t])
            put(text if text.isdigit() else f"({text})")
        elif head in INFIX:
            put("(")
            for i, a in enumerate(args):
                if i:
                    put(INFIX[head])
                go(a, env)
            put(")")
        else:
            put(head if store.data[t] is None else quoted(store.data[t]))
            if args:
                name = "ijklmn"[len(env) % 6] + ("" if len(env) < 6 else str(len(env) // 6))
                while any(name == n for _, n, _ in store.symbols[t]):
                    name += "'"
                for i, a in enumerate(args):
                    put("(" if i == 0 else ", ")
                    if BINDER.get(head) == i:
                        put(name + ". ")
                    go(a, (name, *env) if BINDER.get(head) == i else env)
                put(")")

    go(t, ())
    return "".join(out if left > 0 else [*out[:limit], "..."])


def sequent(store: Store, hyps: Sequence[int], goal: int) -> str:
    """The full statement; refused if too large to be shown, as an unreadable claim claims nothing."""
    texts = [show(store, t, 200_000) for t in (*hyps, goal)]
    need(not any(t.endswith("...") for t in texts), "a statement is too large to be shown")
    return (", ".join(texts[:-1]) + " |- " if hyps else "|- ") + texts[-1]


def nested(store: Store, t: int) -> list[Any]:
    """The term as nested lists in the spelling of the file format."""
    data = store.data[t]
    own = [] if data is None else [str(data)] if store.head[t] == "num" else [data]
    return [store.head[t], *own, *(nested(store, a) for a in store.args[t])]


def check(data: Any) -> Report:
    """Check a certificate; raises Refused if anything is not in order."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 12_000))
    try:
        return Checker().run(data)
    except RecursionError:
        raise Refused("the terms are nested too deeply") from None
    finally:
        sys.setrecursionlimit(before)


def main(argv: Sequence[str] | None = None) -> int:
    """Check files; 0 = all accepted, 1 = one refused, 2 = usage or unreadable file."""
    parser = argparse.ArgumentParser(prog="recheck", description="Check certificates of derivations.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON object per file")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    status = 0
    for name in options.files:
        report, error, code = Report(), None, 0
        try:
            with open(name, encoding="utf-8") as handle:
                report = check(load(handle.read()))
        except Refused as problem:
            error, code = str(problem), 1
        except (OSError, UnicodeDecodeError) as problem:
            error, code = f"cannot be read: {problem}", 2
        status = max(status, code)
        if options.json:
            claims = [{"label": c.label, "text": c.text, **{k: v for k, v in c.raw.items() if k != "label"}}
                      for c in report.claims]
            assumed = [{"name": n, "source": s, "statement": t} for n, s, t in report.assumed]
            print(json.dumps({"ok": error is None, "claims": claims, "assumed": assumed,
                              "steps": report.steps, "error": error}))
            continue
        print(f"{name}: " + (f"accepted, {report.steps} steps" if error is None else f"refused: {error}"))
        for c in report.claims:
            print(f"  {json.dumps(c.label)}: {c.text}")
        for n, s, t in report.assumed:
            print(f"  assumed {json.dumps(n)} ({json.dumps(s)}): {t}")
    return status


if __name__ == "__main__":
    sys.exit(main())
