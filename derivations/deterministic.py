"""Claims about the deterministic equivalent: what leaving one out gives, and where it is quoted.

Every claim that uses the concentration of a quadratic form says so in its proof, as an assumed step
with a reference, and names the simulation that checks it.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.matrix_words import Trace, Whole
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import PENALTY, RIDGE, SPECTRAL
from icl_theory.proof.proof import Proof
from icl_theory.theory import deterministic as de
from icl_theory.theory.deterministic import (
    changed_inverse,
    changed_minimum,
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
    population_minimum,
    pretraining_error,
    regularised,
    regularised_change,
    response,
    response_rate,
    strength,
    test_error,
    test_moment,
    transfer,
    validated,
    with_traces,
)
from icl_theory.theory.errors import e_icl, e_idg, train
from icl_theory.theory.fixed_point import ridge_residual_sum, x
from icl_theory.theory.generalisation import icl_features
from icl_theory.theory.model import penalty
from icl_theory.theory.moments import E_tasks, feature_scale, label_variance
from icl_theory.theory.symbols import alpha, d, ell, n, r, tau, theta, xi

from .random_matrices import resolvent_equation, sherman_morrison

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


#: Fewer degrees of freedom than sequences: what the finite-d equivalent divides by.
NONSINGULAR = (
    gt(r, 0),
    sp.Ne(tau, freedom_squared),
    *(sp.Ne(tau, _own[freedoms]) for freedoms in (freedom, freedom_squared)),
)


def limit_of(expression: sp.Expr) -> sp.Limit:
    """Limit d -> oo at ell = alpha d, for tasks of the model."""
    return sp.Limit(At(expression, (ell, alpha * d), (theta, sp.Integer(1))), d, sp.oo)


def _loss(weights: sp.MatrixExpr) -> sp.Expr:
    """Return d times what depends on the weights in the population loss with ridge xi."""
    return Trace(weights * _H * weights.T) - 2 * Trace(weights * _A.T)


@claim(
    title=r"A training residual is the residual without that sample divided by $1 + \chi$",
    statement=eq(
        _label - Trace(_f.T * de.updated_inverse() * (de.others + _label * _f)),
        (_label - Trace(_f.T * _S.I * de.others)) / (1 + _chi),
    ),
    assumptions=(sp.Ne(1 + _chi, 0),),
)
def leave_one_out_residual(proof: Proof) -> None:
    """Training residuals and residuals left out.

    Without the sample, the weights are S_-^{-1} b_- with S_- the penalised Gram matrix and b_- the
    sum of the others' y f. With it they are (S_- + f f^T)^{-1} (b_- + Y f). By Sherman-Morrison
    f^T (S_- + f f^T)^{-1} = f^T S_-^{-1}/(1 + chi), so the residual is
    (Y (1 + chi) - f^T S_-^{-1} b_- - Y chi)/(1 + chi).
    """
    proof.decide(because="Words in S_-^{-1}, f and b_-.")


def close_degrees_of_freedom(proof: Proof, because: str) -> None:
    """From the quoted law of the response chi to the equation of the effective ridge.

    The last equation of the statement is the quoted one; the others are decided.
    """
    proof.use(sherman_morrison)
    proof.identity(penalty * d * (1 + response) / n, xi, on=PENALTY)
    closed = proof.quote(
        eq(tau * response / (1 + response), freedom),
        "lu2025asymptotic",
        on=PENALTY,
        because=because,
    )
    for relation in proof.statement.args:
        if relation == eq(freedom_residual, 0):
            proof.combination(relation, [(-1, closed)], on=PENALTY)
        else:
            proof.decide(relation)


@claim(
    title=(
        "Leaving one sequence out gives the effective "
        r"ridge $\xi = \lambda (1 + \chi)$ at finite $d$"
    ),
    statement=both(
        eq(
            d * eigenvalue * de.sample_resolvent(eigenvalue, penalty),
            d**2 / n * (1 + response) * eigenvalue / (eigenvalue + xi),
        ),
        eq(tau * response / (1 + response) - freedom, -freedom_residual),
        eq(freedom_residual, 0),
    ),
    domain=PENALTY,
    check="sample_response",
)
def effective_ridge(proof: Proof) -> None:
    """The effective ridge, by leaving one pretraining sequence out.

    Let G be the inverse of the penalised Gram matrix sum_i f_i f_i^T + (n/d) lam and
    chi = f^T G_{-} f for a sample f left out of G_{-}. Quoted: chi concentrates on tr(Sigma G),
    Sigma = (1/d) E (x) I_d the population covariance of f = vec H, and G has the deterministic
    equivalent in which each f f^T is replaced by Sigma/(1 + chi):

        G ~ (n/(1 + chi) Sigma + (n/d) lam)^{-1}.

    On an eigenvector of E with eigenvalue s, which Sigma has d times, the trace of Sigma G is d s/d
    times the inverse below. With lam = r xi and 1 + chi = 1/r it is proportional to s/(s + xi): the
    penalty acts as if it were xi on the population. Summing over the eigenvalues and dividing by 1
    + chi, with n = tau d^2, tau chi/(1 + chi) = (1/d) tr E (E + xi)^{-1}, which is the equation of
    the effective ridge.
    """
    close_degrees_of_freedom(
        proof,
        "chi concentrates on tr(Sigma G), although the entries of f = vec(x g^T) are not "
        "independent, and G has the equivalent above: summed over the eigenvalues of E, chi = (1 + "
        "chi) F1/tau.",
    )


@claim(
    title=(
        r"$\Gamma_{\mathrm{eq}} = A (E + \xi)^{-1}$ "
        r"minimises the population error with ridge $\xi$"
    ),
    statement=eq(_loss(_any) - _loss(_Gamma), Trace((_any - _Gamma) * _H * (_any - _Gamma).T)),
)
def equivalent_weights(proof: Proof) -> None:
    """The equivalent weights are those of the population with ridge xi.

    Multiplied by d, the population error with penalty (xi/d) |Gamma|^2 is a constant - 2 tr(Gamma
    A^T) + tr(Gamma E_xi Gamma^T), E_xi = E + xi. Completing the square around Gamma_eq =
    A E_xi^{-1} leaves tr((Gamma - Gamma_eq) E_xi (Gamma - Gamma_eq)^T), positive unless Gamma =
    Gamma_eq.
    """
    proof.decide(because="Words in Gamma, A, E_xi and E_xi^{-1}.")


@claim(
    title="Test errors at finite $d$, by differentiating the minimum of the penalised loss",
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
    check="finite_prediction",
    assumptions=NONSINGULAR,
)
def finite_errors(proof: Proof) -> None:
    """Test errors at finite d from the minimum of the loss.

    Add s_B tr(Gamma B Gamma^T)/d to the penalty lam |Gamma|^2/d per sample. By the envelope theorem
    the derivative of the minimum at s_B = 0 is tr(Gamma* B Gamma*^T)/d for the minimiser Gamma*
    itself: the derivative of the minimum knows the quadratic part of any test error, and no second
    deterministic equivalent is needed.

    The minimum per sample is mean of y (y - <Gamma*, H>), which by leaving one out is r times the
    population's minimum, r (v - tr(A E_xi^{-1} A^T)/d), with E_xi = E + (lam + s_B B)/r and r from
    the equation of the effective ridge, tau (1 - r) = tr(E E_xi^{-1})/d. This is the quoted
    equivalent of first order; the minimum is concave in s_B, so its derivative converges too.

    Differentiate. The equation of r gives its rate transfer/(tau - F2). The minimum gives rate e_E
    + tr(Gamma_eq B Gamma_eq^T)/d, where e_E is the error of Gamma_eq on the pretraining population.
    The linear part of the test error is that of Gamma_eq. So e_test = e_B + rate e_E. With the
    pretraining population as the test, e_IDG = e_E + F2 e_E/(tau - F2) = tau e_E/(tau - F2).
    """
    proof.use(effective_ridge)
    proof.use(equivalent_weights)
    proof.use(leave_one_out_residual)
    change, one = regularised_change(), sp.Identity(d + 1)
    proof.identity(
        Whole((regularised + strength * change) * changed_inverse()),
        Whole(one - strength**2 * change * regularised.I * change * regularised.I),
        given=proof.assumptions,
        because="E_xi^{-1} - s E_xi^{-1} E_xi' E_xi^{-1} inverts E_xi + s E_xi' up to s^2.",
    )
    proof.identity(
        At(changed_minimum(), (strength, sp.Integer(0))),
        population_minimum(),
        given=proof.assumptions,
        because="At s = 0 the minimum is that of the population with ridge xi, times r.",
    )
    proof.quote(
        eq(sp.Symbol("L/n"), changed_minimum()),
        "lu2025asymptotic",
        on=PENALTY,
        because="Deterministic equivalent of first order for Gamma*, with any fixed quadratic "
        "penalty: linear functionals of Gamma* are those of the population's minimiser.",
    )
    for relation in proof.statement.args:
        proof.decide(relation)


@claim(
    title=(
        r"$e_{\mathrm{train}} = r^2 e_{\mathrm{IDG}}$ at finite "
        r"$d$, by leaving one out and by differentiating in $\lambda$"
    ),
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
    assumptions=NONSINGULAR,
)
def training_error(proof: Proof) -> None:
    """The training error at finite d, twice.

    Each training residual is the residual left out over 1 + chi = 1/r, so the mean squares differ
    by r^2, and a sample left out is a fresh one: e_train = r^2 e_IDG.

    Independently: the minimum of the loss per sample is e_train + lam |Gamma*|^2/d, and its
    derivative in lam is |Gamma*|^2/d. So e_train is the minimum minus lam times its derivative,
    with the derivative of the claim on test errors for B = 1.
    """
    proof.use(finite_errors)
    proof.use(leave_one_out_residual)
    proof.decide(because="1 + chi = 1/r; the minimum minus lam = r xi times its derivative.")


@claim(
    title="Limits of the coefficients of the population moments",
    statement=both(
        eq(limit_of(feature_scale * label_variance), x),
        eq(limit_of(E_tasks), 1),
        eq(limit_of(icl_features), 1 + x),
    ),
)
def population_limit(proof: Proof) -> None:
    """The population moments in the limit.

    With ell = alpha d the block of E on the features is x + R_k, and that of B for fresh tasks 1 +
    x. The last row and column of E and B have bounded entries and norm, so they change E by finite
    rank; a trace of a bounded function divided by d changes by O(1/d), and so do the traces with
    the last column of A, whose norm is bounded.
    """
    proof.decide(because="ell = alpha d, theta = 1, d to infinity.")


@claim(
    title="With its traces at their limits the finite-$d$ equation of $\\xi$ is that of the limit",
    statement=eq(with_traces(freedom_residual, _limit, freedom), ridge_residual_sum),
    domain=SPECTRAL,
)
def limit_of_effective_ridge(proof: Proof) -> None:
    """The limit of the equation of the effective ridge.

    (1/d) tr E (E + xi)^{-1} becomes the mean of (x + s)/(s + nu) over the spectrum of R, nu = x +
    xi. Partial fractions leave 1 and m; on the resolvent equation this is x m + D1.
    """
    proof.use(effective_ridge)
    proof.use(population_limit)
    proof.use(resolvent_equation)
    proof.decide(on=SPECTRAL, because="Partial fractions in s + nu.")


@claim(
    title=(
        "With its traces at their limits the prediction at finite $d$ of "
        r"$e_{\mathrm{IDG}}$ is $e_{\mathrm{IDG}}$"
    ),
    statement=eq(with_traces(finite_idg, _limit, pretraining_error, freedom_squared), e_idg),
    domain=RIDGE,
)
def limit_of_idg(proof: Proof) -> None:
    """The limit of the finite-d prediction of e_IDG.

    Gamma_eq becomes R (R + nu)^{-1}, A becomes R and E becomes x + R, so every trace is the mean of
    a rational function with poles at -nu. Partial fractions reduce them to m and -M', the
    derivative by the resolvent equation.
    """
    proof.use(finite_errors)
    proof.use(limit_of_effective_ridge)
    proof.decide(on=RIDGE, because="Partial fractions in s + nu.")


@claim(
    title=(
        "With its traces at their limits the prediction at finite $d$ of "
        r"$e_{\mathrm{ICL}}$ is $e_{\mathrm{ICL}}$"
    ),
    statement=eq(
        with_traces(finite_test, _limit, test_error, pretraining_error, transfer, freedom_squared),
        e_icl,
    ),
    domain=RIDGE,
)
def limit_of_icl(proof: Proof) -> None:
    """The limit of the finite-d prediction of e_ICL.

    As for e_IDG, with A = 1 and B = 1 + x for fresh tasks.
    """
    proof.use(limit_of_idg)
    proof.decide(on=RIDGE, because="Partial fractions in s + nu.")


@claim(
    title=(
        r"$e_{\mathrm{train}} = r^2 e_{\mathrm{IDG}}$ with "
        r"$r = 1 - \mathrm{df}/n$: generalised cross-validation"
    ),
    statement=both(
        eq(with_traces(finite_train, _limit, pretraining_error, freedom_squared), train),
        eq(e_idg / (1 + response) ** 2, train),
        eq(1 - _limit[freedom] / tau, r),
        eq(At(validated, (mean_residual, finite_train)), finite_idg),
        eq(At(validated, (mean_residual, train)), e_idg),
    ),
    check="cross_validation",
    domain=RIDGE,
    assumptions=(sp.Ne(tau, freedom_squared),),
)
def cross_validation(proof: Proof) -> None:
    """Generalised cross-validation.

    The training error of the limit is that of finite d in the limit, and e_IDG/(1 + chi)^2. Its
    factor r = 1/(1 + chi) is 1 - df/n: df = d tr E (E + xi)^{-1} are the degrees of freedom of the
    fit, n = tau d^2. So the training error over r^2, which needs no test data, is e_IDG: at finite
    d as its prediction, and in the limit.
    """
    proof.use(training_error)
    proof.use(limit_of_idg)
    proof.decide(on=RIDGE, because="On the uniformised state.")
