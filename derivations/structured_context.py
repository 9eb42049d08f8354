"""Claims about structured tasks at infinite context without ridge, for every spectrum."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.averages import Average, basis, weight
from icl_theory.algebra.averages import p as letter
from icl_theory.algebra.calculus import At
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import structured_odds
from icl_theory.theory.spectral import D1, t
from icl_theory.theory.structured import (
    D12_C,
    S_C,
    alpha_T,
    bias_T,
    context_T,
    e_idg_C,
    mean_cGG,
    pretraining_T,
    rho_T,
    theta_C,
    train_C,
    x_C,
    x_T,
)
from icl_theory.theory.structured_context import (
    context_nu,
    context_t,
    context_x,
    context_xi,
    lost,
    sequences_left,
    tasks_left,
    unused,
)
from icl_theory.theory.structured_context import u as along
from icl_theory.theory.structured_odds import b, f1, f2, u, w, written, y
from icl_theory.theory.symbols import alpha, kappa, m, nu, rho, tau, xi

from .structured import STRUCTURED_OVER, STRUCTURED_UNDER
from .structured_limits import end

_small = sp.Symbol("epsilon", positive=True)
_OVER, _UNDER = structured_odds.over(), structured_odds.under()
_OUTER, _INNER, _FULL = basis(weighted=1)
#: D1 at the end of the curve: any number, the formulas are those of every curve.
_end = sp.Symbol("g", positive=True)
#: D1 and its rate V = ⟨p (1 - p)⟩ of fall in log u.
_D, _V, _odds = sp.symbols("D_1 V v", positive=True)


def _on_curve(formula: sp.Expr) -> At:
    """A formula of the curve at a state."""
    return At(
        formula,
        (along, nu / t),
        (lost, _end - D1),
        (unused, 1 - D1),
        (tasks_left, 1 - _end / kappa),
        (sequences_left, tau - _end),
    )


@claim(
    title="Without ridge the states of structured tasks are a curve in $u = \\nu/t$",
    statement=both(
        *(
            eq(_on_curve(formula), state)
            for formula, state in (
                (context_t, t),
                (context_nu, nu),
                (context_x, x_C),
                (context_xi, xi),
            )
        ),
        gt(1 - D1),
        gt(nu * t * mean_cGG),
        gt(tau - D1),
    ),
    domain=STRUCTURED_UNDER,
)
def ridgeless_curve(proof: Proof) -> None:
    """The curve of ridgeless states below the threshold.

    t = 1 - D1/kappa because kappa (1 - t) = D1, and the ridge equation without ridge is tau = D1 +
    (x/nu)(1 - D1), so that x and xi are parts of nu = t u. Counted from any number g the formulas
    are the same; with the largest D1 of the curve for it nothing in them is subtracted.
    """
    proof.decide()


@claim(
    title="Above the threshold the curve has $x = \\nu$",
    statement=both(
        eq(_on_curve(context_t), t),
        eq(_on_curve(context_nu), x_C),
        eq(xi, 0),
    ),
    domain=STRUCTURED_OVER,
)
def ridgeless_curve_over(proof: Proof) -> None:
    """The curve of ridgeless states above the threshold.

    There the effective ridge is zero, and x is all of nu = t u.
    """
    proof.decide()


_t = 1 - _D / kappa
_part = (tau - _D) / (1 - _D)


def _rate(ratio: sp.Expr) -> At:
    """How fast a function of u and D1 grows with log u, at degrees of freedom of any odds."""
    rate = along * sp.diff(ratio, along) - _V * sp.diff(ratio, _D)
    return At(rate, (_D, _odds / (1 + _odds)))


@claim(
    title="Along the curve contexts grow as $u$ falls",
    statement=both(
        eq(
            _rate(along * _t * _part),
            At(
                along * _t * _part
                + _V * along / kappa * _part
                + _V * along * _t * (1 - tau) / (1 - _D) ** 2,
                (_D, _odds / (1 + _odds)),
            ),
        ),
        eq(_rate(along * _t), At(along * _t + _V * along / kappa, (_D, _odds / (1 + _odds)))),
    ),
)
def contexts_along_the_curve(proof: Proof) -> None:
    """Infinite context is the end of the curve.

    As log u grows D1 falls at the rate V = ⟨p (1 - p)⟩, and x grows at the rate of the first
    conjunct below the threshold, of the second above it: sums of terms that are positive while D1
    is below kappa and tau, and tau below one in the first. So every x > 0 belongs to one u, and x
    vanishes where the first of t, tau - D1 and u itself does: at D1(u_0) = min(kappa, tau) where
    this is less than the rank of C over d, which D1 reaches at u = 0, and else at u_0 = 0.
    """
    proof.decide()


#: What few tasks leave out of a test.
_LEFT_OUT = Average(weight * (1 - letter)) + x_T * Average(1 - letter)


def _few(expression: sp.Expr, state: dict[sp.Symbol, sp.Expr]) -> sp.Limit:
    """The limit t -> 0 at held u and averages, in which kappa tends to D1."""
    return sp.Limit(written(expression, state), b, sp.oo)


def _noiseless(state: dict[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
    """A state without label noise in pretraining."""
    none = {rho: sp.Integer(0)}
    return {symbol: value.xreplace(none) for symbol, value in state.items()} | none


@claim(
    title=r"Infinite context, ridgeless, $\kappa < 1 < \tau$ below the rank, for every spectrum",
    statement=both(
        eq(_few(bias_T, _OVER), written(Average(weight * (1 - letter)), _OVER)),
        eq(_few(context_T, _OVER), written(x_T * D1, _OVER)),
        eq(_few(e_idg_C, _OVER), written(rho * tau / (tau - 1), _OVER)),
        eq(_few(train_C, _OVER), written(rho * (tau - 1) / tau, _OVER)),
        eq(
            _few(x_C * pretraining_T, _OVER),
            written(rho / (tau - 1) * _LEFT_OUT, _OVER),
        ),
        eq(
            _few(pretraining_T, _noiseless(_OVER)),
            written(D1 / (tau - 1) * _LEFT_OUT, _OVER),
        ),
        eq(_few(1 / m, _OVER), 0),
    ),
)
def endless_few_tasks_over(proof: Proof) -> None:
    """Fewer tasks than directions with tasks, above the threshold.

    The curve ends at t = 0 and kappa = D1(u_0): every task is learnt, and the bias is what they do
    not span, ⟨s (1 - p)⟩. With label noise the pretraining variance grows like 1/x, that is like
    the context length; without it what is left is kappa/(tau - 1) times the same.
    """
    proof.decide()


@claim(
    title=r"Infinite context, ridgeless, $\kappa < \tau < 1$ below the rank, for every spectrum",
    statement=both(
        eq(_few(bias_T, _UNDER), written(Average(weight * (1 - letter)), _UNDER)),
        eq(_few(context_T, _UNDER), written(x_T * D1, _UNDER)),
        eq(
            _few(e_idg_C, _UNDER),
            written(rho * tau * (1 - D1) / ((1 - tau) * (tau - D1)), _UNDER),
        ),
        eq(
            _few(pretraining_T, _noiseless(_UNDER)),
            written(D1 * (tau - D1) / ((1 - tau) * (1 - D1)) * _LEFT_OUT, _UNDER),
        ),
        eq(_few(xi, _UNDER), 0),
        eq(_few(1 / m, _UNDER), 0),
    ),
)
def endless_few_tasks_under(proof: Proof) -> None:
    """Fewer tasks than sequences per direction, below the threshold.

    As above it t vanishes at kappa = D1(u_0); x and xi vanish together, in the ratio tau - kappa to
    1 - tau. With label noise the pretraining variance grows like the context length.
    """
    proof.decide()


def _regular(expression: sp.Expr) -> sp.Limit:
    """The limit xi/x -> oo at held averages, t and nu, in which tau tends to D1."""
    return sp.Limit(written(expression, _UNDER), y, sp.oo)


@claim(
    title=r"Infinite context, ridgeless, $\tau$ below $\kappa$ and the rank, for every spectrum",
    statement=both(
        eq(_regular(x_C), 0),
        eq(_regular(xi - nu), 0),
        eq(_regular(tau - D1), 0),
        *(eq(_regular(term), written(term, _UNDER)) for term in (bias_T, context_T)),
        eq(
            _regular(e_idg_C),
            written(D1 * (rho + nu**2 * D12_C) / (nu * D12_C), _UNDER),
        ),
    ),
)
def endless_few_sequences(proof: Proof) -> None:
    """Enough tasks, and fewer sequences than they span.

    The curve ends where tau = D1(u_0) and t > 0: the effective ridge stays, nu = xi, and all
    formulas hold as they stand at x = 0.
    """
    proof.decide()


#: Directions without tasks stay, in the others all eigenvalues are far above nu/t.
_LOW_RANK = {f1: _small * f1, u: _small * u, _INNER: _small * _INNER}
#: The same for tests in directions with tasks.
_SPANNED = _LOW_RANK | {_OUTER: _small**2 * _OUTER}
#: Share of the directions without tasks, and the rank of C over d.
_missing, _rank = 1 / (1 + f2), f2 / (1 + f2)
_test_ratio = (_OUTER + _FULL + rho_T) / alpha_T


@claim(
    title="Infinite context, ridgeless, enough tasks, and directions without any",
    statement=both(
        *(
            eq(end(quantity, _LOW_RANK, state), limit)
            for state in (_OVER, _UNDER)
            for quantity, limit in (
                (x_C, 0),
                (D1, _rank),
                (kappa, _rank * (1 + b) / b),
                (bias_T, _OUTER),
                (context_T, _test_ratio * _rank),
            )
        ),
        eq(end(tau, _LOW_RANK, _UNDER), _rank + _missing / (1 + y)),
        eq(end(e_idg_C, _LOW_RANK, _OVER), rho * (1 + w) / w),
        eq(end(e_idg_C, _LOW_RANK, _UNDER), rho * (1 + y) * (f2 * (1 + y) + 1) / y),
        eq(
            end(x_C * pretraining_T, _LOW_RANK, _OVER),
            rho / w * (_OUTER + _missing * _test_ratio),
        ),
        eq(
            end(At(pretraining_T, (alpha_T, alpha)), _SPANNED, _OVER),
            rho / w * (_missing * (_FULL + rho_T) / (theta_C + rho) + _INNER * (1 + b) / u),
        ),
    ),
)
def endless_low_rank(proof: Proof) -> None:
    """The rank of C over d below tau and kappa.

    u vanishes with x, p = c/(c + u) tends to one where there are tasks, and is zero elsewhere. The
    bias is what a test has in directions without tasks. Below the threshold, where tau lies between
    the rank and one, x and xi vanish together, and the error is that of few tasks with the rank
    for kappa. With label noise the pretraining variance grows like the context length, unless the
    test is in directions with tasks only and its context grows too: there it tends to rho/(tau - 1)
    times ⟨s/c⟩/t and the missing share of the ratio x_T/x, which noise in the missing directions
    costs.
    """
    proof.decide()


def _critical(expression: sp.Expr) -> sp.Limit:
    """The limit t -> 0 at held u and averages, at kappa = tau: D1/b = (1 - D1)/(1 + y)."""
    used = (f1 + f2) / (1 + 2 * f1 + f2)
    place = {y: b * (1 - used) / used - 1}
    state = {symbol: value.xreplace(place) for symbol, value in _UNDER.items()}
    return sp.Limit(written(expression, state), b, sp.oo)


@claim(
    title=r"Infinite context, ridgeless, on the line $\kappa = \tau$ below the rank",
    statement=both(
        eq(_critical(tau - kappa), 0),
        eq(_critical(x_C), 0),
        eq(_critical(x_C * (1 - D1) / nu**2), written(D1 / u, _UNDER)),
        eq(_critical(xi / nu), 1),
        eq(_critical(bias_T), written(Average(weight * (1 - letter)), _UNDER)),
        eq(_critical(S_C), written(2 * D1 / u, _UNDER)),
        eq(_critical(nu * e_idg_C), written(rho * u / 2, _UNDER)),
        eq(
            _critical(nu * pretraining_T),
            written(
                rho
                / 2
                * (
                    _LEFT_OUT / (1 - D1)
                    + Average(weight * letter * (1 - letter)) / Average(letter * (1 - letter))
                    + x_T
                ),
                _UNDER,
            ),
        ),
    ),
)
def endless_critical(proof: Proof) -> None:
    """On the line kappa = tau both errors diverge like the square root of the context length.

    There x is nu^2 kappa/((1 - kappa) u) to leading order, so that nu falls like alpha^{-1/2}, and
    both errors grow like 1/nu. Which is the larger is told by their coefficients.
    """
    proof.decide()
