"""What the kernel does with a false statement."""

import pytest

from icl_theory.algebra.decide import UndecidedError
from icl_theory.proof.kernel import ProofFailed

REFUSED = (ProofFailed, UndecidedError)


def refused(rule, *arguments, **options):
    """Assert that a rule makes no theorem; what is no argument for it may be a `TypeError`."""
    with pytest.raises((*REFUSED, TypeError)):
        rule(*arguments, **options)
