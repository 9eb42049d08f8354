"""From the paper to the book: its statements, families of equations and figures."""

from __future__ import annotations

from dataclasses import dataclass

from icl_theory.verify.registry import find_claim

from .html import code, escape, line, link, table
from .notation import Table
from .source import PACKAGE, folded

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
    code
        What states, computes or draws it: names of the theory, calls, and commands.
    more
        How it is treated, besides its claims.
    """

    what: str
    chapter: str
    claims: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    more: str = ""


#: In the order of the paper.
ITEMS = (
    Item(
        "Data model and linear attention",
        "model",
        ("unused-weights",),
        ("theory.model.label", "theory.model.prediction", "icl_theory.simulate"),
    ),
    Item(
        "Reduction to $\\Gamma$ and $H_Z$, eq. 11",
        "model",
        ("attention-collapse",),
        ("theory.model.features", "theory.model.collapsed_prediction"),
    ),
    Item(
        "Pretraining as ridge regression, eq. 15",
        "model",
        ("pretraining-ridge",),
        ("theory.model.pretraining_loss", "icl_theory.simulate"),
    ),
    Item(
        "Lemma 1, conditional moments",
        "moments",
        ("conditional-mean", "conditional-moments"),
        ("theory.moments.first_moment", "theory.moments.second_moment"),
    ),
    Item(
        "Proposition 1, error of any weights",
        "moments",
        ("generalisation-error",),
        ("theory.generalisation.error_of",),
    ),
    Item(
        "Corollary 1, ICL and IDG errors",
        "moments",
        ("error-averages", "icl-error-of-weights"),
        ("theory.generalisation.icl_first_moment", "theory.generalisation.icl_second_moment"),
    ),
    Item(
        "Exact law of the features of a sequence",
        "moments",
        ("context-law",),
        ("theory.context_law.sampled_exponent", "icl_theory.simulate"),
    ),
    Item(
        "Definition of $M_\\kappa$, asymptotics of the resolvent",
        "random_matrices",
        ("resolvent-equation", "resolvent-root", "resolvent-unique"),
        ("theory.spectral.M",),
    ),
    Item(
        "Fixed point of $\\xi$",
        "fixed_point",
        ("effective-ridge", "limit-of-effective-ridge", "ridge-existence", "ridge-uniqueness"),
        ("theory.fixed_point.ridge_residual_sum", "icl_theory.errors(...).xi"),
    ),
    Item(
        "Theorem on the IDG error, any ridge",
        "fixed_point",
        ("limit-of-idg", "idg-paper-form"),
        ("theory.errors.e_idg", "icl_theory.errors(...).idg"),
    ),
    Item(
        "Theorem on the ICL error, any ridge",
        "fixed_point",
        ("limit-of-icl", "icl-paper-form"),
        ("theory.errors.e_icl", "icl_theory.errors(...).icl"),
    ),
    Item(
        "Ridgeless IDG error",
        "ridgeless",
        ("ridgeless-idg-under", "ridgeless-idg-over"),
        (
            "theory.ridgeless.e_idg_under",
            "theory.ridgeless.e_idg_over",
            "icl_theory.errors(...).idg",
        ),
    ),
    Item(
        "Ridgeless ICL error",
        "ridgeless",
        ("ridgeless-icl-under", "ridgeless-icl-over"),
        (
            "theory.ridgeless.e_icl_under",
            "theory.ridgeless.e_icl_over",
            "icl_theory.errors(...).icl",
        ),
    ),
    Item(
        "Double descent at $\\tau = 1$",
        "threshold",
        ("interpolation-peak-under", "interpolation-peak-over", "interpolation-peak-ridge"),
        ('icl_theory.limit("icl", "lam->0, tau->1-")',),
    ),
    Item(
        "Errors at infinite context",
        "limits",
        (
            *("infinite-context-few-tasks-over", "infinite-context-few-tasks-under"),
            *("context-growth-over", "context-growth-under"),
            *("context-enough-over", "context-enough-under"),
        ),
        ('icl_theory.limit("icl", "lam->0, alpha->oo")',),
    ),
    Item(
        "Transition in the task diversity at $\\kappa = 1$",
        "task_diversity",
        ("transition-few", "transition-critical", "transition-enough"),
        ('icl_theory.limit("gap", "lam->0, tau=c*alpha, alpha->oo")',),
    ),
    Item(
        "Decay of $g_{\\mathrm{task}}$ with $\\kappa$",
        "task_diversity",
        ("gap-one-over-kappa", "limit-many-tasks"),
        ("theory.errors.gap", 'icl_theory.limit("gap", "lam->0, kappa->oo")'),
    ),
    Item(
        "dMMSE estimator",
        "baselines",
        ("dmmse-freezing",),
        ("icl-theory dmmse",),
        "simulated",
    ),
    Item(
        "Figure 1, errors against $\\tau$",
        "double_descent",
        (),
        ("icl-theory figure 1",),
        SIMULATED,
    ),
    Item(
        "Figure 2, errors against $\\alpha$",
        "context_length",
        (),
        ("icl-theory figure 2",),
        SIMULATED,
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
        ("icl-theory figure 3",),
        "the map is computed from exact curves",
    ),
    Item(
        "Figure 4, $g_{\\mathrm{task}}$ against $\\kappa$, with dMMSE",
        "task_diversity",
        (),
        ("icl-theory figure 4",),
        SIMULATED,
    ),
    Item(
        "Figure 5, trained attention models against $\\tau$",
        "transformers",
        (),
        ("icl-theory figure 5",),
        "trained, at smaller sizes where the figure says so",
    ),
    Item(
        "Figure 6, $g_{\\mathrm{task}}$ of a trained transformer",
        "transformers",
        (),
        ("icl-theory figure 6",),
        "trained, at smaller sizes where the figure says so",
    ),
    Item(
        "Bounds on fluctuations in the paper's proof of the deterministic equivalents",
        "fixed_point",
        ("effective-ridge",),
        (),
        "the bounds are quoted, as one hypothesis",
    ),
)


def paper_map() -> Table:
    """The paper's items, each with its chapter, claims, function and status."""
    rows = []
    for item in ITEMS:
        stated = ", ".join(link(f"claim-{i}", code(i)) for i in item.claims if find_claim(i))
        chapter = link(f"page-{item.chapter}", escape(item.chapter.replace("_", " ")))
        written = "".join(f'<div class="map-code">{_shown(name)}</div>' for name in item.code)
        rows.append(("", (line(item.what), chapter, stated, written, _status(item))))
    head = ("in the paper", "chapter", "claims", "in the code", "here")
    return Table(table("From the paper to the book", head, rows))


def _shown(name: str) -> str:
    """A formula that opens onto its definition, or a call or command that leads to its page."""
    if name.startswith("theory."):
        return folded(f"{PACKAGE}{name}")
    public, command = name.partition("(")[0], name.removeprefix("icl-theory ").split()[0]
    target = f"code-{public}" if name.startswith(PACKAGE) else f"command-{command}"
    return link(target, code(name))


def _status(item: Item) -> str:
    """How the claims are known, from their theorems, and what is said besides."""
    parts = [escape(item.more)] if item.more else []
    if item.claims:
        oracles = {o.reference for i in item.claims for o in find_claim(i).theorem().oracles}
        given = ", ".join(link(f"cite-{key}", escape(key)) for key in sorted(oracles))
        parts.insert(0, f"proved given {given}" if given else "proved")
    return "; ".join(parts)
