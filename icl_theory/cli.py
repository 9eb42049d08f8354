"""The command line: ``icl-theory errors | verify | simulate | figure``."""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from icl_theory.limits.command import limit_command, table_command

# Everything else is imported by the command that needs it, so that --help is quick.

_DOMAINS = """\b
  --tau    n/d^2, pretraining sequences   finite, > 0
  --alpha  ell/d, context length          > 0 or inf
  --kappa  k/d, task diversity            > 0 or inf
  --rho    label-noise variance           finite, >= 0
  --lam    ridge strength                 finite, >= 0; 0 is the ridgeless limit

Numbers are exact: 0.1 is one tenth, 1/3 a third."""


class BadInput(click.ClickException):
    """Input outside of a domain: one sentence on standard error, exit code 2."""

    exit_code = 2


class Inconsistent(click.ClickException):
    """An account of claims that cannot be judged: one sentence, exit code 1."""

    exit_code = 1


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Show the library's refusal of an input without a traceback."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise BadInput(str(error)) from None


def _parameters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the five parameters, in the order used everywhere."""
    for option in (
        click.option(
            "--lam", default="0", show_default=True, metavar="NUMBER", help="Ridge strength."
        ),
        click.option("--rho", required=True, metavar="NUMBER", help="Label-noise variance."),
        click.option("--kappa", required=True, metavar="NUMBER", help="Task diversity k/d."),
        click.option("--alpha", required=True, metavar="NUMBER", help="Context length ell/d."),
        click.option("--tau", required=True, metavar="NUMBER", help="Sequences over d^2."),
    ):
        command = option(command)
    return command


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _print_json(record: object) -> None:
    click.echo(json.dumps(_finite(record), indent=2, ensure_ascii=False, allow_nan=False))


def _finite(record: Any) -> Any:
    """Write infinities as strings and NaN as null, which JSON has no numbers for."""
    if isinstance(record, dict):
        return {key: _finite(value) for key, value in record.items()}
    if isinstance(record, list | tuple):
        return [_finite(value) for value in record]
    if isinstance(record, float) and not math.isfinite(record):
        return None if math.isnan(record) else str(record)
    return record


class _Group(click.Group):
    """A group whose complaints about usage are one sentence, without the usage itself."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if not isinstance(error, click.exceptions.NoArgsIsHelpError):
                error.ctx = None
            raise


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 claims do not hold, 2 bad input.",
)
@click.version_option(package_name="icl-theory")
def main() -> None:
    """Asymptotic theory of in-context learning by linear attention.

    Numbers, proofs, simulations and figures for linear attention pretrained by ridge regression on
    linear-regression sequences, in the limit ell/d -> alpha, k/d -> kappa, n/d^2 -> tau.
    """


@main.command(
    help=f"""Print the errors in the limit of large dimension.

\b
icl   new tasks               idg    pretraining tasks
gap   icl - idg               train  pretraining set
noise, bias, context_variance, pretraining_variance    the terms of icl
xi, m                         fixed point: effective ridge and resolvent trace

{_DOMAINS}

\b
Examples:
  icl-theory errors --tau 0.5 --alpha 10 --kappa 0.5 --rho 0.01
  icl-theory errors --tau 1/3 --alpha inf --kappa 2 --rho 0.1 --lam 1e-3 --digits 50 --certified
  icl-theory errors --tau 1/2 --alpha 10 --kappa 1/2 --rho 1/100 --exact
"""
)
@_parameters
@click.option(
    "--digits",
    type=click.IntRange(min=1),
    help="Significant digits; without it, float64 (exact: 50).",
)
@click.option("--certified", is_flag=True, help="Balls: the digits are guaranteed.")
@click.option("--exact", is_flag=True, help="Algebraic numbers.")
@_json
def errors(
    tau: str,
    alpha: str,
    kappa: str,
    rho: str,
    lam: str,
    digits: int | None,
    certified: bool,
    exact: bool,
    as_json: bool,
) -> None:
    """Evaluate one point and print its fields."""
    if certified and exact:
        raise BadInput("--certified and --exact exclude each other")
    with _one_sentence():
        values = _evaluate((tau, alpha, kappa, rho, lam), digits, certified, exact)
    if as_json:
        _print_json(values)
        return
    width = max(map(len, values))
    for name, value in values.items():
        click.echo(f"{name:<{width}}  {value}")


