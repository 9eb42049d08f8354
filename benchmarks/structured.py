"""Accuracy and speed of the float64 evaluators of structured tasks and correlated inputs.

The first tables compare them with the certified ones at random spectra and parameters; the last
times that of tasks. Run as
``python -m benchmarks.structured --points 50000 --inputs 2000 --many 500``.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

import numpy as np

from icl_theory.evaluate.general import errors, errors_certified
from icl_theory.evaluate.result import FIELDS
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured import structured_errors

DIGITS = 22
#: Most eigenvalues of tasks and of inputs, where every row has a trace of its own.
ROWS = 8
#: Errors beyond these are printed with their points.
WORTH_A_LINE = {"tasks": 4e-15, "inputs": 1e-12, "many inputs": 1e-13}


def random_spectrum(rng: np.random.Generator) -> Spectrum:
    """1 to 200 eigenvalues over eight decades, some zero, with test weights of their own."""
    count = round(200 ** rng.uniform())
    values, test = 10 ** rng.uniform(-4, 4, (2, count))
    if count > 1 and rng.uniform() < 0.1:
        values[rng.integers(1, count) :] = 0.0
    weights = rng.uniform(0.01, 1, count) if rng.uniform() < 0.5 else np.ones(count)
    return Spectrum.atoms(values.tolist(), weights.tolist(), test.tolist())


def random_inputs(rng: np.random.Generator) -> tuple[Spectrum, Spectrum]:
    """Tasks and inputs of few eigenvalues over ten decades, with weights of their own."""
    values, weights = [], []
    for count in rng.integers(1, ROWS + 1, 2):
        values.append((10 ** rng.uniform(-5, 5, count)).tolist())
        weights.append(rng.uniform(0.01, 1, count).tolist())
    test = (10 ** rng.uniform(-5, 5, len(values[0]))).tolist()
    return Spectrum.atoms(values[0], weights[0], test), Spectrum.atoms(values[1], weights[1])


def many_inputs(rng: np.random.Generator) -> tuple[Spectrum, Spectrum]:
    """Tasks and inputs of 1 to 200 eigenvalues each, over eight decades."""
    spectra = []
    for count in np.round(200 ** rng.uniform(size=2)).astype(int):
        values, test = 10 ** rng.uniform(-4, 4, (2, count))
        weights = rng.uniform(0.01, 1, count) if rng.uniform() < 0.5 else np.ones(count)
        spectra.append(Spectrum.atoms(values.tolist(), weights.tolist(), test.tolist()))
    return spectra[0], spectra[1]


def random_point(rng: np.random.Generator, decades: float = 12) -> dict[str, float]:
    """Parameters over some decades around 1, a third of them ridgeless."""
    names = ("tau", "alpha", "kappa", "rho", "lam", "alpha_test", "rho_test")
    drawn = 10 ** rng.uniform(-decades / 2, decades / 2, len(names))
    point = dict(zip(names, drawn.tolist(), strict=True))
    if rng.uniform() < 1 / 3:
        point["lam"] = 0.0
    if rng.uniform() < 0.1:
        point["kappa"] = float("inf")
    return point


def relative_errors(point: dict[str, float], **structure: object) -> dict[str, float]:
    """Error of each field against the certified value."""
    found = errors(**point, **structure)
    exact = errors_certified(**point, **structure, digits=DIGITS)
    differences = {}
    for name in FIELDS:
        value, ball = getattr(found, name), getattr(exact, name)
        scale = max(found.icl, found.idg) if name == "gap" else abs(value)
        difference = abs(float((ball - value).mid()))
        differences[name] = difference / scale if scale else difference
    return differences


def accuracy(kind: str, points: int, rng: np.random.Generator) -> None:
    """Print the largest error of each field at random spectra and points."""
    worst: dict[str, float] = defaultdict(float)
    begin = time.perf_counter()
    for index in range(points):
        if kind != "tasks":
            tasks, inputs = (random_inputs if kind == "inputs" else many_inputs)(rng)
            point = random_point(rng, 10)
        else:
            tasks, inputs, point = random_spectrum(rng), None, random_point(rng)
        test = ("pretraining", None)[int(rng.uniform() < 0.75)]
        structure = {"tasks": tasks, "test": test, "inputs": inputs}
        for name, error in relative_errors(point, **structure).items():
            if not error <= worst[name]:
                worst[name] = error
                if not error < WORTH_A_LINE[kind]:
                    print(index, name, error, point, structure, flush=True)
    print(f"{kind}: {points} random spectra in {time.perf_counter() - begin:.0f} s")
    for name in FIELDS:
        print(f"{name:22} {worst[name]:.2e}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=2000)
    parser.add_argument("--inputs", type=int, default=500)
    parser.add_argument("--many", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    numbers = arguments.points, arguments.inputs, arguments.many
    for kind, points in zip(WORTH_A_LINE, numbers, strict=True):
        accuracy(kind, points, rng)
    count = 100
    spectrum = Spectrum.atoms((10 ** rng.uniform(-4, 4, count)).tolist())
    tau, alpha, kappa, rho, lam = 10 ** rng.uniform(-6, 6, (5, 100_000))
    # Processor time does not depend on what else the machine does; on an idle one both are equal.
    begin, used = time.perf_counter(), time.process_time()
    structured_errors(tau, alpha, kappa, rho, lam, tasks=spectrum, alpha_test=2, rho_test=0.1)
    begin, used = time.perf_counter() - begin, time.process_time() - used
    print(f"100000 points, {count} eigenvalues: {used:.2f} s of processor time in {begin:.2f} s")


if __name__ == "__main__":
    main()
