"""Errors in double precision, for numbers and arrays."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, cast, overload

import numpy as np
import numpy.typing as npt

from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats, common_shape
from icl_theory.evaluate.compiled import compiled
from icl_theory.evaluate.effective_ridge import effective_ridge
from icl_theory.evaluate.kernels import Column, Compiled, CompiledRegion, Workspace, blocks, part
from icl_theory.evaluate.parameters import RANGES, at_index, exact, out_of_domain, settled
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.threads import in_threads

Columns = Mapping[str, Column]
Fill = Callable[[Compiled, Columns, int, dict[str, Floats]], None]

#: Dimensions of an array, each with the names of the entries along it if they have any.
Labels = tuple[tuple[Any, list[Any] | None], ...]

#: A parameter given as one number.
Scalar = float | int | str | Fraction

#: Between these no intermediate result leaves the range of float64. Beyond, points are evaluated in
#: longer floats and rounded.
SMALLEST, LARGEST = 1e-30, 1e30
#: Digits that tell one float64 from the next.
FLOAT_DIGITS = 17
#: Exponents of longer floats reach so far that no product of a dozen float64 leaves their range.
LONG_EXPONENT = 16384


@overload
def errors(  # type: ignore[overload-overlap]
    tau: Scalar, alpha: Scalar, kappa: Scalar, rho: Scalar, lam: Scalar = 0
) -> Errors[float]: ...


@overload
def errors(
    tau: npt.ArrayLike,
    alpha: npt.ArrayLike,
    kappa: npt.ArrayLike,
    rho: npt.ArrayLike,
    lam: npt.ArrayLike = 0,
) -> Errors[Floats]: ...


def errors(tau: Any, alpha: Any, kappa: Any, rho: Any, lam: Any = 0) -> Errors[Any]:
    """Test and training errors in the limit of large dimension, in float64.

    Parameters
    ----------
    tau : array_like
        Pretraining sequences over d squared; finite, > 0.
    alpha : array_like
        Context length over d; > 0 or ``inf``.
    kappa : array_like
        Pretraining tasks over d; > 0 or ``inf``.
    rho : array_like
        Variance of the label noise; finite, >= 0.
    lam : array_like, optional
        Ridge strength; finite, >= 0. Zero, the default, is the limit lam -> 0.

    Returns
    -------
    Errors
        Every field is an array of the shape to which the parameters broadcast, or a float where all
        of them are numbers. See `Errors` for the fields.

    Raises
    ------
    ValueError
        If a value is outside its domain: names the parameter, the value, the domain and, in an
        array, the first index. Also if the shapes do not broadcast.
    TypeError
        If a value is not a number.

    Notes
    -----
    Relative errors are below 4e-15 for every field, measured in
    ``benchmarks/accuracy.py``; the gap, which changes sign, relative to the largest of its three
    terms. Parameters are taken as the binary numbers that they are; strings such as ``"0.1"`` or
    ``"1/3"`` are rounded to float64 first.

    At ``lam = 0`` and ``tau = 1`` the errors that diverge are ``inf``, and the training error is
    0, its limit from both sides. Infinities are limits taken in the order kappa, lam, alpha: the
    gap at ``kappa = inf`` is 0 everywhere, and at ``alpha = inf`` the ridgeless errors are limits
    of ridgeless errors, infinite where these grow without bound.

    Formulas: `icl_theory.theory.errors`; source: paper, theorems on the ICL and IDG errors, in
    the form without cancellation.

    Examples
    --------
    >>> errors(tau=0.5, alpha=10, kappa=0.5, rho=0.1).icl
    1.17605687...
    >>> errors(tau=[0.5, 2], alpha=10, kappa=0.5, rho=0.1).idg.shape
    (2,)
    """
    given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    arrays = read_all(given)
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    columns: dict[str, Floats | float] = {
        name: float(array.reshape(-1)[0])
        if array.size == 1
        else np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
        for name, array in arrays.items()
    }
    values = _evaluate(compiled(), columns, math.prod(shape))
    if all(array.ndim == 0 for array in arrays.values()):
        return record({name: float(column[0]) for name, column in values.items()})
    return record({name: column.reshape(shape) for name, column in values.items()})


def read(name: str, value: Any) -> Floats:
    """One parameter as an array of float64 inside its domain.

    Raises
    ------
    ValueError
        If an entry is outside of the domain, or not in the range of float64, or masked.
    TypeError
        If it does not hold numbers.
    """
    text = f"{name} must be {RANGES[name].text}, or an array of such numbers"
    if isinstance(value, bytes | bytearray) or (
        isinstance(value, memoryview) and value.format in ("b", "B", "c")
    ):
        # NumPy takes them for arrays of small numbers.
        raise TypeError(f"{text}, got {shown(value)}")
    try:
        if isinstance(value, float | int | str | Fraction) or not np.iterable(value):
            return np.asarray(read_scalar(name, value))
    except (ValueError, TypeError):
        raise
    except Exception:
        # Whatever an object of a foreign type does when it is looked at.
        raise TypeError(f"{text}, got {shown(value)}") from None
    try:
        given = np.asarray(value)
    except Exception:
        raise TypeError(f"{text}, got {shown(value)}") from None
    if np.ma.is_masked(value):
        index = tuple(int(i) for i in np.argwhere(np.ma.getmaskarray(cast(Any, value)))[0])
        raise ValueError(f"{text}, got one that is masked {at_index(index)}")
    if given.dtype.kind in "iuf":
        with np.errstate(over="ignore", under="ignore"):
            array = given.astype(np.float64, copy=False)
        if given.dtype.itemsize > 8:
            lost = ((array == 0) != (given == 0)) | (np.isinf(array) != np.isinf(given))
            if lost.any():
                index = tuple(int(i) for i in np.argwhere(lost)[0])
                raise _beyond(name, given[index], index)
    elif given.dtype.kind in "OU":
        array = np.empty(given.shape)
        flat = given.reshape(-1).tolist()
        for index, entry in zip(np.ndindex(given.shape), flat, strict=True):
            try:
                array[index] = read_scalar(name, entry)
            except (ValueError, TypeError) as error:
                raise type(error)(f"{error} {at_index(index)}" if index else str(error)) from None
    else:
        raise TypeError(f"{text}, got an array of {given.dtype}")
    domain = RANGES[name]
    # NaN, if there is any, is both ends.
    if array.size and domain.admits(array.min()) and domain.admits(array.max()):
        return array
    inside = cast(npt.NDArray[np.bool_], domain.admits(array))
    if not inside.all():
        index = tuple(int(i) for i in np.argwhere(~inside)[0])
        raise out_of_domain(name, array[index].item(), index)
    return array


def read_all(given: Mapping[str, Any]) -> dict[str, Floats]:
    """Parameters as arrays that broadcast with each other.

    Raises
    ------
    ValueError
        If one cannot be read, their shapes do not fit, or their entries have labels that differ.
    TypeError
        If one does not hold numbers.
    """
    arrays = {name: read(name, value) for name, value in given.items()}
    check_paired(given, arrays)
    return arrays


def check_paired(given: Mapping[str, Any], arrays: Mapping[str, Floats]) -> None:
    """Refuse arrays whose entries do not belong together.

    Raises
    ------
    ValueError
        If their shapes do not fit, or their entries have labels that differ.
    """
    common_shape(arrays)
    first: tuple[str, Labels] | None = None
    for name, value in given.items():
        labels = _labels(name, value) if arrays[name].ndim else None
        if labels is None:
            continue
        if first is None:
            first = name, labels
        elif (apart := _apart(first[1], labels)) is not None:
            # Their entries would be paired by place, whatever their labels say.
            one, other = map(shown, apart)
            raise ValueError(f"{name} must be labelled as {first[0]} is, {one}, got {other}")


def _labels(name: str, value: Any) -> Labels | None:
    """Dimensions of a labelled array, and what names entries along each; None of a plain one."""
    try:
        dimensions = getattr(value, "dims", None)
        if dimensions is not None:
            places = getattr(value, "coords", {})
            return tuple((d, list(places[d].values) if d in places else None) for d in dimensions)
        index = getattr(value, "index", None)
        if index is None or callable(index):
            return None
        columns = getattr(value, "columns", None)
        return (("index", list(index)), ("columns", None if columns is None else list(columns)))
    except Exception:
        # Whatever an object of a foreign type does when it is looked at.
        raise TypeError(f"{name} must have labels that can be read, got {shown(value)}") from None


def _apart(one: Labels, other: Labels) -> tuple[Any, Any] | None:
    """In what two arrays differ: names of dimensions, or of entries where both have such."""
    names, others = (tuple(name for name, _ in labels) for labels in (one, other))
    if names != others:
        return names, others
    for (_, left), (_, right) in zip(one, other, strict=True):
        if left is not None and right is not None and tuple(left) != tuple(right):
            return tuple(left), tuple(right)
    return None


def read_scalar(name: str, value: Any) -> float:
    """One parameter that is a single number, in float64.

    Raises
    ------
    ValueError
        If it is outside of its domain, or not in the range of float64.
    TypeError
        If it is not a number.
    """
    if (isinstance(value, float) or type(value) is int) and abs(value) < LARGEST:
        if not RANGES[name].admits(value):
            raise out_of_domain(name, value)
        return float(value)
    number = exact(name, settled(value, FLOAT_DIGITS))
    try:
        rounded = float(number)
    except OverflowError:
        rounded = math.inf
    if (rounded == 0) != (number == 0) or math.isinf(rounded) != (number == math.inf):
        raise _beyond(name, value)
    return rounded


def _beyond(name: str, value: object, index: tuple[int, ...] = ()) -> ValueError:
    where = f" {at_index(index)}" if index else ""
    return ValueError(
        f"{name} must be {RANGES[name].text}, and {shown(value)}{where} is beyond the range of "
        "float64; errors_mp and errors_certified take it"
    )


def _evaluate(programs: Compiled, columns: Columns, length: int) -> dict[str, Floats]:
    """All fields at ``length`` points."""
    values = {name: np.empty(length) for name in programs.fields}
    extreme = np.zeros((), bool)
    for column in columns.values():
        # Mostly none is, which the ends of a column say in a quarter of the time.
        if np.min(column, initial=1) < SMALLEST or np.max(column, initial=1) > LARGEST:
            extreme = extreme | _test(
                column, lambda c: ((c > 0) & (c < SMALLEST)) | ((c > LARGEST) & (c < math.inf))
            )
    if extreme.any():
        _apply(_by_case, ~extreme, programs, columns, length, values)
        _apply(_extreme, extreme, programs, columns, length, values)
    else:
        _by_case(programs, columns, length, values)
    return values


def evaluate_long(columns: Columns, length: int) -> dict[str, npt.NDArray[np.longdouble]]:
    """All fields at ``length`` points in longer floats, accurate to their own precision."""
    long = {name: np.broadcast_to(np.longdouble(c), length) for name, c in columns.items()}
    programs = compiled()
    found = {name: np.empty(length, np.longdouble) for name in programs.fields}
    _by_case(programs, long, length, cast(dict[str, Floats], found))
    return found


def _by_case(programs: Compiled, columns: Columns, length: int, values: dict[str, Floats]) -> None:
    """Points whose intermediate results stay in the range of their floats."""
    ridgeless = _test(columns["lam"], lambda lam: lam == 0)
    endless = _test(columns["alpha"], lambda alpha: alpha == math.inf)
    parts: list[tuple[Fill, np.ndarray]] = [
        (_ridge, ~ridgeless),
        (_ridgeless, ridgeless & ~endless),
        (_endless, ridgeless & endless),
    ]
    for fill, mask in parts:
        _apply(fill, mask, programs, columns, length, values)


def _apply(
    fill: Fill,
    mask: np.ndarray,
    programs: Compiled,
    columns: Columns,
    length: int,
    values: dict[str, Floats],
) -> None:
    """Let ``fill`` evaluate the points in ``mask``, which is a single truth value or one each."""
    if length == 0 or not mask.any():
        return
    if mask.all():
        fill(programs, columns, length, values)
        return
    index = np.flatnonzero(mask)
    found = {name: np.empty(len(index), column.dtype) for name, column in values.items()}
    fill(programs, part(columns, index), len(index), found)
    for name, column in found.items():
        values[name][index] = column


def _test(column: Column, test: Callable[[Any], Any]) -> np.ndarray:
    return np.asarray(test(column))


def _in_blocks(
    one: Callable[[Workspace, dict[str, Column], int, dict[str, Floats]], None],
    programs: Compiled,
    columns: Columns,
    length: int,
    values: dict[str, Floats],
) -> None:
    """Fill ``values`` a block at a time; long arrays by several threads, as NumPy lets them."""
    dtype = next(iter(values.values())).dtype.type

    def run(wheres: Sequence[slice]) -> None:
        kernels = Workspace(programs, length, dtype=dtype)
        # Division by zero at tau = 1 is meant, and so is the branch of m that is not taken.
        with np.errstate(all="ignore"):
            for where in wheres:
                size = where.stop - where.start
                point = kernels.coordinates(part(columns, where), size)
                found = {name: column[where] for name, column in values.items()}
                one(kernels, point, size, found)
                _check(programs, point, found)

    in_threads(run, list(blocks(length)))


def _ridgeless(
    programs: Compiled, columns: Columns, length: int, values: dict[str, Floats]
) -> None:
    """Limit lam -> 0 in closed form, alpha finite or the formulas regular at x = 0."""

    def one(
        kernels: Workspace, point: dict[str, Column], size: int, found: dict[str, Floats]
    ) -> None:
        kernels.run("ridgeless_errors", point, found)
        _settle_threshold(programs, point, found)

    _in_blocks(one, programs, columns, length, values)


def _settle_threshold(programs: Compiled, point: Columns, found: Mapping[str, Floats]) -> None:
    """Put the special values of the fields in place at tau = 1."""
    threshold = _test(point["tau"], lambda tau: tau == 1)
    if not threshold.any():
        return
    some = next(iter(found.values()))
    special = {name: np.empty(len(some), some.dtype) for name in programs.special}
    programs.kernels["threshold"].run(point, special)
    for name, column in special.items():
        np.copyto(found[name], column, where=threshold)


def _ridge(programs: Compiled, columns: Columns, length: int, values: dict[str, Floats]) -> None:
    """Any ridge lam > 0, by way of the effective ridge."""

    def one(
        kernels: Workspace, point: dict[str, Column], size: int, found: dict[str, Floats]
    ) -> None:
        xi, _ = effective_ridge(kernels, point, size)
        kernels.run("ridge_errors", {**point, "xi": xi}, found)

    _in_blocks(one, programs, columns, length, values)


def _endless(programs: Compiled, columns: Columns, length: int, values: dict[str, Floats]) -> None:
    """Limit lam -> 0, then alpha -> oo: the table of limits where the formulas are singular."""
    tau, kappa = np.broadcast_arrays(columns["tau"], columns["kappa"], np.empty(length))[:2]
    has_noise = _test(columns["rho"], lambda rho: rho > 0)
    regular = np.ones(length, bool)
    for region in programs.regions:
        mask = inside(region, tau, kappa)
        regular &= ~mask
        for program, noisy in ((region.noisy, True), (region.noiseless, False)):
            fill = partial(_limits, program)
            _apply(fill, mask & (has_noise == noisy), programs, columns, length, values)
    _apply(_ridgeless, regular, programs, columns, length, values)


_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}


def inside(region: CompiledRegion, tau: Floats, kappa: Floats) -> np.ndarray:
    """Which points lie in a region of infinite context."""
    values = {"tau": tau, "kappa": kappa}
    found = np.ones(np.broadcast_shapes(tau.shape, kappa.shape), bool)
    for left, test, right in region.conditions:
        bound = values[right] if isinstance(right, str) else right
        found &= _TESTS[test](values[left], bound)
    return found


def _limits(
    program: str, programs: Compiled, columns: Columns, length: int, values: dict[str, Floats]
) -> None:
    with np.errstate(all="ignore"):
        programs.kernels[program].run(columns, values)


def _extreme(programs: Compiled, columns: Columns, length: int, values: dict[str, Floats]) -> None:
    """Points where float64 could overflow on the way: in longer floats, rounded at the end."""
    if np.finfo(np.longdouble).maxexp < LONG_EXPONENT:
        _in_multiprecision(programs, columns, length, values)
        return
    found = evaluate_long(columns, length)
    with np.errstate(over="ignore", under="ignore"):
        for name, column in found.items():
            values[name][:] = column


def _in_multiprecision(
    programs: Compiled, columns: Columns, length: int, values: dict[str, Floats]
) -> None:
    """Where there are no longer floats: multiprecision, point by point."""
    from icl_theory.evaluate.multiprecision import errors_mp

    for i in range(length):
        here = {n: float(c[i]) if isinstance(c, np.ndarray) else c for n, c in columns.items()}
        found = errors_mp(**here, digits=20)
        for name, column in values.items():
            column[i] = float(getattr(found, name))


def _check(programs: Compiled, point: Columns, found: Mapping[str, Floats]) -> None:
    """Refuse to return NaN, which reaches one of the fields that are looked at."""
    for name in programs.checked:
        undefined = np.isnan(found[name])
        if undefined.any():
            where = int(np.flatnonzero(undefined)[0])
            values = part(point, slice(where, where + 1))
            raise ArithmeticError(f"{name} is undefined in float64 at {values}")
