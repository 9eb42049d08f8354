r"""A parser of printed formulas that shares nothing with the printer.

It is strict: it knows sums, products, quotients, powers, roots and brackets, matrices and means,
and the names that the formula at hand may use.
"""

import re

import sympy as sp
from sympy.tensor.indexed import IndexedBase

from icl_theory.theory.lines import ON_OVER, ON_RIDGE, ON_UNDER

from .notation import ONE, Blocks, Held, turned

SIGNS = {"=": sp.Eq, r"\neq": sp.Ne, ">": sp.Gt, "<": sp.Lt, r"\geq": sp.Ge, r"\leq": sp.Le}
#: How means begin and end, and what they are.
MEANS = (
    (r"\mathbb{E}\left[", r"\mid w\right]", "mean given w"),
    (r"\mathbb{E}_w\left[", r"\right]", "mean over w"),
)
EXPONENTIAL_MEANS = (
    (r"\mathbb{E}_{", "mean of exp"),
    (r"\log\mathbb{E}_{", "log of a mean of exp"),
)


def longest_first(names):
    """Names in the order of trying them, so that D_{12} is not read as D."""
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


class Reader:
    """Reads a formula, from the left, with one token of foresight."""

    def __init__(self, text, names, names_right=None):
        self.names, self.names_right = map(longest_first, (names, names_right or names))
        self.text = text.strip()
        #: Of the identities that were read. Products do not depend on it.
        self.sizes = []

    def skip(self, *options):
        self.text = self.text.lstrip()
        for option in options:
            # A command ends where its letters do.
            end = self.text[len(option) : len(option) + 1]
            if self.text.startswith(option) and not (option[-1:].isalpha() and end.isalpha()):
                self.text = self.text[len(option) :]
                return option
        return None

    def need(self, option):
        assert self.skip(option) is not None, f"{option!r} expected at {self.text[:40]!r}"

    def whole(self):
        value = self.sum()
        assert not self.text.strip(), f"left over: {self.text[:60]!r}"
        return value

    def sum(self):
        value = -self.product() if self.skip("-") else self.product()
        while sign := self.skip("+", "-"):
            term = self.product()
            value = value + term if sign == "+" else value - term
        return value

    def product(self):
        value, acting = self.power(), self.acting
        while (factor := self.power(optional=True)) is not None:
            # Nobody can tell where what is derived, or tends, ends, if something follows it.
            assert not acting, f"more after what is derived, or tends: {self.text[:60]!r}"
            value, acting = value * factor, self.acting
        return value

    def power(self, optional=False):
        base = self.operator()
        self.acting = base is not None
        if base is not None:
            return base
        base = self.atom(optional)
        self.acting = False
        if base is not None and self.skip("^{T}"):
            return turned(base)
        if base is not None and self.skip("^{"):
            exponent = self.sum()
            self.need("}")
            return base**exponent
        return base

    def operator(self):
        """What acts on what follows it: a limit, or a derivative, on a factor, a sum on all."""
        if any(map(self.text.lstrip().startswith, self.names)):
            return None
        if self.skip(r"\lim_{"):
            variable = self.sum()
            self.need(r"\to")
            point = self.sum()
            side = self.skip("^+", "^-") or "^"
            self.need("}")
            return Held("limit", self.power(), variable, point, sp.Symbol(side[1:]))
        if self.skip(r"\sum"):
            limits = self.limits()
            return sp.Sum(self.product(), *limits)
        for mark in (r"\partial", r"\mathrm{d}"):
            for start in (rf"\frac{{{mark}}}{{{mark} ", rf"\frac{{{mark}^{{"):
                if self.skip(start):
                    order = 1
                    if start.endswith("^{"):
                        order = self.sum()
                        self.need("}}{")
                        self.need(mark)
                    variable = self.atom(False)
                    if order != 1:
                        self.need("^{")
                        assert self.sum() == order
                        self.need("}")
                    self.need("}")
                    return Held(mark, self.power(), variable, order)
        if self.skip("D_{"):
            variable = self.sum()
            self.need("}")
            return Held("rate", self.power(), variable)
        return None

    def limits(self):
        """What a sum is over, and from where to where."""
        found = []
        if self.skip(r"_{\substack{"):
            while not found or self.skip(r"\\"):
                low = self.sum()
                self.need(r"\leq")
                index = self.sum()
                self.need(r"\leq")
                found.append((index, low, self.sum()))
            self.need("}}")
            return found
        self.need("_{")
        index = self.sum()
        self.need("=")
        low = self.sum()
        self.need("}^{")
        high = self.sum()
        self.need("}")
        return [(index, low, high)]

    def blocks(self):
        """A matrix in blocks, row by row."""
        rows = [[self.sum()]]
        while mark := self.skip("&", r"\\"):
            if mark == "&":
                rows[-1].append(self.sum())
            else:
                rows.append([self.sum()])
        self.need(r"\end{matrix}\right]")
        return Blocks(*rows)

    def exponential_mean(self, kind):
        """What E is over, and the exponent."""
        normals = [self.sum()]
        while self.skip(","):
            normals.append(self.sum())
        self.need(r"}\left[e^{")
        exponent = self.sum()
        self.need(r"}\right]")
        return Held(kind, exponent, *normals)

    def relation(self):
        left = self.sum()
        sign = self.skip(*SIGNS)
        assert sign, f"no relation at {self.text[:60]!r}"
        self.names = self.names_right
        return SIGNS[sign], left, self.whole()

    def at(self):
        """What stands before a bar, and after it."""
        inner = self.sum()
        self.need(r"\right|_{")
        if side := self.skip(r"\tau < 1}", r"\tau > 1}"):
            return Held("line", inner, sp.Symbol(side[5]))
        if line := self.skip(*(rf"\mathrm{{{kind}}}:\," for kind in (ON_RIDGE, ON_UNDER, ON_OVER))):
            kind = line.removeprefix(r"\mathrm{").partition("}")[0]
            moving = self.sum()
            self.need("}")
            return Held("on", inner, moving, sp.Symbol(kind))
        rest = [self.sum()]
        self.need("=")
        rest.append(self.sum())
        while self.skip(r",\,", r",\ "):
            rest.append(self.sum())
            self.need("=")
            rest.append(self.sum())
        self.need("}")
        return Held("at", inner, *rest)

    def group(self):
        self.need("{")
        value = self.sum()
        self.need("}")
        return value

    def atom(self, optional):
        for name, value in self.names.items():
            if self.skip(name):
                return self.component(value) if isinstance(value, IndexedBase) else value
        if self.skip(r"\pi"):
            return sp.pi
        if self.skip(r"\infty"):
            return sp.oo
        if self.skip(r"\left."):
            return self.at()
        if self.skip(r"\left\langle"):
            value = self.sum()
            self.need(r"\right\rangle")
            return Held("spectral mean" if self.skip("_s") else "mean", value)
        if self.skip(r"\#\{"):
            return self.count()
        if self.skip(r"\frac"):
            over = self.group()
            return over / self.group()
        if self.skip(r"\sqrt"):
            if self.skip("["):
                order = self.atom(False)
                self.need("]")
                return self.group() ** (1 / sp.sympify(order))
            return sp.sqrt(self.group())
        if self.skip(r"\operatorname{tr}"):
            return Held("trace", self.atom(False))
        if self.skip(r"\left[\begin{matrix}"):
            return self.blocks()
        if self.skip(r"\left["):
            inner = self.sum()
            self.need(r"\right]_{")
            row, column = self.digit(), self.digit()
            self.need("}")
            return Held("block", inner, row, column)
        if self.skip(r"\mathbb{I}_{"):
            self.sizes.append(self.sum())
            self.need("}")
            return ONE
        for start, end, kind in MEANS:
            if self.skip(start):
                inner = self.sum()
                self.need(end)
                return Held(kind, inner)
        for start, kind in EXPONENTIAL_MEANS:
            if self.skip(start):
                return self.exponential_mean(kind)
        if self.skip("e^{"):
            exponent = self.sum()
            self.need("}")
            return sp.exp(exponent)
        if self.skip(r"\left("):
            value = self.sum()
            self.need(r"\right)")
            return value
        if self.skip("{"):
            value = self.sum()
            self.need("}")
            return value
        if self.skip(r"\log"):
            return sp.log(self.group() if self.text.startswith("{") else self.atom(False))
        if digits := re.match(r"\s*(\d+)", self.text):
            self.text = self.text[digits.end() :]
            return sp.Integer(digits[1])
        assert optional, f"nothing to read at {self.text[:60]!r}"
        return None

    def digit(self):
        digit, self.text = self.text[:1], self.text[1:]
        return sp.Integer(digit)

    def component(self, tensor):
        self.need("_{")
        indices = [self.sum()]
        while self.skip(","):
            indices.append(self.sum())
        self.need("}")
        return tensor[tuple(indices)]

    def count(self):
        if self.skip(r"\text{"):
            system, _, self.text = self.text.partition("}")
            self.need(r"\mid")
            parameters = [self.sum()]
            while self.skip(","):
                parameters.append(self.sum())
            self.need(r"\}")
            return Held("points", sp.Symbol(system), *parameters)
        variable = self.sum()
        self.need(r"\in (")
        low = self.sum()
        self.need(",")
        high = self.sum()
        self.need(") :")
        function = self.sum()
        self.need(r"= 0 \}")
        return Held("roots", function, variable, low, high)
