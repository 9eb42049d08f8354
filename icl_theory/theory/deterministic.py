r"""The deterministic equivalent: resolvent, effective ridge and errors of ridge regression.

A sample's features are f = vec H with population covariance (1/d) E (x) I_d. Leaving one sample
out shows that ridge regression behaves like the population problem with ridge xi = lam (1 + chi),
where chi is the response of a sample to itself. Everything else follows by differentiating the
minimum of the penalised loss. At finite d the traces of E are kept as they are; in the limit E
becomes x + R_k up to finite rank, and traces become spectral means.
"""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import MatrixExpr, MatrixSymbol

from icl_theory.algebra import signs
from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.matrix_words import SymmetricMatrix, Trace
from icl_theory.algebra.quantity import define, unfold
from icl_theory.algebra.stand_ins import stand_in_or_zero
from icl_theory.algebra.unevaluated import Unevaluated, evaluated

from .density import s as eigenvalue
from .density import shrinkage
from .fixed_point import x
from .generalisation import error_of, overlap, power, weights_error
from .model import label_variance
from .spectral import inv_kappa, minus_M_prime
from .symbols import d, m, n, nu, r, tau, theta, xi

# Leaving one task out.

task_response = define(
    "task_response",
    m * inv_kappa,
    latex=r"\chi_w",
    doc="Limit of w_j^T (R_{-j} + nu)^{-1} w_j / k: the response of a task to itself.",
)

# Leaving one pretraining sequence out.

response = define(
    "response",
    (1 - r) / r,
    latex=r"\chi",
    doc="Limit of f^T (penalised Gram matrix of the other samples)^{-1} f, for every sample f.",
)

# Traces of the finite-d equivalent, as symbols: E is the second moment of pretraining, B of a test.

#: (1/d) tr E (E + xi)^{-1}, the degrees of freedom per d.
freedom = sp.Symbol("F_1", positive=True)
#: (1/d) tr E^2 (E + xi)^{-2}.
freedom_squared = sp.Symbol("F_2", positive=True)
#: (1/d) tr E (E + xi)^{-1} B (E + xi)^{-1}.
transfer = sp.Symbol("F_B", positive=True)
#: Error of Gamma_eq = A (E + xi)^{-1} on fresh sequences of the pretraining tasks.
pretraining_error = sp.Symbol("e_E", positive=True)
#: Error of Gamma_eq on the test.
test_error = sp.Symbol("e_B", positive=True)

freedom_residual = define(
    "freedom_residual",
    tau * r + freedom - tau,
    latex=r"\mathcal{F}_d",
    doc="Zero at the effective ridge of finite d; with r = lam/xi.",
)

response_rate = define(
    "response_rate",
    transfer / (tau - freedom_squared),
    latex=r"\dot r",
    doc="Derivative of r when the penalty lam |Gamma|^2/d grows by s tr(Gamma B Gamma^T)/d.",
)

finite_idg = define(
    "finite_idg",
    tau * pretraining_error / (tau - freedom_squared),
    latex=r"e_{\mathrm{IDG}}^{(d)}",
    doc="e_IDG at finite d for a given task set.",
)

finite_test = define(
    "finite_test",
    test_error + finite_idg / tau * transfer,
    latex=r"e_{\mathrm{test}}^{(d)}",
    doc="Error on any test at finite d for a given task set.",
)

finite_train = define(
    "finite_train",
    r**2 * finite_idg,
    latex=r"e_{\mathrm{train}}^{(d)}",
    doc="Mean squared residual on the pretraining set at finite d.",
)

#: Mean squared residual that a pretraining run leaves.
mean_residual = sp.Symbol("e_t", positive=True)

validated = define(
    "validated",
    mean_residual / r**2,
    latex=r"\widehat{e}_{\mathrm{IDG}}",
    doc="Generalised cross-validation: e_IDG estimated from training residuals and r = 1 - df/n.",
)

# Matrices in which the derivation is done. E_xi stands for E + xi, so that E = E_xi - xi.

N = sp.Symbol("N", positive=True)
#: A resolvent's inverse without one task or sample, and that task or sample.
rest = SymmetricMatrix("S_-", N, N)
sample = MatrixSymbol("f", N, 1)
others = MatrixSymbol("b_-", N, 1)

regularised = SymmetricMatrix("E_xi", d + 1, d + 1)
test_moment = SymmetricMatrix("B", d + 1, d + 1)
cross_moment = MatrixSymbol("A", d, d + 1)
weights = MatrixSymbol("Gamma", d, d + 1)


def self_response() -> sp.Expr:
    """f^T S^{-1} f of one sample (or task over sqrt(k))."""
    return Trace(sample.T * rest.I * sample)


def updated_inverse() -> MatrixExpr:
    """(S + f f^T)^{-1} by Sherman and Morrison."""
    return rest.I - rest.I * sample * sample.T * rest.I / (1 + self_response())


def pretraining_moment() -> MatrixExpr:
    """E = E_xi - xi."""
    return regularised - xi * sp.Identity(d + 1)


def equivalent_weights() -> MatrixExpr:
    """Gamma_eq = A (E + xi)^{-1}."""
    return cross_moment * regularised.I


