"""The simulation behind the claims about correlated inputs, and that it can fail."""

import numpy as np
import pytest

from icl_theory.finite import run
from icl_theory.verify import simulated


@pytest.mark.slow
def test_rows_without_ridges_of_their_own_are_noticed(monkeypatch):
    agreed, judged, _ = simulated.row_prediction(0)
    assert agreed
    assert judged == 2
    right = run.RowEquivalent.of
    monkeypatch.setattr(
        run.RowEquivalent,
        "of",
        staticmethod(lambda *of: right(*of[:-1], np.ones_like(of[-1]))),
    )
    agreed, _, text = simulated.row_prediction(0)
    assert not agreed, text
