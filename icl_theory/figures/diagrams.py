"""Diagrams of the book: drawn as SVG in the page's own colour, so that light and dark both read.

Text and lines take the colour of the text around them; the rest has the colours of the figures,
which the page's style sheet lightens where the page is dark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .picture import framed, row
from .style import COLOURS

#: Width of one of three parts that have room beside each other in the column of a page.
_CAPACITY = 212

#: Roles of the colours: what is given, what is to be predicted or noisy, what is learned.
GIVEN, LABEL, LEARNED = (
    f"var(--icl-{role}, {colour})"
    for role, colour in zip(("given", "label", "learned"), COLOURS, strict=False)
)


@dataclass(frozen=True)
class Sheet:
    """A piece of a diagram that is not divided where there is no room beside it.

    Attributes
    ----------
    width, height
        Size of the drawing, in pixels.
    shapes
        SVG elements.
    """

    width: int
    height: int
    shapes: tuple[str, ...]

    def svg(self) -> str:
        """The drawing alone."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" style="max-width:100%;height:auto;color:inherit" '
            'font-family="inherit" font-size="15" '
            f'fill="currentColor">{"".join(self.shapes)}</svg>'
        )


@dataclass(frozen=True)
class Diagram:
    """A drawing with what it shows in words.

    Attributes
    ----------
    parts
        Pieces from left to right, each no wider than a phone; what has no room in a row goes
        to the next.
    alt
        What is seen, for those who do not see it.
    caption
        The sentence below, in plain text.
    sum
        What the parts come to, a line of text under them.
    """

    parts: tuple[Sheet, ...]
    alt: str
    caption: str
    sum: str = ""

    def _repr_html_(self) -> str:
        drawn = [part.svg() for part in self.parts]
        if self.sum:
            drawn.append(f'<p style="flex-basis:100%;margin:0.4rem 0 0">{escape(self.sum)}</p>')
        return framed(row(drawn, self.alt), self.caption)


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
    sequence = [word(110, 22, "sequence Z", size=16)]
    names = ("x_{1}", "x_{2}", "…", "x_{ℓ}", "x_{ℓ+1}")
    labels = ("y_{1}", "y_{2}", "…", "y_{ℓ}", "0")
    for i, (name, label) in enumerate(zip(names, labels, strict=True)):
        x = 14 + 40 * i
        if name == "…":
            sequence += [word(x + 16, 86, name), word(x + 16, 160, label)]
            continue
        sequence += [
            box(x, 40, 32, 92, GIVEN),
            box(x, 138, 32, 32, LABEL, 0.35 if label != "0" else 0.05),
            word(x + 16, 90, name),
            word(x + 16, 159, label),
        ]
    sequence.append(word(110, 196, "context, query", size=13))
    # What attention keeps: the query and the context's g.
    features = [
        arrow((4, 105), (86, 105)),
        word(44, 82, "attention", size=13),
        word(44, 97, "v_{21} = 0", size=13),
        word(195, 22, "H = x_{ℓ+1} g^{T}", size=16),
        box(102, 66, 22, 92, GIVEN),
        word(113, 176, "x_{ℓ+1}", size=13),
        box(138, 34, 92, 22, LABEL),
        box(232, 34, 22, 22, LABEL, 0.6),
        word(184, 50, "(d/ℓ) Σ y_{i} x_{i}", size=12),
        word(260, 50, "(1/ℓ) Σ y_{i}^{2}", size=12, anchor="start"),
        *(
            box(
                138 + 23 * a,
                66 + 23 * b,
                22,
                22,
                GIVEN if a < 4 else LABEL,
                0.12 + 0.07 * ((a + b) % 3),
            )
            for a in range(5)
            for b in range(4)
        ),
        word(195, 176, "d × (d + 1)", size=13),
    ]
    weights = [
        arrow((4, 111), (62, 111)),
        word(134, 22, "weights Γ", size=16),
        *(
            box(76 + 23 * a, 66 + 23 * b, 22, 22, LEARNED, 0.12 + 0.09 * ((2 * a + 3 * b) % 4))
            for a in range(5)
            for b in range(4)
        ),
        word(133, 176, "learned once", size=13),
    ]
    prediction = [
        arrow((4, 111), (38, 111)),
        word(94, 108, "ŷ = ⟨Γ, H⟩", size=16),
        word(94, 130, "prediction", size=13),
    ]
    return Diagram(
        (
            Sheet(216, 206, tuple(sequence)),
            Sheet(342, 206, tuple(features)),
            Sheet(196, 206, tuple(weights)),
            Sheet(156, 206, tuple(prediction)),
        ),
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
    heads = (
        ("context α = ℓ/d", "reads one task", "context variance"),
        ("diversity κ = k/d", "spans the space of tasks", "bias"),
        ("sequences τ = n/d^{2}", "fix the weights Γ", "pretraining variance"),
    )
    centre = _CAPACITY // 2
    # One task and the estimates that contexts give of it.
    one_task = [arrow((56, 165), (146, 92), GIVEN), word(88, 120, "w", size=14)]
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
        one_task.append(
            f'<circle cx="{146 + dx}" cy="{92 + dy}" r="3.2" fill="{LABEL}" fill-opacity="0.8"/>'
        )
    # Directions with and without tasks.
    directions = [
        arrow(
            (centre, 150),
            (centre + dx, 150 + dy),
            GIVEN if seen else "currentColor",
            "" if seen else "4 4",
        )
        for dx, dy, seen in (
            (62, -12, True),
            (44, -48, True),
            (-6, -66, False),
            (-50, -42, True),
            (-64, 4, False),
            (26, 20, False),
        )
    ]
    # Weights, some of them known badly.
    weights = [
        box(43 + 21 * a, 68 + 21 * b, 20, 20, LEARNED, 0.1 + 0.2 * ((3 * a + 5 * b + a * b) % 4))
        for a in range(6)
        for b in range(5)
    ]
    parts = []
    for (name, use, term), drawn in zip(heads, (one_task, directions, weights), strict=True):
        shapes = [
            word(centre, 22, name, size=16),
            word(centre, 42, use, size=13),
            *drawn,
            arrow((centre, 192), (centre, 218)),
            word(centre, 238, term, size=15),
        ]
        parts.append(Sheet(_CAPACITY, 252, tuple(shapes)))
    return Diagram(
        tuple(parts),
        sum="error on new tasks = noise + bias + context variance + pretraining variance",
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
