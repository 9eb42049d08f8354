"""Diagrams of the book: drawn as SVG in the page's own colour, so that light and dark both read.

Text and lines take the colour of the text around them; the rest has the colours of the figures,
which the page's style sheet lightens where the page is dark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .picture import framed
from .style import COLOURS

#: Roles of the colours: what is given, what is to be predicted or noisy, what is learned.
GIVEN, LABEL, LEARNED = (
    f"var(--icl-{role}, {colour})"
    for role, colour in zip(("given", "label", "learned"), COLOURS, strict=False)
)


@dataclass(frozen=True)
class Diagram:
    """A drawing with what it shows in words.

    Attributes
    ----------
    width, height
        Size of the drawing, in units of its own.
    shapes
        SVG elements.
    alt
        What is seen, for those who do not see it.
    caption
        The sentence below, in plain text.
    """

    width: int
    height: int
    shapes: tuple[str, ...]
    alt: str
    caption: str

    def svg(self) -> str:
        """The drawing alone."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'role="img" aria-label="{escape(self.alt)}" width="100%" '
            f'style="max-width:{self.width}px;color:inherit" font-family="inherit" font-size="15" '
            f'fill="currentColor">{"".join(self.shapes)}</svg>'
        )

    def _repr_html_(self) -> str:
        return framed(self.svg(), self.caption)


def word(x: float, y: float, text: str, *, size: int = 15, anchor: str = "middle") -> str:
    """Text, in which ``_{..}`` is a subscript and ``^{..}`` a superscript."""
    pieces, rest = [], text
    while rest:
        at = min((i for i in (rest.find("_{"), rest.find("^{")) if i >= 0), default=len(rest))
        pieces.append(escape(rest[:at]))
        if at == len(rest):
            break
        end = rest.index("}", at)
        shift = 0.3 if rest[at] == "_" else -0.4
        drop = round(shift * size, 1)
        pieces.append(
            f'<tspan dy="{drop}" font-size="{round(0.72 * size, 1)}">{escape(rest[at + 2 : end])}'
            f'</tspan><tspan dy="{-drop}">\u200b</tspan>'
        )
        rest = rest[end + 1 :]
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">{"".join(pieces)}</text>'
    )


def box(x: float, y: float, width: float, height: float, colour: str, opacity: float = 0.35) -> str:
    """A rectangle of one colour."""
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="2" fill="{colour}" '
        f'fill-opacity="{opacity:.2f}" stroke="{colour}" stroke-width="1.2"/>'
    )


