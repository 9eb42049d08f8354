"""The resolvent equation of the task covariance, by leaving one task out.

Let G = (R + nu)^{-1} with R = (1/k) sum w_j w_j^T. The trace of (R + nu) G = 1 reads

    d = nu tr G + (1/k) sum_j w_j^T G w_j = nu tr G + sum_j chi_j/(1 + chi_j),

by Sherman-Morrison, where chi_j = w_j^T G_{-j} w_j/k involves the resolvent without task j,
independent of w_j. Quoted: chi_j concentrates on its mean (1/k) tr G, up to terms that vanish with
d. With tr G = d m, k = kappa d: chi = m/kappa, and the identity divided by d becomes the resolvent
equation.
"""

from sympy.matrices.expressions import Identity, MatrixSymbol

from icl_theory.symbolic.deterministic import task_response
from icl_theory.symbolic.proof import Proof, eq
from icl_theory.symbolic.spectral import resolvent_residual
from icl_theory.symbolic.symbols import d, k, nu
from icl_theory.symbolic.words import SymmetricMatrix, Trace


def prove(proof: Proof, claim: object) -> None:
    """Trace identity, concentration, equation."""
    vanishes = eq(resolvent_residual, 0)
    tasks, resolvent = MatrixSymbol("W", d, k), SymmetricMatrix("G", d, d)
    proof.identity(
        Trace((tasks * tasks.T / k + nu * Identity(d)) * resolvent),
        nu * Trace(resolvent) + Trace(tasks.T * resolvent * tasks) / k,
        because="Trace of (R + nu) G = 1: the last term is sum_j w_j^T G w_j/k.",
    )
    task, without = MatrixSymbol("w_j", d, 1), SymmetricMatrix("G_j", d, d)
    proof.assume(
        eq(Trace(task.T * without * task) / k, task_response),
        "silverstein1995empirical",
        "w_j is independent of the resolvent without it, so the quadratic form concentrates on "
        "tr G/k; leaving one task out changes the trace by O(1).",
    )
    for relation in claim.statement.args:
        if relation != vanishes:
            proof.decide(relation, because="With chi = m/kappa for all k = kappa d tasks.")
    proof.follows(
        vanishes,
        "The trace identity divided by d says 1 = nu m + kappa chi/(1 + chi).",
    )
