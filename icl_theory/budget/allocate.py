"""How to spend a budget on pretraining: the least ICL error that it buys, certified.

Branch and bound over boxes of what `Problem` searches leaves none that could hold a smaller error
than the one found. Beyond the boxes the bias alone is larger than that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from icl_theory.algebra.exchange import Written
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.float64 import read_scalar
from icl_theory.evaluate.parameters import read_as

from .problem import Problem, RidgeChoice
from .search import Minimum, minimise, points

#: Slack of the ends of the search, far more than they were rounded.
EDGE = 1e-9
#: Points in each variable of the grid that the search starts from, by the number of variables.
GRID = {1: (240,), 2: (240, 240), 3: (60, 60, 20)}

#: Tasks over d that a budget buys at most where their number is chosen: more are as good as
#: infinitely many.
MOST_TASKS = 1e12
#: Prices and budgets that are less than this of others are lost in float64.
LOST = 1e-200
#: Narrower enclosures are below the rounding of their ends.
LEAST_TOLERANCE = 1e-14


@dataclass(frozen=True)
class Allocation(Written, kind="allocation"):
    """The best use of a budget.

    Attributes
    ----------
    tau, alpha, kappa
        Pretraining sequences over d^2, context length and tasks over d.
    lam
        Ridge strength, 0 where none is best or was asked for.
    error
        Error there.
    at_least
        Certified: no other use of the budget has an error below this.
    boxes
        How many boxes the certificate took.
    """

    tau: float
    alpha: float
    kappa: float
    lam: float
    error: float
    at_least: float
    boxes: int


def allocate(
    budget: float,
    *,
    rho: float,
    kappa: float | None = math.inf,
    ridge: RidgeChoice = "best",
    alpha_test: float | None = None,
    rho_test: float | None = None,
    price_token: float = 1,
    price_sequence: float = 0,
    price_task: float = 0,
    tolerance: float = 1e-6,
) -> Allocation:
    """The sequences, contexts, tasks and ridge that a budget is best spent on.

    Parameters
    ----------
    budget
        What may be spent: ``price_token * tau * alpha + price_sequence * tau + price_task *
        kappa``, > 0. With the default prices it is tau alpha, tokens over d^3.
    rho
        Label noise of pretraining, > 0.
    kappa
        Tasks over d, > 0, or ``inf`` where ``price_task`` is 0; None to choose it, where
        ``price_task`` > 0.
    ridge
        ``"best"``, or ``"none"`` for the limit lam -> 0.
    alpha_test
        Context length of the test, over d; by default that of pretraining.
    rho_test
        Label noise of the test; by default that of pretraining.
    price_token, price_sequence, price_task
        Prices; that of a token > 0, the others >= 0.
    tolerance
        Relative width of the certified enclosure of the least error, in [1e-14, 1).

    Returns
    -------
    Allocation
        With ``at_least <= error <= at_least (1 + tolerance)`` up to rounding.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or the budget does not pay for the tasks, or buys
        less than float64 can tell.
    ArithmeticError
        If the certificate would take more boxes than are looked at: says to which width it came.

    Notes
    -----
    Formulas: `icl_theory.theory.budget`. The certificate is by interval arithmetic with outward
    rounding on boxes that cover the whole curve or surface of the budget. That
    takes a fraction of a second, and mostly one or two where the number of tasks is chosen.

    Examples
    --------
    >>> best = allocate(10, rho=0.1)
    >>> best.alpha * best.tau
    10.0...
    """
    if not isinstance(ridge, str) or ridge not in ("best", "none"):
        raise ValueError(f"ridge must be 'best' or 'none', got {shown(ridge)}")
    problem = Problem(
        budget=_number("budget", "tau", budget),
        rho=_number("rho", "tau", rho),
        kappa=None if kappa is None else _number("kappa", "kappa", kappa),
        alpha_test=None if alpha_test is None else _number("alpha_test", "alpha", alpha_test),
        rho_test=_number("rho", "rho", rho)
        if rho_test is None
        else _number("rho_test", "rho", rho_test),
        price_token=_number("price_token", "tau", price_token),
        price_sequence=_number("price_sequence", "rho", price_sequence),
        price_task=_number("price_task", "rho", price_task),
        ridge=ridge,
    )
    width = _number("tolerance", "tau", tolerance)
    if not LEAST_TOLERANCE <= width < 1:
        raise ValueError(f"tolerance must lie in [{LEAST_TOLERANCE:g}, 1), got {shown(tolerance)}")
    if problem.kappa is None:
        if not problem.price_task > 0:
            raise ValueError(
                "price_task must be > 0 where kappa is chosen, lest tasks be free, got 0"
            )
        if not problem.budget / MOST_TASKS < problem.price_task:
            raise ValueError(
                f"price_task must be more than 1/{MOST_TASKS:g} of the budget where kappa is "
                f"chosen, got {shown(price_task)}"
            )
    elif problem.price_task and math.isinf(problem.kappa):
        raise ValueError("kappa must be finite, or chosen, where tasks have a price, got inf")
    elif problem.price_task and not problem.price_task * problem.kappa < problem.budget:
        raise ValueError(f"budget must pay for the tasks, got {shown(budget)}, which is too little")
    dearest = max(problem.budget, problem.price_sequence, problem.price_task)
    if not problem.price_token > dearest * LOST:
        raise ValueError(
            f"price_token must be more than {LOST:g} of the budget and of the other prices, got "
            f"{shown(price_token)}"
        )
    if not problem.budget > (problem.price_token + problem.price_sequence) * LOST:
        raise _buys_nothing(budget)
    # A ridge is best at none where less of it is always better.
    none = replace(problem, ridge="none")
    sides = [Side.of(none, True), Side.of(none, False)]
    if ridge == "best":
        sides.append(Side.of(problem, False))
    beat = min(side.beat for side in sides)
    if not beat < 1 + problem.rho_test:
        raise _buys_nothing(budget)
    found = [side.search(beat, width) for side in sides]
    side, best = min(zip(sides, found, strict=True), key=lambda pair: pair[1].high)
    # Where a search found nothing below the grid's least value, that value is at its start.
    if best.high == beat:
        side = min(sides, key=lambda side: side.beat)
        best = replace(best, point=side.start)
    tau, alpha, kappa, lam = side.problem.use(best.point)
    return Allocation(
        tau,
        alpha,
        kappa,
        lam,
        error=best.high,
        at_least=min(one.low for one in found),
        boxes=sum(one.boxes for one in found),
    )


def _buys_nothing(budget: object) -> ValueError:
    return ValueError(
        "budget must buy an error that float64 tells from that of predicting zero, got "
        f"{shown(budget)}, which buys less"
    )


def _number(name: str, like: str, value: object) -> float:
    """A number with the domain of a parameter of the theory, in float64."""
    return read_as(read_scalar, name, like, value)


@dataclass(frozen=True)
class Side:
    """One side of the ridgeless threshold, or both sides with a ridge, and a coarse look at it.

    Attributes
    ----------
    problem, under
        What is searched, and whether under the threshold.
    beat, start
        Least error on a grid, and where.
    """

    problem: Problem
    under: bool
    beat: float
    start: Floats

    @classmethod
    def of(cls, problem: Problem, under: bool) -> Side:
        """Look at a grid."""
        # The best tau of a small budget is in proportion to it, and the best nu to its inverse; the
        # best context of a large budget is shorter than all of it, and where sequences are dear,
        # longer.
        each = problem.price_token + problem.price_sequence
        much = problem.budget / each
        least = 1e-6 * (1 + problem.rho) / max(1.0, much) * (problem.price_token / each)
        # A small budget that has to buy more sequences than parameters leaves short contexts.
        ranges = [(least, 1e4 * max(1.0, (1 + problem.rho) / min(1.0, much)))]
        if problem.ridge == "best":
            ranges.append((least, 1e4 / min(1.0, much)))
        if problem.kappa is None:
            ranges.append((1e-5, 1e5))
        sizes = GRID[len(ranges)]
        # At prices beyond all measure the ends are beyond float64, and nothing is found.
        with np.errstate(all="ignore"):
            columns = [np.geomspace(*ends, size) for ends, size in zip(ranges, sizes, strict=True)]
            grid = np.stack([c.ravel() for c in np.meshgrid(*columns, indexing="ij")], axis=1)
            found, inside = problem.objective(under)(points(grid))
        at = np.where(inside & ~np.isnan(found.value.high), found.value.high, np.inf)
        return cls(problem, under, float(at.min()), grid[at.argmin()])

    def search(self, beat: float, tolerance: float) -> Minimum:
        """Certified minimum on this side, as far as it is below ``beat``."""
        problem = self.problem
        least, largest = _reach(problem, beat)
        # All of the budget buys no more than tau = B x/((1 + rho) p_t), and x <= nu <= largest.
        smallest = (1 + problem.rho) * problem.price_token * least / problem.budget
        low, high = [smallest], [largest]
        if problem.ridge == "best":
            low.append(smallest)
            high.append(largest)
        if problem.kappa is None:
            # At small odds o the most that sequences get is o B, and kappa is at most B/(p_k o).
            low.append(smallest / largest)
            high.append(problem.budget / problem.price_task / least)
        return minimise(
            self.problem.objective(self.under),
            np.array(low),
            np.array(high),
            tolerance=tolerance,
            start=self.start,
            beat=beat,
            # Without a ridge nu is x; or lam = 0 at r = 0, which less of nu leads to, too.
            edge=(1, 0) if problem.ridge == "best" else None,
        )


def _reach(problem: Problem, beat: float) -> tuple[float, float]:
    """Least tau and kappa, and largest nu, at which the error can be below ``beat``.

    With D1 <= min(tau, kappa, 1/(1 + nu)) the bias alone, at least (1 - D1)^2, is too large beyond.
    """
    root = math.sqrt(beat - problem.rho_test)
    return (1 - root) * (1 - EDGE), root / (1 - root) * (1 + EDGE)
