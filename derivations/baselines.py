"""Claims on the Bayes estimators that linear attention is measured against."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy.matrices.expressions import Identity, MatrixSymbol

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.matrix_words import SymmetricMatrix, Trace
from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import RIDGE
from icl_theory.proof.proof import Proof
from icl_theory.theory import baselines as b
from icl_theory.theory.errors import e_icl, pretraining_variance
from icl_theory.theory.fixed_point import x
from icl_theory.theory.model import Expectation
from icl_theory.theory.spectral import D1, D2, resolvent_residual
from icl_theory.theory.symbols import alpha, d, k, kappa, m, nu, rho

from .deterministic import limit_of
from .random_matrices import resolvent_equation, trace_lemma

#: Posterior covariance of a task given its context.
_C = SymmetricMatrix("C", d, d)


_gram = rho * (_C.inv() - Identity(d))


_below_one = lt(b.v, 1)


#: Weight exp(beta g) of one task and the sum of the others'.
_z, _rest = sp.symbols("z Z", positive=True)


_beta = sp.Symbol("beta", positive=True)


_share = _z / (_z + _rest)


#: Moments of a context that shows all directions alike.
_s = sp.Symbol("s", positive=True)


_alike = ((b.moment_1, _s), (b.moment_2, _s**2))


#: Moments of the context's sample covariance (claim context-moments, with alpha for kappa).
_MOMENTS = (
    (b.moment_1, 1),
    (b.moment_2, 1 + 1 / alpha),
    (b.moment_3, 1 + 3 / alpha + 1 / alpha**2),
)


#: Argument of the spectral function that leaves the resolvent trace m.
_argument = (1 - D1) / m


#: A fresh task, the tasks of pretraining and their posterior weights.
_w, _W, _p = MatrixSymbol("w", d, 1), MatrixSymbol("W", d, k), MatrixSymbol("p", k, 1)


@claim(
    title=r"The posterior mean of a Gaussian task errs by $\rho$ plus its posterior variance",
    statement=eq(Trace(_C * _C) + Trace(_C * _gram * _C) / rho, Trace(_C)),
    assumptions=(gt(rho, 0),),
)
def bayes_posterior(proof: Proof) -> None:
    """The Bayes estimator of a fresh Gaussian task.

    With prior N(0, I) and labels y = X w + noise of variance rho, the posterior covariance C has
    the inverse I + X^T X/rho, and the posterior mean, which has the least expected squared error of
    all estimators, is C X^T y/rho. It errs by C w - C X^T noise/rho, as C X^T X/rho = I - C. The
    expected square is tr of C C + C X^T X C/rho, which is tr C; a fresh label adds rho.
    """
    proof.decide(because="X^T X = rho (C^{-1} - I)")


@claim(
    title="Posterior variance of a fresh task against context length, rational and inverted",
    statement=both(
        implies(
            _below_one,
            eq(
                At(
                    resolvent_residual,
                    (kappa, b.bayes_context),
                    (nu, rho / b.bayes_context),
                    (m, b.v * b.bayes_context / rho),
                ),
                0,
            ),
        ),
        implies(_below_one, lt(Partial(b.bayes_context, b.v))),
        eq(sp.Limit(b.bayes_context, b.v, 0, "+"), sp.oo),
        eq(sp.Limit(b.bayes_context, b.v, 1, "-"), 0),
        eq(At(b.bayes_context, (b.v, b.bayes_variance)), alpha),
        eq(b.bayes_variance, b.bayes_variance_conjugate),
        gt(b.bayes_root),
        eq(sp.Limit(b.bayes_context * (b.e_bayes - rho), b.v, 0, "+"), rho),
    ),
    assumptions=(gt(rho, 0),),
)
def bayes_error(proof: Proof) -> None:
    """Posterior variance of a fresh task in the limit.

    X^T X is alpha times the sample covariance of ell = alpha d vectors, of the law of R with kappa
    replaced by alpha. So v = lim tr (I + X^T X/rho)^{-1}/d = (rho/alpha) m, where m solves the
    resolvent equation at kappa = alpha, nu = rho/alpha. That equation is quadratic in v and linear
    in alpha: it is alpha = (1 - v)(rho + v)/v, which falls from infinity to 0 as v runs from 0 to
    1.
    """
    proof.use(bayes_posterior)
    proof.use(resolvent_equation)
    proof.decide(because="everything is rational in v")


@claim(
    title=r"No pretraining brings linear attention below $\rho + x/(1 + x)$",
    statement=both(
        eq(
            e_icl - b.e_linear,
            (1 + x) * (D2 - D1**2 + (D1 - 1 / (1 + x)) ** 2) + pretraining_variance,
        ),
        gt(D2 - D1**2),
        gt(pretraining_variance),
    ),
    domain=RIDGE,
)
def linear_floor(proof: Proof) -> None:
    """The least error of linear attention, whatever the pretraining.

    At infinite task diversity and without pretraining noise e_icl = rho + x/(1+x). Above it stand
    the pretraining variance, the variance of the shrinkage s/(s + nu) over the spectrum of the
    tasks' covariance, D2 - D1^2, and the squared distance of its mean from the best shrinkage
    1/(1+x).
    """
    proof.decide(on=RIDGE, because="bias = 1 - 2 D1 + D2")


@claim(
    title=r"The best linear attention stays above Bayes, by $1/\alpha$ at long context",
    statement=both(
        eq(
            At(b.e_linear, (x, (1 + rho) / b.bayes_context)) - b.e_bayes,
            b.excess_linear,
        ),
        implies(_below_one, gt(b.excess_linear)),
        eq(sp.Limit(b.bayes_context * b.excess_linear, b.v, 0, "+"), 1),
        eq(sp.Limit(b.excess_linear / b.bayes_context**2, b.v, 1, "-"), (1 + rho) ** -3),
    ),
    assumptions=(gt(rho, 0), _below_one),
)
def linear_above_bayes(proof: Proof) -> None:
    """What the restriction to linear attention costs.

    On the line alpha = (1 - v)(rho + v)/v the error of the best linear attention is rational in v,
    and so is its excess over rho + v: positive for v < 1, 1/alpha at long context, alpha^2/(1 +
    rho)^3 at short.
    """
    proof.use(bayes_error)
    proof.use(linear_floor)
    proof.decide(because="everything is rational in v")


@claim(
    title="Three moments of the Marchenko-Pastur law, from the resolvent at large argument",
    statement=both(
        eq(sp.Limit(_argument * (1 - _argument * m), m, 0, "+"), 1),
        eq(
            sp.Limit(_argument * (1 - _argument * (1 - _argument * m)), m, 0, "+"),
            1 + 1 / kappa,
        ),
        eq(
            sp.Limit(
                _argument * (1 + 1 / kappa - _argument * (1 - _argument * (1 - _argument * m))),
                m,
                0,
                "+",
            ),
            1 + 3 / kappa + 1 / kappa**2,
        ),
    ),
)
def context_moments(proof: Proof) -> None:
    """Moments of the spectrum of a sample covariance.

    nu (1 - nu m) is the trace of nu R (R + nu)^{-1}, which tends to tr R/d; once more, nu times the
    difference tends to tr R^2/d. Large nu is small m.
    """
    proof.use(resolvent_equation)
    proof.decide()


@claim(
    title="Quadratic forms in a context tend to their means",
    statement=both(
        *(
            eq(limit_of(moment), value)
            for quadratic, mean in (
                (b.squared_score(), At(b.energy_linear, *_MOMENTS[:2])),
                (b.score_overlap(), alpha),
                (b.context_trace(), alpha * _MOMENTS[0][1]),
                (b.context_square_trace(), alpha**2 * _MOMENTS[1][1]),
            )
            for moment, value in (
                (Expectation(quadratic), mean),
                (Expectation(quadratic**2) - Expectation(quadratic) ** 2, sp.Integer(0)),
            )
        )
    ),
)
def context_forms(proof: Proof) -> None:
    """Concentration of |X^T y|^2/d, w^T X^T y/d and of the first two traces of X^T X.

    Tokens and noise are Gaussian, so mean and variance of these polynomials of degree up to eight
    are sums over pairings, exact for all d and ell. At ell = alpha d the means tend to their limits
    and the variances, of order 1/d or less, to zero: the forms converge in mean square.
    """
    proof.decide(because="Sums over pairings, then d to infinity.")


@claim(
    title="Spread of dMMSE's log weights, and their correlation with the overlap",
    statement=both(
        eq(
            At(b.energy_linear + b.energy_quadratic, *_MOMENTS[:2]),
            b.energy_variance,
        ),
        # A context that shows all directions alike tells tasks on the sphere apart by y alone.
        eq(At(b.energy_linear, *_alike), (alpha * _s) ** 2 + rho * alpha * _s),
        eq(At(b.energy_quadratic, *_alike), 0),
        eq(b.alignment**2 * b.energy_variance, alpha**2),
        eq(b.inverse_temperature**2 * rho**2, d * b.energy_variance),
        lt(b.alignment**2, 1),
        gt(b.alignment),
        gt(b.inverse_temperature),
    ),
    assumptions=(gt(rho, 0),),
)
def dmmse_energies(proof: Proof) -> None:
    """Spread of the log weights of dMMSE on a fresh task.

    rho times the log weight of task j is, up to a constant, y^T X w_j - |X w_j|^2/2. Given the
    context the tasks w_j are independent, uniform on the sphere. The first term has variance |X^T
    y|^2, per dimension alpha^2 mu_2 + rho alpha mu_1, X^T X/alpha having the moments mu_1, mu_2.
    The second has half the variance of the spectrum of X^T X, by the trace lemma on the sphere. The
    covariance of the first with w^T w_j is w^T X^T y, which is alpha d; dividing by the standard
    deviations, alpha d sqrt(..) and sqrt(d), gives the correlation c. All these forms tend to their
    means.
    """
    proof.use(context_forms)
    proof.use(trace_lemma)
    proof.decide()


@claim(
    title="dMMSE on a fresh task as a random-energy model, frozen at large $d$",
    statement=both(
        eq(_beta * _z * Partial(_share, _z), _beta * _share * (1 - _share)),
        eq(
            Trace((_w - _W * _p).T * (_w - _W * _p)),
            Trace(_w.T * _w) - 2 * Trace(_w.T * _W * _p) + Trace(_p.T * _W.T * _W * _p),
        ),
        eq(
            b.e_dmmse,
            rho + (d - 2 * sp.sqrt(d) * b.alignment * b.overlap + d * b.participation) / d,
        ),
    ),
    assumptions=(gt(rho, 0),),
)
def dmmse_freezing(proof: Proof) -> None:
    """DMMSE on a fresh task.

    Given the context the log weights are independent over the k tasks. Taken as normal, which is
    heuristic, they are the levels of a random-energy model at inverse temperature beta of order
    sqrt(d), while it freezes at sqrt(2 log k): one task has nearly all weight. The overlap of task
    j with the fresh task is c g_j/sqrt(d) plus an independent part, different tasks are orthogonal
    up to O(d^{-1/2}), so the estimator W p misses the fresh task w by d - 2 sqrt(d) c q + d Y with
    q = E sum p_j g_j and Y = E sum p_j^2. Gaussian integration by parts, from the derivative of a
    weight in its own level, gives q = beta (1 - Y). Frozen, Y = 1 and q is the expected maximum of
    k normals.
    """
    proof.use(dmmse_energies)
    proof.quote(
        eq(b.overlap, _beta * (1 - b.participation)),
        "derrida1981random",
        because="The log weights taken as independent normals, a random-energy model: heuristic.",
    )
    for part in proof.statement.args:
        proof.decide(part)


_source, _level = sp.symbols("s g")

_SPECTRUM_MOMENTS = (sp.Integer(1), b.moment_1, b.moment_2, b.moment_3)


def _cumulants() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Cumulants per dimension: of rho log(weight), second and third, and mixed with the overlap."""
    z1, z2 = sp.symbols("z_1 z_2")
    # (z + s G)^{-1} and its square, where z = 1 + z1 s + z2 s^2.
    h = _source * (z1 + _level) + _source**2 * z2
    inverse, square = 1 - h + h**2, 1 - 2 * h + 3 * h**2
    norm = 1 - _mean(inverse, _trace, 2) - _source**2 * _mean(square, _form, 0)
    orders = [norm.coeff(_source, 1), norm.coeff(_source, 2)]
    multiplier = sp.solve(orders, [z1, z2], dict=True)[0]
    slope = (
        -_mean(_level * inverse, _trace, 2) / 2
        + _source * _mean(inverse, _form, 1)
        - _source**2 * _mean(_level * square, _form, 0) / 2
    )
    mixed = _source * _mean(inverse, _cross, 1)
    first, second = (sp.expand(slope).coeff(_source, n).subs(multiplier) for n in (1, 2))
    return first, 2 * second, 2 * sp.expand(mixed).coeff(_source, 2).subs(multiplier)


