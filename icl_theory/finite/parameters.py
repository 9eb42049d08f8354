"""The parameters of the finite model: how each is read, its default, and what is said of it, once.

Every function that takes some of them reads its arguments with `read` or `setting`, and gets its
signature and the section on parameters of its docstring from `described`. The options of the
command line come from the same table.
"""

from __future__ import annotations

import inspect
import json
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypedDict, TypeVar, cast, get_args

from icl_theory.algebra.shown import shown as shown

if TYPE_CHECKING:
    from icl_theory.evaluate.spectrum import Spectrum

#: Largest ridge, noise of a test and variance of the finite model: float64 holds the squares of its
#: features, which are of fourth order in labels.
LARGEST = 1e60
#: Largest variance of the labels, and the inverse of the least. One feature has their square, all
#: others a label: the condition of the regression is that variance, and its digits are lost to it.
LABELS = 1e8
#: Largest whole number: stores hold no larger ones.
WHOLE = 2**63 - 1
#: Largest seed, which stores keep as text.
LARGEST_SEED = 2**128 - 1
#: Largest number of contexts of a run, which is made in one go.
MOST_CONTEXTS = 10_000_000

# NumPy is imported by what reads numbers: the command line asks for help without it.

NumberOrText = float | str
TaskLaw = Literal["sphere", "gaussian"]
Assignment = Literal["multinomial", "balanced"]
SolverName = Literal["auto", "primal", "dual", "cholesky", "direct"]
Precision = Literal["float64", "float32"]
TraceMethod = Literal["auto", "exact", "random", "theory"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Kind = TypeVar("Kind")


class Drawing(TypedDict, total=False):
    """What determines the tasks and sequences of a run, beside the sizes."""

    seed: int
    tasks: TaskLaw | Spectrum | None
    assignment: Assignment


class Solving(Drawing, total=False):
    """And its estimator."""

    solver: SolverName
    precision: Precision


class Shifting(TypedDict, total=False):
    """What is not isotropic, or not in the test as in pretraining."""

    inputs: Spectrum | None
    test: Any
    alpha_test: NumberOrText | None
    rho_test: NumberOrText | None


class Contexts(TypedDict, total=False):
    """What determines the runs of a baseline, beside the sizes."""

    tasks: TaskLaw
    contexts: int
    seed: int


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Attributes
    ----------
    read
        Function of its name and a value that checks the value and returns it as it is used.
    text
        What docstrings say of it.
    default
        Its default where it is a setting.
    option
        What the command line says of it.
    """

    read: Callable[[str, Any], Any]
    text: str
    option: str = ""
    default: Any = inspect.Parameter.empty


def real(name: str, value: object) -> Fraction | float:
    """Read a parameter of the theory as the exact number that it is, or ``inf``."""
    from icl_theory.evaluate.parameters import exact

    return exact(name, value)


def in_float64(name: str, value: object) -> float:
    """Read a parameter of the theory as a float64 whose fourth power is one, too."""
    number = real(name, value)
    if number > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:g}, got {shown(value)}")
    found = float(number)
    if found == 0 and number != 0:
        raise ValueError(f"{name} must be 0 or at least 5e-324, got {shown(value)}")
    return found


def whole(least: int, most: int = WHOLE) -> Callable[[str, object], int]:
    """A reader of integers from ``least`` on; beyond ``most`` no machine could follow."""

    def reader(name: str, value: object) -> int:
        try:
            number = operator.index(value)  # type: ignore[arg-type]
        except Exception:
            number = least - 1
        if isinstance(value, bool) or number < least:
            raise ValueError(f"{name} must be an integer >= {least}, got {shown(value)}")
        if number > most:
            raise ValueError(f"{name} must be an integer up to {most}, got {shown(value)}")
        return number

    return reader


def choice(values: Iterable[object]) -> Callable[[str, object], Any]:
    """A reader of one of several values."""
    values = tuple(values)

    def reader(name: str, value: object) -> object:
        comparable = isinstance(value, str | Integral) and not isinstance(value, bool)
        try:
            among = comparable and value in values
        except Exception:
            # Whatever an object of a foreign type does when it is compared.
            among = False
        if not among:
            choices = ", ".join(map(json.dumps, values))
            raise ValueError(f"{name} must be one of {choices}, got {shown(value)}")
        return value

    return reader


task_law = choice(get_args(TaskLaw))


def spectrum_of(name: str, value: object) -> Spectrum | None:
    """A spectrum given as itself or as text; None for anything else."""
    from icl_theory.evaluate.spectrum import Spectrum

    if not isinstance(value, str):
        return value if isinstance(value, Spectrum) else None
    try:
        return Spectrum.parse(value)
    except ValueError as error:
        text = str(error)
        known = text.startswith("a spectrum must")
        raise ValueError(
            text.replace("a spectrum", name, 1) if known else f"{name} is no spectrum: {text}"
        ) from None


def _is_spectrum_text(value: object) -> bool:
    return isinstance(value, str) and (":" in value or "{" in value)


def law_or_spectrum(name: str, value: object) -> TaskLaw | Spectrum:
    """Read a law of tasks, or the spectrum of the covariance of Gaussian ones."""
    if value is None:
        return "sphere"
    if not isinstance(value, str) or _is_spectrum_text(value):
        found = spectrum_of(name, value)
        if found is not None:
            return found
    try:
        return cast(TaskLaw, task_law(name, value))
    except ValueError as error:
        raise ValueError(str(error).replace(", got", ", or a Spectrum, got", 1)) from None


def spectrum_of_inputs(name: str, value: object) -> Spectrum | None:
    """Read the spectrum of the inputs' covariance, which has to be positive; None if isotropic."""
    if value is None:
        return None
    found = spectrum_of(name, value)
    if found is None:
        raise TypeError(f"{name} must be a Spectrum or None, got {shown(value)}")
    if found.rank < 1:
        raise ValueError(f"{name} must have a positive covariance, got an eigenvalue 0")
    return None if found == found.isotropic() else found


def tested_tasks(name: str, value: object) -> object:
    """Read the tasks of a test as the evaluators do, or a spectrum given as text."""
    if value is None or (isinstance(value, str) and not _is_spectrum_text(value)):
        return value
    found = spectrum_of(name, value)
    if found is not None:
        return found
    if isinstance(value, bytes | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a name, a Spectrum or numbers, got {shown(value)}")
    return value


def like(other: str, reader: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """A reader of what has the domain of another parameter, or is left open."""

    def read_other(name: str, value: Any) -> Any:
        if value is None:
            return None
        try:
            return reader(other, value)
        except (ValueError, TypeError) as error:
            raise type(error)(str(error).replace(other, name, 1)) from None

    return read_other


def as_it_is(name: str, value: Any) -> Any:
    """Read what needs no check here."""
    return value


def yes_or_no(name: str, value: object) -> bool | None:
    """Read a switch, or None where it is left open."""
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{name} must be True, False or None, got {shown(value)}")
    return value


def engine(name: str, value: Any) -> Any:
    """Read an executor, or None."""
    if value is not None and not callable(getattr(value, "submit", None)):
        raise TypeError(
            f"{name} must have the interface of concurrent.futures.Executor, got {shown(value)}"
        )
    return value


#: How the command line takes a spectrum.
SPECTRA = "like power_law:9/10, spike:4,1/2 or atoms:2,1/2;1,2, or JSON"

PARAMETERS: dict[str, Parameter] = {
    "d": Parameter(whole(1), "Token dimension, an integer >= 1.", "Token dimension."),
    "tau": Parameter(
        real, "Pretraining sequences n over d^2, a number > 0, or a string.", "Sequences over d^2."
    ),
    "alpha": Parameter(
        real, "Context length ell over d, a finite number > 0.", "Context length ell/d."
    ),
    "kappa": Parameter(
        real,
        "Task diversity, tasks k over d: a number > 0, or ``inf`` for a fresh task in every\n"
        "sequence. Numbers as in `icl_theory.errors`: strings are exact, and ell, k and n are the\n"
        "nearest integers to alpha d, kappa d and tau d^2, halves up.",
        "Task diversity k/d.",
    ),
    "rho": Parameter(
        in_float64,
        "Label-noise variance, a number >= 0; labels, noise included, have a variance between\n"
        f"{1 / LABELS:g} and {LABELS:g}.",
        "Label-noise variance.",
    ),
    "lam": Parameter(
        in_float64,
        f"Ridge strength, a number from 0 to {LARGEST:g}. 0 is ridgeless regression itself, the\n"
        "least-squares solution of smallest norm.",
        "Ridge strength.",
    ),
    "runs": Parameter(
        whole(1),
        "Number of independent runs, each with its own tasks and sequences.",
        "Independent runs.",
    ),
    "seed": Parameter(
        whole(0, LARGEST_SEED),
        "Integer >= 0. A run depends on it and on the run's number, and on nothing else that is\n"
        "random.",
        "Seed of all runs.",
        0,
    ),
    "tasks": Parameter(
        law_or_spectrum,
        'Law of the tasks: ``"sphere"``, uniform on the sphere of radius sqrt(d); ``"gaussian"``,\n'
        "standard Gaussian; or a `Spectrum`, Gaussian with that covariance, whose quantiles are\n"
        "taken at finite d.",
        f"Law of tasks: {', '.join(get_args(TaskLaw))}, or a spectrum, {SPECTRA}.",
        "sphere",
    ),
    "inputs": Parameter(
        spectrum_of_inputs,
        "Spectrum of the covariance of the inputs, which commutes with that of the tasks: the\n"
        "largest eigenvalues belong together. Isotropic by default.",
        "Spectrum of the inputs.",
        None,
    ),
    "test": Parameter(
        tested_tasks,
        'Test tasks, as in `icl_theory.errors`: ``"matched"``, ``"isotropic"``, ``"reversed"``, a\n'
        'spectrum or numbers, or ``"pretraining"`` for the pretraining tasks again. By default\n'
        "those of ``tasks``. Tasks with the covariance of pretraining have its law; others are\n"
        "Gaussian.",
        "Tasks of the test: matched, isotropic, reversed, pretraining, or a spectrum.",
        None,
    ),
    "alpha_test": Parameter(
        like("alpha", real),
        "Context length of the test over d; that of pretraining by default.",
        "Context length of the test over d.",
        None,
    ),
    "rho_test": Parameter(
        like("rho", in_float64),
        "Label noise of the test; that of pretraining by default.",
        "Label noise of the test.",
        None,
    ),
    "assignment": Parameter(
        choice(get_args(Assignment)),
        "Sequences pick their tasks independently, or are dealt out evenly.",
        f"How sequences get their tasks: {', '.join(get_args(Assignment))}.",
        "multinomial",
    ),
    "solver": Parameter(
        choice(get_args(SolverName)),
        'Name of a ridge solver: ``"primal"``, ``"dual"``, ``"cholesky"``, ``"direct"``, or\n'
        '``"auto"`` for the one that should be quickest. They agree to seven digits; one\n'
        "that is wrong for the sizes and the ridge is refused.",
        f"Ridge solver: {', '.join(get_args(SolverName))}.",
        "auto",
    ),
    "precision": Parameter(
        choice(get_args(Precision)),
        '``"float64"``, or ``"float32"`` for half of the memory and at least five digits.',
        f"Type of the data: {', '.join(get_args(Precision))}.",
        "float64",
    ),
    "contexts": Parameter(
        whole(1, MOST_CONTEXTS), "Contexts in a run.", "Contexts of each kind in a run.", 64
    ),
    "order": Parameter(
        choice((1, 2)),
        "1 for the deterministic equivalent, which leaves a relative error of order 1/d; 2 to add\n"
        "the leading effect of fluctuations, which takes much longer and leaves 1/d^2.",
        "Order in 1/d of the prediction: 1 or 2.",
        1,
    ),
    "trace": Parameter(
        choice(get_args(TraceMethod)),
        'How the degrees of freedom of the fit are found: ``"exact"``, from all eigenvalues of\n'
        'the smaller Gram matrix; ``"random"``, from fits to random signs (Hutchinson);\n'
        '``"theory"``, from the effective ridge of the run\'s task set, as n (1 - lam/xi).\n'
        '``"auto"`` is exact for Gram matrices up to 2000, random beyond.',
        default="auto",
    ),
    "store": Parameter(
        as_it_is,
        "Path of an SQLite file: runs found there are not repeated, runs made are written there\n"
        "one by one. One store may hold runs of every kind.",
        "SQLite file of runs.",
        None,
    ),
    "workers": Parameter(whole(1), "Number of processes.", "Number of processes.", 1),
    "executor": Parameter(
        engine,
        "An engine with the interface of `concurrent.futures` that makes the runs instead.",
        default=None,
    ),
    "progress": Parameter(
        yes_or_no,
        "Whether to show a progress bar; by default, on a terminal, from the third second on.",
        default=None,
    ),
}


def read(name: str, value: object) -> Any:
    """Read one parameter.

    Raises
    ------
    ValueError
        If the value is outside of the parameter's domain.
    TypeError
        If its type is none that the parameter can have.
    """
    try:
        return PARAMETERS[name].read(name, value)
    except (ValueError, TypeError):
        raise
    except Exception as error:
        # Whatever an object of a foreign type does when it is looked at.
        raise TypeError(f"{name} must be of a type that can be read, got {shown(value)}") from error


def settings(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read all settings of a kind, from what is given of them or by default."""
    return {
        name: read(name, given.get(name, PARAMETERS[name].default)) for name in kind.__annotations__
    }


def part(kind: type[Kind], given: Mapping[str, Any]) -> Kind:
    """The settings of a kind among those given."""
    found = {name: value for name, value in given.items() if name in kind.__annotations__}
    return cast(Kind, found)


def described(
    *kinds: type, **texts: str
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Give a function the settings of some kinds: their names, defaults and descriptions.

    The function takes them as ``**settings``. Its docstring has no section on parameters; it gets
    one, before that on what it returns.

    Parameters
    ----------
    *kinds
        Typed dictionaries of settings.
    **texts
        Descriptions of parameters that mean something else in this function.
    """
    names = [name for kind in kinds for name in kind.__annotations__]

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        keyword = inspect.Parameter.KEYWORD_ONLY
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        more = [inspect.Parameter(n, keyword, default=PARAMETERS[n].default) for n in names]
        taken = {*(p.name for p in own), *names}

        @wraps(function)
        def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            for name in kwargs:
                if name not in taken:
                    raise TypeError(f"{function.__name__}() takes no argument named {name!r}")
            return function(*args, **kwargs)

        checked.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*own, *more]
        )
        lines = ["Parameters", "----------"]
        for parameter in (*own, *more):
            text = texts.get(parameter.name) or PARAMETERS[parameter.name].text
            lines += [parameter.name, *(f"    {line}" for line in text.splitlines())]
        section, marker = "\n".join(lines), "Returns\n-------\n"
        # Python 3.13 takes indentation away itself.
        doc = inspect.cleandoc(function.__doc__ or "")
        assert marker in doc, f"{function.__name__} says nothing of what it returns"
        checked.__doc__ = doc.replace(marker, f"{section}\n\n{marker}")
        return checked

    return decorate
