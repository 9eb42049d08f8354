r"""Number the figures of rendered pages, and set the symbols in their words as mathematics.

Chapters write labels and captions as plain text, ``e_ICL at κ = 0.5``: so they are said to those
who do not see them, and head the columns of the data. Here ``e_ICL`` and ``κ`` become TeX, which
`typeset` draws. Figures are counted chapter by chapter, as equations are. The numbers of a plot are
packed once its labels are drawn; ``plots.js`` unpacks them, and offers them as a table.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from packing import packed
from rewriting import rewrite

_LETTERS = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
    "varsigma sigma tau upsilon varphi chi psi omega"
)
_TEX = {chr(0x3B1 + i): f"\\{name}" for i, name in enumerate(_LETTERS.split())} | {
    "Γ": r"\Gamma",
    "Δ": r"\Delta",
    "Λ": r"\Lambda",
    "Σ": r"\Sigma",
    "ℓ": r"\ell",
}
_GREEK = "α-ωΓΔΛΣℓ"
# A letter with an index, a power or a star; a Greek letter; or a Latin one that is no word, nor the
# name of a panel, "(a)", nor the end of a genitive.
_SYMBOL = re.compile(
    rf"(?<![\w&#])(?<!&#x27;)(?<!\w['’])(?:(?P<letter>[A-Za-z{_GREEK}])"
    r"(?:_(?P<index>\w+)|\^\{(?P<power>[^}]+)\}|\^\((?P<exponent>[^)]+)\)|(?P<star>\*))"
    rf"|(?P<greek>[{_GREEK}]+)|(?P<latin>[b-zB-HJ-Z])(?!['’])(?!(?<=\(.)\)))(?![\w-])"
)

# Words and formulas beside relations and signs, as in ``α = 1 − τ``.
_WORD = r'(?:<span class="math[^>]*>[^<]*</span>|[^\s<>&]|&\w+;)+'
_RELATED = re.compile(rf"{_WORD}(?: (?:[=≤≥≈−+]|&lt;|&gt;) {_WORD})+")

_FIGURE = re.compile(
    r'<figure class="(?P<kind>icl-\w+)">(?P<body>(?:(?!</figure>).)*?)'
    r"<figcaption>(?P<caption>.*?)</figcaption>",
    re.DOTALL,
)
_UNNUMBERED = re.compile(r'<figure class="icl-(?:plot|diagram)"')
_NUMBER = re.compile(r'<h1>\s*<span class="section-number">\s*([\w.]+?)\.?\s*</span>')
#: An interactive plot, whose labels `typeset` draws: what it shows is JSON.
PLOT = re.compile(
    r'(?P<head><figure [^>]*class="icl-plot"(?:(?!</figure>).)*?<script type="application/json">)'
    r"(?P<spec>.*?)(?P<tail></script>)",
    re.DOTALL,
)
# Filled when it is opened; its line is there from the beginning, so that nothing moves.
_DATA = '<details class="icl-plot-data"><summary>Numbers of this figure</summary></details>'
#: Shorter ones are not worth a browser's while.
LONG = 4000


def run(html: Path) -> list[str]:
    """Number the figures of the pages below `html`, and name pages with one without a caption."""
    found = rewrite(html, "<figure class=", numbered)
    return [name for name, text in found.items() if _UNNUMBERED.search(text)]


def pack(html: Path) -> None:
    """Pack the numbers of the larger plots of the pages below `html`, whose labels are drawn."""
    rewrite(html, '<figure id="figure-', with_packed_plots)


def numbered(text: str) -> str:
    """Return a page whose figures have numbers, with mathematics in their captions."""
    chapter = _NUMBER.search(text)
    before = f"{chapter[1]}." if chapter else ""
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        name = f"{before}{count}"
        caption = together(re.sub(r"\$([^$]+)\$", _element, mathematics(found["caption"])))
        return (
            f'<figure id="figure-{name.replace(".", "-")}" class="{found["kind"]}">{found["body"]}'
            f'<figcaption><b class="figure-number">Figure {name}.</b> {caption}</figcaption>'
            f"{_DATA if found['kind'] == 'icl-plot' else ''}"
        )

    return _FIGURE.sub(number, text)


def mathematics(text: str) -> str:
    """Return words with their symbols between dollars; words that have dollars stay as they are."""
    return text if "$" in text else _SYMBOL.sub(_tex, text)


def together(words: str) -> str:
    """Return HTML in which no line ends beside a relation or sign."""
    return _RELATED.sub(r'<span class="together">\g<0></span>', words)


def with_packed_plots(text: str) -> str:
    """Return a page with the numbers of its larger plots packed."""

    def pack(found: re.Match[str]) -> str:
        if len(found["spec"]) < LONG:
            return found[0]
        head = found["head"].removesuffix('json">') + 'zlib">'
        return f"{head}{packed(json.loads(found['spec']))}{found['tail']}"

    return PLOT.sub(pack, text)


def _tex(found: re.Match[str]) -> str:
    letters = found["letter"] or found["greek"] or found["latin"]
    tex = " ".join(_TEX.get(letter, letter) for letter in letters)
    if index := found["index"]:
        # Indices of several letters are words.
        tex += f"_{{{_TEX.get(index, index)}}}" if len(index) == 1 else f"_{{\\mathrm{{{index}}}}}"
    elif power := found["power"] or found["exponent"]:
        tex += f"^{{{power}}}"
    elif found["star"]:
        tex += r"^\star"
    return f"${tex}$"


def _element(found: re.Match[str]) -> str:
    return f'<span class="math notranslate nohighlight">\\({found[1]}\\)</span>'
