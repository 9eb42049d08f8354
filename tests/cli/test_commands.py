"""The command line: what it prints, where, and with which exit code."""

import inspect
import json
import re
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from icl_theory import Spectrum, errors
from icl_theory.budget import allocate
from icl_theory.cli import main
from icl_theory.cli.shared import BadInput, folder
from icl_theory.evaluate.result import FIELDS
from icl_theory.finite import simulate, simulate_dmmse

POINT = ["--tau", "0.5", "--alpha", "10", "--kappa", "0.5", "--rho", "0.1"]


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", [None, *main.commands])
def test_help_shows_usage_and_an_example_and_no_markup(command):
    result = run(*([] if command is None else [command]), "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
    assert "\\b" not in result.output and "\b" not in result.output
    if command is not None:
        lines = result.output.splitlines()
        assert any(line.startswith(f"    icl-theory {command}") for line in lines)


def test_tables_in_the_help_keep_their_lines():
    lines = run("errors", "--help").output.splitlines()
    assert "    --kappa  k/d, task diversity            > 0 or inf" in lines
    assert "  Numbers are exact: 0.1 is one tenth, 1/3 a third." in lines


def test_errors_prints_every_field_of_the_python_function():
    result = run("errors", *POINT)
    assert result.exit_code == 0
    printed = dict(line.split() for line in result.stdout.splitlines())
    expected = errors(0.5, 10, 0.5, 0.1)
    assert {name: float(value) for name, value in printed.items()} == {
        name: getattr(expected, name) for name in FIELDS
    }


@pytest.mark.parametrize("evaluator", [[], ["--digits", 20], ["--certified"], ["--exact"]])
def test_errors_takes_spectra_of_tasks_and_inputs(evaluator):
    levels = Spectrum.atoms([2, "1/2"], [1, 2])
    structure = ("--tasks", "spike:4,1/2", "--inputs", "atoms:2,1/2;1,2", "--test", "isotropic")
    line = run(
        "errors", "--tau", 2, *POINT[2:], *structure, "--alpha-test", 3, *evaluator, "--json"
    )
    tasks = Spectrum.spike(4, "1/2")
    expected = errors(2, 10, 0.5, 0.1, tasks=tasks, inputs=levels, test="isotropic", alpha_test=3)
    found = json.loads(line.stdout)["icl"]
    near = str(found).split(" near ")[-1].split(" +/-")[0].strip("[]")
    assert float(near) == pytest.approx(expected.icl, rel=1e-11)


def test_errors_as_json_is_json_even_where_a_value_is_infinite():
    result = run("errors", "--tau", 1, *POINT[2:], "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["icl"] == "inf"


def test_numbers_are_exact():
    third = run("errors", "--tau", "1/3", *POINT[2:], "--digits", 30)
    assert third.exit_code == 0
    rounded = run("errors", "--tau", "0.333333333333333333", *POINT[2:], "--digits", 30)
    assert rounded.stdout != third.stdout


@pytest.mark.parametrize("way", [[], ["--certified"]])
def test_digits_are_as_many_as_asked_for(way):
    line = run("errors", *POINT, "--digits", 40, *way).stdout.splitlines()[0]
    assert line.split()[1].strip("[").startswith("1.17605687512052")
    assert len(line.split()[1].strip("[").replace(".", "")) == 40


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--tau", "-1", *POINT[2:]], "tau must be a finite number > 0, got '-1'"),
        (["--tau", "x", *POINT[2:]], "tau must be a finite number > 0, got 'x'"),
        ([*POINT, "--lam", "inf"], "lam must be a finite number >= 0, got 'inf'"),
        ([*POINT, "--certified", "--exact"], "--certified and --exact exclude each other"),
    ],
)
def test_bad_input_is_one_sentence_on_standard_error(arguments, sentence):
    result = run("errors", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"Error: {sentence}\n"


def test_verify_prints_verdicts_and_exits_zero_if_all_hold():
    result = run("verify", "resolvent-root", "--json")
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["holds"] is True
    assert {v["id"] for v in record["verdicts"]} >= {"resolvent-root"}


def test_verify_exits_one_unless_all_hold():
    result = run("verify", "resolvent-root", "--timeout", 1e-6)
    assert result.exit_code == 1
    assert "0 of" in result.stdout


def test_verify_knows_its_claims():
    result = run("verify", "nothing")
    assert result.exit_code == 2
    assert result.stderr == "Error: CLAIM must be the id of a claim, got 'nothing'\n"


def test_simulate_keeps_runs_and_goes_on_from_them(tmp_path):
    place = ["simulate", "--d", 6, *POINT, "--lam", "0.01", "--store", tmp_path / "runs.sqlite"]
    few = json.loads(run(*place, "--runs", 2, "--json").stdout)
    more = run(*place, "--runs", 4, "--json")
    assert more.exit_code == 0
    assert few["setup"]["runs"] == 2
    assert json.loads(more.stdout)["setup"]["runs"] == 4
    assert run(*place, "--runs", 4).output.startswith("d = 6")


def test_simulate_refuses_what_finite_d_cannot_have():
    result = run("simulate", "--d", 6, *POINT[:2], "--alpha", "inf", *POINT[4:])
    assert result.exit_code == 2
    assert result.stderr == "Error: alpha must be finite at finite d, got inf\n"


def test_dmmse_prints_what_the_python_function_finds(tmp_path):
    point = ["--d", 6, "--alpha", 2, "--kappa", 1, "--rho", 0.2, "--runs", 3]
    store = tmp_path / "runs.sqlite"
    found = json.loads(run("dmmse", *point, "--json", "--store", store).stdout)
    expected = simulate_dmmse(6, 2, 1, 0.2, runs=3)
    assert found["dmmse"]["gap"]["mean"] == expected.gap.mean
    assert found["setup"]["k"] == 6 and store.exists()
    assert str(expected.icl) in run("dmmse", *point).stdout
    refused = run("dmmse", *point[:4], "--kappa", "inf", "--rho", 0.2)
    assert refused.exit_code == 2
    assert refused.stderr == "Error: kappa must be finite for dMMSE, got 'inf'\n"


@pytest.mark.parametrize(
    "line",
    [
        ["errors", *POINT, "--tasks", "1:2,3:1"],
        ["errors", *POINT, "--tasks", "atoms:-1"],
        ["errors", *POINT, "--tasks", '{"values": 1}'],
        ["errors", *POINT, "--tasks", "spike:2"],
    ],
)
def test_a_spectrum_that_cannot_be_read_is_refused_by_its_option(line):
    result = run(*line)
    assert result.exit_code == 2
    assert re.match(r"Error: tasks (must|is)\b.*", result.stderr)


@pytest.mark.parametrize("option", ["--d", "--runs", "--contexts", "--seed"])
def test_a_long_value_leaves_room_for_what_is_wrong_with_it(option):
    line = ["--d", "4", "--alpha", "2", "--kappa", "2", "--rho", "1"]
    result = run("dmmse", *line, option, "0." + "0" * 900 + "1")
    assert result.exit_code == 2
    assert "is not a valid int" in result.stderr and option in result.stderr
    assert len(result.stderr) < 310


def test_an_option_says_what_it_does_and_what_it_is_when_not_given():
    shown = 0
    for name, command in main.commands.items():
        for option in (one for one in command.params if isinstance(one, click.Option)):
            _, text = option.get_help_record(click.Context(command))
            assert text[0].isupper() and "." in text, (name, option.name)
            default = option.default
            if isinstance(default, str | int | float) and default != "" and not option.is_flag:
                assert f"[default: {default}" in text, (name, option.name)
                shown += 1
    assert shown > 20


@pytest.mark.parametrize(
    ("command", "function"),
    [("simulate", simulate), ("dmmse", simulate_dmmse), ("allocate", allocate)],
)
def test_a_command_has_the_parameters_and_defaults_of_its_function(command, function):
    context = click.Context(main.commands[command])
    given = {option.name: option.get_default(context) for option in context.command.params}
    expected = inspect.signature(function).parameters
    assert set(given) - {"as_json"} == set(expected) - {"progress", "executor"}
    for name, parameter in expected.items():
        if isinstance(parameter.default, int | float) and name in given:
            assert float(given[name]) == parameter.default


def test_a_choice_of_limits_has_to_be_given():
    result = run("limit", "icl")
    assert result.exit_code == 2
    assert result.stderr == "Error: Missing option '--take'.\n"


def test_verify_corrupts_the_quantity_that_is_named(monkeypatch):
    asked = []

    def survey(sample, *, names, **_):
        asked.append((sample, names))
        return SimpleNamespace(holds=True, summary="all caught")

    monkeypatch.setattr("icl_theory.verify.mutation.survey", survey)
    assert run("verify", "resolvent-root", "--mutants", "--quantity", "bias").exit_code == 0
    assert asked == [(None, ("bias",))]
    result = run("verify", "--mutants", "--quantity", "nothing")
    assert result.exit_code == 2
    assert "--quantity must be the name of a quantity, got 'nothing'" in result.stderr
    assert "--quantity goes with --mutants" in run("verify", "--quantity", "bias").stderr


@pytest.mark.parametrize("timeout", ["inf", "nan", "0", "1e+300"])
def test_verify_waits_for_a_day_at_most(timeout):
    result = run("verify", "gap-form", "--timeout", timeout)
    assert result.exit_code == 2
    assert "--timeout" in result.stderr and "86400" in result.stderr and timeout in result.stderr


def test_verify_lists_claims_without_a_proof(monkeypatch):
    monkeypatch.setattr("icl_theory.verify.runner.verify", lambda *_, **__: pytest.fail("proved"))
    result = run("verify", "--list", "resolvent-root", "gap-form")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    heads = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert heads == ["resolvent-root", "gap-form"]
    # What is named is stated too, with the place where it holds.
    stated = lines[lines.index(next(line for line in lines if line.startswith("gap-form"))) + 1 :]
    assert "=" in stated[0] and "e_{\\mathrm{ICL}}" in stated[0] + stated[-2]
    assert stated[-1].strip() == "for the states at a ridge $\\lambda > 0$"


def test_verify_prints_what_a_survey_found(monkeypatch):
    def found(holds, summary):
        one = SimpleNamespace(holds=holds, summary=summary, table=lambda: "the table")
        one.as_dict = lambda: {"said": summary}
        return lambda *_, **__: one

    monkeypatch.setattr("icl_theory.verify.runner.verify", found(True, "all hold"))
    monkeypatch.setattr("icl_theory.verify.mutation.survey", found(True, "all caught"))
    monkeypatch.setattr("icl_theory.verify.statement_mutation.survey", found(False, "one proved"))
    assert run("verify").exit_code == run("verify", "--mutants").exit_code == 0
    result = run("verify", "--mutants", "--statements")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["the table", "", "all hold", "all caught", "one proved"]
    record = json.loads(run("verify", "--mutants", "--statements", "--json").stdout)
    assert record == {
        "said": "all hold",
        "holds": False,
        "mutants": {"said": "all caught"},
        "statements": {"said": "one proved"},
    }


def test_theorems_are_printed_only_where_they_are_asked_for():
    assert "by the kernel" not in run("limit", "icl", "--take", "tau->oo").stdout


def test_a_path_that_no_system_has_is_refused_in_one_sentence():
    with pytest.raises(BadInput, match=r"^out must be a folder .*: embedded null"):
        folder("out", Path("a\0b"))
