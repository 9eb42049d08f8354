"""The record that every evaluator returns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, TypeVar

Number = TypeVar("Number")


@dataclass(frozen=True)
class Errors(Generic[Number]):
    """Errors of the pretrained linear attention and the fixed point they come from.

    Errors are mean squares of a label residual; labels of the model have variance 1 + rho. The type
    of the fields is that of the evaluator: ``numpy.ndarray`` or ``float``, mpmath ``mpf``, Arb
    ball, or algebraic number.

    Attributes
    ----------
    icl
        In-context learning error, a fresh task in every sequence.
    idg
        In-distribution generalisation error, fresh sequences of the pretraining tasks.
    gap
        ``icl - idg``, the task-generalisation gap, computed without cancellation.
    noise, bias, context_variance, pretraining_variance
        The four terms of ``icl``.
    train
        Mean squared residual on the pretraining set.
    xi, m
        Effective ridge and resolvent trace ``M_kappa((1 + rho)/alpha + xi)``.
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


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Errors))
