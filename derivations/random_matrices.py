"""Claims about random resolvents: leaving one task out, with an error that is written down."""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import Identity, MatrixSymbol

from icl_theory.algebra.averages import Average
from icl_theory.algebra.calculus import At
from icl_theory.algebra.matrix_words import SymmetricMatrix, Trace, Whole
from icl_theory.algebra.relations import both, eq, ge, gt, le, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import SPECTRAL
from icl_theory.proof.proof import Proof
from icl_theory.theory import deterministic as de
from icl_theory.theory import random_matrices as rm
from icl_theory.theory.deterministic import task_response
from icl_theory.theory.random_matrices import (
    OverTask,
    common_response,
    damped,
    equation_error,
    finite_trace,
    form_of,
    mean_response,
    own_response,
    response_bound,
    shift_bound,
    trace_error,
    trace_of,
)
from icl_theory.theory.spectral import resolvent_residual, t
from icl_theory.theory.symbols import d, k, kappa, m, nu

_f, _S, _N = de.sample, de.rest, de.N


_chi = de.self_response()


#: Means over draws and tasks: (m_d - m)^2, and the squares of differences of responses, the first
#: two of them damped by psi(chi) = chi/(1 + chi); the third given all tasks but one, too.
EXPECTED = (
    r"\mathbb{E}(m_d - m)^2",
    r"\mathbb{E}(\psi(\chi_j) - \psi(c_G))^2",
    r"\mathbb{E}(\chi_j - b_j)^2",
    r"\mathbb{E}\,\mathbb{E}[(\chi_j - b_j)^2 \mid W_{-j}]",
    r"\mathbb{E}(b_j - c_G)^2",
)


_B, _quadratic = rm.form, rm.quadratic_form()


@claim(
    title=r"A resolvent with one more sample: $(S + f f^\top)^{-1} f = S^{-1} f/(1 + \chi)$",
    statement=both(
        eq(Whole((_S + _f * _f.T) * de.updated_inverse()), Whole(sp.Identity(_N))),
        eq(Whole(de.updated_inverse() * _f), Whole(_S.I * _f) / (1 + _chi)),
        eq(Trace(_f.T * de.updated_inverse() * _f), _chi / (1 + _chi)),
    ),
    assumptions=(sp.Ne(1 + _chi, 0),),
)
def sherman_morrison(proof: Proof) -> None:
    """One more sample in a resolvent.

    Multiply out (S_- + f f^T)(S_-^{-1} - S_-^{-1} f f^T S_-^{-1}/(1 + chi)), chi = f^T S_-^{-1} f:
    the terms in f f^T S_-^{-1} add up to 1 - 1/(1 + chi) - chi/(1 + chi) = 0. The others follow by
    multiplying with f.
    """
    proof.decide(because="Words in S_-, S_-^{-1} and f; S_- S_-^{-1} = 1.")


@claim(
    title="Trace lemma: a quadratic form in a task that its matrix does not know",
    statement=both(
        eq(OverTask(_quadratic), Trace(_B)),
        eq(OverTask(_quadratic**2) - OverTask(_quadratic) ** 2, 2 * Trace(_B * _B)),
        eq(rm.on_the_sphere(_quadratic, 1), Trace(_B)),
        eq(rm.on_the_sphere(_quadratic**2, 2) - Trace(_B) ** 2, rm.sphere_variance()),
    ),
)
def trace_lemma(proof: Proof) -> None:
    """A quadratic form in a random vector.

    Pairing w with itself closes B to its trace. Of the three pairings of four factors one is the
    square of the mean, and the two others give tr B^2 each. A Gaussian vector is a uniform
    direction times an independent length, so means over the sphere |w|^2 = d are those of the
    Gaussian, over those of the same power of |w|^2, which are d and d (d + 2), times d and d^2.
    """
    proof.decide(because="Sum over pairings.")


@claim(
    title=r"Without one task a trace is larger, by less than $1/\nu$, and a response varies little",
    statement=both(
        eq(
            Trace(_S.I) - Trace(de.updated_inverse()),
            Trace(_f.T * _S.I * _S.I * _f) / (1 + _chi),
        ),
        gt(form_of(2) / (1 + form_of(1))),
        lt(nu * form_of(2) / (1 + form_of(1)), damped(form_of(1))),
        lt(damped(form_of(1)), 1),
        lt(damped(form_of(1)) / (k * nu), shift_bound),
        lt(2 * d * trace_of(2) / k**2, response_bound * Average(1)),
    ),
    assumptions=(sp.Ne(1 + _chi, 0),),
)
def one_task_out(proof: Proof) -> None:
    """The resolvent with and without one task.

    The difference of the traces is that of the terms in Sherman and Morrison's formula. In an
    eigendirection of the other tasks' covariance with eigenvalue s the resolvent is p/nu, p = nu/(s
    + nu) between zero and one, and f has a weight there. As p^2 < p, f^T G^2 f is less than f^T G
    f/nu, whose share after the division is below one. In the same way tr G^2 is less than d/nu^2,
    so the variance 2 tr G^2/k^2 of the trace lemma is below its bound. The average of one is one.
    """
    proof.use(sherman_morrison)
    proof.use(trace_lemma)
    proof.decide()


