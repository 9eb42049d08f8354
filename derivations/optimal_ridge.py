"""Claims on the ridge that minimises an error."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import AT_TASKS, RIDGE, SPECTRAL
from icl_theory.proof.kernel import SMALL, branch
from icl_theory.proof.proof import Proof
from icl_theory.theory import optimal_ridge as o
from icl_theory.theory.errors import e_icl, e_idg
from icl_theory.theory.fixed_point import S, ridge_log_slope, x
from icl_theory.theory.sensitivity import Rate
from icl_theory.theory.spectral import D1, D2, D12, inv_kappa, minus_M_prime, resolvent_residual
from icl_theory.theory.state import total
from icl_theory.theory.symbols import PARAMETERS, alpha, kappa, lam, m, nu, r, rho, tau, xi

from .errors import many_tasks, to_many_tasks
from .fixed_point import ridge_uniqueness

#: Unknowns of a branch.
Y, Z = sp.symbols("Y Z", real=True)


def at_fixed_xi(error: sp.Expr) -> At:
    """An error as a function of (xi, tau): lam follows."""
    return At(error, (r, o.penalty_share))


def large_ridge(expression: sp.Expr) -> PathLimit:
    """Limit lam -> oo along the states at given parameters."""
    return PathLimit(expression, "ridge", (lam, sp.oo, "+"))


def at_fixed_argument(error: sp.Expr) -> At:
    """An error as a function of (x, nu): the ridge takes over what the context's noise leaves."""
    return At(error, (xi, nu - x), (r, o.penalty_share))


def at_fixed_degrees(error: sp.Expr) -> At:
    """An error as a function of (delta, m, x, tau): kappa, xi and lam follow."""
    return At(
        error,
        (kappa, o.diversity_at_degrees),
        (nu, o.argument_at_degrees),
        (xi, o.argument_at_degrees - x),
        (r, 1 - (o.delta + x * m) / tau),
    )


#: m/kappa, the more the fewer tasks.
FEW = m * inv_kappa


#: A positive weight that bounds the growth of rho_best_icl by its value; any other would do.
GROWTH = 2 * (1 + x) * nu * m * o.cube_1 / ((tau - o.degrees_squared) * o.variance_fall)


@claim(
    title=r"Traces of $R^j (R + \nu)^{-3}$, as derivatives of those of $(R + \nu)^{-2}$",
    statement=both(
        eq(total(minus_M_prime, nu), -2 * o.cube_0),
        eq(total(D12, nu), -2 * o.cube_1),
        eq(total(D2, nu), -2 * o.cube_2),
    ),
    domain=SPECTRAL,
)
def resolvent_cubes(proof: Proof) -> None:
    """Traces with the cube of the resolvent, by differentiating those with its square.

    d/dnu of (R + nu)^{-2} is -2 (R + nu)^{-3}; along m = M_kappa(nu) the left-hand sides are
    implicit derivatives of formulas already known.
    """
    proof.decide()


@claim(
    title=(
        r"At a given effective ridge $\tau$ enters $e_{\mathrm{IDG}}$ "
        r"through $\tau/(\tau - \mathrm{df}_2)$ alone"
    ),
    statement=both(
        eq(e_idg, tau * o.population_error / (tau - o.degrees_squared)),
        eq(r, o.penalty_share),
        eq(total(o.population_error, xi), 2 * xi * o.cube_2),
        eq(total(o.degrees_squared, xi), -2 * o.cube_features),
    ),
    domain=RIDGE,
)
def errors_at_fixed_xi(proof: Proof) -> None:
    """The errors with (xi, tau) in place of (lam, tau).

    The fixed point reads tau r = tau - df_1. In e_idg = tau N/(tau r + xi S) it turns the
    denominator into tau - df_2 with df_2 = df_1 - xi S, and neither N nor df_2 reads tau.
    """
    proof.decide()


