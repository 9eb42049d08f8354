"""Preconditioner of the kernel system, by tasks: an approximate inverse in single precision.

Let B be the diagonal blocks of ``K + penalty``, one a task, and C what overlaps of the tasks' mean
features add to K outside of them. With eigenvalues of B^{-1}(B + C) known to lie in [low, high],

    (low + high - B^{-1}(B + C)) B^{-1}

is the inverse of B + C to first order in Chebyshev's sense.

The bounds are those of the matrix of cosines between the mean features m_t. For let b_i m_t be the
projection of g_i on the mean m_t of its task, and u_i the rest. Inside a task,

    (x_i . x_j)(g_i . g_j) = (x_i . x_j) b_i b_j |m_t|^2 + (x_i . x_j)(u_i . u_j)

and the last part is positive semidefinite (Schur's product theorem): B is at least what the first
part makes of it, and C is (x_i . x_j) b_i b_j (m_s . m_t) between tasks.
"""

from __future__ import annotations

import itertools

import numpy as np

from icl_theory.finite import threads
from icl_theory.finite.operator import Design

from .problem import RidgeProblem

#: A block whose smallest eigenvalues are below this times its largest entry is not inverted as it
#: is, but with its diagonal raised: enough for a preconditioner.
_SINGLE = 4 * float(np.finfo(np.float32).eps)
#: Dimension from which C is worth its while: below, a second pass over the data costs more than
#: fewer iterations save.
_LARGE = 200
#: Fewest sequences a task, on average, from which products with C cost little beside those with K.
_MANY = 16
#: Part of ``high`` added to it, so that the preconditioner stays definite where the bound is
#: attained.
_MARGIN = 0.05


class Preconditioner:
    """Approximate inverse of the kernel system of a ridge problem.

    Parameters
    ----------
    problem
        The ridge problem.

    Attributes
    ----------
    blocks
        Ranges of sequences of whole tasks.
    inverses
        Inverse of B for each range, by its first sequence.
    coupling
        The matrix C; None where B alone serves better.
    """

    def __init__(self, problem: RidgeProblem) -> None:
        n = problem.design.n
        starts = np.arange(n + 1) if problem.starts is None else np.unique(problem.starts)
        self.blocks = problem.design.blocks(starts)
        ranges = list(itertools.chain.from_iterable(self.blocks))

        def inverse(rows: slice) -> Inverse:
            low, high = np.searchsorted(starts, [rows.start, rows.stop])
            return Inverse(problem.fast, starts[low : high + 1], problem.penalty)

        made = threads.share(inverse, ranges)
        self.inverses = {rows.start: found for rows, found in zip(ranges, made, strict=True)}
        worth = problem.design.shape[0] >= _LARGE and 2 < len(starts) <= n / _MANY
        self.coupling = Coupling(problem.fast, starts, ranges) if worth else None

    def application(self) -> Application:
        """An application of it to residuals to come."""
        return Application(self)


class Application:
    """An application of the preconditioner: `put` residuals, `couple` and `take` what comes of it.

    Residuals are put and results taken for one range of ``blocks`` after another, by several
    threads.
    """

    def __init__(self, preconditioner: Preconditioner) -> None:
        self._inverses, self._coupling = preconditioner.inverses, preconditioner.coupling
        self._single: dict[int, np.ndarray] = {}
        if self._coupling is not None:
            self._sums = self._coupling.empty()

    def put(self, rows: slice, x: np.ndarray, residual: np.ndarray) -> None:
        """Put in the residuals of some tasks, with the x of their sequences."""
        self._single[rows.start] = found = self._inverses[rows.start](residual)
        if self._coupling is not None:
            self._coupling.adjoint(rows, x, found, self._sums)

    def couple(self) -> None:
        """Go from task to task, when all residuals are in."""
        if self._coupling is not None:
            self._sums = self._coupling.between(self._sums)

    def take(self, rows: slice, x: np.ndarray) -> np.ndarray:
        """Preconditioned residuals of some tasks, given the x of their sequences."""
        found = self._single.pop(rows.start)
        if self._coupling is None:
            return found
        image = self._coupling.product(rows, x, self._sums)
        return (self._coupling.reach - 1) * found - self._inverses[rows.start](image)


