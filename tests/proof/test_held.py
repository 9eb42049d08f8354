"""What a statement holds unevaluated is what it reads as, or the kernel makes no theorem of it."""

import pytest
import sympy as sp
from sympy import MatAdd, MatMul, MatrixSymbol, Symbol, ZeroMatrix

from icl_theory.algebra import quantity
from icl_theory.algebra.averages import Average
from icl_theory.algebra.averages import p as letter
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.gaussian import ExponentialMean, LogMean
from icl_theory.algebra.matrix_words import (
    Block,
    OrthogonalMatrix,
    SymmetricMatrix,
    Trace,
    Whole,
)
from icl_theory.algebra.quantity import define
from icl_theory.algebra.relations import ge, gt
from icl_theory.algebra.tex import latex
from icl_theory.algebra.wick import component, delta
from icl_theory.proof import kernel
from icl_theory.proof.domains import SPECTRAL
from icl_theory.proof.kernel import identity, sign
from icl_theory.theory.deterministic import SpectralMean, eigenvalue
from icl_theory.theory.lines import OnLine
from icl_theory.theory.model import (
    Expectation,
    noise_of_label,
    noise_of_query,
    query,
    task,
    token,
)
from icl_theory.theory.random_matrices import OverTask
from icl_theory.theory.sensitivity import Rate, m_nu
from icl_theory.theory.spectral import D1, M, inv_kappa
from icl_theory.theory.symbols import d, ell, k, kappa, lam, m, r, rho, tau

from .refusals import refused

a, b, u = sp.symbols("a b u", positive=True)
i, j = sp.symbols("i j", positive=True, integer=True)
real = Symbol("q", real=True)
pole = 1 / (tau - 1)
zero = {"evaluate": False}


@pytest.fixture
def own_quantities(monkeypatch):
    """Quantities that a test defines are gone after it."""
    for record in ("_RECORDS", "_QUANTITIES"):
        monkeypatch.setattr(quantity, record, dict(getattr(quantity, record)))


class TestDerivatives:
    #: |a - 1| + 1, whose slope at 1 is neither 1 nor -1.
    kink = sp.Piecewise((a, a > 1), (2 - a, True))

    def test_of_what_has_a_kink_or_jumps(self):
        refused(identity, At(Partial(self.kink, a), (a, 1)), -1)
        refused(identity, At(Total(self.kink, a, [u - a], [u]), (a, 1)), -1)
        refused(identity, At(Total(u, a, [u - self.kink], [u]), (a, 1)), -1)
        refused(identity, Partial(sp.Piecewise((1, a > 1), (2, True)), a), 0)
        refused(identity, Partial(sp.Max(a, b), u), 0)

    def test_of_an_integral_over_a_pole(self):
        refused(identity, Partial(sp.Integral(u**-2, (u, -1, b)), b), b**-2)

    def test_of_a_logarithm_of_what_is_negative(self):
        refused(identity, Partial(sp.log(real), real), 1 / real, given=(sp.Ne(real, 0),))
        refused(identity, Partial(sp.log(-a), a), 1 / a)
        assert identity(Partial(sp.log(a), a), 1 / a)

    def test_in_a_formula_that_is_held(self):
        refused(identity, Partial(M, M), 0)
        refused(identity, Partial(D1**2, D1), 0)
        refused(identity, Total(D1, D1, [u - a], [u]), 0)

    def test_of_what_follows_itself(self):
        refused(identity, Total(a, a, [a - b], [a]), 0)
        refused(identity, Total(b, a, [u - b, u - b], [u, u]), 0)


class TestReplacements:
    def test_of_what_is_no_symbol(self):
        refused(identity, At(a + b + u, (a + b, 5)), a + b + u)
        refused(identity, At(a**2, (sp.Integer(2), 3)), a**3)

    def test_of_a_symbol_by_two_values(self):
        refused(identity, At(a, (a, 1), (a, 2)), 2)

    def test_a_sum_is_not_specialised(self):
        square = identity((a + b) ** 2, a**2 + 2 * a * b + b**2)
        refused(kernel.specialise, square, {a + b: sp.Integer(5)})

    def test_a_coordinate_that_may_be_negative(self):
        with pytest.raises(ValueError, match="a coordinate is positive"):
            define("may_be_negative", a - b, latex="B", doc="None.", coordinate=True)

    def test_a_symbol_of_a_decision(self):
        slack = kernel.FREE.placed(a, (gt(a, b),)) - b
        refused(identity, slack, a - b, given=(gt(a, b),))
        refused(sign, gt(slack), given=(gt(a, b),))

    def test_a_name_that_is_every_name(self):
        class Every(str):
            __hash__ = str.__hash__

            def __eq__(self, other):
                return True

        with pytest.raises(TypeError, match="a name of Every"):
            identity(Symbol(Every("a"), positive=True), b)


