"""Error of the Bayes estimator of a fresh Gaussian task, in the limit of large dimension."""

from __future__ import annotations

from functools import cache
from typing import Any

import flint
import numpy as np

import icl_theory.algebra.picklable  # noqa: F401  balls are returned as they are
from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.precision import precision
from icl_theory.evaluate.float64 import read_all
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.parameters import exact_ratio
from icl_theory.theory import baselines
from icl_theory.theory.symbols import alpha as alpha_symbol
from icl_theory.theory.symbols import rho as rho_symbol

#: Label noise beside which a posterior variance is below rounding.
_ALL = 1e300


@cache
def _programs() -> Formulas:
    programs = Formulas(())
    given = [alpha_symbol, rho_symbol]
    programs.program("linear", [baselines.bayes_linear], given)
    branch = [*given, baselines.bayes_linear]
    programs.program("direct", [baselines.bayes_variance], branch)
    programs.program("conjugate", [baselines.bayes_variance_conjugate], branch)
    programs.program("error", [baselines.e_bayes], [rho_symbol, baselines.v])
    return programs


def bayes_error(alpha: Any, rho: Any) -> Any:
    """Least error of any estimator that sees a context of a fresh Gaussian task.

    Parameters
    ----------
    alpha, rho
        Numbers or arrays that broadcast: context length over d, > 0 or ``inf``, and label noise >=
        0.

    Returns
    -------
    float or ndarray
        rho + v with v the posterior variance per dimension.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.

    Notes
    -----
    alpha = (1 - v)(rho + v)/v (claim ``bayes-error``), solved for v in the form without
    cancellation.

    Examples
    --------
    >>> bayes_error(2.0, 0.5)
    0.78077640640...
    """
    a, r = np.broadcast_arrays(*read_all({"alpha": alpha, "rho": rho}).values())
    finite = np.where(np.isinf(a), 1.0, a)
    programs = _programs()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        linear = programs["linear"](np.sqrt, (), finite, r)[0]
        # Only the form that does not cancel is kept; the other may be 0/0.
        direct = programs["direct"](np.sqrt, (), finite, r, linear)[0]
        conjugate = programs["conjugate"](np.sqrt, (), finite, r, linear)[0]
    # It is at most 1: nothing beside a noise whose multiples are beyond float64.
    nothing = np.isinf(a) | (r > _ALL)
    variance = np.where(nothing, 0.0, np.where(linear > 0, direct, conjugate))
    error = programs["error"](np.sqrt, (), r, variance)[0]
    return float(error) if error.ndim == 0 else error


def bayes_error_certified(alpha: object, rho: object, *, digits: int = 16) -> flint.arb:
    """The same as a ball that is guaranteed to contain the value.

    Parameters
    ----------
    alpha, rho
        Numbers; strings are exact decimals or fractions.
    digits
        Decimal digits guaranteed.

    Returns
    -------
    flint.arb

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.

    Examples
    --------
    >>> from icl_theory import bayes_error_certified
    >>> bayes_error_certified(1, "1/10", digits=15)
    [0.370156211871642 +/- ...]
    """
    context, noise_ratio = exact_ratio("alpha", alpha), exact_ratio("rho", rho)
    assert noise_ratio is not None  # only the context may be infinite
    with precision(bits_of(checked_digits(digits)) + 32):
        noise = flint.arb(flint.fmpq(*noise_ratio))
        if context is None:
            return noise
        programs = _programs()
        (linear,) = programs["linear"](None, (), flint.fmpq(*context), flint.fmpq(*noise_ratio))
        name = "direct" if linear > 0 else "conjugate"
        (variance,) = programs[name](
            flint.arb.sqrt, (), flint.arb(flint.fmpq(*context)), noise, flint.arb(linear)
        )
        return programs["error"](None, (), noise, variance)[0]
