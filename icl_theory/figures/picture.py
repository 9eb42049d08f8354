"""A drawn figure on a page: its parts in a row, what is seen in words, and its caption."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

#: Who drew it and when, which no browser shows.
_METADATA = re.compile("<metadata>.*?</metadata>", re.DOTALL)


def framed(drawing: str, caption: str) -> str:
    """HTML of a drawing with the sentence below it, which a page of the book numbers.

    A drawing that is wider than a phone scrolls in a box of its own, and the sentence does not.
    """
    below = f"<figcaption>{escape(caption)}</figcaption>"
    return f'<figure class="icl-diagram"><div class="wide">{drawing}</div>{below}</figure>'


def row(parts: Iterable[str], alt: str) -> str:
    """HTML of parts beside each other, each in the next row if it has no room in this one."""
    style = "display:flex;flex-wrap:wrap;justify-content:center;text-align:center"
    return f'<div role="img" aria-label="{escape(alt)}" style="{style}">{"".join(parts)}</div>'


@dataclass(frozen=True)
class Picture:
    """A figure with what it shows in words.

    Attributes
    ----------
    svgs
        Its parts from left to right, as a figure of `icl_theory.figures` writes them.
    alt
        What is seen, for those who do not see it.
    caption
        The sentence below, in plain text.
    """

    svgs: tuple[str, ...]
    alt: str
    caption: str

    @classmethod
    def read(cls, paths: Iterable[Path], alt: str, caption: str) -> Picture:
        """The picture in files, which may go afterwards."""
        return cls(tuple(path.read_text(encoding="utf-8") for path in paths), alt, caption)

    def _repr_html_(self) -> str:
        images = (f'<img src="{_address(svg)}" alt="">' for svg in self.svgs)
        return framed(row(images, self.alt), self.caption)


def _address(svg: str) -> str:
    """The drawing as the address of an image, so that names in several drawings do not meet.

    As text, in which apostrophes need no escape as quotation marks do, it is a quarter shorter
    than in base 64.
    """
    line = " ".join(_METADATA.sub("", svg).split())
    if "'" not in line:
        line = line.replace('"', "'")
    data = escape(quote(line, safe=" !$&'()*+,-./:;=?@[]^_{|}~"), quote=False)
    return f"data:image/svg+xml,{data}"
