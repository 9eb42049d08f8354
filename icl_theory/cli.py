"""The command line: ``icl-theory errors | verify | simulate | figure``."""

from __future__ import annotations

import json
import math
import pkgutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

#: What the fields of a result are, in the order in which they are printed.
MEANINGS = {
    "icl": "in-context learning error: a fresh task in every sequence",
    "idg": "in-distribution generalisation error: the pretraining tasks",
    "gap": "task-generalisation gap, icl - idg",
    "noise": "first term of icl: label noise",
    "bias": "second term of icl: bias",
    "context_variance": "third term of icl: finite context",
    "pretraining_variance": "fourth term of icl: finite pretraining",
    "train": "training error",
    "xi": "effective ridge",
    "m": "resolvent trace at the fixed point",
}


class Stop(click.ClickException):
    """Ends a command with one sentence on standard error."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def _parameters(command: Callable[..., None]) -> Callable[..., None]:
    """Add the five parameters of the theory as options."""
    click.option("--lam", default="0", metavar="NUMBER", show_default=True, help="Ridge.")(command)
    for name, text in reversed(
        (
            ("tau", "Pretraining sequences per squared dimension."),
            ("alpha", "Context length per dimension."),
            ("kappa", "Task diversity: tasks per dimension."),
            ("rho", "Variance of the label noise."),
        )
    ):
        click.option(f"--{name}", required=True, metavar="NUMBER", help=text)(command)
    return command


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each command has its own --help. Exit codes: 0 done, 1 claims fail, 2 bad input.",
)
@click.version_option(package_name="icl-theory", prog_name="icl-theory")
def cli() -> None:
    """Asymptotic theory of in-context learning by linear attention.

    \b
    icl-theory errors --tau 0.5 --alpha 10 --kappa 0.5 --rho 0.1
    icl-theory verify
    icl-theory simulate --d 32 --tau 5 --alpha 10 --kappa 0.25 --rho 0.01 --lam 1e-5
    icl-theory figure 1 --quick --out figures
    """  # noqa: D301 (the backspace tells click not to wrap)


@cli.command(
    epilog="""\b
