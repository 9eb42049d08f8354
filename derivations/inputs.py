"""Claims about inputs of covariance Sigma: turned, as other tasks, and what a ridge sees of them.

Inputs are x = P x' with x' isotropic and P P = Sigma, features g = Q g' with the same root in the
first d of d + 1 coordinates.
"""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import BlockMatrix, MatrixExpr, MatrixSymbol

from icl_theory.algebra.calculus import At
from icl_theory.algebra.matrix_words import OrthogonalMatrix, SymmetricMatrix, Trace, Whole
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import PENALTY
from icl_theory.proof.proof import Proof
from icl_theory.theory import deterministic as de
from icl_theory.theory import model, structured
from icl_theory.theory.deterministic import (
    eigenvalue,
    finite_idg,
    finite_test,
    freedom,
    freedom_residual,
    freedom_squared,
    pretraining_error,
    response,
    response_rate,
    test_error,
    test_moment,
    transfer,
)
from icl_theory.theory.generalisation import Gamma
from icl_theory.theory.inputs import (
    a,
    a_row,
    bias_j,
    context_j,
    e_inputs,
    e_inputs_seen,
    freedom_ji,
    idg_per_tau,
    level,
    mean_bias,
    mean_context,
    mean_own,
    mean_squared,
    mean_transfer,
    own_j,
    penalised_transfer,
    row_cGG,
    row_cnGG,
    row_G,
    row_inflated,
    row_scGG,
    row_squared,
    sampled_ji,
    square_ji,
    tested_ji,
    transfer_ji,
    unused_ji,
    weighted_transfer,
)
from icl_theory.theory.model import Gamma1, gamma2, penalty
from icl_theory.theory.spectral import D1, inv_kappa, t
from icl_theory.theory.structured import (
    D2_C,
    D12_C,
    S_C,
    S_T,
    bias_P,
    bias_T,
    c,
    e_idg_C,
    e_seen,
    e_test,
    mean,
    mean_cGG,
    mean_G,
    mean_scGG,
    resolvent,
    rho_T,
    x_C,
    x_T,
)
from icl_theory.theory.symbols import d, m, n, nu, r, rho, tau, xi

from .deterministic import close_degrees_of_freedom, effective_ridge, finite_errors
from .structured import STRUCTURED

_root, _feature_root = SymmetricMatrix("P", d, d), SymmetricMatrix("Q", d + 1, d + 1)
_Gamma = MatrixSymbol("Gamma", d, d + 1)

#: An eigenvalue of Sigma, the ridge of its row, and the row of A.
_a = sp.Symbol("a_j", positive=True)
_row_ridge = sp.Symbol("xi_j", positive=True)
_row = MatrixSymbol("A_j", 1, d + 1)
_M = de.regularised.I
_E = de.regularised - _row_ridge * sp.Identity(d + 1)
#: dE_xi/ds_B of E_xi = E + (lam/a_j + s_B B)/r, where lam/a_j = r xi_j.
_change = (test_moment - _row_ridge * de.rate * sp.Identity(d + 1)) / r

#: What turns inputs and tasks; covariance of test tasks; resolvent, and by it the covariance of
#: pretraining tasks.
_O, _one = OrthogonalMatrix("O", d, d), sp.Identity(d)
_T, _G = SymmetricMatrix("T", d, d), SymmetricMatrix("G", d, d)
_C = (_G.I - nu * _one) / t
_X, _query = model.X, model.x_q


def _turned(matrix: MatrixExpr) -> MatrixExpr:
    return _O * matrix * _O.T


def _word(average: sp.Expr, C: MatrixExpr, T: MatrixExpr, G: MatrixExpr) -> Trace:
    """The trace that is d times an average of powers of c, s and G."""
    letters = {structured.weight: T, structured.c: C, structured.resolvent: G}
    powers = average.as_powers_dict()
    assert powers.keys() <= letters.keys()
    return Trace(sp.MatMul(*(letters[a] ** powers[a] for a in letters if a in powers)))


_WHAT = (structured.c, structured.weight, *structured.AVERAGES.values())
_GAMMA = BlockMatrix([[_turned(Gamma1), _O * gamma2]])


