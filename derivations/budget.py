"""Claims about what a budget should buy: isotropic tasks, tested at a context of their own."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import OVER, RIDGE
from icl_theory.proof.proof import Proof
from icl_theory.theory.budget import (
    affordable_alpha,
    affordable_x,
    budget,
    cost,
    e_shifted,
    floor,
    price_of_context,
    price_sequence,
    price_task,
    x_test,
)
from icl_theory.theory.errors import bias, context_variance, e_icl
from icl_theory.theory.fixed_point import S, x
from icl_theory.theory.odds import a, b
from icl_theory.theory.structured import rho_T
from icl_theory.theory.symbols import alpha, kappa, rho, tau

#: Share of the best tau in the square root of the budget, and the inverse of that root.
_s, _q = sp.symbols("s q", positive=True)


def _large_diversity(sequences: sp.Expr, spend: sp.Expr, noise: sp.Expr = rho) -> sp.Expr:
    """The ridgeless error at kappa = oo above the threshold, along tau alpha = B."""
    ratio = (1 + noise) * sequences / spend
    return sequences * (noise + ratio / (1 + ratio)) / (sequences - 1)


@claim(
    title="A budget leaves a context length",
    statement=both(
        eq(At(cost, (alpha, affordable_alpha)), budget),
        eq(At((1 + rho) / alpha, (alpha, affordable_alpha)), affordable_x),
    ),
    assumptions=(gt(budget, price_task * kappa + price_sequence * tau),),
)
def budget_leaves_context(proof: Proof) -> None:
    """The context length that is left.

    Solved for alpha, the price of pretraining gives the context length that a number of sequences
    and tasks leaves.
    """
    proof.decide()


@claim(
    title="The error at a test context of its own, and its floor",
    statement=both(
        eq(At(e_shifted, (x_test, x), (rho_T, rho)), e_icl),
        eq(
            e_shifted - At(e_shifted, (x_test, x)),
            (x_test - x) * price_of_context,
        ),
        gt(price_of_context),
        gt(e_shifted, floor),
    ),
    domain=RIDGE,
)
def shifted_error(proof: Proof) -> None:
    """The error of a shifted test.

    At the context and noise of pretraining it is e_ICL, and it is affine in the test's
    noise-to-context ratio. The bias alone is at least (1 - D1)^2, which bounds where a search for
    the best use of a budget has to look.
    """
    proof.decide()


@claim(
    title="At infinite diversity, ridgeless above the threshold",
    statement=eq(sp.Limit(e_icl - tau * (rho + x / (1 + x)) / (tau - 1), b, 0), 0),
    domain=OVER,
)
def infinite_diversity_over(proof: Proof) -> None:
    """The error at infinite diversity.

    With m = 1/(1 + x) and t = 1 the four terms add up to one.
    """
    proof.decide()


@claim(
    title="With label noise the best error falls like the square root of the budget",
    statement=both(
        eq(
            sp.Limit((_large_diversity(_s / _q, 1 / _q**2) - rho) / _q, _q, 0),
            rho / _s + (1 + rho) * _s,
        ),
        eq(
            (rho / _s + (1 + rho) * _s) ** 2 - 4 * rho * (1 + rho),
            (rho / _s - (1 + rho) * _s) ** 2,
        ),
    ),
)
def square_root_law(proof: Proof) -> None:
    """Scaling with the budget, at infinite diversity.

    With tau = s sqrt(B) the error above the noise is (rho/s + (1 + rho) s)/sqrt(B) to leading
    order: sequences that fight label noise against contexts that are long enough. It is least at s
    = sqrt(rho/(1 + rho)), where it is 2 sqrt(rho (1 + rho)/B): sequences and contexts both grow
    like sqrt(B).
    """
    proof.decide()


@claim(
    title="Without label noise twice the threshold is best, and the rest goes into contexts",
    statement=both(
        eq(
            sp.Limit(_large_diversity(tau, budget, sp.Integer(0)) * budget, budget, sp.oo),
            tau**2 / (tau - 1),
        ),
        eq(tau**2 / (tau - 1) - 4, (tau - 2) ** 2 / (tau - 1)),
    ),
    assumptions=(gt(tau, 1),),
)
def noiseless_law(proof: Proof) -> None:
    """Scaling with the budget without label noise.

    The error is tau^2/((tau - 1) B) to leading order, least at tau = 2, where it is 4/B.
    """
    proof.decide()


@claim(
    title="What limits long contexts: more tasks than dimensions",
    statement=both(
        eq(sp.Limit((bias + context_variance) / x, a, sp.oo), 1),
        eq(sp.Limit((1 + x) * S, a, sp.oo), 1 + b),
        eq(sp.Limit(kappa, a, sp.oo), (1 + b) / b),
        eq(sp.Limit(x, a, sp.oo), 0),
    ),
    domain=OVER,
)
def many_tasks_law(proof: Proof) -> None:
    """Long contexts with kappa > 1.

    As x -> 0 the error above the noise is x + rho kappa/((kappa - 1) tau), since 1 + b = kappa/
    (kappa - 1): the square-root law with rho times kappa/(kappa - 1) in place of rho, so the best
    error above the noise is 2 sqrt(rho (1 + rho) kappa/((kappa - 1) B)).
    """
    proof.decide()


@claim(
    title="What limits long contexts: fewer tasks than dimensions",
    statement=both(
        eq(sp.Limit(bias, b, sp.oo), 1 / (1 + a)),
        eq(sp.Limit(x * (1 + x) * S, b, sp.oo), 1 / (1 + a)),
        eq(sp.Limit(kappa, b, sp.oo), a / (1 + a)),
        eq(sp.Limit(x, b, sp.oo), 0),
    ),
    domain=OVER,
)
def few_tasks_law(proof: Proof) -> None:
    """Long contexts with kappa < 1.

    As x -> 0 the bias tends to 1 - kappa, which no budget removes, and pretraining variance is
    (1 - kappa) rho/(x tau): it grows with the context. With x = (1 + rho) tau/B it falls only if
    tau grows faster than sqrt(B), and against a term of order x it is balanced at tau ~ B^(2/3):
    contexts grow like B^(1/3) and the excess falls like B^(-1/3).
    """
    proof.decide()


@claim(
    title="With unlimited sequences and tasks, pretrain on contexts of the test's length",
    statement=eq(
        (x**2 + x_test) / (1 + x) ** 2 - x_test / (1 + x_test),
        (x - x_test) ** 2 / ((1 + x) ** 2 * (1 + x_test)),
    ),
)
def train_as_you_test(proof: Proof) -> None:
    """Training contexts for a given test context.

    As kappa and tau grow the ridgeless error is rho_T + (x^2 + x_T)/(1 + x)^2, least at x = x_T,
    where it is Bayes-optimal: pretraining contexts longer than those of the test shrink too little,
    shorter ones too much. What is left of a large budget buys sequences.
    """
    proof.decide()
