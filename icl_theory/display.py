"""Formulas, claims and proofs as a notebook shows them, generated from the definitions."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import sympy as sp

from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.proof.claim import Claim
from icl_theory.proof.proof import Step
from icl_theory.verify.registry import claim as find_claim
from icl_theory.verify.runner import Report

_KINDS = {
    "identity": "identity, decided by cancellation",
    "sign": "sign, decided by coefficients",
    "limit": "limit of a rational function",
    "count": "number of roots, by Sturm's theorem",
    "logic": "conclusion",
    "assumed": "assumed",
}


@dataclass(frozen=True)
class Equations:
    """Displayed equations, aligned at their relation signs."""

    rows: tuple[tuple[str, str], ...]

    def _repr_latex_(self) -> str:
        body = r" \\[4pt] ".join(f"{left} &= {right}" for left, right in self.rows)
        return r"$\displaystyle \begin{aligned} " + body + r" \end{aligned}$"


def equations(*quantities: Quantity, expand: bool = False) -> Equations:
    r"""Show the definitions of quantities.

    Parameters
    ----------
    *quantities
        What to show, one row each.
    expand
        Whether to unfold the right-hand sides down to primitive symbols.

    Examples
    --------
    >>> from icl_theory.theory.spectral import D1, P
    >>> print(equations(D1, P)._repr_latex_())
    $\displaystyle \begin{aligned} D_1 &= t m \\[4pt] P &= t^{2} + \nu \end{aligned}$
    """
    return Equations(
        tuple((sp.latex(q), sp.latex(unfold(q) if expand else q.definition)) for q in quantities)
    )


@dataclass(frozen=True)
class ClaimView:
    """A claim, and the steps of its proof as they were decided just now."""

    claim: Claim
    steps: tuple[Step, ...]

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{_step(step)}</li>" for step in self.steps)
        conditions = ", ".join(_math(sp.latex(a)) for a in self.claim.assumptions)
        where = f"<p>for {conditions}</p>" if conditions else ""
        return (
            f'<div class="claim"><p><strong>{escape(self.claim.title)}</strong> '
            f"(<code>{escape(self.claim.id)}</code>)</p>"
            f"{_relation(self.claim.statement)}{where}"
            f"<details><summary>{len(self.steps)} step{'s' * (len(self.steps) != 1)}, "
            f"decided when this page was built</summary><ol>{items}</ol></details></div>"
        )


def proof(identifier: str) -> ClaimView:
    """Run the proof of a claim and show its statement and its steps.

    Parameters
    ----------
    identifier
        The claim's id.

    Raises
    ------
    ProofFailed
        If a step is false, or the steps do not reach the statement.
    """
    claim = find_claim(identifier)
    record = claim.prove()
    record.require(claim.statement)
    return ClaimView(claim, tuple(record.steps))


@dataclass(frozen=True)
class ClaimsTable:
    """Verdicts on claims, one row each."""

    report: Report

    def _repr_html_(self) -> str:
        head = ("claim", "", "verdict", "evidence", "steps", "points")
        rows = [
            (
                f"<code>{escape(v.id)}</code>",
                escape(v.title),
                escape(v.verdict),
                escape(" ".join((v.evidence, ", ".join(v.references)))),
                f"{v.decided}/{v.steps}",
                str(v.points),
            )
            for v in self.report.verdicts
        ]
        cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
        return (
            f"<p>{escape(self.report.summary)}</p>"
            '<div class="claims-table"><table><thead><tr>'
            + "".join(f"<th>{name}</th>" for name in head)
            + f"</tr></thead><tbody>{cells}</tbody></table></div>"
        )


def claims_table(report: Report) -> ClaimsTable:
    """Show a verification run: steps decided by algebra out of all, points tried numerically."""
    return ClaimsTable(report)


def _step(step: Step) -> str:
    kind = _KINDS[step.kind] + (f" ({escape(step.reference)})" if step.reference else "")
    words = f"{escape(step.because)} " if step.because else ""
    shown = "" if step.relation is None else _relation(step.relation)
    return f"{words}<em>[{kind}]</em>{shown}"


def _relation(relation: sp.Basic) -> str:
    conjuncts = relation.args if isinstance(relation, sp.And) else (relation,)
    return "".join(f"<p>{_math(sp.latex(part))}</p>" for part in conjuncts)


def _math(latex: str) -> str:
    return f'<span class="math notranslate nohighlight">\\({escape(latex)}\\)</span>'
