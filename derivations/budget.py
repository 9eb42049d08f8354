"""Claims about what a budget should buy: isotropic tasks, tested at a context of their own."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.algebra.statements import PathLimit
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import RIDGE
from icl_theory.proof.proof import Proof
from icl_theory.theory.budget import (
    affordable_kappa,
    affordable_tau,
    budget,
    cost,
    e_by_freedom,
    e_shifted,
    few_tasks_excess,
    few_tasks_ridge_excess,
    floor,
    left,
    left_at_odds,
    many_tasks_excess,
    odds,
    price_of_context,
    price_task,
    x_test,
)
from icl_theory.theory.errors import bias, e_icl, e_idg_per_tau
from icl_theory.theory.fixed_point import S, x
from icl_theory.theory.infinite_context import few_tasks_bias
from icl_theory.theory.limits import Tied, c, c1, iterated, transition_gap_critical
from icl_theory.theory.spectral import gamma
from icl_theory.theory.structured import rho_T
from icl_theory.theory.symbols import alpha, kappa, lam, rho, tau

from .paths import prove_limit, prove_limits

#: Share of the best tau in the square root of the budget, and the inverse of that root.
_s, _q = sp.symbols("s q", positive=True)
#: The best s, and the square of the ridge's constant times s.
_root, _z = sp.symbols("s_* z", positive=True)
#: Noise-to-context ratio of pretraining, to be varied.
_ratio = sp.Symbol("x_0", positive=True)
#: Coefficients of the excess of few tasks with a ridge.
_A, _B = kappa * (1 + rho), rho * kappa**2 / (1 - kappa)
_K, _V = (kappa / (1 - kappa)) ** 3, (1 - kappa) * rho * (1 + rho)


def _large_diversity(sequences: sp.Expr, spend: sp.Expr, noise: sp.Expr = rho) -> sp.Expr:
    """The ridgeless error at kappa = oo above the threshold, along tau alpha = B."""
    ratio = (1 + noise) * sequences / spend
    return sequences * (noise + ratio / (1 + ratio)) / (sequences - 1)


@claim(
    title="What a budget pays for",
    statement=both(
        eq(At(cost, (tau, affordable_tau)), budget),
        eq(At(left, (kappa, affordable_kappa)), left_at_odds),
        eq(left_at_odds, odds * At(price_task * kappa, (kappa, affordable_kappa))),
        implies(gt(budget, price_task * kappa), gt(affordable_tau)),
    ),
    assumptions=(gt(price_task),),
)
def budget_spent(proof: Proof) -> None:
    """What is paid for.

    Solved for tau, the price of pretraining gives how many sequences of a length are paid for after
    the tasks. Odds of sequences to tasks, any number > 0, say how many tasks these are: no choice
    of the odds and the length costs more or less than the budget.
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
        eq(e_by_freedom, e_shifted),
        eq(
            e_shifted - floor,
            gamma * bias + S * e_idg_per_tau + x_test * price_of_context,
        ),
        gt(e_shifted, floor),
    ),
    domain=RIDGE,
)
def shifted_error(proof: Proof) -> None:
    """The error of a shifted test.

    At the context and noise of pretraining it is e_ICL, and it is affine in the test's
    noise-to-context ratio. With nu m = 1 - D1 its bias is (1 - D1)^2/(1 - gamma). Without the share
    gamma of the bias and without variances it is the floor, which bounds where a search for the
    best use of a budget has to look.
    """
    proof.decide()


@claim(
    title=r"Ridgeless $e_{\mathrm{ICL}}$ at infinite diversity above the threshold, in closed form",
    statement=eq(iterated(e_icl, (lam, 0), (kappa, sp.oo)), tau * (rho + x / (1 + x)) / (tau - 1)),
    assumptions=(gt(tau, 1),),
)
def infinite_diversity_over(proof: Proof) -> None:
    """The error at infinite diversity.

    With m = 1/(1 + x) and t = 1 the four terms add up to one.
    """
    prove_limits(proof)


