"""The deterministic equivalent: proofs, spectral means, and the simulations of what is quoted."""

import inspect

import numpy as np
import pytest
import sympy as sp

from derivations import deterministic as topic
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import quantities, replaced, unfold
from icl_theory.proof.kernel import ProofFailed
from icl_theory.theory import deterministic as de
from icl_theory.theory.deterministic import SpectralMean, eigenvalue
from icl_theory.theory.spectral import M
from icl_theory.theory.symbols import kappa, m, nu
from icl_theory.verify import simulated as checks
from icl_theory.verify.registry import claims_in

CLAIMS = claims_in(topic)
QUANTITIES = [q for q in quantities() if q.record.module == de.__name__]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_proof_reaches_the_statement(claim):
    assert claim.theorem().conclusion == claim.statement


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.name)
@pytest.mark.parametrize(
    "corrupt",
    [
        pytest.param(lambda f: 2 * f, id="factor"),
        pytest.param(lambda f: -f, id="sign", marks=pytest.mark.slow),
        pytest.param(lambda f: f**2, id="exponent", marks=pytest.mark.slow),
    ],
)
def test_a_corrupted_definition_breaks_a_claim(quantity, corrupt):
    def holds(claim):
        try:
            return bool(claim.prove())
        except (ProofFailed, UndecidedError):
            return False

    with replaced(quantity, corrupt(quantity.record.definition)):
        assert not all(map(holds, CLAIMS))


def test_what_is_quoted_has_a_reference_in_the_bibliography(request):
    text = (request.config.rootpath / "book" / "references.bib").read_text()
    quoted = {oracle.reference for claim in CLAIMS for oracle in claim.theorem().oracles}
    assert quoted
    assert all(f"{{{key}," in text for key in quoted)


def test_claims_that_quote_first_are_checked_by_simulation():
    quoting = {
        claim.id
        for claim in CLAIMS
        if any(step.theorem.rule == "quoted" for step in claim.prove()[1].steps)
    }
    assert quoting == {"effective-ridge", "finite-errors"}
    assert all(c.check in checks.CHECKS for c in CLAIMS if c.id in quoting)


@pytest.mark.parametrize(
    "function",
    [
        1,
        eigenvalue,
        1 / (eigenvalue + nu),
        eigenvalue**2 / (eigenvalue + nu) ** 2,
        eigenvalue**3 / (eigenvalue + nu) ** 2,
    ],
    ids=str,
)
def test_spectral_means_agree_with_the_marchenko_pastur_law(function):
    """Against the integral over the density, for kappa > 1 so that there is no atom."""
    values = {kappa: 2.5, nu: 0.4}
    values[m] = float(unfold(M).subs(values))
    ratio = 1 / values[kappa]
    low, high = (1 - np.sqrt(ratio)) ** 2, (1 + np.sqrt(ratio)) ** 2
    # Chebyshev quadrature of the second kind: the density is a square root at both ends.
    angle = np.arange(1, 200) * np.pi / 200
    s = (low + high) / 2 + (high - low) / 2 * np.cos(angle)
    weight = ((high - low) / 2) ** 2 * np.sin(angle) ** 2 / (2 * ratio * s) / 200
    at = sp.lambdify((eigenvalue, nu), sp.sympify(function), "numpy")(s, values[nu])
    mean = float(unfold(SpectralMean(function).value()).subs(values))
    assert mean == pytest.approx(float(np.sum(weight * at)), rel=1e-12)


def test_spectral_means_that_need_other_moments_are_refused():
    with pytest.raises(ValueError, match="higher moments"):
        SpectralMean(eigenvalue**2).value()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sample_response", "finite_prediction", "cross_validation"])
def test_pretraining_is_confirmed_by_simulation(name):
    agree, judged, text = checks.CHECKS[name](seed=0)
    assert agree, text
    assert judged == 2


def test_every_check_takes_a_seed():
    assert all(list(inspect.signature(f).parameters) == ["seed"] for f in checks.CHECKS.values())
