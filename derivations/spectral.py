"""Claims about the spectral function of the task covariance.

In these statements ``m`` is the resolvent trace M_kappa(nu) of the state wherever it appears beside
``nu``; `M` and `M_conjugate` are explicit functions of (nu, kappa).
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import SPECTRAL
from icl_theory.proof.kernel import SMALL, branch
from icl_theory.proof.proof import Proof
from icl_theory.theory import density
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
from icl_theory.theory.state import total
from icl_theory.theory.symbols import kappa, m, nu

#: Where an eigenvalue is between the edges, and the real part of M at minus that eigenvalue.
_place = sp.Symbol("v", positive=True)
_real_part = At(half_trace, (nu, -density.s)) / (density.s * inv_kappa)
#: Unknown of a branch.
Z = sp.Symbol("Z", real=True)


def along_argument(expression: sp.Expr, point: object) -> PathLimit:
    """Limit as nu moves and m = M_kappa(nu) follows."""
    return PathLimit(expression, "spectral", (nu, sp.sympify(point), "+"))


@claim(
    title=r"$M_\kappa(\nu)$ is a positive root of the resolvent equation, in both of its forms",
    statement=both(
        eq(At(resolvent_residual, (m, M)), 0),
        eq(M, M_conjugate),
        gt(M),
    ),
)
def resolvent_root(proof: Proof) -> None:
    """M_kappa(nu) is a positive root of the resolvent equation.

    Multiplied by m (kappa + m)/kappa the equation 1/m = nu + kappa/(kappa + m) is the quadratic
    (nu/kappa) m^2 + 2 b m - 1 = 0 with 2 b = nu + 1 - 1/kappa. With Delta = sqrt(b^2 + nu/kappa)
    the root is 1/(b + Delta); putting it in annuls the residual identically. Multiplied above and
    below by Delta - b it is the second form. Since (Delta + b)(Delta - b) = nu/kappa vanishes
    nowhere, neither does b + Delta, which therefore has one sign: that of any of its values.
    """
    proof.decide()


@claim(
    title=r"The resolvent equation has exactly one positive root, and it is $M_\kappa(\nu)$",
    statement=both(
        eq(RootCount(m * resolvent_residual, m), 1),
        eq(m, M),
        AtMostOne(sp.Symbol("spectral"), nu, kappa),
    ),
    domain=SPECTRAL,
)
def resolvent_unique(proof: Proof) -> None:
    """The resolvent equation has exactly one positive root.

    Multiply the residual by m > 0: f(m) = 1 - nu m - kappa m/(kappa + m) has the same positive
    roots, decreases strictly from 1 at m = 0 to -oo, and is continuous. So it vanishes exactly
    once; M is a positive root, hence it is that one.
    """
    count = proof.one_root(m * resolvent_residual, m)
    proof.same_root(count, m, M, on=SPECTRAL)
    proof.at_most_one(SPECTRAL, (nu, kappa), [(m, count)])


@claim(
    title="Slopes of the resolvent residual, which Newton's iteration divides by",
    statement=both(
        eq(Partial(resolvent_residual, nu), -1),
        eq(Partial(resolvent_residual, m), -1 / minus_M_prime),
    ),
    domain=SPECTRAL,
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
        on=SPECTRAL,
        because="The slope in m, on the resolvent equation.",
    )


@claim(
    title="$-M' = m/P$: from the resolvent equation and from the closed form",
    statement=both(
        eq(total(m, nu), -minus_M_prime),
        eq(Partial(M, nu), -At(minus_M_prime, (m, M))),
    ),
    domain=SPECTRAL,
)
def spectral_derivative(proof: Proof) -> None:
    """-M' = m/P, twice.

    First by the implicit function theorem from the resolvent equation: 1/m = nu + t gives -m'/m^2 =
    1 + t' with t' = -m' t^2/kappa. Second by differentiating the closed form with its square root.
    The results agree, the first on the resolvent equation, the second at m = M.
    """
    proof.identity(
        total(m, nu),
        -minus_M_prime,
        on=SPECTRAL,
        because="Implicit differentiation of the resolvent equation.",
    )
    proof.identity(
        Partial(M, nu),
        -At(minus_M_prime, (m, M)),
        because="Differentiation of the closed form.",
    )


@claim(
    title=r"Degrees of freedom: $D_1 = 1 - \nu m = \kappa m/(\kappa + m)$",
    statement=both(
        eq(nu * m, 1 - D1),
        eq(kappa * m / (kappa + m), D1),
    ),
    domain=SPECTRAL,
)
def degrees_of_freedom(proof: Proof) -> None:
    """Degrees of freedom on the resolvent equation.

    Multiply 1/m = nu + t by m: 1 = nu m + m t, so D1 = m t = 1 - nu m. This is the trace of
    R (R + nu)^{-1} = 1 - nu (R + nu)^{-1}.
    """
    proof.decide(on=SPECTRAL, because="With nu = 1/m - t.")


@claim(
    title=r"$1 - \gamma = m P = D_1 \sqrt{(\nu + a_-)(\nu + a_+)}$, sums of positive terms",
    statement=both(
        eq(1 - gamma, m * P),
        eq(1 - gamma, product_form),
        eq(minus_M_prime, m**2 / (1 - gamma)),
    ),
    domain=SPECTRAL,
)
def one_minus_gamma(proof: Proof) -> None:
    """1 - gamma without cancellation.

    On the resolvent equation 1 = m (nu + t), and gamma = m^2 t^2/kappa = m t^2 (1 - t)/t = m t (1 -
    t), so 1 - gamma = m (nu + t - t + t^2) = m P. For the product form compare squares, which are
    rational: both sides are positive (m P is a sum of positive terms, m t times a root a product of
    them), so equal squares make them equal.
    """
    first = proof.decide(eq(1 - gamma, m * P))
    root = sp.Symbol("root", positive=True)
    count = proof.one_root(root**2 - (m * P) ** 2, root, because="A square has one positive root.")
    same = proof.same_root(count, m * P, product_form, on=SPECTRAL)
    proof.combination(eq(1 - gamma, product_form), [(1, first), (1, same)], on=SPECTRAL)
    proof.decide(eq(minus_M_prime, m**2 / (1 - gamma)))


@claim(
    title=(
        "Traces with the squared resolvent: $D_{12}$ and $D_2$, by partial fractions and derivative"
    ),
    statement=both(
        eq(D12, m - nu * minus_M_prime),
        eq(D12, -total(D1, nu)),
        eq(D2, D1 - nu * D12),
        eq(D12, D1**2 / (1 - gamma)),
    ),
    domain=SPECTRAL,
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
    proof.decide(on=SPECTRAL, because="With nu = 1/m - t.")


@claim(
    title="The branch points of $M$ are minus the edges of the Marchenko–Pastur law",
    statement=both(
        eq(spread**2, (nu + edge_lower) * (nu + edge_upper)),
        eq(spread**2, 4 * discriminant_root**2),
        eq(edge_upper - edge_lower, 4 * sp.sqrt(inv_kappa)),
    ),
)
def spectral_edges(proof: Proof) -> None:
    """Edges of the Marchenko-Pastur law.

    The polynomial under the square root of 2 Delta, nu^2 + 2 nu (1 + 1/kappa) + (1 - 1/kappa)^2,
    is the discriminant of the quadratic of M. It factors with the roots -(1 -+ kappa^{-1/2})^2:
    minus the edges of the bulk of the spectrum are the branch points of M. The edges lie 4
    kappa^{-1/2} apart.
    """
    proof.decide(because="Expand.")


def _in_bulk(formula: sp.Expr) -> At:
    """A formula at an eigenvalue that runs from edge to edge as v does from zero to infinity."""
    return At(formula, (density.s, (edge_lower + edge_upper * _place) / (1 + _place)))


@claim(
    title="The Marchenko–Pastur density, from the imaginary part of $M$ between the edges",
    statement=both(
        eq(_in_bulk(_real_part**2 + density.jump**2), _in_bulk(1 / (density.s * inv_kappa))),
        gt(_in_bulk(density.jump)),
    ),
)
def marchenko_pastur_density(proof: Proof) -> None:
    """The Marchenko-Pastur law from its Stieltjes transform.

    At nu = -s the quadratic of M is -(s/kappa) m^2 + 2 b m - 1 = 0. Between the edges its roots are
    conjugate: half of their sum, b kappa/s, is their real part, and their product kappa/s is the
    sum of the squares of real and imaginary part. The imaginary part is pi times the density.
    """
    proof.decide(because="The product of the roots.")


@claim(
    title=r"$0 < D_1 < \min(1, \kappa)$, $\gamma < 1$ and $1/(1 + \nu) < m < 1/\nu$",
    statement=both(
        gt(D1),
        lt(D1, 1),
        lt(D1, kappa),
        lt(gamma, 1),
        lt(m, 1 / nu),
        gt(m, 1 / (1 + nu)),
    ),
    domain=SPECTRAL,
)
def spectral_bounds(proof: Proof) -> None:
    """Bounds of the spectral function.

    With the odds a = D1/(1 - D1) and b = m/kappa free and positive, m, nu and kappa are quotients
    of polynomials with positive coefficients, and so is each difference: 1 - D1 = 1/(1 + a), kappa
    - D1, 1
    - gamma, 1/nu - m = D1/nu and (1 + nu) m - 1 = m (1 - t).
    """
    proof.decide(on=SPECTRAL, because="In the odds (a, b).")


@claim(
    title=r"$M$ decreases and its degrees of freedom decrease in $\nu$",
    statement=both(lt(total(m, nu)), lt(total(D1, nu))),
    domain=SPECTRAL,
)
def spectral_monotone(proof: Proof) -> None:
    """M and the degrees of freedom decrease in nu.

    Their derivatives along the resolvent equation are -m/P and -D12; in the odds (a, b) every
    coefficient of numerator and denominator has one sign.
    """
    proof.decide(on=SPECTRAL, because="In the odds (a, b).")


@claim(
    title=r"$M$ is convex in $\nu$",
    statement=gt(total(total(m, nu), nu)),
    domain=SPECTRAL,
)
def spectral_convex(proof: Proof) -> None:
    """M is convex in nu.

    Differentiate -m/P once more along the resolvent equation; in the odds (a, b) every coefficient
    of the second derivative is positive. It is 2 lim tr (R + nu)^{-3}/d.
    """
    proof.decide(on=SPECTRAL, because="In the odds (a, b).")


@claim(
    title=(
        r"$m = 1/\nu - 1/\nu^2 + (1 + 1/\kappa)/\nu^3 + \dots$: "
        "three moments of the spectrum"
    ),
    statement=both(
        eq(along_argument(nu * m, sp.oo), 1),
        eq(along_argument(nu**2 * (1 / nu - m), sp.oo), 1),
        eq(along_argument(nu**3 * (m - 1 / nu + 1 / nu**2), sp.oo), 1 + inv_kappa),
    ),
)
def large_argument_moments(proof: Proof) -> None:
    """Expansion of m = M_kappa(nu) at large nu.

    With nu = 1/epsilon the resolvent equation for m/epsilon has the solution 1 at epsilon = 0, a
    simple root, so m/epsilon tends to it. With m = epsilon - epsilon^2 Z, and again with a third
    term, the same says the next coefficients. They are the moments tr 1/d = 1, tr R/d = 1 and tr
    R^2/d = 1 + 1/kappa with alternating signs.
    """
    unique = proof.part(resolvent_unique, AtMostOne(sp.Symbol("spectral"), nu, kappa))
    charts = (
        (SMALL * Z, sp.Integer(1)),
        (SMALL - SMALL**2 * Z, sp.Integer(1)),
        (SMALL - SMALL**2 + SMALL**3 * Z, 1 + inv_kappa),
    )
    for part, (trace, start) in zip(proof.statement.args, charts, strict=True):
        run = branch(unique, moves={nu: 1 / SMALL}, chart={m: trace}, start={Z: start})
        proof.path_limit(run, *part.args)


@claim(
    title=r"Fewer tasks than dimensions leave an atom of mass $1 - \kappa$ at zero",
    statement=eq(along_argument(nu * m, 0), 1 - kappa),
    assumptions=(lt(kappa, 1),),
)
def atom_mass(proof: Proof) -> None:
    """The atom at zero when kappa < 1.

    As nu -> 0 the equation for nu m has the solution 1 - kappa > 0, a simple root: m grows like (1
    - kappa)/nu, and the share of eigenvalues of R_k that vanish is 1 - kappa.
    """
    unique = proof.part(resolvent_unique, AtMostOne(sp.Symbol("spectral"), nu, kappa))
    run = branch(
        unique,
        moves={nu: SMALL},
        chart={m: Z / SMALL},
        start={Z: 1 - kappa},
        given=proof.assumptions,
    )
    proof.path_limit(run, *proof.statement.args)


@claim(
    title=(
        "More tasks than dimensions leave no atom: "
        r"$M_\kappa(0) = \kappa/(\kappa - 1)$ is finite"
    ),
    statement=both(
        eq(along_argument(m, 0), kappa / (kappa - 1)),
        eq(along_argument(nu * m, 0), 0),
    ),
    assumptions=(gt(kappa, 1),),
)
def no_atom(proof: Proof) -> None:
    """No atom at zero when kappa > 1.

    As nu -> 0 the resolvent equation has the solution kappa/(kappa - 1) > 0, a simple root: m tends
    to it, and nu m to zero.
    """
    unique = proof.part(resolvent_unique, AtMostOne(sp.Symbol("spectral"), nu, kappa))
    run = branch(
        unique,
        moves={nu: SMALL},
        chart={m: Z},
        start={Z: kappa / (kappa - 1)},
        given=proof.assumptions,
    )
    for part in proof.statement.args:
        proof.path_limit(run, *part.args)


@claim(
    title=r"With infinitely many tasks $m = 1/(1 + \nu)$, approached at rate $1/\kappa$",
    statement=both(
        eq(m - 1 / (1 + nu), m * D1 * inv_kappa / (1 + nu)),
        lt(m * D1 * inv_kappa / (1 + nu), inv_kappa / (nu * (1 + nu))),
        gt(m * D1 * inv_kappa / (1 + nu)),
    ),
    domain=SPECTRAL,
)
def infinite_diversity(proof: Proof) -> None:
    """The limit of infinitely many tasks.

    On the resolvent equation m - 1/(1 + nu) = m D1/(kappa (1 + nu)): the excess is positive and,
    since m < 1/nu and D1 < 1, below 1/(kappa nu (1 + nu)). At fixed nu it vanishes as kappa -> oo.
    """
    proof.decide()
