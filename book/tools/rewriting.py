"""Rewrite rendered pages in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def rewrite(html: Path, mark: str, change: Callable[[str], str]) -> dict[str, str]:
    """Change the pages in `html` that contain `mark`, and return what they are now, by name."""
    found = {}
    for page in sorted(html.glob("*.html")):
        text = page.read_text(encoding="utf-8")
        if mark in text:
            found[page.name] = change(text)
            page.write_text(found[page.name], encoding="utf-8")
    return found
