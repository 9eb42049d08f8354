"""Claims about the deterministic equivalent: what leaving one out gives, and where it is quoted.

Every claim that uses the concentration of a quadratic form says so in its proof, as an assumed step
with a reference, and names the simulation that checks it.
"""

import sympy as sp

from icl_theory.symbolic import deterministic as de
from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.deterministic import (
    eigenvalue,
    equivalent_traces,
    finite_idg,
    finite_test,
    finite_train,
    freedom,
    freedom_residual,
    freedom_squared,
    limit_traces,
    mean_residual,
    pretraining_error,
    regularised,
    response,
    response_rate,
    task_response,
    test_error,
    test_moment,
    transfer,
    validated,
    with_traces,
)
from icl_theory.symbolic.errors import e_icl, e_idg, train
from icl_theory.symbolic.fixed_point import ridge_residual_sum, x
from icl_theory.symbolic.generalisation import icl_features
from icl_theory.symbolic.model import penalty
from icl_theory.symbolic.moments import E_isotropic, E_tasks, label_variance
from icl_theory.symbolic.proof import both, eq
from icl_theory.symbolic.spectral import resolvent_residual, t
from icl_theory.symbolic.symbols import alpha, d, ell, kappa, m, n, nu, r, tau, theta, xi
from icl_theory.symbolic.words import Trace, Whole

from .claim import Claim

_f, _S, _N = de.sample, de.rest, de.N
_chi = de.self_response()
_label = sp.Symbol("Y", real=True)
_one, _H = sp.Identity(d + 1), regularised
_finite = equivalent_traces()
_own = equivalent_traces(_one)
_limit = limit_traces()
#: r of the finite-d equivalent in terms of matrices.
_r = 1 - _finite[freedom] / tau
_Gamma, _A = de.equivalent_weights(), de.cross_moment
_any = de.weights


def _limit_of(expression: sp.Expr) -> sp.Limit:
    """Limit d -> oo at ell = alpha d, for tasks of the model."""
    return sp.Limit(At(expression, (ell, alpha * d), (theta, sp.Integer(1))), d, sp.oo)


def _loss(weights: sp.MatrixExpr) -> sp.Expr:
    """Return d times what depends on the weights in the population loss with ridge xi."""
    return Trace(weights * _H * weights.T) - 2 * Trace(weights * _A.T)


