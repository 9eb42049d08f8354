"""False theorems by coordinates, complex branches, ties, and sides undefined as they are written.

Each was one before the kernel asked for what makes it false.
"""

import pytest
import sympy as sp
from sympy import Limit, Symbol, oo

from icl_theory.algebra import decide, quantity
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.quantity import define
from icl_theory.algebra.relations import gt, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit
from icl_theory.proof import kernel
from icl_theory.proof.kernel import SMALL, Domain, ProofFailed, branch, identity, sign
from icl_theory.theory.symbols import rho

from .refusals import REFUSED

a, b, k, p, y = sp.symbols("a b k p y", positive=True)
q, w, s, t, z = sp.symbols("q w s t z", real=True)
Z, W = sp.symbols("Z W", real=True)


@pytest.fixture
def names(monkeypatch):
    """Quantities, and names of domains, that are forgotten after a test."""
    for record in ("_RECORDS", "_QUANTITIES"):
        monkeypatch.setattr(quantity, record, dict(getattr(quantity, record)))
    monkeypatch.setattr(kernel.domain, "_NAMES", dict(kernel.domain._NAMES))


def quantity_of(formula, coordinate=False):
    # What is remembered of a quantity goes by its name.
    return define(f"of_a_test: {formula}", formula, latex="q", doc="", coordinate=coordinate)


class TestCoordinates:
    """A coordinate that two values of a parameter share."""

    def run(self, formula, value, moves, start):
        own = quantity_of(formula, coordinate=True)
        system = Domain(
            "shared",
            lambda: [(p, p - 2 - y), (own, own - value)],
            (),
            lambda: {p: 2 + y, own: value},
        )
        unique = kernel.at_most_one(system, (p,), [(y, None)])
        found = sp.Symbol("found", positive=True)
        return branch(unique, moves={p: moves}, chart={y: found}, start={found: start})

    def limit(self, run, point, value):
        return kernel.path_limit(run, PathLimit(y, "shared", (p, sp.Integer(point), "+")), value)

    def test_a_parameter_that_a_coordinate_does_not_determine(self, names):
        # Every p is more than 2, and (p - 2)^2 is one at p = 1 too.
        with pytest.raises(ProofFailed, match="no root: p"):
            self.run((p - 2) ** 2 + 1, 1 + y**2, 1 + SMALL, sp.Integer(1))

    def test_a_parameter_that_a_coordinate_determines(self, names):
        run = self.run(1 / p, 1 / (2 + y), 3 + SMALL, sp.Integer(1))
        assert self.limit(run, 3, 1)
        with pytest.raises(REFUSED):
            self.limit(run, 3, 2)

    def test_a_coordinate_is_its_formula(self, names):
        own = quantity_of(2 * p, coordinate=True)
        five = Domain("five of it", lambda: [(own, own - 5)], (), lambda: {own: sp.Integer(5)})
        with pytest.raises(ProofFailed, match="not its formula"):
            identity(own, 5, on=five)