class TestKinks:
    """What is no polynomial in a normal, though its second derivative is constant."""

    @pytest.mark.parametrize("square", [(Symbol("y") + 1) ** 2, real**2 + 2 * real + 1], ids=str)
    def test_under_a_gaussian_mean(self, square):
        # log E exp(b |y + 1|) is more than log E exp(b (y + 1)).
        (normal,) = square.free_symbols
        refused(identity, LogMean(b * sp.sqrt(square), normal), b + b**2 / 2)
        assert identity(LogMean(b * (normal + 1), normal), b + b**2 / 2)


class TestPoles:
    """What is multiplied by zero, or averages to zero, is defined all the same."""

    held = (
        Average(sp.Mul(0, pole, letter, **zero)),
        Average(sp.Add(letter * pole, -letter * pole, **zero)),
        Trace(MatMul(pole, ZeroMatrix(d, d), **zero)),
        Trace(MatAdd(pole * MatrixSymbol("A", d, d), -pole * MatrixSymbol("A", d, d), **zero)),
        OverTask(pole * task[i]),
        SpectralMean(sp.Mul(0, pole, eigenvalue, **zero)),
        SpectralMean(sp.Add(eigenvalue * pole, -eigenvalue * pole, **zero)),
        LogMean(sp.Mul(0, pole, u, **zero), u),
        ExponentialMean(sp.Mul(0, pole, u, **zero), u) - 1,
    )

    @pytest.mark.parametrize("held", held, ids=str)
    def test_a_pole_inside(self, held):
        refused(identity, held, 0)
        assert identity(held, 0, given=(sp.Ne(tau, 1),))

    def test_a_pole_at_an_eigenvalue(self):
        # Of fewer tasks than dimensions zero is an eigenvalue.
        share = sp.Mul(1 / eigenvalue, eigenvalue + eigenvalue**2, **zero)
        refused(identity, SpectralMean(share), 2)
        refused(identity, SpectralMean((eigenvalue**2 - 1) / (eigenvalue - 1)), 2)
        assert identity(SpectralMean(1 + eigenvalue), 2)


class TestNames:
    """Objects of one name."""

    A, other = MatrixSymbol("A", d, d), MatrixSymbol("A", k, k)
    symmetric = SymmetricMatrix("A", d, d)

    def test_matrices_of_two_sizes(self):
        refused(identity, Trace(self.A), Trace(self.other))
        refused(identity, Whole(self.A), Whole(self.other))
        refused(identity, Whole(sp.Identity(d)), Whole(sp.Identity(Symbol("d", real=True))))
        refused(identity, Trace(MatrixSymbol("A", 1, 1)), Trace(MatrixSymbol("A", d, d)))
        column = MatrixSymbol("A", d, 1)
        refused(identity, component(column, i.func("i")), component(column, Symbol("i", real=True)))

    def test_a_symmetric_matrix_and_another(self):
        refused(identity, Trace(self.A * self.symmetric), Trace(self.A * self.A))
        refused(identity, Trace(self.symmetric), Trace(self.A))

    def test_a_number_of_the_name_of_a_word(self):
        refused(identity, Trace(self.A), Symbol("tr(A)", real=True))
        refused(identity, Trace(MatrixSymbol("q", 1, 1)), real)
        refused(identity, Whole(sp.Identity(d)), Symbol("[1_d]", real=True))
        refused(identity, Average((1 - letter) ** 2), Symbol("beta_02", positive=True))
        e, f = sp.symbols("e f")
        refused(identity, OverTask(task[e] * task[f]), Symbol("delta_ef", real=True))
        assert identity(OverTask(task[e] * task[f]), delta(e, f))

    def test_a_variable_in_the_value_of_another(self):
        refused(identity, Average(u - b, [(u, b), (b, letter)]), 0)

    def test_averages_of_two_powers(self):
        one = Average(letter * (1 - letter) ** 11, degree=12)
        other = Average(letter**11 * (1 - letter), degree=12)
        refused(identity, one, other)
        assert identity(one, one)


