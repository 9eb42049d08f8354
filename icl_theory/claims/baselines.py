"""Claims on the Bayes estimators that linear attention is measured against."""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import Identity, MatrixSymbol

from icl_theory.symbolic import baselines as b
from icl_theory.symbolic.calculus import At, Partial
from icl_theory.symbolic.errors import e_icl, pretraining_variance
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.proof import both, eq, gt, implies, lt
from icl_theory.symbolic.spectral import D1, D2, resolvent_residual
from icl_theory.symbolic.symbols import alpha, d, k, kappa, m, nu, rho
from icl_theory.symbolic.words import SymmetricMatrix, Trace

from .claim import Claim

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

CLAIMS = (
    Claim(
        id="bayes-posterior",
        title="The posterior mean of a Gaussian task errs by rho plus its posterior variance",
        statement=eq(Trace(_C * _C) + Trace(_C * _gram * _C) / rho, Trace(_C)),
        regime=None,
    ),
    Claim(
        id="bayes-error",
        title="Posterior variance of a fresh task against context length, rational and inverted",
        statement=both(
            eq(
                At(
                    resolvent_residual,
                    (kappa, b.bayes_context),
                    (nu, rho / b.bayes_context),
                    (m, b.v * b.bayes_context / rho),
                ),
                0,
            ),
            implies(_below_one, lt(Partial(b.bayes_context, b.v))),
            eq(sp.Limit(b.bayes_context, b.v, 0, "+"), sp.oo),
            eq(sp.Limit(b.bayes_context, b.v, 1, "-"), 0),
            eq(At(b.bayes_context, (b.v, b.bayes_variance)), alpha),
            eq(b.bayes_variance, b.bayes_variance_conjugate),
            gt(b.bayes_root),
            eq(sp.Limit(b.bayes_context * (b.e_bayes - rho), b.v, 0, "+"), rho),
        ),
        rests_on=("bayes-posterior", "resolvent-equation"),
        regime=None,
    ),
    Claim(
        id="linear-floor",
        title="No pretraining brings linear attention below rho + x/(1+x)",
        statement=both(
            eq(
                e_icl - b.e_linear,
                (1 + x) * (D2 - D1**2 + (D1 - 1 / (1 + x)) ** 2) + pretraining_variance,
            ),
            gt(D2 - D1**2),
            gt(pretraining_variance),
        ),
    ),
    Claim(
        id="linear-above-bayes",
        title="The best linear attention stays above Bayes, by 1/alpha at long context",
        statement=both(
            eq(
                At(b.e_linear, (x, (1 + rho) / b.bayes_context)) - b.e_bayes,
                b.excess_linear,
            ),
            implies(_below_one, gt(b.excess_linear)),
            eq(sp.Limit(b.bayes_context * b.excess_linear, b.v, 0, "+"), 1),
            eq(sp.Limit(b.excess_linear / b.bayes_context**2, b.v, 1, "-"), (1 + rho) ** -3),
        ),
        rests_on=("bayes-error", "linear-floor"),
        regime=None,
    ),
    Claim(
        id="context-moments",
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
        rests_on=("resolvent-equation",),
    ),
    Claim(
        id="dmmse-energies",
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
        rests_on=("context-moments",),
        regime=None,
    ),
    Claim(
        id="dmmse-freezing",
        title="dMMSE on a fresh task as a random-energy model, frozen at large d",
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
        rests_on=("dmmse-energies",),
        regime=None,
    ),
    Claim(
        id="dmmse-skewness",
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
        rests_on=("context-moments", "dmmse-freezing"),
        regime=None,
    ),
)
