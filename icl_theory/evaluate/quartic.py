r"""Which root of its quartic the effective ridge is, decided in rational arithmetic.

At lam > 0 write N(xi) = (1 - tau) xi + tau lam. The ridge equation says m = N/xi^2, and putting
this into the resolvent equation 1/m = nu + kappa/(kappa + m), nu = x + xi, gives Q(xi) = 0 for

.. math:: Q = \kappa^{-1} \cdot \mathrm{quartic}
            = N (\xi^2 + \kappa^{-1} N) \, B(N/\xi^2), \qquad
          B(m) = \frac1m - \nu - \frac{\kappa}{\kappa + m}.

**Lemma.** On the interval where xi > 0 and N(xi) > 0, that is (0, xi_max) with xi_max =
tau lam/(tau - 1) for tau > 1 and infinity otherwise, Q is negative below the effective ridge and
positive above it: the effective ridge is the only root of Q there.

*Proof.* The factors in front of B are positive. m (kappa + m) B(m) is a quadratic in m with value
kappa > 0 at m = 0 and leading coefficient -nu < 0, so it is positive below its one positive root
M(nu) and negative above. Hence Q > 0 exactly where N/xi^2 < M(nu). But xi (N/xi^2 - M(nu)) is the
residual tau lam/xi - (tau - 1) - xi M(nu) of the ridge equation, which decreases in xi and vanishes
at the effective ridge. At kappa = oo the same holds with B(m) = 1/m - nu - 1, and Q has a double
root at zero, outside of the interval.

So two points of the interval with Q(low) < 0 < Q(high) enclose the effective ridge: the signs of a
polynomial isolate it from the other real roots.
"""

from __future__ import annotations

from functools import cache

import flint

from icl_theory.evaluate.algorithm import branch_polynomials
from icl_theory.evaluate.fixed_point import Point
from icl_theory.evaluate.generic import Formulas
from icl_theory.theory import fixed_point, spectral, symbols
from icl_theory.theory.uniformisation import solve_linear

_PARAMETERS = (symbols.tau, symbols.lam, fixed_point.x, spectral.inv_kappa)
#: xi as a polynomial in itself.
_GENERATOR = flint.fmpq_poly([0, 1])


@cache
def _formulas() -> Formulas:
    numerator, scaled = branch_polynomials()
    formulas = Formulas(())
    formulas.program("quartic", [scaled], [symbols.xi, *_PARAMETERS])
    formulas.program("end", [solve_linear(numerator, symbols.xi)], _PARAMETERS[:2])
    return formulas


def quartic(point: Point) -> flint.fmpz_poly:
    """Quartic of the effective ridge times a positive number, with integer coefficients.

    Its degree is four also at kappa = oo, where the quartic itself is divided by kappa.
    """
    values = (point.tau, point.lam, point.x, point.inv_kappa)
    polynomial: flint.fmpq_poly = _formulas()["quartic"](None, (), _GENERATOR, *values)[0]
    # Its denominator is positive: the numerator has the same signs.
    return polynomial.numer()


def admissible_end(point: Point) -> flint.fmpq | None:
    """Upper end xi_max of the interval of the lemma, None where it is infinite."""
    if point.tau <= 1:
        return None
    end: flint.fmpq = _formulas()["end"](None, (), point.tau, point.lam)[0]
    return end


def side(point: Point, xi: flint.fmpq) -> int | None:
    """Where a rational number lies from the effective ridge.

    Returns
    -------
    int or None
        -1 below, 0 at, 1 above the effective ridge; None outside of the interval of the lemma.
    """
    end = admissible_end(point)
    if xi <= 0 or (end is not None and xi >= end):
        return None
    value = quartic(point)(xi)
    return int(value > 0) - int(value < 0)
