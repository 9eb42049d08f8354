"""How many labels an attention model can fit: the dimension of the functions that it computes.

It is where interpolation ends if training goes on for ever, whatever the optimiser: a threshold
without a number of steps in it. For linear attention the count is derived; for softmax models it is
measured, as the rank of the derivative of the predictions with respect to the weights, and found to
be a quadratic polynomial in d.
"""

from __future__ import annotations

import math

import numpy as np

from icl_theory.finite import formulas
from icl_theory.finite.parameters import whole
from icl_theory.finite.sizes import Sizes

from .api import require_extra
from .data import Source

#: Coefficients of 1, d and d^2 in the ranks measured at d = 3, ..., 8.
MEASURED = {"softmax": (-2, 3, 3), "two-blocks": (-3, 1, 6)}
#: Singular values below this share of the largest are rounding: those that count are far above.
ROUNDING = 1e-14


def dimension(model: str, d: float) -> float:
    """Dimension of the functions of a model at any width.

    Parameters
    ----------
    model
        ``"linear"``, ``"softmax"`` or ``"two-blocks"``.
    d
        Token dimension, and the width of the head.
    """
    if model == "linear":
        return float(formulas.linear_dimension(d))
    if model not in MEASURED:
        known = ", ".join(("linear", *MEASURED))
        raise ValueError(f"model must be one of {known}, not {model!r}")
    return float(np.polynomial.polynomial.polyval(d, MEASURED[model]))


def measured_dimension(model: str, d: int, seed: int = 0) -> int:
    """Rank of the derivative of a model's predictions with respect to its weights.

    On twice as many sequences as there are weights, at weights drawn around an initialisation.

    Parameters
    ----------
    model
        Name of a model.
    d
        Token dimension; the derivative is a dense matrix, so that it should be small.
    seed
        Of weights and sequences.
    """
    require_extra()
    import jax
    from jax.flatten_util import ravel_pytree

    from .models import MODELS

    d = whole(1)("d", d)
    kind = MODELS[model]
    with jax.enable_x64(True):
        key, shift = jax.random.split(jax.random.key(seed))
        flat, unravel = ravel_pytree(
            jax.tree.map(lambda leaf: leaf.astype(float), kind.initial(key, d))
        )
        flat = flat + 0.1 * jax.random.normal(shift, flat.shape, float)
        sizes = Sizes.rounded(d, 2 * flat.size / d**2, 1, math.inf)
        tokens = Source(sizes, 0.01, seed, 0).train().tokens.astype(float)
        features = kind.features(jax.numpy.asarray(tokens))
        slopes = jax.jit(jax.jacrev(lambda w: kind.predict(unravel(w), features)))(flat)
        values = np.linalg.svd(np.asarray(slopes), compute_uv=False)
    return int((values > ROUNDING * values[0]).sum())
