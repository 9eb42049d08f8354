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
@click.option("--budget", metavar="NUMBER", required=True, help="What may be spent, > 0.")
@click.option("--rho", metavar="NUMBER", required=True, help="Label noise, > 0.")
@click.option(
    "--kappa",
    default="inf",
    show_default=True,
    metavar="NUMBER",
    help="Tasks over d, > 0, inf, or choose.",
)
@click.option(
    "--ridge",
    type=click.Choice(["best", "none"]),
    default="best",
    show_default=True,
    help="The best ridge, or the limit of none.",
)
@click.option("--alpha-test", metavar="NUMBER", help="Context length over d of the test, > 0.")
@click.option("--rho-test", metavar="NUMBER", help="Label noise of the test, >= 0.")
@click.option(
    "--price-token", metavar="NUMBER", default="1", show_default=True, help="Price of a token, > 0."
)
@click.option(
    "--price-sequence",
    metavar="NUMBER",
    default="0",
    show_default=True,
    help="Of a sequence, >= 0.",
)
@click.option(
    "--price-task", metavar="NUMBER", default="0", show_default=True, help="Of a task, >= 0."
)
@click.option(
    "--tolerance",
    metavar="NUMBER",
    default="1e-6",
    show_default=True,
    help="Relative width of the certificate, in [1e-14, 1).",
)
@shared.as_json
def command(as_json: bool, kappa: str, budget: str, **given: object) -> None:
    """Search and print."""
    from icl_theory.budget import allocate

    with shared.one_sentence():
        found = allocate(budget, kappa=_tasks(kappa), **given)  # type: ignore[arg-type]
    values = dataclasses.asdict(found)
    if as_json:
        shared.print_json(values)
        return
    for name, value in values.items():
        click.echo(f"{name:<8}  {value}")


def _tasks(text: str) -> float | None:
    """Tasks over d; None where their number is to be chosen."""
    from icl_theory.evaluate.float64 import read_scalar

    if text == "choose":
        return None
    try:
        return read_scalar("kappa", text)
    except ValueError as error:
        raise ValueError(str(error).replace("or inf", "inf or choose", 1)) from None


command.name = "allocate"
