"""Points of a system at given parameters, found by following its cover from anywhere.

The cover of a domain gives its parameters in free coordinates. At given parameters the coordinates
are a root of as many equations; it is followed from some other point while the parameters move, by
Newton's method in the logarithms of the coordinates. Nothing here knows the theory: neither its
solver nor the chart in which the kernel follows a branch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sympy as sp
from flint import arb, arb_mat

from icl_theory.algebra.fold import Balls
from icl_theory.algebra.precision import precision
from icl_theory.proof.kernel import Domain

#: Bits of the balls; Newton's method ends when it moves by less than two to minus half of that.
BITS = 800
#: Iterations of Newton's method at a point, and how often a step is halved.
ITERATIONS, HALVINGS = 8, 12


class Lost(Exception):
    """A point that was not found."""


def parameters_in(system: Domain, symbols: Sequence[sp.Symbol]) -> list[sp.Expr]:
    """Parameters of a system in its free coordinates."""
    cover = system.checked()[1]
    return [cover.get(symbol, symbol) for symbol in symbols]


def coordinates_of(system: Domain) -> list[sp.Symbol]:
    """The free coordinates that the cover of a system is made of."""
    cover = system.checked()[1]
    return sorted(set().union(*(value.free_symbols for value in cover.values())), key=str)


class Track:
    """A point of a system, moved to wherever its parameters are.

    Parameters
    ----------
    system
        The domain.
    parameters
        Symbols that determine its points.
    fixed
        Parameters that are coordinates themselves, and stay; they may be zero.
    """

    def __init__(
        self, system: Domain, parameters: Sequence[sp.Symbol], fixed: Mapping[sp.Symbol, arb]
    ) -> None:
        self.cover, self.fixed = system.checked()[1], dict(fixed)
        self.unknowns = [s for s in coordinates_of(system) if s not in fixed]
        # Others are the same at every point, or in no equation.
        self.moved = [
            p for p in parameters if self.cover.get(p, p).free_symbols & set(self.unknowns)
        ]
        if len(self.moved) != len(self.unknowns) or not self.moved:
            raise Lost("not as many equations as unknowns")
        self.functions = parameters_in(system, self.moved)
        self.slopes = [[sp.diff(f, s) for s in self.unknowns] for f in self.functions]
        self.logarithms = [arb(0) for _ in self.unknowns]
        self.here = [arb(p) for p in self._parameters(self.logarithms)]

    def _values(self, logarithms: Sequence[arb]) -> dict[sp.Symbol, arb]:
        moved = dict(zip(self.unknowns, (y.exp() for y in logarithms), strict=True))
        return {**self.fixed, **moved}

    def _parameters(self, logarithms: Sequence[arb]) -> list[arb]:
        read = Balls(self._values(logarithms))
        return [read(f) for f in self.functions]

    def _newton(self, start: Sequence[arb], wanted: Sequence[arb]) -> list[arb]:
        y = list(start)
        for _ in range(ITERATIONS):
            values = self._values(y)
            read = Balls(values)
            off = [read(f) - p for f, p in zip(self.functions, wanted, strict=True)]
            rows = [
                [read(slope) * values[s] for s, slope in zip(self.unknowns, row, strict=True)]
                for row in self.slopes
            ]
            scaled = [[entry / p for entry in row] for row, p in zip(rows, wanted, strict=True)]
            right = [[-o / p] for o, p in zip(off, wanted, strict=True)]
            try:
                step = arb_mat(scaled).solve(arb_mat(right))
            except (ZeroDivisionError, ValueError) as error:
                raise Lost("a singular point") from error
            size = max(float(abs(step[i, 0]).mid()) for i in range(len(y)))
            if not size < 5:
                raise Lost("Newton's method leaves")
            y = [(y[i] + step[i, 0]).mid() for i in range(len(y))]
            if size < 2.0 ** (-BITS // 2):
                # Within this ball of the root, as the last step says.
                return [value + arb(0, 2.0 ** (-BITS // 2)) for value in y]
        raise Lost("Newton's method goes on")

    def follow(self, path: Callable[[arb], Sequence[arb]], start: arb, end: arb) -> None:
        """Move to ``path(end)`` from ``path(start)``, where the track is."""
        place, step = start, end - start
        before: tuple[arb, list[arb]] | None = None
        halvings = 0
        while True:
            aim = place + step
            if bool(abs(aim - end) < abs(step) / 1000) or bool((aim - end) * step > 0):
                aim, last = end, True
            else:
                last = False
            guess = self.logarithms
            if before is not None:
                # On a straight line through the last two points.
                old, was = before
                ratio = ((aim - place) / (place - old)).mid()
                guess = [
                    (y + (y - z) * ratio).mid() for y, z in zip(self.logarithms, was, strict=True)
                ]
            try:
                found = self._newton([g.mid() for g in guess], path(aim))
            except Lost:
                halvings += 1
                if halvings > HALVINGS:
                    raise
                step = step / 2
                continue
            before = place, [y.mid() for y in self.logarithms]
            self.logarithms, place = found, aim
            if last:
                self.here = list(path(end))
                return
            step = step * 2
            halvings = max(0, halvings - 1)

    def to(self, wanted: Sequence[arb]) -> None:
        """Move to given parameters, on a straight line of their logarithms."""
        begin = [p.mid().log() for p in self.here]
        goal = [p.log() for p in wanted]

        def path(part: arb) -> list[arb]:
            return [(b + part * (g - b)).exp() for b, g in zip(begin, goal, strict=True)]

        self.follow(path, arb(0), arb(1))

    def point(self) -> dict[sp.Symbol, arb]:
        """Every symbol of the system, and its coordinates, at the point."""
        values = self._values(self.logarithms)
        read = Balls(values)
        return {**values, **{s: read(v) for s, v in self.cover.items()}}


def towards_end(
    track: Track, at: Callable[[arb], Sequence[arb]], distances: Sequence[int]
) -> list[dict[sp.Symbol, arb]]:
    """The points at which a parameter is ten to minus each distance from its end."""

    def path(decades: arb) -> Sequence[arb]:
        return at(arb(10) ** -decades)

    with precision(BITS):
        track.to(path(arb(1)))
        place = arb(1)
        found = []
        for distance in distances:
            track.follow(path, place, arb(distance))
            place = arb(distance)
            found.append(track.point())
        return found