Examples:
  icl-theory errors --tau 0.5 --alpha 10 --kappa 0.5 --rho 0.1
  icl-theory errors --tau 0.85 --alpha 10 --kappa inf --rho 0.01 --lam 0.1 --digits 50 --certified
  icl-theory errors --tau 1/2 --alpha 10 --kappa 1/2 --rho 0 --exact --json"""
)
@_parameters
@click.option(
    "--digits",
    type=click.IntRange(min=1),
    help="Significant digits: multiprecision numbers instead of float64.",
)
@click.option("--certified", is_flag=True, help="Guarantee every digit, by ball arithmetic.")
@click.option("--exact", "exactly", is_flag=True, help="Print the algebraic numbers themselves.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def errors(digits: int | None, certified: bool, exactly: bool, as_json: bool, **given: str) -> None:
    """Compute the test and training errors in the limit.

    \b
      tau    pretraining sequences, n/d^2        finite, > 0
      alpha  context length, ell/d               > 0, or inf
      kappa  task diversity, k/d                 > 0, or inf
      rho    label-noise variance                finite, >= 0
      lam    ridge; 0 is the ridgeless limit     finite, >= 0

    Numbers are read exactly: 0.1 is 1/10, and 1/3, 1e-8 and inf are numbers. Without further
    options the answer is in float64; --digits N gives N digits, --certified guarantees them, and
    --exact prints the algebraic number itself: a + b sqrt(c), or the root of an integer polynomial.
    """  # noqa: D301 (the backspace tells click not to wrap)
    if certified and exactly:
        raise Stop("choose one of --certified and --exact")
    from icl_theory.evaluate.parameters import exact

    values = {
        name: _asked(exact, name, given[name]) for name in ("tau", "alpha", "kappa", "rho", "lam")
    }
    if exactly:
        from icl_theory import errors_exact

        method, result = "exact", errors_exact(**values)
        fields = {name: _algebraic(getattr(result, name), digits or 20) for name in MEANINGS}
    elif certified:
        from icl_theory import errors_certified

        number = 50 if digits is None else digits
        method, result = f"certified to {number} digits", errors_certified(**values, digits=number)
        fields = {name: _ball(getattr(result, name), number) for name in MEANINGS}
    elif digits is not None:
        import mpmath

        from icl_theory import errors_mp

        method, result = f"{digits} digits", errors_mp(**values, digits=digits)
        fields = {name: mpmath.nstr(getattr(result, name), digits) for name in MEANINGS}
    else:
        from icl_theory import errors as evaluate

        method = "float64"
        result = evaluate(**{name: float(value) for name, value in values.items()})
        fields = {name: float(getattr(result, name)) for name in MEANINGS}
    if as_json:
        _print_json({"parameters": given, "method": method, **fields})
        return
    click.echo(", ".join(f"{name} = {text}" for name, text in given.items()) + f"  ({method})")
    texts = {name: _text(value) for name, value in fields.items()}
    width = max(map(len, MEANINGS))
    column = max(map(len, texts.values()))
    for name, text in texts.items():
        # Long numbers leave no room for words.
        words = f"  {MEANINGS[name]}" if column <= 60 else ""
        click.echo(f"{name:<{width}}  {text:<{column}}{words}".rstrip())


def _asked(read: Callable[[str, object], Any], name: str, text: str) -> Any:
    try:
        return read(name, text)
    except (ValueError, TypeError) as error:
        raise Stop(str(error)) from None


def _ball(value: Any, digits: int) -> dict[str, str] | str:
    if not value.is_finite():
        return "inf" if value > 0 else "-inf"
    return {"value": value.str(digits, radius=False), "radius": value.rad().str(3, radius=False)}


def _algebraic(value: Any, digits: int) -> dict[str, Any] | str:
    if isinstance(value, float):
        return str(value)
    return {
        "digits": value.approximation(digits).str(digits, radius=False),
        "value": str(value),
        "polynomial": [str(coefficient) for coefficient in value.polynomial],
        "interval": [str(end) for end in value.interval],
    }


def _text(value: object) -> str:
    if isinstance(value, dict):
        if "radius" in value:
            return f"{value['value']} +/- {value['radius']}"
        return f"{value['digits']} = {value['value']}"
    return repr(value) if isinstance(value, float) else str(value)


def _print_json(record: object) -> None:
    """Print JSON; infinities, which JSON does not have, as strings."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [plain(entry) for entry in value]
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        return value

    click.echo(json.dumps(plain(record), indent=2, allow_nan=False))


@cli.command(
    epilog="""\b
Examples:
  icl-theory verify
  icl-theory verify ridgeless-icl-under gap-form
  icl-theory verify --mutants --json > gate.json"""
)
@click.argument("claims", nargs=-1, metavar="[CLAIM]...")
@click.option("--mutants", is_flag=True, help="Also corrupt every formula and see who notices.")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --mutants: try N of each formula, drawn at random, instead of all.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of that draw.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="Time that one claim may take.",
)
@click.option("--list", "listed", is_flag=True, help="List the claims and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(
    claims: tuple[str, ...],
    mutants: bool,
    sample: int | None,
    seed: int,
    timeout: float,
    listed: bool,
    as_json: bool,
) -> None:
    """Prove every claim and check it numerically.

    A claim holds if its proof runs to the end within its time, decides at least one step by exact
    algebra and reaches every part of the statement, if the statement, evaluated at random points in
    ball arithmetic, is true at all of them, and if the claims that it rests on hold. Anything else
    is "fails" or "unknown", and the exit code is 1.

    With CLAIM ids, only these and what they rest on are run.
    """
    from icl_theory.claims import registry

    try:
        known = registry.claims()
        registry.check_derivations(known.values())
    except registry.RegistryError as error:
        raise Stop(str(error), 1) from None
    for name in claims:
        if name not in known:
            raise Stop(f"no claim has the id {name!r}; icl-theory verify --list shows all")
    if listed:
        chosen = registry.support(claims, known) if claims else known
        width = max(map(len, chosen))
        for name in chosen:
            click.echo(f"{name:<{width}}  {known[name].title}")
        return
    from icl_theory.claims import runner

    report = runner.verify(claims or None, timeout=timeout, progress=True)
    record = report.as_dict()
    holds = report.holds
    if not as_json:
        click.echo(report.table())
        click.echo()
        click.echo(report.summary)
    if mutants:
        from icl_theory.claims.mutation import survey

        found = survey(sample, seed=seed, progress=True)
        record["mutants"] = found.as_dict()
        holds = holds and found.holds
        if not as_json:
            click.echo(found.summary)
    if as_json:
        _print_json(record | {"holds": holds})
    if not holds:
        sys.exit(1)


