"""Every kind of check of the kernel is changed, and a changed kernel is that of one process."""

import ast
import subprocess
import sys

import pytest

from icl_theory.verify import kernel_mutation

SAMPLE = """
def rule(a, b):
    require(a < b, "no")
    return not all(a) and (a is None or b in a)
"""


def test_every_comparison_operator_and_requirement_is_changed_once():
    tree = ast.parse(SAMPLE)
    before = ast.dump(tree)
    found = [change for _, change in kernel_mutation.changes(tree)]
    assert sorted(found) == sorted(
        [
            "a <= b",
            "without a < b",
            "not all(a) or (a is None or b in a)",
            "a is None and b in a",
            "all(a)",
            "any(a)",
            "a is not None",
            "b not in a",
        ]
    )
    assert ast.dump(tree) == before


def test_each_mutant_differs_from_the_kernel():
    kernel = ast.dump(ast.parse(kernel_mutation.SOURCE.read_text()))
    for number in range(0, kernel_mutation.count(), 37):
        tree, line, change = kernel_mutation.mutant(number)
        assert ast.dump(tree) != kernel
        assert line > 0
        assert change
    with pytest.raises(IndexError):
        kernel_mutation.mutant(kernel_mutation.count())


def test_a_changed_kernel_proves_what_the_kernel_refuses():
    tree = ast.parse(kernel_mutation.SOURCE.read_text())
    wrong = "without decide.is_zero(difference)"
    (number,) = [i for i, (_, c) in enumerate(kernel_mutation.changes(tree)) if c == wrong]
    program = (
        "import sympy as sp; from icl_theory.proof import kernel;"
        "print(kernel.identity(sp.Integer(1), sp.Integer(2)).conclusion)"
    )
    run = subprocess.run(
        [sys.executable, "-c", f"import icl_theory.verify.kernel_mutation; {program}"],
        env={kernel_mutation.VARIABLE: str(number)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "Eq(1, 2)\n"
