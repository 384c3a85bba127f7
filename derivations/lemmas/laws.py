"""Moments and symmetry of named laws.

Lower-case names stand for any term; the first argument of a law is the random variable.
"""

from __future__ import annotations

from derivations.lemmas.lemma import Entry, entry

_GRIMMETT = "Grimmett, Stirzaker: Probability and Random Processes, 4th ed. 2020, section 4.4"
_DISCRETE = "Grimmett, Stirzaker: Probability and Random Processes, 4th ed. 2020, section 3.5"
_JOHNSON = "Johnson, Kotz, Balakrishnan: Continuous Univariate Distributions, vol. 1, 2nd ed. 1994, chapter 13"

LAWS: tuple[Entry, ...] = (
    entry("normal_mean", "(law_normal x m s) |- (eq (E x) m)", "mean of the normal law", _GRIMMETT,
          {"m": "2", "s": "3"}, {"m": "2", "E": "1"}),
    entry("normal_variance", "(law_normal x m s) |- (eq (var x) s)", "variance of the normal law", _GRIMMETT,
          {"m": "2", "s": "3"}, {"s": "3", "var": "9"}),
    entry("normal_square", "(law_normal x m s) |- (integrable (pow x 2))",
          "the normal law has a second moment", _GRIMMETT, {"m": "0", "s": "1"}, {}),
    entry("normal_symmetric", "(law_normal x 0 s) |- (samelaw x (neg x))",
          "a centred normal law is symmetric about 0", _GRIMMETT, {"s": "2"}, {"m": "1"}),
    entry("normal_abs", "(law_normal x 0 s) |- (eq (E (abs x)) (sqrt (div (mul 2 s) pi)))",
          "mean absolute value of a centred normal law", _JOHNSON, {"s": "2"}, {"s": "2", "E": "2"}),
    entry("bernoulli_mean", "(law_bernoulli x p) |- (eq (E x) p)", "mean of the Bernoulli law", _DISCRETE,
          {"p": "1/3"}, {"p": "1/3", "E": "1/2"}),
    entry("bernoulli_variance", "(law_bernoulli x p) |- (eq (var x) (mul p (sub 1 p)))",
          "variance of the Bernoulli law", _DISCRETE, {"p": "1/3"}, {"p": "1/3", "var": "1/3"}),
    entry("bernoulli_square", "(law_bernoulli x p) |- (integrable (pow x 2))",
          "a Bernoulli variable is bounded", _DISCRETE, {"p": "1/3"}, {}),
    entry("uniform_mean", "(law_uniform x a b) |- (eq (E x) (div (add a b) 2))", "mean of the uniform law",
          _GRIMMETT, {"a": "0", "b": "3"}, {"a": "0", "b": "3", "E": "1"}),
    entry("uniform_variance", "(law_uniform x a b) |- (eq (var x) (div (pow (sub b a) 2) 12))",
          "variance of the uniform law", _GRIMMETT, {"a": "0", "b": "3"}, {"a": "0", "b": "3", "var": "3"}),
    entry("uniform_square", "(law_uniform x a b) |- (integrable (pow x 2))", "a uniform variable is bounded",
          _GRIMMETT, {"a": "0", "b": "1"}, {}),
    entry("exponential_mean", "(law_exponential x r) |- (eq (E x) (div 1 r))", "mean of the exponential law",
          _GRIMMETT, {"r": "2"}, {"r": "2", "E": "2"}),
    entry("exponential_variance", "(law_exponential x r) |- (eq (var x) (div 1 (pow r 2)))",
          "variance of the exponential law", _GRIMMETT, {"r": "2"}, {"r": "2", "var": "1/2"}),
    entry("exponential_square", "(law_exponential x r) |- (integrable (pow x 2))",
          "the exponential law has a second moment", _GRIMMETT, {"r": "2"}, {}),
    entry("poisson_mean", "(law_poisson x r) |- (eq (E x) r)", "mean of the Poisson law", _DISCRETE,
          {"r": "2"}, {"r": "2", "E": "1"}),
    entry("poisson_variance", "(law_poisson x r) |- (eq (var x) r)", "variance of the Poisson law", _DISCRETE,
          {"r": "2"}, {"r": "2", "var": "4"}),
    entry("poisson_square", "(law_poisson x r) |- (integrable (pow x 2))",
          "the Poisson law has a second moment", _DISCRETE, {"r": "2"}, {}),
)
