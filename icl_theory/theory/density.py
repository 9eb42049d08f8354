r"""The Marchenko-Pastur density of the task covariance, and what a ridge sees of its eigenvalues.

For nu = -s with s between the edges the discriminant of the quadratic of M is negative. The
density at s is the imaginary part of M there, over pi.
"""

from sympy import Symbol, pi, sqrt

from icl_theory.algebra.quantity import define

from .spectral import edge_lower, edge_upper, inv_kappa
from .symbols import nu

#: An eigenvalue of the task covariance.
s = Symbol("s", positive=True)

jump = define(
    "jump",
    sqrt((s - edge_lower) * (edge_upper - s)) / (2 * s * inv_kappa),
    latex=r"J_\kappa(s)",
    source="Marchenko and Pastur (1967)",
    doc="Imaginary part of M at -s between the edges: pi times the density of eigenvalues.",
)

#: Density of the eigenvalues of the task covariance between the edges.
task_density = jump / pi

shrinkage = define(
    "shrinkage",
    s / (s + nu),
    latex=None,
    doc="What ridge regression at nu keeps of a direction with eigenvalue s.",
)
