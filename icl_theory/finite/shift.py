"""The test of a finite model where it is not that of pretraining, and spectra at finite d."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from icl_theory.algebra.exchange import Written
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_state import joint

from .parameters import TaskLaw
from .sizes import Sizes, context_length

#: Test tasks that are fresh ones of the law of pretraining, and the pretraining tasks themselves.
MATCHED: Literal["matched"] = "matched"
SEEN: Literal["pretraining"] = "pretraining"


@dataclass(frozen=True)
class Shift(Written, kind="shift"):
    """A test that is not that of pretraining.

    Attributes
    ----------
    tasks
        ``"matched"``: fresh tasks of the law of pretraining; ``"pretraining"``: the pretraining
        tasks; else the joint spectrum of C and T, and test tasks are Gaussian of covariance T.
    ell
        Context length.
    rho
        Label-noise variance.
    """

    tasks: Spectrum | Literal["matched", "pretraining"]
    ell: int
    rho: float

    @classmethod
    def read(
        cls,
        sizes: Sizes,
        rho: float,
        tasks: TaskLaw | Spectrum,
        test: Any,
        alpha_test: Any,
        rho_test: float | None,
    ) -> Shift | None:
        """The test asked for; None if it is that of pretraining."""
        spectrum, seen = joint(None if isinstance(tasks, str) else tasks, test)
        same = spectrum == spectrum.tested_on(MATCHED)
        try:
            ell = sizes.ell if alpha_test is None else context_length(sizes.d, alpha_test)
        except ValueError as error:
            raise ValueError(str(error).replace("alpha", "alpha_test")) from None
        found = cls(
            SEEN if seen else MATCHED if same else spectrum,
            ell,
            rho if rho_test is None else rho_test,
        )
        return None if found == cls(MATCHED, sizes.ell, rho) else found

    def as_text(self) -> str:
        """Its tasks, as stores keep them."""
        return self.tasks if isinstance(self.tasks, str) else self.tasks.to_json()

    @classmethod
    def of_text(cls, text: str, ell: int, rho: float) -> Shift:
        """The test that a store keeps."""
        tasks: Any = text if text in (MATCHED, SEEN) else Spectrum.from_json(text)
        return cls(tasks, ell, rho)


def eigenvalues(spectrum: Spectrum, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of C and the test weights at finite d, descending: quantiles of the spectrum.

    Numbers of directions are those with the nearest cumulative shares.

    Raises
    ------
    ValueError
        If no direction is left with an eigenvalue > 0.
    """
    if spectrum.exponent is not None:
        p = float(spectrum.exponent)
        # Means over each direction's share of the quantiles, so that the mean stays one.
        edges = np.arange(d + 1) / d
        values = d * np.diff(edges ** (1 - p))
        return values, values if spectrum.test == MATCHED else np.ones(d)
    c, w, s = spectrum.nodes()
    last = np.rint(np.cumsum(w) * d).astype(int)
    repeat = np.diff(last, prepend=0)
    values = np.repeat(c, repeat)
    if not values.any():
        raise ValueError(
            f"d must leave a direction with an eigenvalue > 0 to {shown(spectrum)}, got {d}"
        )
    return values, np.repeat(s, repeat)
