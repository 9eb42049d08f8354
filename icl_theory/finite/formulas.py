"""Formulas of the finite model as functions of numbers, generated from their definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Function = Callable[..., Any]

_COMPILED: dict[Callable[[], Any], Function] = {}


def numeric(*arguments: str) -> Callable[[Callable[[], Any]], Function]:
    """Make a function of numbers or arrays of one that returns a quantity of the theory.

    SymPy and the theory are imported, and the formula is compiled, at the first call.

    Parameters
    ----------
    *arguments
        Names of what the function takes, in this order: primitive symbols, or quantities, which
        then stay folded. Those that the formula does not contain are ignored.
    """

    def decorate(quantity: Callable[[], Any]) -> Function:
        def function(*values: Any) -> Any:
            if quantity not in _COMPILED:
                _COMPILED[quantity] = _compile(quantity(), arguments)
            return _COMPILED[quantity](*values)

        function.__name__, function.__doc__ = quantity.__name__, quantity.__doc__
        return function

    return decorate


def forget() -> None:
    """Compile every formula anew at its next use, for tests that change definitions."""
    _COMPILED.clear()


def _compile(quantity: Any, arguments: tuple[str, ...]) -> Function:
    import sympy as sp

    from icl_theory.algebra.quantity import quantities, unfold

    kept = [other for other in quantities() if other.name in arguments]
    expression = unfold(quantity.definition, keep=kept)
    found = {symbol.name: symbol for symbol in expression.free_symbols}
    symbols = [found.get(name, sp.Dummy(name)) for name in arguments]
    return sp.lambdify(symbols, expression, "numpy")


# The model.


@numeric("theta", "rho")
def label_variance() -> Any:
    """Variance v of a label, for tasks of norm theta sqrt(d)."""
    from icl_theory.theory import model

    return model.label_variance


@numeric("n", "d", "lambda")
def penalty() -> Any:
    """Coefficient of |Gamma|^2 in the sum of squares that pretraining minimises."""
    from icl_theory.theory import model

    return model.penalty


@numeric("label_variance", "overlap", "power")
def weights_error() -> Any:
    """Error of a predictor of given overlap and power, for labels of given variance."""
    from icl_theory.theory import generalisation

    return generalisation.weights_error


# Moments of a sequence given its task.


@numeric("d", "ell")
def feature_scale() -> Any:
    """Factor of sum y_i x_i in the features, and of v I in their second moment."""
    from icl_theory.theory import model

    return model.feature_scale


@numeric("d", "ell")
def square_scale() -> Any:
    """Factor of sum y_i^2 in the features."""
    from icl_theory.theory import model

    return model.square_scale


@numeric("d", "ell")
def tasks_moment() -> Any:
    """Coefficient of w w^T in the second moment of the features."""
    from icl_theory.theory import moments

    return moments.E_tasks


@numeric("d", "ell")
def cross_moment() -> Any:
    """Coefficient of v w in the second moment of the features."""
    from icl_theory.theory import moments

    return moments.E_cross


@numeric("d", "ell")
def corner_moment() -> Any:
    """Coefficient of v^2 in the second moment of the features."""
    from icl_theory.theory import moments

    return moments.E_corner


class MomentBlocks(NamedTuple):
    """Coefficients of the blocks of E_w in Lemma 1."""

    isotropic: float
    tasks: float
    cross: float
    corner: float


def moment_blocks(d: int, ell: int) -> MomentBlocks:
    """Coefficients of Lemma 1 at given sizes."""
    found = (feature_scale, tasks_moment, cross_moment, corner_moment)
    return MomentBlocks(*(float(function(d, ell)) for function in found))


# The law of a sequence's features. In which order sums are added follows from what a function
# takes: the signatures are part of what the sampler's version stands for.


@numeric("d", "ell", "theta", "rho")
def along() -> Any:
    """Coefficient of Y^2 w in sum y_i x_i."""
    from icl_theory.theory import context_law

    return context_law.along


@numeric("d", "ell", "theta", "rho")
def across() -> Any:
    """Coefficient of Y g in sum y_i x_i."""
    from icl_theory.theory import context_law

    return context_law.across


@numeric("d", "ell", "theta", "rho")
def shrink() -> Any:
    """Coefficient of <w, g> w that is taken from g."""
    from icl_theory.theory import context_law

    return context_law.shrink


class Sampling(NamedTuple):
    """Coefficients of the law of a sequence's features."""

    along: np.ndarray
    across: float
    shrink: np.ndarray
    feature_scale: float
    square_scale: float