@cli.command(
    epilog="""\b
Examples:
  icl-theory simulate --d 32 --tau 5 --alpha 10 --kappa 0.25 --rho 0.01 --lam 1e-5
  icl-theory simulate --d 64 --tau 10 --alpha 10 --kappa 0.2 --rho 0.01 --store runs.sqlite"""
)
@click.option("--d", "d", type=click.IntRange(min=1), required=True, help="Token dimension.")
@_parameters
@click.option(
    "--runs", type=click.IntRange(min=1), default=20, show_default=True, help="Independent runs."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed.")
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file: runs found there are not repeated, runs made are written there.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate(
    d: int, runs: int, seed: int, store: Path | None, workers: int, as_json: bool, **given: str
) -> None:
    """Simulate the model at finite d.

    Every run draws its own tasks and sequences, solves the ridge regression and measures the errors
    of the estimator exactly. Printed are means and standard errors, the finite-d prediction for the
    very tasks, and the residual between the two in standard errors (z).

    Sequences, context and tasks are n = tau d^2, ell = alpha d and k = kappa d, rounded; alpha is
    finite here. A stopped run resumes from its store.
    """
    from icl_theory import simulate as run

    try:
        result = run(d=d, **given, runs=runs, seed=seed, store=store, workers=workers)
    except (ValueError, TypeError) as error:
        raise Stop(str(error)) from None
    if as_json:
        _print_json(result.as_dict())
    else:
        click.echo(str(result))


def _figures() -> list[str]:
    """Numbers of the paper's figures that there are modules for."""
    from icl_theory import figures

    names = (info.name for info in pkgutil.iter_modules(figures.__path__))
    return sorted(name.removeprefix("figure") for name in names if name[6:].isdigit())


@cli.command(epilog="Example: icl-theory figure 1 --quick --out figures")
@click.argument("number")
@click.option("--quick", is_flag=True, help="A small dimension and few runs: about a minute.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current folder",
    help="Folder for the files; made if there is none.",
)
def figure(number: str, quick: bool, out: Path) -> None:
    """Draw a figure of the paper.

    NUMBER is that of the paper. Simulated points are drawn where it has them.

    At the paper's size the simulations take long; one that was stopped resumes.
    """
    from importlib import import_module

    known = _figures()
    if number not in known:
        raise Stop(f"there is no figure {number!r}; there are {', '.join(known)}")
    written = import_module(f"icl_theory.figures.figure{number}").draw(out, quick)
    for path in written if isinstance(written, list | tuple) else [written]:
        click.echo(str(path))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; bad input ends it with one sentence and exit code 2.

    Parameters
    ----------
    arguments
        Words of the command, by default those of the process.
    """
    try:
        code = cli.main(arguments, prog_name="icl-theory", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = error.exit_code
    except click.ClickException as error:
        click.echo(f"icl-theory: {error.format_message()}", err=True)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("icl-theory: interrupted", err=True)
        code = 130
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