class TestMatrices:
    def test_of_sides_of_two_lengths(self):
        for kind in (SymmetricMatrix, OrthogonalMatrix):
            with pytest.raises(ValueError, match="W must be square"):
                kind("W", d, k)

    def test_blocks_are_counted_from_zero(self):
        A = MatrixSymbol("A", d, d)
        with pytest.raises(ValueError, match="no block"):
            Block(sp.BlockMatrix([[A, A], [A, A]]), 0, -1).value()


class TestWhole:
    """Matrices as a whole: symbols that commute stand for them, and are multiplied like numbers."""

    A, B = MatrixSymbol("A", d, d), MatrixSymbol("B", d, d)

    @pytest.mark.usefixtures("own_quantities")
    def test_their_products_are_none_of_numbers(self):
        A, B = Whole(self.A), Whole(self.B)
        refused(identity, (A + B) ** 2, A**2 + 2 * A * B + B**2)
        refused(identity, A * B - B * A + Whole(self.B * self.A), A)
        refused(identity, 1 / A, 1 / A)
        refused(sign, ge(A**2))
        hidden = define("hidden_matrix", A, latex="H", doc="None.")
        refused(identity, hidden * A, A * hidden)
        # Nor are those inside of others.
        inside, turned = Whole(A * self.B), Whole(B * self.A)
        refused(identity, inside + turned, 2 * inside)
        blocks = Block(sp.BlockMatrix([[A * self.B, self.B], [self.B, self.B]]), 0, 0)
        refused(identity, blocks, blocks)

    def test_nor_are_those_of_blocks(self):
        blocks = sp.BlockMatrix([[self.A, self.B], [self.B, self.A]])
        one, other = Block(blocks, 0, 0), Block(blocks, 0, 1)
        refused(sign, ge(one**2))
        refused(identity, (one + other) * other, one * other + other**2)

    def test_they_have_no_sign_and_are_no_numbers(self):
        A = Whole(self.A)
        refused(sign, gt(A**2 + 1))
        refused(kernel.quote, gt(A), "somebody")
        refused(kernel.quote, gt(a, 2 * A), "somebody")
        refused(identity, A + 1, 1 + A)
        refused(kernel.quote, sp.Eq(A, a, **zero), "somebody")
        refused(identity, At(a, (a, A)), A)
        refused(identity, At(a * b, (a, A), (b, 1)), A)

    @pytest.mark.usefixtures("own_quantities")
    def test_sums_and_multiples_are_matrices(self):
        A, B = Whole(self.A), Whole(self.B)
        assert identity(Whole(2 * self.A + self.B), 2 * A + B)
        assert identity(Partial(a * A, a), A)
        assert identity(A - Whole(self.A.T.T), 0)
        entry = Whole(MatrixSymbol("q", 1, 1))
        assert sign(gt(entry**2 + 1))
        hidden = define("hidden_entry", entry, latex="h", doc="None.")
        assert identity(hidden**2, entry**2)


