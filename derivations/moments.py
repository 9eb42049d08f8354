"""Moments of a sequence given its task."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.relations import both, eq
from icl_theory.algebra.wick import component, delta
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import model, moments
from icl_theory.theory.model import Expectation, a, b, c, i
from icl_theory.theory.symbols import rho, theta

_w = model.w
_v = moments.label_variance
#: Another index of a vector: the labels sum over e.
_f = sp.Symbol("f", integer=True, positive=True)


@claim(
    title="Variance of a label given the task",
    statement=both(
        eq(Expectation(model.label(i) ** 2), _v),
        eq(Expectation(model.query_label() ** 2), _v),
    ),
)
def label_variance(proof: Proof) -> None:
    """Variance of a label.

    y = <x, w> + epsilon with x ~ N(0, I/d): pairing x with itself closes w^T w/d = theta^2, pairing
    epsilon gives rho.
    """
    proof.decide(because="Sum over pairings.")


@claim(
    title="A token's projection on the task: regression on the label plus independent noise",
    statement=both(
        eq(Expectation(model.projection_rest(i) * model.label(i)), 0),
        eq(Expectation(model.projection_rest(i) ** 2), theta**2 * rho / _v),
    ),
)
def label_regression(proof: Proof) -> None:
    """A token's projection on the task, given its label.

    (<x_i, w>, y_i) is Gaussian with covariance theta^2. The rest <x_i, w> - (theta^2/v) y_i is
    uncorrelated with y_i, hence independent of it, and has variance theta^2 - theta^4/v = theta^2
    rho/v.
    """
    proof.decide(because="Sum over pairings.")


@claim(
    title=r"First moments: $\mathbb{E}[g \mid w]$ and $\mathbb{E}[y H \mid w] = w [w^\top, v]/d$",
    statement=both(
        eq(Expectation(model.feature(a)), component(_w, a)),
        eq(Expectation(model.feature_last()), _v),
        eq(
            Expectation(model.query_label() * model.query[c] * model.feature(a)),
            moments.query_variance * component(_w, c) * component(_w, a),
        ),
        eq(
            Expectation(model.query_label() * model.query[c] * model.feature_last()),
            moments.query_variance * component(_w, c) * _v,
        ),
    ),
    paper="Lemma 1",
)
def conditional_mean(proof: Proof) -> None:
    """First moments of the features.

    E[y_i x_i] = w/d, and the sum over the context gives ell, so E[g] = [w; v]. The query is
    independent of the context: E[y_q x_q] = w/d multiplies E[g], which gives E[y H | w] = w [w^T,
    v]/d.
    """
    proof.decide(because="Sum over pairings with free vector indices a, c.")


@claim(
    title=(
        "Second moments: "
        r"$\mathbb{E}[\mathrm{vec}\,H\,\mathrm{vec}\,H^\top \mid w] = E_w \otimes I_d/d$"
    ),
    statement=both(
        *(
            eq(
                Expectation(model.query[c] * model.query[_f] * left * right),
                moments.query_variance * delta(c, _f) * value,
            )
            for left, right, value in (
                (
                    model.feature(a),
                    model.feature(b),
                    moments.feature_scale * _v * delta(a, b)
                    + moments.E_tasks * component(_w, a) * component(_w, b),
                ),
                (
                    model.feature(a),
                    model.feature_last(),
                    moments.E_cross * _v * component(_w, a),
                ),
                (model.feature_last(), model.feature_last(), moments.E_corner * _v**2),
            )
        )
    ),
    paper="Lemma 1",
)
def conditional_moments(proof: Proof) -> None:
    """Second moments of the features, for symbolic d and ell.

    The entries of g g^T are polynomials of degree up to four in the tokens and of the same degree
    in the noise. Isserlis' theorem pairs the Gaussian factors: a pair of tokens identifies their
    context indices and their vector indices and gives 1/d, a pair of noises gives rho. A context
    index that stays free counts ell, a vector chain closes into w^T w = theta^2 d, w_a or delta_ab.
    Adding up the pairings gives the blocks of E_w. The query's pair gives delta/d in front: the
    Kronecker factor I_d/d.
    """
    proof.decide(because="Sum over pairings, with free vector indices a, b, c and f.")
