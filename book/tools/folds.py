"""Say on each fold of a chapter what is in it: the code of figure 4.1, a computation, three claims.

Jupyter Book calls them all "Show code cell" and what kind of thing of the cell they hide.
"""

from __future__ import annotations

import re
from pathlib import Path

from rewriting import rewrite

_FOLD = re.compile(
    r'(<summary aria-label=")Toggle hidden content(">\s*<p class="collapsed admonition-title">)'
    r"Show code cell (\w+)(</p>\s*<p class=\"expanded admonition-title\">)Hide code cell \w+(</p>)"
)
_FIGURE = re.compile(r'class="figure-number">Figure ([\w.]+)\.<')
_SECTION = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


def run(html: Path) -> list[str]:
    """Name the folds of the pages below `html`, whose figures have numbers; return what is left."""
    found = rewrite(html, "code cell", named)
    return [name for name, text in found.items() if "Show code cell" in text]


def named(text: str) -> str:
    """Return a page whose folds say what they hide."""

    def name(found: re.Match[str]) -> str:
        cell = text[found.end() : _end(text, found.end())]
        words = _words(found[3], cell, text[: found.start()])
        return (
            f"{found[1]}Show or hide {words}{found[2]}Show {words}{found[4]}Hide {words}{found[5]}"
        )

    return _FOLD.sub(name, text)


def _end(text: str, start: int) -> int:
    """Where the cell ends: before another one or another section."""
    found = re.compile(r'<div class="cell |<section').search(text, start)
    return found.start() if found else len(text)


def _words(hidden: str, cell: str, before: str) -> str:
    figure = _FIGURE.search(cell)
    cards = cell.count('<article class="claim-card"')
    headings = _SECTION.findall(before)
    if hidden == "source":
        if figure:
            return f"the code of figure {figure[1]}"
        if cards:
            return "the code of these claims" if cards > 1 else "the code of this claim"
        return "the code of this output" if "cell_output" in cell else "this code"
    if cards:
        return f"{cards} claims and their proofs" if cards > 1 else "a claim and its proof"
    if figure:
        return f"figure {figure[1]} and its code"
    exercise = headings and "Exercises" in headings[-1]
    return "the computation of this exercise" if exercise else "this computation"
