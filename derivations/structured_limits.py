"""Claims about limits of the structured theory, for every spectrum, and what they answer."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.averages import basis
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import structured_odds
from icl_theory.theory.spectral import D1, t
from icl_theory.theory.structured import (
    D12_C,
    S_T,
    alpha_T,
    bias_T,
    c,
    context_price,
    context_T,
    e_idg_C,
    e_idg_per_tau_C,
    e_test,
    inflated,
    mean_ccGG,
    mean_G,
    mean_scGG,
    mean_sGG,
    pretraining_T,
    rho_T,
    square_s,
    train_C,
    x_C,
    x_T,
)
from icl_theory.theory.structured_odds import b, f1, f2, u, w, written, y
from icl_theory.theory.symbols import kappa, lam, nu, rho, tau, xi

from .structured import STRUCTURED

#: What goes to zero along a path of states.
_small = sp.Symbol("epsilon", positive=True)
_OUTER, _INNER, _FULL = basis(weighted=1)
_RIDGE, _OVER = structured_odds.ridge(), structured_odds.over()
_SPECTRAL = structured_odds.spectral()

Coordinates = dict[sp.Symbol, sp.Expr]


def _moved(place: Coordinates, state: Coordinates) -> Coordinates:
    """A state whose coordinates run along a path."""
    found = {symbol: value.xreplace(place) for symbol, value in state.items()}
    return found | {s: place[s] for s in (_OUTER, _INNER, _FULL) if s in place}


def end(expression: sp.Expr, place: Coordinates, state: Coordinates) -> sp.Limit:
    """Limit along a path."""
    return sp.Limit(written(expression, _moved(place, state)), _small, 0)


#: All eigenvalues far below nu/t: the letter c/(c + nu/t) vanishes like 1/u.
_WEAK = {
    f1: _small * f1,
    f2: _small**2 * f2,
    u: u / _small,
    _INNER: _small * _INNER,
    _FULL: _small**2 * _FULL,
}
#: The same at held x and tau, with the effective ridge.
_LARGE_RIDGE = {**_WEAK, b: _small * b, y: y / _small, w: w / _small}
#: The same at held nu, with fewer and fewer tasks.
FEW_TASKS = {**_WEAK, b: b / _small}
#: All eigenvalues far above nu/t, which vanishes: every direction has tasks, and there are enough.
_LONG_CONTEXTS = {
    f1: f1 / _small,
    f2: f2 / _small**2,
    u: _small * u,
    _OUTER: _small**2 * _OUTER,
    _INNER: _small * _INNER,
}


@claim(
    title=r"Unlimited sequences, $\tau \to \infty$, for every spectrum",
    statement=both(
        eq(sp.Limit(written(tau, _RIDGE), w, sp.oo), sp.oo),
        eq(sp.Limit(written(xi - lam, _RIDGE), w, sp.oo), 0),
        eq(sp.Limit(written(pretraining_T, _RIDGE), w, sp.oo), 0),
        *(
            eq(
                sp.Limit(written(error, _RIDGE), w, sp.oo),
                written(rho + x_C * D1 + xi * nu * D12_C, _RIDGE),
            )
            for error in (e_idg_C, train_C)
        ),
        eq(
            sp.Limit(written(tau * pretraining_T, _OVER), w, sp.oo),
            written(S_T * (rho + x_C * D1), _OVER),
        ),
    ),
)
def structured_many_sequences(proof: Proof) -> None:
    """Unlimited sequences.

    As r = lam/xi tends to one at held averages, tau grows without bound, the effective ridge
    becomes the ridge, and the pretraining variance vanishes: what is left of e_T is noise, bias and
    the test's context variance, and training and e_IDG agree. Without a ridge the variance is
    S_T (rho + x D1)/tau to leading order.
    """
    proof.decide()


@claim(
    title=r"A large ridge, $\lambda \to \infty$: the zero predictor, for every spectrum",
    statement=both(
        eq(end(lam, _LARGE_RIDGE, _RIDGE), sp.oo),
        eq(end(lam / xi, _LARGE_RIDGE, _RIDGE), 1),
        eq(end(e_test, _LARGE_RIDGE, _RIDGE), rho_T + _OUTER),
        *(eq(end(error, _LARGE_RIDGE, _RIDGE), rho + f1 * u) for error in (e_idg_C, train_C)),
        eq(end(nu * D1, _LARGE_RIDGE, _RIDGE), f1 * u),
    ),
)
def structured_large_ridge(proof: Proof) -> None:
    """A large ridge.

    As xi grows at held x every p = c/(c + u) tends to c/u, so that averages of p and p^2 vanish
    like 1/u and 1/u^2: u ⟨p⟩, here f1 u, tends to theta, and ⟨s (1 - p)^2⟩ to theta_T. Errors tend
    to those of predicting zero, rho_T + theta_T and rho + theta.
    """
    proof.decide()


@claim(
    title=r"Long contexts, ridgeless: what a test costs is $\langle s/c \rangle$",
    statement=both(
        eq(end(x_C, _LONG_CONTEXTS, _OVER), 0),
        eq(end(kappa, _LONG_CONTEXTS, _OVER), (1 + b) / b),
        eq(end(bias_T, _LONG_CONTEXTS, _OVER), 0),
        eq(end(e_idg_C, _LONG_CONTEXTS, _OVER), (1 + w) * rho / w),
        eq(
            end(e_test, _LONG_CONTEXTS, _OVER),
            rho_T
            + (_FULL + rho_T) / alpha_T
            + rho * (1 + b) / w * (_INNER / u + (_FULL + rho_T) / alpha_T * f1 / (f2 * u)),
        ),
    ),
)
def structured_long_contexts(proof: Proof) -> None:
    """Long contexts above the threshold, where every direction has tasks and kappa > 1.

    As x = nu vanishes, 1 - p = u/(c + u) vanishes like u/c: ⟨p (1 - p)⟩/u tends to ⟨1/c⟩, here f1/
    (f2 u), ⟨s p (1 - p)⟩/u to ⟨s/c⟩ and ⟨s p^2⟩ to theta_T. With 1 + b = kappa/(kappa - 1) and w =
    tau - 1 the error tends to rho_T + x_T + rho kappa/((kappa - 1)(tau - 1)) (⟨s/c⟩ + x_T ⟨1/c⟩):
    it is paid for by test tasks in directions in which pretraining tasks are small.
    """
    proof.decide()


_one, _two = sp.symbols("c_1 c_2", positive=True)
_level = sp.Symbol("theta_0", nonnegative=True)


def _isotropic_bound(level: sp.Expr) -> sp.Expr:
    """The ridge equation at kappa = oo for one eigenvalue, less tau."""
    return tau * lam / xi + (level + x_C) / (level + x_C + xi) - tau


@claim(
    title=r"Bounds of the effective ridge, for every spectrum",
    statement=both(
        eq(D1 + x_C * mean_G, 1 - xi * mean_G),
        gt(1 - xi * mean_G, x_C / (x_C + xi)),
        eq(
            (_one + nu) / (_two + nu) + (_two + nu) / (_one + nu) - 2,
            (_one - _two) ** 2 / ((_one + nu) * (_two + nu)),
        ),
        gt(1 / (t * c + nu), 1 / (c + nu)),
        eq(
            _isotropic_bound(_level) * xi * (_level + x_C + xi),
            tau * lam * (_level + x_C)
            + ((_level + x_C) * (1 - tau) + tau * lam) * xi
            - tau * xi**2,
        ),
    ),
    domain=STRUCTURED,
)
def structured_ridge_bounds(proof: Proof) -> None:
    """Two-sided bounds of xi.

    D1 + x ⟨G⟩ = 1 - xi ⟨G⟩. It is more than x/nu; and G > 1/(c + nu), whose average is at least
    1/(theta + nu) (pair by pair, by the third conjunct: ⟨1/(c + nu)⟩ ⟨c + nu⟩ >= 1), so that it is
    less than (theta + x)/(theta + nu). Both bounds are the right side of the ridge equation for
    isotropic tasks of variance 0 and theta at kappa = oo. As the right side falls in xi, xi lies
    between the positive roots of two quadratics, those of the last conjunct at theta_0 = 0 and
    theta_0 = theta.
    """
    proof.decide()


@claim(
    title="The floor that no test context goes below",
    statement=both(
        eq(
            e_test - x_T * context_price,
            rho_T + bias_T + e_idg_per_tau_C * (x_C * square_s + inflated * mean_scGG),
        ),
        gt(bias_T + e_idg_per_tau_C * (x_C * square_s + inflated * mean_scGG)),
    ),
    domain=STRUCTURED,
)
def test_context_floor(proof: Proof) -> None:
    """The limit alpha_T -> oo.

    The error is affine in x_T, which vanishes: what is left is noise, bias, and the part of the
    pretraining variance that the test's own tokens do not see.
    """
    proof.decide()


_share, _noise_T = sp.symbols("s x_0", positive=True)
_ratio = sp.Symbol("x_1", positive=True)


@claim(
    title="With unlimited sequences and tasks, which pretraining noise is best for a test",
    statement=both(
        eq(sp.Limit(written(bias_T - nu**2 * mean_sGG, _SPECTRAL), b, 0), 0),
        eq(sp.Limit(written(context_T - x_T * mean_ccGG, _SPECTRAL), b, 0), 0),
        eq(
            sp.diff(
                _share * (_ratio / (c + _ratio)) ** 2 + _noise_T * (c / (c + _ratio)) ** 2, _ratio
            ),
            2 * c * (_share * _ratio - c * _noise_T) / (c + _ratio) ** 3,
        ),
    ),
)
def best_pretraining_noise(proof: Proof) -> None:
    """When label noise at pretraining helps.

    With unlimited sequences and tasks and no ridge, nu = x = (theta + rho)/alpha and G = 1/(c + x):
    a direction costs s (x/(c + x))^2 + x_T (c/(c + x))^2. Its derivative in x has the sign of s x -
    c x_T. For T = C all directions agree: noise at pretraining helps exactly where x < x_T, that is
    where the test has the noisier or shorter contexts, and hurts where x > x_T. For other tests a
    direction asks for more noise where s/c < x_T/x.
    """
    proof.decide()
