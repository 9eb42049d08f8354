r"""The state of structured tasks in double precision.

The state has two unknowns, the effective ridge xi and u = nu/t, where p = c/(c + u) is the letter
of the averages (``icl_theory.theory.structured``). They solve

    nu/u + D1(u)/kappa = 1,      tau lam/xi + D1(u) + (x/nu) (1 - D1(u)) = tau,      nu = x + xi,

with D1(u) = ⟨c/(c + u)⟩. Both residuals are evaluated without cancellation for every spectrum:

* D1 is counted from the eigenvalues above u. With W their share of the directions,
  D1 - W = ⟨p⟩ below u minus ⟨1 - p⟩ above it, and either is at most twice V = ⟨p (1 - p)⟩, which is
  the slope -dD1/dlog u. What remains, kappa - W, is a difference of numbers that are given.
* The second equation is written in one of three ways: by 1 - tau where xi <= x, else by tau - W
  where V <= kappa t, else by tau - kappa.

Each residual is then a sum of terms not larger than a small multiple of its own slope, so the
logarithm of the root is as accurate as the arithmetic (`derivations.structured`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.spectrum import Spectrum

#: Eigenvalues times points in a block, so that intermediate arrays stay in the cache.
BLOCK = 1 << 16
#: Newton steps below this are followed by no other: the next would be its square.
LAST_STEP = 1e-9
#: Longest step in log xi and log u, and how many steps before a point is given to bisection.
LONGEST, STEPS = 4.0, 40
#: Decades around 1 in which the state of structured tasks is found, whatever the others are.
DECADES = 40
#: Bisection steps: the width of a bracket falls below rounding.
BISECTIONS = 200

#: A test on the pretraining tasks, instead of fresh ones.
SEEN = "pretraining"


def joint(tasks: Spectrum | None, test: Any) -> tuple[Spectrum, bool]:
    """The joint spectrum of tasks and test, and whether the test is on the pretraining tasks."""
    spectrum = Spectrum.isotropic() if tasks is None else tasks
    if not isinstance(spectrum, Spectrum):
        raise TypeError(f"tasks must be a Spectrum, got {shown(tasks)}")
    if test is None or (isinstance(test, str) and test == SEEN):
        return spectrum, test is not None
    try:
        return spectrum.tested_on(test), False
    except ValueError as error:
        if isinstance(test, str):
            raise ValueError(
                "test must be 'pretraining', 'matched', 'isotropic' or 'reversed', got "
                f"{shown(test)}"
                if str(error).startswith("test must be 'matched', ")
                else str(error)
            ) from None
        raise


@dataclass(frozen=True)
class Nodes:
    """A spectrum in float64.

    Attributes
    ----------
    c, w
        Eigenvalues, descending, and their weights.
    columns
        Array (nodes, 6): weights times 1, c, c^2, s, s c.
    theta, theta_test
        Means of c and s.
    above, above_rest
        Share of the directions in the first j nodes, rounded, and what rounding left out.
    """

    c: Floats
    w: Floats
    columns: Floats
    theta: float
    theta_test: float
    above: Floats
    above_rest: Floats


@lru_cache(maxsize=64)
def nodes_of(spectrum: Spectrum) -> Nodes:
    """A spectrum in float64."""
    c, w, s = spectrum.nodes()
    exact = [Fraction(0)]
    for share in spectrum.weights or map(Fraction, w.tolist()):
        exact.append(exact[-1] + share)
    # The rounded weights of a continuous spectrum do not add up to one.
    exact = [share / exact[-1] for share in exact]
    above = np.array(exact, float)
    rest = np.array([float(a - Fraction(b)) for a, b in zip(exact, above.tolist(), strict=True)])
    with np.errstate(over="ignore"):
        columns = np.stack([w, w * c, w * c * c, w * s, w * s * c], axis=1)
    if not np.isfinite(columns).all():
        raise ValueError(
            "tasks must have eigenvalues with squares in the range of float64, got "
            f"{shown(spectrum)}"
        )
    theta, theta_test = float(spectrum.theta), float(spectrum.theta_test)
    return Nodes(c, w, columns, theta, theta_test, above, rest)


def beyond(point: Mapping[str, float | Fraction]) -> Exception:
    """What is raised where the state is not found in float64: of the parameter farthest from 1."""
    exact = {name: Fraction(v) for name, v in point.items() if 0 < v < math.inf}
    decades = {n: math.log10(v.numerator) - math.log10(v.denominator) for n, v in exact.items()}
    name = max(decades, key=lambda n: abs(decades[n]))
    if abs(decades[name]) <= DECADES:
        at = ", ".join(f"{n} = {float(v):.10g}" for n, v in point.items())
        return ArithmeticError(f"the state is undefined in float64 at {at}")
    size, domain = f"10**{decades[name]:.4g}", f"from 1e-{DECADES} to 1e{DECADES}"
    return ValueError(f"{name} must be {domain} with structured tasks, got {size}")


class Solver:
    """Effective ridge and u at many points of one spectrum.

    Parameters
    ----------
    nodes
        The spectrum.
    tau, x, kappa, lam
        Arrays of one length.
    """

    def __init__(self, nodes: Nodes, tau: Floats, x: Floats, kappa: Floats, lam: Floats) -> None:
        self.nodes, self.tau, self.x, self.kappa, self.lam = nodes, tau, x, kappa, lam
        self.inv_kappa = 1 / kappa
        # The ridgeless state above the threshold has xi = 0.
        self.free = (lam > 0) | (tau < 1)

    def part(self, index: np.ndarray) -> Solver:
        """The solver of some of the points."""
        return Solver(self.nodes, *(a[index] for a in (self.tau, self.x, self.kappa, self.lam)))

    def bound(self, level: float) -> Floats:
        """Positive root of tau xi^2 - (y (1 - tau) + tau lam) xi - tau lam y = 0 at y = level + x.

        It is the effective ridge with the spectrum replaced by isotropic tasks of variance
        ``level`` and kappa = inf: a lower bound at level 0, an upper one at level theta.
        """
        y = level + self.x
        b, product = y * (1 - self.tau) + self.tau * self.lam, self.tau * self.lam * y
        root = np.sqrt(b * b + 4 * self.tau * product)
        return np.where(b >= 0, (b + root) / (2 * self.tau), 2 * product / (root - b))

    def solve(self) -> tuple[Floats, Floats]:
        """Effective ridge xi and u, to float64 precision."""
        low, high = self.bound(0.0), self.bound(self.nodes.theta)
        xi = np.where(self.free, np.sqrt(low) * np.sqrt(high), 0.0)
        xi = np.where(self.free & (xi == 0), high, xi)
        nu = self.x + xi
        u = np.sqrt(nu) * np.sqrt(nu + self.nodes.theta * self.inv_kappa)
        active = np.arange(len(xi))
        solver = self
        for _ in range(STEPS):
            step_xi, step_u, _ = solver.step(xi[active], u[active])
            done = (np.abs(step_xi) < LAST_STEP) & (np.abs(step_u) < LAST_STEP)
            new = xi[active] * np.exp(np.clip(step_xi, -LONGEST, LONGEST))
            # The bounds are wider than rounding, but for a single eigenvalue they may be the root.
            new = np.where(done, new, np.clip(new, low[active], high[active]))
            xi[active] = new
            u[active] = solver.inside(u[active] * np.exp(np.clip(step_u, -LONGEST, LONGEST)), new)
            if done.any():
                active = active[~done]
                if not len(active):
                    return xi, u
                solver = self.part(active)
        # Where the bounds overflow there is nothing to bisect.
        lost = active[~np.isfinite(high[active])]
        xi[lost] = u[lost] = np.nan
        active = active[np.isfinite(high[active])]
        if len(active):
            xi[active], u[active] = self.part(active).bisect()
        return xi, u

    def state(self, xi: Floats, u: Floats) -> tuple[Floats, Floats, Floats]:
        """The state (nu, t, r) at xi and u."""
        nu = self.x + xi
        r = np.where(self.lam > 0, self.lam / xi, np.maximum(self.tau - 1, 0) / self.tau)
        return nu, nu / u, r

    def inside(self, u: Floats, xi: Floats) -> Floats:
        """The nearest value of u within its bounds nu and nu + theta/kappa."""
        nu = self.x + xi
        return np.clip(u, nu, nu + self.nodes.theta * self.inv_kappa)

    def step(self, xi: Floats, u: Floats) -> tuple[Floats, Floats, Floats]:
        """Newton's steps of log xi and log u, and that of log u at this xi."""
        nodes, x, tau = self.nodes, self.x, self.tau
        nu = x + xi
        spread, signed, unused, above = self.averages(u)
        a = nu / u
        W, rest = nodes.above[above], nodes.above_rest[above]
        infinite = np.isinf(self.kappa)
        kappa = np.where(infinite, 1.0, self.kappa)
        excess = np.where(infinite, 1.0, ((kappa - W) - rest) / kappa)
        residual_u = a + (signed * self.inv_kappa - excess)
        slope_u = a + spread * self.inv_kappa
        offset = residual_u / slope_u
        if not self.free.any():
            return np.zeros_like(xi), offset, offset
        weighted_r = np.where(self.lam > 0, tau * self.lam / xi, 0.0)
        share = xi / nu
        context = x / nu * unused
        freedom = self.kappa * a
        residual = weighted_r + np.where(
            xi <= x,
            (1 - tau) - share * unused,
            np.where(
                spread <= freedom,
                context + signed - ((tau - W) - rest),
                context - np.where(infinite, 0.0, freedom) - (tau - kappa),
            ),
        )
        slope = weighted_r + share * (context + spread * (xi / u) / slope_u)
        # How the residual, as it is written, moves with log u.
        by_tasks = (xi > x) & (spread > freedom)
        coupling = np.where(by_tasks, freedom + x / nu * spread, -spread * share)
        step_xi = np.where(self.free, (residual + coupling * offset) / slope, 0.0)
        return step_xi, offset + xi / u / slope_u * step_xi, offset

    def averages(self, u: Floats) -> tuple[Floats, Floats, Floats, np.ndarray]:
        """⟨p (1 - p)⟩; ⟨p⟩ below u minus ⟨1 - p⟩ above; ⟨1 - p⟩; how many c are above u."""
        nodes = self.nodes
        column = u[:, None]
        above = nodes.c > column
        inverse = 1 / (nodes.c + column)
        used = nodes.c * inverse
        unused = column * inverse
        mean_unused = unused @ nodes.w
        spread = (used * unused) @ nodes.w
        signed = np.where(above, -unused, used) @ nodes.w
        return spread, signed, mean_unused, above.sum(axis=1)

    def bisect(self) -> tuple[Floats, Floats]:
        """The slow and certain way: bisection of log xi, and of log u inside of it."""
        low, high = (
            np.log(np.where(self.free, self.bound(level), 1)) for level in (0.0, self.nodes.theta)
        )
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            xi = np.where(self.free, np.exp(middle), 0.0)
            u = self._inner(xi)
            right = self.step(xi, u)[0] > 0
            low, high = np.where(right, middle, low), np.where(right, high, middle)
            if np.all(high - low < 4e-16 * np.abs(middle)):
                break
        xi = np.where(self.free, np.exp((low + high) / 2), 0.0)
        u = self._inner(xi)
        for _ in range(2):
            step_xi, step_u, _ = self.step(xi, u)
            xi, u = xi * np.exp(step_xi), u * np.exp(step_u)
        return xi, u

    def _inner(self, xi: Floats) -> Floats:
        nu = self.x + xi
        low, high = np.log(nu), np.log(nu + self.nodes.theta * self.inv_kappa)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            right = self.step(xi, np.exp(middle))[2] > 0
            low, high = np.where(right, middle, low), np.where(right, high, middle)
            if np.all(high - low < 1e-12):
                break
        return np.exp((low + high) / 2)
