"""THE table of fields: what every evaluator returns, and all that is known of each.

Evaluators in every number system, the programs printed for other languages, limits, derivatives and
the command line read this table and nothing else. To add a field, add an entry: its formula in the
state (nu, m, xi, r) and the parameters, and what it is with structured tasks and correlated inputs,
unless it is written in other fields. What the field is at the interpolation threshold and at
infinite context, where formulas cannot be evaluated as they stand, may be said here or is derived
(``special_values.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import sympy as sp

from icl_theory.algebra.quantity import Quantity, unfold

from . import errors, inputs, special_values, structured
from .added import added, adding
from .infinite_context import (
    REGIONS,
    Region,
    balanced_gap,
    enough_tasks_m,
    few_tasks_bias,
    few_tasks_icl_over,
    few_tasks_icl_under,
    few_tasks_idg_under,
    few_tasks_train_over,
    few_tasks_variance_over,
    few_tasks_variance_under,
    idg_infinite_over,
)
from .symbols import m, r, rho, tau, xi

__all__ = ["REGIONS", "TABLE", "ByTest", "Field", "Limits", "Threshold", "added", "adding", "table"]


class Threshold(NamedTuple):
    """What a field is at lam = 0, tau = 1: two numbers, or None for both where the formula holds.

    A number may be infinite. At infinite task diversity it may be another one.
    """

    value: sp.Expr | None
    at_infinite_kappa: sp.Expr | None


class Limits(NamedTuple):
    """What a field tends to at infinite context, for rho > 0 and for rho = 0."""

    noisy: sp.Expr
    noiseless: sp.Expr


class ByTest(NamedTuple):
    """What a field is in tests on fresh tasks, and on fresh sequences of the pretraining tasks."""

    fresh: sp.Expr
    seen: sp.Expr


@dataclass(frozen=True, eq=False)
class Field:
    """One field.

    Attributes
    ----------
    name
        Name of the attribute of the result.
    formula
        Quantity, symbol of the state, or an expression in these.
    about
        One sentence, for formulas that bring none.
    threshold
        What it is at lam = 0, tau = 1; None to have it derived.
    infinite_context
        What it tends to in each of `REGIONS`, by name; regions left out are derived.
    structured, inputs
        Its formulas with structured tasks, and where inputs are correlated too; None to have them
        derived from those of the fields that it is written in.
    """

    name: str
    formula: sp.Expr
    about: str = ""
    threshold: Threshold | None = None
    infinite_context: Mapping[str, Limits] | None = None
    structured: ByTest | None = None
    inputs: ByTest | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"a field's name must be an identifier, got {self.name!r}")
        if not self.doc:
            raise ValueError(f"the field {self.name} has no sentence of documentation")
        unknown = set(self.infinite_context or ()) - {region.name for region in REGIONS}
        if unknown:
            raise ValueError(f"the field {self.name} names regions that are none: {unknown}")
        if self.threshold is not None and (None in self.threshold) != (
            self.threshold == Threshold(None, None)
        ):
            raise ValueError(f"the field {self.name} is special at tau = 1 for some kappa only")
        for term in (*self.added_terms, *self.subtracted_terms):
            if subtracts(term):
                raise ValueError(
                    f"the field {self.name} must be a sum of terms free of differences, got {term}"
                )

    @property
    def latex(self) -> str:
        """Its symbol."""
        return str(sp.latex(self.formula))

    @property
    def doc(self) -> str:
        """What it is, in one sentence."""
        if self.about or not isinstance(self.formula, Quantity):
            return self.about
        return self.formula.record.doc

    @cached_property
    def added_terms(self) -> tuple[sp.Expr, ...]:
        """Positive terms of the field."""
        return tuple(term for term in self._terms if not term.could_extract_minus_sign())

    @cached_property
    def subtracted_terms(self) -> tuple[sp.Expr, ...]:
        """Positive terms that are subtracted: the field may change its sign where there are any."""
        return tuple(-term for term in self._terms if term.could_extract_minus_sign())

    @property
    def _terms(self) -> tuple[sp.Expr, ...]:
        formula = self.formula
        return sp.Add.make_args(formula.definition if isinstance(formula, Quantity) else formula)

    def at_threshold(self, infinite_kappa: bool) -> sp.Expr | None:
        """Value at lam = 0 and tau = 1: a number or an infinity, None where the formula holds."""
        if self.threshold is not None:
            return self.threshold[infinite_kappa]
        return special_values.at_threshold(self.formula, infinite_kappa)

    def at_infinite_context(self, region: Region, noisy: bool) -> sp.Expr:
        """Limit at infinite context after lam -> 0: in tau, kappa and rho, or an infinity."""
        if region.name in (self.infinite_context or {}):
            limits = self.infinite_context[region.name]
            return sp.sympify(limits.noisy if noisy else limits.noiseless)
        if region.side == "threshold" and self.threshold is not None:
            value = self.at_threshold(region.infinite_kappa)
            if value is not None:
                return value
        return special_values.at_infinite_context(self.formula, region, noisy)

    def with_structure(self, world: Literal["structured", "inputs"], seen: bool) -> sp.Expr:
        """Formula with structured tasks, or where inputs are correlated too.

        Raises
        ------
        ValueError
            If none is given, and the field is not written in fields that have one.
        """
        given: ByTest | None = getattr(self, world)
        if given is not None:
            return given[seen]
        others = {f.formula: getattr(f, world)[seen] for f in table() if getattr(f, world)}
        written = unfold(self.formula, keep=others)
        if not written.free_symbols <= others.keys():
            kind = "structured tasks" if world == "structured" else "correlated inputs"
            raise ValueError(f"the field {self.name} has no formula for {kind}: give `{world}`")
        return written.xreplace(others)


def subtracts(expression: sp.Expr) -> bool:
    """Whether a formula, written out, holds a difference, so that its terms could cancel."""
    return any(
        term.could_extract_minus_sign()
        for total in unfold(expression).atoms(sp.Add)
        for term in total.args
    )


def _limits(**regions: object) -> dict[str, Limits]:
    """Limits by region: a pair (noisy, noiseless), or one value for both."""
    table = {}
    for name, given in regions.items():
        noisy, noiseless = given if isinstance(given, tuple) else (given, given)
        table[name.replace("_", "-")] = Limits(sp.sympify(noisy), sp.sympify(noiseless))
    return table


def _either(formula: sp.Expr) -> ByTest:
    """What does not depend on the kind of test."""
    return ByTest(formula, formula)


_ALL = tuple(region.name.replace("-", "_") for region in REGIONS)
_BELOW_LINE = tuple(name for name in _ALL if name.startswith("critical_under"))
_AS_IT_STANDS = Threshold(None, None)
_INFINITE = Threshold(sp.oo, sp.oo)
_ZERO = Threshold(sp.Integer(0), sp.Integer(0))
_NOWHERE = _limits(**dict.fromkeys(_ALL, 0))
_idg_inputs = tau * inputs.idg_per_tau

#: The fields, in the order in which they are listed everywhere.
TABLE: tuple[Field, ...] = (
    Field(
        "icl",
        errors.e_icl,
        threshold=_INFINITE,
        infinite_context=_limits(
            few_tasks_over=(sp.oo, few_tasks_icl_over),
            critical_over=(sp.oo, 0),
            few_tasks_under=(sp.oo, few_tasks_icl_under),
            **dict.fromkeys(_BELOW_LINE, (sp.oo, few_tasks_bias)),
        ),
        structured=ByTest(structured.e_test, structured.e_seen),
        inputs=ByTest(inputs.e_inputs, inputs.e_inputs_seen),
    ),
    Field(
        "idg",
        errors.e_idg,
        threshold=_INFINITE,
        infinite_context=_limits(
            few_tasks_over=(idg_infinite_over, 0),
            critical_over=(idg_infinite_over, 0),
            few_tasks_under=(few_tasks_idg_under, 0),
            **dict.fromkeys(_BELOW_LINE, (sp.oo, 0)),
        ),
        structured=_either(structured.e_idg_C),
        inputs=_either(_idg_inputs),
    ),
    Field(
        "gap",
        errors.gap,
        threshold=Threshold(sp.oo, sp.Integer(0)),
        infinite_context=_limits(
            few_tasks_over=(sp.oo, few_tasks_icl_over),
            critical_over=(sp.oo, 0),
            few_tasks_under=(sp.oo, few_tasks_icl_under),
            critical_under_many=(sp.oo, few_tasks_bias),
            critical_under_few=(-sp.oo, few_tasks_bias),
            critical_under_balanced=(balanced_gap, few_tasks_bias),
        ),
        structured=ByTest(structured.e_test - structured.e_idg_C, structured.gap_P),
        inputs=ByTest(*(e - _idg_inputs for e in (inputs.e_inputs, inputs.e_inputs_seen))),
    ),
    Field(
        "noise",
        errors.noise,
        threshold=_AS_IT_STANDS,
        infinite_context=_limits(**dict.fromkeys(_ALL, (rho, 0))),
        structured=_either(structured.rho_T),
        inputs=_either(structured.rho_T),
    ),
    Field(
        "bias",
        errors.bias,
        threshold=_AS_IT_STANDS,
        infinite_context=_limits(
            few_tasks_over=few_tasks_bias,
            critical_over=0,
            few_tasks_under=few_tasks_bias,
            **dict.fromkeys(_BELOW_LINE, few_tasks_bias),
            threshold_few=few_tasks_bias,
            threshold_critical=0,
            threshold_enough=0,
            threshold_infinite=0,
        ),
        structured=ByTest(structured.bias_T, structured.bias_P),
        inputs=ByTest(inputs.mean_bias, inputs.mean_own),
    ),
    Field(
        "context_variance",
        errors.context_variance,
        threshold=_AS_IT_STANDS,
        infinite_context=_NOWHERE,
        structured=ByTest(structured.context_T, structured.context_P),
        inputs=ByTest(inputs.VARIANCES[0], inputs.VARIANCES_SEEN[0]),
    ),
    Field(
        "pretraining_variance",
        errors.pretraining_variance,
        threshold=_INFINITE,
        infinite_context=_limits(
            few_tasks_over=(sp.oo, few_tasks_variance_over),
            critical_over=(sp.oo, 0),
            few_tasks_under=(sp.oo, few_tasks_variance_under),
            **dict.fromkeys(_BELOW_LINE, (sp.oo, 0)),
        ),
        structured=ByTest(structured.pretraining_T, structured.pretraining_P),
        inputs=ByTest(inputs.VARIANCES[1], inputs.VARIANCES_SEEN[1]),
    ),
    Field(
        "train",
        errors.train,
        threshold=_ZERO,
        infinite_context=_limits(
            few_tasks_over=(few_tasks_train_over, 0),
            critical_over=(few_tasks_train_over, 0),
            few_tasks_under=0,
            **dict.fromkeys(_BELOW_LINE, 0),
        ),
        structured=_either(structured.train_C),
        inputs=_either(r**2 * _idg_inputs),
    ),
    Field(
        "xi",
        xi,
        about="Effective ridge of the fixed point.",
        threshold=_AS_IT_STANDS,
        infinite_context=_NOWHERE,
        structured=_either(xi),
        inputs=_either(xi),
    ),
    Field(
        "m",
        m,
        about="Resolvent trace M_kappa((1 + rho)/alpha + xi) of the fixed point.",
        threshold=_AS_IT_STANDS,
        infinite_context=_limits(
            **dict.fromkeys(_ALL[:-2], sp.oo),
            threshold_enough=enough_tasks_m,
            threshold_infinite=1,
        ),
        structured=_either(m),
        inputs=_either(m),
    ),
)


def table() -> tuple[Field, ...]:
    """The fields, with those that are added at the moment."""
    return TABLE + added()


def by_name() -> dict[str, Field]:
    """The fields by name."""
    return {field.name: field for field in table()}
