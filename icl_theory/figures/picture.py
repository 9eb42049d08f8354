"""A drawn figure on a page: the picture itself, what is seen in words, and its caption."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path


@dataclass(frozen=True)
class Picture:
    """A figure with what it shows in words.

    Attributes
    ----------
    svg
        The drawing, as `draw` writes it.
    alt
        What is seen, for those who do not see it.
    caption
        The sentence below, in plain text.
    """

    svg: bytes
    alt: str
    caption: str

    @classmethod
    def read(cls, path: Path, alt: str, caption: str) -> Picture:
        """The picture in a file, which may go afterwards."""
        return cls(path.read_bytes(), alt, caption)

    def _repr_html_(self) -> str:
        # An image of its own, so that the names inside of several drawings do not meet.
        data = b64encode(self.svg).decode("ascii")
        return (
            f'<figure class="icl-diagram"><img src="data:image/svg+xml;base64,{data}" '
            f'alt="{escape(self.alt)}"><figcaption>{escape(self.caption)}</figcaption></figure>'
        )
