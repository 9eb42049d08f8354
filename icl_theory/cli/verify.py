"""``icl-theory verify``: every claim, proved again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from icl_theory.algebra.shown import shown

from . import shared

if TYPE_CHECKING:
    from icl_theory.proof.claim import Claim

#: Seconds in a day: no claim is waited for longer.
LONGEST = 86_400


@click.command(cls=shared.Command)
@click.argument("claims", nargs=-1, metavar="[CLAIM]...")
@click.option("--mutants", is_flag=True, help="Corrupt every formula and count what is noticed.")
@click.option(
    "--quantity",
    "quantities",
    multiple=True,
    metavar="NAME",
    help="Corrupt this formula and no other; may be given again.",
)
@click.option("--statements", is_flag=True, help="Change every statement and count likewise.")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="N corruptions of each formula, or changes of each claim, drawn at random.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of that draw.")
@click.option(
    "--list",
    "listed",
    is_flag=True,
    help="List ids and titles, of claims named also what they state in LaTeX; prove nothing.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=LONGEST),
    help="Seconds that one claim may take.",
)
@shared.as_json
@click.pass_context
def verify(
    context: click.Context,
    claims: tuple[str, ...],
    mutants: bool,
    quantities: tuple[str, ...],
    statements: bool,
    sample: int | None,
    seed: int,
    listed: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    """Prove every claim again, or the claims named with the theorems that they use.

    Prints a table of verdicts. A claim holds only if the kernel made the theorem that it states, no
    theorem on the way was decided otherwise a second time, and its numbers agreed at every point
    that was tried. Quoted works that a theorem is conditional on are named in its row. Exits with 1
    unless all claims hold and, with --mutants, all mutants are caught; with --statements, no
    changed statement is proved that numbers refute.

    For example:
      icl-theory verify
      icl-theory verify gap-form icl-paper-form
      icl-theory verify --mutants --json > verdicts.json
      icl-theory verify icl-paper-form --mutants --quantity bias
      icl-theory verify --statements --sample 1
    """
    from icl_theory.algebra.quantity import quantities as known_quantities
    from icl_theory.verify import registry, runner

    if timeout is not None and math.isnan(timeout):
        raise shared.BadInput(f"--timeout must be seconds > 0, up to {LONGEST}, got nan")
    if quantities and not mutants:
        raise shared.BadInput("--quantity goes with --mutants")

    try:
        known = registry.claims()
        registry.check_complete(known.values())
    except registry.RegistryError as error:
        raise shared.Inconsistent(str(error)) from None
    for name in claims:
        if name not in known:
            raise shared.BadInput(f"CLAIM must be the id of a claim, got {shown(name)}")
    if listed:
        for name in claims or known:
            click.echo(f"{name:<{max(map(len, known))}}  {known[name].title}")
            for line in _statement(known[name]) if claims else ():
                click.echo(f"    {line}")
        return
    defined = {quantity.name for quantity in known_quantities()}
    for name in quantities:
        if name not in defined:
            raise shared.BadInput(f"--quantity must be the name of a quantity, got {shown(name)}")
    report = runner.verify(claims or None, timeout=timeout or runner.TIMEOUT, progress=True)
    survey = None
    if mutants:
        from icl_theory.verify import mutation

        intact = report if not claims else None
        survey = mutation.survey(
            sample, seed=seed, names=quantities or None, report=intact, progress=True
        )
    said = None
    if statements:
        from icl_theory.verify import statement_mutation

        said = statement_mutation.survey(sample, seed=seed, ids=claims or None, progress=True)
    surveys = [one for one in (survey, said) if one is not None]
    holds = report.holds and all(one.holds for one in surveys)
    if as_json:
        record = report.as_dict() | {"holds": holds}
        if survey is not None:
            record["mutants"] = survey.as_dict()
        if said is not None:
            record["statements"] = said.as_dict()
        shared.print_json(record)
    else:
        click.echo(report.table() + "\n")
        click.echo(report.summary)
        for one in surveys:
            click.echo(one.summary)
    context.exit(0 if holds else 1)


def _statement(claim: Claim) -> Iterator[str]:
    """What a claim states, a line for each relation, and where it holds."""
    from icl_theory.algebra.tex import latex
    from icl_theory.display.card import conjuncts
    from icl_theory.display.words import where

    yield from map(latex, conjuncts(claim.statement))
    yield ", ".join([where(claim.domain), *(f"if ${latex(one)}$" for one in claim.assumptions)])


command = verify
