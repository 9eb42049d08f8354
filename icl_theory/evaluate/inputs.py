"""Errors with correlated inputs in the limit of large dimension, in double precision.

Points where float64 loses digits are rounded from balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from icl_theory.evaluate.inputs_certified import input_errors_certified
from icl_theory.evaluate.inputs_point import InputPoint
from icl_theory.evaluate.inputs_rows import Rows, coupled
from icl_theory.evaluate.result import Errors
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured import endless, read_columns, shaped
from icl_theory.evaluate.structured_certified import certified_at
from icl_theory.evaluate.structured_context_float64 import fill
from icl_theory.evaluate.structured_formulas import names
from icl_theory.evaluate.structured_state import joint

#: Largest factor by which the equations of the state may enlarge rounding in float64.
ENLARGED = 100


def input_errors(
    tau: Any,
    alpha: Any,
    kappa: Any,
    rho: Any,
    lam: Any = 0,
    *,
    inputs: Spectrum,
    tasks: Spectrum | None = None,
    test: Any = None,
    alpha_test: Any = None,
    rho_test: Any = None,
) -> Errors[Any]:
    """Errors with inputs of covariance Sigma in the limit of large dimension, in float64.

    Parameters
    ----------
    tau, alpha, kappa, rho, lam : array_like
        As in `errors`. At infinite context without ridge tau is below kappa and the rank of tasks
        over d, or at least 1.
    inputs
        Spectrum of Sigma, with eigenvalues > 0. Its eigenvectors are those of the tasks'
        covariance, the largest eigenvalue with the largest, as in `simulate`.
    tasks, test, alpha_test, rho_test
        As in `structured_errors`; spectra have atoms.

    Returns
    -------
    Errors
        ``m`` is the average over rows of Gamma.

    Raises
    ------
    ValueError
        If a value is outside its domain, a spectrum has no atoms, or shapes do not broadcast.

    Notes
    -----
    The limit of the equivalent at finite d, which rests on a hypothesis where a ridge sees Sigma
    (claim ``row-ridges``). Rounding is not bounded by a proof; at 6000 random points, with up to
    eight eigenvalues of inputs and of tasks, all over ten decades, relative errors stayed below
    5e-14 of the certified value (``python -m benchmarks.structured``). Where the equations of the
    state enlarge rounding by more than `ENLARGED`, which the point itself tells, the value is the
    certified one, rounded.

    Examples
    --------
    >>> levels = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> input_errors(2.5, 3, 0.75, 0.2, 0.5, inputs=levels, tasks=levels).icl
    0.70994514...
    """
    spectrum, seen = joint(tasks, test)
    a, c, s, w = coupled(inputs, spectrum)
    given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    columns, shape = read_columns(given, alpha_test, rho_test)
    values = {name: np.empty(len(columns["tau"])) for name in names()}
    limits = endless(columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        for index in range(len(columns["tau"])):
            point = {name: float(column[index]) for name, column in columns.items()}
            if limits[index]:
                exact = InputPoint.read(inputs, tasks, test, **point)
                if exact.is_tasks:
                    one = exact.parameters
                    fill(one.spectrum, columns, one.seen, [index], values, certified_at)
                    continue
            rows = Rows(a, c, s, w, point)
            found = rows.fields(seen)
            if not rows.enlarged <= ENLARGED:
                found = _rounded(inputs, tasks, test, point)
            for name, value in found.items():
                values[name][index] = value
    return shaped(values, shape)


def _rounded(
    inputs: Spectrum, tasks: Spectrum | None, test: Any, point: Mapping[str, float]
) -> dict[str, float]:
    """All fields from balls."""
    balls = input_errors_certified(InputPoint.read(inputs, tasks, test, **point), digits=17)
    return {name: float(ball) for name, ball in balls.as_dict().items()}
