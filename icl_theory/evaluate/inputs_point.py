"""One point of the theory of correlated inputs in any number system, at the precision that is set.

The programs are those of the float64 evaluator, run on numbers of mpmath or Arb. Rows of equal
input variance have the same trace and are taken together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from icl_theory.evaluate.inputs_rows import Rows, atoms_of, programs
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_formulas import names
from icl_theory.evaluate.structured_point import (
    NEWTON,
    Parameters,
    SpectralSystem,
    threshold_fields,
)
from icl_theory.evaluate.structured_state import joint


@dataclass(frozen=True)
class InputPoint:
    """Exact parameters of one point.

    Attributes
    ----------
    parameters
        Those of structured tasks, whose covariance is Sigma^{1/2} C Sigma^{1/2}.
    atoms
        What `atoms_of` returns.
    """

    parameters: Parameters
    atoms: list[tuple[Fraction, Fraction, Fraction, Fraction]]

    @classmethod
    def read(
        cls, inputs: Spectrum, tasks: Spectrum | None, test: object, **given: object
    ) -> InputPoint:
        """Read and check the parameters of a call.

        Parameters
        ----------
        inputs, tasks, test
            Spectra of Sigma and of the tasks, and the test, as in `input_errors`.
        given
            The numbers that `Parameters.read` takes.

        Raises
        ------
        ValueError
            If one is outside of its domain, or a spectrum has no atoms.
        TypeError
            If ``inputs`` is no spectrum.
        """
        spectrum, seen = joint(tasks, test)
        atoms = atoms_of(inputs, spectrum)
        _, c, s, w = zip(*atoms, strict=True)
        through = Spectrum.atoms(list(c), list(w), list(s))
        tested = "pretraining" if seen else None
        parameters = Parameters.read(tasks=through, test=tested, **given)
        if parameters.endless:
            check_endless(parameters)
        return cls(parameters, atoms)

    @property
    def is_tasks(self) -> bool:
        """Whether it is a point of structured tasks, at infinite context without ridge."""
        return self.parameters.endless and self.parameters.over

    def start(self) -> tuple[float, dict[Fraction, float]]:
        """Effective ridge, and trace of every row by its input variance, in float64.

        Raises
        ------
        ValueError
            If a parameter is too far from 1 for the state to be found.
        """
        one = self.parameters
        try:
            point = {
                name: np.inf if value is None else float(value)
                for name, value in {
                    "tau": one.tau,
                    "kappa": one.kappa,
                    "lam": one.lam,
                    "rho": one.rho,
                    "rho_test": one.rho_test,
                    # The ratio x, which is what contexts enter by.
                    "alpha": (one.spectrum.theta + one.rho) / one.x if one.x else None,
                    "alpha_test": None,
                }.items()
            }
            a, c, s, w = np.array(self.atoms, float).T
            with np.errstate(all="ignore"):
                rows = Rows(a, c, s, w, point)
                xi, _ = rows.effective_ridge()
                m = rows.traces(xi)
        except (ArithmeticError, ValueError):
            raise one.beyond() from None
        if not (np.all((m > 0) & (m < np.inf)) and (0 < xi < np.inf or one.over)):
            raise one.beyond()
        return xi, {atom[0]: float(trace) for atom, trace in zip(self.atoms, m, strict=True)}


def check_endless(point: Parameters) -> None:
    """Refuse infinite context without ridge where rows of Gamma have singular limits of their own.

    Raises
    ------
    ValueError
        If the ridge of the rows vanishes with 1/alpha.
    """
    few = point.kappa is not None and point.kappa <= point.tau
    if not point.over and (few or point.spectrum.rank <= point.tau):
        raise ValueError(
            "alpha must be finite where lam = 0 and tau < 1 is not below kappa and the rank of "
            "tasks over d, with correlated inputs, got inf"
        )


class RowEquations:
    """The equations of the rows over a number system, at the precision that is set."""

    def __init__(self, point: InputPoint, system: SpectralSystem) -> None:
        self.point, self.system = point.parameters, system
        convert, one = system.convert, point.parameters
        self.tau, self.lam, self.x = map(convert, (one.tau, one.lam, one.x))
        self.zero, self.rest = convert(Fraction(0)), convert(1 - one.tau)
        self.inverse_kappa = self.zero if one.kappa is None else convert(1 / one.kappa)
        self.atoms = [tuple(map(convert, atom)) for atom in point.atoms]
        variances = [atom[0] for atom in point.atoms]
        distinct = list(dict.fromkeys(variances))
        #: Input variance and weight of every row, and the row of every atom.
        self.rows = [
            (convert(a), convert(sum((w for b, *_, w in point.atoms if b == a), Fraction(0))))
            for a in distinct
        ]
        self.row_of = [distinct.index(a) for a in variances]

    def average(self, name: str, row: int, m: Any, xi: Any, *of_row: Any) -> list[Any]:
        """Averages over directions of what a program returns for one row."""
        program, a_row = programs()[name], self.rows[row][0]
        totals: list[Any] = []
        for a, c, s, w in self.atoms:
            state = (c, s, a, m, a_row, self.x, xi, self.inverse_kappa, *of_row)
            terms = [w * value for value in program(None, (), *state)]
            totals = [x + y for x, y in zip(totals, terms, strict=True)] if totals else terms
        return totals

    def trace(self, row: int, m: Any, xi: Any) -> Any:
        """The average of c G, which is above m below the trace of the row and below m above it."""
        return self.average("trace", row, m, xi)[0]

    def settled(self, xi: Any, traces: Sequence[Any], small: Any) -> list[Any]:
        """Traces of all rows by Newton's steps, until the square of one is below small squared."""
        found = []
        for row, m in enumerate(traces):
            for _ in range(NEWTON):
                trace, fall = self.average("trace", row, m, xi)
                step = (trace - m) / fall
                m = self._moved(m, step)
                if bool(abs(step) < small):
                    break
            else:
                raise ArithmeticError(f"a row did not settle in {NEWTON} steps")
            found.append(m)
        return found

    def excess(self, xi: Any, traces: Sequence[Any]) -> Any:
        """Residual of the ridge equation, falling in xi."""
        used = unused = self.zero
        for row, ((_, weight), m) in enumerate(zip(self.rows, traces, strict=True)):
            parts = self.average("freedom", row, m, xi)
            used, unused = used + weight * parts[0], unused + weight * parts[1]
        if bool(used < unused):
            return used - self.tau + self.tau * self.lam / xi
        # Next to the threshold both of these are small, and what is used is not.
        return self.rest - unused + self.tau * self.lam / xi

    def solve(self, xi: Any, traces: Sequence[Any], small: Any) -> tuple[Any, list[Any]]:
        """Effective ridge and traces by Newton's steps from an approximation."""
        for _ in range(NEWTON):
            traces = self.settled(xi, traces, small)
            if self.point.over:
                return xi, list(traces)
            # By log xi the degrees of freedom fall at xi times the penalised transfer.
            slope = xi * self._doubles(xi, traces)[1] + self.tau * self.lam / xi
            step = self.excess(xi, traces) / slope
            xi = self._moved(xi, step)
            if bool(abs(step) < small):
                return xi, self.settled(xi, traces, small)
        raise ArithmeticError(f"the effective ridge did not settle in {NEWTON} steps")

    def fields(self, xi: Any, traces: Sequence[Any]) -> dict[str, Any]:
        """All fields at the state."""
        point, convert = self.point, self.system.convert
        threshold = point.over and point.tau == 1
        if threshold:
            # With tau r = 1 in place of zero the terms that diverge have the scale one.
            r = 1 / self.tau
        elif point.lam == 0:
            r = convert(max(point.tau - 1, Fraction(0)) / point.tau)
        else:
            r = self.lam / xi
        single = [self.zero] * 3
        of_rows = self._rows(xi, traces)
        for (a, c, s, w), row in zip(self.atoms, self.row_of, strict=True):
            own = (c, s, a, traces[row], a, self.x, xi, self.inverse_kappa, *of_rows[row])
            terms = programs()["diagonal"](None, (), *own)
            single = [total + w * term for total, term in zip(single, terms, strict=True)]
        given = (point.rho, point.rho_test, point.x, point.x_test, point.x_seen)
        mean = self.zero
        for (_, weight), m in zip(self.rows, traces, strict=True):
            mean = mean + weight * m
        outer = (self.tau, *map(convert, given), xi, r, mean, *self._doubles(xi, traces), *single)
        values = programs()["seen" if point.seen else "fresh"](None, (), *outer)
        found = dict(zip(names(), values, strict=True))
        if point.trivial_gap:
            found["gap"] = self.zero
        if threshold:
            infinity = convert(Fraction(1)) * float("inf")
            return threshold_fields(point, found, infinity, self.zero)
        return found

    def _moved(self, value: Any, step: Any) -> Any:
        # To first order the factor is exp(step), and positive for every step.
        return self.system.middle(value * (1 + step) if bool(step > 0) else value / (1 - step))

    def _rows(self, xi: Any, traces: Sequence[Any]) -> list[list[Any]]:
        return [self.average("row", row, m, xi) for row, m in enumerate(traces)]

    def _doubles(self, xi: Any, traces: Sequence[Any]) -> list[Any]:
        totals = [self.zero] * 4
        for row, of_row in enumerate(self._rows(xi, traces)):
            weight = self.rows[row][1]
            terms = self.average("double", row, traces[row], xi, *of_row)
            totals = [total + weight * term for total, term in zip(totals, terms, strict=True)]
        return totals
