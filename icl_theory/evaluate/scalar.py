"""The float64 evaluation of one point, as source in a C-like language.

Same programs and same iteration as the array evaluator: `ridgeless` and `ridge` return statements
that read ``tau, alpha, kappa, rho`` (and ``lam``) and assign every field.
"""

from __future__ import annotations

from collections.abc import Sequence

from icl_theory.evaluate import programs
from icl_theory.evaluate.algorithm import RidgeIteration
from icl_theory.evaluate.straight_line import Language, StraightLine, indented, scalar_source
from icl_theory.theory.fields import Field


def ridgeless(fields: Sequence[Field], language: Language, assign: str) -> list[str]:
    """Statements of the evaluation at lam = 0; ``assign`` says how a field is assigned."""
    special = scalar_source(programs.threshold(fields), language, assign)
    return [
        *_coordinates(language),
        *_block(programs.ridgeless_errors(fields), language, assign),
        *("if (tau == 1) {", *indented(special), "}"),
    ]


def ridge(fields: Sequence[Field], language: Language, assign: str, failed: str) -> list[str]:
    """Statements of the evaluation at lam > 0.

    Parameters
    ----------
    fields
        What to compute.
    language
        What to write.
    assign
        How a field is assigned, with ``{name}`` and ``{value}``.
    failed
        Statement for a point that does not converge.
    """
    number, absolute = language.number, language.functions["absolute"]
    lower, upper = language.functions["maximum"], language.functions["minimum"]
    to_variable = "{name} = {value};"
    patience, last = RidgeIteration.PATIENCE, RidgeIteration.LAST_STEP
    return [
        *_coordinates(language),
        f"{number} xi = 0, low = 0, high = 0, step = 0;",
        *_block(programs.ridge_bracket(), language, to_variable),
        # The start is computed at no smaller x, where the ridgeless state may be singular.
        f"{number} given = x;",
        f"x = {lower}(x, {RidgeIteration.SMALLEST_X!r});",
        *_block(programs.ridge_start(), language, to_variable),
        "x = given;",
        f"xi = {upper}({lower}(xi, low), high);",
        f"{language.integer} iteration = 1;",
        f"for (; iteration <= {RidgeIteration.MAXIMUM}; iteration++) {{",
        f"    if (iteration > {patience} && (iteration - {patience}) % 2) {{",
        *indented(scalar_source(programs.ridge_step(halve=True), language, to_variable), 2),
        "    } else {",
        *indented(scalar_source(programs.ridge_step(), language, to_variable), 2),
        "    }",
        f"    if ({absolute}(step) <= {last!r}) break;",
        "}",
        f"if (iteration > {RidgeIteration.MAXIMUM}) {failed}",
        *_block(programs.ridge_errors(fields), language, assign),
    ]


def _coordinates(language: Language) -> list[str]:
    smaller = language.functions["minimum"]
    return [
        f"{language.number} x = 0, inv_kappa = 0;",
        *_block(programs.coordinates(), language, "{name} = {value};"),
        f"kappa = {smaller}(kappa, {programs.LARGE_KAPPA!r});",
    ]


def _block(program: StraightLine, language: Language, assign: str) -> list[str]:
    """A program in a scope of its own."""
    return ["{", *indented(scalar_source(program, language, assign)), "}"]
