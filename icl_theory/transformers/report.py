"""What a trained group is reported as."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from icl_theory.evaluate.float64 import errors

from .setup import Outcome, Trained, Training, mean_and_error

#: What each outcome means, for one sentence.
SENTENCES = {
    Outcome.SETTLED: "the training error has settled",
    Outcome.INTERPOLATES: "the training set is interpolated",
    Outcome.LIMIT: "not converged: the limit of iterations was reached",
    Outcome.DIVERGED: "training diverged, and what there is before is kept",
}


def record(setup: Training, trained: Trained) -> dict[str, Any]:
    """Setup, errors of each run, their means with standard errors, and the theory's limit."""
    shared = asdict(setup)
    del shared["checkpoints"], shared["patience"]
    found = []
    for number, (tau, sizes) in enumerate(zip(setup.taus, setup.sizes, strict=True)):
        lanes = slice(number * setup.copies, (number + 1) * setup.copies)
        point: dict[str, Any] = {"tau": tau, "n": sizes.n}
        for name in ("train", "icl", "idg"):
            values = trained.final[name][lanes]
            mean, error = mean_and_error(values)
            point |= {name: float(mean), f"{name}_se": float(error)}
        limit = errors(tau, setup.alpha, setup.kappa, setup.rho)
        point |= {"limit_icl": float(limit.icl), "limit_idg": float(limit.idg)}
        point["outcomes"] = [str(one) for one in trained.outcome[lanes]]
        found.append(point)
    return {
        **shared,
        "trained_iterations": int(trained.iteration[-1]),
        "seconds": trained.seconds,
        "points": found,
    }


def text(record: dict[str, Any]) -> str:
    """The record in lines."""
    took = f"{record['trained_iterations']} iterations of ten steps in {record['seconds']:.0f} s"
    lines = [f"{record['model']}, d = {record['d']}: {took}"]
    for point in record["points"]:
        lines.append(f"tau = {point['tau']:g}, n = {point['n']}")
        lines += [
            f"  {name:<5}  {point[name]:.6g} ± {point[f'{name}_se']:.2g}"
            for name in ("train", "icl", "idg")
        ]
        lines.append(f"  limit of linear attention, ridgeless: icl {point['limit_icl']:.6g}")
        outcomes = point["outcomes"]
        lines += [
            f"  {outcomes.count(one)} of {len(outcomes)} runs: {SENTENCES[Outcome(one)]}"
            for one in dict.fromkeys(outcomes)
        ]
    return "\n".join(lines)
