"""Every kind of check of the kernel is changed, and a changed kernel is that of one process."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

from icl_theory.proof import kernel
from icl_theory.verify import kernel_mutation
from icl_theory.verify.kernel_mutation import (
    NO_END,
    KernelMutant,
    installed,
    mutants,
    sampled,
    stands,
)

ROOT = Path(__file__).parents[2]
SAMPLE = """
def rule(a, b):
    require(a < b, "no")
    return not all(a) and (a is None or b in a)
"""


@pytest.fixture(scope="module")
def every():
    return mutants()


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


def test_each_mutant_is_another_module_and_has_a_name_of_its_own(every):
    assert len({mutant.name for mutant in every}) == len(every)
    for mutant in every[::100]:
        kernel_code = compile(mutant.source.read_text(), str(mutant.source), "exec")
        assert mutant.code() != kernel_code


def test_a_sample_has_one_of_each_part_of_the_kernel(every):
    chosen = sampled(every, 10, seed=0)
    part = len(every) / 10
    places = [every.index(mutant) for mutant in chosen]
    assert [int(place / part) for place in places] == pytest.approx(list(range(10)), abs=1)
    assert chosen == sampled(every, 10, seed=0)
    assert sampled(every, len(every) + 1, seed=0) == every


def test_a_changed_kernel_proves_what_the_kernel_refuses_and_is_changed_back(every):
    (wrong,) = [m for m in every if m.name == ("identity", "without decide.is_zero(difference)", 1)]
    with installed(wrong):
        assert kernel.identity(sp.Integer(1), sp.Integer(2)).conclusion == sp.Eq(
            1, 2, evaluate=False
        )
    with pytest.raises(kernel.ProofFailed):
        kernel.identity(sp.Integer(1), sp.Integer(2))


def test_what_was_noticed_stands_until_the_function_or_the_test_changes():
    mutant = KernelMutant("sign", "a < b", 1, (1, 1), "body", 0, Path(__file__))
    test = "tests/verify/test_kernel_mutation.py::test"
    entry = {"body": "body", "noticed": test, "file": kernel_mutation._test_file(test)}
    assert stands(entry, mutant)
    assert not stands(entry | {"body": "another"}, mutant)
    assert not stands(entry | {"file": "another"}, mutant)
    assert not stands(entry | {"noticed": "-"}, mutant)


def test_changes_that_nobody_can_notice_are_changes_and_have_a_reason(every):
    listed = kernel_mutation.without_difference()
    assert set(listed) <= {mutant.name for mutant in every}
    assert all(listed.values())


def surveyed(test):
    """What a survey says of one change and one test, in a process without other threads."""
    command = [sys.executable, "-m", "tests.verify.surveyed", test]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("test", ["loops", "grows", "leaves_a_child_behind"])
def test_a_change_with_which_the_tests_do_not_end_is_noticed_and_said_so(test):
    assert surveyed(test).stdout == f"True {NO_END}\n"


def test_a_fault_of_the_survey_is_no_survivor():
    done = surveyed("is_at_fault")
    assert done.returncode == 1
    assert not done.stdout
    assert "RuntimeError" in done.stderr and "ZeroDivisionError" in done.stderr


def test_names_of_domains_are_forgotten_from_one_run_of_a_test_to_the_next(every):
    with installed(every[0]):
        first = kernel.Domain("named in a test of mutation")
        assert first.named()
    assert kernel.Domain("named in a test of mutation").named()
    assert kernel.FREE.named()
