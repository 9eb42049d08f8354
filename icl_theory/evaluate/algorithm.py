r"""The fixed point as an algorithm, written once in symbols and printed for every number system.

Ridgeless the state is in closed form. At a ridge lam > 0 the effective ridge is found by an
iteration in log xi that keeps a bracket. Every term of the ridge residual F is, in log xi, a
logistic function or an exponential, so \|F''\| <= \|F'\| there. Three things follow, with e the
distance to the root:

* the step of `icl_theory.theory.iteration`, whose model has the same property and the same value
  and slope as F, leaves at most about e^2;
* its iterates never pass the root after the first step, and increase to it;
* a rounding error of F moves the root by that error over F', and the residual is written so that
  none of its terms is more than four times F'.

Wherever a number can be had in two forms, the one that does not cancel is chosen here.
"""

from __future__ import annotations

from typing import ClassVar

import sympy as sp

from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.theory import fixed_point, iteration, spectral
from icl_theory.theory.symbols import kappa, m, nu, r, tau, xi
from icl_theory.theory.uniformisation import solve_linear

State = dict[sp.Symbol, sp.Expr]

#: nu in the other symbols of the state, and r.
NU = solve_linear(fixed_point.argument_residual.definition, nu)
R = solve_linear(fixed_point.penalty_residual.definition, r)


def either(test: sp.Expr, form: sp.Expr, conjugate: sp.Expr) -> sp.Piecewise:
    """Of two forms of one number the one that does not cancel: the first where ``test`` >= 0."""
    return sp.Piecewise((form, test >= 0), (conjugate, True), evaluate=False)


def ridge_state() -> State:
    """Formulas of the state (nu, m, xi, r) at a given effective ridge."""
    trace = either(spectral.half_trace, spectral.M, spectral.M_conjugate)
    return {nu: NU, m: trace, r: R}


def ridgeless_state() -> State:
    """Formulas of the state in the limit lam -> 0: m = theta M_{kappa/theta}(x), theta known."""
    elsewhere = {
        nu: fixed_point.x,
        spectral.inv_kappa: iteration.inv_kappa_ridgeless,
        spectral.excess: iteration.excess_ridgeless,
    }
    formulas: State = {}
    names = {}
    for quantity in (spectral.half_trace, spectral.M, spectral.M_conjugate):
        part = at_argument(quantity, elsewhere, "ridgeless")
        formulas |= part
        names[quantity] = list(part)[-1]
    trace = sp.Symbol("trace_ridgeless", positive=True)
    return formulas | {
        trace: either(*(names[q] for q in (spectral.half_trace, spectral.M, spectral.M_conjugate))),
        m: iteration.ceiling * trace,
        xi: iteration.xi_ridgeless,
        r: iteration.r_ridgeless,
        nu: NU,
    }


#: theta = min(tau, 1), which the ridgeless state reads.
CEILING: State = {iteration.ceiling: sp.Min(tau, 1)}


def at_argument(quantity: Quantity, replacement: State, label: str) -> State:
    """Formulas of a quantity at another argument, quantity by quantity.

    Returns
    -------
    dict
        Formulas by symbol; the last one stands for ``quantity``. New symbols carry ``label``.
    """
    formulas: State = {}
    renamed = dict(replacement)

    def visit(inner: Quantity) -> None:
        if inner in renamed:
            return
        definition = inner.definition
        for below in sorted(definition.atoms(Quantity), key=str):
            visit(below)
        symbol = sp.Symbol(f"{inner.name}_{label}", **inner.assumptions0)
        formulas[symbol] = definition.xreplace(renamed)
        renamed[inner] = symbol

    visit(quantity)
    return formulas