class TestBranches:
    def test_no_branch_through_imaginary_points(self, names):
        # q^3 + k q = s has one real root, which tends to 0; the others tend to +-i sqrt(k).
        cubic = s - q**3 - k * q
        system = Domain(
            "cubic", lambda: [(s, cubic), (t, t - w)], (), lambda: {s: q**3 + k * q, t: w}
        )
        falling = sign(lt(Total(cubic, q, [t - w], [w])), on=system)
        unique = kernel.at_most_one(system, (s, t, k), [(q, falling), (w, None)])

        def run(chart, start):
            return branch(
                unique, moves={s: SMALL, t: SMALL}, chart=chart, start={**start, W: sp.Integer(0)}
            )

        with pytest.raises(ProofFailed, match="a root of what may be negative"):
            run({q: sp.sqrt(Z), w: W * sp.sqrt(Z)}, {Z: -k})
        real = run({q: Z, w: W}, {Z: sp.Integer(0)})
        limit = PathLimit(q**2, "cubic", (s, sp.Integer(0), "+"), (t, s))
        assert kernel.path_limit(real, limit, 0)
        with pytest.raises(REFUSED):
            kernel.path_limit(real, limit, -k)

    def test_an_unknown_tends_to_what_is_in_its_range(self, names):
        # SymPy takes the maximum of 0 and a positive symbol for the symbol; here it tends to -1.
        system = Domain("negative", lambda: [(q, q + a)], (), lambda: {q: -a})
        unique = kernel.at_most_one(system, (a,), [(q, None)])
        options = {"moves": {a: 1 + SMALL}}
        one = sp.Integer(1)
        with pytest.raises(ProofFailed, match="out of its range"):
            branch(unique, **options, chart={q: y}, start={y: -one})
        run = branch(unique, **options, chart={q: Z}, start={Z: -one})
        limit = PathLimit(sp.Max(q, 0), "negative", (a, one, "+"))
        assert kernel.path_limit(run, limit, 0)
        with pytest.raises(REFUSED):
            kernel.path_limit(run, limit, -1)

    def test_no_branch_where_an_unknown_that_may_vanish_turns_negative(self, names):
        low, found = (Symbol(name, nonnegative=True) for name in ("low", "found"))
        v = Symbol("v", nonnegative=True)
        # At a < 1 there is no point.
        system = Domain(
            "above one",
            lambda: [(low, low - a + 1)],
            (),
            lambda: {a: 1 + v, low: v},
            lambda: {v: low},
        )
        unique = kernel.at_most_one(system, (a,), [(low, None)])
        with pytest.raises(ProofFailed, match="may not be positive"):
            branch(unique, moves={a: 1 - SMALL}, chart={low: found}, start={found: sp.Integer(0)})
        assert branch(unique, moves={a: 1 + SMALL}, chart={low: SMALL}, start={})

    def test_what_is_tied_moves_with_the_parameter_not_with_one_that_is_held(self, names):
        line = Domain("line", lambda: [(a, a - y)], (), lambda: {a: y})
        two = Domain("two", lambda: [(a, a - 2)], (), lambda: {a: sp.Integer(2)})
        unique = kernel.at_most_one(line, (a, p), [(y, None)])
        ends = PathLimit(p, "line", (a, oo, "+"), (p, a))
        held = branch(
            unique, moves={a: 1 / SMALL, p: sp.Integer(2)}, chart={y: 1 / SMALL}, start={}, base=two
        )
        with pytest.raises(ProofFailed, match="not tied"):
            kernel.path_limit(held, ends, 2)
        tied = branch(
            unique, moves={a: 1 / SMALL, p: 1 / SMALL}, chart={y: 1 / SMALL}, start={}, base=two
        )
        assert kernel.path_limit(tied, ends, oo)

    def test_what_is_positive_on_the_system_is_so_on_the_path(self, names):
        # Where rho = 0, p = k + rho has no point: on the domain rho is positive.
        held = Domain(
            "held", lambda: [(p, p - rho - k)], (rho,), lambda: {p: a + k, rho: a}, lambda: {a: rho}
        )
        unique = kernel.at_most_one(held, (p, k), [(rho, None)])
        options = {"moves": {k: SMALL, p: rho + SMALL}, "start": {}}
        with pytest.raises(ProofFailed, match="left open"):
            branch(unique, **options, chart={})
        with pytest.raises(REFUSED):
            branch(unique, **options, chart={rho: rho})
        run = branch(unique, **options, chart={rho: rho}, given=(gt(rho, 0),))
        limit = PathLimit(rho, "held", (k, sp.Integer(0), "+"), (p, rho + k))
        assert kernel.path_limit(run, limit, rho)

    def test_an_equation_that_is_undefined_for_some_parameters(self, names):
        line = Domain("real line", lambda: [(s, s - w)], (), lambda: {s: w})
        unique = kernel.at_most_one(line, (s, k), [(w, None)])
        for pole, refuses in ((k - 1, True), (k + 1, False)):
            options = {"moves": {s: 1 + SMALL}, "chart": {w: Z / pole}, "start": {Z: pole}}
            if refuses:
                with pytest.raises(REFUSED):
                    branch(unique, **options)
            else:
                assert branch(unique, **options)

    def test_what_is_tied_to_what_moves_too(self, names):
        # On the path p is where k starts, and a (p - k) = -1; tied to k it would be 0.
        line = Domain("line", lambda: [(a, a - y)], (), lambda: {a: y})
        run = branch(
            kernel.at_most_one(line, (a, p, k), [(y, None)]),
            moves={a: 1 / SMALL, p: k, k: k + SMALL},
            chart={y: 1 / SMALL},
            start={},
        )
        ends = PathLimit(a * (p - k), "line", (a, oo, "+"), (p, k), (k, k + 1 / a))
        with pytest.raises(ProofFailed, match="moves with others"):
            kernel.path_limit(run, ends, -1)

    def test_what_is_tied_to_what_is_undefined(self, names):
        line = Domain("line", lambda: [(a, a - y)], (), lambda: {a: y})
        unique = kernel.at_most_one(line, (a, s), [(y, None)])
        for pole, refuses in ((k - 1, True), (k + 1, False)):
            run = branch(unique, moves={a: 1 / SMALL, s: 1 / pole}, chart={y: 1 / SMALL}, start={})
            ends = PathLimit(y, "line", (a, oo, "+"), (s, 1 / pole))
            if refuses:
                with pytest.raises(REFUSED):
                    kernel.path_limit(run, ends, oo)
            else:
                assert kernel.path_limit(run, ends, oo)

    def test_what_is_small_is_no_parameter(self, names):
        # With epsilon held y tends to 1 - epsilon.
        shifted = Domain("shifted", lambda: [(a, a - y - SMALL)], (), lambda: {a: y + SMALL})
        unique = kernel.at_most_one(shifted, (a, SMALL), [(y, None)])
        with pytest.raises(ProofFailed, match="moves"):
            branch(unique, moves={a: 1 + SMALL}, chart={y: Z}, start={Z: sp.Integer(1)})

    def test_a_limit_in_coordinates_does_not_move_on(self, names):
        # On the domain u is p, which tends to infinity.
        u = Symbol("u", positive=True)
        covered = Domain("p is u", cover=lambda: {p: u}, inverse=lambda: {u: p})
        line = Domain("line", lambda: [(a, a - y)], (), lambda: {a: y})
        inner = kernel.path_limit(
            branch(
                kernel.at_most_one(line, (a, p), [(y, None)]),
                moves={a: 1 / SMALL},
                chart={y: 1 / SMALL},
                start={},
                base=covered,
            ),
            PathLimit(p, "line", (a, oo, "+")),
            u,
        )
        alone = kernel.at_most_one(covered, (p,), [])
        run = branch(alone, moves={p: 1 / SMALL}, chart={}, start={})
        outer = kernel.path_limit(run, PathLimit(u, "p is u", (p, oo, "+")), u)
        with pytest.raises(ProofFailed, match="coordinates"):
            kernel.compose(inner, outer)

    def test_a_chart_that_is_undefined_for_some_parameters(self, names):
        # Written in Z nothing is left of what vanishes at k = 1/2, where s says nothing of y.
        slope = k - sp.Rational(1, 2)
        scaled = Domain("scaled", lambda: [(s, s - y * slope)], (), lambda: {s: y * slope})
        unique = kernel.quote(AtMostOne(Symbol("scaled"), s, k), "somebody", on=scaled)
        path = {s: slope * (1 + SMALL)}
        with pytest.raises(REFUSED):
            branch(unique, moves=path, chart={y: Z / slope}, start={Z: slope})
        above = gt(k, sp.Rational(1, 2))
        assert branch(unique, moves=path, chart={y: Z / slope}, start={Z: slope}, given=(above,))

    @pytest.mark.parametrize("side", ["?", "", "+-"])
    def test_a_side_that_is_none(self, names, side):
        line = Domain("line", lambda: [(a, a - y)], (), lambda: {a: y})
        run = branch(
            kernel.at_most_one(line, (a,), [(y, None)]),
            moves={a: 1 / SMALL},
            chart={y: 1 / SMALL},
            start={},
        )
        with pytest.raises(ProofFailed, match="another way"):
            kernel.path_limit(run, PathLimit(y, "line", (a, oo, Symbol(side))), oo)


