"""A judge that draws what the fast sampler never draws: the contexts themselves."""

import math
from types import SimpleNamespace

import numpy as np
import pytest


def draw_contexts(w, ell, rho, rng):
    """One sequence for each row of ``w``, from the definition of the model."""
    count, d = w.shape
    x = rng.standard_normal((count, ell + 1, d)) / math.sqrt(d)
    y = np.einsum("nid,nd->ni", x, w) + math.sqrt(rho) * rng.standard_normal((count, ell + 1))
    context_x, context_y = x[:, :ell], y[:, :ell]
    linear = d / ell * np.einsum("ni,nid->nd", context_y, context_x)
    square = np.sum(context_y**2, axis=1) / ell
    return SimpleNamespace(x=x[:, ell], g=np.column_stack([linear, square]), y=y[:, ell])


@pytest.fixture
def contexts():
    return draw_contexts


@pytest.fixture
def rng(request):
    """A generator of its own for every test."""
    return np.random.default_rng(list(request.node.nodeid.encode()))
