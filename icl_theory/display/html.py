"""Pieces of HTML that every display uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["code", "columns", "escape", "line", "link", "math", "spaced", "table"]


def spaced(latex: str) -> str:
    """TeX with a space between a number and a word, which TeX itself would set as one."""
    return re.sub(r"(\d) (\\mathrm)", r"\1\\,\2", latex)


def math(latex: str, display: bool = False) -> str:
    """Mathematics in a line, or on lines of its own."""
    opened, closed, tag = ("\\[", "\\]", "div") if display else ("\\(", "\\)", "span")
    inside = escape(spaced(latex))
    return f'<{tag} class="math notranslate nohighlight">{opened}{inside}{closed}</{tag}>'


def code(name: str) -> str:
    """A name of the code, which may break after a dot or an underscore."""
    breaking = re.sub("([._])", r"\1<wbr>", escape(name))
    return f"<code>{breaking}</code>"


def line(text: str) -> str:
    """A line of words, with mathematics between dollars."""
    return "".join(
        math(part) if place % 2 else escape(part) for place, part in enumerate(text.split("$"))
    )


def link(target: str, inner: str) -> str:
    """A link to what the book calls ``target``: a claim, its verdict, a symbol, a reference.

    On which page that stands the book knows when it is put together.
    """
    return f'<a href="#{escape(target)}">{inner}</a>'


def columns(head: Sequence[str]) -> str:
    """The style of a table that knows what its columns are, for cells that say so on a phone."""
    return escape(";".join(f"--head-{i}:'{name}: '" for i, name in enumerate(head[1:], 2)))


def table(caption: str, head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A table that scrolls; a row is its anchor, maybe empty, and its cells in HTML.

    On a phone a row is a paragraph, in which each cell says what its column is (``cards.css``).
    """
    body = ""
    for anchor, (first, *rest) in rows:
        name = f' class="made-row" id="{anchor}"' if anchor else ""
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        body += f'<tr{name}><th scope="row">{first}</th>{cells}</tr>'
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    return (
        f'<div class="made-table" tabindex="0" role="group" aria-label="{escape(caption)}">'
        f'<table style="{columns(head)}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
