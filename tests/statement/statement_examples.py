"""Exercises for the tests.

Statements of the kinds people meet in a deep learning course, written as an author would.
"""

from __future__ import annotations

from sympy import Function, IndexedBase, Piecewise, Product, Sum, Symbol, floor, oo, sqrt, symbols

from derivations.statement import (
    Count,
    E,
    Exercise,
    Normal,
    Part,
    ReLU,
    Var,
    all_of,
    define,
    differs,
    equal,
    every,
    given,
    iff,
    iid,
    independent,
    least,
    less,
    positive,
    random,
    recurrence,
)

i, j, k, t = symbols("i j k t", integer=True)
d, n, N, L = symbols("d n N L", integer=True, positive=True)
T = Symbol("T", integer=True, nonnegative=True)
s2, chi, eta, eps = symbols("s2 chi eta epsilon", positive=True)
beta, beta2, g, a, mu, alpha = symbols("beta beta2 g a mu alpha", real=True)
w, x, z, S, K, D = map(IndexedBase, ("w", "x", "z", "S", "K", "D"))
m, v, theta, y, r = map(Function, ("m", "v", "theta", "y", "r"))

relu_variance = Exercise(
    "init", "Variance through a ReLU layer", "Weights $w_i$, inputs $x_i=\\max(0,z_i)$.",
    [iid(w[i], (i, 1, d), law=Normal(0, s2)),
     iid(z[i], (i, 1, d), second_moment=chi, symmetric=True),
     independent(w, z), define(x[i], ReLU(z[i]), (i, 1, d))],
    [Part("a", "Second moment.", claim=every(i, 1, d, equal(E(x[i]**2), chi / 2))),
     Part("b", "Variance.", claim=equal(Var(Sum(w[i] * x[i], (i, 1, d))), d * s2 * chi / 2),
          outline=[Sum(Var(w[i] * x[i]), (i, 1, d))]),
     Part("c", "Which variance?", find=Var(w[1] * x[1]), words="He initialisation.")],
    names={"w": "w_{#1}", "s2": "\\sigma^2"})

adam = Exercise(
    "adam", "Adam under a constant gradient", "",
    [recurrence(m(t + 1), beta * m(t) + (1 - beta) * g, (t, 0), start={m(0): 0}),
     recurrence(v(t + 1), beta2 * v(t) + (1 - beta2) * g**2, (t, 0), start={v(0): 0}),
     less(0, beta), less(beta, 1), less(0, beta2), less(beta2, 1)],
    [Part("a", "First moment.", claim=equal(m(T), g * (1 - beta**T))),
     Part("b", "Step.", claim=every(t, 1, oo, equal(
         m(t) / (1 - beta**t) / (sqrt(v(t) / (1 - beta2**t)) + eps), g / (sqrt(g**2) + eps)))),
     Part("c", "SGD with momentum.", givens=[recurrence(theta(t + 1), theta(t) - eta * m(t + 1), (t, 0))],
          claim=equal(theta(T), theta(0) - eta * Sum(m(t), (t, 1, T))))])

nesterov = Exercise(
    "nesterov", "Two forms of Nesterov momentum", "",
    [recurrence(v(t + 1), mu * v(t) - eta * g * (theta(t) + mu * v(t)), (t, 0)),
     recurrence(theta(t + 1), theta(t) + v(t + 1), (t, 0)),
     define(y(t), theta(t) + mu * v(t), (t, 0, oo))],
    [Part("a", "Look-ahead form.", claim=every(t, 0, oo, equal(
        y(t + 1), y(t) + mu * v(t + 1) - eta * g * y(t))))])

ramp = Exercise(
    "ramp", "Moving average of a ramp", "",
    [recurrence(m(t + 1), beta * m(t) + (1 - beta) * a * (t + 1), (t, 0), start={m(0): 0}), differs(beta, 1)],
    [Part("a", "Closed form.", claim=equal(m(T), a * (T - beta * (1 - beta**T) / (1 - beta)))),
     Part("b", "As a sum.", claim=equal(m(T), (1 - beta) * Sum(beta**(T - k) * a * k, (k, 1, T))))])

p = Symbol("p", integer=True, nonnegative=True)
f, s, dil = symbols("f s delta", integer=True, positive=True)
conv = Exercise(
    "conv", "Output size and receptive field", "",
    [given(less(f - 1, n + 2 * p)), positive(S[j], (j, 1, L), integer=True),
     recurrence(r(j), r(j - 1) + (K[j] - 1) * Product(S[i], (i, 1, j - 1)), (j, 1, L), start={r(0): 1})],
    [Part("a", "Positions.", claim=equal(
        Count((k, 0, n + 2 * p), less(s * k + f - 1, n + 2 * p)), floor((n + 2 * p - f) / s) + 1)),
     Part("b", "Receptive field.",
          claim=equal(r(L), 1 + Sum((K[j] - 1) * Product(S[i], (i, 1, j - 1)), (j, 1, L))))])

u, h = symbols("u h", real=True)
leaky = Exercise(
    "leaky", "Leaky ReLU", "",
    [random(u, second_moment=chi, symmetric=True), define(h, Piecewise((u, u > 0), (alpha * u, True)))],
    [Part("a", "Second moment.", claim=equal(E(h**2), (1 + alpha**2) * chi / 2)),
     Part("b", "When is it kept?", claim=iff(equal((1 + alpha**2) * chi / 2, chi), equal(alpha**2, 1)))])

mean_variance = Exercise(
    "mean", "Variance of a mean", "",
    [iid(x[i], (i, 1, n), mean=mu, variance=s2)],
    [Part("a", "Mean.", claim=equal(E(Sum(x[i], (i, 1, n)) / n), mu)),
     Part("b", "Variance.", claim=equal(Var(Sum(x[i], (i, 1, n)) / n), s2 / n)),
     Part("c", "How many?", claim=every(k, 1, oo, iff(less(s2 / k, eps), less(s2 / eps, k))))])

dilated = Exercise(
    "dilated", "Dilated convolution", "",
    [recurrence(r(j), r(j - 1) + (f - 1) * 2**(j - 1), (j, 1, L), start={r(0): 1})],
    [Part("a", "Receptive field.", claim=equal(r(L), 1 + (f - 1) * (2**L - 1))),
     Part("b", "Effective size.", claim=equal((f - 1) * dil + 1, f + (f - 1) * (dil - 1))),
     Part("c", "Layers needed.", givens=[less(1, f), given(less(1, N))],
          claim=all_of(least(2, k, less(3, 2**k)), differs(N, 0)))])

EXERCISES = [relu_variance, adam, nesterov, ramp, conv, leaky, mean_variance, dilated]
