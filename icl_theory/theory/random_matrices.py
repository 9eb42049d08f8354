r"""The trace of a random resolvent at finite size, and how far it may be from its limit.

Tasks w_1 ... w_k are independent, :math:`R = \frac1k \sum_j w_j w_j^\top` and
:math:`G = (R + \nu)^{-1}`. Without task j the resolvent is :math:`G_{-j}`, of which w_j knows
nothing. Responses are quadratic forms in tasks; the trace lemma gives their mean and variance.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.averages import Average, weight
from icl_theory.algebra.averages import p as letter
from icl_theory.algebra.matrix_words import SymmetricMatrix, Trace
from icl_theory.algebra.quantity import define, unfold
from icl_theory.algebra.wick import Rules, expectation

from .model import Expectation, a, e, over_vector, task
from .symbols import d, k, kappa, m, nu

# The trace lemma: a quadratic form in one task.

#: A matrix that does not know the task.
form = SymmetricMatrix("B", d, d)
_form = sp.IndexedBase("B")

_ONE_TASK = Rules(variance={task: sp.Integer(1)}, fixed={_form: form}, sizes={task: (d,)})


class OverTask(Expectation, text="E_w[{0}]", latex=r"\mathbb{{E}}_w\left[{0}\right]"):
    """Expectation over one task w ~ N(0, I_d), whose length is thus not fixed."""

    def value(self) -> sp.Expr:
        """Sum over all pairings of the task with itself."""
        return expectation(unfold(self.args[0]), _ONE_TASK)

    def own(self) -> set[sp.Basic]:
        """None: the task has components only."""
        return set()


def quadratic_form() -> sp.Expr:
    """w^T B w."""
    return over_vector(over_vector(task[a] * _form[a, e] * task[e], e), a)


def squared_length() -> sp.Expr:
    """w^T w."""
    return over_vector(task[a] ** 2, a)


def on_the_sphere(expression: sp.Expr, degree: int) -> sp.Expr:
    """Mean over the sphere |w|^2 = d of a polynomial homogeneous of degree 2 n in w.

    Direction and length of a Gaussian vector are independent.
    """
    length = OverTask(squared_length() ** degree)
    return d**degree * OverTask(expression) / length


def sphere_variance() -> sp.Expr:
    """Variance of w^T B w over the sphere |w|^2 = d."""
    return 2 * d / (d + 2) * (Trace(form * form) - Trace(form) ** 2 / d)


# The resolvent without one task: in an eigendirection with eigenvalue s of R it is p/nu with
# p = nu/(s + nu), and the task has the weight (its component there)^2/k.


def form_of(power: int) -> sp.Expr:
    """f^T G_{-j}^n f for f = w_j/sqrt(k), as an average over eigendirections."""
    return Average(weight * letter**power) / nu**power


def trace_of(power: int) -> sp.Expr:
    """Normalised trace of G_{-j}^n, as an average over eigendirections."""
    return Average(letter**power) / nu**power


# Responses: of a task to itself; its mean given the others; and what all tasks have in common.

#: w_j^T G_{-j} w_j / k.
own_response = sp.Symbol("chi_j", positive=True)
#: tr G_{-j} / k.
mean_response = sp.Symbol("b_j", positive=True)
#: tr G / k.
common_response = sp.Symbol("c_G", positive=True)


def damped(response: sp.Expr) -> sp.Expr:
    """w_j^T G w_j / k of a task whose response without it is chi: chi/(1 + chi)."""
    return response / (1 + response)


# From responses to the trace.

#: tr G / d at finite d.
finite_trace = sp.Symbol("m_d", positive=True)

equation_error = define(
    "equation_error",
    1 - nu * finite_trace - kappa * damped(finite_trace / kappa),
    latex="h_d",
    doc="By how much tr G/d at finite d misses the resolvent equation times m.",
)

response_bound = define(
    "response_bound",
    2 * d / (k * nu) ** 2,
    latex=r"\sigma_\chi^2",
    doc="Bound on the variance of a task's response given the other tasks.",
)

shift_bound = define(
    "shift_bound",
    1 / (k * nu),
    latex=r"\delta_\chi",
    doc="Bound on what one task changes in tr G/k.",
)

trace_error = define(
    "trace_error",
    2 * (kappa / nu) ** 2 * (response_bound + shift_bound**2),
    latex=r"\epsilon_d^2",
    doc="Bound on the mean squared distance of tr G/d from the root of the resolvent equation.",
)


def slope_of_equation() -> sp.Expr:
    """Mean slope of the resolvent equation between its root m and tr G/d, with the sign turned."""
    return nu + kappa**2 / ((kappa + m) * (kappa + finite_trace))