class Inverse:
    """Inverses of the diagonal blocks of ``K + penalty`` of a few tasks.

    Parameters
    ----------
    design
        The features, in single precision.
    starts
        Where each task's sequences start, and where those of the last one end.
    penalty
        The ridge penalty.
    """

    def __init__(self, design: Design, starts: np.ndarray, penalty: float) -> None:
        sizes = np.diff(starts)
        largest = sizes.max()
        # One stack of matrices: a smaller task's has rows and columns of zeros at its end.
        self._stack = np.zeros((len(sizes), largest, largest), np.float32)
        for inverse, low, size in zip(self._stack, starts[:-1], sizes, strict=True):
            block = design.kernel(slice(low, low + size))
            raised = max(penalty, _SINGLE * float(block.diagonal().max()))
            block[np.diag_indices(size)] += np.float32(raised)
            inverse[:size, :size] = np.linalg.inv(block)
        order = np.arange(largest)
        given = order < sizes[:, None]
        self._place = np.where(given, starts[:-1, None] - starts[0] + order, 0)
        self._given = np.flatnonzero(given)

    def __call__(self, residual: np.ndarray) -> np.ndarray:
        """Apply them to an array of the tasks' sequences."""
        return (self._stack @ residual[self._place, None]).ravel()[self._given]


class Coupling:
    """The matrix C: how tasks overlap through their mean features.

    Parameters
    ----------
    design
        The features, in single precision.
    starts
        Where each task's sequences start, and the number of sequences.
    ranges
        Ranges of sequences of whole tasks that it is applied to.

    Attributes
    ----------
    reach
        ``low + high``, and a margin.
    """

    def __init__(self, design: Design, starts: np.ndarray, ranges: list[slice]) -> None:
        self._dimension = design.shape[0]
        #: By the start of a range: its tasks, and where in the range their sequences are.
        self._tasks: dict[int, list[tuple[int, slice]]] = {}
        for rows in ranges:
            low, high = np.searchsorted(starts, [rows.start, rows.stop])
            edges = (starts[low : high + 1] - rows.start).tolist()
            parts = itertools.starmap(slice, itertools.pairwise(edges))
            self._tasks[rows.start] = list(enumerate(parts, int(low)))
        self._means = np.empty((len(starts) - 1, design.shape[1]), np.float32)
        for mean, (low, high) in zip(self._means, itertools.pairwise(starts), strict=True):
            design.g[low:high].mean(axis=0, out=mean)
        self._squares = np.vecdot(self._means, self._means)
        owner = np.repeat(np.arange(len(self._means)), np.diff(starts))
        self._along = np.empty(design.n, np.float32)
        for rows in itertools.chain.from_iterable(design.blocks()):
            np.vecdot(design.g[rows], self._means[owner[rows]], out=self._along[rows])
        self._along /= self._squares[owner]
        cosines = self._means / np.sqrt(self._squares)[:, None]
        short = cosines.T @ cosines if len(cosines) > cosines.shape[1] else cosines @ cosines.T
        values = np.linalg.eigvalsh(short)
        lowest = float(values[0]) if len(values) == len(cosines) else 0.0
        self.reach = np.float32(max(lowest, 0.0) + (1 + _MARGIN) * float(values[-1]))

    def empty(self) -> np.ndarray:
        """Room for the sums of every task."""
        return np.empty((len(self._means), self._dimension), np.float32)

    def adjoint(self, rows: slice, x: np.ndarray, weights: np.ndarray, sums: np.ndarray) -> None:
        """Sums over each task's sequences of ``weights_i b_i x_i``, for the tasks in a range."""
        weights = weights * self._along[rows]
        for task, part in self._tasks[rows.start]:
            np.matmul(weights[part], x[part], out=sums[task])

    def between(self, sums: np.ndarray) -> np.ndarray:
        """Sums over other tasks s of ``(m_s . m_t)`` times theirs."""
        return self._means @ (self._means.T @ sums) - self._squares[:, None] * sums

    def product(self, rows: slice, x: np.ndarray, sums: np.ndarray) -> np.ndarray:
        """What tasks in a range get of that: ``b_i x_i . sums_t``."""
        out = np.empty(len(x), np.float32)
        for task, part in self._tasks[rows.start]:
            np.matmul(x[part], sums[task], out=out[part])
        out *= self._along[rows]
        return out
