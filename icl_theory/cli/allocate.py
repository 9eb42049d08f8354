"""``icl-theory allocate``: the best use of a pretraining budget."""

from __future__ import annotations

import dataclasses

import click

from . import shared


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
@click.option("--budget", metavar="NUMBER", required=True, help="What may be spent.")
@click.option("--rho", metavar="NUMBER", required=True, help="Label noise.")
@click.option("--kappa", default="inf", show_default=True, help="Tasks over d, inf, or choose.")
@click.option(
    "--ridge",
    type=click.Choice(["best", "none"]),
    default="best",
    show_default=True,
    help="The best ridge, or the limit of none.",
)
@click.option("--alpha-test", metavar="NUMBER", help="Context length over d of the test.")
@click.option("--rho-test", metavar="NUMBER", help="Label noise of the test.")
@click.option(
    "--price-token", metavar="NUMBER", default="1", show_default=True, help="Price of a token, > 0."
)
@click.option(
    "--price-sequence", metavar="NUMBER", default="0", show_default=True, help="Of a sequence."
)
@click.option("--price-task", metavar="NUMBER", default="0", show_default=True, help="Of a task.")
@click.option(
    "--tolerance",
    metavar="NUMBER",
    default="1e-6",
    show_default=True,
    help="Relative width of the certificate.",
)
@shared.as_json
def command(as_json: bool, kappa: str, budget: str, **given: object) -> None:
    """Search and print."""
    from icl_theory.budget import allocate

    with shared.one_sentence():
        found = allocate(budget, kappa=None if kappa == "choose" else kappa, **given)  # type: ignore[arg-type]
    values = dataclasses.asdict(found)
    if as_json:
        shared.print_json(values)
        return
    for name, value in values.items():
        click.echo(f"{name:<8}  {value}")


command.name = "allocate"