def sampling(d: int, ell: int, theta: np.ndarray, rho: float) -> Sampling:
    """Coefficients of that law for tasks of norm theta sqrt(d)."""
    return Sampling(
        along(d, ell, theta, rho),
        across(d, ell, theta, rho),
        shrink(d, ell, theta, rho),
        feature_scale(d, ell),
        square_scale(d, ell),
    )


# The deterministic equivalent, as functions of its traces and of errors of Gamma_eq.


@numeric("tau", "r", "F_1")
def freedom_residual() -> Any:
    """Zero at the effective ridge."""
    from icl_theory.theory import deterministic

    return deterministic.freedom_residual


@numeric("tau", "e_E", "F_2")
def finite_idg() -> Any:
    """Error on the pretraining tasks."""
    from icl_theory.theory import deterministic

    return deterministic.finite_idg


@numeric("e_B", "finite_idg", "tau", "F_B")
def finite_test() -> Any:
    """Error on any test."""
    from icl_theory.theory import deterministic

    return deterministic.finite_test


@numeric("r", "finite_idg")
def finite_train() -> Any:
    """Mean squared residual on the pretraining set."""
    from icl_theory.theory import deterministic

    return deterministic.finite_train


@numeric("e_t", "r")
def validated() -> Any:
    """Generalised cross-validation from training residuals and 1 - df/n."""
    from icl_theory.theory import deterministic

    return deterministic.validated


# The second order, for arrays of tasks.


@numeric("ell")
def size_variance() -> Any:
    """Relative variance of sum y_i^2 over contexts."""
    from icl_theory.theory import second_order

    return second_order.size_variance


@numeric("r", "d", "n", "T_j")
def task_response_sum() -> Any:
    """One over the weight of a task in the equivalent of the mixture."""
    from icl_theory.theory import second_order

    return second_order.task_response_sum


@numeric(
    *("d", "n", "rho", "pi_j", "phi_j", "T_j", r"\dot{T}_j"),
    *("Q_j", r"\dot{Q}_j", "V_j", r"\dot{V}_j"),
)
def fluctuation_step() -> Any:
    """What fluctuations within a task change in the minimum of the loss, over r."""
    from icl_theory.theory import second_order

    return second_order.fluctuation_step


@numeric("ell", "X_1", "X_2", "a_M", "s_M", "a_P", "s_P", "b_P")
def context_covariance() -> Any:
    """Covariance over contexts of two forms in the features."""
    from icl_theory.theory import second_order

    return second_order.context_covariance


# Baselines.


@numeric("rho", "v")
def bayes_error() -> Any:
    """Error of the Bayes estimator of a fresh task with a given posterior variance."""
    from icl_theory.theory import baselines

    return baselines.e_bayes


# Gradient flow.


@numeric("alpha", "rho")
def feature_power() -> Any:
    """Second moment of the features for fresh tasks, in the limit."""
    from icl_theory.theory import early_stopping

    return early_stopping.feature_power


@numeric("tau", "alpha", "rho", "I_0", "I_1")
def filtered_error() -> Any:
    """Error of a spectral filter for fresh tasks, in the limit."""
    from icl_theory.theory import early_stopping

    return early_stopping.filtered_error


# Trained linear attention.


@numeric("d")
def linear_dimension() -> Any:
    """Dimension of the functions that full linear attention computes, of width d."""
    from icl_theory.theory import transformers

    return transformers.linear_dimension
