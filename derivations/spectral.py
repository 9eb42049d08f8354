"""Claims about the spectral function of the task covariance.

In these statements ``m`` is the resolvent trace M_kappa(nu) of the state wherever it appears beside
``nu``; `M` and `M_conjugate` are explicit functions of (nu, kappa).
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import odds, uniformisation
from icl_theory.theory.spectral import (
    D1,
    D2,
    D12,
    M,
    M_conjugate,
    P,
    discriminant_root,
    edge_lower,
    edge_upper,
    gamma,
    half_trace,
    inv_kappa,
    minus_M_prime,
    resolvent_residual,
    spread,
)
from icl_theory.theory.spectral import one_minus_gamma as product_form
from icl_theory.theory.state import Total
from icl_theory.theory.symbols import kappa, m, nu


@claim(
    title="M_kappa(nu) is a positive root of the resolvent equation, in both of its forms",
    statement=both(
        eq(At(resolvent_residual, (m, M)), 0),
        eq(M, M_conjugate),
        gt(M),
    ),
    regime="free",
)
def resolvent_root(proof: Proof) -> None:
    """M_kappa(nu) is a positive root of the resolvent equation.

    Multiplied by m (kappa + m)/kappa the equation 1/m = nu + kappa/(kappa + m) is the quadratic
    (nu/kappa) m^2 + 2 b m - 1 = 0 with 2 b = nu + 1 - 1/kappa. With Delta = sqrt(b^2 + nu/kappa)
    the root is 1/(b + Delta); putting it in annuls the residual identically. Multiplied above and
    below by Delta - b it is the second form. Since Delta^2 - b^2 = nu/kappa > 0 and Delta > 0,
    Delta exceeds |b|, so b + Delta is positive and with it the root.
    """
    proof.identity(At(resolvent_residual, (m, M)), because="M annuls the residual.")
    proof.identity(M, M_conjugate, because="Both forms are the same root.")
    proof.identity(
        discriminant_root**2 - half_trace**2,
        nu * inv_kappa,
        because="Delta^2 - b^2 is the constant term of the quadratic.",
    )
    proof.sign(gt(nu * inv_kappa), because="so Delta^2 > b^2.")
    proof.sign(gt(discriminant_root), because="Delta is a positive square root.")
    proof.identity(1 / M, half_trace + discriminant_root, because="The denominator of M.")
    proof.follows(gt(M), "Delta > |b|, so the denominator b + Delta of M is positive.")


@claim(
    title="The resolvent equation has exactly one positive root",
    statement=both(
        lt(Partial(m * resolvent_residual, m)),
        eq(sp.Limit(m * resolvent_residual, m, 0), 1),
        eq(sp.Limit(m * resolvent_residual, m, sp.oo), -sp.oo),
        eq(m, M),
    ),
    rests_on=("resolvent-root",),
)
def resolvent_unique(proof: Proof) -> None:
    """The resolvent equation has exactly one positive root.

    Multiply the residual by m > 0: f(m) = 1 - nu m - kappa m/(kappa + m) has the same positive
    roots, decreases strictly from 1 at m = 0 to -oo, and is continuous. So it vanishes exactly
    once; M is a positive root, hence it is that one.
    """
    f = m * resolvent_residual
    proof.sign(lt(Partial(f, m)), because="m times the residual decreases strictly in m.")
    proof.limit(sp.Limit(f, m, 0), 1, because="It starts at 1")
    proof.limit(sp.Limit(f, m, sp.oo), -sp.oo, because="and falls without bound,")
    proof.follows(
        eq(m, M),
        "so it has exactly one positive root, and M is a positive root: the state's m is M.",
    )


@claim(
    title="Slopes of the resolvent residual, which Newton's iteration divides by",
    statement=both(
        eq(Partial(resolvent_residual, nu), -1),
        eq(Partial(resolvent_residual, m), -1 / minus_M_prime),
    ),
)
def resolvent_slopes(proof: Proof) -> None:
    """Slopes of the resolvent residual R(m, nu) = 1/m - nu - t.

    In nu the slope is -1. In m it is -1/m^2 + t^2/kappa, which on the resolvent equation is -P/m,
    the reciprocal of M': minus the ratio of the slopes is the derivative of the root.
    """
    proof.identity(Partial(resolvent_residual, nu), -1, because="nu enters with slope -1.")
    proof.identity(
        Partial(resolvent_residual, m),
        -1 / minus_M_prime,
        on=uniformisation.spectral(),
        because="The slope in m, on the resolvent equation.",
    )


@claim(
    title="-M' = m/P: from the resolvent equation and from the closed form",
    statement=both(
        eq(Total(m, nu), -minus_M_prime),
        eq(Partial(M, nu), -At(minus_M_prime, (m, M))),
    ),
    rests_on=("resolvent-unique",),
)
def spectral_derivative(proof: Proof) -> None:
    """-M' = m/P, twice.

    First by the implicit function theorem from the resolvent equation: 1/m = nu + t gives -m'/m^2 =
    1 + t' with t' = -m' t^2/kappa. Second by differentiating the closed form with its square root.
    The results agree, the first on the resolvent equation, the second at m = M.
    """
    proof.identity(
        Total(m, nu),
        -minus_M_prime,
        on=uniformisation.spectral(),
        because="Implicit differentiation of the resolvent equation.",
    )
    proof.identity(
        Partial(M, nu),
        -At(minus_M_prime, (m, M)),
        because="Differentiation of the closed form.",
    )


@claim(
    title="Degrees of freedom: D1 = 1 - nu m = kappa m/(kappa + m)",
    statement=both(
        eq(nu * m, 1 - D1),
        eq(kappa * m / (kappa + m), D1),
    ),
)
def degrees_of_freedom(proof: Proof) -> None:
    """Degrees of freedom on the resolvent equation.

    Multiply 1/m = nu + t by m: 1 = nu m + m t, so D1 = m t = 1 - nu m. This is the trace of
    R (R + nu)^{-1} = 1 - nu (R + nu)^{-1}.
    """
    proof.decide(proof.statement, on=uniformisation.spectral(), because="With nu = 1/m - t.")


@claim(
    title="1 - gamma = m P = D1 sqrt((nu + a-)(nu + a+)), sums of positive terms",
    statement=both(
        eq(1 - gamma, m * P),
        eq(1 - gamma, product_form),
        eq(minus_M_prime, m**2 / (1 - gamma)),
    ),
)
def one_minus_gamma(proof: Proof) -> None:
    """1 - gamma without cancellation.

    On the resolvent equation 1 = m (nu + t), and gamma = m^2 t^2/kappa = m t^2 (1 - t)/t = m t (1 -
    t), so 1 - gamma = m (nu + t - t + t^2) = m P. For the product form compare squares, which are
    rational: both sides are positive (m P is a sum of positive terms, m t spread a product of
    them), so equal squares make them equal.
    """
    on = uniformisation.spectral()
    proof.identity(1 - gamma, m * P, on=on, because="With nu = 1/m - t.")
    proof.identity(
        (1 - gamma) ** 2, product_form**2, on=on, because="The squares are rational and agree."
    )
    proof.sign(gt(m * P), because="m P > 0, so 1 - gamma > 0.")
    proof.sign(gt(product_form), because="The product is positive.")
    proof.follows(eq(1 - gamma, product_form), "Positive numbers with equal squares are equal.")
    proof.identity(
        minus_M_prime, m**2 / (1 - gamma), on=on, because="The derivative in terms of gamma."
    )


@claim(
    title="Traces with the squared resolvent: D12 and D2, by partial fractions and derivative",
    statement=both(
        eq(D12, m - nu * minus_M_prime),
        eq(D12, -Total(D1, nu)),
        eq(D2, D1 - nu * D12),
        eq(D12, D1**2 / (1 - gamma)),
    ),
    rests_on=("spectral-derivative", "degrees-of-freedom"),
)
def second_degrees_of_freedom(proof: Proof) -> None:
    """Traces with the squared resolvent.

    R (R + nu)^{-2} = (R + nu)^{-1} - nu (R + nu)^{-2} has trace m - nu (-M'), and is minus the
    derivative of R (R + nu)^{-1}; R^2 (R + nu)^{-2} = R (R + nu)^{-1} - nu R (R + nu)^{-2} has
    trace D1
    - nu D12. On the resolvent equation these differences are the products of positive terms that
      define
    D12 and D2.
    """
    proof.decide(proof.statement, on=uniformisation.spectral(), because="With nu = 1/m - t.")


@claim(
    title="The branch points of M are minus the edges of the Marchenko-Pastur law",
    statement=both(
        eq(spread**2, (nu + edge_lower) * (nu + edge_upper)),
        eq(spread**2, 4 * discriminant_root**2),
        eq(edge_upper - edge_lower, 4 * sp.sqrt(inv_kappa)),
    ),
    regime="free",
)
def spectral_edges(proof: Proof) -> None:
    """Edges of the Marchenko-Pastur law.

    The polynomial under the square root of `spread`, nu^2 + 2 nu (1 + 1/kappa) + (1 - 1/kappa)^2,
    is the discriminant of the quadratic of M. It factors with the roots -(1 -+ kappa^{-1/2})^2:
    minus the edges of the bulk of the spectrum are the branch points of M. The edges lie 4
    kappa^{-1/2} apart.
    """
    proof.decide(proof.statement, because="Expand.")


@claim(
    title="0 < D1 < min(1, kappa), gamma < 1 and 1/(1 + nu) < m < 1/nu",
    statement=both(
        gt(D1),
        lt(D1, 1),
        lt(D1, kappa),
        lt(gamma, 1),
        lt(m, 1 / nu),
        gt(m, 1 / (1 + nu)),
    ),
    rests_on=("positive-state",),
)
def spectral_bounds(proof: Proof) -> None:
    """Bounds of the spectral function.

    With the odds a = D1/(1 - D1) and b = m/kappa free and positive, m, nu and kappa are quotients
    of polynomials with positive coefficients, and so is each difference: 1 - D1 = 1/(1 + a), kappa
    - D1, 1
    - gamma, 1/nu - m = D1/nu and (1 + nu) m - 1 = m (1 - t).
    """
    proof.decide(proof.statement, on=odds.spectral(), because="In the odds (a, b).")


@claim(
    title="M decreases and its degrees of freedom decrease in nu",
    statement=both(lt(Total(m, nu)), lt(Total(D1, nu))),
    rests_on=("positive-state",),
)
def spectral_monotone(proof: Proof) -> None:
    """M and the degrees of freedom decrease in nu.

    Their derivatives along the resolvent equation are -m/P and -D12; in the odds (a, b) every
    coefficient of numerator and denominator has one sign.
    """
    proof.decide(proof.statement, on=odds.spectral(), because="In the odds (a, b).")


@claim(
    title="M is convex in nu",
    statement=gt(Total(Total(m, nu), nu)),
    rests_on=("positive-state",),
)
def spectral_convex(proof: Proof) -> None:
    """M is convex in nu.

    Differentiate -m/P once more along the resolvent equation; in the odds (a, b) every coefficient
    of the second derivative is positive. It is 2 lim tr (R + nu)^{-3}/d.
    """
    proof.decide(proof.statement, on=odds.spectral(), because="In the odds (a, b).")


@claim(
    title="M = 1/nu - 1/nu^2 + (1 + 1/kappa)/nu^3 + ...: three moments of the spectrum",
    statement=both(
        eq(sp.Limit(nu * M, nu, sp.oo), 1),
        eq(sp.Limit(nu**2 * (1 / nu - M), nu, sp.oo), 1),
        eq(sp.Limit(nu**3 * (M - 1 / nu + 1 / nu**2), nu, sp.oo), 1 + inv_kappa),
    ),
    rests_on=("resolvent-unique",),
    regime="free",
)
def large_argument_moments(proof: Proof) -> None:
    """Expansion of M at large nu.

    nu -> oo means m -> 0: on the resolvent equation nu = 1/m - t with t <= 1, and conversely m <
    1/nu. With nu a rational function of m, the coefficients of the expansion are limits of rational
    functions of m at 0. They are the moments tr 1/d = 1, tr R/d = 1 and tr R^2/d = 1 + 1/kappa with
    alternating signs.
    """
    on = uniformisation.spectral()
    proof.limit(sp.Limit(nu, m, 0), sp.oo, on=on, because="nu -> oo exactly as m -> 0.")
    for order, (coefficient, value) in enumerate(
        [
            (lambda f: nu * f, sp.Integer(1)),
            (lambda f: nu**2 * (1 / nu - f), sp.Integer(1)),
            (lambda f: nu**3 * (f - 1 / nu + 1 / nu**2), 1 + inv_kappa),
        ]
    ):
        proof.limit(
            sp.Limit(coefficient(m), m, 0), value, on=on, because=f"Moment {order} of the spectrum."
        )
        proof.follows(
            eq(sp.Limit(coefficient(M), nu, sp.oo), value),
            "The same limit, with m = M_kappa(nu) and nu -> oo.",
        )


@claim(
    title="Fewer tasks than dimensions leave an atom of mass 1 - kappa at zero",
    statement=eq(sp.Limit(nu * M, nu, 0), 1 - kappa),
    assumptions=(lt(kappa, 1),),
    rests_on=("resolvent-unique",),
    regime="free",
)
def atom_mass(proof: Proof) -> None:
    """The atom at zero when kappa < 1.

    On the resolvent equation nu(m) = 1/m - kappa/(kappa + m) is continuous, strictly decreasing (M
    is its inverse) and for kappa < 1 positive for every m > 0, with limit 0 at infinity. So nu ->
    0+ exactly as m -> oo, and nu m = 1 - kappa m/(kappa + m) tends to 1 - kappa: the share of
    eigenvalues of R_k that vanish.
    """
    on = uniformisation.spectral()
    fewer = lt(kappa, 1)
    proof.sign(gt(nu), on=on, given=[fewer], because="Every m > 0 is the trace at some nu > 0.")
    proof.limit(sp.Limit(nu, m, sp.oo), 0, on=on, because="nu -> 0 as m -> oo.")
    proof.limit(sp.Limit(nu * m, m, sp.oo), 1 - kappa, on=on, because="The mass.")
    proof.follows(proof.statement, "nu -> 0+ exactly as m = M_kappa(nu) -> oo.")


@claim(
    title="More tasks than dimensions leave no atom: M_kappa(0) = kappa/(kappa - 1) is finite",
    statement=both(
        eq(sp.Limit(M, nu, 0), kappa / (kappa - 1)),
        eq(sp.Limit(nu * M, nu, 0), 0),
    ),
    assumptions=(gt(kappa, 1),),
    rests_on=("resolvent-unique",),
    regime="free",
)
def no_atom(proof: Proof) -> None:
    """No atom at zero when kappa > 1.

    On the resolvent equation nu(m) = 1/m - kappa/(kappa + m) vanishes at m0 = kappa/(kappa - 1) and
    is positive below it, where it is strictly decreasing (M is its inverse). So nu -> 0+ exactly as
    m -> m0 from below, and nu m -> 0.
    """
    on = uniformisation.spectral()
    end = kappa / (kappa - 1)
    proof.sign(
        gt(nu),
        on=on,
        given=[gt(kappa, 1), lt(m, end)],
        because="nu > 0 for 0 < m < kappa/(kappa - 1).",
    )
    proof.limit(sp.Limit(nu, m, end, "-"), 0, on=on, because="nu -> 0 at the end.")
    proof.limit(sp.Limit(nu * m, m, end, "-"), 0, on=on, because="nu m -> 0 with it.")
    for part in proof.statement.args:
        proof.follows(part, "nu -> 0+ exactly as m = M_kappa(nu) -> kappa/(kappa - 1) from below.")


@claim(
    title="With infinitely many tasks M_oo(nu) = 1/(1 + nu), approached at rate 1/kappa",
    statement=both(
        eq(M - 1 / (1 + nu), At(m * D1 * inv_kappa / (1 + nu), (m, M))),
        eq(sp.Limit(M, kappa, sp.oo), 1 / (1 + nu)),
    ),
    rests_on=("resolvent-unique", "spectral-bounds"),
    regime="free",
)
def infinite_diversity(proof: Proof) -> None:
    """The limit of infinitely many tasks.

    On the resolvent equation m - 1/(1 + nu) = m D1/(kappa (1 + nu)): the excess is positive and,
    since m < 1/nu and D1 < 1, below 1/(kappa nu (1 + nu)). At fixed nu it vanishes as kappa -> oo.
    """
    excess = m * D1 * inv_kappa / (1 + nu)
    bound = inv_kappa / (nu * (1 + nu))
    proof.identity(
        m - 1 / (1 + nu), excess, on=uniformisation.spectral(), because="The excess, exactly."
    )
    proof.identity(M - 1 / (1 + nu), At(excess, (m, M)), because="The same for the closed form.")
    proof.sign(gt(excess), because="It is positive")
    proof.sign(lt(excess, bound), on=odds.spectral(), because="and bounded at fixed nu")
    proof.limit(sp.Limit(bound, kappa, sp.oo), 0, because="by what vanishes as kappa -> oo.")
    proof.follows(
        eq(sp.Limit(M, kappa, sp.oo), 1 / (1 + nu)), "m = M_kappa(nu) is squeezed to 1/(1 + nu)."
    )
