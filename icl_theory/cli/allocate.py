"""``icl-theory allocate``: the best use of a pretraining budget."""

from __future__ import annotations

import dataclasses
import math

import click

from . import shared


def _number(text: str) -> float | None:
    return None if text == "choose" else math.inf if text == "inf" else float(text)


@click.command(
    cls=shared.Command,
    help="""Print the sequences, contexts, tasks and ridge that a budget is best spent on.

A budget B pays for tau d^2 sequences of alpha d tokens from kappa d tasks: B = price-token tau
alpha + price-sequence tau + price-task kappa. With the default prices it is tau alpha. The least
error is certified: no other use of the budget has an error below AT_LEAST.

For example:
  icl-theory allocate --budget 10 --rho 0.1
  icl-theory allocate --budget 10 --rho 0.1 --kappa 0.5 --alpha-test 20
  icl-theory allocate --budget 10 --rho 0.1 --kappa choose --price-task 1 --ridge none
""",
)
@click.option("--budget", type=float, required=True, help="What may be spent.")
@click.option("--rho", type=float, required=True, help="Label noise.")
@click.option("--kappa", default="inf", help="Tasks over d, inf, or choose (default inf).")
@click.option("--ridge", type=click.Choice(["best", "none"]), default="best")
@click.option("--alpha-test", type=float, help="Context length over d of the test.")
@click.option("--rho-test", type=float, help="Label noise of the test.")
@click.option("--price-token", type=float, default=1.0)
@click.option("--price-sequence", type=float, default=0.0)
@click.option("--price-task", type=float, default=0.0)
@click.option("--tolerance", type=float, default=1e-6, help="Relative width of the certificate.")
@shared.as_json
def command(as_json: bool, kappa: str, budget: float, **given: object) -> None:
    """Search and print."""
    from icl_theory.budget import allocate

    with shared.one_sentence():
        found = allocate(budget, kappa=_number(kappa), **given)  # type: ignore[arg-type]
    values = dataclasses.asdict(found)
    if as_json:
        shared.print_json(values)
        return
    for name, value in values.items():
        click.echo(f"{name:<8}  {value}")


command.name = "allocate"
