"""Programs of the structured theory: its formulas at a given state and averages.

The averages over the spectrum are arguments; how they are taken is up to the number system. Every
formula is a sum of positive terms, the gap excepted.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from icl_theory.algebra.averages import weight
from icl_theory.evaluate.generic import Formulas
from icl_theory.theory import structured
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


@cache
def programs() -> Formulas:
    """The programs ``fresh`` and ``seen``, by what is tested; each returns all fields in order."""
    for average, (power, weighted) in READ.items():
        expected = structured.c**power * weight**weighted * structured.resolvent**2
        assert structured.AVERAGES[average] == expected
    formulas = Formulas(())
    for name, outputs in (("fresh", structured.FRESH), ("seen", structured.SEEN)):
        formulas.program(name, list(outputs.values()), (*STATE, *READ))
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
    outputs = structured.SEEN if seen else structured.FRESH
    values = programs()["seen" if seen else "fresh"](None, (), *state, *averages)
    return dict(zip(outputs, values, strict=True))
