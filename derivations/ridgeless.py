"""Claims about the ridgeless limit lam -> 0.

Symbols stand for the ridgeless state; `sp.Limit` in ``lam`` runs over the states at lam > 0, all
parameters held.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.proof.steps import ridgeless_limit
from icl_theory.theory import odds, uniformisation
from icl_theory.theory.errors import e_icl, e_idg, gap, train
from icl_theory.theory.fixed_point import (
    S,
    argument_residual,
    ridge_log_slope,
    ridge_residual,
    x,
    xi_lower,
)
from icl_theory.theory.ridgeless import (
    e_icl_over,
    e_icl_under,
    e_idg_over,
    e_idg_under,
    mu,
    mu_value,
    p_printed,
    r_over,
    train_over,
    xi_printed,
    xi_under,
)
from icl_theory.theory.spectral import D1, M, P, gamma, resolvent_residual
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

UNDER = (lt(tau, 1),)


OVER = (gt(tau, 1),)


#: M_kappa(x), the resolvent trace of the ridgeless state at and above the threshold.
M_AT_X = At(M, (nu, x))


#: M_{kappa/tau}(x), which is m/tau below the threshold.
M_RESCALED = At(M, (kappa, kappa / tau), (nu, x))


#: Residue of the errors at the threshold: the noise that an interpolating estimator amplifies.
AMPLIFIED = At(rho + x * D1, (m, M_AT_X))


@claim(
    title="Ridgeless state below the interpolation threshold",
    statement=both(
        eq(sp.Limit(xi, lam, 0), xi_under),
        eq(sp.Limit(r, lam, 0), 0),
        eq(m, tau * M_RESCALED),
        eq(mu_value, x * M_RESCALED),
    ),
    assumptions=UNDER,
    rests_on=("effective-ridge-bounds", "effective-ridge-monotone", "resolvent-unique"),
    regime="ridgeless",
)
def ridgeless_state_under(proof: Proof) -> None:
    """The ridgeless state for tau < 1.

    xi increases in lam and exceeds its lower bound, which exceeds x (1 - tau)/tau > 0 at every lam;
    so xi tends to a limit xi0 > 0 as lam -> 0, m = M_kappa(x + xi) to M_kappa(x + xi0) by
    continuity, and r = lam/xi to 0. The ridge equation in the limit reads xi0 m = 1 - tau. With
    this xi the resolvent equation at nu = x + xi is the resolvent equation of m/tau at kappa/tau
    and x, so m/tau = M_{kappa/tau}(x), since that has one positive root.
    """
    rescaled = At(M, (kappa, kappa / tau), (nu, x))
    proof.sign(
        gt(2 * tau * xi_lower, x * (1 - tau)),
        because="xi > xi_lower stays away from zero as lam -> 0.",
    )
    proof.limit(sp.Limit(lam / xi, lam, 0), 0, because="At xi away from zero, lam/xi -> 0.")
    proof.follows(eq(sp.Limit(r, lam, 0), 0), "r = lam/xi.")
    proof.identity(
        At(ridge_residual, (r, 0), (xi, xi_under)),
        0,
        because="The ridge equation at r = 0 is linear in xi with this solution.",
    )
    proof.follows(
        eq(sp.Limit(xi, lam, 0), xi_under),
        "xi decreases to a limit, where the ridge equation holds with r = 0.",
    )
    on = uniformisation.ridgeless_under()
    proof.identity(
        At(resolvent_residual, (m, m / tau), (kappa, kappa / tau), (nu, x)),
        0,
        on=on,
        because="m/tau solves the resolvent equation at kappa/tau and x.",
    )
    proof.follows(eq(m, tau * rescaled), "That equation has one positive root.")
    proof.identity(mu_value, x * (m / tau), because="The paper's mu in terms of m.")
    proof.follows(eq(mu_value, x * rescaled), "m/tau is the rescaled M.")


@claim(
    title="Ridgeless state above the interpolation threshold",
    statement=both(
        eq(sp.Limit(xi, lam, 0), 0),
        eq(sp.Limit(r, lam, 0), r_over),
        eq(m, M_AT_X),
    ),
    assumptions=OVER,
    rests_on=("resolvent-unique",),
    regime="ridgeless",
)
def ridgeless_state_over(proof: Proof) -> None:
    """The ridgeless state for tau > 1.

    The ridge equation gives tau r = tau - 1 + xi m > tau - 1, so xi = lam/r < lam tau/(tau - 1)
    tends to 0 with lam. Then nu -> x, m -> M_kappa(x) by continuity, and, m being bounded by 1/x, r
    -> (tau - 1)/tau.
    """
    proof.sign(gt(r, (tau - 1) / tau), on=odds.ridge(), because="r stays above its limit,")
    proof.limit(
        sp.Limit(lam * tau / (tau - 1), lam, 0), 0, because="so xi = lam/r is squeezed to zero."
    )
    proof.follows(eq(sp.Limit(xi, lam, 0), 0), "0 < xi < lam tau/(tau - 1).")
    proof.sign(lt(m, 1 / x), on=odds.ridge(), because="m is bounded, so xi m -> 0.")
    proof.identity(
        At(ridge_residual, (xi, 0), (r, r_over)),
        0,
        because="The ridge equation at xi m = 0 has this solution r.",
    )
    proof.follows(eq(sp.Limit(r, lam, 0), r_over), "r in the limit of the ridge equation.")
    proof.identity(
        At(resolvent_residual, (nu, x)),
        0,
        on=uniformisation.ridgeless_over(),
        because="m solves the resolvent equation at x.",
    )
    proof.follows(eq(m, At(M, (nu, x))), "That equation has one positive root.")


@claim(
    title="Ridgeless e_IDG below the threshold is the paper's",
    statement=eq(sp.Limit(e_idg, lam, 0), e_idg_under),
    assumptions=UNDER,
    rests_on=("ridgeless-state-under",),
    regime="ridgeless",
)
def ridgeless_idg_under(proof: Proof) -> None:
    """Ridgeless e_IDG below the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there. On the rational uniformisation of ridgeless states that
    value and the printed form cancel.
    """
    ridgeless_limit(proof, e_idg, e_idg_under, under=True)


@claim(
    title="Ridgeless e_IDG above the threshold is the paper's",
    statement=eq(sp.Limit(e_idg, lam, 0), e_idg_over),
    assumptions=OVER,
    rests_on=("ridgeless-state-over",),
    regime="ridgeless",
)
def ridgeless_idg_over(proof: Proof) -> None:
    """Ridgeless e_IDG above the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there. On the rational uniformisation of ridgeless states that
    value and the printed form cancel.
    """
    ridgeless_limit(proof, e_idg, e_idg_over, under=False)


@claim(
    title="Ridgeless e_ICL below the threshold is the paper's",
    statement=eq(sp.Limit(e_icl, lam, 0), e_icl_under),
    assumptions=UNDER,
    rests_on=("ridgeless-state-under",),
    regime="ridgeless",
)
def ridgeless_icl_under(proof: Proof) -> None:
    """Ridgeless e_ICL below the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there. On the rational uniformisation of ridgeless states that
    value and the printed form cancel.
    """
    ridgeless_limit(proof, e_icl, e_icl_under, under=True)


@claim(
    title="Ridgeless e_ICL above the threshold is the paper's",
    statement=eq(sp.Limit(e_icl, lam, 0), e_icl_over),
    assumptions=OVER,
    rests_on=("ridgeless-state-over",),
    regime="ridgeless",
)
def ridgeless_icl_over(proof: Proof) -> None:
    """Ridgeless e_ICL above the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there. On the rational uniformisation of ridgeless states that
    value and the printed form cancel.
    """
    ridgeless_limit(proof, e_icl, e_icl_over, under=False)


@claim(
    title="Below the threshold the ridgeless estimator interpolates: no training error",
    statement=eq(sp.Limit(train, lam, 0), 0),
    assumptions=UNDER,
    rests_on=("ridgeless-state-under",),
    regime="ridgeless",
)
def ridgeless_train_under(proof: Proof) -> None:
    """No training error below the threshold.

    The training error is r^2 e_IDG, r tends to 0 and e_IDG to a finite value.
    """
    ridgeless_limit(proof, train, sp.Integer(0), under=True)


@claim(
    title="Ridgeless training error above the threshold",
    statement=eq(sp.Limit(train, lam, 0), train_over),
    assumptions=OVER,
    rests_on=("ridgeless-state-over",),
    regime="ridgeless",
)
def ridgeless_train_over(proof: Proof) -> None:
    """Ridgeless training error above the threshold.

    The training error is r^2 e_IDG with r = (tau - 1)/tau and e_IDG = tau (rho + x D1)/(tau - 1) in
    the limit.
    """
    ridgeless_limit(proof, train, train_over, under=False)


@claim(
    title="The paper's p is 1/(1 - gamma) and its xi the effective ridge",
    statement=both(
        eq(p_printed, 1 / (1 - gamma)),
        eq(xi_printed, xi_under),
        eq(mu, mu_value),
    ),
    assumptions=UNDER,
    regime="ridgeless",
)
def printed_p(proof: Proof) -> None:
    """The scalars of the printed ridgeless e_IDG.

    With mu = x m/tau the printed xi is (1 - tau)/m, the ridgeless effective ridge. Then kappa xi/(1
    - tau) = kappa/m, so the square in p is (kappa/(1 + kappa/m))^2/kappa = D1^2/kappa = gamma.
    """
    proof.decide(proof.statement, on=uniformisation.ridgeless_under(), because="With mu = x m/tau.")


@claim(
    title="The slope of the ridge equation vanishes at the threshold, from both sides",
    statement=both(
        eq(sp.Limit(ridge_log_slope, tau, 1, "-"), 0),
        eq(sp.Limit(ridge_log_slope, tau, 1, "+"), 0),
    ),
    rests_on=("ridgeless-state-under", "ridgeless-state-over"),
    regime="ridgeless",
)
def ridgeless_slope(proof: Proof) -> None:
    """The slope of the ridge equation at the threshold.

    The errors have the slope tau r + xi S in their denominator. Ridgeless it is xi S with xi = (1 -
    tau)/m below the threshold and tau - 1 above: both vanish at tau = 1, where the errors diverge,
    and nowhere else.
    """
    under, over = uniformisation.ridgeless_under(), uniformisation.ridgeless_over()
    proof.identity(
        ridge_log_slope, (1 - tau) * S / m, on=under, because="The slope below the threshold."
    )
    proof.identity(ridge_log_slope, tau - 1, on=over, because="The slope above it.")
    for part in proof.statement.args:
        below = str(part.lhs.args[3]) == "-"
        proof.decide(part, on=under if below else over, because="It vanishes at the threshold.")


@claim(
    title="Errors grow like 1/(1 - tau) below the interpolation threshold",
    statement=both(
        eq(sp.Limit((1 - tau) * e_idg, tau, 1, "-"), AMPLIFIED),
        eq(sp.Limit((1 - tau) * e_icl, tau, 1, "-"), (1 + x) * M_AT_X * AMPLIFIED),
    ),
    rests_on=("ridgeless-state-under",),
    regime="ridgeless",
)
def interpolation_peak_under(proof: Proof) -> None:
    """The interpolation peak, below the threshold.

    The slope in the denominator is (1 - tau) S/m with S -> m, and the numerator tends to rho + x D1
    with m = M_kappa(x). So e_IDG grows like (rho + x D1)/|1 - tau|, and e_ICL, whose pretraining
    variance is (1 + x) S e_IDG/tau with S -> m, like (1 + x) m times that. The rest of e_ICL stays
    bounded. The state is continuous at tau = 1 from this side, and no denominator but the slope
    vanishes, so the limit may be taken at held m.
    """
    on = uniformisation.ridgeless_under()
    distance = 1 - tau
    coefficient = rho + x * D1
    for positive in (P, S, ridge_log_slope):
        proof.sign(gt(positive), on=odds.ridgeless_under(), because="Positive off the threshold.")
    proof.limit(
        sp.Limit(distance / ridge_log_slope, tau, 1, "-"),
        1,
        on=on,
        because="The slope in the denominator vanishes like the distance.",
    )
    for error, value in ((e_idg, coefficient), (e_icl, (1 + x) * m * coefficient)):
        proof.limit(
            sp.Limit(distance * error - value, tau, 1, "-"),
            0,
            on=on,
            because="At held m the error times the distance tends to its coefficient.",
        )
    for part in proof.statement.args:
        proof.follows(part, "m tends to M_kappa(x), and the coefficient is continuous in it.")


@claim(
    title="Errors grow like 1/(tau - 1) above the threshold, with the same coefficients",
    statement=both(
        eq(sp.Limit((tau - 1) * e_idg, tau, 1, "+"), AMPLIFIED),
        eq(sp.Limit((tau - 1) * e_icl, tau, 1, "+"), (1 + x) * M_AT_X * AMPLIFIED),
    ),
    rests_on=("ridgeless-state-over",),
    regime="ridgeless",
)
def interpolation_peak_over(proof: Proof) -> None:
    """The interpolation peak, above the threshold.

    The slope in the denominator is tau - 1, and the numerator tends to rho + x D1 with m =
    M_kappa(x). So e_IDG grows like (rho + x D1)/|1 - tau|, and e_ICL, whose pretraining variance is
    (1 + x) S e_IDG/tau with S -> m, like (1 + x) m times that. The rest of e_ICL stays bounded. The
    state is continuous at tau = 1 from this side, and no denominator but the slope vanishes, so the
    limit may be taken at held m.
    """
    on = uniformisation.ridgeless_over()
    distance = tau - 1
    coefficient = rho + x * D1
    for positive in (P, S, ridge_log_slope):
        proof.sign(gt(positive), on=odds.ridgeless_over(), because="Positive off the threshold.")
    proof.limit(
        sp.Limit(distance / ridge_log_slope, tau, 1, "+"),
        1,
        on=on,
        because="The slope in the denominator vanishes like the distance.",
    )
    for error, value in ((e_idg, coefficient), (e_icl, (1 + x) * m * coefficient)):
        proof.limit(
            sp.Limit(distance * error - value, tau, 1, "+"),
            0,
            on=on,
            because="At held m the error times the distance tends to its coefficient.",
        )
    for part in proof.statement.args:
        proof.follows(part, "m tends to M_kappa(x), and the coefficient is continuous in it.")


@claim(
    title="At the threshold the errors grow like lam^{-1/2}",
    statement=both(
        eq(
            sp.Limit(sp.sqrt(lam) * e_idg, lam, 0),
            At((rho + x * D1) / (2 * sp.sqrt(m)), (m, M_AT_X)),
        ),
        eq(
            sp.Limit(sp.sqrt(lam) * e_icl, lam, 0),
            At((1 + x) * sp.sqrt(m) * (rho + x * D1) / 2, (m, M_AT_X)),
        ),
    ),
    assumptions=(eq(tau, 1),),
    rests_on=("resolvent-unique", "spectral-bounds"),
)
def interpolation_peak_ridge(proof: Proof) -> None:
    """The interpolation peak at tau = 1.

    At tau = 1 the ridge equation is r = xi m, so lam = xi^2 m: since 1/(1 + nu) < m < 1/nu, xi
    vanishes with lam like lam^{1/2}. The slope is xi (m + S) with S -> m, so xi e_IDG -> (rho + x
    D1)/(2 m) and lam^{1/2} e_IDG = m^{1/2} xi e_IDG. The same for e_ICL, whose pretraining variance
    is (1 + x) S e_IDG.
    """
    on = {symbol: value.subs(tau, 1) for symbol, value in uniformisation.ridge().items()}
    on[tau] = sp.Integer(1)
    proof.identity(lam, xi**2 * m, on=on, because="The ridge equation at tau = 1.")
    coefficient = (rho + x * D1) / (2 * m)
    for error, value in ((e_idg, coefficient), (e_icl, (1 + x) * m * coefficient)):
        proof.limit(
            sp.Limit(xi * error - value, xi, 0),
            0,
            on=on,
            because="At held m, xi times the error tends to its coefficient.",
        )
    for part in proof.statement.args:
        proof.follows(part, "lam^{1/2} = m^{1/2} xi, and m tends to M_kappa(x).")


@claim(
    title="Above the interpolation threshold fresh tasks always cost more",
    statement=gt(gap),
    assumptions=OVER,
    rests_on=("gap-form", "ridgeless-state-over", "positive-state"),
    regime="ridgeless",
)
def gap_positive_over(proof: Proof) -> None:
    """The gap above the interpolation threshold.

    Ridgeless xi = 0 for tau > 1, and the only negative term of the gap is proportional to xi. In
    the odds every coefficient is positive.
    """
    proof.decide(proof.statement, on=odds.ridgeless_over(), because="In the odds (a, b, w).")


@claim(
    title="Below the threshold fresh tasks can cost less: an exact example",
    statement=lt(gap),
    assumptions=(
        eq(tau, sp.Rational(1, 100)),
        eq(alpha, 100),
        eq(kappa, sp.Rational(1, 2)),
        eq(rho, 4),
    ),
    rests_on=("gap-form", "ridgeless-state-under"),
    regime="ridgeless",
)
def gap_negative_example(proof: Proof) -> None:
    """A negative gap.

    At tau = 1/100, alpha = 100, kappa = 1/2, rho = 4 the ridgeless m is tau M_{kappa/tau}(x), a
    number p + q sqrt(c). It solves the equations of the state, and the gap, of the same form, is
    compared with zero exactly.
    """
    point = {condition.lhs: condition.rhs for condition in proof.assumptions}
    point[x] = unfold(x).xreplace(point)
    rescaled = At(M, (kappa, kappa / tau), (nu, x))
    point[m] = (tau * rescaled.value()).xreplace(point)
    point[xi] = unfold(xi_under).xreplace(point)
    point |= {nu: point[x] + point[xi], r: 0 * point[m], lam: 0 * point[m]}
    for residual in (resolvent_residual, argument_residual, ridge_residual):
        proof.identity(residual, 0, on=point, because="The point is a ridgeless state:")
    proof.sign(gt(m), on=point, because="its trace is the positive root.")
    proof.sign(lt(gap), on=point, because="The gap is negative there.")
    proof.follows(proof.statement, "The claim is about this point.")
