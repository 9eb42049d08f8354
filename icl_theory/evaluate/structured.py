"""Errors of structured tasks in double precision, for numbers and arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from icl_theory.evaluate.columns import Floats, columns_of
from icl_theory.evaluate.float64 import check_paired, read
from icl_theory.evaluate.kernels import blocks
from icl_theory.evaluate.parameters import read_as
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_formulas import fields, names, special
from icl_theory.evaluate.structured_state import BLOCK, Nodes, Solver, beyond, joint, nodes_of


def structured_errors(
    tau: Any,
    alpha: Any,
    kappa: Any,
    rho: Any,
    lam: Any = 0,
    *,
    tasks: Spectrum | None = None,
    test: Any = None,
    alpha_test: Any = None,
    rho_test: Any = None,
) -> Errors[Any]:
    """Errors of structured tasks and shifted tests in the limit of large dimension, in float64.

    Parameters
    ----------
    tau, alpha, kappa, rho, lam : array_like
        As in `errors`. At infinite context without ridge a test at infinite context has the context
        of pretraining: errors are limits alpha = alpha_test -> oo.
    tasks
        Spectrum of the pretraining tasks; isotropic by default.
    test
        ``"pretraining"`` for fresh sequences of the pretraining tasks; else fresh test tasks, as
        `Spectrum.tested_on` reads them. By default those of ``tasks``.
    alpha_test : array_like, optional
        Context length over d in the test; > 0 or ``inf``, ``alpha`` by default.
    rho_test : array_like, optional
        Label noise in the test; finite, >= 0, ``rho`` by default.

    Returns
    -------
    Errors
        ``icl`` is the error of the test, ``noise`` to ``pretraining_variance`` its four terms and
        ``gap`` its difference to ``idg``, the error on the pretraining distribution itself.

    Raises
    ------
    ValueError
        If a value is outside its domain, or shapes do not broadcast.

    Notes
    -----
    Relative errors are below 4e-15, the gap's relative to the larger of ``icl`` and ``idg``.
    Formulas: `icl_theory.theory.structured`.

    Examples
    --------
    >>> two = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> structured_errors(2, 3, 0.75, 0.2, 0.01, tasks=two, test="isotropic").icl
    1.40343778...
    """
    spectrum, seen = joint(tasks, test)
    given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    columns, shape = read_columns(given, alpha_test, rho_test)
    values = _evaluate(spectrum, columns, seen)
    # Where the test is the pretraining distribution itself: not the rounding of two equal errors.
    same = (columns["alpha"] == columns["alpha_test"]) & (columns["rho"] == columns["rho_test"])
    if not seen:
        same &= (columns["kappa"] == math.inf) & spectrum.matched
    values["gap"][same] = 0.0
    return shaped(values, shape)


def endless(columns: Mapping[str, Floats]) -> npt.NDArray[np.bool_]:
    """Where context is infinite and there is no ridge."""
    found: npt.NDArray[np.bool_] = (columns["alpha"] == math.inf) & (columns["lam"] == 0)
    return found


def read_columns(
    given: Mapping[str, Any], alpha_test: Any, rho_test: Any
) -> tuple[dict[str, Floats], tuple[int, ...] | None]:
    """Parameters and those of the test as columns, and the shape asked for; None for numbers.

    Raises
    ------
    ValueError
        If a value is outside its domain, or shapes do not broadcast.
    """
    arrays = {name: read(name, value) for name, value in given.items()}
    for name, like, value in (("alpha_test", "alpha", alpha_test), ("rho_test", "rho", rho_test)):
        arrays[name] = arrays[like] if value is None else read_as(read, name, like, value)
    check_paired({**given, "alpha_test": alpha_test, "rho_test": rho_test}, arrays)
    columns, shape = columns_of(arrays)
    return columns, None if all(array.ndim == 0 for array in arrays.values()) else shape


def shaped(values: Mapping[str, Floats], shape: tuple[int, ...] | None) -> Errors[Any]:
    """Columns of fields in the shape asked for."""
    if shape is None:
        return record({name: float(column[0]) for name, column in values.items()})
    return record({name: column.reshape(shape) for name, column in values.items()})


def _evaluate(spectrum: Spectrum, columns: Mapping[str, Floats], seen: bool) -> dict[str, Floats]:
    length = len(columns["tau"])
    values = {name: np.empty(length) for name in names()}
    limits = endless(columns)
    if limits.any():
        from icl_theory.evaluate.structured_certified import certified_at
        from icl_theory.evaluate.structured_context_float64 import fill

        fill(spectrum, columns, seen, np.flatnonzero(limits), values, certified_at)
    regular = np.flatnonzero(~limits)
    nodes = nodes_of(spectrum)
    with np.errstate(all="ignore"):
        for where in blocks(len(regular), max(1, BLOCK // len(nodes.c))):
            # The points of a call as they are, where no other is among them.
            index = regular[where] if limits.any() else where
            found = _block(nodes, {name: c[index] for name, c in columns.items()}, seen)
            for name, column in values.items():
                column[index] = found[name]
    for column in values.values():
        undefined = np.isnan(column)
        if undefined.any():
            first = int(np.flatnonzero(undefined)[0])
            raise beyond({key: float(given[first]) for key, given in columns.items()})
    return values


def _block(nodes: Nodes, point: Mapping[str, Floats], seen: bool) -> dict[str, Any]:
    tau, kappa, rho, lam = (point[name] for name in ("tau", "kappa", "rho", "lam"))
    rho_test, alpha_test = point["rho_test"], point["alpha_test"]
    x = (nodes.theta + rho) / point["alpha"]
    solver = Solver(nodes, tau, x, kappa, lam)
    xi, u = solver.solve()
    nu, t, r = solver.state(xi, u)
    # t c + nu = t (c + u)
    G = 1 / (t[:, None] * (nodes.c + u[:, None]))
    m = G @ nodes.columns[:, 1]
    averages = tuple((G * G @ nodes.columns).T)
    state = (
        tau,
        rho,
        rho_test,
        x,
        (nodes.theta_test + rho_test) / alpha_test,
        (nodes.theta + rho_test) / alpha_test,
        1 / kappa,
        m,
        nu,
        r,
        xi,
    )
    found = fields(seen, state, averages)
    threshold = (lam == 0) & (tau == 1)
    if threshold.any():
        found = {name: np.array(np.broadcast_to(v, tau.shape)) for name, v in found.items()}
        for infinite in (False, True):
            for name, value in special(infinite).items():
                found[name][threshold & ((kappa == math.inf) == infinite)] = value
        # The gap has the sign of the difference of two diverging terms.
        finite = fields(seen, (*state[:9], np.where(threshold, 1.0, r), xi), averages)
        ratio = finite["pretraining_variance"] - finite["idg"]
        gap = np.copysign(math.inf, ratio)
        if seen:
            # They differ by the context's price times a difference of ratios, or by their noise.
            ratio = state[5] - x
            gap = np.where(ratio == 0, rho_test - rho, np.copysign(math.inf, ratio))
        found["gap"][threshold] = gap[threshold]
    return found
