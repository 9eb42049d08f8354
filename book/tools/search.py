"""Make the text of the pages searchable, excerpts included, without a server.

Sphinx's search fetches pages for its excerpts, which no browser allows for files on a disk, and
knows whole words only.  Here the text of each section is written into one script, which the
search page loads, and ``search.js`` looks through.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from packing import packed, unpacked

#: Elements whose text nobody searches for.
_SILENT = {"script", "style", "template", "button", "svg", "noscript"}
_VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col", "path", "use", "rect"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}

_LETTERS = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho "
    "varsigma sigma tau upsilon varphi chi psi omega"
)
_GREEK = dict(zip(_LETTERS.split(), "αβγδεζηθικλμνξπρςστυφχψω", strict=True))
_SIGNS = _GREEK | {
    "epsilon": "ε",
    "phi": "φ",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Lambda": "Λ",
    "Sigma": "Σ",
    "Omega": "Ω",
    "ell": "ℓ",
    "infty": "∞",
    "to": "→",
    "le": "≤",
    "ge": "≥",
    "in": "∈",
    "sim": "∼",
    "approx": "≈",
    "cdot": "·",
    "times": "×",
    "sqrt": "√",
    "sum": "∑",
    "partial": "∂",
    "dots": "…",
}


def run(html: Path) -> None:
    """Write the text of the pages below `html` where the search page loads it from."""
    entries: list[dict[str, str]] = []
    for page in sorted(html.rglob("*.html")):
        name = page.relative_to(html).as_posix()
        if not name.startswith("_static/"):
            entries += sections(name, page.read_text(encoding="utf-8"))
    # A script, because no browser lets a page on a disk read a file beside it.
    script = f'const packedText="{packed(entries)}";\n'
    (html / "_static" / "search-text.js").write_text(script, encoding="utf-8")
    page = html / "search.html"
    scripts = "".join(
        f'<script defer src="_static/{name}"></script>\n'
        for name in ("search-text.js", "search.js")
    )
    text = page.read_text(encoding="utf-8").replace("</head>", f"{scripts}</head>")
    page.write_text(text, encoding="utf-8")


def entries_of(html: Path) -> list[dict[str, str]]:
    """Read back what `run` wrote."""
    script = (html / "_static" / "search-text.js").read_text(encoding="utf-8")
    return unpacked(script.split('"')[1])


def sections(name: str, text: str) -> list[dict[str, str]]:
    """List the sections and claims of a page: where each is, its heading and its text."""
    reader = _Reader(name)
    reader.feed(text)
    found = [one for one in reader.entries if one["heading"] or one["text"].strip()]
    title = next((one["heading"] for one in found if one["heading"]), "")
    return [{key: plain(value) for key, value in (one | {"title": title}).items()} for one in found]


def plain(text: str) -> str:
    r"""Return text with its TeX as it would be typed: ``\(\sqrt{\tau}\)`` is ``√τ``."""

    def formula(found: re.Match[str]) -> str:
        tex = re.sub(r"\\(?:begin|end)\{\w+\}(?:\{[^}]*\})?", " ", found[1])
        tex = re.sub(r"\\([A-Za-z]+)", lambda one: _SIGNS.get(one[1], " "), tex)
        return re.sub(r"[{}\\&]", "", tex)

    text = re.sub(r"\\[(\[](.*?)\\[)\]]", formula, text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text).strip()


class _Reader(HTMLParser):
    """Collect the text of an article, section by section."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.entries: list[dict[str, str]] = []
        # What is being read: the entry, and whether it is text, heading, or nothing to search.
        self.entry: dict[str, str] | None = None
        self.part = "text"
        # For each open element: its tag, and what goes on once it is closed.
        self.open: list[tuple[str, dict[str, str] | None, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        self.open.append((tag, self.entry, self.part))
        values = dict(attributes)
        classes = (values.get("class") or "").split()
        anchor = values.get("id")
        article = tag == "article" and "bd-article" in classes
        # Statements are sections to Sphinx, all of one name.
        inside = self.entry is not None and anchor not in {None, "proof-content"}
        if article or (inside and (tag == "section" or "claim-card" in classes)):
            where = self.name if article else f"{self.name}#{anchor}"
            self.entry, self.part = {"where": where, "heading": "", "text": ""}, "text"
            self.entries.append(self.entry)
        if tag in _HEADINGS or "claim-title" in classes:
            self.part = "heading"
        if tag in _SILENT or "headerlink" in classes:
            self.part = ""

    def handle_endtag(self, tag: str) -> None:
        # What is not closed in so many words ends with what it is in.
        if any(tag == one for one, _, _ in self.open):
            closed = ""
            while closed != tag:
                closed, self.entry, self.part = self.open.pop()
            if tag in {"p", "li", "td", "th", "pre", "div", "dd", "dt"} and self.entry is not None:
                self.entry["text"] += " "

    def handle_data(self, data: str) -> None:
        if self.entry is not None and self.part:
            self.entry[self.part] += data
