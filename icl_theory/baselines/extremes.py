"""Extreme values and posterior weights of k independent normals."""

from __future__ import annotations

import math

import flint
import numpy as np
from scipy.special import ndtr

import icl_theory.algebra.picklable  # noqa: F401  balls are returned as they are
from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.precision import precision

from .reading import at_least, count

#: Bits beyond those asked for, for the roundings of the integration.
_GUARD = 32
#: Spacing of the trapezoidal rule for smooth integrands on the line: its error falls like
#: exp(-pi^2 / (2 h^2)) for normals, far below rounding at this spacing.
_STEP = 0.05
#: Normals beyond this have weight below 1e-300.
_REACH = 40.0
#: Below this inverse temperature all levels weigh about the same, and integrals get long.
SMALLEST_BETA = 0.1


def expected_maximum(k: int, *, digits: int = 15) -> flint.arb:
    """Expected maximum of k independent standard normals, with guaranteed digits.

    Parameters
    ----------
    k
        Number of normals, at least 1.
    digits
        Decimal digits guaranteed; exact 0 for k = 1.

    Returns
    -------
    flint.arb

    Raises
    ------
    ValueError
        If ``k`` is not a positive integer.

    Notes
    -----
    The integral of 1 - Phi(t)^k - Phi(-t)^k over t > 0 by validated integration; the tail
    beyond T is between 0 and k exp(-T^2/2)/T^2.

    Examples
    --------
    >>> expected_maximum(2, digits=10)
    [0.564189583...]
    """
    k, bits = count("k", k), bits_of(checked_digits(digits))
    if k == 1:
        return flint.arb(0)
    with precision(bits + _GUARD):
        # There the tail, times exp(8), is less than the last bit.
        end = math.ceil(math.sqrt(2 * (math.log(k) + bits * math.log(2) + 8)))
        root = flint.arb(2).sqrt()

        def integrand(t: flint.acb, _: bool) -> flint.acb:
            # Phi(-t) = erfc(t/sqrt 2)/2, which keeps its digits in the tail.
            lower = (t / root).erfc() / 2
            return 1 - (1 - lower) ** k - lower**k

        value = flint.acb(0)
        for left in range(end):
            value += flint.acb.integral(integrand, left, left + 1)
        tail = k * (-(flint.arb(end) ** 2) / 2).exp() / flint.arb(end) ** 2
        return value.real + tail.union(0)


def random_energy(k: int, beta: float) -> tuple[float, float]:
    """Posterior-weighted mean and participation ratio of k normal levels.

    Parameters
    ----------
    k
        Number of levels, at least 1.
    beta
        Inverse temperature, at least 0.1; weights are p_j proportional to exp(beta g_j).

    Returns
    -------
    overlap, participation : float
        E sum p_j g_j and E sum p_j^2.

    Raises
    ------
    ValueError
        If ``k`` or ``beta`` is outside of its domain.

    Notes
    -----
    A weight is the probability that level j wins when a Gumbel variable over beta is added
    to each level. So the overlap is the mean of g_j over the winner, an integral over the winning
    value with one integral over the Gumbel noise inside; the participation ratio follows in the
    same way. Both are smooth integrands on the line, where the trapezoidal rule converges
    exponentially.

    Examples
    --------
    >>> overlap, participation = random_energy(100, 20.0)
    >>> abs(overlap - 20.0 * (1 - participation)) < 1e-9
    True
    """
    overlap, participation, _ = winning_level(k, beta)
    return overlap, participation


def winning_level(k: int, beta: float) -> tuple[float, float, float]:
    """The same and the posterior-weighted square: E sum p_j g_j, E sum p_j^2, E sum p_j g_j^2.

    Parameters
    ----------
    k, beta
        As for `random_energy`.

    Returns
    -------
    overlap, participation, square : float

    Raises
    ------
    ValueError
        If ``k`` or ``beta`` is outside of its domain.

    Examples
    --------
    >>> winning_level(1, 5.0)[2]  # the variance of one normal
    1.0...
    """
    k, beta = count("k", k), at_least("beta", beta, SMALLEST_BETA)
    # A level with its Gumbel variable over beta spreads over this width, and is as smooth.
    width = max(1.0, 1.0 / beta)
    half = round(_REACH / _STEP)
    du = _STEP * width
    u = du * np.arange(-half, half + 1)
    # y = beta (g - u) under the density of minus a Gumbel variable, exp(y - exp(y)); the normal
    # density of g sees steps of y/beta.
    step = _STEP * min(1.0, beta)
    y = step * np.arange(-round(_REACH / step), round(4.5 / step))
    log_density = y - np.exp(y)
    g = u[:, None] + y[None, :] / beta
    normal = np.exp(-(g**2) / 2) / math.sqrt(2 * math.pi)
    density = np.exp(log_density)[None, :]
    # Probability that one level with its Gumbel variable stays below u.
    below = step * (density * ndtr(g)).sum(axis=1)
    others = np.exp((k - 1) * np.log(np.maximum(below, np.finfo(float).tiny)))

    def won(value: np.ndarray) -> float:
        """Expectation over the winner."""
        wins = step * (density * normal * value).sum(axis=1)
        return k * du * float((wins * others).sum())

    return won(g), won(np.exp(y)[None, :]), won(g**2)
