"""What a failed proof says."""

import pytest

from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.relations import eq, gt
from icl_theory.proof.domains import RIDGE
from icl_theory.proof.kernel import FREE, ProofFailed
from icl_theory.proof.proof import Proof
from icl_theory.theory.errors import e_icl, e_idg, e_idg_paper, noise
from icl_theory.theory.symbols import rho, tau


@pytest.mark.parametrize(
    ("statement", "kind"),
    [(gt(e_icl, noise), UndecidedError), (eq(e_idg, e_idg_paper), ProofFailed)],
)
def test_a_state_without_a_domain_is_named(statement, kind):
    with pytest.raises(kind, match="no domain says which state m, nu, r, xi are: domain=RIDGE"):
        Proof(statement, FREE).decide()
    Proof(statement, RIDGE).decide()


def test_nothing_is_said_where_no_state_is_missing():
    for statement, domain in ((gt(tau, rho), FREE), (eq(e_icl, e_idg), RIDGE)):
        with pytest.raises((ProofFailed, UndecidedError)) as failed:
            Proof(statement, domain).decide()
        assert "no domain" not in str(failed.value)