@claim(
    title=(
        r"At a given $\xi$ both errors fall with $\tau$; "
        r"at a large ridge they stay below $1 + \rho$"
    ),
    statement=both(
        lt(Partial(at_fixed_xi(e_idg), tau)),
        lt(Partial(at_fixed_xi(e_icl), tau)),
        gt(Partial(at_fixed_xi(r), tau)),
        eq(large_ridge((e_idg - (1 + rho)) / m), -2 * (1 + inv_kappa)),
        eq(large_ridge((e_icl - (1 + rho)) / m), -2),
    ),
    domain=RIDGE,
)
def optimal_ridge_monotone(proof: Proof) -> None:
    """With the best ridge both errors fall with tau.

    At a given effective ridge xi both errors fall strictly with tau, and r = 1 - df_1/tau grows:
    an effective ridge that some lam >= 0 had before, some lam still has. When lam grows, m ~ 1/xi
    -> 0, and the errors approach that of the zero predictor, 1 + rho, from below.
    """
    run = branch(
        proof.part(ridge_uniqueness, AtMostOne(sp.Symbol("ridge"), *PARAMETERS)),
        moves={lam: 1 / SMALL},
        chart={xi: 1 / SMALL + Y, m: SMALL - SMALL**2 * Z},
        start={Y: (1 + x) / tau, Z: (1 + x) * (1 + 1 / tau)},
        base=RIDGE,
        forms={r: lam / xi},
    )
    for part in proof.statement.args:
        if part.has(PathLimit):
            proof.path_limit(run, *part.args)
        else:
            proof.decide(part)


@claim(
    title=(
        r"At a given $\nu = x + \xi$ both errors fall "
        "with the context, and the ridge takes over $x$"
    ),
    statement=both(
        gt(Partial(at_fixed_argument(e_idg), x)),
        gt(Partial(at_fixed_argument(e_icl), x)),
        lt(Partial(at_fixed_argument(r), x)),
    ),
    domain=RIDGE,
)
def optimal_ridge_context(proof: Proof) -> None:
    """With the best ridge both errors fall with the context length.

    Contexts add the noise x = (1 + rho)/alpha to the spectrum, a ridge adds xi, and the errors see
    the spectrum through nu = x + xi. Let x fall and keep nu: the ridge takes over. Both errors fall
    strictly, and r = 1 - df_1/tau grows, so that the ridge lam = xi r that this takes is not
    negative.
    """
    proof.decide()


@claim(
    title=(
        r"At given degrees of freedom $e_{\mathrm{ICL}}$ falls "
        r"with $\kappa$, and the ridge that this takes grows"
    ),
    statement=both(
        eq(
            At(resolvent_residual, (kappa, o.diversity_at_degrees), (nu, o.argument_at_degrees)),
            0,
        ),
        eq(At(D1, (kappa, o.diversity_at_degrees)), o.delta),
        lt(Partial(o.diversity_at_degrees, m)),
        lt(Partial(o.argument_at_degrees, m)),
        gt(Partial(at_fixed_degrees(e_icl), m)),
        lt(Partial(at_fixed_degrees(o.penalty_share), m)),
    ),
    assumptions=(
        lt(o.delta, 1),
        gt(m, o.delta),
        gt(alpha, (1 + rho) / o.argument_at_degrees),
        gt(tau, o.delta + x * m),
    ),
)
def optimal_ridge_tasks(proof: Proof) -> None:
    """With the best ridge e_icl falls with the task diversity.

    Let kappa grow and keep the degrees of freedom delta = D1: on the resolvent equation both kappa
    and nu = (1 - delta)/m are then functions of m, and fall with it. So m falls, nu grows, and at
    given x the effective ridge xi = nu - x stays positive. e_icl falls strictly, and r = 1 - (delta
    + x m)/tau grows, so that the ridge lam = xi r that this takes is not negative.

    The states are those with delta < 1, m > delta, x < nu and tau > delta + x m.
    """
    proof.decide()


@claim(
    title=(
        r"$e_{\mathrm{IDG}}$ falls in $\xi$ exactly where "
        r"$\tau < \tau^\star(\xi)$, which falls strictly in $\xi$"
    ),
    statement=both(
        eq(
            total(at_fixed_xi(e_idg), xi),
            2 * tau * xi * o.cube_2 * (tau - o.tau_best_idg) / (tau - o.degrees_squared) ** 2,
        ),
        gt(o.cube_2),
        gt(total(o.cube_2 / o.cube_features, xi)),
        lt(total(o.tau_best_idg, xi)),
    ),
    domain=RIDGE,
)
def optimal_ridge_idg(proof: Proof) -> None:
    """The best ridge for e_idg.

    The slope of e_idg in xi at fixed tau has the sign of tau - tau_star(xi), and tau_star falls
    strictly. So e_idg first falls and then rises with lam, or rises from the start: one best ridge,
    which is zero exactly where tau_star is at most tau already at the ridgeless xi. Behind this is
    an association inequality: T_2/T_E averages s^2/(s + x)^2, which grows with s, and a larger xi
    shifts the weights (s + x)^2/(s + nu)^3 to larger s.
    """
    proof.decide()