def _mean(polynomial: sp.Expr, functional: Callable[[int], sp.Expr], order: int) -> sp.Expr:
    """Apply a functional of powers of G to a polynomial in g, up to an order in s."""
    terms = sp.Poly(sp.expand(polynomial), _source, _level).terms()
    return sp.expand(sum(c * _source**i * functional(j) for (i, j), c in terms if i <= order))


def _trace(power: int) -> sp.Expr:
    """Trace of G^j per dimension."""
    return alpha**power * _SPECTRUM_MOMENTS[power]


def _form(power: int) -> sp.Expr:
    """b^T G^j b per dimension."""
    return _trace(power + 2) + rho * _trace(power + 1)


def _cross(power: int) -> sp.Expr:
    """w^T G^j b per dimension."""
    return _trace(power + 1)


@claim(
    title="Third cumulants of dMMSE's log weights, and what they do to its error",
    statement=both(
        eq(At(b.energy_third, *_MOMENTS), b.energy_skew),
        eq(At(b.overlap_third, *_MOMENTS), b.overlap_skew),
        eq(
            b.skew_weight,
            2 * alpha * b.energy_skew / (3 * b.energy_variance**2)
            - b.overlap_skew / b.energy_variance,
        ),
        eq(d * (b.e_dmmse_skew - b.e_dmmse), b.skew_weight * (b.square - 1)),
    ),
    assumptions=(gt(rho, 0),),
)
def dmmse_skewness(proof: Proof) -> None:
    """Skewness of the log weights of dMMSE on a fresh task.

    Given the context rho log(weight) of a task w_j on the sphere is b^T w_j - w_j^T G w_j/2 with G
    = X^T X and b = X^T y. Its cumulant generating function, with a source s for it and one for the
    overlap w^T w_j, is an integral over a sphere. At large d it is d times the extremum over z of

        z/2 - tr log(z + s G)/(2d) + s^2 b^T (z + s G)^{-1} b/(2d) - 1/2,

    z being the multiplier of the norm. Expanded to third order in s this gives the cumulants as
    moments of the spectrum of G, as b = G w + X^T noise: tr G^j and b^T G^j b.

    A level g moves by (g^2 - 1)/6 times the skewness (Cornish and Fisher), and the expected overlap
    at level g bends by (g^2 - 1)/2 times the mixed cumulant less c times the skewness. With weights
    concentrated on one task the overlap c q becomes c q - eta (Q - 1)/(2 sqrt(d)).
    """
    proof.use(context_moments)
    proof.use(dmmse_freezing)
    second, third, mixed = _cumulants()
    proof.identity(
        second, b.energy_linear + b.energy_quadratic, because="Second order in s: the variance."
    )
    proof.identity(third, b.energy_third, because="Third order in s.")
    proof.identity(mixed, b.overlap_third, because="First order in the source of the overlap.")
    proof.quote(
        eq(
            sp.Symbol("Delta g"),
            b.energy_skew / b.energy_variance ** sp.Rational(3, 2) * (_level**2 - 1) / 6,
        ),
        "cornish1938moments",
        because="Levels move by (g^2 - 1)/6 times the skewness, also at the maximum: heuristic.",
    )
    for part in proof.statement.args:
        proof.decide(part)
