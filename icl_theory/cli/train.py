"""``icl-theory train``: attention models trained by gradient descent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from . import shared


@click.command(
    cls=shared.Command,
    help="""Train an attention model on the sequences of the theory, and measure its errors.

Models: linear (full Q, K, V), gamma (what it collapses to), softmax (one block), two-blocks,
three-blocks (with one dense layer each), two-blocks-gelu (an MLP's activation in it).

Stops when the training error has settled or vanished, at the limit of iterations, or when training
diverges, and says which. An iteration is a pass over the training set in ten batches. With --store
the run is kept, and checkpoints of it every twenty seconds: stop at any time, repeat the command to
go on, raise --iterations to go further.

For example:
  icl-theory train --model linear --d 20 --tau 1.1 --runs 5 --store results.sqlite
""",
)
@click.option("--model", default="linear", show_default=True, help="Name of the model.")
@click.option("--d", type=int, required=True, help="Token dimension, and width of the model.")
@click.option("--tau", required=True, metavar="NUMBER", help="Sequences over d^2.")
@click.option("--alpha", default="1", show_default=True, help="Context length ell/d.")
@click.option("--kappa", default="inf", show_default=True, help="Task diversity k/d.")
@click.option("--rho", default="0.01", show_default=True, help="Label-noise variance.")
@click.option("--runs", type=int, default=5, show_default=True, help="Runs in one program.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all runs.")
@click.option("--rate", type=float, default=1e-4, show_default=True, help="Learning rate.")
@click.option(
    "--schedule", default="constant", show_default=True, help="Learning rate: constant, cosine."
)
@click.option(
    "--iterations", type=int, default=20_000, show_default=True, help="Most passes over the data."
)
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="SQLite file.")
@click.option("--device", help="Where to train, as JAX names it: cpu, gpu, tpu; its choice if not.")
@shared.as_json
def train(
    runs: int,
    device: str | None,
    store: Path | None,
    as_json: bool,
    **arguments: Any,
) -> None:
    """Train and print."""
    from icl_theory.transformers import report, train

    with shared.one_sentence():
        try:
            trained = train(**arguments, copies=runs, store=store, device=device)
        except ImportError as error:
            raise shared.BadInput(str(error)) from None
    record = report.record(*trained)
    if as_json:
        shared.print_json(record)
    else:
        click.echo(report.text(record))


command = train
