"""Claims about the ridgeless limit lam -> 0.

Symbols stand for the ridgeless state; `sp.Limit` in ``lam`` runs over the states at lam > 0, all
parameters held.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import AT_THRESHOLD, OVER, RIDGE, THRESHOLD, UNDER
from icl_theory.proof.kernel import SMALL, Branch, Domain, branch
from icl_theory.proof.proof import Proof
from icl_theory.theory.errors import e_icl, e_idg, gap, train
from icl_theory.theory.fixed_point import (
    S,
    ridge_log_slope,
    x,
)
from icl_theory.theory.ridgeless import (
    M_prime,
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
from icl_theory.theory.spectral import D1, M, gamma
from icl_theory.theory.symbols import PARAMETERS, alpha, kappa, lam, m, nu, r, rho, tau, xi

from .fixed_point import ridge_uniqueness

#: Unknowns of branches.
Z, Y = sp.symbols("Z Y", real=True)
#: M_kappa(x), the resolvent trace of the ridgeless state at and above the threshold.
M_AT_X = At(M, (nu, x))
#: M_{kappa/tau}(x), which is m/tau below the threshold.
M_RESCALED = At(M, (kappa, kappa / tau), (nu, x))
#: What is left of the trace equation m R = 0 once xi = (1 - tau)/m, or xi = 0, is put in.
UNDER_EQUATION = tau - x * m - kappa * m / (kappa + m)
OVER_EQUATION = 1 - x * m - kappa * m / (kappa + m)


#: The ridgeless state and the gap below the threshold in the parameters.
TRACE_UNDER = tau * M_RESCALED
RIDGE_UNDER = (1 - tau) / TRACE_UNDER
GAP_UNDER = At(gap, (nu, x + RIDGE_UNDER), (m, TRACE_UNDER), (xi, RIDGE_UNDER), (r, 0))


def ridgeless(expression: sp.Expr) -> PathLimit:
    """Limit lam -> 0 along the states at given parameters."""
    return PathLimit(expression, "ridge", (lam, sp.Integer(0), "+"))


def one_state(domain: Domain, *parameters: sp.Symbol) -> AtMostOne:
    """That parameters determine the point of a domain."""
    return AtMostOne(sp.Symbol(domain.name), *parameters)


@claim(
    title="Ridgeless state below the interpolation threshold",
    statement=both(
        eq(ridgeless(xi), xi_under),
        eq(ridgeless(r), 0),
        eq(ridgeless(m), m),
        eq(RootCount(UNDER_EQUATION, m), 1),
        eq(m, tau * M_RESCALED),
        one_state(UNDER, tau, alpha, kappa, rho),
    ),
    domain=UNDER,
)
def ridgeless_state_under(proof: Proof) -> None:
    """The ridgeless state for tau < 1.

    At lam = 0 the equations of the state have the solution xi = (1 - tau)/m, r = 0 with m the one
    root of tau = x m + kappa m/(kappa + m), and it is simple: so for small lam they have a solution
    close to it, which is positive and hence the state. The equation of m is the resolvent equation
    of m/tau at kappa/tau and x.
    """
    count = proof.one_root(UNDER_EQUATION, m)
    proof.at_most_one(
        UNDER, (tau, alpha, kappa, rho), [(x, None), (m, count), (xi, None), (nu, None), (mu, None)]
    )
    proof.same_root(count, m, tau * M_RESCALED, on=UNDER)
    run = under(proof)
    for part in proof.statement.args:
        if part.has(PathLimit):
            proof.path_limit(run, *part.args)


@claim(
    title="Ridgeless state above the interpolation threshold",
    statement=both(
        eq(ridgeless(xi), 0),
        eq(ridgeless(r), r_over),
        eq(ridgeless(m), m),
        eq(RootCount(OVER_EQUATION, m), 1),
        eq(m, M_AT_X),
        one_state(OVER, tau, alpha, kappa, rho),
    ),
    domain=OVER,
)
def ridgeless_state_over(proof: Proof) -> None:
    """The ridgeless state for tau > 1.

    With xi = lam Y the equations of the state have at lam = 0 the solution r = 1/Y = (tau - 1)/tau,
    with m the one root of 1 = x m + kappa m/(kappa + m), and it is simple: so for small lam they
    have a solution close to it, which is positive and hence the state.
    """
    count = proof.one_root(OVER_EQUATION, m)
    proof.at_most_one(
        OVER,
        (tau, alpha, kappa, rho),
        [(x, None), (m, count), (xi, None), (nu, None), (r, None), (M_prime, None)],
    )
    proof.same_root(count, m, M_AT_X, on=OVER)
    run = over(proof)
    for part in proof.statement.args:
        if part.has(PathLimit):
            proof.path_limit(run, *part.args)


@claim(
    title="The state at the interpolation threshold",
    statement=both(
        eq(ridgeless(xi), 0),
        eq(ridgeless(m), m),
        eq(m, M_AT_X),
        one_state(AT_THRESHOLD, tau, alpha, kappa, rho),
        one_state(THRESHOLD, alpha, kappa, rho),
    ),
    domain=AT_THRESHOLD,
)
def ridgeless_state_threshold(proof: Proof) -> None:
    """The ridgeless state for tau = 1.

    With xi = lam^{1/2} Y the equations of the state have at lam = 0 the solution Y = m^{-1/2}, with
    m the one root of 1 = x m + kappa m/(kappa + m), and it is simple.
    """
    count = proof.one_root(OVER_EQUATION, m)
    chain = [(x, None), (m, count), (xi, None), (nu, None)]
    proof.at_most_one(AT_THRESHOLD, (tau, alpha, kappa, rho), chain)
    proof.at_most_one(THRESHOLD, (alpha, kappa, rho), chain)
    proof.same_root(count, m, M_AT_X, on=AT_THRESHOLD)
    run = at_threshold(proof)
    for part in proof.statement.args:
        if part.has(PathLimit):
            proof.path_limit(run, *part.args)


def peak(error: sp.Expr, side: str) -> PathLimit:
    """Ridgeless limit, then the interpolation threshold from one side."""
    return PathLimit(error, "ridge", (lam, sp.Integer(0), "+"), (tau, sp.Integer(1), side))


def peaks(proof: Proof, first: Branch, then: Branch) -> None:
    """Take the limits of a peak one after the other."""
    count = proof.one_root(OVER_EQUATION, m)
    for part in proof.statement.args:
        if not part.has(PathLimit):
            proof.same_root(count, *part.args, on=THRESHOLD)
            continue
        error, system, inner, outer = part.lhs.args
        at_zero = proof.path_limit(first, PathLimit(error, system, inner), error)
        on_states = PathLimit(error, then.unique.domain.name, outer)
        proof.compose(at_zero, proof.path_limit(then, on_states, part.rhs))


def under(proof: Proof) -> Branch:
    """The states at a ridge that tends to zero, below the threshold."""
    return branch(
        proof.part(ridge_uniqueness, one_state(RIDGE, *PARAMETERS)),
        moves={lam: SMALL},
        chart={m: Z, xi: Y},
        start={Z: m, Y: xi},
        base=UNDER,
        forms={r: lam / xi},
    )


def over(proof: Proof) -> Branch:
    """The states at a ridge that tends to zero, above the threshold."""
    return branch(
        proof.part(ridge_uniqueness, one_state(RIDGE, *PARAMETERS)),
        moves={lam: SMALL},
        chart={m: Z, xi: SMALL * Y},
        start={Z: m, Y: 1 / r},
        base=OVER,
        forms={r: lam / xi},
    )


def at_threshold(proof: Proof) -> Branch:
    """The states at a ridge that tends to zero, at the threshold."""
    return branch(
        proof.part(ridge_uniqueness, one_state(RIDGE, *PARAMETERS)),
        moves={lam: SMALL**2},
        chart={m: Z, xi: SMALL * Y},
        start={Z: m, Y: 1 / sp.sqrt(m)},
        base=AT_THRESHOLD,
        forms={r: lam / xi},
    )


@claim(
    title=r"Ridgeless $e_{\mathrm{IDG}}$ below the threshold is the paper's",
    statement=eq(ridgeless(e_idg), e_idg_under),
    domain=UNDER,
)
def ridgeless_idg_under(proof: Proof) -> None:
    """Ridgeless e_IDG below the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there.
    """
    proof.path_limit(under(proof), *proof.statement.args)


@claim(
    title=r"Ridgeless $e_{\mathrm{IDG}}$ above the threshold is the paper's",
    statement=eq(ridgeless(e_idg), e_idg_over),
    domain=OVER,
)
def ridgeless_idg_over(proof: Proof) -> None:
    """Ridgeless e_IDG above the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there.
    """
    proof.path_limit(over(proof), *proof.statement.args)


@claim(
    title=r"Ridgeless $e_{\mathrm{ICL}}$ below the threshold is the paper's",
    statement=eq(ridgeless(e_icl), e_icl_under),
    domain=UNDER,
)
def ridgeless_icl_under(proof: Proof) -> None:
    """Ridgeless e_ICL below the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there.
    """
    proof.path_limit(under(proof), *proof.statement.args)


@claim(
    title=r"Ridgeless $e_{\mathrm{ICL}}$ above the threshold is the paper's",
    statement=eq(ridgeless(e_icl), e_icl_over),
    domain=OVER,
)
def ridgeless_icl_over(proof: Proof) -> None:
    """Ridgeless e_ICL above the interpolation threshold, as printed in the paper.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there.
    """
    proof.path_limit(over(proof), *proof.statement.args)


@claim(
    title="Below the threshold the ridgeless estimator interpolates: no training error",
    statement=eq(ridgeless(train), 0),
    domain=UNDER,
)
def ridgeless_train_under(proof: Proof) -> None:
    """No training error below the threshold.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there.
    """
    proof.path_limit(under(proof), *proof.statement.args)


@claim(
    title="Ridgeless training error above the threshold",
    statement=eq(ridgeless(train), train_over),
    domain=OVER,
)
def ridgeless_train_over(proof: Proof) -> None:
    """Ridgeless training error above the threshold.

    As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes;
    so the error tends to its value there.
    """
    proof.path_limit(over(proof), *proof.statement.args)


@claim(
    title=r"The paper's $p$ is $1/(1 - \gamma)$ and its $\xi$ the effective ridge",
    statement=both(
        eq(p_printed, 1 / (1 - gamma)),
        eq(xi_printed, xi_under),
        eq(mu, mu_value),
    ),
    domain=UNDER,
)
def printed_p(proof: Proof) -> None:
    """The scalars of the printed ridgeless e_IDG.

    With mu = x m/tau the printed xi is (1 - tau)/m, the ridgeless effective ridge. Then kappa xi/(1
    - tau) = kappa/m, so the square in p is (kappa/(1 + kappa/m))^2/kappa = D1^2/kappa = gamma.
    """
    proof.decide(on=UNDER, because="With mu = x m/tau.")


@claim(
    title="The slope of the ridge equation, ridgeless: it vanishes at the threshold alone",
    statement=eq(ridge_log_slope, (1 - tau) * S / m),
    domain=UNDER,
)
def ridgeless_slope_under(proof: Proof) -> None:
    """The slope of the ridge equation below the threshold.

    The errors have the slope tau r + xi S in their denominator. Ridgeless it is xi S with xi = (1 -
    tau)/m.
    """
    proof.decide()


@claim(
    title=r"Errors grow like $1/(1 - \tau)$ below the interpolation threshold",
    statement=both(
        eq(peak((1 - tau) * e_idg, "-"), rho + x * D1),
        eq(peak((1 - tau) * e_icl, "-"), (1 + x) * m * (rho + x * D1)),
        eq(m, M_AT_X),
    ),
    domain=THRESHOLD,
)
def interpolation_peak_under(proof: Proof) -> None:
    """The interpolation peak, below the threshold.

    The slope in the denominator is (1 - tau) S/m with S -> m, and the numerator tends to rho + x D1
    with m = M_kappa(x). So e_IDG grows like (rho + x D1)/|1 - tau|, and e_ICL, whose pretraining
    variance is (1 + x) S e_IDG/tau with S -> m, like (1 + x) m times that. The rest of e_ICL stays
    bounded.
    """
    unique = proof.part(ridgeless_state_under, one_state(UNDER, tau, alpha, kappa, rho))
    run = branch(unique, moves={tau: 1 - SMALL}, chart={m: Z}, start={Z: m}, base=THRESHOLD)
    peaks(proof, under(proof), run)


@claim(
    title="The slope of the ridge equation and the training error, ridgeless above the threshold",
    statement=both(
        eq(ridge_log_slope, tau - 1),
        eq(train, (tau - 1) / tau * (rho + x * D1)),
    ),
    domain=OVER,
)
def ridgeless_slope_over(proof: Proof) -> None:
    """The slope of the ridge equation above the threshold.

    With xi = 0 and r = (tau - 1)/tau the slope tau r + xi S is tau - 1.
    """
    proof.decide()


@claim(
    title=r"Errors grow like $1/(\tau - 1)$ above the threshold, with the same coefficients",
    statement=both(
        eq(peak((tau - 1) * e_idg, "+"), rho + x * D1),
        eq(peak((tau - 1) * e_icl, "+"), (1 + x) * m * (rho + x * D1)),
    ),
    domain=THRESHOLD,
)
def interpolation_peak_over(proof: Proof) -> None:
    """The interpolation peak, above the threshold.

    The slope in the denominator is tau - 1, and the numerator tends to rho + x D1 with m =
    M_kappa(x), which does not depend on tau. So e_IDG grows like (rho + x D1)/|1 - tau|, and
    e_ICL, whose pretraining variance is (1 + x) S e_IDG/tau with S = m, like (1 + x) m times that.
    """
    unique = proof.part(ridgeless_state_over, one_state(OVER, tau, alpha, kappa, rho))
    run = branch(unique, moves={tau: 1 + SMALL}, chart={m: Z}, start={Z: m}, base=THRESHOLD)
    peaks(proof, over(proof), run)


@claim(
    title=r"At the threshold the errors grow like $\lambda^{-1/2}$",
    statement=both(
        eq(ridgeless(sp.sqrt(lam) * e_idg), (rho + x * D1) / (2 * sp.sqrt(m))),
        eq(ridgeless(sp.sqrt(lam) * e_icl), (1 + x) * sp.sqrt(m) * (rho + x * D1) / 2),
    ),
    domain=THRESHOLD,
    assumptions=(eq(tau, 1),),
)
def interpolation_peak_ridge(proof: Proof) -> None:
    """The interpolation peak at tau = 1.

    At tau = 1 the ridge equation is r = xi m, so lam = xi^2 m: xi vanishes like lam^{1/2}. The
    slope is xi (m + S) with S -> m, so xi e_IDG -> (rho + x D1)/(2 m) and lam^{1/2} e_IDG = m^{1/2}
    xi e_IDG. The same for e_ICL, whose pretraining variance is (1 + x) S e_IDG.
    """
    run = branch(
        proof.part(ridge_uniqueness, one_state(RIDGE, *PARAMETERS)),
        moves={lam: SMALL**2},
        chart={m: Z, xi: SMALL * Y},
        start={Z: m, Y: 1 / sp.sqrt(m)},
        base=THRESHOLD,
        given=proof.assumptions,
        forms={r: lam / xi},
    )
    for part in proof.statement.args:
        proof.path_limit(run, *part.args)


@claim(
    title="Above the interpolation threshold fresh tasks always cost more",
    statement=gt(gap),
    domain=OVER,
)
def gap_positive_over(proof: Proof) -> None:
    """The gap above the interpolation threshold.

    Ridgeless xi = 0 for tau > 1, and the only negative term of the gap is proportional to xi. In
    the odds every coefficient is positive.
    """
    proof.decide(on=OVER, because="In the odds (a, b, w).")


@claim(
    title="Below the threshold fresh tasks can cost less: an exact example",
    statement=both(eq(ridgeless(gap), GAP_UNDER), lt(GAP_UNDER)),
    assumptions=(
        eq(tau, sp.Rational(1, 100)),
        eq(alpha, 100),
        eq(kappa, sp.Rational(1, 2)),
        eq(rho, 4),
    ),
)
def gap_negative_example(proof: Proof) -> None:
    """A negative gap.

    At tau = 1/100, alpha = 100, kappa = 1/2, rho = 4 the ridgeless m is tau M_{kappa/tau}(x), a
    number p + q sqrt(c). It is where the state tends to as lam -> 0, and the gap there, of the same
    form, is compared with zero exactly.
    """
    run = branch(
        proof.part(ridge_uniqueness, one_state(RIDGE, *PARAMETERS)),
        moves={lam: SMALL},
        chart={m: Z, xi: Y},
        start={Z: TRACE_UNDER, Y: RIDGE_UNDER},
        given=proof.assumptions,
        forms={r: lam / xi},
    )
    proof.path_limit(run, ridgeless(gap), GAP_UNDER)
    proof.sign(lt(GAP_UNDER), given=proof.assumptions)
