"""The command line ``icl-theory``: one module per command.

A command imports what it needs when it runs, so that help and ``errors`` are quick.
"""

from __future__ import annotations

import click

from . import allocate, dmmse, errors, figure, limit, limits_table, simulate, train, verify
from .shared import Group


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 claims do not hold, 2 bad input.",
)
@click.version_option(package_name="icl-theory")
def main() -> None:
    """Asymptotic theory of in-context learning by linear attention.

    Numbers, proofs, simulations and figures for linear attention pretrained by ridge regression on
    linear-regression sequences, in the limit ell/d -> alpha, k/d -> kappa, n/d^2 -> tau.
    """


for _module in (errors, allocate, limit, limits_table, simulate, dmmse, train, figure, verify):
    main.add_command(_module.command)