@claim(
    title=(
        r"$e_{\mathrm{ICL}}$ falls in $\xi$ exactly where "
        r"$\rho > \rho^\star(\xi)$, which grows where it is positive"
    ),
    statement=both(
        eq(
            total(at_fixed_xi(e_icl), xi),
            o.variance_fall * (o.rho_best_icl - rho),
        ),
        gt(o.variance_fall),
        gt(
            (1 + xi / (x * nu * m)) * total(o.rho_best_icl, xi)
            - FEW * (1 + FEW) * (3 + 4 * FEW) * GROWTH * o.rho_best_icl
        ),
        gt(GROWTH),
    ),
    domain=RIDGE,
)
def optimal_ridge_icl(proof: Proof) -> None:
    """The best ridge for e_icl.

    The slope of e_icl in xi at fixed tau is linear in rho and has the sign of rho_star(xi) - rho.
    Where rho_star is positive, or zero, it grows strictly: its rate, times a positive factor,
    exceeds a nonnegative multiple of rho_star itself. So rho_star passes every rho >= 0 at most
    once, upwards: e_icl first falls and then rises with lam, or rises from the start, and there is
    one best ridge.
    """
    proof.decide()


@claim(
    title=r"At infinite task diversity the best ridge is $(1 + x)(\rho(1 + x) + x)/\tau$",
    statement=eq(
        many_tasks(xi * (o.tau_best_idg - o.degrees_used) - tau * o.lam_best_many),
        0,
    ),
    domain=AT_TASKS,
)
def optimal_ridge_many_tasks(proof: Proof) -> None:
    """The best ridge at infinite task diversity, where it has a closed form.

    At xi the ridge is lam = xi r, and with tau = tau_star(xi) this is xi (tau_star - df_1)/tau. At
    infinite kappa the covariance of the features is a multiple of the identity,
    and the product no longer depends on xi. There e_icl = e_idg.
    """
    proof.path_limit(to_many_tasks(proof), *proof.statement.args)


@claim(
    title="Slopes of both errors in the ridge: what it costs less what it saves",
    statement=both(
        eq(Rate(e_idg, lam), 2 * tau**2 * o.balance_idg / ridge_log_slope**3),
        eq(Rate(e_icl, lam), 2 * tau * o.balance_icl / ridge_log_slope),
    ),
    domain=RIDGE,
)
def ridge_balances(proof: Proof) -> None:
    """The slopes of the errors in lam, in the form that is evaluated.

    Both errors are functions of xi at given tau and x, and xi grows with lam at the rate
    tau/(tau r + xi S). The terms of a balance have one order of magnitude wherever it changes sign.
    """
    proof.decide()


#: What the balances share at x = 0, up to a multiple of x: e_idg's is T_2 times it.
EXCESS = xi * ridge_log_slope - o.population_error

#: A positive weight.
LONG_WEIGHT = o.cube_1 * ridge_log_slope + S * o.cube_2


@claim(
    title=r"At infinite context the best ridge is $\rho/\tau$, whatever the task diversity",
    statement=both(
        eq(EXCESS, tau * (lam - o.lam_best_long) + x * (xi**2 * minus_M_prime - D1 - xi * D12)),
        eq(
            o.balance_idg,
            o.cube_2 * EXCESS - x * o.population_error * (2 * o.cube_1 + x * o.cube_0),
        ),
        eq(
            ridge_log_slope**2 * o.balance_icl,
            LONG_WEIGHT * EXCESS
            + x
            * (
                (o.cube_1 - o.cube_2) * ridge_log_slope**2
                + xi * o.cube_2 * S * ridge_log_slope
                - o.population_error
                * (
                    LONG_WEIGHT
                    + (1 + x) * (o.cube_0 * ridge_log_slope + S * (2 * o.cube_1 + x * o.cube_0))
                )
            ),
        ),
        gt(LONG_WEIGHT),
    ),
    domain=RIDGE,
)
def optimal_ridge_long_context(proof: Proof) -> None:
    """The best ridge at infinite context.

    There x = 0, and what is multiplied by x vanishes: both balances are positive multiples of tau
    lam - rho, so both errors fall up to lam = rho/tau and rise from there on. The prior of the
    tasks, which kappa describes, is known exactly where the context is infinite: only the label
    noise is left to regularise.
    """
    proof.decide()
