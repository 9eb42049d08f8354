"""Theorems that would speak of no point."""

import pytest
import sympy as sp

from icl_theory.algebra.relations import eq, implies
from icl_theory.proof import kernel
from icl_theory.proof.kernel import Domain, ProofFailed, conclude, identity
from icl_theory.theory.symbols import rho, tau


def test_a_value_that_the_domain_excludes(monkeypatch):
    monkeypatch.setattr(kernel.domain, "_NAMES", dict(kernel.domain._NAMES))
    noisy = Domain("noisy", positive=(rho,))
    for value in (tau, sp.Integer(1)):
        assert identity(rho, value, on=noisy, given=(eq(rho, value),))
    with pytest.raises(ProofFailed, match="out of its range"):
        identity(rho * tau, 0, on=noisy, given=(eq(rho, 0),))
    with pytest.raises(ProofFailed, match="out of its range"):
        conclude(implies(eq(rho, 0), eq(tau, tau)), [identity(tau, tau)], on=noisy)
    assert conclude(implies(eq(rho, 0), eq(tau, tau)), [identity(tau, tau)])
