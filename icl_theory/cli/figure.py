"""``icl-theory figure``: the figures of the paper."""

from __future__ import annotations

from pathlib import Path

import click

from icl_theory import figures

from . import shared


@click.command(cls=shared.Command)
@click.argument(
    "number", type=click.Choice([str(number) for number in figures.NUMBERS]), metavar="NUMBER"
)
@click.option("--quick", is_flag=True, help="A small version.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder for the files; the current one by default.",
)
def figure(number: str, quick: bool, out: Path) -> None:
    """Draw a figure of the paper, NUMBER 1 to 6, as SVG and PNG.

    Simulated points at d = 100 come with the package. Only figure 1 with --quick simulates, at d =
    16; its runs are kept in a store beside the figure, so that a stopped run resumes.

    For example:
      icl-theory figure 1 --quick --out figures
    """
    folder = shared.folder("out", out)
    with shared.one_sentence():
        written = figures.draw(int(number), folder, quick=quick)
    for path in written:
        click.echo(path)


command = figure
