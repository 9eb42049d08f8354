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
    """Name each link of a page below `html` whose file or whose place in it is not there."""
    finders = {}
    for page in sorted(html.rglob("*.html")):
        # Beside the theme's scripts lie its templates.
        if page.relative_to(html).parts[0] != "_static":
            finders[page.resolve()] = _found_in(page.read_text(encoding="utf-8"))
    found = []
    for page, finder in finders.items():
        for link in finder.links:
            parts = urlsplit(link)
            if ":" in link.split("/")[0].split("#")[0]:
                continue  # mail, data
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            place = unquote(parts.fragment)
            known = finders.get(target)
            missing = place and known is not None and place not in known.places
            if missing or not target.is_file():
                found.append(f"{page.relative_to(html.resolve())}: {link}")
    return found


def foreign_in_style(text: str) -> list[str]:
    """List the addresses on another host that a style sheet loads."""
    return [url for url in _STYLE_URL.findall(text) if _FOREIGN.match(url)]


def foreign_in_page(text: str) -> list[str]:
    """List the addresses on another host that an HTML page loads."""
    return _found_in(text).found


def _found_in(text: str) -> _Finder:
    finder = _Finder()
    finder.feed(text)
    return finder


class _Finder(HTMLParser):
    """Collect what a page loads from another host, its links, and the places links lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self._in_style = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        values = {name: value or "" for name, value in attributes}
        self.places |= {values[name] for name in ("id", "name") if name in values}
        names = _LOADING.get(tag, ())
        if tag == "link" and not set(values.get("rel", "").lower().split()) <= _MERE_LINKS:
            names = ("href",)
        self.links += [
            values[name]
            for name in ("href", "src")
            # A piece of a drawing is no link: the browser tests see to those.
            if tag != "use" and name in values and not _FOREIGN.match(values[name])
        ]
        for name in names:
            value = values.get(name, "")
            # A srcset lists several addresses, each with a width.
            for part in value.split(",") if name == "srcset" else (value,):
                if _FOREIGN.match(part):
                    self.found.append(f"<{tag} {name}={part.strip()}>")
        self.found += foreign_in_style(values.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.found += foreign_in_style(data)
