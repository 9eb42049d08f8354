"""``icl-theory dmmse``: the Bayes estimator for the pretraining tasks, simulated."""

from __future__ import annotations

from typing import Any

import click

from . import shared


@click.command(cls=shared.Command)
@shared.finite("d", "alpha", "kappa", "rho", runs=100)
@shared.finite("contexts", "seed", "tasks", "store", "workers")
@shared.as_json
def dmmse(as_json: bool, **arguments: Any) -> None:
    """Simulate dMMSE, the Bayes estimator for the pretraining tasks, and print its errors.

    Means with standard errors over runs, each with tasks of its own. With --store every run is kept
    as it is made: stop at any time, repeat the command to go on, raise --runs to add.

    For example:
      icl-theory dmmse --d 100 --alpha 10 --kappa 2 --rho 0.01 --runs 200 --store results.sqlite
    """
    from icl_theory.finite import simulate_dmmse

    with shared.one_sentence():
        result = simulate_dmmse(**arguments)
    if as_json:
        shared.print_json(result.as_dict())
    else:
        click.echo(str(result))


command = dmmse
