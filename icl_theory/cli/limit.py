"""``icl-theory limit``: leading behaviour of an error along a sequence of limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from . import shared

if TYPE_CHECKING:
    import sympy as sp

    from icl_theory.limits.answer import Limit
    from icl_theory.limits.orders import OrdersOfLimits

#: How what is not proved begins, and what stands below it.
UNPROVED = "not proved by the kernel"
WHY = (
    "What the kernel does not prove is derived by dominant balance alone: the path is none of "
    "those in derivations/paths.py, or the constant is a root without a closed form."
)


@click.command(cls=shared.Command)
@click.argument("field", type=shared.FieldName())
@click.option(
    "--take",
    required=True,
    metavar="LIMITS",
    help="Limits, the first taken first, and scalings: 'lam->0, alpha->oo', 'tau = c*alpha'.",
)
@click.option(
    "--where",
    default="",
    metavar="CONDITIONS",
    help="Conditions on what stays: 'kappa<1, tau>1'. 'lam=0' is the ridgeless limit.",
)
@click.option(
    "--order/--no-order",
    default=True,
    help="Say whether two limits commute, and give the other order where they do not (default).",
)
@click.option("--prove", is_flag=True, help="Let the kernel prove the answer where it can.")
@click.option("--latex", "form", flag_value="latex", help="LaTeX.")
@click.option("--json", "form", flag_value="json", help="JSON.")
def limit(field: str, take: str, where: str, order: bool, prove: bool, form: str | None) -> None:
    """Leading behaviour of FIELD along a sequence of limits.

    {fields}

    The limit where it is finite, otherwise its constant and rate, in every region of the parameters
    that stay. Derived by exact algebra, nothing is looked up or fitted; with --prove the kernel of
    the derivations checks each case whose path it knows, in each order shown, and says which.

    For example:
      icl-theory limit icl --take "lam->0, alpha->oo" --where "kappa<1, tau>1"
      icl-theory limit gap --take "lam->0, tau = c*alpha, alpha->oo"
      icl-theory limit idg --take "kappa->min(tau,1)+" --where "lam=0, alpha=oo"
    """
    from icl_theory.limits.answer import limit as answered
    from icl_theory.limits.orders import orders_of_limits
    from icl_theory.limits.reading import Move, moves
    from icl_theory.limits.show import as_dict, latex, text

    with shared.one_sentence():
        asked = sum(isinstance(item, Move) for item in moves(take))
        found = orders_of_limits(field, take, where) if order and asked == 2 else None
        answer = answered(field, take, where) if found is None else found.answers[0]
    others = [] if found is None else _others(found)
    if form == "json":
        report = as_dict(answer)
        if prove:
            report["theorems"] = _theorems(answer)
        if found is not None:
            report["commute"] = found.commute
            report["other_orders"] = [as_dict(other) for other in others]
        click.echo(json.dumps(report, indent=2))
    elif form == "latex":
        for one in (answer, *others):
            click.echo(latex(one))
    else:
        click.echo(text(answer) if found is None else str(found))
        if prove:
            lines: list[str] = []
            for one in (answer, *others):
                if others:
                    # The first line of an answer says what it is about.
                    lines.append(text(one).partition("\n")[0])
                lines += _theorems(one)
            if any(line.startswith(UNPROVED) for line in lines):
                lines.append(WHY)
            for line in lines:
                click.echo(line)


def _theorems(answer: Limit) -> list[str]:
    """What the kernel says to each case."""
    from icl_theory.limits.show import conditions_text
    from icl_theory.verify.answers import as_theorem

    lines = []
    for case, theorem in zip(answer.cases, map(as_theorem, answer.cases), strict=True):
        if theorem is None:
            where = conditions_text(case)
            lines.append(f"{UNPROVED}{f', where {where}' if where else ''}: {case}")
        else:
            given = ", ".join(sorted(map(_hypothesis, theorem.hypotheses)))
            lines.append(f"proved by the kernel{', given ' + given if given else ''}: {case}")
    return lines


def _hypothesis(relation: sp.Basic) -> str:
    from icl_theory.limits.reading import as_typed

    sign = {"StrictLessThan": "<", "StrictGreaterThan": ">", "Equality": "="}
    return f"{as_typed(relation.lhs)} {sign[type(relation).__name__]} {as_typed(relation.rhs)}"


def _others(found: OrdersOfLimits) -> list[Limit]:
    """Answers in the orders that differ from the one asked for."""
    pairs = zip(found.answers[1:], found.differences, strict=True)
    return [answer for answer, differences in pairs if differences]


command = limit