def _evaluate(
    point: tuple[str, ...], digits: int | None, certified: bool, exact: bool
) -> dict[str, float | str]:
    """Every field by the evaluator asked for: numbers in float64, else text."""
    import icl_theory
    from icl_theory.evaluate.result import FIELDS

    def listed(found: Any, write: Callable[[Any], float | str]) -> dict[str, float | str]:
        return {name: write(getattr(found, name)) for name in FIELDS}

    if exact:
        return listed(icl_theory.errors_exact(*point), str)
    if certified:
        digits = digits or 50
        found = icl_theory.errors_certified(*point, digits=digits)
        return listed(found, lambda ball: ball.str(digits))
    if digits is not None:
        import mpmath

        found = icl_theory.errors_mp(*point, digits=digits)
        return listed(found, lambda value: mpmath.nstr(value, digits, strip_zeros=False))
    return listed(icl_theory.errors(*point), float)


@main.command()
@click.argument("claims", nargs=-1, metavar="[CLAIM]...")
@click.option("--mutants", is_flag=True, help="Corrupt every formula and count what is noticed.")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --mutants: N corruptions of each formula, drawn at random, instead of all.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of that draw.")
@click.option("--list", "listed", is_flag=True, help="List ids and titles, and prove nothing.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that one claim may take.",
)
@_json
@click.pass_context
def verify(
    context: click.Context,
    claims: tuple[str, ...],
    mutants: bool,
    sample: int | None,
    seed: int,
    listed: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    r"""Prove every claim again, or the claims named and all that they rest on.

    Prints a table of verdicts. A claim holds only if its proof ran in time and reached the
    statement, its numerical evidence tried a point and agreed at all, and what it rests on holds.
    Evidence is "proved", "proved given" a quoted theorem, or "assumed"; quoted works are named.
    Exits with 1 unless all claims hold and, with --mutants, all mutants are caught.

    \b
    Examples:
      icl-theory verify
      icl-theory verify gap-form icl-paper-form
      icl-theory verify --mutants --json > verdicts.json
    """
    from icl_theory.verify import registry, runner

    try:
        known = registry.claims()
        registry.check_complete(known.values())
    except registry.RegistryError as error:
        raise Inconsistent(str(error)) from None
    for name in claims:
        if name not in known:
            raise BadInput(f"CLAIM must be the id of a claim, got {name!r}")
    if listed:
        for name in registry.support(claims or known, known):
            click.echo(f"{name:<{max(map(len, known))}}  {known[name].title}")
        return
    report = runner.verify(claims or None, timeout=timeout or runner.TIMEOUT, progress=True)
    survey = None
    if mutants:
        from icl_theory.verify import mutation

        intact = report if not claims else None
        survey = mutation.survey(sample, seed=seed, report=intact, progress=True)
    if as_json:
        record = report.as_dict()
        if survey is not None:
            record["mutants"] = survey.as_dict()
            record["holds"] = report.holds and survey.holds
        _print_json(record)
    else:
        click.echo(report.table() + "\n")
        click.echo(report.summary)
        if survey is not None:
            click.echo(survey.summary)
    context.exit(0 if report.holds and (survey is None or survey.holds) else 1)


@main.command(
    help=f"""Pretrain the finite model and measure its errors, beside the prediction at that size.

Prints means with standard errors, the finite-d prediction for the same tasks, and the paired
residual with its z-score. With --store every run is kept as it is made: stop at any time, repeat
the command to go on, raise --runs to add.

{_DOMAINS}

\b
Example:
  icl-theory simulate --d 64 --tau 10 --alpha 10 --kappa 0.2 --rho 0.01 --lam 1e-6 \\
      --runs 20 --store results.sqlite
"""
)
@click.option("--d", type=int, required=True, help="Token dimension.")
@_parameters
@click.option("--runs", type=int, default=20, show_default=True, help="Independent runs.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all runs.")
@click.option(
    "--tasks", default="sphere", show_default=True, help="Law of tasks: sphere, gaussian."
)
@click.option(
    "--assignment",
    default="multinomial",
    show_default=True,
    help="How sequences get their tasks: multinomial, balanced.",
)
@click.option("--solver", default="auto", show_default=True, help="Name of a ridge solver.")
@click.option(
    "--store", type=click.Path(dir_okay=False, path_type=Path), help="SQLite file of runs."
)
@click.option("--workers", type=int, default=1, show_default=True, help="Processes.")
@_json
def simulate(as_json: bool, **arguments: Any) -> None:
    """Run a simulation and print it."""
    from icl_theory.finite import simulate as run

    with _one_sentence():
        result = run(**arguments)
    if as_json:
        _print_json(result.as_dict())
    else:
        click.echo(str(result))


@main.command(
    help="""Simulate dMMSE, the Bayes estimator for the pretraining tasks, and print its errors.

Means with standard errors over runs, each with tasks of its own. With --store every run is kept as
it is made: stop at any time, repeat the command to go on, raise --runs to add.

\b
Example:
  icl-theory dmmse --d 100 --alpha 10 --kappa 2 --rho 0.01 --runs 200 --store results.sqlite
"""
)
@click.option("--d", type=int, required=True, help="Token dimension.")
@click.option("--alpha", required=True, metavar="NUMBER", help="Context length ell/d.")
@click.option("--kappa", required=True, metavar="NUMBER", help="Task diversity k/d, finite.")
@click.option("--rho", required=True, metavar="NUMBER", help="Label-noise variance.")
@click.option("--runs", type=int, default=100, show_default=True, help="Independent runs.")
@click.option(
    "--contexts", type=int, default=64, show_default=True, help="Contexts of each kind in a run."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all runs.")
@click.option(
    "--tasks", default="sphere", show_default=True, help="Law of tasks: sphere, gaussian."
)
@click.option(
    "--store", type=click.Path(dir_okay=False, path_type=Path), help="SQLite file of runs."
)
@click.option("--workers", type=int, default=1, show_default=True, help="Processes.")
@_json
def dmmse(as_json: bool, **arguments: Any) -> None:
    """Run a simulation of dMMSE and print it."""
    from icl_theory.finite import simulate_dmmse

    with _one_sentence():
        result = simulate_dmmse(**arguments)
    if as_json:
        _print_json(result.as_dict())
    else:
        click.echo(str(result))


def _figures() -> list[str]:
    import icl_theory.figures

    names = (module.name for module in pkgutil.iter_modules(icl_theory.figures.__path__))
    return sorted(match[1] for name in names if (match := re.fullmatch(r"figure(\d+)", name)))


@main.command()
@click.argument("number", type=click.Choice(_figures()))
@click.option("--quick", is_flag=True, help="A small version.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the files; the current one by default.",
)
def figure(number: str, quick: bool, out: Path) -> None:
    r"""Draw a figure of the paper, as SVG and PNG.

    Simulated points at d = 100 come with the package. Only figure 1 with --quick simulates, at d =
    16; its runs are kept in a store beside the figure, so that a stopped run resumes.

    \b
    Example:
      icl-theory figure 1 --quick --out figures
    """
    module = importlib.import_module(f"icl_theory.figures.figure{number}")
    for path in module.draw(out, quick):
        click.echo(path)


main.add_command(limit_command)
main.add_command(table_command)


if __name__ == "__main__":
    main()
