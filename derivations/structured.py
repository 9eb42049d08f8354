"""Claims about structured tasks and shifted tests, for every spectrum."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.averages import Average, basis, weight
from icl_theory.algebra.averages import p as letter
from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import RIDGE as ISOTROPIC
from icl_theory.proof.kernel import Domain
from icl_theory.proof.proof import Proof
from icl_theory.theory import (
    deterministic,
    errors,
    fixed_point,
    spectral,
    structured_odds,
)
from icl_theory.theory.spectral import D1, inv_kappa, minus_M_prime, t
from icl_theory.theory.structured import (
    D2_C,
    D12_C,
    S_C,
    S_T,
    alignment_level,
    alignment_slope,
    alignment_weight,
    along_nu,
    alpha_T,
    bias_T,
    c,
    context_price,
    context_T,
    e_idg_C,
    e_idg_per_tau_C,
    e_seen,
    e_test,
    gamma_C,
    gap_P,
    hardest,
    inflated,
    m_rate,
    mean,
    mean_ccGG,
    mean_cG,
    mean_cGG,
    mean_G,
    mean_GG,
    mean_scGG,
    mean_sGG,
    pretraining_T,
    resolvent,
    rho_T,
    ridge_residual_C,
    silverstein_residual,
    slope_C,
    square_1,
    square_s,
    theta_C,
    theta_T,
    train_C,
    x_C,
    x_P,
    x_T,
)
from icl_theory.theory.structured_odds import b, f1, f2, u, w, written, y
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

#: Silverstein's equation alone.
SPECTRA = Domain(
    "spectra",
    structured_odds.spectral_equations,
    (),
    structured_odds.spectral,
    structured_odds.inverse,
)
#: States of structured tasks at a ridge lam > 0.
STRUCTURED = Domain(
    "structured",
    structured_odds.ridge_equations,
    (xi, r, lam),
    structured_odds.ridge,
    lambda: structured_odds.inverse(y=xi / x_C, w=tau * r / (D1 + x_C * mean_G)),
)
#: Ridgeless states of structured tasks below and above the interpolation threshold.
STRUCTURED_UNDER = Domain(
    "structured, ridgeless below",
    structured_odds.under_equations,
    (xi,),
    structured_odds.under,
    lambda: structured_odds.inverse(y=xi / x_C),
)
STRUCTURED_OVER = Domain(
    "structured, ridgeless above",
    structured_odds.over_equations,
    (r,),
    structured_odds.over,
    lambda: structured_odds.inverse(w=tau * r),
)


#: An eigenvalue over nu/t.
_odds = sp.Symbol("v", positive=True)

_POSITIVE = (bias_T, context_T, pretraining_T, e_idg_C, e_test, e_seen, slope_C, S_C)


@claim(
    title="For every spectrum one positive $m$ solves Silverstein's equation",
    statement=both(
        lt(mean(sp.diff(c / (m * (t.definition * c + nu)), m)), 0),
        eq(sp.Limit(c / (m * (t * c + nu)), m, 0), sp.oo),
        eq(sp.Limit(c / (m * (t * c + nu)), m, sp.oo), 0),
    ),
)
def one_resolvent_trace(proof: Proof) -> None:
    """Existence and uniqueness of m.

    The equation m = ⟨c G⟩ reads ⟨c/(m (t c + nu))⟩ = 1. In every direction what is averaged falls
    with m, from infinity to zero, because m t and m nu grow; and so does its average, which
    therefore takes the value one once. The derivative is written in Bernstein's averages and is
    negative by its coefficients, at every m.
    """
    proof.decide()


@claim(
    title=r"What $t^2/(1 - \gamma)$ is without cancellation, for every spectrum",
    statement=both(
        eq(1 - gamma_C, t * (1 + nu * mean_cGG * inv_kappa)),
        eq(inflated, t**2 / (1 - gamma_C)),
        gt(1 - gamma_C),
        gt(gamma_C),
        eq(D1, 1 - nu * mean_G),
        eq(m, mean_cG),
        # The letter p = v/(1 + v) at the eigenvalue c = v nu/t.
        eq(At(resolvent, (c, _odds * nu / t)), (1 - _odds / (1 + _odds)) / nu),
    ),
    domain=SPECTRA,
)
def structured_one_minus_gamma(proof: Proof) -> None:
    """The variance inflation of structured tasks.

    t^2 ⟨c^2 G^2⟩ = D1 - nu t q, since t c G = 1 - nu G in every direction, and D1/kappa = 1 - t.
    """
    proof.decide()


@claim(
    title="The traces of two resolvents are derivatives of those of one",
    statement=both(
        eq(m_rate, along_nu(c * resolvent)),
        eq(along_nu(resolvent), -square_1),
        eq(along_nu(weight * resolvent), -square_s),
        eq(Partial(t, m) * m_rate * m + t * m_rate, -D12_C),
        eq(mean(weight * resolvent) - nu * square_s, mean_scGG * inflated),
        eq(mean_G - nu * square_1, D12_C),
        eq(D1 - nu * D12_C, D2_C),
    ),
    domain=SPECTRA,
)
def two_resolvents(proof: Proof) -> None:
    """Deterministic equivalents of two resolvents.

    For a fixed matrix T with weights s, lim tr T (R + nu)^{-1}/d is ⟨s G⟩. Its derivative in nu
    along Silverstein's equation, with the sign changed, is lim tr T (R + nu)^{-2}/d, which is
    Theta_s, and Theta_1 for T = 1; the traces with R (R + nu)^{-2} and R^2 (R + nu)^{-2} are
    differences of these.
    """
    proof.decide()


@claim(
    title="The errors of structured tasks from the equivalent at finite $d$",
    statement=both(
        eq(
            At(
                deterministic.finite_idg,
                (deterministic.pretraining_error, rho + nu * D1 - xi * D2_C),
                (deterministic.freedom_squared, 1 - 2 * xi * mean_G + xi**2 * square_1),
            ),
            e_idg_C,
        ),
        eq(
            theta_T
            + rho_T
            - 2 * (theta_T - nu * mean(weight * resolvent))
            + theta_T
            - 2 * nu * mean(weight * resolvent)
            + nu**2 * square_s
            + x_T * D2_C
            + S_T * e_idg_C / tau,
            e_test,
        ),
        eq(x_C * (square_s + x_T * square_1) + inflated * (mean_scGG + x_T * mean_cGG), S_T),
        eq(train_C, (lam / xi) ** 2 * e_idg_C),
    ),
    domain=STRUCTURED,
)
def structured_from_equivalent(proof: Proof) -> None:
    """The limit of the finite-d equivalent.

    With E = x + R and Gamma = R (R + nu)^{-1} the traces of the finite-d equivalent are traces of
    one and two resolvents. e(Gamma) on the pretraining population is rho + nu D1 - xi D2, the
    feedback tr E^2 (E + xi)^{-2}/d is 1 - 2 xi ⟨G⟩ + xi^2 [1], and on test tasks Gamma = 1 - nu (R
    + nu)^{-1} leaves noise, bias and context variance.
    """
    proof.decide()


@claim(
    title=r"The right side of the ridge equation falls in $\xi$, for every spectrum",
    statement=both(
        eq(-(Partial(t, m) * m_rate * m + t * m_rate) - x_C * along_nu(resolvent), S_C),
        gt(S_C),
        gt(slope_C),
        lt(D1 + x_C * mean_G, 1),
        gt(D1 + x_C * mean_G, x_C / nu),
    ),
    domain=STRUCTURED,
)
def one_structured_ridge(proof: Proof) -> None:
    """Uniqueness of the effective ridge.

    D1 + x ⟨G⟩ falls in xi at fixed x at the rate S > 0, and so does tau lam/xi. The sum tends to
    infinity as xi -> 0 and to zero as xi -> oo, where D1 + x ⟨G⟩ <= (theta + x)/nu, so it is tau
    once. Its bounds 1 and x/nu give bounds of xi.
    """
    proof.decide()


@claim(
    title="Every term of the errors of structured tasks is positive",
    statement=both(
        *(gt(term) for term in _POSITIVE),
        gt(e_test, rho_T),
        gt(e_idg_C, rho),
        gt(alignment_weight),
    ),
    domain=STRUCTURED,
)
def structured_terms_positive(proof: Proof) -> None:
    """Positivity of the errors.

    Quotients of polynomials with positive coefficients in Bernstein's averages and the odds of the
    state.
    """
    proof.decide()


@claim(
    title="$C = T = I$ is the isotropic theory",
    statement=both(
        *(
            eq(At(general, *structured_odds.at_isotropic()), special)
            for general, special in (
                (x_C, fixed_point.x),
                (mean_cG, m),
                (mean_G, m),
                (square_1, minus_M_prime),
                (D12_C, spectral.D12),
                (D2_C, spectral.D2),
                (S_C, fixed_point.S),
                (slope_C, fixed_point.ridge_log_slope),
                (e_idg_C, errors.e_idg),
                (bias_T, errors.bias),
                (context_T, errors.context_variance),
                (pretraining_T, errors.pretraining_variance),
                (e_test, errors.e_icl),
                (train_C, errors.train),
            )
        ),
    ),
    domain=ISOTROPIC,
)
def isotropic_is_special(proof: Proof) -> None:
    """The isotropic theory as a special case.

    With one eigenvalue the letter has the value D1, and Bernstein's averages are its powers. Every
    formula of the structured theory becomes that of the isotropic one on its states.
    """
    proof.decide()


_one_direction = structured_odds.at_isotropic(t / (t + nu))
_silverstein = At(silverstein_residual, *_one_direction)


@claim(
    title="$C = I$ has the isotropic equations, off their zeros too",
    statement=both(
        eq(_silverstein, -m * spectral.resolvent_residual / (t + nu)),
        eq(
            At(ridge_residual_C, *_one_direction),
            fixed_point.ridge_residual_sum - fixed_point.x * _silverstein,
        ),
    ),
)
def isotropic_equations(proof: Proof) -> None:
    """The equations of the structured theory with one eigenvalue.

    The letter is t/(t + nu), and m any number: the average of G is then 1/(t + nu), which m exceeds
    by the residual of Silverstein's equation.
    """
    proof.decide(because="Expand.")


@claim(
    title=r"A test on the pretraining distribution is $e_{\mathrm{IDG}}$",
    statement=both(
        eq(At(e_seen, (alpha_T, alpha), (rho_T, rho)), e_idg_C),
        eq(e_seen - e_idg_C, gap_P),
    ),
    domain=STRUCTURED,
)
def seen_is_idg(proof: Proof) -> None:
    """IDG as a special test.

    At the context length and the noise of pretraining the error on the pretraining tasks is that of
    in-distribution generalisation: decided on every state. At others the two differ by their noise
    and, as the error is affine in the noise-to-context ratio of the test, by the context's price.
    """
    proof.decide()


@claim(
    title="$e_T$ is linear in $T$: every direction has an explicit positive weight",
    statement=both(
        eq(
            e_test,
            rho_T + x_T * context_price + alignment_level * mean_sGG + alignment_slope * mean_scGG,
        ),
        gt(alignment_level),
        gt(alignment_slope),
        gt(context_price),
        gt(alignment_weight),
    ),
    domain=STRUCTURED,
)
def alignment(proof: Proof) -> None:
    """The alignment weight.

    Test variance s in a direction of eigenvalue c costs s h(c) with h(c) = (A + B c) G^2 +
    P/alpha_T, because x_T = (⟨s⟩ + rho_T)/alpha_T: the rest of the error is rho_T (1 + P/alpha_T).
    """
    proof.decide()


def _marginal() -> sp.Expr:
    """What a unit of test variance adds in a direction whose letter has the odds v."""
    shares = zip(basis(weighted=1), (1, _odds, _odds**2), strict=True)
    error = At(e_test, (theta_T, mean(weight)))
    added = sp.Add(*(Partial(error, symbol) * share for symbol, share in shares))
    return added / (1 + _odds) ** 2


@claim(
    title="The alignment weight is the error of a unit of test variance in one direction",
    statement=eq(At(alignment_weight, (c, _odds * nu / t)), _marginal()),
    domain=STRUCTURED,
)
def alignment_is_marginal(proof: Proof) -> None:
    """The alignment weight as a derivative.

    Variance s in a direction with p = v/(1 + v) adds s (1 - p)^2, s p (1 - p) and s p^2 to the
    averages of Bernstein's basis, and s to theta_T. The error is linear in these.
    """
    proof.decide()


@claim(
    title="Without pretraining variance more alignment always helps",
    statement=both(
        lt(nu * D12_C * inv_kappa, t),
        eq(
            t * alignment_slope * hardest,
            e_idg_per_tau_C * (nu * inflated - t * x_C * (2 - nu * D12_C * inv_kappa / t))
            - nu**2 * t * (2 - nu * D12_C * inv_kappa / t),
        ),
    ),
    domain=STRUCTURED,
)
def alignment_hurts_by_variance_only(proof: Proof) -> None:
    """Where alignment hurts.

    c* is positive only if pretraining variance outweighs the bias, by an explicit criterion: the
    part of B that bias has is nu D12/kappa < t of what would be needed. Where the weight rises, for
    c < c*, moving test variance to a direction with more of the pretraining tasks hurts.
    """
    proof.decide()


_A, _B, _c1, _c2 = sp.symbols("A B c_1 c_2", positive=True)


def _weight(eigenvalue: sp.Expr) -> sp.Expr:
    return (_A + _B * eigenvalue) / (t * eigenvalue + nu) ** 2


@claim(
    title="Which test directions are hardest, and what an exchange between two of them costs",
    statement=both(
        eq(
            sp.diff(_weight(c), c),
            t * _B * (nu / t - 2 * _A / _B - c) / (t * c + nu) ** 3,
        ),
        eq(
            (_weight(_c1) - _weight(_c2)) * (t * _c1 + nu) ** 2 * (t * _c2 + nu) ** 2,
            (_c2 - _c1)
            * (t**2 * _A * (_c1 + _c2) + t**2 * _B * _c1 * _c2 + nu * (2 * t * _A - nu * _B)),
        ),
    ),
)
def exchange(proof: Proof) -> None:
    """Chebyshev's inequality, pair by pair.

    The slope of the weight changes sign at c* = nu/t - 2 A/B only: test tasks are hardest in the
    direction of the eigenvalue nearest to c*. Where nu B <= 2 t A, so that c* <= 0, the weight
    falls: of two test spectra with the same values, the one that puts larger s where c is larger
    has the smaller error, and sorting s like c gives the least.
    """
    proof.decide()


@claim(
    title="A longer test context never hurts",
    statement=both(
        eq(Partial(e_test, alpha_T), -x_T * context_price / alpha_T),
        gt(x_T * context_price),
        eq(Partial(e_seen, alpha_T), -x_P * context_price / alpha_T),
        gt(x_P * context_price),
    ),
    domain=STRUCTURED,
)
def longer_test_contexts_help(proof: Proof) -> None:
    """Length generalisation.

    The test context enters through x_T = (theta_T + rho_T)/alpha_T alone, and the error is affine
    in x_T with the positive slope D2 + (e_IDG/tau) S. So it falls with alpha_T at every state, also
    beyond the context of pretraining, to a floor that it does not reach.
    """
    proof.decide()


_SCALE = sp.Symbol("zeta", positive=True)


def _scaled(expression: sp.Expr) -> At:
    moved = (nu, xi, lam, rho, rho_T, theta_C, theta_T, x_C, *basis(weighted=1))
    return At(expression, *((symbol, _SCALE * symbol) for symbol in moved))


@claim(
    title="All variances times a factor: the same problem",
    statement=both(
        *(eq(_scaled(e), _SCALE * e) for e in (e_test, e_idg_C, e_seen, train_C)),
        eq(_scaled(x_C), _SCALE * x_C),
        eq(_scaled(mean_G), mean_G / _SCALE),
    ),
    domain=STRUCTURED,
)
def scaling(proof: Proof) -> None:
    """Invariance under scaling.

    Labels times a constant: covariances, label noise and the ridge are multiplied by its square,
    and so are the effective ridge and every error. The letter p = c/(c + nu/t) stays.
    """
    proof.decide()


@claim(
    title="The ridgeless errors above the threshold, for every spectrum",
    statement=both(
        eq(e_idg_C, tau * (rho + x_C * D1) / (tau - 1)),
        eq(pretraining_T, S_T * (rho + x_C * D1) / (tau - 1)),
        eq(train_C, (tau - 1) / tau * (rho + x_C * D1)),
        gt(tau, 1),
        eq(nu, x_C),
    ),
    domain=STRUCTURED_OVER,
)
def structured_ridgeless_over(proof: Proof) -> None:
    """The ridgeless limit above the interpolation threshold.

    There xi = 0, so nu = x, D1 + x ⟨G⟩ = 1 and r = (tau - 1)/tau: the threshold is where the number
    of sequences is that of parameters, for every spectrum, and pretraining variance diverges there
    like 1/(tau - 1).
    """
    proof.decide()


@claim(
    title=r"The ridgeless $\xi$ and $e_{\mathrm{IDG}}$ below the threshold, for every spectrum",
    statement=both(
        eq(xi * mean_G, 1 - tau),
        eq(train_C, 0),
        lt(tau, 1),
        eq(e_idg_C, tau * (rho + x_C * D1 + xi * nu * D12_C) / (xi * S_C)),
    ),
    domain=STRUCTURED_UNDER,
)
def structured_ridgeless_under(proof: Proof) -> None:
    """The ridgeless limit below the interpolation threshold.

    There r = 0 and xi ⟨G⟩ = 1 - tau, so xi vanishes at the threshold and the errors diverge like
    1/xi.
    """
    proof.decide()


@claim(
    title="At many tasks the equivalents are those of $C$ itself",
    statement=both(
        *(
            eq(sp.Limit(written(sampled - own, structured_odds.spectral()), b, 0), 0)
            for sampled, own in (
                (D2_C, mean_ccGG),
                (square_s, mean_sGG),
                (square_1, mean_GG),
                (D12_C, mean_cGG),
            )
        ),
    ),
)
def structured_many_tasks(proof: Proof) -> None:
    """Infinite diversity.

    As kappa -> oo with the averages held, t -> 1 and the fluctuations of R drop out.
    """
    proof.decide()


#: Ridgeless states in coordinates, and the share of the test that few tasks leave out.
_OVER, _UNDER = structured_odds.over(), structured_odds.under()
_LEFT_OUT = Average(weight * (1 - letter)) + x_T * Average(1 - letter)


@claim(
    title="Fewer tasks than directions with tasks: the error grows like the context length",
    statement=both(
        eq(sp.Limit(written(x_C * S_T, _OVER), b, sp.oo), written(_LEFT_OUT, _OVER)),
        eq(sp.Limit(written(kappa, _OVER), b, sp.oo), written(Average(letter), _OVER)),
        eq(sp.Limit(written(x_C, _OVER), b, sp.oo), 0),
        gt(written(_LEFT_OUT, _OVER)),
    ),
)
def divergence_with_few_tasks(proof: Proof) -> None:
    """Where the error diverges with the context length, and how low rank moves it.

    As t -> 0 at held u = nu/t the noise-to-context ratio x = nu vanishes while kappa tends to
    D1(u) = ⟨c/(c + u)⟩. Such a u exists where kappa is less than the share of directions with
    c > 0: the rank of C over d takes the place of one. There S_T grows like 1/x, that is like
    alpha.
    """
    proof.decide()


@claim(
    title=(
        "Below the threshold the error grows like the context length where "
        r"$\kappa < \tau$, $\kappa < \mathrm{rank}\,C/d$"
    ),
    statement=both(
        eq(
            sp.Limit(written(nu * S_T, _UNDER), b, sp.oo),
            written(_LEFT_OUT / (1 + y), _UNDER),
        ),
        eq(
            sp.Limit(written(tau, _UNDER), b, sp.oo),
            written(Average(letter) + Average(1 - letter) / (1 + y), _UNDER),
        ),
        eq(sp.Limit(written(kappa, _UNDER), b, sp.oo), written(Average(letter), _UNDER)),
        eq(sp.Limit(written(x_C, _UNDER), b, sp.oo), 0),
    ),
)
def divergence_with_few_tasks_under(proof: Proof) -> None:
    """Divergence with the context length below the threshold.

    As t -> 0 at held xi/x both x and xi vanish, kappa tends to D1(u) and tau to a number between
    kappa and one. So with kappa < min(tau, rank C/d) the error grows like the context length, and
    at kappa > tau the effective ridge keeps nu from vanishing.
    """
    proof.decide()


_NUMBERS = {
    m: sp.Rational(1, 50),
    kappa: sp.Rational(1, 30),
    tau: sp.Integer(100),
    rho: sp.Integer(1),
    nu: sp.Rational(395, 8),
}
_FIXED_TEST = sp.Symbol("x_T", positive=True)
#: The ridgeless isotropic error above the threshold, less the test's noise, where x = nu.
_ISOTROPIC_OVER = (
    nu**2 * minus_M_prime
    + _FIXED_TEST * spectral.D2
    + (1 + _FIXED_TEST) * (nu + t**2) * minus_M_prime * (rho + nu * D1) / (tau - 1)
)


@claim(
    title="Label noise in pretraining can help a test whose own noise stays",
    statement=both(
        lt(
            At(
                Partial(_ISOTROPIC_OVER, rho)
                + nu
                / (1 + rho)
                * (Partial(_ISOTROPIC_OVER, nu) - minus_M_prime * Partial(_ISOTROPIC_OVER, m)),
                *_NUMBERS.items(),
                (_FIXED_TEST, sp.Rational(395, 8)),
            ),
            0,
        ),
        eq(At(spectral.resolvent_residual, *_NUMBERS.items()), 0),
    ),
)
def noise_can_help(proof: Proof) -> None:
    """An example in exact numbers.

    At tau = 100, kappa = 1/30, alpha = 16/395, rho = 1, ridgeless, isotropic, tested at the context
    length and noise of pretraining, the error falls as the noise of pretraining alone grows: nu =
    (1 + rho)/alpha and m = M(nu) move with rho. With few tasks and short contexts noise takes the
    place of the ridge.
    """
    proof.decide()


_ALIGNED = {
    f1: 1,
    f2: 1,
    b: sp.Rational(1, 10),
    u: 1,
    y: 100,
    w: sp.Rational(1, 10),
    rho: 10,
    theta_C: 1,
}


@claim(
    title="More alignment can hurt",
    statement=gt(
        structured_odds.at(hardest, _ALIGNED),
        0,
    ),
)
def alignment_can_hurt(proof: Proof) -> None:
    """An example in exact numbers.

    With long contexts, much label noise and a ridge that is too small for it the pretraining
    variance is largest where pretraining tasks are. There c* > 0, and moving test variance from
    weaker directions to one with c < c* raises the error.
    """
    proof.decide()


_share = sp.Symbol("gamma_1", positive=True)


@claim(
    title="With unlimited pretraining, matched tasks are best",
    statement=both(
        eq(
            c * (1 - _share) ** 2
            + nu * _share**2
            - (c * (1 - c / (c + nu)) ** 2 + nu * (c / (c + nu)) ** 2),
            (c + nu) * (_share - c / (c + nu)) ** 2,
        ),
        eq(c * (1 - c / (c + nu)) ** 2 + nu * (c / (c + nu)) ** 2, nu * c / (c + nu)),
    ),
)
def matched_is_best(proof: Proof) -> None:
    """Matched against isotropic pretraining, in every direction.

    With unlimited sequences and tasks and no ridge the estimator shrinks a direction of eigenvalue
    c by C/(C + x); at the test's context it errs by c (1 - g)^2 + x g^2 there. Shrinkage by c/(c +
    x), that of matched tasks, is the best, and any other costs (c + x) (g - c/(c + x))^2 more.
    """
    proof.decide()


@claim(
    title=r"What a direction adds to the residual is at most twice what it adds to the slope",
    statement=both(
        sp.Implies(lt(_odds, 1), gt(2 * _odds / (1 + _odds) ** 2, _odds / (1 + _odds))),
        sp.Implies(gt(_odds, 1), gt(2 * _odds / (1 + _odds) ** 2, 1 / (1 + _odds))),
    ),
)
def residuals_do_not_cancel(proof: Proof) -> None:
    """Why the float64 evaluator loses no digits.

    With v = c/u an eigenvalue below u contributes p = v/(1 + v) to D1, one above it 1 - p to its
    complement; both are at most twice p (1 - p), which is what it contributes to -dD1/dlog u. So
    the residual, counted from the eigenvalues above u, is a sum of terms below twice its slope.
    """
    proof.decide()
