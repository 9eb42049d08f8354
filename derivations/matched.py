"""Claims about pretraining on the tasks of the test: how many it takes to beat isotropic ones."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.averages import basis
from icl_theory.algebra.calculus import At
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import structured_odds
from icl_theory.theory.spectral import D1, inv_kappa, t
from icl_theory.theory.structured import (
    D2_C,
    D12_C,
    c,
    matched_excess,
    mean_ccGG,
    mean_cGG,
    silverstein_residual,
)
from icl_theory.theory.structured_odds import b, f1, u
from icl_theory.theory.symbols import kappa, m, nu

from .structured import SPECTRA
from .structured_limits import FEW_TASKS, end

_SPECTRAL = structured_odds.spectral()
_one, _two = sp.symbols("c_1 c_2", positive=True)

#: t, ⟨p⟩, ⟨p (1 - p)⟩ and ⟨p^2 (1 - p)⟩ as letters of their own; two values of the letter; and
#: how far kappa exceeds 1/6.
_t, _A, _B, _J = sp.symbols("t_0 A B J", positive=True)
_p1, _p2 = sp.symbols("p_1 p_2", positive=True)
_more = sp.Symbol("delta", nonnegative=True)


def _excess(share: sp.Expr, mean: sp.Expr, slope: sp.Expr) -> sp.Expr:
    """The excess over nu in t, ⟨p⟩ and ⟨p (1 - p)⟩."""
    return mean + (1 - share**2) * mean * slope / (share * (share * mean + (1 - share) * slope))


def _moved(expression: sp.Expr) -> sp.Expr:
    """T d/dt at held nu: t dp/dt = p (1 - p), so ⟨p⟩ moves by B and ⟨p (1 - p)⟩ by B - 2 J."""
    return (
        _t * sp.diff(expression, _t)
        + _B * sp.diff(expression, _A)
        + (_B - 2 * _J) * sp.diff(expression, _B)
    )


_PART = _t * _A + (1 - _t) * _B


@claim(
    title="What matched tasks and unlimited isotropic ones err above the noise",
    statement=both(
        eq(nu**2 * (mean_cGG + mean_ccGG * D12_C * inv_kappa) + nu * D2_C, matched_excess),
        gt(matched_excess, nu * D1),
        eq((nu / (1 + nu)) ** 2 + nu * (1 / (1 + nu)) ** 2, nu / (1 + nu)),
        eq(
            (_one + _two) / (_one + _two + 2 * nu) - (_one / (_one + nu) + _two / (_two + nu)) / 2,
            nu * (_one - _two) ** 2 / (2 * (_one + nu) * (_two + nu) * (_one + _two + 2 * nu)),
        ),
    ),
    domain=SPECTRA,
)
def matched_beats_isotropic(proof: Proof) -> None:
    """Diverse isotropic or matched structured pretraining, with unlimited sequences and no ridge.

    Tests are on T = C with theta = 1, at the context and noise of pretraining, so x = nu. Matched
    pretraining errs by x (D1 + x D12 (1 - t^2)/t^2) above the noise, which holds its number of
    tasks in t = kappa/(kappa + m); isotropic pretraining on unlimited tasks by x/(1 + x), whatever
    the spectrum. So matched tasks win exactly where D1 + x D12 (1 - t^2)/t^2 < 1/(1 + x). At
    kappa = oo the left side is ⟨c/(c + x)⟩ < 1/(1 + x), as the function is concave (the last
    conjunct, for a pair of eigenvalues): enough matched tasks always win, unless C is isotropic
    itself.
    """
    proof.decide()


@claim(
    title="Few matched tasks lose against many isotropic ones",
    statement=both(
        eq(end(kappa, FEW_TASKS, _SPECTRAL), 0),
        eq(end(nu, FEW_TASKS, _SPECTRAL), u / b),
        eq(end(matched_excess, FEW_TASKS, _SPECTRAL), f1 * u),
    ),
)
def few_matched_tasks_lose(proof: Proof) -> None:
    """Matched pretraining with few tasks.

    As kappa -> 0 at held nu every p vanishes like c/u, and the error above the noise tends to u ⟨p⟩
    -> theta = 1, that of predicting zero: more than x/(1 + x). So there is a kappa at which
    matched tasks begin to win.
    """
    proof.decide()


@claim(
    title="From $d/6$ on, every further matched task helps, for every spectrum",
    statement=both(
        eq(matched_excess, nu * _excess(t, D1, nu * t * mean_cGG)),
        eq(kappa, D1 / (1 - t)),
        eq(_t * sp.diff(_t * c / (_t * c + nu), _t), _t * c * nu / (_t * c + nu) ** 2),
        eq(
            _moved(_excess(_t, _A, _B)),
            _B / (_t * _PART) * (_B * (1 - _t) * (1 + 2 * _t) - _A)
            - 2 * (1 - _t**2) * _A**2 * _J / _PART**2,
        ),
        eq(_moved(_A / (1 - _t)), _PART / (1 - _t) ** 2),
        eq((_p1**2 + _p2**2) / 2 - ((_p1 + _p2) / 2) ** 2, (_p1 - _p2) ** 2 / 4),
        eq(
            6 * (1 - (1 - (sp.Rational(1, 6) + _more) * (1 - _t)) * (1 - _t) * (1 + 2 * _t)),
            (1 - 3 * _t) ** 2 + 2 * _t**3 + 6 * _more * (1 - _t) ** 2 * (1 + 2 * _t),
        ),
        gt((1 - 3 * _t) ** 2 + 2 * _t**3),
    ),
    assumptions=(lt(_t, 1),),
    domain=SPECTRA,
)
def more_matched_tasks_help(proof: Proof) -> None:
    """Where the error of matched pretraining falls with the number of tasks.

    At held x = nu the state moves with t, and kappa = D1/(1 - t) grows with t. With A = ⟨p⟩ = D1, B
    = ⟨p (1 - p)⟩ = nu t q and J = ⟨p^2 (1 - p)⟩ the excess over nu falls with t wherever B (1 - t)
    (1 + 2 t) < A. ⟨p^2⟩ >= A^2, pair by pair, so B <= A (1 - A), and 1 - A = 1 - kappa (1
    - t). At kappa = 1/6 + delta the last two conjuncts say that (1 - A)(1 - t)(1 + 2 t) < 1. So
    from kappa = 1/6 on the excess falls strictly, and meets that of isotropic tasks at most once.
    """
    proof.decide()


#: Two levels of mean one: a tenth of the variance in a millionth of the directions.
_LEVELS = (
    (sp.Integer(10) ** 5, sp.Rational(1, 10**6)),
    (sp.Rational(900000, 999999), 1 - sp.Rational(1, 10**6)),
)
_LOUD = sp.Integer(100)
_weight = sp.Symbol("w", positive=True)


def _state(share: sp.Rational) -> tuple[tuple[sp.Basic, sp.Expr], ...]:
    """The state of the two levels at t = share and nu = 100."""
    letters = [(share * level / (share * level + _LOUD), weight) for level, weight in _LEVELS]
    averages = [
        sp.Add(*(weight * p**power * (1 - p) ** (2 - power) for p, weight in letters))
        for power in range(3)
    ]
    used = averages[1] + averages[2]
    trace, tasks = used / share, used / (1 - share)
    return (*zip(basis(), averages, strict=True), (m, trace), (kappa, tasks), (nu, _LOUD))


_FEW, _RARE, _HALF, _MANY = (
    _state(sp.Rational(*share)) for share in ((1, 10**5), (1, 100), (1, 2), (99, 100))
)
_LEAD = matched_excess - nu / (1 + nu)


@claim(
    title="Matched tasks can win, lose and win again as their number grows",
    statement=both(
        eq(
            At(
                _one * _weight + _two * (1 - _weight),
                (_one, _LEVELS[0][0]),
                (_two, _LEVELS[1][0]),
                (_weight, _LEVELS[0][1]),
            ),
            1,
        ),
        gt(At(_LEAD, *_FEW)),
        lt(At(_LEAD, *_RARE)),
        gt(At(_LEAD, *_HALF)),
        lt(At(_LEAD, *_MANY)),
        *(
            eq(At(residual, *place), 0)
            for place in (_FEW, _RARE, _HALF, _MANY)
            for residual in (silverstein_residual, kappa * (1 - t) - D1)
        ),
        lt(At(kappa, *_FEW), At(kappa, *_RARE)),
        lt(At(kappa, *_RARE), At(kappa, *_HALF)),
        lt(At(kappa, *_HALF), At(kappa, *_MANY)),
    ),
)
def matched_crosses_thrice(proof: Proof) -> None:
    """An example in exact numbers: the place where matched tasks begin to win is not unique.

    A tenth of the variance is in a millionth of the directions, which a few tasks learn; with x =
    100 the other directions are all but lost in noise, and a few more tasks add context variance
    without removing bias. At four numbers of tasks, in growing order, matched pretraining is worse,
    better, worse and better than isotropic pretraining on unlimited tasks. All crossings but the
    last are at kappa < 1/6, by claim more-matched-tasks-help.
    """
    proof.decide()


@claim(
    title="In loud noise a few isotropic tasks are worse than none",
    statement=both(
        eq(
            sp.Limit(
                At(nu * _excess(_t, _A, _B), (_A, _t / (_t + nu)), (_B, _t * nu / (_t + nu) ** 2)),
                nu,
                sp.oo,
            ),
            1 + _t * (1 - _t),
        ),
        gt(1 + _t * (1 - _t), 1),
        eq(sp.Rational(5, 4) - (1 + _t * (1 - _t)), (_t - sp.Rational(1, 2)) ** 2),
    ),
    assumptions=(lt(_t, 1),),
)
def few_tasks_in_noise(proof: Proof) -> None:
    """Why the error need not fall with the number of tasks.

    For isotropic tasks p = t/(t + nu). As x = nu grows at held t, with kappa = D1/(1 - t) of order
    1/nu, the excess tends to 1 + t (1 - t): more than the one of
    predicting zero, by up to a quarter.
    """
    proof.decide()