@claim(
    title=(
        "With label noise and infinite diversity the best ridgeless error falls like "
        r"$B^{-1/2}$"
    ),
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
    title=(
        r"Without label noise, at infinite diversity, $\tau = 2$ is best, "
        "and the rest goes into contexts"
    ),
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


def _long_contexts(expression: sp.Expr, *ties: tuple[sp.Symbol, object]) -> PathLimit:
    """Ridgeless limit, then alpha -> oo with what is tied to it."""
    return iterated(expression, (lam, 0), *(Tied(*tie) for tie in ties), (alpha, sp.oo))


@claim(
    title="With more tasks than dimensions the best ridgeless error falls like $B^{-1/2}$",
    statement=both(
        eq(_long_contexts(alpha * (e_icl - rho), (tau, c * alpha)), many_tasks_excess),
        eq(
            (c * (1 + rho) + rho * kappa / (kappa - 1)) ** 2
            - 4 * c * rho * (1 + rho) * kappa / (kappa - 1),
            (c * (1 + rho) - rho * kappa / (kappa - 1)) ** 2,
        ),
    ),
    assumptions=(gt(kappa, 1),),
)
def many_tasks_law(proof: Proof) -> None:
    """A large budget, kappa > 1.

    With tau = c alpha the budget is B = c alpha^2, and the error above the noise is 1/alpha =
    sqrt(c/B) times the constant: (c (1 + rho) + rho kappa/((kappa - 1)))/sqrt(c B), the square-root
    law with rho times kappa/(kappa - 1) in place of rho. By the second identity it is at least
    2 sqrt(rho (1 + rho) kappa/((kappa - 1) B)), attained at c = rho kappa/((1 + rho)(kappa - 1)).
    """
    limit, square = proof.statement.args
    prove_limit(proof, limit, proof.assumptions)
    proof.decide(square)


@claim(
    title="With as many tasks as dimensions the best ridgeless error falls like $B^{-1/4}$",
    statement=both(
        eq(
            _long_contexts(sp.sqrt(alpha) * (e_icl - rho), (tau, c * alpha)),
            transition_gap_critical,
        ),
        eq(
            (_s / 2 + _root**4 / (6 * _s**3)) - 2 * _root / 3,
            (_s - _root) ** 2 * (3 * _s**2 + 2 * _root * _s + _root**2) / (6 * _s**3),
        ),
    ),
    assumptions=(eq(kappa, 1),),
)
def line_law(proof: Proof) -> None:
    """A large budget on the line kappa = 1.

    With tau = c alpha, 1/sqrt(alpha) = (c/B)^(1/4). With c = s^4 the error above the noise is
    sqrt(1 + rho) (s/2 + s*^4/(6 s^3)) B^(-1/4) to leading order, s*^4 = 6 rho/(1 + rho). By the
    second identity it is least at s = s*, where it is (2/3) sqrt(1 + rho) s* B^(-1/4).
    """
    limit, root = proof.statement.args
    prove_limit(proof, limit, proof.assumptions)
    proof.decide(root)


@claim(
    title="With fewer tasks than dimensions the best ridgeless error falls like $B^{-1/3}$",
    statement=both(
        eq(
            _long_contexts(alpha * (e_icl - rho - few_tasks_bias), (tau, c * alpha**2)),
            few_tasks_excess,
        ),
        eq(
            (_s + _root**3 / (2 * _s**2)) - 3 * _root / 2,
            (_s - _root) ** 2 * (2 * _s + _root) / (2 * _s**2),
        ),
        eq(
            At(
                (3 * kappa * (1 + rho) / 2) ** 3 * _q,
                (_q, 2 * rho * (1 - kappa) / (kappa * (1 + rho) ** 2)),
            ),
            sp.Rational(27, 4) * rho * (1 + rho) * kappa**2 * (1 - kappa),
        ),
    ),
    assumptions=(lt(kappa, 1),),
)
def few_tasks_law(proof: Proof) -> None:
    """A large budget, kappa < 1, without a ridge.

    The bias 1 - kappa of the directions without a task stays. With tau = c alpha^2 the budget is B
    = c alpha^3, and with c = s^3 the error above noise and bias is kappa (1 + rho) (s + s*^3/(2
    s^2)) B^(-1/3), where s*^3 = 2 rho (1 - kappa)/(kappa (1 + rho)^2). By the second identity it is
    least at s = s*, where it is (3/2) kappa (1 + rho) s* B^(-1/3), whose cube is 27/4 rho (1 + rho)
    kappa^2 (1 - kappa)/B: contexts grow like B^(1/3) only, because without a ridge the pretraining
    variance grows with them.
    """
    limit, *others = proof.statement.args
    prove_limit(proof, limit, proof.assumptions)
    for other in others:
        proof.decide(other)


@claim(
    title=r"With a ridge of order $\alpha^{-1/2}$ the error of few tasks falls like $B^{-1/2}$ too",
    statement=both(
        eq(
            iterated(
                alpha * (e_icl - rho - few_tasks_bias),
                Tied(tau, c * alpha),
                Tied(lam, c1 / sp.sqrt(alpha)),
                (alpha, sp.oo),
            ),
            few_tasks_ridge_excess,
        ),
        eq(
            At(_s * few_tasks_ridge_excess, (c, _s**2), (c1, sp.sqrt(_z / _s))),
            (_A * _s + _B / _s) + (_K * _z + _V / _z),
        ),
        eq((_A * _s + _B / _s) ** 2 - 4 * _A * _B, (_A * _s - _B / _s) ** 2),
        eq((_K * _z + _V / _z) ** 2 - 4 * _K * _V, (_K * _z - _V / _z) ** 2),
        eq(sp.Mul(_A, _B, evaluate=False), rho * (1 + rho) * kappa**3 / (1 - kappa)),
        eq(sp.Mul(_K, _V, evaluate=False), rho * (1 + rho) * kappa**3 / (1 - kappa) ** 2),
    ),
    assumptions=(lt(kappa, 1),),
)
def few_tasks_ridge_law(proof: Proof) -> None:
    """A large budget, kappa < 1, with a ridge that falls like alpha^(-1/2).

    The ridge costs bias of the order of its square, and keeps the pretraining variance of
    directions without a task from growing with the context. With tau = c alpha, B = c alpha^2, the
    error above noise and bias is sqrt(c/B) times the constant, a function of s = sqrt(c) plus one
    of z = c1^2 s. Both are least where their two terms are equal, and together they come to
    2 sqrt(rho (1 + rho) kappa^3/B) (1/sqrt(1 - kappa) + 1/(1 - kappa)): the exponent is 1/2, where
    it is 1/3 without a ridge.
    """
    limit, *others = proof.statement.args
    prove_limit(proof, limit, proof.assumptions)
    for other in others:
        proof.decide(other)


def _pretraining(ratio: sp.Expr) -> sp.Expr:
    """Pretraining variance at kappa = oo and tau > 1, per unit of 1 + x_T, without a ridge."""
    return (rho * (1 + ratio) + ratio) / ((1 + ratio) ** 2 * (tau - 1))


def _excess(ratio: sp.Expr) -> sp.Expr:
    """The error above the test's noise, in the same place."""
    return (ratio**2 + x_test) / (1 + ratio) ** 2 + (1 + x_test) * _pretraining(ratio)


@claim(
    title="At infinite diversity, pretrain on contexts of the test's length or shorter ones",
    statement=both(
        eq(
            iterated(bias + S * e_idg_per_tau, (lam, 0), (kappa, sp.oo)),
            At(_excess(x), (x_test, sp.Integer(0))),
        ),
        eq(
            iterated(price_of_context, (lam, 0), (kappa, sp.oo)),
            1 / (1 + x) ** 2 + _pretraining(x),
        ),
        eq(
            sp.Limit(_excess(_ratio) - x_test / (1 + x_test), tau, sp.oo),
            (_ratio - x_test) ** 2 / ((1 + _ratio) ** 2 * (1 + x_test)),
        ),
        implies(
            lt(_ratio, x_test),
            lt(Partial(_excess(_ratio), _ratio) + tau / _ratio * Partial(_excess(_ratio), tau), 0),
        ),
    ),
    assumptions=(gt(tau, 1),),
)
def train_as_you_test(proof: Proof) -> None:
    """Training contexts for a given test context.

    The error is affine in x_T (claim shifted-error); the first two conjuncts are its two terms as
    kappa grows. With unlimited sequences it is rho_T + (x^2 + x_T)/(1 + x)^2, least at x = x_T,
    where it is Bayes-optimal: pretraining contexts longer than those of the test shrink too little,
    shorter ones too much. On a budget tau is proportional to x, and along tau alpha = B the error
    falls in x while x < x_T: contexts longer than those of the test are a waste, and a little
    shorter ones, with more sequences, are better.
    """
    prove_limits(proof)
    for relation in proof.statement.args:
        if not relation.has(PathLimit):
            proof.decide(relation)
