"""``icl-theory errors``: the errors in the limit of large dimension, at one point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from . import shared


@click.command(
    cls=shared.Command,
    help=f"""Print the errors in the limit of large dimension.

{shared.FIELDS_HERE}

{shared.RANGES_HERE}

For example:
  icl-theory errors --tau 0.5 --alpha 10 --kappa 0.5 --rho 0.01
  icl-theory errors --tau 1/3 --alpha inf --kappa 2 --rho 0.1 --lam 1e-3 --digits 50 --certified
  icl-theory errors --tau 1/2 --alpha 10 --kappa 1/2 --rho 1/100 --exact
  icl-theory errors --tau 2 --alpha 3 --kappa 1 --rho 0.2 --tasks power_law:9/10 --alpha-test 9
""",
)
@shared.parameters
@shared.structure
@click.option(
    "--digits",
    type=click.IntRange(min=1),
    help="Significant digits; without it, float64 (exact: 50).",
)
@click.option("--certified", is_flag=True, help="Balls: the digits are guaranteed.")
@click.option("--exact", is_flag=True, help="Algebraic numbers.")
@shared.as_json
def errors(
    tau: str,
    alpha: str,
    kappa: str,
    rho: str,
    lam: str,
    digits: int | None,
    certified: bool,
    exact: bool,
    as_json: bool,
    **structure: str | None,
) -> None:
    """Evaluate one point and print its fields."""
    if certified and exact:
        raise shared.BadInput("--certified and --exact exclude each other")
    with shared.one_sentence():
        values = _evaluate((tau, alpha, kappa, rho, lam), structure, digits, certified, exact)
    if as_json:
        shared.print_json(values)
        return
    width = max(map(len, values))
    for name, value in values.items():
        click.echo(f"{name:<{width}}  {value}")


def _evaluate(
    point: tuple[str, ...],
    structure: Mapping[str, str | None],
    digits: int | None,
    certified: bool,
    exact: bool,
) -> dict[str, float | str]:
    """Every field by the evaluator asked for: numbers in float64, else text."""
    import icl_theory
    from icl_theory.finite.parameters import spectrum_of, tested_tasks

    given: dict[str, Any] = dict(structure)
    for name in ("tasks", "inputs"):
        if given[name] is not None:
            given[name] = spectrum_of(name, given[name])
    given["test"] = tested_tasks("test", given["test"])

    def listed(found: Any, write: Callable[[Any], float | str]) -> dict[str, float | str]:
        return {name: write(value) for name, value in found.as_dict().items()}

    if exact:
        return listed(icl_theory.errors_exact(*point, **given), str)
    if certified:
        digits = digits or 50
        found = icl_theory.errors_certified(*point, **given, digits=digits)
        return listed(found, lambda ball: ball.str(digits))
    if digits is not None:
        import mpmath

        found = icl_theory.errors_mp(*point, **given, digits=digits)
        return listed(found, lambda value: mpmath.nstr(value, digits, strip_zeros=False))
    return listed(icl_theory.errors(*point, **given), float)


command = errors