@claim(
    title="A rotation of inputs and tasks together changes nothing",
    statement=both(
        eq(Whole(_O.T * _O), Whole(_one)),
        # At finite d: inputs of covariance P P, labels, the prediction of the rotated weights, and
        # their penalty.
        eq(Whole(_turned(_root) * _turned(_root)), Whole(_turned(_root * _root))),
        eq(Whole(_turned(_root) * (_O * _X)), Whole(_O * (_root * _X))),
        eq(Whole((_O * _X).T * (_O * model.w)), Whole(_X.T * model.w)),
        eq(
            model.collapsed_prediction(_GAMMA).xreplace({_X: _O * _X, _query: _O * _query}),
            model.collapsed_prediction(Gamma),
        ),
        eq(Trace(_GAMMA * _GAMMA.T), Trace(Gamma * Gamma.T)),
        # In the limit: the resolvent, and every average that the errors are written in.
        eq(Whole(_turned(_G) * (t * _turned(_C) + nu * _one)), Whole(_one)),
        *(eq(_word(what, *map(_turned, (_C, _T, _G))), _word(what, _C, _T, _G)) for what in _WHAT),
    ),
)
def rotation(proof: Proof) -> None:
    """Invariance under a common rotation: C, T and Sigma become O C O^T, O T O^T and O Sigma O^T.

    Let O^T O = 1. Tasks O w have second moments O C O^T, and inputs O P x' of isotropic x', which
    have the law of (O P O^T) x', have covariance O P P O^T. Labels <x, w> stay, features of x turn
    with O, and Gamma' = [O Gamma_1 O^T, O gamma_2] predicts from the turned sequence what Gamma =
    [Gamma_1, gamma_2] does from the given one, at the same penalty. So the loss and every error of
    the minimiser stay, at every d. In the limit errors are written in averages ⟨s^j c^i G^k⟩, which
    are traces tr T^j C^i G^k/d of the resolvent G = (t C + nu)^{-1}: O G O^T is the resolvent of O
    C O^T, and O cancels around every trace. Only the joint spectrum of C and T enters.
    """
    proof.decide(because="Words in O, whose transpose is its inverse.")


@claim(
    title=r"The penalty, where inputs of covariance $\Sigma$ are isotropic ones with other tasks",
    statement=eq(
        Trace((_root.I * _Gamma * _feature_root.I) * (_root.I * _Gamma * _feature_root.I).T),
        Trace(_root.I * _root.I * _Gamma * _feature_root.I * _feature_root.I * _Gamma.T),
    ),
)
def inputs_are_tasks(proof: Proof) -> None:
    """Correlated inputs.

    Labels of X P by a task w are those of X by P w, and the features sum y_i x_i are those of X
    times P. So Gamma predicts on inputs of covariance Sigma = P P what Gamma' = P Gamma Q predicts
    on isotropic ones, with tasks of covariance P C P and test tasks P T P. The map is one to one:
    where the least-squares solution is unique, at lam = 0 with more sequences than parameters, it
    is the same, and so is every test error. The penalty |Gamma|^2 is tr Sigma^{-1} Gamma' Q^{-2}
    Gamma'^T: a ridge, and the choice of the least norm, see Sigma.
    """
    proof.decide(because="Words in P, Q and their inverses.")


@claim(
    title="With correlated inputs every row of $\\Gamma$ has a ridge of its own, $\\xi/a_j$",
    statement=both(
        eq(
            d * (_a * eigenvalue) * de.sample_resolvent(_a * eigenvalue, penalty),
            d**2 / n * (1 + response) * eigenvalue / (eigenvalue + xi / _a),
        ),
        eq(tau * response / (1 + response) - freedom, -freedom_residual),
        eq(freedom_residual, 0),
    ),
    domain=PENALTY,
    check="row_prediction",
)
def row_ridges(proof: Proof) -> None:
    """The effective ridge with correlated inputs.

    The second moment of f = vec x g^T is (1/d) Sigma (x) E, with E that of the actual features. Its
    eigenvalues are a_j s/d, and in the quoted equivalent of the inverse Gram matrix each adds s/(s
    + xi/a_j) to the degrees of freedom: row j of Gamma' = Sigma^{1/2} Gamma is penalised as if the
    population's ridge were xi/a_j. With F1 = (1/d^2) sum_j tr E (E + xi/a_j)^{-1} the equation of
    the effective ridge reads as before.
    """
    proof.use(effective_ridge)
    close_degrees_of_freedom(
        proof,
        "chi concentrates on tr((1/d) (Sigma (x) E) G), and G has the equivalent of claim "
        "effective-ridge with Sigma (x) E for E (x) I: the hypothesis for inputs that are not "
        "isotropic, which simulation checks.",
    )


