"""The float64 evaluation of one point, as source in a C-like language.

Same programs and same iteration as the array evaluator: `ridgeless` and `ridge` return statements
that read ``tau, alpha, kappa, rho`` (and ``lam``) and assign every field.
"""

from __future__ import annotations

from icl_theory.evaluate import listings
from icl_theory.evaluate.codegen import Language, Listing, scalar_source
from icl_theory.evaluate.effective_ridge import LAST_STEP, MAXIMUM, PATIENCE, SMALLEST_X


def ridgeless(language: Language, assign: str) -> list[str]:
    """Statements of the evaluation at lam = 0; ``assign`` says how a field is assigned."""
    return [*_coordinates(language), *_block(listings.ridgeless_errors(), language, assign)]


def ridge(language: Language, assign: str, failed: str) -> list[str]:
    """Statements of the evaluation at lam > 0.

    Parameters
    ----------
    language
        What to write.
    assign
        How a field is assigned, with ``{name}`` and ``{value}``.
    failed
        Statement for a point that does not converge.
    """
    number, sqrt = language.number, language.functions["sqrt"]
    absolute = language.functions["absolute"]
    lower, upper = language.functions["maximum"], language.functions["minimum"]
    clip = f"xi = {upper}({lower}(xi, low), high);"
    start = _block(listings.ridge_start(), language, "{name} = {value};")
    return [
        *_coordinates(language),
        f"{number} xi = 0, low = 0, high = 0, residual = 0, step = 0;",
        *_block(listings.ridge_bracket(), language, "{name} = {value};"),
        # The start is computed at no smaller x, where the ridgeless state may be singular.
        f"{number} given = x;",
        f"x = {lower}(x, {SMALLEST_X!r});",
        *start,
        "x = given;",
        clip,
        f"{language.integer} iteration = 1;",
        f"for (; iteration <= {MAXIMUM}; iteration++) {{",
        *_indent(_block(listings.ridge_step(), language, "{name} = {value};")),
        "    if (residual > 0) low = xi; else high = xi;",
        f"    {language.integer} unfinished = {absolute}(step) > {LAST_STEP!r};",
        f"    if (unfinished && iteration > {PATIENCE} && (iteration - {PATIENCE}) % 2)",
        f"        xi = {sqrt}(low) * {sqrt}(high);",
        "    else",
        "        xi *= 1.0 + step;",
        f"    {clip}",
        "    if (!unfinished) break;",
        "}",
        f"if (iteration > {MAXIMUM}) {failed}",
        *_block(listings.ridge_errors(), language, assign),
    ]


def _coordinates(language: Language) -> list[str]:
    smaller = language.functions["minimum"]
    return [
        f"{language.number} x = 0, inv_kappa = 0;",
        *_block(listings.coordinates(), language, "{name} = {value};"),
        f"kappa = {smaller}(kappa, {listings.LARGE_KAPPA!r});",
    ]


def _block(program: Listing, language: Language, assign: str) -> list[str]:
    """A program in a scope of its own."""
    return ["{", *_indent(scalar_source(program, language, assign)), "}"]


def _indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
