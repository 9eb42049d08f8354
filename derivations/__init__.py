"""What the theory claims, and the proofs: one module per topic, one function per claim."""

from types import ModuleType

from . import (
    baselines,
    boundary,
    context_law,
    deterministic,
    early_stopping,
    errors,
    fixed_point,
    generalisation,
    infinite_context,
    iteration,
    limits,
    lines,
    model,
    moments,
    optimal_ridge,
    ridgeless,
    second_order,
    sensitivity,
    spectral,
    stationary,
    transformers,
)

#: The topics in the order of the book.
TOPICS: tuple[ModuleType, ...] = (
    model,
    moments,
    generalisation,
    context_law,
    deterministic,
    second_order,
    spectral,
    fixed_point,
    iteration,
    errors,
    ridgeless,
    infinite_context,
    limits,
    lines,
    stationary,
    boundary,
    optimal_ridge,
    sensitivity,
    baselines,
    early_stopping,
    transformers,
)
