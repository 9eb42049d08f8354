"""The errors in high precision, from the paper's printed formulas and a solver of their own.

Nothing here comes from the package: it is what the package's limits are compared with.
"""

from __future__ import annotations

from mpmath import mp


def distances(count: int) -> list[int]:
    """Orders of magnitude of the distances from nested limits, the innermost first.

    Every limit further in is many orders of magnitude closer, because iterated limits are what is
    compared with.
    """
    outer, ratio = (20, 16) if count < 3 else (12, 6)
    return [outer * ratio ** (count - 1 - i) for i in range(count)]


def correction(count: int) -> float:
    """Orders of magnitude of the first correction to a leading term, less a half for its constant.

    Corrections are powers of the distances; the fourth root is the smallest in the theory.
    """
    return distances(count)[-1] / 4 - 0.5


def digits_for(count: int) -> int:
    """Digits that survive the cancellations of the printed formulas at these distances."""
    return 6 * distances(count)[0] + 100


def context(digits: int):
    """An mpmath context with a number of digits of its own."""
    own = mp.clone()
    own.dps = digits
    return own


def number(own, expression, values):
    """Value of a SymPy expression; ``values`` maps a symbol to its number."""
    if expression.is_Rational:
        return own.mpf(int(expression.p)) / int(expression.q)
    if expression.is_Symbol:
        return values(expression)
    parts = [number(own, part, values) for part in expression.args]
    if expression.is_Add:
        return own.fsum(parts)
    if expression.is_Mul:
        return own.fprod(parts)
    assert expression.is_Pow
    return own.power(*parts)


def state(own, tau, x, kappa, lam):
    """The fixed point (m, xi): the used degrees of freedom E solve (1 - E)(tau - E) = tau lam m.

    With E(m) = kappa m/(kappa + m) + x m the residual is convex and decreasing left of its root, so
    that Newton's iteration from zero climbs to the root.
    """

    def used(m):
        return kappa * m / (kappa + m) + x * m

    m = own.mpf(0)
    for _ in range(100000):
        e = used(m)
        slope = (kappa / (kappa + m)) ** 2 + x
        residual = (1 - e) * (tau - e) - tau * lam * m
        step = residual / (slope * (1 - e) + slope * (tau - e) + tau * lam)
        if step <= abs(m) * own.mpf(10) ** (5 - own.dps):
            break
        m += step
    return m, (1 - used(m)) / m


def errors(own, tau, alpha, kappa, rho, lam) -> dict:
    """Errors by the paper's formulas at positive ridge."""
    x = (1 + rho) / alpha
    m, xi = state(own, tau, x, kappa, lam)
    nu = x + xi
    slope = -(m * m / kappa + m) / (2 * nu * m / kappa + nu + 1 - 1 / kappa)
    c = (rho + nu - nu**2 * m - xi * (1 - 2 * nu * m - nu**2 * slope)) / (
        1 - 2 * xi * m - xi**2 * slope - tau
    )
    idg = -tau * c
    signal = 1 - 2 * nu * m - nu**2 * slope
    icl = (1 + x) * (signal - c * (m + xi * slope)) - 2 * (1 - nu * m) + 1 + rho
    return {
        "icl": icl,
        "idg": idg,
        "gap": icl - idg,
        "train": (lam / xi) ** 2 * idg,
        "noise": rho,
        "bias": -(nu**2) * slope,
        "context_variance": x * signal,
        "pretraining_variance": -(1 + x) * c * (m + xi * slope),
        "xi": xi,
        "m": m,
    }