class TestSides:
    """Undefined where they are written, though nothing undefined is left of them."""

    @pytest.mark.parametrize(
        ("lhs", "rhs"),
        [
            (At(sp.sqrt(a - 1), (a, b)) ** 2, b - 1),
            (At(sp.sqrt(-a) * rho, (rho, 0)), 0),
            (At(1 / At(b - 1, (b, a)), (a, b)), 1 / (b - 1)),
            (At(rho / (a - 1), (rho, 0)), 0),
            (At(rho, (rho, 0 * b + At(rho, (rho, 0)) / (b - 1))), 0),
            (Partial(1 / (b - 1), a), 0),
            (Partial(sp.sqrt(b - 1), a), 0),
            (Total(1 / (b - 1), a, [p - a], [p]), 0),
            (At(Partial(rho / (b - 1), rho) * a, (a, b)) * (b - 1), b),
        ],
        ids=str,
    )
    def test_what_is_held(self, lhs, rhs):
        with pytest.raises(REFUSED):
            identity(lhs, rhs)

    def test_the_formula_of_a_quantity(self, names):
        root = quantity_of(sp.sqrt(a - 1))
        for lhs, rhs in ((root**2, a - 1), (At(root**2, (a, b)), b - 1)):
            with pytest.raises(REFUSED):
                identity(lhs, rhs)
        assert identity(root**2, a - 1, given=(gt(a, 1),))

    def test_the_pole_of_a_quantity(self, names):
        pole = quantity_of(1 / (a - 1))
        with pytest.raises(REFUSED):
            identity(1 / pole, a - 1)
        assert identity(1 / pole, a - 1, given=(gt(a, 1),))

    def test_limits(self):
        with pytest.raises(REFUSED):
            kernel.limit(Limit(At(sp.sqrt(a - 1) / k, (a, b)) ** 2, k, oo), 0)
        assert kernel.limit(Limit(At(sp.sqrt(a + 1) / k, (a, b)) ** 2, k, oo), 0)

    zero = (a + 1) ** 2 - a**2 - 2 * a - 1

    def test_a_denominator_that_is_zero_under_a_condition(self):
        # Zero has no factors, so that each of them is known not to vanish.
        with pytest.raises(ProofFailed):
            identity(1 / self.zero, 1 / self.zero, given=(sp.Ne(a, b),))

    @pytest.mark.parametrize(
        ("tends", "value", "defined"),
        [
            (rho / k, At(rho / (b - 1), (rho, 0)), 0),
            (b + 1 / k, b + At(rho / (b - 1), (rho, 0)), b),
            (b - 1 + b / k, At(sp.sqrt(b - 1), (rho, 0)) ** 2, b - 1),
        ],
        ids=str,
    )
    def test_the_value_of_a_limit(self, names, tends, value, defined):
        with pytest.raises(REFUSED):
            kernel.limit(Limit(tends, k, oo), value)
        line = Domain("line", lambda: [(k, k - y)], (), lambda: {k: y})
        run = branch(
            kernel.at_most_one(line, (k,), [(y, None)]),
            moves={k: 1 / SMALL},
            chart={y: 1 / SMALL},
            start={},
        )
        path = PathLimit(tends, "line", (k, oo, "+"))
        with pytest.raises(REFUSED):
            kernel.path_limit(run, path, value)
        assert kernel.path_limit(run, path, defined)

    def test_the_end_of_a_path(self, names):
        line = Domain("line", lambda: [(k, k - y)], (), lambda: {k: y})
        run = branch(
            kernel.at_most_one(line, (k,), [(y, None)]),
            moves={k: 1 + SMALL},
            chart={y: 1 + SMALL},
            start={},
        )
        assert kernel.path_limit(run, PathLimit(y, "line", (k, sp.Integer(1), "+")), 1)
        undefined = 1 + At(rho / (b - 1), (rho, 0))
        with pytest.raises(REFUSED):
            kernel.path_limit(run, PathLimit(y, "line", (k, undefined, "+")), 1)

    def test_the_end_of_an_interval(self):
        with pytest.raises(REFUSED):
            kernel.one_root(a - b, a, end=2 * b + At(rho / (k - 1), (rho, 0)))
        assert kernel.one_root(a - b, a, end=2 * b)


