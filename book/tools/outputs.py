"""Mark what cells print in sentences: a phone sets it in lines, and what is in columns scrolls."""

from __future__ import annotations

import re
from pathlib import Path

from rewriting import rewrite

#: An output that is text, without colours.
_TEXT = re.compile(
    r'<div class="(output (?:stream|text_plain) [^"]*)">'
    r'(<div class="highlight"><pre>(?:<span></span>)?)([^<]+)(</pre>)'
)
#: A gap between columns; after an equals sign it stands for the digits of a longer number.
_COLUMNS = re.compile(r"[^\s=] {2,}\S")


def run(html: Path) -> None:
    """Mark the outputs of the pages below `html`."""
    rewrite(html, '<div class="output ', marked)


def marked(text: str) -> str:
    """Return a page whose printed sentences are marked, line by line."""

    def mark(found: re.Match[str]) -> str:
        classes, start, body, end = found.groups()
        if any(map(_COLUMNS.search, body.splitlines())):
            return found[0]
        # Within its line an end of line adds no other.
        lines = "".join(f'<span class="printed">{one}</span>' for one in body.splitlines(True))
        return f'<div class="{classes} in-words">{start}{lines}{end}'

    return _TEXT.sub(mark, text)
