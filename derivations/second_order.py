"""Claims about the second order at finite d.

The expansion itself is not proved: that log det changes by a sum of `log_det_change`, with relative
corrections of order 1/d^2, is supported by simulation. Proved is what can be: the variances that
enter it, the rates that follow from it, and that it contains the deterministic equivalent.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import model
from icl_theory.theory import second_order as s
from icl_theory.theory.deterministic import freedom_residual
from icl_theory.theory.model import Expectation, a, b, label_variance
from icl_theory.theory.symbols import d, n, rho, tau

from .deterministic import effective_ridge

_one = (s.size, sp.Integer(1))
_query_square, _same = (model.over_vector(model.query[index] ** 2, index) for index in (a, b))

#: A context of one dimension: the feature's mean, the numbers M, P and b, and its two forms.
_mean, _M, _P, _b = sp.symbols("m_g M_g P_g b_g", real=True)
_feature = _mean + model.noise_of_query
_form, _other = _M * _feature**2, _P * _feature**2 - 2 * _b * _feature


@claim(
    title="Where all tasks are alike, the mixture's equation is that of the effective ridge",
    statement=eq(tau * s.of_equal_tasks(s.task_response_sum) - tau, freedom_residual),
)
def mixture_of_equal_tasks(proof: Proof) -> None:
    """The mixture of equal tasks.

    With E_j = E and sum_j pi_j phi_j = 1 all phi_j are 1, and (d/n) tr E M is F1/tau for n = tau
    d^2.
    """
    proof.use(effective_ridge)
    proof.decide()


@claim(
    title="Variances over queries and contexts, and how forms in features vary with them",
    statement=both(
        eq(Expectation(_query_square * _same) - Expectation(_query_square) ** 2, 2 / d),
        eq(
            Expectation(model.feature_last() ** 2) - Expectation(model.feature_last()) ** 2,
            s.size_variance * label_variance**2,
        ),
        eq(At(Partial(s.sized_mean(), s.size), _one), s.growth),
        eq(At(Partial(s.other_sized_mean(), s.size), _one), s.other_growth),
        eq(
            Expectation(_form * _other) - Expectation(_form) * Expectation(_other),
            At(
                s.context_covariance - s.size_variance * s.growth * s.other_growth,
                (s.crossed, _M * rho * _P * rho),
                (s.along, _mean * _M * rho * (_P * _mean - _b)),
            ),
        ),
    ),
)
def fluctuation_sources(proof: Proof) -> None:
    """What makes a response fluctuate.

    Pairing |x|^4 in the two ways that are no product of means gives 2/d, and likewise (sum
    y_i^2/ell)^2 gives 2 v^2/ell. Given the latter, features are c E[g] + sqrt(c) z: forms in them
    grow with c as their derivatives say. Given c, they are forms in normal variables: the last line
    has their covariance in one dimension, for a variance rho.
    """
    proof.decide()


@claim(
    title=r"What the second order adds to the minimum of the loss is the rate of $\log\det$",
    statement=both(
        eq(s.rate_of(s.repeated), s.repeated_rate),
        eq(At(s.rate_of(s.cumulant), (s.trace_rate, s.trace_rate - rho)), s.cumulant_rate),
        eq(
            d / n * s.fluctuation_step,
            s.rate_of(s.log_det_change) + 2 * d / n * s.share * s.weight**2 * s.trace * rho,
        ),
    ),
    assumptions=(gt(n, d * s.share * s.weight**2 * s.twice),),
    check="second_order",
)
def second_order_rate(proof: Proof) -> None:
    """The second order as a rate.

    Labels enter log det as a coordinate whose weight is raised from zero. Then phi_j moves by
    -(d/n) phi_j^2 times the rate of the response, and the rest by its own rate. The noise of a
    query's label does not grow with |x|^2, so it is taken out of the rate of the cumulant's first
    term. Not proved: that log det changes by `log_det_change`, which is an expansion to leading
    order in 1/d; the check compares what follows from it with simulations.
    """
    proof.use(mixture_of_equal_tasks)
    proof.use(fluctuation_sources)
    proof.decide()
