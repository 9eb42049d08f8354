"""``icl-theory simulate``: the finite model, beside its prediction."""

from __future__ import annotations

from typing import Any

import click

from . import shared


@click.command(
    cls=shared.Command,
    help=f"""Pretrain the finite model and measure its errors, beside the prediction at that size.

Prints means with standard errors, the finite-d prediction for the same tasks, and the paired
residual with its z-score. The prediction of first order is itself off by a relative 1/d or so,
which enough runs resolve; that of second order by 1/d^2. With --store every run is kept as it is
made: stop at any time, repeat the command to go on, raise --runs to add.

{shared.RANGES_HERE}

For example:
  icl-theory simulate --d 64 --tau 10 --alpha 10 --kappa 0.2 --rho 0.01 --lam 1e-6 \\
      --runs 20 --store results.sqlite
  icl-theory simulate --d 24 --tau 2 --alpha 3 --kappa 1 --rho 0.2 --lam 0.01 \\
      --tasks power_law:9/10 --test isotropic --alpha-test 9 --order 2
""",
)
@shared.finite("d", "tau", "alpha", "kappa", "rho", lam="0", runs=20)
@shared.finite("seed", "tasks", *shared.SHIFT)
@shared.finite("order", "assignment", "solver", "precision", "store", "workers")
@shared.as_json
def simulate(as_json: bool, **arguments: Any) -> None:
    """Run a simulation and print it."""
    from icl_theory.finite import simulate as run

    with shared.one_sentence():
        result = run(**arguments)
    if as_json:
        shared.print_json(result.as_dict())
    else:
        click.echo(str(result))


command = simulate
