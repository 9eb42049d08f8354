"""Settings to start from: the panels of the paper's figures, and what surprises in the book."""

from __future__ import annotations

import math
from typing import Any

from icl_theory.figures import figure1, figure3, figure4, stored

Preset = dict[str, Any]

_PAPER, _SURPRISES = "Figures of the paper", "Surprises"


def _value(number: float) -> float | str:
    """A number in JSON, which has no infinity."""
    return "inf" if math.isinf(number) else number


def _preset(group: str, name: str, say: str, **state: Any) -> Preset:
    values = {k: _value(v) if isinstance(v, float) else v for k, v in state.items()}
    return {"group": group, "name": name, "say": say, "state": values}


def presets() -> list[Preset]:
    """All presets; the first is where the explorer begins."""
    found = [
        _preset(
            _SURPRISES,
            "Double descent",
            "More data first helps, then hurts up to as many sequences as weights (τ = 1), then "
            "helps again. Drag the point through the peak.",
            **dict(zip(("alpha", "kappa", "lam"), figure1.PANELS[1].curves[1], strict=True)),
            tau=0.5,
            rho=figure1.RHO,
            x="tau",
        ),
        _preset(
            _SURPRISES,
            "A ridge removes the peak",
            "The same curve with the best ridge at every τ: it only falls.",
            **dict(zip(("alpha", "kappa", "lam"), figure1.PANELS[1].curves[1], strict=True)),
            tau=0.9,
            rho=figure1.RHO,
            x="tau",
            best="icl",
        ),
        _preset(
            _SURPRISES,
            "More context hurts",
            "Past the best context length the error on new tasks rises again: too few tasks.",
            tau=0.5,
            alpha=100.0,
            kappa=0.4,
            rho=0.1,
            x="alpha",
            colour="context",
            across="kappa",
            up="rho",
        ),
        _preset(
            _SURPRISES,
            "Two turns",
            "With much data, few tasks and much noise a little context hurts, more helps, and too "
            "much hurts again.",
            tau=20.0,
            alpha=10.0,
            kappa=0.5,
            rho=10.0,
            x="alpha",
            height="log",
            colour="context",
            across="kappa",
            up="rho",
        ),
        _preset(
            _SURPRISES,
            "New tasks are easier",
            "With hardly any data and much noise the gap is negative.",
            tau=0.01,
            alpha=100.0,
            kappa=0.5,
            rho=4.0,
            x="kappa",
            error="gap",
            across="alpha",
            up="rho",
        ),
        _preset(
            _SURPRISES,
            "Tasks enough",
            "In long contexts the gap is nearly gone once there are as many tasks as dimensions.",
            tau=4.0,
            alpha=20.0,
            kappa=1.0,
            rho=figure4.RHO,
            x="kappa",
            error="gap",
        ),
        _preset(
            _SURPRISES,
            "The trained direction costs more",
            "With much noise, long contexts and a ridge too small, test variance is dearest where "
            "pretraining tasks vary. See the last panel, on the right.",
            tau=0.5,
            alpha=1000.0,
            kappa=1.0,
            rho=10.0,
            lam=0.01,
            x="lam",
            tasks="atoms",
            first=2.0,
            second=0.01,
            share=0.5,
            over="lam",
        ),
        _preset(
            _SURPRISES,
            "Tested where tasks hardly vary",
            "Pretrained on tasks that vary mostly in few directions, tested on tasks that vary in "
            "the others: what is asked is what was not learned. See the last panel.",
            tau=4.0,
            alpha=10.0,
            kappa=2.0,
            rho=0.1,
            lam=0.01,
            x="kappa",
            tasks="power",
            test="reversed",
            over="kappa",
        ),
    ]
    for label, panel in zip("abc", figure1.PANELS, strict=True):
        alpha, kappa, lam = panel.curves[1]
        found.append(
            _preset(
                _PAPER,
                f"1{label}",
                f"Figure 1({label}): error against the number of sequences, with simulated points.",
                tau=0.5,
                alpha=alpha,
                kappa=kappa,
                lam=lam,
                rho=figure1.RHO,
                x="tau",
                error=panel.error,
                height="log",
            )
        )
    for context in figure3.PANELS:
        found.append(
            _preset(
                _PAPER,
                f"2{context.label}, 3{context.label}",
                f"Figures 2({context.label}) and 3({context.label}): error against the context "
                "length, and where it has a minimum, coloured by its place.",
                tau=context.tau,
                alpha=10.0,
                kappa=context.kappas[1],
                rho=context.rho,
                x="alpha",
                error=context.error,
                height="log",
                colour="context",
                across="kappa",
                up="rho",
                plane="figure3",
            )
        )
    for label, alphas in zip("ab", figure4.ALPHAS, strict=True):
        alpha = float(alphas[1])
        found.append(
            _preset(
                _PAPER,
                f"4{label}",
                f"Figure 4({label}): the gap against task diversity, with simulated points.",
                tau=round(figure4.SHARE * alpha, 10),
                alpha=alpha,
                kappa=1.0,
                rho=figure4.RHO,
                x="kappa",
                error="gap",
                height="log" if label == "a" else "linear",
            )
        )
    return found


def figure3_window() -> dict[str, Any]:
    """Window, colours and panels of figure 3."""
    panels = [
        {"label": p.label, "error": p.error, "tau": p.tau, "rho": p.rho, "kappas": p.kappas}
        for p in figure3.PANELS
    ]
    return {
        "kappa": figure3.KAPPA_MAX,
        "rho": figure3.RHO_MAX,
        "alphas": figure3.ALPHAS,
        "panels": panels,
    }


def points() -> list[dict[str, float | str]]:
    """The simulated points at d = 100 that come with the package."""
    names = ("tau", "alpha", "kappa", "rho", "lam")
    found = []
    for figure in (1, 2, 4):
        for row in stored.records(f"figure{figure}_points"):
            point = {name: _value(float(row[name])) for name in names}
            for error in ("icl", "idg", "gap"):
                for ours, theirs in ((error, ""), (f"{error}_se", "_se")):
                    point[ours] = float(f"{float(row[f'simulated_{error}{theirs}']):.4g}")
            found.append(point)
    return found
