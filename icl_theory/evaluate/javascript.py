"""Formulas as JavaScript functions, for pages that compute as they are read.

`javascript` prints the float64 evaluator, `javascript_point` other quantities at the same points,
and `javascript_formulas` formulas in symbols that are given.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

import sympy as sp

from icl_theory.evaluate import programs, scalar
from icl_theory.evaluate.float64 import LARGEST, SMALLEST
from icl_theory.evaluate.infinite_context import float_conditions
from icl_theory.evaluate.parameters import RANGES
from icl_theory.evaluate.straight_line import (
    JAVASCRIPT,
    StraightLine,
    indented,
    scalar_source,
    straight_line,
)
from icl_theory.theory.fields import Field, table
from icl_theory.theory.infinite_context import REGIONS, Region
from icl_theory.theory.spectral import inv_kappa
from icl_theory.theory.symbols import kappa

_ASSIGN = "found.{name} = {value};"


def javascript(name: str = "errors") -> str:
    """JavaScript source of the float64 evaluator.

    Parameters
    ----------
    name
        Name of the function.

    Returns
    -------
    str
        Source of ``function name(tau, alpha, kappa, rho, lam = 0)``, which needs nothing else. It
        takes numbers, ``Infinity`` for alpha and kappa included, and returns an object with the
        fields of `Errors`. It throws a ``RangeError`` for values outside of the domain and beyond
        1e-30 and 1e30, which only the Python evaluators accept.

    Notes
    -----
    Printed from the same programs as the array evaluator, with the same iteration, so both agree
    to rounding.
    """
    fields = table()
    return _function(name, fields, _infinite_context(fields))


def javascript_point(name: str, outputs: Mapping[str, sp.Expr]) -> str:
    """JavaScript source of a function that evaluates formulas of the state.

    Parameters
    ----------
    name
        Name of the function.
    outputs
        Formulas in the parameters and the state, by the names under which they are returned.

    Returns
    -------
    str
        Source of ``function name(tau, alpha, kappa, rho, lam = 0)``, with the domain of
        `javascript` but for infinite alpha at ``lam = 0``, which it refuses. At ``lam = 0`` and
        ``tau = 1`` it returns what the formulas give there, be it infinite or NaN.
    """
    text = '"a finite number > 0 where lam is 0"'
    fields = [_Output(label, formula) for label, formula in outputs.items()]
    return _function(name, fields, [f"refuse('alpha', alpha, {text});"])


def javascript_formulas(
    name: str,
    inputs: Mapping[sp.Symbol, str],
    outputs: Mapping[str, sp.Expr],
    state: Mapping[sp.Symbol, sp.Expr] | None = None,
) -> str:
    """JavaScript source of a function of named formulas.

    Parameters
    ----------
    name
        Name of the function.
    inputs
        Symbols, or quantities taken as given, with the names of the arguments. An argument kappa
        may be ``Infinity``.
    outputs
        Formulas in inputs and state, by the names under which they are returned.
    state
        Symbols that are computed, each with its formula.

    Returns
    -------
    str
        Source of ``function name(...)`` with the inputs as arguments, numbers all. It does not
        check them.
    """
    given = dict(inputs)
    lines = ["const found = {};"]
    if kappa in given:
        given[inv_kappa] = "inv_kappa"
        inverse = straight_line({kappa: "kappa"}, {"inv_kappa": inv_kappa})
        lines += ["let inv_kappa = 0;", "{"]
        lines += indented(scalar_source(inverse, JAVASCRIPT, "{name} = {value};"))
        lines += ["}", f"kappa = Math.min(kappa, {programs.LARGE_KAPPA!r});"]
    lines += scalar_source(straight_line(given, outputs, state), JAVASCRIPT, _ASSIGN)
    lines += ["return found;"]
    return "\n".join([f"function {name}({', '.join(inputs.values())}) {{", *indented(lines), "}\n"])


def javascript_program(name: str, program: StraightLine) -> str:
    """JavaScript source of a program, with its inputs as arguments, which are not checked.

    See Also
    --------
    icl_theory.evaluate.traced : programs of code that is written for arrays.
    """
    lines = ["const found = {};", *scalar_source(program, JAVASCRIPT, _ASSIGN), "return found;"]
    return "\n".join([f"function {name}({', '.join(program.inputs)}) {{", *indented(lines), "}\n"])


class _Output(Field):
    """A formula that is evaluated as it stands, wherever that may be."""

    def __post_init__(self) -> None:
        """Admit what no field may hold: differences."""

    def at_threshold(self, infinite_kappa: bool) -> None:
        """No special value."""


def _function(name: str, fields: Sequence[Field], infinite_context: list[str]) -> str:
    lines = [f"function {name}(tau, alpha, kappa, rho, lam = 0) {{", *indented(_checks())]
    lines += ["    const found = {};"]
    lines += ["    if (lam > 0) {"]
    failure = 'throw new Error("the effective ridge did not converge");'
    lines += indented(scalar.ridge(fields, JAVASCRIPT, _ASSIGN, failure), 2)
    lines += ["        return found;", "    }"]
    lines += ["    if (alpha === Infinity) {", *indented(infinite_context, 2), "    }"]
    lines += indented(scalar.ridgeless(fields, JAVASCRIPT, _ASSIGN))
    lines += [
        "    return found;",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _checks() -> list[str]:
    """Refuse what is outside of the domains, or of the range in which nothing overflows."""
    lines = [
        "const refuse = (name, value, text) => {",
        "    throw new RangeError(`${name} must be ${text}, got ${value}`);",
        "};",
    ]
    for parameter, domain in RANGES.items():
        low = f"{parameter} >= 0" if domain.zero else f"{parameter} > 0"
        high = "" if domain.infinity else f" && {parameter} < Infinity"
        lines.append(
            f"if (!({low}{high})) refuse({parameter!r}, {parameter}, {json.dumps(domain.text)});"
        )
        beyond = f"({parameter} > 0 && {parameter} < {SMALLEST!r})"
        beyond += f" || ({parameter} > {LARGEST!r} && {parameter} < Infinity)"
        text = json.dumps(f"between {SMALLEST!r} and {LARGEST!r}")
        lines.append(f"if ({beyond}) refuse({parameter!r}, {parameter}, {text});")
    return lines


def _infinite_context(fields: Sequence[Field]) -> list[str]:
    """The table of limits, a return in every region of it."""
    lines = []
    for region in REGIONS:
        lines.append(f"if ({' && '.join(map(_condition, float_conditions(region)))}) {{")
        lines += indented(_limits(fields, region))
        lines += ["    return found;", "}"]
    return lines


def _limits(fields: Sequence[Field], region: Region) -> list[str]:
    lines = []
    for head, noisy in (("if (rho > 0) {", True), ("} else {", False)):
        program = programs.infinite_context(fields, region, noisy)
        lines += [head, *indented(scalar_source(program, JAVASCRIPT, _ASSIGN))]
    return [*lines, "}"]


def _condition(condition: tuple[str, str, float | str]) -> str:
    left, test, right = condition
    if isinstance(right, float):
        if math.isnan(right):
            return "false"
        right = "Infinity" if math.isinf(right) else repr(right)
    return f"{left} {'===' if test == '==' else test} {right}"
