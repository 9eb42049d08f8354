"""Claims about the effective ridge: its equation, existence, uniqueness, bounds and quartic."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, implies, le, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import odds, uniformisation
from icl_theory.theory.fixed_point import (
    S,
    argument_residual,
    penalty_residual,
    quartic,
    ridge_log_slope,
    ridge_residual,
    ridge_residual_sum,
    ridge_residual_tasks,
    x,
    xi_lower,
    xi_upper,
)
from icl_theory.theory.odds import a, b, c, w
from icl_theory.theory.spectral import D1, D12, M, resolvent_residual, t
from icl_theory.theory.state import Total
from icl_theory.theory.symbols import alpha, d, ell, kappa, lam, m, nu, r, rho, tau, xi

#: The ridge residual as a function of xi alone, with nu = x + xi, m = M_kappa(nu) and r = lam/xi.
ALONG_XI = At(ridge_residual_sum, (m, At(M, (nu, x + xi))), (r, lam / xi))


# Where each form of the ridge equation is well conditioned; m > kappa is t < 1/2.
WEAK_RIDGE = lt(xi, x + t**2)


STRONG_RIDGE = gt(xi, x + t**2)


FEW_TASKS = gt(m, kappa)


MANY_TASKS = lt(m, kappa)


@claim(
    title="x = (1 + rho)/alpha is the label variance per context sample and dimension",
    statement=eq(At(x, (alpha, ell / d)), (1 + rho) * d / ell),
    regime="free",
)
def noise_to_context(proof: Proof) -> None:
    """The noise-to-context ratio.

    A context of ell = alpha d labels of variance 1 + rho estimates each of the d coordinates of a
    task with variance (1 + rho) d/ell; in the joint limit that is x = (1 + rho)/alpha.
    """
    proof.decide(proof.statement, because="With alpha = ell/d.")


@claim(
    title="Four odds and rho run through every state of the domain exactly once",
    statement=both(
        eq(a, D1 / (1 - D1)),
        eq(b, m / kappa),
        eq(c, xi / x),
        eq(w, r / (1 - r)),
        *(gt(symbol) for symbol in (tau, alpha, kappa, lam, nu, m, xi, r, x)),
    ),
    regime=None,
)
def positive_state(proof: Proof) -> None:
    """The domain as a positive orthant.

    Given a state, the odds a = D1/(1 - D1), b = m/kappa, c = xi/x and w = r/(1 - r) are determined.
    Conversely any positive (a, b, c, w, rho) give a state: m and kappa from (a, b), nu from the
    resolvent equation, x and xi from the split nu = x + xi, tau from tau (1 - r) = D1 + x m, then
    lam = r xi and alpha = (1 + rho)/x. The identities say that the second map inverts the first;
    the signs that it lands in the domain.
    """
    proof.decide(proof.statement, on=odds.ridge(), because="In the odds.")


@claim(
    title="Slopes of the residuals in nu, xi, r and lam, and their zeros at the state",
    statement=both(
        eq(Partial(argument_residual, nu), 1),
        eq(Partial(penalty_residual, r), xi),
        eq(argument_residual, 0),
        eq(penalty_residual, 0),
    ),
)
def state_slopes(proof: Proof) -> None:
    """Normalisation of the residuals that define the state.

    The residual of the argument has slope 1 in nu and that of the penalty slope xi in r; at a state
    both vanish.
    """
    proof.decide(proof.statement, on=odds.ridge(), because="In the odds.")


@claim(
    title="The three forms of the ridge equation agree on the resolvent equation",
    statement=both(
        eq(ridge_residual, ridge_residual_sum),
        eq(ridge_residual, ridge_residual_tasks),
        eq(D1 + x * m, 1 - xi * m),
    ),
)
def ridge_residuals_agree(proof: Proof) -> None:
    """Three forms of one equation.

    On the resolvent equation m (x + xi) = 1 - D1, so xi m = 1 - D1 - x m: the paper's form becomes
    the sum of degrees of freedom. With D1 = m t = kappa (1 - t) the sum becomes the form measured
    from kappa.
    """
    state = uniformisation.ridge()
    on = {symbol: state[symbol] for symbol in (nu, x)}
    proof.decide(proof.statement, on=on, because="With nu = 1/m - t and x = nu - xi, r free.")


@claim(
    title="r = lam/xi is one minus the degrees of freedom per pretraining sequence",
    statement=eq(r, 1 - (D1 + x * m) / tau),
    rests_on=("ridge-residuals-agree",),
)
def ridge_degrees_of_freedom(proof: Proof) -> None:
    """Degrees of freedom of the ridge estimator.

    Solve the ridge equation tau = tau r + D1 + x m for r. Here D1 + x m is the number of degrees of
    freedom per d^2, tau that of pretraining sequences, so r is the factor 1 - df/n of generalised
    cross-validation.
    """
    proof.decide(proof.statement, on=uniformisation.ridge(), because="On the state.")


@claim(
    title="S is the slope of the degrees of freedom, and the residual's slope in log xi",
    statement=both(
        eq(S, -Total(D1 + x * m, xi)),
        eq(S, D12 + x * m * (D12 / D1) / t),
        eq(ridge_log_slope, -xi * Total(ridge_residual, xi)),
    ),
    rests_on=("spectral-derivative",),
)
def ridge_slope(proof: Proof) -> None:
    """Slope of the ridge equation.

    Let xi move at fixed x, kappa, lam and let nu = x + xi, m and r = lam/xi follow. The degrees of
    freedom D1 + x m fall at rate D12 + x (-M') = m (t^2 + x)/P = S, and tau r falls at rate tau
    r/xi. So the residual falls at rate tau r + xi S per unit of log xi.
    """
    proof.decide(proof.statement, on=uniformisation.ridge(), because="Implicit differentiation.")


@claim(
    title="The ridge equation has a positive solution",
    statement=both(
        eq(sp.Limit(ALONG_XI, xi, 0), sp.oo),
        eq(sp.Limit(ALONG_XI, xi, sp.oo), -tau),
    ),
    rests_on=("spectral-bounds", "resolvent-unique"),
    regime="free",
)
def ridge_existence(proof: Proof) -> None:
    """Existence of the effective ridge.

    F(xi) = tau lam/xi + D1 + x m - tau, with m = M_kappa(x + xi), is continuous on xi > 0. It
    exceeds tau lam/xi - tau, which tends to +oo at xi -> 0. It is below tau lam/xi + (1 + x)/(x +
    xi) - tau, since D1 + x m < (1 + x) m (t < 1) and m < 1/nu, and above tau lam/xi - tau; both
    tend to -tau < 0 at xi -> oo. By the intermediate value theorem F vanishes somewhere.
    """
    on = odds.spectral()
    proof.sign(gt(ridge_residual_sum, tau * r - tau), because="D1 + x m > 0 bounds F from below.")
    proof.sign(
        lt(ridge_residual_sum, tau * r + (1 + x) / nu - tau),
        on=on,
        because="D1 < m < 1/nu bounds F from above.",
    )
    below = tau * lam / xi - tau
    above = tau * lam / xi + (1 + x) / (x + xi) - tau
    proof.limit(sp.Limit(below, xi, 0), sp.oo, because="The lower bound starts at +oo.")
    proof.limit(sp.Limit(below, xi, sp.oo), -tau, because="The lower bound ends at -tau,")
    proof.limit(sp.Limit(above, xi, sp.oo), -tau, because="and so does the upper.")
    for part in proof.statement.args:
        proof.follows(part, "Squeezed; F is continuous, so it vanishes at some xi > 0.")


@claim(
    title="The ridge equation has exactly one positive solution",
    statement=both(
        gt(ridge_log_slope),
        lt(Total(ridge_residual, xi)),
    ),
    rests_on=("ridge-existence", "ridge-slope", "ridge-residuals-agree", "positive-state"),
)
def ridge_uniqueness(proof: Proof) -> None:
    """Uniqueness of the effective ridge.

    The residual falls at rate tau r + xi S per unit of log xi, a sum of positive terms. A strictly
    decreasing function vanishes at most once; by existence it vanishes exactly once.
    """
    proof.sign(gt(ridge_log_slope), because="A sum of positive terms.")
    # tau is not tied to xi here: the slope is negative at every xi, not only at the solution.
    state = {k: v for k, v in odds.ridge().items() if k not in {tau, r, lam}}
    proof.sign(
        lt(Total(ridge_residual, xi)),
        on=state,
        because="The residual decreases at every xi > 0, so it vanishes at most once.",
    )


@claim(
    title="Two-sided bounds of xi in closed form",
    statement=both(
        eq(xi_lower**2, (x + xi_lower) * ((1 - tau) * xi_lower + tau * lam)),
        eq(xi_upper**2, (1 + x + xi_upper) * ((1 - tau) * xi_upper + tau * lam)),
        gt(xi_lower),
        gt(xi, xi_lower),
        lt(xi, xi_upper),
    ),
    rests_on=("positive-state",),
)
def effective_ridge_bounds(proof: Proof) -> None:
    """Two-sided bounds of the effective ridge.

    Let N = (1 - tau) xi + tau lam; the ridge equation says N = xi^2 m. The lower bound is the
    positive root of q(xi) = xi^2 - (x + xi) N, the ridge equation with m = 1/nu, and the upper
    bound that of Q(xi) = xi^2 - (1 + x + xi) N, with m = 1/(1 + nu). Both are quadratics with
    leading coefficient tau > 0 and negative value at 0, so each has one positive root and is
    negative exactly below it. At the effective ridge q = xi^2 (1 - nu m) = xi^2 D1 > 0 and Q = xi^2
    (1 - (1 + nu) m) = -xi^2 m (1 - t) < 0.
    """
    on = odds.ridge()
    numerator = (1 - tau) * xi + tau * lam
    for shift, root in ((x, xi_lower), (1 + x, xi_upper)):
        quadratic = xi**2 - (shift + xi) * numerator
        proof.identity(
            root**2,
            (shift + root) * ((1 - tau) * root + tau * lam),
            because="The bound is a root of its quadratic,",
        )
        proof.identity(Partial(Partial(quadratic, xi), xi), 2 * tau, because="which opens upwards")
        proof.sign(lt(At(quadratic, (xi, 0))), because="from a negative value at 0.")
        linear = -At(Partial(quadratic, xi), (xi, 0))
        proof.identity(
            (2 * tau * root - linear) ** 2,
            linear**2 + 4 * tau * shift * tau * lam,
            because="2 tau root - linear coefficient squares to the discriminant,",
        )
        proof.sign(gt(2 * tau * root - linear), because="of which it is the positive square root,")
        proof.follows(gt(root), "and which exceeds the linear coefficient: the positive root.")
    proof.identity(
        xi**2 - (x + xi) * numerator, xi**2 * D1, on=on, because="At xi the first quadratic is"
    )
    proof.sign(gt(xi**2 * D1), because="positive,")
    proof.follows(gt(xi, xi_lower), "so xi lies above its positive root.")
    proof.identity(
        xi**2 - (1 + x + xi) * numerator,
        -(xi**2) * m * (1 - t),
        on=on,
        because="At xi the second quadratic is",
    )
    proof.sign(lt(-(xi**2) * m * (1 - t)), because="negative,")
    proof.follows(lt(xi, xi_upper), "so xi lies below its positive root.")


@claim(
    title="xi is a root of an explicit quartic with leading coefficient kappa tau",
    statement=both(
        eq(quartic, 0),
        eq(sp.Limit(quartic / xi**4, xi, sp.oo), kappa * tau),
    ),
)
def effective_ridge_quartic(proof: Proof) -> None:
    """The quartic of the effective ridge.

    Eliminate m: the ridge equation gives m = N/xi^2 with N = (1 - tau) xi + tau lam. Put into the
    resolvent equation and cleared of denominators it is a polynomial of degree four in xi. It
    vanishes on the rational uniformisation of all states.
    """
    proof.identity(quartic, 0, on=uniformisation.ridge(), because="It vanishes at every state.")
    for part in proof.statement.args:
        if part != eq(quartic, 0):
            proof.decide(part, because="Degree four, with this leading coefficient.")


@claim(
    title="Exactly one positive root of the quartic has m > 0, and it is xi",
    statement=eq(
        At(
            quartic - xi**4 * m * (kappa + m) * resolvent_residual,
            (nu, x + xi),
            (m, ((1 - tau) * xi + tau * lam) / xi**2),
        ),
        0,
    ),
    rests_on=("resolvent-unique", "ridge-uniqueness", "effective-ridge-quartic"),
    regime="free",
)
def quartic_branch(proof: Proof) -> None:
    """The branch of the quartic.

    With m = N/xi^2, N = (1 - tau) xi + tau lam, and nu = x + xi, the quartic is xi^4 m (kappa + m)
    times the resolvent residual. Let xi > 0 be a root of it with m > 0. Then the residual vanishes,
    so m = M_kappa(x + xi), since the resolvent equation has one positive root; and xi^2 m = N is
    the ridge equation, so xi is the effective ridge, since that has one positive solution.
    Conversely the effective ridge is such a root.
    """
    proof.decide(proof.statement, because="The quartic as a multiple of the resolvent residual.")
    proof.sign(gt(xi**4 * m * (kappa + m)), because="The factor does not vanish where m > 0.")


@claim(
    title="xi increases in lam, kappa and rho and decreases in tau and alpha",
    statement=both(
        gt(Total(xi, lam)),
        gt(Total(xi, kappa)),
        gt(Total(xi, rho)),
        lt(Total(xi, tau)),
        lt(Total(xi, alpha)),
    ),
    rests_on=("positive-state",),
)
def effective_ridge_monotone(proof: Proof) -> None:
    """Monotonicity of the effective ridge in every parameter.

    Differentiate the four equations of the state implicitly. In the odds (a, b, c, w) the
    derivative of xi in each parameter is a quotient of polynomials whose coefficients have one
    sign.
    """
    proof.decide(proof.statement, on=odds.ridge(), because="In the odds.")


@claim(
    title="Everywhere one form of the ridge equation has terms at most four times its slope",
    statement=both(
        *(implies(WEAK_RIDGE, le(term, 2 * ridge_log_slope)) for term in (tau * r, xi * m)),
        *(
            implies(both(STRONG_RIDGE, FEW_TASKS), le(term, 4 * ridge_log_slope))
            for term in (tau * r, x * m, kappa * t)
        ),
        *(
            implies(both(STRONG_RIDGE, MANY_TASKS), le(term, 4 * ridge_log_slope))
            for term in (tau * r, x * m, D1)
        ),
    ),
    rests_on=("ridge-slope",),
)
def residual_conditioning(proof: Proof) -> None:
    """Conditioning of the three residuals.

    Let s = x + t^2, so that xi S = m xi s/(xi + s). If xi <= s then xi S >= xi m/2, and each term
    of tau r - xi m = tau - 1 is at most twice the slope tau r + xi S. If xi >= s then xi S >= m s/2
    = (x m + D1 t)/2. For t <= 1/2, D1 t = kappa (1 - t) t >= kappa t/2, and each term of tau r + x
    m - kappa t = tau - kappa is at most four times the slope; for t >= 1/2, D1 t >= D1/2, and so is
    each term of tau r + x m + D1 = tau. Since the difference of the terms is tau - 1, tau - kappa
    or tau, it obeys the same bounds. Rounding each term to relative precision u thus moves log xi
    by a small multiple of u.

    The conditions are decided as strict inequalities, t < 1/2 as m > kappa; the bounds, being weak
    and continuous, hold up to the boundary.
    """
    on = {nu: x + xi}
    mild, strong = lt(xi, x + t**2), gt(xi, x + t**2)
    few, many = gt(m, kappa), lt(m, kappa)
    cases = [
        (2, [mild], (tau * r, xi * m)),
        (4, [few, strong], (tau * r, x * m, kappa * t)),
        (4, [many, strong], (tau * r, x * m, D1)),
    ]
    for factor, given, terms in cases:
        for term in terms:
            proof.sign(
                le(term, factor * ridge_log_slope),
                on=on,
                given=given,
                because="With the conditions written in positive variables.",
            )