@claim(
    title="Test errors with correlated inputs, row by row",
    statement=both(
        eq(
            Trace(_E * _M * _change * _M) / d,
            (
                Trace(_E * _M * test_moment * _M)
                - de.rate * (Trace(_E * _M) - Trace(_E * _M * _E * _M))
            )
            / (d * r),
        ),
        eq(
            Trace(_row * _M * _change * _M * _row.T) / d,
            (
                Trace(_row * _M * test_moment * _M * _row.T)
                - de.rate * (Trace(_row * _M * _row.T) - Trace(_row * _M * _E * _M * _row.T))
            )
            / (d * r),
        ),
        eq(
            At(
                tau * r * de.rate + de.rate * (freedom - freedom_squared) - transfer,
                (de.rate, response_rate),
                (r, 1 - freedom / tau),
            ),
            0,
        ),
        eq(test_error + response_rate * pretraining_error, finite_test),
    ),
    assumptions=(gt(r, 0), sp.Ne(tau, freedom_squared)),
)
def row_errors(proof: Proof) -> None:
    """Test errors with correlated inputs.

    As for isotropic inputs (claim finite-errors), the minimum of the loss is differentiated when
    s_B tr(Gamma' B Gamma'^T)/d is added to the penalty; only that row j has E_xi = E + (lam/a_j +
    s_B B)/r. The first identity gives how the degrees of freedom of a row move, F_B - r' (F1 - F2)
    over r. Averaged over rows, the equation of r gives the rate r' = F_B/(tau - F2), by the third.
    The second identity is what a row explains of the labels: with its factor r the minimum moves by
    the power of the row in the test plus r' times what is left unexplained, whose sum over rows is
    the error e_E on the pretraining population. So the test error is e_B + r' e_E, with traces that
    are averages over rows.
    """
    proof.use(row_ridges)
    proof.use(finite_errors)
    proof.decide()


#: What a change f of N_j moves t_j by, per unit: (t^2/kappa) ⟨c f G^2⟩/(1 - gamma).
def _follows(average: sp.Symbol) -> sp.Expr:
    return row_inflated * average * inv_kappa


#: The equivalent of H - H N H in direction i.
_sampled = row_G - row_G**2 * (level + c * _follows(row_cnGG))


def _of_unit_tests(term: sp.Expr) -> At:
    """A term where test tasks have variance one in every direction."""
    return At(term, (structured.weight, 1), (row_scGG, row_cGG))


@claim(
    title=r"Traces of two resolvents in a row of $\Gamma$, as rates of those of one",
    statement=both(
        *(
            eq(
                _follows(average),
                t**2 * inv_kappa * (average + (m - row_cnGG) / t * _follows(average)),
            )
            for average in (row_cGG, row_cnGG, row_scGG)
        ),
        eq(row_G * (t * c + level), 1),
        eq(_sampled, sampled_ji),
        eq(_sampled + x_C * square_ji, transfer_ji),
        eq(1 - 2 * level * row_G + level**2 * square_ji, context_j),
        eq(t * c * row_G - level * sampled_ji + x_C * sampled_ji, row_squared),
        eq(level * (t * c * row_G + x_C * sampled_ji - row_squared), own_j),
        eq(_of_unit_tests(tested_ji), square_ji),
        eq(_of_unit_tests(bias_j), context_j - 1 + 2 * level * row_G),
        eq(freedom_ji, 1 - unused_ji),
        *(gt(term) for term in (transfer_ji, own_j, context_j, bias_j, row_squared, freedom_ji)),
    ),
)
def row_resolvents(proof: Proof) -> None:
    """The limit in one row.

    H = (R + N)^{-1} has the equivalent G = 1/(t c + n) in the eigenbasis of N and of the tasks,
    with m = ⟨c G⟩. When N becomes N + epsilon F, G falls at the rate G^2 (f + c t'), where t' =
    -(t^2/kappa) m' and m' = -⟨c G^2 (f + c t')⟩; as ⟨c G^2 (t c + n)⟩ = m, the solution t' is that
    of the first three conjuncts. This rate is the equivalent of (H F H)_ii. As R H = 1 - N H, so
    are H R H = H - H N H, the row's R H H R = 1 - N H - H N + N H H N, tr R H R H = tr R H - tr N H
    R H and (x + R) H = 1 - (N - x) H: differences that are sums of positive terms. By the third the
    bias N H R H N is N times what R H and x H R H exceed R H (x + R) H by. Test tasks of covariance
    one have F = 1, and the bias N H H N of the second.
    """
    proof.decide()