def equivalent_traces(test: MatrixExpr = test_moment) -> dict[sp.Symbol, sp.Expr]:
    """The traces of the finite-d equivalent in terms of matrices; ``test`` is the matrix B."""
    E, inverse = pretraining_moment(), regularised.I
    return {
        freedom: Trace(E * inverse) / d,
        freedom_squared: Trace(E * inverse * E * inverse) / d,
        transfer: Trace(E * inverse * test * inverse) / d,
        pretraining_error: error_of(equivalent_weights(), cross_moment, E),
    }


# The minimum of the penalised loss per sample when its penalty grows by s tr(Gamma B Gamma^T)/d.

#: Strength of the added penalty, and the derivative of r in it.
strength = sp.Symbol("s_B", real=True)
rate = sp.Symbol(r"\dot{r}_B", real=True)


def regularised_change(test: MatrixExpr = test_moment) -> MatrixExpr:
    """dE_xi/ds_B of E_xi = E + (lam + s_B B)/r at s_B = 0, where lam = r xi."""
    return (test - xi * rate * sp.Identity(d + 1)) / r


def changed_inverse(test: MatrixExpr = test_moment) -> MatrixExpr:
    """E_xi^{-1} to first order in s_B."""
    inverse = regularised.I
    return inverse - strength * inverse * regularised_change(test) * inverse


def changed_residual() -> sp.Expr:
    """The equation of r to first order in s_B: its derivative in s_B has to vanish."""
    freed = Trace(pretraining_moment() * changed_inverse()) / d
    return tau * (1 - r - strength * rate) - freed


def changed_minimum(test: MatrixExpr = test_moment) -> sp.Expr:
    """The minimum of the loss per sample, r times that of the population, to first order in s_B."""
    explained = Trace(cross_moment * changed_inverse(test) * cross_moment.T) / d
    return (r + strength * rate) * (label_variance - explained)


def population_minimum() -> sp.Expr:
    """The minimum of the loss per sample: r times the population loss of Gamma_eq with ridge xi."""
    explained = Trace(equivalent_weights() * cross_moment.T) / d
    return r * (label_variance - explained)


def initial_slope(expression: sp.Expr) -> sp.Expr:
    """Derivative in s_B at s_B = 0."""
    return At(Partial(expression, strength), (strength, sp.Integer(0)))


# The limit: traces of functions of R_k.


class SpectralMean(Unevaluated, text="<{0}>", latex=r"\left\langle {0} \right\rangle_s"):
    """lim (1/d) tr f(R_k) of a rational function f with poles at -nu only, of order at most two.

    Partial fractions reduce it to the means of 1, (s + nu)^{-1} and (s + nu)^{-2}, which are 1, m
    and -M', and of s, which is |w_j|^2/d = 1.
    """

    read_in_place = True

    def own(self) -> set[sp.Basic]:
        """The eigenvalue."""
        return {eigenvalue}

    def value(self) -> sp.Expr:
        """Linear combination of 1, m and -M'."""
        function = unfold(evaluated(self.args[0]), keep={x})
        anywhere = stand_in_or_zero("eigenvalue", eigenvalue)
        for part in function.atoms(sp.Pow):
            if not part.base.has(eigenvalue):
                continue
            base, exponent = part.base.xreplace({eigenvalue: anywhere}), part.exp
            if not (exponent.is_Integer and (exponent > 0 or signs.nonvanishing(base))):
                raise UndecidedError(f"not defined at every eigenvalue: {part}")
        shifted = sp.Dummy("shifted")
        numerator = sp.cancel((function * (eigenvalue + nu) ** 2).subs(eigenvalue, shifted - nu))
        polynomial = sp.Poly(numerator, shifted)
        if polynomial.degree() > 3:
            raise ValueError(f"the spectral mean of {function} needs higher moments of R")
        means = (minus_M_prime, m, 1, 1 + nu)
        return sp.Add(
            *(polynomial.coeff_monomial(shifted**power) * mean for power, mean in enumerate(means))
        )


#: Eigenvalues of E in the limit; those of Gamma_eq are `shrinkage`.
bulk = x + eigenvalue


def limit_error(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """e(Gamma_eq) in the limit for A and B that are functions ``first``, ``second`` of R."""
    return At(
        weights_error,
        (theta, sp.Integer(1)),
        (overlap, SpectralMean(shrinkage * first)),
        (power, SpectralMean(shrinkage**2 * second)),
    )


def limit_traces() -> dict[sp.Symbol, sp.Expr]:
    """The traces of the finite-d equivalent in the limit, with fresh tasks as the test."""
    inverse = 1 / (eigenvalue + nu)
    return {
        freedom: SpectralMean(bulk * inverse),
        freedom_squared: SpectralMean(bulk**2 * inverse**2),
        transfer: SpectralMean(bulk * inverse**2 * (1 + x)),
        pretraining_error: limit_error(eigenvalue, bulk),
        test_error: limit_error(sp.Integer(1), 1 + x),
    }


def with_traces(
    expression: sp.Expr, values: dict[sp.Symbol, sp.Expr], *symbols: sp.Symbol
) -> sp.Expr:
    """``expression`` with the values of ``symbols`` put in, all at once."""
    return At(expression, *((symbol, values[symbol]) for symbol in symbols))


def sample_resolvent(s: sp.Symbol, penalty: sp.Expr) -> sp.Expr:
    """Deterministic equivalent of the inverse Gram matrix where E has the eigenvalue s."""
    return 1 / (n * s / (d * (1 + response)) + penalty)