def line(
    points: Iterable[tuple[float, float]], colour: str = "currentColor", dash: str = ""
) -> str:
    """A polyline."""
    path = " ".join(f"{round(x, 1)},{round(y, 1)}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.4"{dashed}/>'


def arrow(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str = "currentColor",
    dash: str = "",
) -> str:
    """A straight arrow; its head is drawn, since ids of markers would repeat in a page."""
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    u, v = (x1 - x0) / length, (y1 - y0) / length
    back, side = 8.0, 3.6
    bx, by = x1 - back * u, y1 - back * v
    head = " ".join(
        f"{round(a, 1)},{round(b, 1)}"
        for a, b in ((x1, y1), (bx - side * v, by + side * u), (bx + side * v, by - side * u))
    )
    return line([start, (bx, by)], colour, dash) + f'<polygon points="{head}" fill="{colour}"/>'


def attention() -> Diagram:
    """From a sequence through linear attention to the bilinear form in Gamma."""
    shapes = [word(110, 22, "sequence Z", size=16)]
    names = ("x_{1}", "x_{2}", "…", "x_{ℓ}", "x_{ℓ+1}")
    labels = ("y_{1}", "y_{2}", "…", "y_{ℓ}", "0")
    for i, (name, label) in enumerate(zip(names, labels, strict=True)):
        x = 14 + 40 * i
        if name == "…":
            shapes += [word(x + 16, 86, name), word(x + 16, 160, label)]
            continue
        shapes += [
            box(x, 40, 32, 92, GIVEN),
            box(x, 138, 32, 32, LABEL, 0.35 if label != "0" else 0.05),
            word(x + 16, 90, name),
            word(x + 16, 159, label),
        ]
    shapes += [
        word(110, 196, "context, query", size=13),
        arrow((218, 105), (300, 105)),
        word(258, 82, "attention", size=13),
        word(258, 97, "v_{21} = 0", size=13),
        # What attention keeps: the query and the context's g.
        word(385, 22, "H = x_{ℓ+1} g^{T}", size=16),
        box(316, 66, 22, 92, GIVEN),
        word(327, 176, "x_{ℓ+1}", size=13),
        box(352, 34, 92, 22, LABEL),
        box(446, 34, 22, 22, LABEL, 0.6),
        word(398, 50, "(d/ℓ) Σ y_{i} x_{i}", size=12),
        word(480, 50, "(1/ℓ) Σ y_{i}^{2}", size=12, anchor="start"),
    ]
    shapes += [
        box(
            352 + 23 * a,
            66 + 23 * b,
            22,
            22,
            GIVEN if a < 4 else LABEL,
            0.12 + 0.07 * ((a + b) % 3),
        )
        for a in range(5)
        for b in range(4)
    ]
    shapes += [
        word(409, 176, "d × (d + 1)", size=13),
        arrow((482, 111), (540, 111)),
        word(612, 22, "weights Γ", size=16),
    ]
    shapes += [
        box(554 + 23 * a, 66 + 23 * b, 22, 22, LEARNED, 0.12 + 0.09 * ((2 * a + 3 * b) % 4))
        for a in range(5)
        for b in range(4)
    ]
    shapes += [
        word(611, 176, "learned once", size=13),
        arrow((676, 111), (710, 111)),
        word(766, 108, "ŷ = ⟨Γ, H⟩", size=16),
        word(766, 130, "prediction", size=13),
    ]
    return Diagram(
        830,
        206,
        tuple(shapes),
        alt=(
            "Five columns are a sequence: tokens x with a label y below each, and a query whose "
            "label is 0. An arrow, attention with v21 = 0, leads to a d by d + 1 grid: the outer "
            "product of the query and a vector of two parts, the scaled sum of y x and the scaled"
            " sum of y squared. A second grid of the same shape is Gamma, and their inner product"
            " is the prediction."
        ),
        caption=(
            "What linear attention does with a sequence. The context enters only through two "
            "sums; the query multiplies them; the weights Γ, learned in pretraining, turn the "
            "product into a prediction."
        ),
    )


def capacities() -> Diagram:
    """Three capacities, what each is for, and which term of the error it controls."""
    shapes: list[str] = []
    heads = (
        ("context α = ℓ/d", "reads one task", "context variance"),
        ("diversity κ = k/d", "spans the space of tasks", "bias"),
        ("sequences τ = n/d^{2}", "fix the weights Γ", "pretraining variance"),
    )
    for i, (name, use, term) in enumerate(heads):
        centre = 130 + 255 * i
        shapes += [
            word(centre, 22, name, size=16),
            word(centre, 42, use, size=13),
            arrow((centre, 192), (centre, 218)),
            word(centre, 238, term, size=15),
        ]
    # One task and the estimates that contexts give of it.
    shapes.append(arrow((80, 165), (170, 92), GIVEN))
    for dx, dy in (
        (-16, -12),
        (10, -20),
        (18, 6),
        (-4, 17),
        (-22, 8),
        (5, -5),
        (22, -10),
        (-8, -24),
    ):
        shapes.append(
            f'<circle cx="{170 + dx}" cy="{92 + dy}" r="3.2" fill="{LABEL}" fill-opacity="0.8"/>'
        )
    shapes.append(word(112, 120, "w", size=14))
    # Directions with and without tasks.
    for dx, dy, seen in (
        (62, -12, True),
        (44, -48, True),
        (-6, -66, False),
        (-50, -42, True),
        (-64, 4, False),
        (26, 20, False),
    ):
        tip = (385 + dx, 150 + dy)
        shapes.append(
            arrow((385, 150), tip, GIVEN if seen else "currentColor", "" if seen else "4 4")
        )
    # Weights, some of them known badly.
    for a in range(6):
        for b in range(5):
            known = 0.1 + 0.2 * ((3 * a + 5 * b + a * b) % 4)
            shapes.append(box(580 + 21 * a, 68 + 21 * b, 20, 20, LEARNED, round(known, 2)))
    shapes += [
        word(
            385,
            268,
            "error on new tasks = noise + bias + context variance + pretraining variance",
            size=15,
        )
    ]
    return Diagram(
        770,
        282,
        tuple(shapes),
        alt=(
            "Three panels. Context: an arrow, the task, with scattered dots around its tip, the "
            "estimates from different contexts; it controls the context variance. Diversity: "
            "arrows in several directions, some solid for tasks seen and some dashed for "
            "directions not seen; it controls the bias. Sequences: a grid of weights, some cells "
            "faint; it controls the pretraining variance. Below: the error on new tasks is noise "
            "plus the three."
        ),
        caption=(
            "Three capacities and what each controls: the context reads one task (dots: estimates "
            "from different contexts), the tasks of pretraining span the space in which tasks are "
            "known (dashed: directions that none has), and the sequences fix the weights (faint: "
            "those known badly). Each leaves one term of the error."
        ),
    )
