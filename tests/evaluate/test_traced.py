"""Array code that is recorded as a program computes what it computes on arrays."""

import numpy as np
import pytest

from icl_theory.evaluate.traced import traced


def code(a, b):
    both = (a > 1) & (b > 1)
    either = (a > 1) | np.isinf(b)
    chosen = np.where(both, a / b, np.where(either, -a, np.sqrt(np.abs(b))))
    return {"chosen": chosen, "kept": np.clip(a * b, 0.5, 2), "most": np.maximum(a, 1 - b)}


def run(program, *inputs):
    """Results of a program at one point, instruction by instruction."""
    known = dict(zip(program.inputs, inputs, strict=True))

    def value(operand):
        return known[operand] if isinstance(operand, str) else float(operand)

    for one in program.instructions:
        known[one.target] = getattr(np, one.operation)(*map(value, one.operands))
    return {name: value(operand) for name, operand in program.outputs.items()}


def test_it_computes_what_the_code_computes():
    program = traced(("a", "b"), code)
    places = np.meshgrid([0.3, 1.0, 1.5, 4.0], [0.2, 1.0, 3.0, np.inf])
    wanted = code(*places)
    for index in np.ndindex(places[0].shape):
        found = run(program, *(float(one[index]) for one in places))
        assert found == {name: values[index] for name, values in wanted.items()}


@pytest.mark.parametrize(
    "refused",
    [lambda a: {"x": np.exp(a)}, lambda a: {"x": np.sort(a)}, lambda a: {"x": np.add.reduce(a)}],
)
def test_what_has_no_instruction_is_refused(refused):
    with pytest.raises(TypeError, match="no instruction for"):
        traced(("a",), refused)