@claim(
    title="Damping brings responses closer together",
    statement=both(
        ge(
            (own_response - common_response) ** 2,
            (damped(own_response) - damped(common_response)) ** 2,
        ),
        ge(
            2 * (own_response - mean_response) ** 2 + 2 * (mean_response - common_response) ** 2,
            (own_response - common_response) ** 2,
        ),
    ),
)
def damped_response(proof: Proof) -> None:
    r"""The slope of chi/(1 + chi) is at most one.

    The difference of the damped responses is that of the responses over (1 + chi)(1 + c), which is
    above one. By way of a third number, the square of a sum of two is at most twice the sum of
    their squares: what is left over is the square of their difference.
    """
    proof.decide()


@claim(
    title="The trace of the resolvent is as near to its limit as the equation is to being solved",
    statement=both(
        eq(equation_error, At(m * resolvent_residual, (m, finite_trace))),
        eq(equation_error, -(finite_trace - m) * rm.slope_of_equation()),
        ge(equation_error**2, nu**2 * (finite_trace - m) ** 2),
    ),
    domain=SPECTRAL,
)
def trace_distance(proof: Proof) -> None:
    """From the equation to its root.

    The resolvent equation times m is 1 - nu m - kappa m/(kappa + m), which vanishes at the root m
    and falls in between with a slope of at least nu, whatever number tr G/d is.
    """
    proof.decide()


@claim(
    title="Leaving one task out gives the resolvent equation, with an error that vanishes with $d$",
    statement=both(
        eq(m * resolvent_residual, 1 - nu * m - kappa * damped(task_response)),
        eq(t, 1 / (1 + task_response)),
        eq(At(trace_error, (k, kappa * d)), (4 + 2 / d) / (d * nu**4)),
        eq(sp.Limit(At(trace_error, (k, kappa * d)), d, sp.oo), 0),
    ),
    check="resolvent_trace",
)
def resolvent_equation(proof: Proof) -> None:
    """The resolvent equation of the task covariance, by leaving one task out.

    Let G = (R + nu)^{-1} with R = (1/k) sum_j w_j w_j^T. The trace of (R + nu) G = 1 reads

        d = nu tr G + (1/k) sum_j w_j^T G w_j = nu tr G + sum_j chi_j/(1 + chi_j),

    by Sherman-Morrison, where chi_j = w_j^T G_{-j} w_j/k involves the resolvent without task j,
    independent of w_j. With c = tr G/k in place of every chi_j it is the resolvent equation for tr
    G/d. So h_d is the mean over tasks of kappa times what chi_j/(1 + chi_j) differs from c/(1 + c),
    and its square at most kappa^2 times the mean square.

    Given the other tasks, chi_j has mean tr G_{-j}/k and a variance below 2 d/(k nu)^2; that mean
    differs from c by less than 1/(k nu); and damping only brings them closer. So the mean square is
    in expectation below twice the sum of the bounds, and the squared distance of tr G/d from the
    root of the equation below kappa^2/nu^2 times that. It vanishes as d grows: m is the limit.

    What is read with it is that expectation is linear and monotone: it turns the inequalities,
    which hold for every draw, or given all tasks but one, into that of their means; and that the
    mean of the mean given all tasks but one is the mean.
    """
    for used in (sherman_morrison, trace_lemma, one_task_out, damped_response, trace_distance):
        proof.use(used)
    tasks, resolvent = MatrixSymbol("W", d, k), SymmetricMatrix("G", d, d)
    proof.identity(
        Trace((tasks * tasks.T / k + nu * Identity(d)) * resolvent),
        nu * Trace(resolvent) + Trace(tasks.T * resolvent * tasks) / k,
        because="Trace of (R + nu) G = 1: the last term is sum_j w_j^T G w_j/k.",
    )
    distance, spread, variance, given_others, shift = map(sp.Symbol, EXPECTED)
    expected = [
        proof.quote(relation, "billingsley1995probability", because=because)
        for relation, because in (
            (
                le(nu**2 * distance, kappa**2 * spread),
                "Of the distance of the trace, the square of a mean being at most that of squares.",
            ),
            (le(spread, 2 * variance + 2 * shift), "Of damped responses, by way of the third."),
            (eq(variance, given_others), "The mean of a conditional mean is the mean."),
            (le(given_others, response_bound), "Of the trace lemma, given all tasks but one."),
            (le(shift, shift_bound**2), "Of what one task changes in the trace."),
        )
    ]
    weight = (kappa / nu) ** 2
    factors = (1 / nu**2, weight, -2 * weight, 2 * weight, 2 * weight)
    proof.combination(le(distance, trace_error), list(zip(factors, expected, strict=True)))
    for relation in proof.statement.args:
        proof.decide(relation)