CLAIMS = (
    Claim(
        id="sherman-morrison",
        title="A resolvent with one more sample: (S + f f^T)^{-1} f = S^{-1} f/(1 + chi)",
        statement=both(
            eq(Whole((_S + _f * _f.T) * de.updated_inverse()), Whole(sp.Identity(_N))),
            eq(Whole(de.updated_inverse() * _f), Whole(_S.I * _f) / (1 + _chi)),
            eq(Trace(_f.T * de.updated_inverse() * _f), _chi / (1 + _chi)),
        ),
        regime=None,
    ),
    Claim(
        id="resolvent-equation",
        title="Leaving one task out gives the resolvent equation of the task covariance",
        statement=both(
            eq(
                m * resolvent_residual,
                1 - nu * m - kappa * task_response / (1 + task_response),
            ),
            eq(t, 1 / (1 + task_response)),
            eq(resolvent_residual, 0),
        ),
        rests_on=("sherman-morrison",),
        regime=None,
        check="resolvent_trace",
    ),
    Claim(
        id="leave-one-out-residual",
        title="A training residual is the residual without that sample divided by 1 + chi",
        statement=eq(
            _label - Trace(_f.T * de.updated_inverse() * (de.others + _label * _f)),
            (_label - Trace(_f.T * _S.I * de.others)) / (1 + _chi),
        ),
        rests_on=("sherman-morrison",),
        regime=None,
    ),
    Claim(
        id="effective-ridge",
        title="Leaving one sequence out gives the effective ridge xi = lam (1 + chi) at finite d",
        statement=both(
            eq(
                d * eigenvalue * de.sample_resolvent(eigenvalue, penalty),
                d**2 / n * (1 + response) * eigenvalue / (eigenvalue + xi),
            ),
            eq(tau * response / (1 + response) - freedom, -freedom_residual),
            eq(freedom_residual, 0),
        ),
        rests_on=("sherman-morrison", "pretraining-ridge", "conditional-moments"),
        regime=None,
        check="sample_response",
    ),
    Claim(
        id="equivalent-weights",
        title="Gamma_eq = A (E + xi)^{-1} minimises the population error with ridge xi",
        statement=eq(_loss(_any) - _loss(_Gamma), Trace((_any - _Gamma) * _H * (_any - _Gamma).T)),
        rests_on=("generalisation-error",),
        regime=None,
    ),
    Claim(
        id="finite-errors",
        title="Test errors at finite d, by differentiating the minimum of the penalised loss",
        statement=both(
            eq(
                At(
                    de.initial_slope(de.changed_residual()),
                    (de.rate, with_traces(response_rate, _finite, transfer, freedom_squared)),
                    (r, _r),
                ),
                0,
            ),
            eq(
                de.initial_slope(de.changed_minimum()),
                de.rate * _finite[pretraining_error] + Trace(_Gamma * test_moment * _Gamma.T) / d,
            ),
            eq(test_error + response_rate * pretraining_error, finite_test),
            eq(
                At(finite_test, (test_error, pretraining_error), (transfer, freedom_squared)),
                finite_idg,
            ),
        ),
        rests_on=("effective-ridge", "equivalent-weights", "leave-one-out-residual"),
        regime=None,
        check="finite_prediction",
    ),
    Claim(
        id="training-error",
        title="e_train = r^2 e_IDG at finite d, by leaving one out and by differentiating in lam",
        statement=both(
            eq(finite_idg / (1 + response) ** 2, finite_train),
            eq(
                At(
                    de.population_minimum() - xi * r * de.initial_slope(de.changed_minimum(_one)),
                    (de.rate, with_traces(response_rate, _own, transfer, freedom_squared)),
                    (r, _r),
                ),
                At(with_traces(finite_train, _own, pretraining_error, freedom_squared), (r, _r)),
            ),
        ),
        rests_on=("finite-errors", "leave-one-out-residual"),
        regime=None,
    ),
    Claim(
        id="population-limit",
        title="Limits of the coefficients of the population moments",
        statement=both(
            eq(_limit_of(E_isotropic * label_variance), x),
            eq(_limit_of(E_tasks), 1),
            eq(_limit_of(icl_features), 1 + x),
        ),
        rests_on=("conditional-moments", "icl-error-of-weights"),
        regime=None,
    ),
    Claim(
        id="limit-of-effective-ridge",
        title="The equation of the effective ridge at finite d tends to that of the limit",
        statement=eq(with_traces(freedom_residual, _limit, freedom), ridge_residual_sum),
        rests_on=("effective-ridge", "population-limit", "resolvent-equation"),
        regime=None,
    ),
    Claim(
        id="limit-of-idg",
        title="The finite-d prediction of e_IDG tends to e_IDG",
        statement=eq(with_traces(finite_idg, _limit, pretraining_error, freedom_squared), e_idg),
        rests_on=(
            "finite-errors",
            "population-limit",
            "limit-of-effective-ridge",
            "spectral-derivative",
        ),
        regime=None,
    ),
    Claim(
        id="limit-of-icl",
        title="The finite-d prediction of e_ICL tends to e_ICL",
        statement=eq(
            with_traces(
                finite_test, _limit, test_error, pretraining_error, transfer, freedom_squared
            ),
            e_icl,
        ),
        rests_on=("limit-of-idg", "icl-error-of-weights"),
        regime=None,
    ),
    Claim(
        id="cross-validation",
        title="e_train = r^2 e_IDG with r = 1 - df/n: generalised cross-validation",
        statement=both(
            eq(with_traces(finite_train, _limit, pretraining_error, freedom_squared), train),
            eq(e_idg / (1 + response) ** 2, train),
            eq(1 - _limit[freedom] / tau, r),
            eq(At(validated, (mean_residual, finite_train)), finite_idg),
            eq(At(validated, (mean_residual, train)), e_idg),
        ),
        rests_on=("training-error", "limit-of-idg"),
        regime=None,
        check="cross_validation",
    ),
)
