"""The commands ``icl-theory limit`` and ``icl-theory limits-table``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .answer import Limit
    from .orders import Orders

#: Fields, typed here so that ``--help`` does not wait for the theory to load.
FIELD_NAMES = (
    "icl",
    "idg",
    "gap",
    "noise",
    "bias",
    "context_variance",
    "pretraining_variance",
    "train",
    "xi",
    "m",
)


class Unanswerable(click.ClickException):
    """A question that cannot be read or met: one sentence on standard error, exit code 2."""

    exit_code = 2


@click.command("limit")
@click.argument("field", type=click.Choice(FIELD_NAMES))
@click.option(
    "--take",
    required=True,
    metavar="LIMITS",
    help="Limits, the first taken first, and scalings: 'lam->0, alpha->oo', 'tau = c*alpha'.",
)
@click.option(
    "--where",
    default="",
    metavar="CONDITIONS",
    help="Conditions on what stays: 'kappa<1, tau>1'. 'lam=0' is the ridgeless limit.",
)
@click.option(
    "--order/--no-order",
    default=True,
    help="Say whether two limits commute, and give the other order where they do not (default).",
)
@click.option("--latex", "form", flag_value="latex", help="LaTeX.")
@click.option("--json", "form", flag_value="json", help="JSON.")
def limit_command(field: str, take: str, where: str, order: bool, form: str | None) -> None:
    r"""Leading behaviour of FIELD along a sequence of limits.

    The limit where it is finite, otherwise its constant and rate, in every region of the parameters
    that stay. Derived by exact algebra, nothing is looked up or fitted.

    \b
    icl-theory limit icl --take "lam->0, alpha->oo" --where "kappa<1, tau>1"
    icl-theory limit gap --take "lam->0, tau = c*alpha, alpha->oo"
    icl-theory limit idg --take "kappa->min(tau,1)+" --where "lam=0, alpha=oo"
    """
    from .answer import limit
    from .orders import orders_of_limits
    from .reading import Move, moves
    from .show import as_dict, latex, text

    try:
        asked = sum(isinstance(item, Move) for item in moves(take))
        found = orders_of_limits(field, take, where) if order and asked == 2 else None
        answer = limit(field, take, where) if found is None else found.answers[0]
    except ValueError as error:
        raise Unanswerable(str(error)) from None
    others = [] if found is None else _others(found)
    if form == "json":
        report = as_dict(answer)
        if found is not None:
            report["commute"] = found.commute
            report["other_orders"] = [as_dict(other) for other in others]
        click.echo(json.dumps(report, indent=2))
    elif form == "latex":
        for one in (answer, *others):
            click.echo(latex(one))
    else:
        click.echo(text(answer) if found is None else str(found))


def _others(found: Orders) -> list[Limit]:
    """Answers in the orders that differ from the one asked for."""
    pairs = zip(found.answers[1:], found.differences, strict=True)
    return [answer for answer, differences in pairs if differences]


@click.command("limits-table")
@click.option(
    "--kind",
    type=click.Choice(["single", "double", "scaling", "all"]),
    default="single",
    help="Which limits: single (default), all ordered pairs, joint scalings, or everything.",
)
@click.option("--ridgeless", is_flag=True, help="Take lam -> 0 first.")
@click.option("--markdown", "form", flag_value="markdown", help="A Markdown table with LaTeX.")
@click.option("--json", "form", flag_value="json", help="JSON lines: every field, in full.")
def table_command(kind: str, ridgeless: bool, form: str | None) -> None:
    """Print the table of limits: every entry is derived while the table is made."""
    from . import table

    paths = {
        "single": table.singles,
        "double": table.doubles,
        "scaling": lambda: list(table.SCALINGS),
        "all": lambda: [*table.singles(), *table.doubles(), *table.SCALINGS],
    }[kind]()
    if ridgeless:
        paths = [path for path in paths if "lam" not in path]
    where = "lam=0" if ridgeless else ""
    fields = None if form == "json" else table.COLUMNS
    rows = table.rows(_watched(paths), where, *(() if fields is None else (fields,)))
    if form == "json":
        for row in rows:
            click.echo(json.dumps(table.as_json(row)))
        return
    for line in table.as_markdown(rows) if form == "markdown" else table.as_text(rows):
        click.echo(line)


def _watched(paths: list[str]) -> Iterator[str]:
    """Paths under a progress bar on a terminal."""
    from tqdm import tqdm

    yield from tqdm(paths, unit="limit", file=sys.stderr, disable=None)
