"""``icl-theory limits-table``: every single and double limit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from . import shared

#: What stands below a printed table.
NOTE = (
    "continuous: the error just takes its value there. C, or finite: a constant too long for the "
    "table; it, and roots such as m_0, are written out by icl-theory limit."
)


@click.command("limits-table", cls=shared.Command)
@click.option(
    "--kind",
    type=click.Choice(["single", "double", "scaling", "all"]),
    default="single",
    show_default=True,
    help="Which limits: single, all ordered pairs, joint scalings, or everything.",
)
@click.option("--ridgeless", is_flag=True, help="Take lam -> 0 first.")
@click.option("--markdown", "form", flag_value="markdown", help="A Markdown table with LaTeX.")
@click.option("--json", "form", flag_value="json", help="JSON lines: every field, in full.")
def limits_table(kind: str, ridgeless: bool, form: str | None) -> None:
    """Print the table of limits: every entry is derived while the table is made.

    For example:
      icl-theory limits-table --kind double --ridgeless --markdown
    """
    from icl_theory.limits import table

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
    rows = table.rows(_watched(paths), where, fields)
    if form == "json":
        for row in rows:
            click.echo(json.dumps(table.as_json(row)))
        return
    for line in table.as_markdown(rows) if form == "markdown" else table.as_text(rows):
        click.echo(line)
    click.echo(f"\n{NOTE}")


def _watched(paths: list[str]) -> Iterator[str]:
    """Paths under a progress bar on a terminal."""
    from tqdm import tqdm

    yield from tqdm(paths, unit="limit", file=sys.stderr, disable=None)


command = limits_table
