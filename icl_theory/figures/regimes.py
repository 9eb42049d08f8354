"""A map of the regimes: which of the three capacities is the smallest.

The plane of task diversity and pretraining sequences is drawn by kappa/(1 + kappa) and
tau/(1 + tau), so that the three regions meet in the middle and infinity is an edge. What is said in
the regions is given: the chapter that shows the map derives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .diagrams import GIVEN, LABEL, LEARNED, Diagram, Sheet, word

#: Where the words of each region begin, and its corners, in units of the map.
_REGIONS = {
    "tasks": ((0.04, 0.90), ((0, 0), (0.5, 0.5), (0.5, 1), (0, 1))),
    "dimensions": ((0.54, 0.90), ((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1))),
    "sequences": ((0.46, 0.32), ((0, 0), (1, 0), (1, 0.5), (0.5, 0.5))),
}
_COLOURS = {"tasks": GIVEN, "dimensions": LEARNED, "sequences": LABEL}
#: Letters of 15 keep twelve pixels where a phone shrinks the map to its width.
_LEFT, _TOP, _WIDTH, _HEIGHT = 34, 12, 390, 340
_LINE = 22


def regimes(words: Mapping[str, Sequence[str]], alt: str, caption: str) -> Diagram:
    """Draw the map.

    Parameters
    ----------
    words
        Lines of text for the regions ``"tasks"``, ``"dimensions"`` and ``"sequences"``, named by
        the capacity that is the smallest there; see `diagrams.word`.
    alt, caption
        What is seen, and the sentence below.
    """
    if set(words) != set(_REGIONS):
        raise ValueError(f"words must be given for {', '.join(_REGIONS)}")
    shapes = []
    for name, (start, corners) in _REGIONS.items():
        points = " ".join("{:g},{:g}".format(*_place(*corner)) for corner in corners)
        shapes.append(
            f'<polygon points="{points}" fill="{_COLOURS[name]}" fill-opacity="0.16" '
            'stroke="currentColor" stroke-width="1.5"/>'
        )
        x, y = _place(*start)
        shapes += [
            word(x, y + i * _LINE, line, anchor="start") for i, line in enumerate(words[name])
        ]
    bottom, side = _TOP + _HEIGHT, _LEFT - 10
    for share, label in ((0.0, "0"), (0.5, "1"), (1.0, "∞")):
        x, y = _place(share, share)
        shapes += [word(x, bottom + 20, label), word(side, y + 5, label, anchor="end")]
    shapes.append(word(_place(0.75, 0)[0], bottom + 20, "tasks, κ"))
    middle = _place(0, 0.75)[1]
    label = word(side, middle, "sequences, τ")
    shapes.append(f'<g transform="rotate(-90 {side} {middle:g})">{label}</g>')
    drawn = Sheet(_LEFT + _WIDTH + 16, bottom + 30, tuple(shapes))
    return Diagram((drawn,), alt, caption)


def _place(across: float, up: float) -> tuple[float, float]:
    """A point of the map in the drawing."""
    return _LEFT + across * _WIDTH, _TOP + (1 - up) * _HEIGHT