class TestSums:
    """What is summed over is no number, and where the sum ends holds no other index."""

    def test_an_index_in_a_coefficient(self):
        with pytest.raises(UndecidedError, match="summed over"):
            OverTask(sp.Sum(i * task[i] ** 2, (i, 1, d))).value()

    @pytest.mark.parametrize("end", [sp.Rational(1, 2), sp.Integer(-3), d - 5, 2 * d], ids=str)
    def test_an_end_that_is_no_size(self, end):
        # Where no index is below the end the sum is empty.
        with pytest.raises(UndecidedError, match="no size"):
            OverTask(sp.Sum(task[i] ** 2, (i, 1, end))).value()

    def test_a_sum_over_what_has_other_components(self):
        # Of k terms with d components: for j > k the mean is 0.
        with pytest.raises(ValueError, match="components"):
            OverTask(sp.Sum(task[i] * task[j], (i, 1, k))).value()
        with pytest.raises(ValueError, match="components"):
            OverTask(sp.Sum(task[i] ** 2, (i, 1, k))).value()
        for term in (token[j, i] * token[j, i], query[i] * query[j]):
            with pytest.raises(ValueError, match="components"):
                Expectation(sp.Sum(term, (i, 1, ell))).value()
        with pytest.raises(ValueError, match="components"):
            Expectation(sp.Sum(noise_of_label[i] * noise_of_label[j], (i, 1, d))).value()
        assert OverTask(sp.Sum(task[i] * task[j], (i, 1, d))).value() == 1

    @pytest.mark.parametrize(
        "double",
        [
            sp.Sum(sp.Sum(task[i] ** 2, (i, 1, j)), (j, 1, d)),
            sp.Sum(task[i] ** 2, (i, 1, j), (j, 1, d)),
        ],
        ids=("nested", "together"),
    )
    def test_an_index_at_the_end_of_a_sum(self, double):
        with pytest.raises(UndecidedError, match="ends where"):
            OverTask(double).value()


@pytest.mark.usefixtures("own_quantities")
def test_what_a_formula_hides_is_random():
    noise = define("hidden_noise", 2 * noise_of_query, latex="h", doc="None.")
    refused(identity, Expectation(noise * noise_of_query), 0)
    assert identity(Expectation(noise * noise_of_query), 2 * rho)
    index = sp.Symbol("e", integer=True, positive=True)
    component_of = define("hidden_component", task[index], latex="c_w", doc="None.")
    assert identity(OverTask(component_of * task[index]), 1)


class TestLines:
    """What a line does not hold is written in what it does."""

    @pytest.mark.parametrize("held", [(kappa, inv_kappa, "ridge"), (lam, rho, "under")])
    def test_of_symbols_that_it_moves(self, held):
        symbol, parameter, kind = held
        with pytest.raises(ValueError, match="symbols of a line"):
            OnLine(symbol, parameter, Symbol(kind)).value()
        assert OnLine(r, rho, Symbol("under")).value() == 0


def test_what_has_no_value_is_multiplied_by_zero():
    for nothing in (sp.log(-kappa), sp.Abs(real), sp.Integral(1 / u, (u, 0, kappa))):
        none = sp.Mul(0, nothing, **zero)
        refused(identity, none, 0, on=SPECTRAL)
        refused(identity, At(none, (kappa, a)), 0)
    assert identity(sp.Mul(0, sp.log(kappa), **zero), 0, on=SPECTRAL)


def test_a_power_is_of_the_whole():
    column, other = MatrixSymbol("x", d, 1), MatrixSymbol("y", d, 1)
    entry = Trace(column.T * column + other.T * other)
    assert sp.latex(2 * entry) == r"2 \left(x^{T} x + y^{T} y\right)"
    assert sp.latex(Trace(column.T * column) ** 2) == r"\left(x^{T} x\right)^{2}"
    assert sp.latex(Partial(a, a) ** 2).endswith(r"\right)^{2}")
    assert sp.latex(2 * Whole(column + other)) == r"2 \left(x + y\right)"
    assert str(2 * Whole(column + other)) == "2*(x + y)"


def test_an_operator_is_applied_to_what_it_is_of():
    mean, slope = LogMean(a * real, real), Partial(a**2, a)
    mean_in, slope_in = (rf"\left({latex(held)}\right)" for held in (mean, slope))
    assert latex(mean**2) == f"{mean_in}^{{2}}"
    assert latex(sp.Mul(mean, slope, evaluate=False)) == f"{mean_in} {latex(slope)}"
    assert latex(sp.Mul(slope, b, evaluate=False)).startswith(("b", slope_in))
    bar = At(a * b, (a, 2))
    assert latex(a * bar) == rf"a \left({latex(bar)}\right)"
    assert latex(bar**2) == rf"\left({latex(bar)}\right)^{{2}}"
    rate = Rate(m, tau)
    assert latex(rate**2) == r"\left(D_{\tau} m\right)^{2}"
    one, other = Trace(sp.Identity(d)), Trace(sp.Identity(k))
    assert identity(one - other, d - k)
    assert latex(one) != latex(other)
    assert latex(m_nu**2) == r"\left(\partial_\nu m\right)^{2}"
