"""Claims on the ridge that minimises an error."""

from __future__ import annotations

import sympy as sp

from icl_theory.symbolic import optimal_ridge as o
from icl_theory.symbolic.calculus import At, Partial, Total
from icl_theory.symbolic.errors import e_icl, e_idg
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.orthant import b
from icl_theory.symbolic.proof import both, eq, gt, lt
from icl_theory.symbolic.spectral import (
    D1,
    D2,
    D12,
    inv_kappa,
    minus_M_prime,
    resolvent_residual,
)
from icl_theory.symbolic.symbols import kappa, m, nu, r, rho, tau, xi

from .claim import Claim


def at_fixed_xi(error: sp.Expr) -> At:
    """An error as a function of (xi, tau): lam follows."""
    return At(error, (r, o.penalty_share))


def at_trace(expression: sp.Expr) -> At:
    """A formula as a function of the resolvent trace m at fixed kappa and x: nu and xi follow."""
    argument = (1 - D1) / m
    return At(expression, (nu, argument), (xi, argument - x))


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

CLAIMS = (
    Claim(
        id="resolvent-cubes",
        title="Traces of R^j (R + nu)^{-3}, as derivatives of those of (R + nu)^{-2}",
        statement=both(
            eq(Total(minus_M_prime, nu), -2 * o.cube_0),
            eq(Total(D12, nu), -2 * o.cube_1),
            eq(Total(D2, nu), -2 * o.cube_2),
        ),
        regime="ridge",
    ),
    Claim(
        id="errors-at-fixed-xi",
        title="At a given effective ridge tau enters e_idg through tau/(tau - df_2) alone",
        statement=both(
            eq(e_idg, tau * o.population_error / (tau - o.degrees_squared)),
            eq(r, o.penalty_share),
            eq(Total(o.population_error, xi), 2 * xi * o.cube_2),
            eq(Total(o.degrees_squared, xi), -2 * o.cube_features),
        ),
        rests_on=("resolvent-cubes",),
    ),
    Claim(
        id="optimal-ridge-monotone",
        title="With the best ridge, e_idg and e_icl fall with tau: no double descent is left",
        statement=both(
            lt(Partial(at_fixed_xi(e_idg), tau)),
            lt(Partial(at_fixed_xi(e_icl), tau)),
            gt(Partial(o.penalty_share, tau)),
            eq(
                sp.Limit((at_trace(at_fixed_xi(e_idg)) - (1 + rho)) / m, m, 0, "+"),
                -2 * (1 + inv_kappa),
            ),
            eq(sp.Limit((at_trace(at_fixed_xi(e_icl)) - (1 + rho)) / m, m, 0, "+"), -2),
        ),
        rests_on=("errors-at-fixed-xi",),
    ),
    Claim(
        id="optimal-ridge-context",
        title="With the best ridge, e_idg and e_icl fall with alpha: more context never hurts",
        statement=both(
            gt(Partial(at_fixed_argument(e_idg), x)),
            gt(Partial(at_fixed_argument(e_icl), x)),
            lt(Partial(o.penalty_share, x)),
        ),
        rests_on=("errors-at-fixed-xi", "optimal-ridge-monotone"),
    ),
    Claim(
        id="optimal-ridge-tasks",
        title="With the best ridge e_icl falls with kappa: more tasks never hurt on new tasks",
        statement=both(
            eq(
                At(
                    resolvent_residual, (kappa, o.diversity_at_degrees), (nu, o.argument_at_degrees)
                ),
                0,
            ),
            eq(At(D1, (kappa, o.diversity_at_degrees)), o.delta),
            lt(Partial(o.diversity_at_degrees, m)),
            lt(Partial(o.argument_at_degrees, m)),
            gt(Partial(at_fixed_degrees(e_icl), m)),
            lt(Partial(at_fixed_degrees(o.penalty_share), m)),
        ),
        rests_on=("errors-at-fixed-xi", "optimal-ridge-monotone"),
    ),
    Claim(
        id="optimal-ridge-idg",
        title="The best ridge for e_idg is unique; tau is an explicit function of its xi",
        statement=both(
            eq(
                Total(at_fixed_xi(e_idg), xi),
                2 * tau * xi * o.cube_2 * (tau - o.tau_best_idg) / (tau - o.degrees_squared) ** 2,
            ),
            gt(Total(o.cube_2 / o.cube_features, xi)),
            lt(Total(o.tau_best_idg, xi)),
        ),
        rests_on=("errors-at-fixed-xi",),
    ),
    Claim(
        id="optimal-ridge-icl",
        title="The best ridge for e_icl is unique; rho is an explicit function of its xi",
        statement=both(
            eq(
                Total(at_fixed_xi(e_icl), xi),
                o.variance_fall * (o.rho_best_icl - rho),
            ),
            gt(o.variance_fall),
            gt(
                (1 + xi / (x * nu * m)) * Total(o.rho_best_icl, xi)
                - FEW * (1 + FEW) * (3 + 4 * FEW) * GROWTH * o.rho_best_icl
            ),
            gt(GROWTH),
        ),
        rests_on=("errors-at-fixed-xi",),
    ),
    Claim(
        id="optimal-ridge-many-tasks",
        title="At infinite task diversity the best ridge is (1+x)(rho(1+x)+x)/tau",
        statement=eq(
            sp.Limit(xi * (o.tau_best_idg - o.degrees_used) - tau * o.lam_best_many, b, 0, "+"),
            0,
        ),
        rests_on=("optimal-ridge-idg",),
    ),
)
