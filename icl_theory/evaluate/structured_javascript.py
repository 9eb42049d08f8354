"""The structured theory as JavaScript functions: the solver of `structured`, and its formulas.

The solver's steps are those of the float64 evaluator, traced; the fields are printed from the
formulas that every evaluator reads. What a page adds is the loop over the spectrum.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import sympy as sp

from icl_theory.algebra.averages import weight
from icl_theory.evaluate.javascript import javascript_formulas, javascript_program
from icl_theory.evaluate.structured_formulas import READ, STATE
from icl_theory.evaluate.structured_state import Solver
from icl_theory.evaluate.traced import traced
from icl_theory.theory import structured
from icl_theory.theory.fields import table
from icl_theory.theory.spectral import t
from icl_theory.theory.symbols import alpha, nu, rho

_POINT = ("tau", "x", "kappa", "lam")
_AVERAGES = ("spread", "signed", "unused")


class _Averaged(Solver):
    """A solver whose averages are given."""

    given: tuple[Any, ...]

    def averages(self, u: Any) -> tuple[Any, ...]:
        """Return what is given, and no count: the share above u is given too."""
        return (*self.given, None)


def _solver(kind: type[Solver], nodes: dict[str, Any], **point: Any) -> Any:
    missing: dict[str, Any] = dict.fromkeys(_POINT, 1.0)
    return kind(SimpleNamespace(**nodes), **(missing | point))  # type: ignore[arg-type]


class _Constant:
    """An array in which one number stands everywhere."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, key: Any) -> Any:
        """Return that number."""
        return self.value


def _bound(level: Any, **point: Any) -> dict[str, Any]:
    return {"bound": _solver(Solver, {}, **point).bound(level)}


def _inside(u: Any, xi: Any, theta: Any, **point: Any) -> dict[str, Any]:
    return {"u": _solver(Solver, {"theta": theta}, **point).inside(u, xi)}


def _state(xi: Any, u: Any, **point: Any) -> dict[str, Any]:
    return dict(zip(("nu", "t", "r"), _solver(Solver, {}, **point).state(xi, u), strict=True))


def _node(c: Any, u: Any) -> dict[str, Any]:
    solver = _solver(Solver, {"c": c, "w": None})
    return dict(zip((*_AVERAGES, "above"), solver.averages(u), strict=True))


def _step(xi: Any, u: Any, share: Any, **given: Any) -> dict[str, Any]:
    nodes = {"above": _Constant(share), "above_rest": _Constant(0.0)}
    solver = _solver(_Averaged, nodes, **{name: given[name] for name in _POINT})
    solver.given = tuple(given[name] for name in _AVERAGES)
    return dict(zip(("xi", "u", "inner"), solver.step(xi, u), strict=True))


def functions() -> dict[str, str]:
    """Source of every function by its name.

    ``structured_bound``, ``structured_inside``, ``structured_state``, ``structured_node`` and
    ``structured_step`` are `Solver.bound`, `inside`, `state`, `averages` for one eigenvalue, and
    `step`, where ``share`` is that of the directions with eigenvalues above u.
    ``structured_ratios`` are the noise-to-context ratios, ``structured_terms`` what is averaged,
    ``structured_fresh`` and ``structured_seen`` all fields, and ``structured_cost`` the alignment
    weight of an eigenvalue.
    """
    traces: dict[str, tuple[tuple[str, ...], Callable[..., dict[str, Any]]]] = {
        "bound": (("level", "tau", "x", "lam"), _bound),
        "inside": (("u", "xi", "x", "kappa", "theta"), _inside),
        "state": (("xi", "u", "tau", "x", "lam"), _state),
        "node": (("c", "u"), _node),
        "step": (("xi", "u", "share", *_AVERAGES, *_POINT), _step),
    }
    found = {
        f"structured_{name}": javascript_program(f"structured_{name}", traced(inputs, code))
        for name, (inputs, code) in traces.items()
    }
    state: dict[sp.Symbol, str] = {symbol: symbol.name for symbol in (*STATE, *READ)}
    parameters = (structured.theta_C, structured.theta_T, alpha, structured.alpha_T)
    noise = (rho, structured.rho_T)
    ratios = (structured.x_C, structured.x_T, structured.x_P)
    averages = {symbol.name: function for symbol, function in structured.AVERAGES.items()}
    cost = {"cost": structured.alignment_weight}
    formulas: dict[str, tuple[dict[sp.Symbol, str], dict[str, sp.Expr]]] = {
        "ratios": ({s: s.name for s in (*parameters, *noise)}, {s.name: s for s in ratios}),
        "terms": ({structured.c: "c", weight: "s", t: "t", nu: "nu"}, averages),
        "fresh": (state, {f.name: f.with_structure("structured", False) for f in table()}),
        "seen": (state, {f.name: f.with_structure("structured", True) for f in table()}),
        "cost": ({structured.c: "c", structured.alpha_T: "alpha_T", **state}, cost),
    }
    for name, (inputs, outputs) in formulas.items():
        full = f"structured_{name}"
        found[full] = javascript_formulas(full, inputs, outputs)
    return found
