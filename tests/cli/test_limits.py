"""The commands on limits."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from icl_theory.cli import limit, limits_table


def invoke(command, arguments):
    return CliRunner().invoke(command, arguments)


def test_the_command_prints_text_latex_and_json():
    arguments = ["icl", "--take", "lam->0, alpha->oo", "--where", "kappa<1, tau>1"]
    plain = invoke(limit.command, arguments)
    assert plain.exit_code == 0, plain.output
    assert "rho*(1 - kappa)/((rho + 1)*(tau - 1)) * alpha" in plain.output
    assert "do not commute" in plain.output
    tex = invoke(limit.command, [*arguments, "--latex"])
    assert r"\frac{\rho \left(1 - \kappa\right)}" in tex.output
    report = json.loads(invoke(limit.command, [*arguments, "--json"]).output)
    assert report["commute"] is False
    assert report["cases"][0]["exponents"] == {"lam->0": "0", "alpha->oo": "-1"}


def test_the_command_says_what_is_wrong_in_one_line():
    result = invoke(limit.command, ["icl", "--take", "tau->1"])
    assert result.exit_code == 2
    assert result.output == "Error: say from which side tau tends to 1: tau->1- or tau->1+\n"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [[], ["--ridgeless", "--markdown"], ["--kind", "scaling"]])
def test_the_table_has_an_answer_everywhere(arguments):
    result = invoke(limits_table.command, arguments)
    assert result.exit_code == 0, result.output
    assert "unknown" not in result.output
    assert len(result.output.splitlines()) > 20


def test_the_kernel_says_what_it_proves():
    arguments = ["icl", "--take", "lam->0, alpha->oo", "--where", "tau=1", "--prove", "--no-order"]
    result = invoke(limit.command, arguments)
    assert result.exit_code == 0
    said = [line for line in result.output.splitlines() if "by the kernel" in line]
    assert [line.split(" by")[0] for line in said] == ["proved"] * 3
    assert "given kappa < 1, tau = 1" in said[1]
    report = json.loads(invoke(limit.command, [*arguments, "--json"]).output)
    assert report["theorems"] == said


def test_the_kernel_says_what_it_does_not_prove():
    arguments = ["icl", "--take", "lam->0, alpha->oo", "--where", "tau=1, kappa<1", "--prove"]
    *_, first, proved, other, unproved, why = invoke(limit.command, arguments).output.splitlines()
    # Of both orders, as they differ.
    assert first.startswith("icl as lam->0, alpha->oo")
    assert other.startswith("icl as alpha->oo, lam->0")
    assert proved.startswith("proved by the kernel, given kappa < 1, tau = 1: ")
    assert unproved.startswith("not proved by the kernel, where tau = 1, kappa < 1: ")
    assert why == limit.WHY
