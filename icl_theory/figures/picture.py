"""A drawn figure on a page: the picture itself, what is seen in words, and its caption."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

#: Who drew it and when, which no browser shows.
_METADATA = re.compile("<metadata>.*?</metadata>", re.DOTALL)


def framed(drawing: str, caption: str) -> str:
    """HTML of a drawing with the sentence below it, which a page of the book numbers.

    On a phone the drawing scrolls in a box of its own, and the sentence does not.
    """
    below = f"<figcaption>{escape(caption)}</figcaption>"
    return f'<figure class="icl-diagram"><div class="wide">{drawing}</div>{below}</figure>'


@dataclass(frozen=True)
class Picture:
    """A figure with what it shows in words.

    Attributes
    ----------
    svg
        The drawing, as `icl_theory.figures.draw` writes it.
    alt
        What is seen, for those who do not see it.
    caption
        The sentence below, in plain text.
    """

    svg: str
    alt: str
    caption: str

    @classmethod
    def read(cls, path: Path, alt: str, caption: str) -> Picture:
        """The picture in a file, which may go afterwards."""
        return cls(path.read_text(encoding="utf-8"), alt, caption)

    def _repr_html_(self) -> str:
        # An image of its own, so that the names inside of several drawings do not meet. As text,
        # in which apostrophes need no escape as quotation marks do, it is a quarter shorter than in
        # base 64.
        line = " ".join(_METADATA.sub("", self.svg).split())
        if "'" not in line:
            line = line.replace('"', "'")
        data = escape(quote(line, safe=" !$&'()*+,-./:;=?@[]^_{|}~"), quote=False)
        image = f'<img src="data:image/svg+xml,{data}" alt="{escape(self.alt)}">'
        return framed(image, self.caption)
