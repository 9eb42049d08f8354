"""The record that every evaluator returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, make_dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from icl_theory.algebra.exchange import Portable

Number = TypeVar("Number")


@dataclass(frozen=True, eq=False)
class Errors(Portable, Generic[Number], kind="errors"):
    """Errors of the pretrained linear attention and the fixed point they come from.

    Errors are mean squares of a label residual; labels of the model have variance 1 + rho. The type
    of the fields is that of the evaluator: ``numpy.ndarray`` or ``float``, mpmath ``mpf``, Arb
    ball, or algebraic number. The fields are those of ``icl_theory.theory.fields``.

    Attributes
    ----------
    icl
        In-context learning error: a fresh task in every sequence.
    idg
        In-distribution generalisation error: fresh sequences from the pretraining tasks.
    gap
        Task-generalisation gap e_icl - e_idg, computed without cancellation.
    noise
        Label noise, the first of the four terms of e_icl.
    bias
        Bias from tasks not seen in pretraining and from the effective ridge.
    context_variance
        Variance from the finite context.
    pretraining_variance
        Variance from the finite number of pretraining sequences.
    train
        Mean squared residual of the estimator on its own pretraining set.
    xi
        Effective ridge of the fixed point.
    m
        Resolvent trace M_kappa((1 + rho)/alpha + xi) of the fixed point.

    Examples
    --------
    >>> from icl_theory import errors
    >>> e = errors(tau=2, alpha=10, kappa=0.5, rho=0.1)
    >>> abs(e.noise + e.bias + e.context_variance + e.pretraining_variance - e.icl) < 1e-15
    True
    >>> round(e.gap, 6) == round(e.icl - e.idg, 6)
    True
    """

    icl: Number
    idg: Number
    gap: Number
    noise: Number
    bias: Number
    context_variance: Number
    pretraining_variance: Number
    train: Number
    xi: Number
    m: Number

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Errors[Any]:
        """The result with these fields, of which there may be more."""
        return record(values)

    def as_dict(self) -> dict[str, Number]:
        """Values of all fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


#: Names of the fields. A test holds them against the table.
FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Errors))


def record(values: Mapping[str, Any]) -> Errors[Any]:
    """Result with these fields: `Errors`, or one with more where the table has more."""
    return _type(tuple(values))(**values)


@cache
def _type(names: tuple[str, ...]) -> type[Errors[Any]]:
    more = [(name, Any) for name in names if name not in FIELDS]
    if not more:
        return Errors
    return make_dataclass("Errors", more, bases=(Errors,), frozen=True, eq=False)
