"""Search rendered pages for what loads from another host, and for links that lead nowhere.

Links to other sites that a reader may click are fine; scripts, styles, images and fonts
from there are not.  What only shows when scripts run is left to the browser tests in
``tests/book``.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Attributes that make a browser load something, by tag.
_LOADING = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "video": ("src", "poster"),
}

#: Relations of a <link> that load nothing.
_MERE_LINKS = {"author", "canonical", "help", "index", "license", "next", "prev", "search"}

_FOREIGN = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_STYLE_URL = re.compile(r"""(?:url\(|@import)\s*["']?\s*([^"')\s;]+)""", re.IGNORECASE)


def foreign_resources(html: Path) -> list[str]:
    """Name each resource of another host that a page or a style sheet below `html` loads."""
    found = []
    for page in sorted(html.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        found += [f"{page.relative_to(html)}: {what}" for what in foreign_in_page(text)]
    for sheet in sorted(html.rglob("*.css")):
        text = sheet.read_text(encoding="utf-8")
        found += [f"{sheet.relative_to(html)}: {what}" for what in foreign_in_style(text)]
    return found


def broken_links(html: Path) -> list[str]:
    """Name each file that a page below `html` links to or loads, and that is not there."""
    found = []
    for page in sorted(html.rglob("*.html")):
        if page.relative_to(html).parts[0] == "_static":
            continue  # templates of the theme
        for link in local_links(page.read_text(encoding="utf-8")):
            target = page.parent / unquote(urlsplit(link).path)
            if not target.is_file():
                found.append(f"{page.relative_to(html)}: {link}")
    return found


def local_links(text: str) -> list[str]:
    """List the addresses in an HTML page that mean another file of the book."""
    finder = _Finder()
    finder.feed(text)
    return [link for link in finder.links if urlsplit(link).path and ":" not in link.split("/")[0]]


def foreign_in_style(text: str) -> list[str]:
    """List the addresses on another host that a style sheet loads."""
    return [url for url in _STYLE_URL.findall(text) if _FOREIGN.match(url)]


def foreign_in_page(text: str) -> list[str]:
    """List the addresses on another host that an HTML page loads."""
    finder = _Finder()
    finder.feed(text)
    return finder.found


class _Finder(HTMLParser):
    """Collect what a page loads from another host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        values = {name: value or "" for name, value in attributes}
        names = _LOADING.get(tag, ())
        if tag == "link" and not set(values.get("rel", "").lower().split()) <= _MERE_LINKS:
            names = ("href",)
        self.links += [
            values[name]
            for name in ("href", "src")
            if name in values and not _FOREIGN.match(values[name])
        ]
        for name in names:
            # A srcset lists several addresses, each with a width.
            for part in values.get(name, "").split(","):
                if _FOREIGN.match(part):
                    self.found.append(f"<{tag} {name}={part.strip()}>")
        self.found += foreign_in_style(values.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.found += foreign_in_style(data)
