"""Claims about the spectral function of the task covariance.

In these statements ``m`` is the resolvent trace M_kappa(nu) of the state wherever it appears beside
``nu``; `M` and `M_conjugate` are explicit functions of (nu, kappa).
"""

import sympy as sp

from icl_theory.symbolic.calculus import At, Partial, Total
from icl_theory.symbolic.proof import both, eq, gt, lt
from icl_theory.symbolic.spectral import (
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
    inv_kappa,
    minus_M_prime,
    one_minus_gamma,
    resolvent_residual,
    spread,
)
from icl_theory.symbolic.symbols import kappa, m, nu

from .claim import Claim

CLAIMS = (
    Claim(
        id="resolvent-root",
        title="M_kappa(nu) is a positive root of the resolvent equation, in both of its forms",
        statement=both(
            eq(At(resolvent_residual, (m, M)), 0),
            eq(M, M_conjugate),
            gt(M),
        ),
        regime="free",
    ),
    Claim(
        id="resolvent-unique",
        title="The resolvent equation has exactly one positive root",
        statement=both(
            lt(Partial(m * resolvent_residual, m)),
            eq(sp.Limit(m * resolvent_residual, m, 0), 1),
            eq(sp.Limit(m * resolvent_residual, m, sp.oo), -sp.oo),
            eq(m, M),
        ),
        rests_on=("resolvent-root",),
    ),
    Claim(
        id="resolvent-slopes",
        title="Slopes of the resolvent residual, which Newton's iteration divides by",
        statement=both(
            eq(Partial(resolvent_residual, nu), -1),
            eq(Partial(resolvent_residual, m), -1 / minus_M_prime),
        ),
    ),
    Claim(
        id="spectral-derivative",
        title="-M' = m/P: from the resolvent equation and from the closed form",
        statement=both(
            eq(Total(m, nu), -minus_M_prime),
            eq(Partial(M, nu), -At(minus_M_prime, (m, M))),
        ),
        rests_on=("resolvent-unique",),
    ),
    Claim(
        id="degrees-of-freedom",
        title="Degrees of freedom: D1 = 1 - nu m = kappa m/(kappa + m)",
        statement=both(
            eq(nu * m, 1 - D1),
            eq(kappa * m / (kappa + m), D1),
        ),
    ),
    Claim(
        id="one-minus-gamma",
        title="1 - gamma = m P = D1 sqrt((nu + a-)(nu + a+)), sums of positive terms",
        statement=both(
            eq(1 - gamma, m * P),
            eq(1 - gamma, one_minus_gamma),
            eq(minus_M_prime, m**2 / (1 - gamma)),
        ),
    ),
    Claim(
        id="second-degrees-of-freedom",
        title="Traces with the squared resolvent: D12 and D2, by partial fractions and derivative",
        statement=both(
            eq(D12, m - nu * minus_M_prime),
            eq(D12, -Total(D1, nu)),
            eq(D2, D1 - nu * D12),
            eq(D12, D1**2 / (1 - gamma)),
        ),
        rests_on=("spectral-derivative", "degrees-of-freedom"),
    ),
    Claim(
        id="spectral-edges",
        title="The branch points of M are minus the edges of the Marchenko-Pastur law",
        statement=both(
            eq(spread**2, (nu + edge_lower) * (nu + edge_upper)),
            eq(spread**2, 4 * discriminant_root**2),
            eq(edge_upper - edge_lower, 4 * sp.sqrt(inv_kappa)),
        ),
        regime="free",
    ),
    Claim(
        id="spectral-bounds",
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
    ),
    Claim(
        id="spectral-monotone",
        title="M decreases and its degrees of freedom decrease in nu",
        statement=both(lt(Total(m, nu)), lt(Total(D1, nu))),
        rests_on=("positive-state",),
    ),
    Claim(
        id="spectral-convex",
        title="M is convex in nu",
        statement=gt(Total(Total(m, nu), nu)),
        rests_on=("positive-state",),
    ),
    Claim(
        id="large-argument-moments",
        title="M = 1/nu - 1/nu^2 + (1 + 1/kappa)/nu^3 + ...: three moments of the spectrum",
        statement=both(
            eq(sp.Limit(nu * M, nu, sp.oo), 1),
            eq(sp.Limit(nu**2 * (1 / nu - M), nu, sp.oo), 1),
            eq(sp.Limit(nu**3 * (M - 1 / nu + 1 / nu**2), nu, sp.oo), 1 + inv_kappa),
        ),
        rests_on=("resolvent-unique",),
        regime="free",
    ),
    Claim(
        id="atom-mass",
        title="Fewer tasks than dimensions leave an atom of mass 1 - kappa at zero",
        statement=eq(sp.Limit(nu * M, nu, 0), 1 - kappa),
        assumptions=(lt(kappa, 1),),
        rests_on=("resolvent-unique",),
        regime="free",
    ),
    Claim(
        id="no-atom",
        title="More tasks than dimensions leave no atom: M_kappa(0) = kappa/(kappa - 1) is finite",
        statement=both(
            eq(sp.Limit(M, nu, 0), kappa / (kappa - 1)),
            eq(sp.Limit(nu * M, nu, 0), 0),
        ),
        assumptions=(gt(kappa, 1),),
        rests_on=("resolvent-unique",),
        regime="free",
    ),
    Claim(
        id="infinite-diversity",
        title="With infinitely many tasks M_oo(nu) = 1/(1 + nu), approached at rate 1/kappa",
        statement=both(
            eq(M - 1 / (1 + nu), At(m * D1 * inv_kappa / (1 + nu), (m, M))),
            eq(sp.Limit(M, kappa, sp.oo), 1 / (1 + nu)),
        ),
        rests_on=("resolvent-unique", "spectral-bounds"),
        regime="free",
    ),
)