class TestMonotone:
    """A total derivative has one sign on a domain: nothing is known of a curve that leaves it."""

    def unique(self, system, function, given=(), chain=(), parameters=()):
        rising = sign(gt(Total(function, q, [t - w], [w])), on=system, given=given)
        return kernel.at_most_one(system, (*parameters, t), [(q, rising), (w, None), *chain])

    def test_a_curve_that_crosses_itself(self, names):
        # q = 1 and q = -1 give the same two parameters. On the curve the slope is one: away from it
        # the function vanishes with another slope in between.
        node = Domain(
            "node",
            lambda: [(s, s - q**2), (z, z - q**3 + q), (t, t - w)],
            (),
            lambda: {s: q**2, z: q**3 - q, t: w},
        )
        function = z - q**3 + q - sp.Rational(3, 2) * q * (s - q**2)
        with pytest.raises(ProofFailed, match="may not hold on the way"):
            self.unique(node, function, parameters=(s, z))

    def test_what_holds_on_the_way(self, names):
        rising = Domain(
            "rising",
            lambda: [(s, s - q**3 - q), (t, t - w), (k, k - 2 * p)],
            (),
            lambda: {s: q**3 + q, t: w, k: 2 * p},
        )
        assert self.unique(rising, q**3 + q - s, parameters=(s, p, k))
        # The same zeros, with a multiplier that vanishes nowhere.
        assert self.unique(rising, (1 + p) * (q**3 + q - s), parameters=(s, p, k))

    def test_a_condition_on_what_moves(self, names):
        rising = Domain(
            "rising", lambda: [(s, s - q**3 - q), (t, t - w)], (), lambda: {s: q**3 + q, t: w}
        )
        for condition in (sp.Ne(q, 0), sp.Ne(w, 0), gt(p, 1)):
            with pytest.raises(ProofFailed, match="under conditions only"):
                self.unique(rising, q**3 + q - s, (condition,), parameters=(s, p))
        assert self.unique(rising, q**3 + q - s, parameters=(s, p))

    def test_a_derivative_in_another_symbol(self, names):
        # q = 1 and q = 2 give the same s; in p, which is given, the function rises.
        values = p + (q - 1) * (q - 2)
        twice = Domain(
            "twice", lambda: [(s, s - values), (t, t - w)], (), lambda: {s: values, t: w}
        )
        along = Domain("t is w", lambda: [(t, t - w)], (), lambda: {t: w})
        rising = sign(gt(Total(values - s, p, [t - w], [w])), on=along)
        with pytest.raises(ProofFailed, match="not in q"):
            kernel.at_most_one(twice, (s, t, p), [(q, rising), (w, None)])

    def test_one_equation_of_another_curve(self, names):
        follow = [(t, t - q), (z, z - w)]
        system = Domain(
            "two follow",
            lambda: [*follow, (s, s - q - t)],
            (),
            lambda: {t: q, z: w, s: 2 * q},
        )
        curve = Domain("their curve", lambda: follow, (), lambda: {t: q, z: w})

        def unique(second):
            slope = Total(q + t - s, q, [t - q, second], [t, w])
            chain = [(q, sign(gt(slope), on=curve)), (t, None), (w, None)]
            return kernel.at_most_one(system, (s, z), chain)

        assert unique(z - w)
        with pytest.raises(ProofFailed, match="another curve"):
            unique(z - 2 * w)

    def test_what_exists_once_on_a_domain_only(self, names):
        system = Domain(
            "followed",
            lambda: [(s, s - q**3 - q - y), (k, k - y)],
            (),
            lambda: {s: q**3 + q + y, k: y},
        )
        rising = sign(gt(Total(q**3 + q + y - s, q, [k - y], [y])), on=system)
        count = kernel.one_root(k - y, y)
        assert kernel.at_most_one(system, (s, k), [(q, rising), (y, count)])
        here = kernel.conclude(count.conclusion, [count], on=system)
        with pytest.raises(ProofFailed, match="on a domain only"):
            kernel.at_most_one(system, (s, k), [(q, rising), (y, here)])


class TestFaults:
    """What is no premise decided to be false is no refusal: it surfaces as it is."""

    def test_a_fault_of_a_rule_is_seen(self, monkeypatch):
        def broken(*_):
            raise LookupError("a fault")

        monkeypatch.setattr(decide, "is_zero", broken)
        with pytest.raises(LookupError, match="a fault"):
            identity(a, a)

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda: kernel.same_root(sign(gt(a)), a, b),
            lambda: kernel.some_root(a - b, a, [sign(gt(a)), sign(gt(a))]),
            lambda: kernel.some_root(a - b, a, []),
            lambda: kernel.squeeze(Limit(a, a, oo), [], [sign(gt(a))]),
            lambda: kernel.compose(sign(gt(a)), sign(gt(a))),
            lambda: kernel.combination(sp.Or(gt(a), gt(b)), [(1, sign(gt(a)))]),
            lambda: branch(sign(gt(a)), moves={}, chart={}, start={}),
            lambda: kernel.one_root(Symbol("n", positive=True, integer=True) - b, Symbol("n")),
        ],
    )
    def test_what_is_not_of_the_form_that_a_rule_reads(self, wrong):
        with pytest.raises(ProofFailed):
            wrong()
