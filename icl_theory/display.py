"""Formulas, claims and proofs as a notebook shows them, generated from the definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import sympy as sp

from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.proof.claim import Claim
from icl_theory.proof.kernel import Theorem
from icl_theory.proof.proof import Step
from icl_theory.verify.registry import claim as find_claim
from icl_theory.verify.runner import Report

#: What each rule of the kernel does, in a few words.
RULES = {
    "identity": "identity, decided by cancellation",
    "sign": "sign, decided by coefficients",
    "limit": "limit of a rational function",
    "roots": "number of roots, by Sturm's theorem",
    "quoted": "quoted",
    "combination": "combination of equalities",
    "restatement": "the same, written otherwise",
    "specialisation": "at given values",
    "squares": "from squares",
    "quadratic": "a convex quadratic against its root",
    "squeeze": "squeezed",
    "one root": "strictly monotone with a change of sign",
    "intermediate value": "continuous with a change of sign",
    "same root": "two roots of a function that has one",
    "at most one": "every symbol is determined in turn",
    "path limit": "by the implicit function theorem",
    "limit of a limit": "one limit after the other",
    "conditional": "given what is quoted",
    "part": "from another claim",
    "conjunction": "theorem of another claim",
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
    theorem: Theorem
    steps: tuple[Step, ...]

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{_step(step)}</li>" for step in self.steps)
        conditions = ", ".join(_math(sp.latex(a)) for a in self.claim.assumptions)
        where = f"<p>for {conditions}</p>" if conditions else ""
        return (
            f'<div class="claim"><p><strong>{escape(self.claim.title)}</strong> '
            f"(<code>{escape(self.claim.id)}</code>)</p>"
            f"{_relation(self.claim.statement)}{where}"
            f"{_oracles(self.theorem)}"
            f"<details><summary>{_counted(self.steps)}</summary><ol>{items}</ol></details></div>"
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
        If a premise is false, or the statement is not reached.
    """
    claim = find_claim(identifier)
    theorem, record = claim.prove()
    return ClaimView(claim, theorem, tuple(record.steps))


@dataclass(frozen=True)
class ClaimsTable:
    """Verdicts on claims, one row each."""

    report: Report

    def _repr_html_(self) -> str:
        head = ("claim", "title", "verdict", "conditional on", "steps", "points")
        rows = [
            (
                f"<code>{escape(v.id)}</code>",
                escape(v.title),
                escape(v.verdict),
                escape(", ".join(v.references)),
                str(v.steps),
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
    theorem = step.theorem
    kind = RULES[theorem.rule]
    if theorem.rule == "quoted":
        kind += f" ({', '.join(escape(oracle.reference) for oracle in theorem.oracles)})"
    words = f"{escape(step.because)} " if step.because else ""
    given = ", ".join(_math(sp.latex(h)) for h in sorted(theorem.hypotheses, key=str))
    where = f" for {given}" if given else ""
    return f"{words}<em>[{kind}]</em>{_relation(theorem.conclusion)}{where}"


def _counted(steps: Sequence[Step]) -> str:
    """How many theorems the proof made, by rule."""
    rules = Counter(step.theorem.rule for step in steps)
    return f"{len(steps)} theorem{'s' * (len(steps) != 1)}: " + ", ".join(
        f"{count} by {rule}" for rule, count in rules.items()
    )


def _oracles(theorem: Theorem) -> str:
    if not theorem.oracles:
        return ""
    quoted = "; ".join(
        f"{_math(sp.latex(o.relation))} ({escape(o.reference)})"
        for o in sorted(theorem.oracles, key=str)
    )
    return f"<p>given {quoted}</p>"


def _relation(relation: sp.Basic) -> str:
    conjuncts = relation.args if isinstance(relation, sp.And) else (relation,)
    return "".join(f"<p>{_math(sp.latex(part))}</p>" for part in conjuncts)


def _math(latex: str) -> str:
    return f'<span class="math notranslate nohighlight">\\({escape(latex)}\\)</span>'
