"""The limit with correlated inputs against simulation at finite d, which it differs from by 1/d.

Thirty set-ups: inputs of two levels and of a power law, tests on T = C, I, C reversed, a spike and
the pretraining tasks, each after contexts of alpha/10, alpha and 10 alpha. The mean simulated error
at d = 16, 32, 64 is that of the first-order prediction on many task sets, plus the paired
difference of simulation and prediction on some. Printed are its relative deviations from the limit,
in per cent, and the slope of their logarithm against log d; then what is left of the prediction's
deviation in the limit, in standard errors, the same for a limit that is wrong by one per cent, and
what is left of the paired differences. Run as ``python -m
benchmarks.inputs_limit --runs 100``; exits nonzero if a bound does not hold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from icl_theory.evaluate.general import errors
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.finite import threads
from icl_theory.finite.population import Population
from icl_theory.finite.run import Fit, Models, tested
from icl_theory.finite.setup import Setup
from icl_theory.verify.simulated import LIMIT, Mean, extrapolated

#: Sizes of the simulations, and how many times fewer runs each has than the first.
SIZES, FEWER = (16, 32, 64), (1, 2, 4)
#: Sizes of the prediction, and task sets at each for every run of the simulation: its deviation is
#: extrapolated from the last three, where the order 1/d^3 is small.
PREDICTED, SETS = (16, 32, 64, 128), 8
#: Bounds of the slope, and the standard errors that each deviation needs for one.
SLOPES, STANDS_OUT = (-1.5, -0.6), 8.0
#: The error that has to be noticed.
WRONG = 0.01

#: Multiples of 1/16 have the same shares at every size.
INPUTS = {
    "two levels": Spectrum.atoms([3, "1/3"], [1, 3]),
    "power law": Spectrum.power_law("1/2", d=16),
}
TASKS = Spectrum.power_law("9/10", d=16)
SPIKE = [1] * 15 + [8]
#: Name, (tau, alpha, kappa, rho, lam) and the test; sizes of all are whole numbers.
TESTS: list[tuple[str, tuple[float, ...], object]] = [
    ("C", (2, 5, 0.75, 0.25, 0.5), "matched"),
    ("I", (0.5, 2.5, 1, 0.25, 0.25), "isotropic"),
    ("reversed", (1.5, 5, 2, 0.1, 1), "reversed"),
    ("spike", (2.5, 2.5, 0.5, 0.2, 2), SPIKE),
    ("pretraining", (3, 5, 1.5, 0.5, 0.1), "pretraining"),
]
CONTEXTS = (0.1, 1.0, 10.0)


@dataclass(frozen=True)
class Comparison:
    """One set-up.

    Attributes
    ----------
    name
        What it is, in words.
    deviations
        Of the mean simulated error from the limit, relative, at every size.
    left
        What is left of the prediction's deviation in the limit of large d.
    paired
        What is left there of the difference between simulation and prediction.
    """

    name: str
    deviations: tuple[Mean, ...]
    left: Mean
    paired: Mean

    @property
    def slope(self) -> float:
        """Of the logarithm of deviations against log d."""
        sizes = np.log2(SIZES)
        logs = np.log2([abs(mean.value) for mean in self.deviations])
        return float(np.polyfit(sizes, logs, 1)[0])

    @property
    def stands_out(self) -> bool:
        """Whether every deviation is resolved and of one sign: only then has it a slope."""
        values = np.array([mean.deviation for mean in self.deviations])
        return bool(np.all(values > STANDS_OUT) or np.all(values < -STANDS_OUT))

    @property
    def score_if_wrong(self) -> float:
        """The same, if the limit were larger by `WRONG`: the smaller of the two signs."""
        return min(
            abs(((1 + self.left.value) / (1 + sign * WRONG) - 1) / self.left.error)
            for sign in (1, -1)
        )


def compare(
    inputs: str, test: tuple[str, tuple[float, ...], object], runs: int, seed: int = 0
) -> Iterator[Comparison]:
    """The comparisons of one model, after every context of the test.

    Parameters
    ----------
    inputs, test
        A key of `INPUTS`, and one of `TESTS`.
    runs
        Simulations at the smallest size.
    seed
        Of the runs.
    """
    name, point, tasks = test
    alpha = point[1]
    shifts = [{"test": tasks, "alpha_test": ratio * alpha} for ratio in CONTEXTS]
    structure = {"tasks": TASKS, "inputs": INPUTS[inputs]}
    limits = np.array([errors(*point, **structure, **shift).icl for shift in shifts])
    read = [
        [Setup.read(d, *point, **structure, **shift, seed=seed) for shift in shifts]
        for d in PREDICTED
    ]
    counts = [runs // fewer for fewer in FEWER]
    # Other task sets than those simulated, so that the two means are independent.
    others = range(runs, runs + SETS * runs)
    with threads.blas(1):
        differences = [
            np.array([simulated(setups, run) - first_order(setups, run) for run in range(count)])
            / limits
            for setups, count in zip(read, counts, strict=False)
        ]
        predictions = [
            np.array([first_order(setups, run) for run in others]) / limits - 1 for setups in read
        ]
    for column, ratio in enumerate(CONTEXTS):
        first, second = (
            [sample[:, column] for sample in samples] for samples in (predictions, differences)
        )
        yield Comparison(
            f"Sigma of {inputs}, T = {name}, alpha_T = {ratio:g} alpha",
            tuple(total(Mean.of(x), Mean.of(y)) for x, y in zip(first, second, strict=False)),
            extrapolated(first[1:], PREDICTED[1:]),
            extrapolated(second, SIZES),
        )


def first_order(setups: list[Setup], run: int) -> np.ndarray:
    """Predicted test errors of one task set."""
    models, tests = tests_of(setups, run)
    return np.array([models.first_order(test) for test in tests])


def simulated(setups: list[Setup], run: int) -> np.ndarray:
    """Simulated test errors of one pretraining."""
    fit = Fit.of(setups[0], run)
    return np.array([fit.error(test) for test in tests_of(setups, run)[1]])


def tests_of(setups: list[Setup], run: int) -> tuple[Models, list[Population]]:
    """The equivalent of one pretraining, and what its tests draw from."""
    tasks = setups[0].task_set(run)
    models = Models.of(setups[0], tasks)
    return models, [models.icl, *(tested(setup, tasks) for setup in setups[1:])]


def total(one: Mean, other: Mean) -> Mean:
    """Sum of independent means."""
    return Mean(one.value + other.value, float(np.hypot(one.error, other.error)))


def main() -> int:
    """Print the table and its verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    found = []
    for inputs in INPUTS:
        for test in TESTS:
            for one in compare(inputs, test, arguments.runs, arguments.seed):
                found.append(one)
                off = "  ".join(
                    f"{100 * mean.value:+6.2f} +- {100 * mean.error:.2f}" for mean in one.deviations
                )
                slope = f"{one.slope:+.2f}" if one.stands_out else "  -  "
                print(
                    f"{one.name:52} {off}  slope {slope}  left {100 * one.left.value:+.2f} +- "
                    f"{100 * one.left.error:.2f} z {one.left.deviation:+.2f}, if wrong "
                    f"{one.score_if_wrong:.1f}; paired z {one.paired.deviation:+.2f}",
                    flush=True,
                )
    slopes = np.array([one.slope for one in found if one.stands_out])
    scores = np.array([one.left.deviation for one in found])
    wrong = np.array([one.score_if_wrong for one in found])
    paired = np.array([one.paired.deviation for one in found])
    print(
        f"{len(found)} set-ups, {len(slopes)} with a slope: median {np.median(slopes):.2f}, from "
        f"{slopes.min():.2f} to {slopes.max():.2f}; largest score {np.abs(scores).max():.2f}, root "
        f"mean square {np.sqrt(np.mean(scores**2)):.2f}, of a limit wrong by 1 % "
        f"at least {wrong.min():.1f}; largest paired score {np.abs(paired).max():.2f}"
    )
    bad = [
        one.name
        for one in found
        if max(abs(one.left.deviation), abs(one.paired.deviation)) > LIMIT
        or one.score_if_wrong < LIMIT
        or (one.stands_out and not SLOPES[0] < one.slope < SLOPES[1])
    ]
    for name in bad:
        print(f"out of bounds: {name}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