def _alone(term: sp.Expr) -> At:
    """A term of isotropic inputs, averaged over directions."""
    written = unfold(term, keep={row_G, level, x_C})
    plain = written.xreplace({row_G: resolvent, level: nu, a: sp.Integer(1), a_row: sp.Integer(1)})
    averages = (row_cGG, mean_cGG), (row_scGG, mean_scGG), (row_cnGG, nu * mean_cGG)
    return At(mean(plain), *averages)


@claim(
    title=r"With $\Sigma = I$ all rows are alike, and the errors those of structured tasks",
    statement=both(
        eq(_alone(freedom_ji), D1 + x_C * mean_G),
        eq(_alone(transfer_ji), S_C),
        eq(_alone(own_j), bias_P),
        eq(_alone(bias_j), bias_T),
        eq(_alone(context_j), D2_C),
        eq(_alone(row_squared), D2_C + x_C * D12_C),
        *(
            eq(
                At(
                    error,
                    (mean_transfer, S_C),
                    (penalised_transfer, S_C),
                    (weighted_transfer, S_T - x_T * S_C),
                    (mean_squared, D2_C + x_C * D12_C),
                    (mean_own, bias_P),
                    (mean_context, D2_C),
                    (mean_bias, bias_T),
                ),
                special,
            )
            for error, special in (
                (tau * idg_per_tau, e_idg_C),
                (e_inputs, e_test),
                (e_inputs_seen, e_seen),
            )
        ),
    ),
    domain=STRUCTURED,
)
def isotropic_inputs(proof: Proof) -> None:
    """Isotropic inputs as a special case.

    At a = 1 every row has n = x + xi = nu and the same trace, and averages over directions of what
    is written for one are those of the structured theory.
    """
    proof.decide()


@claim(
    title="Errors with correlated inputs in the limit, from the equivalent at finite $d$",
    statement=both(
        eq(
            At(
                finite_idg,
                (pretraining_error, rho + mean_own + x_C * mean_context),
                (freedom_squared, tau * (1 - r) - xi * penalised_transfer),
            ),
            tau * idg_per_tau,
        ),
        eq(
            At(
                finite_test,
                (test_error, rho_T + mean_bias + x_T * mean_context),
                (transfer, weighted_transfer + x_T * mean_transfer),
                (finite_idg, tau * idg_per_tau),
            ),
            e_inputs,
        ),
    ),
    assumptions=(gt(r, 0),),
)
def row_limit(proof: Proof) -> None:
    """Where the ridge sees Sigma, as d -> oo.

    With E -> Sigma^{1/2} (x + R) Sigma^{1/2} the row Gamma_j of claim row-errors becomes e_j^T R (R
    + N_j)^{-1}, N_j = x + xi/(a_j Sigma). Its error on the pretraining population is own_j + x
    context_j by claim row-resolvents, since 1 - R H = N H and N is diagonal. F1 - F2 is the average
    of xi/(a_j a_i) times (H (x + R) H)_ii, and F1 = tau (1 - r); on test tasks transfer is the
    average of s + x_T times the same.
    """
    proof.use(row_errors)
    proof.use(row_resolvents)
    proof.decide()