class RidgeIteration:
    """The iteration for xi at lam > 0: bracket and start, step, halving, and when to stop.

    What it found is turned into the state by `ridge_state`.
    """

    #: A step of xi below this, relative to xi, is the last one: what remains is below its square.
    LAST_STEP: ClassVar[float] = 2.0**-27
    #: From this iteration on, every other one halves the bracket in log xi.
    PATIENCE: ClassVar[int] = 8
    #: Bound on the iterations. The bracket starts at most a factor of (1 + x)/x wide, or about
    #: 1 + 1/(tau lam) at x = 0: less than 1e640 for any parameters in float64. After 39 halvings it
    #: is below 2**-28 in log xi, and the next step is the last. With 8 iterations before and a
    #: Newton step between halvings that is 8 + 2 * 39 + 1. The most seen is 6.
    MAXIMUM: ClassVar[int] = 87
    #: The start is computed at no smaller x, where the ridgeless state may be singular.
    SMALLEST_X: ClassVar[float] = 2.0**-100

    #: Ends of the bracket.
    low, high = sp.symbols("low high", positive=True)
    #: Relative step of xi.
    change: ClassVar[sp.Symbol] = sp.Symbol("step", real=True)

    @classmethod
    def bracket(cls) -> dict[str, sp.Expr]:
        """Bounds of xi."""
        return {
            "low": either(
                iteration.lower_linear, fixed_point.xi_lower, iteration.xi_lower_conjugate
            ),
            "high": either(
                iteration.upper_linear, fixed_point.xi_upper, iteration.xi_upper_conjugate
            ),
        }

    @classmethod
    def start(cls) -> sp.Expr:
        """Where it starts, in the ridgeless state."""
        return either(iteration.start_offset, iteration.start, iteration.start_conjugate)

    @classmethod
    def residual(cls, finite_kappa: bool = True) -> sp.Expr:
        """Ridge residual, in that of its forms which is well conditioned at the point."""
        forms = [
            (fixed_point.ridge_residual, fixed_point.x + spectral.t**2 >= xi),
            (fixed_point.ridge_residual_sum, spectral.t > sp.Rational(1, 2)),
            (fixed_point.ridge_residual_tasks, True),
        ]
        if not finite_kappa:
            # t = 1 at infinite kappa.
            forms[1:] = [(fixed_point.ridge_residual_sum, True)]
        return sp.Piecewise(*forms, evaluate=False)

    @classmethod
    def step_state(cls, finite_kappa: bool = True) -> State:
        """Formulas of everything that a step reads, and of the step itself."""
        return ridge_state() | {
            iteration.residual: cls.residual(finite_kappa),
            cls.change: either(iteration.step_linear, iteration.step, iteration.step_conjugate),
        }

    @classmethod
    def step(cls, halve: bool = False) -> tuple[dict[str, sp.Expr], State]:
        """Outputs of one iteration, and the formulas that they read.

        The residual falls in xi, so its sign tells which end of the bracket to move. The step, or
        the middle of the bracket where it is to be halved, is kept inside of it. ``step`` decides
        on the end; a step that is small enough is made in any case.
        """
        residual = iteration.residual
        new_low, new_high, wanted = sp.symbols("new_low new_high wanted", positive=True)
        # Not negative, but where the root is far below, rounding may make it so.
        square = iteration.step_root.definition**2
        state = cls.step_state() | {
            iteration.step_root: sp.sqrt(sp.Max(square, 0)),
            new_low: sp.Piecewise((xi, residual > 0), (cls.low, True), evaluate=False),
            new_high: sp.Piecewise((cls.high, residual > 0), (xi, True), evaluate=False),
            wanted: xi * (1 + cls.change),
        }
        if halve:
            middle = sp.sqrt(new_low) * sp.sqrt(new_high)
            small = sp.Abs(cls.change) <= sp.Rational(cls.LAST_STEP)
            state[wanted] = sp.Piecewise(
                (xi * (1 + cls.change), small),
                (middle, True),
                evaluate=False,
            )
        outputs = {
            "low": new_low,
            "high": new_high,
            "xi": sp.Min(sp.Max(wanted, new_low), new_high),
            "step": cls.change,
        }
        return outputs, state

    @classmethod
    def correction(cls) -> sp.Expr:
        """Newton step in log xi, for more digits: each is about the square of the one before."""
        return iteration.residual / fixed_point.ridge_log_slope


def branch_polynomials() -> tuple[sp.Expr, sp.Expr]:
    """N and Q of ``icl_theory.evaluate.quartic``: m xi^2, and the quartic divided by kappa."""
    residual = unfold(fixed_point.ridge_residual).xreplace({r: R})
    numerator = sp.collect(sp.cancel(solve_linear(residual, m) * xi**2), xi)
    # The quartic is linear in kappa: division by kappa leaves a polynomial in 1/kappa.
    quartic = unfold(fixed_point.quartic, keep={fixed_point.x})
    at_zero = quartic.xreplace({kappa: sp.Integer(0)})
    return numerator, sp.diff(quartic, kappa) + spectral.inv_kappa * at_zero
