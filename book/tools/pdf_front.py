"""What stands before the chapters of the book as one PDF: a cover and the table of contents."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import search
import yaml

if TYPE_CHECKING:
    from pypdf import PdfReader


@dataclass
class Heading:
    """An entry of the table of contents: its text, its place, and what it has below it."""

    title: str
    place: str
    below: list[Heading] = field(default_factory=list)


@dataclass
class Chapter:
    """A page of the book: its file's name, the part that begins with it, and its headings."""

    name: str
    part: str
    heading: Heading
    before: int = 0
    printed: PdfReader | None = None


def chapters(book: Path, pages: Path) -> list[Chapter]:
    """List the pages of the book in their order."""
    contents = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    listed = [(contents["root"], "")]
    for part in contents["parts"]:
        captions = [part.get("caption", ""), *[""] * len(part["chapters"])]
        listed += [
            (one["file"], caption) for one, caption in zip(part["chapters"], captions, strict=False)
        ]
    words = {entry["where"]: entry["heading"] for entry in search.entries_of(pages)}
    return [
        Chapter(name, part, headings(name, (pages / f"{name}.html").read_text("utf-8"), words))
        for name, part in listed
    ]


_HEADING = re.compile(r'<section[^>]*\bid="([^"]+)">\s*(?:<span id="[^"]*"></span>\s*)*<h([12])\b')


def headings(name: str, text: str, words: dict[str, str]) -> Heading:
    """Read the heading of a page, and those of its sections.

    Parameters
    ----------
    name, text
        The page's name and its text.
    words
        The words of each heading by its place in the book: those in the page may be drawings.
    """
    found = [
        (level, Heading(words[f"{name}.html#{place}"], place))
        for place, level in _HEADING.findall(text)
    ]
    if not found or found[0][0] != "1":
        raise ValueError(f"{name}: a page of the book begins with a heading")
    top = found[0][1]
    top.below = [heading for level, heading in found[1:] if level == "2"]
    return top


def front(
    title: str, author: str, listed: list[Chapter], at: dict[tuple[str, str], int], sheet: str
) -> str:
    """The cover and the table of contents, as a page whose links lead to the built pages."""
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    lines = []
    for chapter in listed:
        if chapter.part:
            lines.append(f'<p class="part">{html.escape(chapter.part)}</p>')
        for level, heading in (
            ("chapter", chapter.heading),
            *(("section", h) for h in chapter.heading.below),
        ):
            number = at[chapter.name, heading.place] + 1
            lines.append(
                f'<a class="{level}" href="{chapter.name}.html#{html.escape(heading.place)}">'
                f"<span>{html.escape(heading.title)}</span><i></i><b>{number}</b></a>"
            )
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{html.escape(title)}</title>"
        f"<style>{sheet}{style}</style><header><h1>{html.escape(title)}</h1><p>{html.escape(author)}</p>"
        "<p>A toolkit and a book: each definition is printed from the code that evaluates it, each "
        "proof was run, and each number was computed, when the pages were built.</p></header>"
        f"<h2>Contents</h2><nav>{''.join(lines)}</nav>"
    )
