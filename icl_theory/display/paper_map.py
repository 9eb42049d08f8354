"""From the paper to the book: its statements, families of equations and figures."""

from __future__ import annotations

from dataclasses import dataclass

from icl_theory.verify.registry import claim

from .html import escape, line, link, table
from .notation import Table

#: The limit is computed, the finite model simulated, and both are drawn.
SIMULATED = "computed, and simulated"


@dataclass(frozen=True)
class Item:
    """One item of the paper.

    Attributes
    ----------
    what
        The paper's number or, where it is not known, what it is about.
    chapter
        File of the book without its ending.
    claims
        Ids of the claims that state it.
    call
        What computes or draws it.
    more
        How it is treated, besides its claims.
    """

    what: str
    chapter: str
    claims: tuple[str, ...] = ()
    call: str = ""
    more: str = ""


#: In the order of the paper.
ITEMS = (
    Item("Data model and linear attention", "model", ("unused-weights",)),
    Item("Reduction to $\\Gamma$ and $H_Z$, eq. 11", "model", ("attention-collapse",)),
    Item("Pretraining as ridge regression, eq. 15", "model", ("pretraining-ridge",)),
    Item("Lemma 1, conditional moments", "moments", ("conditional-mean", "conditional-moments")),
    Item("Proposition 1, error of any weights", "moments", ("generalisation-error",)),
    Item("Corollary 1, ICL and IDG errors", "moments", ("error-averages", "icl-error-of-weights")),
    Item(
        "Exact law of the features of a sequence",
        "moments",
        ("context-law",),
        "icl_theory.simulate",
    ),
    Item(
        "Definition of $M_\\kappa$, asymptotics of the resolvent",
        "random_matrices",
        ("resolvent-equation", "resolvent-root", "resolvent-unique"),
    ),
    Item(
        "Fixed point of $\\xi$",
        "fixed_point",
        ("effective-ridge", "limit-of-effective-ridge", "ridge-existence", "ridge-uniqueness"),
        "icl_theory.errors(...).xi",
    ),
    Item(
        "Theorem on the IDG error, any ridge",
        "fixed_point",
        ("limit-of-idg", "idg-paper-form"),
        "icl_theory.errors(...).idg",
    ),
    Item(
        "Theorem on the ICL error, any ridge",
        "fixed_point",
        ("limit-of-icl", "icl-paper-form"),
        "icl_theory.errors(...).icl",
    ),
    Item(
        "Ridgeless IDG error",
        "ridgeless",
        ("ridgeless-idg-under", "ridgeless-idg-over"),
        "icl_theory.errors(..., lam=0).idg",
    ),
    Item(
        "Ridgeless ICL error",
        "ridgeless",
        ("ridgeless-icl-under", "ridgeless-icl-over"),
        "icl_theory.errors(..., lam=0).icl",
    ),
    Item(
        "Double descent at $\\tau = 1$",
        "threshold",
        ("interpolation-peak-under", "interpolation-peak-over", "interpolation-peak-ridge"),
        "icl_theory.limit",
    ),
    Item(
        "Errors at infinite context",
        "limits",
        (
            *("infinite-context-few-tasks-over", "infinite-context-few-tasks-under"),
            *("context-growth-over", "context-growth-under"),
            *("context-enough-over", "context-enough-under"),
        ),
        'icl_theory.limit("icl", "lam->0, alpha->oo")',
    ),
    Item(
        "Transition in the task diversity at $\\kappa = 1$",
        "task_diversity",
        ("transition-few", "transition-critical", "transition-enough"),
        "icl_theory.limit",
    ),
    Item(
        "Decay of $g_{\\mathrm{task}}$ with $\\kappa$",
        "task_diversity",
        ("gap-one-over-kappa", "limit-many-tasks"),
    ),
    Item(
        "dMMSE estimator",
        "baselines",
        ("dmmse-freezing",),
        "icl-theory dmmse",
        "simulated",
    ),
    Item(
        "Figure 1, errors against $\\tau$", "double_descent", (), "icl-theory figure 1", SIMULATED
    ),
    Item(
        "Figure 2, errors against $\\alpha$", "context_length", (), "icl-theory figure 2", SIMULATED
    ),
    Item(
        "Figure 3, where the errors are not monotone in $\\alpha$",
        "context_length",
        (
            "context-minimum-icl-under",
            "context-minimum-icl-over",
            "context-minimum-idg-under",
            "context-fold",
        ),
        "icl-theory figure 3",
        "the map is computed from exact curves",
    ),
    Item(
        "Figure 4, $g_{\\mathrm{task}}$ against $\\kappa$, with dMMSE",
        "task_diversity",
        (),
        "icl-theory figure 4",
        SIMULATED,
    ),
    Item(
        "Figure 5, trained attention models against $\\tau$",
        "transformers",
        (),
        "icl-theory figure 5",
        "trained, at smaller sizes where the figure says so",
    ),
    Item(
        "Figure 6, $g_{\\mathrm{task}}$ of a trained transformer",
        "transformers",
        (),
        "icl-theory figure 6",
        "trained, at smaller sizes where the figure says so",
    ),
    Item(
        "Bounds on fluctuations in the paper's proof of the deterministic equivalents",
        "random_matrices",
        ("leave-one-out-residual",),
        "",
        "the bounds are quoted, as one hypothesis",
    ),
)


def paper_map() -> Table:
    """The paper's items, each with its chapter, claims, function and status."""
    rows = []
    for item in ITEMS:
        stated = ", ".join(
            link(f"claim-{i}", f"<code>{escape(i)}</code>") for i in item.claims if claim(i)
        )
        chapter = link(f"page-{item.chapter}", escape(item.chapter.replace("_", " ")))
        call = f"<code>{escape(item.call)}</code>" if item.call else ""
        rows.append(("", (line(item.what), chapter, stated, call, _status(item))))
    head = ("in the paper", "chapter", "claims", "function or command", "here")
    return Table(table("From the paper to the book", head, rows))


def _status(item: Item) -> str:
    """How the claims are known, from their theorems, and what is said besides."""
    parts = [escape(item.more)] if item.more else []
    if item.claims:
        oracles = {o.reference for i in item.claims for o in claim(i).theorem().oracles}
        given = ", ".join(link(f"cite-{key}", escape(key)) for key in sorted(oracles))
        parts.insert(0, f"proved given {given}" if given else "proved")
    return "; ".join(parts)
