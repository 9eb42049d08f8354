r"""What linear attention is measured against: the Bayes estimators of the two task priors.

For a fresh Gaussian task the posterior is Gaussian, and the Bayes estimator is ridge regression on
the context. With v the posterior variance of a task per dimension its error is rho + v, and the
context length is a rational function of v.

For the k tasks of pretraining the Bayes estimator (dMMSE) averages these with posterior weights.
On a fresh task the weights belong to a random-energy model: the log weight of task j is beta g_j
with g_j standard normal, and overlaps with the fresh task like c g_j. With about d tasks beta is
far above the freezing point sqrt(2 log k), and one task has nearly all weight.
"""

import sympy as sp

from icl_theory.algebra.quantity import define

from .fixed_point import x
from .model import a, i, j, label, over_context, over_vector, task, token
from .symbols import alpha, d, ell, rho

#: Posterior variance of a fresh Gaussian task per dimension, tr Cov(w | context)/d.
v = sp.Symbol("v", positive=True)
#: First moments of the spectrum of the context's sample covariance.
moment_1, moment_2, moment_3 = sp.symbols("mu_1 mu_2 mu_3", positive=True)
#: Expected posterior-weighted energy and participation ratio of the random-energy model.
overlap, participation = sp.symbols("q Y", positive=True)
#: Expected posterior-weighted square of the levels.
square = sp.Symbol("Q", positive=True)

bayes_context = define(
    "bayes_context",
    (1 - v) * (rho + v) / v,
    latex=r"\alpha_{\mathrm{B}}(v)",
    doc="Context length at which the posterior variance of a fresh task is v per dimension.",
)

bayes_linear = define(
    "bayes_linear",
    alpha + rho - 1,
    latex="h",
    doc="Linear coefficient of the quadratic v^2 + h v - rho = 0.",
)

bayes_root = define(
    "bayes_root",
    sp.sqrt(bayes_linear**2 + 4 * rho),
    latex=r"\Delta_{\mathrm{B}}",
    doc="Square root of the discriminant of the quadratic of v.",
)

bayes_variance = define(
    "bayes_variance",
    2 * rho / (bayes_linear + bayes_root),
    latex=r"v(\alpha, \rho)",
    doc="Posterior variance per dimension, in the form without cancellation for h >= 0.",
)

bayes_variance_conjugate = define(
    "bayes_variance_conjugate",
    (bayes_root - bayes_linear) / 2,
    latex=r"\widetilde{v}(\alpha, \rho)",
    doc="The same in the form without cancellation for h < 0.",
)

e_bayes = define(
    "e_bayes",
    rho + v,
    latex=r"e_{\mathrm{Bayes}}",
    doc="Error of the Bayes estimator of a fresh Gaussian task: no in-context learner is better.",
)

e_linear = define(
    "e_linear",
    rho + x / (1 + x),
    latex=r"e_{\mathrm{lin}}",
    doc="Error of the best linear attention, reached at tau = kappa = oo.",
)

excess_linear = define(
    "excess_linear",
    v * (1 - v) ** 2 / (rho + v * (2 - v)),
    latex=r"\Delta_{\mathrm{lin}}",
    doc="What the restriction to linear attention costs at any task diversity.",
)

# dMMSE on a fresh task.

energy_variance = define(
    "energy_variance",
    alpha * (alpha + rho + sp.Rational(3, 2)),
    latex=r"\Sigma^2",
    doc="Variance of rho log(weight) over the pretraining tasks, per dimension.",
)

alignment = define(
    "alignment",
    alpha / sp.sqrt(energy_variance),
    latex="c",
    doc="Correlation of a task's log weight with its overlap with the fresh task.",
)

inverse_temperature = define(
    "inverse_temperature",
    sp.sqrt(d * energy_variance) / rho,
    latex=r"\beta",
    doc="Standard deviation of the log weights over the pretraining tasks.",
)

e_dmmse = define(
    "e_dmmse",
    rho + 1 + participation - 2 * alignment * overlap / sp.sqrt(d),
    latex=r"e_{\mathrm{dMMSE}}",
    doc="Error of dMMSE on a fresh task at large d, heuristic.",
)

energy_linear = define(
    "energy_linear",
    alpha**2 * moment_2 + rho * alpha * moment_1,
    latex=r"\Sigma_1^2",
    doc="Part of the energy variance from y^T X w_j: |X^T y|^2/d given the context.",
)

energy_quadratic = define(
    "energy_quadratic",
    alpha**2 * (moment_2 - moment_1**2) / 2,
    latex=r"\Sigma_2^2",
    doc="Part of the energy variance from |X w_j|^2/2 for a task on the sphere.",
)


# Forms in a context per dimension, as tensors given the fresh task.


def score(index: sp.Symbol) -> sp.Expr:
    """Component of X^T y."""
    return over_context(label(i) * token[i, index])


def squared_score() -> sp.Expr:
    """|X^T y|^2/d."""
    return over_vector(score(a) ** 2, a) / d


def score_overlap() -> sp.Expr:
    """w^T X^T y/d."""
    return over_vector(task[a] * score(a), a) / d


def context_trace() -> sp.Expr:
    """Trace of X^T X over d."""
    return over_context(over_vector(token[i, a] ** 2, a)) / d


def context_square_trace() -> sp.Expr:
    """Trace of (X^T X)^2 over d: squared overlaps of all pairs of tokens."""
    overlap_of_tokens = over_vector(token[i, a] * token[j, a], a)
    return sp.Sum(overlap_of_tokens**2, (i, 1, ell), (j, 1, ell)) / d


# The next order: the log weights are skew.

energy_third = define(
    "energy_third",
    -(alpha**3) * (moment_3 - 3 * moment_1 * moment_2 + 2 * moment_1**3)
    - 3 * alpha**2 * (alpha * (moment_3 - moment_1 * moment_2) + rho * (moment_2 - moment_1**2)),
    latex=r"\Sigma_3",
    doc="Third cumulant of rho log(weight) over tasks on the sphere, per dimension, in moments.",
)

overlap_third = define(
    "overlap_third",
    -2 * alpha**2 * (moment_2 - moment_1**2),
    latex=r"\Omega_3",
    doc="Mixed third cumulant of the overlap and twice rho log(weight), per dimension, in moments.",
)

energy_skew = define(
    "energy_skew",
    -alpha * (6 * alpha + 3 * rho + 4),
    latex=r"\Sigma_3(\alpha, \rho)",
    doc="Third cumulant of rho log(weight) over the pretraining tasks, per dimension.",
)

overlap_skew = define(
    "overlap_skew",
    -2 * alpha,
    latex=r"\Omega_3(\alpha)",
    doc="Mixed third cumulant of the overlap and twice rho log(weight), per dimension.",
)

skew_weight = define(
    "skew_weight",
    (sp.Rational(1, 3) - 2 * alpha) / (alpha + rho + sp.Rational(3, 2)) ** 2,
    latex=r"\eta",
    doc="Weight of (Q - 1)/d in the error of dMMSE, from the skewness of the log weights.",
)

e_dmmse_skew = define(
    "e_dmmse_skew",
    e_dmmse + skew_weight * (square - 1) / d,
    latex=r"e_{\mathrm{dMMSE}}^{(3)}",
    doc="Error of dMMSE on a fresh task with the skewness of the log weights, heuristic.",
)
