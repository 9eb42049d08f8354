"""Trained linear attention as the model of the theory: its Gamma, exact error, and what is left.

The prediction of full linear attention is a polynomial in the labels of the context. Its part of
first degree that is bilinear in the query and the context, and its part of second degree, are
<Gamma, H>; the biases and the block v21 add the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from icl_theory.finite import formulas
from icl_theory.finite.population import Population

from .data import Sequences
from .ridge import features_of


@dataclass(frozen=True)
class Collapse:
    """What trained linear attention is in the theory's terms.

    Attributes
    ----------
    gamma
        Gamma of the weights with v21 and all biases set to zero, array (d, d + 1).
    extra
        What v21 adds to it: a matrix of rank one, the last column zero.
    value_ratio
        |v21|/|v22|: length of the value row that reads inputs, over that which reads the label.
    """

    gamma: np.ndarray
    extra: np.ndarray
    value_ratio: float

    @classmethod
    def of(cls, weights: Mapping[str, np.ndarray], ell: int) -> Collapse:
        """From weights by the names of their places, such as ``query.kernel``, of one lane."""
        named = {name: np.asarray(array, dtype=float) for name, array in weights.items()}
        d = named["query.kernel"].shape[1]
        values = named["value.kernel"] @ named["readout.kernel"][:, 0]
        product = named["query.kernel"][:d] @ named["key.kernel"].T / math.sqrt(d)
        factors = np.full(d + 1, formulas.feature_scale(d, ell))
        factors[d] = formulas.square_scale(d, ell)
        extra = np.zeros((d, d + 1))
        extra[:, :d] = np.outer(product[:, d], values[:d]) / formulas.feature_scale(d, ell)
        ratio = float(np.linalg.norm(values[:d]) / abs(values[d]))
        return cls(values[d] * product / factors, extra, ratio)

    def errors(self, population: Population) -> tuple[float, float]:
        """Exact errors of Gamma without and with what v21 adds to it."""
        return population.error(self.gamma), population.error(self.gamma + self.extra)

    def rest(self, sequences: Sequences, squared_errors: np.ndarray) -> tuple[float, float]:
        """Error of the full model beyond that of Gamma with its extra part, paired by sequence.

        Parameters
        ----------
        sequences
            Test sequences.
        squared_errors
            Those of the full model on them.

        Returns
        -------
        mean, standard_error
            Over the sequences.
        """
        whole = self.gamma + self.extra
        found = np.tensordot(features_of(sequences), whole, axes=2)
        paired = squared_errors - np.square(sequences.labels - found)
        return float(paired.mean()), float(paired.std(ddof=1) / math.sqrt(len(paired)))
