"""What the commands share: their parameters, refusals, help and JSON."""

from __future__ import annotations

import inspect
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

import click

from icl_theory.algebra.shown import shown
from icl_theory.finite.parameters import PARAMETERS, SPECTRA

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

#: Stands in a help text for the list of fields, which is read off the table when help is shown.
FIELDS_HERE = "{fields}"

RANGES_HERE = """\
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


#: A refusal is one sentence of at most so many letters.
LONGEST = 300


@contextmanager
def one_sentence() -> Iterator[None]:
    """Show the library's refusal of an input without a traceback."""
    try:
        yield
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BadInput(_shortened(str(error))) from None
    except OSError as error:
        where = "" if error.filename is None else f"{shown(str(error.filename))}: "
        raise BadInput(_shortened(f"{where}{error.strerror or error}")) from None


def _shortened(text: str) -> str:
    # Click shows values in full, and would leave no room for what is wrong with them.
    quoted = re.sub(r"'([^']{60,})'", lambda found: shown(found[1]), text)
    line = " ".join(quoted.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


def folder(name: str, path: Path) -> Path:
    """A folder that can be written to, made if it is missing.

    Raises
    ------
    BadInput
        If it cannot be.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path):
            return path
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(
            f"{name} must be a folder that can be written to, got {shown(str(path))}: {reason}"
        ) from None


class Command(click.Command):
    """A command whose help keeps paragraphs with indented lines, tables and examples, as they are.

    Its epilog is kept as it is too.
    """

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text below the usage."""
        text = inspect.cleandoc(self.help or "")
        if FIELDS_HERE in text:
            about = field_names()
            width = max(map(len, about))
            listed = (f"  {name:<{width}}  {sentence}" for name, sentence in about.items())
            text = text.replace(FIELDS_HERE, "\n".join(listed))
        _write(text, formatter)


def field_names() -> Mapping[str, str]:
    """The fields of a result with a sentence on each."""
    from icl_theory.evaluate.compiled import compiled

    return compiled().fields


class FieldName(click.ParamType):
    """Name of a field of a result."""

    name = "field"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is none."""
        names = field_names()
        if value not in names:
            self.fail(f"{value!r} is none of {', '.join(names)}", param, ctx)
        return str(value)


class Group(click.Group):
    """A group whose complaints about usage are one sentence, without the usage itself."""

    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if not isinstance(error, click.exceptions.NoArgsIsHelpError):
                raise BadInput(_shortened(error.format_message())) from None
            raise


def _write(text: str, formatter: click.HelpFormatter) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        for place, paragraph in enumerate(text.split("\n\n")):
            if place:
                formatter.write_paragraph()
            lines = paragraph.splitlines()
            if any(line.startswith(" ") for line in lines):
                margin = " " * formatter.current_indent
                formatter.write("".join(f"{margin}{line}\n" for line in lines))
            else:
                formatter.write_text(paragraph)


def parameters(command: Decorated) -> Decorated:
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


def structure(command: Decorated) -> Decorated:
    """Add what the evaluators take of structured tasks and shifted tests."""
    names = {
        "inputs": ("TEXT", "Spectrum of the inputs, of atoms; isotropic by default."),
        "rho_test": ("NUMBER", PARAMETERS["rho_test"].option),
        "alpha_test": ("NUMBER", PARAMETERS["alpha_test"].option),
        "test": ("TEXT", PARAMETERS["test"].option),
        "tasks": ("TEXT", f"Spectrum of the tasks, {SPECTRA}; isotropic by default."),
    }
    for name, (metavar, text) in names.items():
        command = click.option(f"--{name.replace('_', '-')}", metavar=metavar, help=text)(command)
    return command


#: What is not isotropic, or not in the test as in pretraining.
SHIFT = ("inputs", "test", "alpha_test", "rho_test")
#: Parameters of the finite model that are real numbers, read as text since these are exact.
_NUMBERS = ("tau", "alpha", "kappa", "rho", "lam", "alpha_test", "rho_test")


def finite(*names: str, **defaults: object) -> Callable[[Decorated], Decorated]:
    """Add parameters of the finite model, as their table describes them.

    Those named last have a default of the command's own; settings have that of the table, and all
    others are required.
    """
    kinds: dict[str, Any] = {"store": click.Path(path_type=Path)}
    kinds |= dict.fromkeys((*_NUMBERS, *SHIFT), str)

    def add(command: Decorated) -> Decorated:
        for name in reversed([*names, *defaults]):
            parameter = PARAMETERS[name]
            default = defaults.get(name, parameter.default)
            required = default is inspect.Parameter.empty
            kind = kinds.get(name, str if isinstance(default, str) else int)
            command = click.option(
                f"--{name.replace('_', '-')}",
                type=kind,
                required=required,
                default=None if required else default,
                show_default=not required and default is not None,
                metavar="NUMBER" if name in _NUMBERS else None,
                help=parameter.option,
            )(command)
        return command

    return add


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(record: object) -> None:
    """Print a record as JSON."""
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
