"""The explorer and its panels as HTML that a cell's output holds."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from .bundle import bundle
from .presets import figure3_window, points, presets

#: Parameters, in the order in which they are listed everywhere.
NAMES = ("tau", "alpha", "kappa", "rho", "lam")
#: Panels by kind: the module and the function that draws it, and the parameter on its axis.
KINDS = {
    "errors": ("errors_panel", "errorsPanel"),
    "map": ("map_panel", "mapPanel"),
    "spectrum": ("spectrum_panel", "spectrumPanel"),
    "fixed_point": ("fixed_point_panel", "fixedPointPanel"),
    "structured": ("structured_panel", "structuredPanel"),
}
#: Number of colours of a map.
SHADES = 64
#: Page of the explorer, as the chapters link it.
PAGE = "explorer.html"


@dataclass(frozen=True)
class Live:
    """A piece of a page that computes in the browser; the value of a cell."""

    entry: str
    data: dict[str, Any] = field(repr=False)
    kind: str = "one"

    def _repr_html_(self) -> str:
        name = f"icl-{uuid.uuid5(uuid.NAMESPACE_OID, self.entry + json.dumps(self.data)).hex[:12]}"
        style = (files(__package__) / "explorer.css").read_text(encoding="utf-8")
        # "</script>" in a text would end the element early.
        data = json.dumps(self.data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
        imports, _, call = self.entry.rpartition("\n")
        script = bundle(
            f"{imports}\nconst element = document.getElementById({name!r});\n"
            'const given = JSON.parse(element.querySelector("script").textContent);\n'
            f"{call}\n"
        )
        return (
            f"<style>{style}</style>"
            f'<div class="icl-live icl-{self.kind}" id="{name}">'
            f'<script type="application/json">{data}</script>'
            "<noscript>This part of the page is drawn by JavaScript.</noscript></div>"
            f"<script>{script}</script>"
        )


@cache
def _palette() -> list[list[int]]:
    from matplotlib import colormaps

    colours = colormaps["cividis"]([i / (SHADES - 1) for i in range(SHADES)])
    return [[round(255 * float(part)) for part in colour[:3]] for colour in colours]


def claim_links(book: Path) -> dict[str, str]:
    """Pages of the book that show claims: address by claim.

    Parameters
    ----------
    book
        Folder of the chapters; without one there are no links.
    """
    found = {}
    for chapter in sorted(book.glob("*.md")):
        for claim in re.findall(r'\bproof\("([a-z0-9-]+)"', chapter.read_text(encoding="utf-8")):
            found.setdefault(claim, f"{chapter.stem}.html#claim-{claim}")
    return found


def explorer(book: str | Path = ".") -> Live:
    """The whole explorer.

    Parameters
    ----------
    book
        Folder of the chapters, whose claims the sentences link to.
    """
    entry = 'import { explorer } from "./explorer.js";\nexplorer(element, given);'
    data = {
        "presets": presets(),
        "points": points(),
        "palette": _palette(),
        "figure3": figure3_window(),
        "links": claim_links(Path(book)),
    }
    return Live(entry, data, "explorer")


def panel(kind: str, **state: Any) -> Live:
    """One panel, with sliders for the parameters that its axes leave free.

    Parameters
    ----------
    kind
        ``"errors"``, ``"map"``, ``"spectrum"``, ``"fixed_point"`` or ``"structured"``.
    **state
        Where it begins: ``tau``, ``alpha``, ``kappa``, ``rho``, ``lam``; for errors the parameter
        on the axis ``x``, ``error``, and ``height``, ``"linear"`` or ``"log"``; for a map
        ``across``, ``up``, ``colour``, and ``plane="figure3"`` for the window of the paper's; for
        structured tasks ``over``, the parameter on the axis, ``tasks``, ``test`` and their
        parameters; ``best``, the error for which the ridge is held best.

    Raises
    ------
    ValueError
        If there is no such panel.

    Examples
    --------
    >>> panel("errors", x="tau", alpha=10, kappa=0.5, rho=0.01)
    Live(entry=..., kind='one')
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    module, function = KINDS[kind]
    entry = (
        f'import {{ panel }} from "./panel.js";\nimport {{ {function} }} from "./{module}.js";\n'
        f"panel({function}, element, given);"
    )
    axes = {
        "errors": {state.get("x", "tau")},
        "structured": {state.get("over", "kappa")},
        "map": {state.get("across", "kappa"), state.get("up", "tau")},
    }.get(kind, set())
    values = {k: "inf" if v == float("inf") else v for k, v in state.items()}
    data: dict[str, Any] = {
        "state": values,
        "sliders": [name for name in NAMES if name not in axes],
        "explorer": PAGE,
    }
    if kind == "errors":
        data["points"] = points()
    if kind == "map":
        data |= {"palette": _palette(), "figure3": figure3_window()}
    return Live(entry, data)
