"""Answers as text, LaTeX, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sympy as sp

from icl_theory.algebra.tex import Printer
from icl_theory.theory.fields import by_name

from .reading import Condition, Move, Scaling, as_typed
from .result import Case, PositiveRoot


class Answer(Protocol):
    """What is shown: a field, its limits and conditions, and a case for each region."""

    @property
    def field(self) -> str:
        """Name of the field."""

    @property
    def take(self) -> tuple[Move | Scaling, ...]:
        """Limits and scalings, the first taken first."""

    @property
    def where(self) -> tuple[Condition, ...]:
        """Conditions that were asked for."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """One for each region."""


def tex(expression: sp.Basic) -> str:
    """LaTeX with positive terms first."""
    return str(Printer().doprint(expression))


def relation_text(relation: sp.Basic) -> str:
    """A condition as it is typed."""
    sign = {"StrictLessThan": "<", "LessThan": "<=", "Equality": "=", "Unequality": "!="}[
        type(relation).__name__
    ]
    return f"{as_typed(relation.lhs)} {sign} {as_typed(relation.rhs)}"


def conditions_text(case: Case) -> str:
    """Conditions of a case as they are typed."""
    return ", ".join(map(relation_text, case.conditions))


def limit_text(case: Case) -> str:
    """The limit itself: a formula, 0, oo, -oo, or ``+-oo`` where the sign depends."""
    return "+-oo" if case.limit is sp.zoo else as_typed(case.limit)


def root_text(root: PositiveRoot) -> str:
    """Definition of the algebraic number in a coefficient."""
    which = "the positive root" if root.unique else "the root with a positive fixed point"
    of = as_typed(root.of)
    return f"{root.symbol}: leading coefficient of {of}, {which} of {as_typed(root.polynomial)} = 0"


def path_text(items: Sequence[Move | Scaling | Condition]) -> str:
    """Limits or conditions as they are typed."""
    return ", ".join(map(str, items))


def text(answer: Answer) -> str:
    """An answer for the terminal."""
    head = f"{answer.field} as {path_text(answer.take)}"
    if answer.where:
        head += f", where {path_text(answer.where)}"
    lines = [head]
    for case in answer.cases:
        condition = conditions_text(case)
        lines.append(f"  if {condition}:" if condition else "  always:")
        if case.scale == 1:
            lines.append(f"    -> {case}")
        else:
            lines.append(f"    ~ {case}   -> {limit_text(case)}")
        for symbol, value in case.display.definitions.items():
            lines.append(f"    with {as_typed(symbol)} = {as_typed(value)}")
        if case.shown_root is not None:
            lines.append(f"    with {root_text(case.shown_root)}")
    return "\n".join(lines)


def scale_text(case: Case) -> str:
    """The rate as it is typed."""
    scale = as_typed(case.scale)
    return f"({scale})" if case.scale.is_Add else scale


def scale_latex(case: Case) -> str:
    """The rate in LaTeX."""
    scale = tex(case.scale)
    return rf"\left({scale}\right)" if case.scale.is_Add else scale


def case_latex(case: Case) -> str:
    """Leading term in LaTeX."""
    shown = case.display.expression
    coefficient = tex(shown)
    if case.scale == 1:
        return coefficient
    scale = scale_latex(case)
    if shown == 1:
        return scale
    if shown.is_Add:
        coefficient = rf"\left({coefficient}\right)"
    return rf"{coefficient}\,{scale}"


def path_latex(answer: Answer) -> str:
    """The limits of an answer in LaTeX."""
    return take_latex(answer.take)


def take_latex(take: Sequence[Move | Scaling]) -> str:
    """Limits and scalings in LaTeX."""
    parts = []
    for item in take:
        name = tex(item.parameter)
        if isinstance(item, Scaling):
            parts.append(rf"{name} = {tex(item.value)}")
        else:
            side = "" if item.point in (0, sp.oo) else ("^{+}" if item.side > 0 else "^{-}")
            parts.append(rf"{name} \to {tex(item.point)}{side}")
    return r",\ ".join(parts)


def latex(answer: Answer) -> str:
    """An answer in LaTeX: one expression, or cases."""
    name = by_name()[answer.field].latex
    rows = []
    for case in answer.cases:
        body = case_latex(case)
        for symbol, value in case.display.definitions.items():
            body += rf",\quad {tex(symbol)} = {tex(value)}"
        if case.shown_root is not None:
            body += rf",\quad {tex(case.shown_root.polynomial)} = 0"
        condition = r",\ ".join(tex(c) for c in case.conditions)
        rows.append((body, condition))
    if len(rows) == 1:
        ((right, _),) = rows
    else:
        lines = r" \\[6pt] ".join(rf"{body} & \text{{if }} {condition}" for body, condition in rows)
        right = rf"\begin{{cases}} {lines} \end{{cases}}"
    return rf"{name} \sim {right} \qquad ({path_latex(answer)})"


def as_dict(answer: Answer) -> dict[str, Any]:
    """An answer as a JSON object."""
    return {
        "field": answer.field,
        "take": [str(item) for item in answer.take],
        "where": [str(item) for item in answer.where],
        "cases": [case_dict(case) for case in answer.cases],
    }


def case_dict(case: Case) -> dict[str, Any]:
    """One case as a JSON object."""
    root = case.shown_root
    return {
        "conditions": [relation_text(c) for c in case.conditions],
        "limit": limit_text(case),
        "coefficient": as_typed(case.coefficient),
        "in_state": as_typed(case.display.expression),
        "state": {as_typed(s): as_typed(e) for s, e in case.display.definitions.items()},
        "exponents": {
            str(move): str(exponent)
            for move, exponent in zip(
                case.behaviour.piece.cell.path.moves, case.exponents, strict=True
            )
        },
        "scale": as_typed(case.scale),
        "sign": case.sign,
        "root": None
        if root is None
        else {
            "symbol": str(root.symbol),
            "of": as_typed(root.of),
            "polynomial": as_typed(root.polynomial),
            "unique_positive": root.unique,
            "radical": None if root.radical is None else as_typed(root.radical),
        },
        "latex": case_latex(case),
    }
