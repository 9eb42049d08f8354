"""The float64 evaluator as one JavaScript function, for pages that compute as they are read."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from icl_theory.evaluate import programs, scalar
from icl_theory.evaluate.float64 import LARGEST, SMALLEST
from icl_theory.evaluate.infinite_context import float_conditions
from icl_theory.evaluate.parameters import DOMAINS
from icl_theory.evaluate.straight_line import JAVASCRIPT, scalar_source
from icl_theory.theory.fields import Field, table
from icl_theory.theory.infinite_context import REGIONS, Region

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
    lines = [f"function {name}(tau, alpha, kappa, rho, lam = 0) {{", *_indent(_checks())]
    lines += ["    const found = {};"]
    lines += ["    if (lam > 0) {"]
    failure = 'throw new Error("the effective ridge did not converge");'
    lines += _indent(scalar.ridge(fields, JAVASCRIPT, _ASSIGN, failure), 2)
    lines += ["        return found;", "    }"]
    lines += ["    if (alpha === Infinity) {", *_indent(_infinite_context(fields), 2), "    }"]
    lines += _indent(scalar.ridgeless(fields, JAVASCRIPT, _ASSIGN))
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
    for parameter, domain in DOMAINS.items():
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
        lines += _indent(_limits(fields, region))
        lines += ["    return found;", "}"]
    return lines


def _limits(fields: Sequence[Field], region: Region) -> list[str]:
    lines = []
    for head, noisy in (("if (rho > 0) {", True), ("} else {", False)):
        program = programs.infinite_context(fields, region, noisy)
        lines += [head, *_indent(scalar_source(program, JAVASCRIPT, _ASSIGN))]
    return [*lines, "}"]


def _condition(condition: tuple[str, str, float | str]) -> str:
    left, test, right = condition
    if isinstance(right, float):
        if math.isnan(right):
            return "false"
        right = "Infinity" if math.isinf(right) else repr(right)
    return f"{left} {'===' if test == '==' else test} {right}"


def _indent(lines: list[str], depth: int = 1) -> list[str]:
    return ["    " * depth + line for line in lines]
