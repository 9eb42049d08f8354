"""The density of the task covariance's eigenvalues is that whose Stieltjes transform is M.

It holds pi, which the kernel does not know; quadrature does, and has to notice every mutant of what
is divided by it, and of the shrinkage.
"""

import math

import numpy as np
import pytest
import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.theory.density import jump, s, shrinkage, task_density
from icl_theory.theory.spectral import D1, M, edge_lower, edge_upper
from icl_theory.theory.symbols import kappa, m, nu
from icl_theory.verify.mutation import mutants

DIVERSITIES = np.array([0.3, 3.0])[:, None]
ARGUMENTS = np.array([0.7, 9.0])
#: With both edges apart from zero the integrand is analytic around the real angles, and the
#: midpoint rule is exact to rounding.
ANGLES = (np.arange(100) + 0.5) * math.pi / 100


def function(formula, *symbols):
    return sp.lambdify(symbols, unfold(formula))


def averages(density, kept):
    """Shares of a bulk and mean, Stieltjes transform and degrees of freedom, by quadrature."""
    lower, upper = (function(edge, kappa)(DIVERSITIES) for edge in (edge_lower, edge_upper))
    places = (upper + lower) / 2 - (upper - lower) / 2 * np.cos(ANGLES)
    weights = (upper - lower) / 2 * np.sin(ANGLES) * math.pi / len(ANGLES)
    with np.errstate(all="ignore"):
        mass = function(density, s, kappa)(places, DIVERSITIES) * weights
        shrunk = [mass * function(kept, s, nu)(places, at) for at in ARGUMENTS]
    inverse = [mass / (places + at) for at in ARGUMENTS]
    rows = [mass, mass * places, *inverse, *shrunk]
    return np.array([row.sum(axis=1) for row in rows])


def expected():
    """The same from the spectral function: the atom at zero has mass 1 - kappa."""
    bulk = np.minimum(1, DIVERSITIES)
    trace = function(M, nu, kappa)(ARGUMENTS, DIVERSITIES)
    freedom = function(D1, m, kappa)(trace, DIVERSITIES)
    columns = [bulk, np.ones_like(bulk), trace - (1 - bulk) / ARGUMENTS, freedom]
    return np.concatenate(columns, axis=1).T


def right(density=task_density, kept=shrinkage):
    found, wanted = averages(density, kept), expected()
    return bool((np.abs(found - wanted) <= 1e-10 * wanted).all())


def test_mass_mean_resolvent_and_degrees_of_freedom():
    assert right()


@pytest.mark.parametrize(("name", "quantity"), [("density", jump), ("kept", shrinkage)])
def test_every_mutant_is_noticed(name, quantity):
    formula = {"density": task_density, "kept": shrinkage}[name]
    changed = mutants(quantity)
    assert len(changed) > 3
    for mutant in changed:
        assert not right(**{name: formula.xreplace({quantity: mutant.definition})}), mutant.change
