"""Programs of the structured theory: its formulas at a given state and averages.

The averages over the spectrum are arguments; how they are taken is up to the number system. Every
formula is a sum of positive terms, the gap excepted.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from icl_theory.algebra.averages import weight
from icl_theory.evaluate.generic import Formulas
from icl_theory.theory import structured
from icl_theory.theory.fields import Field, table
from icl_theory.theory.spectral import inv_kappa
from icl_theory.theory.symbols import m, nu, r, rho, tau, xi

#: Arguments of the programs before the averages.
STATE = (
    tau,
    rho,
    structured.rho_T,
    structured.x_C,
    structured.x_T,
    structured.x_P,
    inv_kappa,
    m,
    nu,
    r,
    xi,
)
#: The averages that the programs read: powers of c and s, each times G squared.
READ = {
    structured.mean_GG: (0, 0),
    structured.mean_cGG: (1, 0),
    structured.mean_ccGG: (2, 0),
    structured.mean_sGG: (0, 1),
    structured.mean_scGG: (1, 1),
}


def programs() -> Formulas:
    """The programs ``fresh`` and ``seen``, by what is tested; each returns all fields in order."""
    return _programs(table())


@cache
def _programs(fields: tuple[Field, ...]) -> Formulas:
    for average, (power, weighted) in READ.items():
        expected = structured.c**power * weight**weighted * structured.resolvent**2
        assert structured.AVERAGES[average] == expected
    formulas = Formulas(())
    for seen, name in enumerate(("fresh", "seen")):
        outputs = [field.with_structure("structured", bool(seen)) for field in fields]
        formulas.program(name, outputs, (*STATE, *READ))
    return formulas


def fields(seen: bool, state: tuple[Any, ...], averages: tuple[Any, ...]) -> dict[str, Any]:
    """All fields of a result in any number system.

    Parameters
    ----------
    seen
        Whether the test is on the pretraining tasks.
    state, averages
        Values of `STATE` and `READ`.
    """
    values = programs()["seen" if seen else "fresh"](None, (), *state, *averages)
    return dict(zip(names(), values, strict=True))


def names() -> tuple[str, ...]:
    """Names of all fields, in order."""
    return tuple(field.name for field in table())


def special(infinite_kappa: bool) -> dict[str, float]:
    """Fields that formulas do not give at lam = 0, tau = 1, but for the gap: 0 or an infinity.

    Whatever the tasks and inputs, a field vanishes or diverges there as it does without structure.
    """
    values = {f.name: f.at_threshold(infinite_kappa) for f in table() if f.name != "gap"}
    found = {name: float(value) for name, value in values.items() if value is not None}
    for name, value in found.items():
        if value != 0 and not math.isinf(value):
            raise ValueError(f"the field {name} has no value at lam = 0, tau = 1 with structure")
    return found
