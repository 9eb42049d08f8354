"""Verdicts on claims as a table."""

from __future__ import annotations

from dataclasses import dataclass

from icl_theory.verify.registry import claims
from icl_theory.verify.runner import Report

from .html import columns, escape, line, link


@dataclass(frozen=True)
class ClaimsTable:
    """Verdicts on claims, one row each."""

    report: Report

    def _repr_html_(self) -> str:
        head = ("claim", "title", "verdict", "conditional on", "steps", "points")
        known = claims()
        rows = [
            (
                f"verdict-{v.id}",
                link(f"claim-{v.id}", f"<code>{escape(v.id)}</code>"),
                line(known[v.id].heading) if v.id in known else escape(v.title),
                escape(v.verdict),
                ", ".join(link(f"cite-{r}", escape(r)) for r in v.references),
                str(v.steps),
                str(v.points),
            )
            for v in self.report.verdicts
        ]
        cells = "".join(
            f'<tr class="made-row" id="{name}">' + "".join(f"<td>{c}</td>" for c in row) + "</tr>"
            for name, *row in rows
        )
        return (
            f"<p>{escape(self.report.summary)}. The table scrolls.</p>"
            '<div class="claims-table made-table" tabindex="0" role="group" aria-label="Verdicts">'
            f'<table style="{columns(head)}"><thead><tr>'
            + "".join(f'<th scope="col">{name}</th>' for name in head)
            + f"</tr></thead><tbody>{cells}</tbody></table></div>"
        )


def claims_table(report: Report) -> ClaimsTable:
    """Show a verification run: verdict, quoted results, steps, and points tried numerically."""
    return ClaimsTable(report)
