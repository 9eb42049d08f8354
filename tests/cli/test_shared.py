"""What the commands share, and commands whose work is done elsewhere: what they ask for and say."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from icl_theory import errors, errors_certified, errors_exact
from icl_theory.budget import allocate
from icl_theory.cli import limits_table, main, shared
from icl_theory.evaluate.compiled import compiled
from icl_theory.limits import table
from icl_theory.limits.table import as_json, as_markdown, as_text, rows

POINT = ["--tau", "0.5", "--alpha", "10", "--kappa", "0.5", "--rho", "0.1"]


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def options(command):
    """Type, metavar, default and whether it has to be given, of every option of a command."""
    return {
        option.name: (option.type.name, option.metavar, option.default, option.required)
        for option in main.commands[command].params
        if isinstance(option, click.Option) and not option.is_flag
    }


NUMBER, WHOLE = ("text", "NUMBER"), ("integer", None)
NEEDED, OPEN = (None, True), (None, False)


def test_options_of_the_finite_model_are_read_as_what_they_are():
    kept = {"store": ("path", None, *OPEN), "workers": (*WHOLE, 1, False)}
    ratios = dict.fromkeys(("alpha", "kappa", "rho"), (*NUMBER, *NEEDED))
    common = {"d": (*WHOLE, *NEEDED), **ratios, "seed": (*WHOLE, 0, False), **kept}
    text = ("text", None)
    simulate = {
        "tau": (*NUMBER, *NEEDED),
        "lam": (*NUMBER, "0", False),
        "runs": (*WHOLE, 20, False),
        "tasks": (*text, "sphere", False),
        "inputs": (*text, *OPEN),
        "test": (*text, *OPEN),
        "alpha_test": (*NUMBER, *OPEN),
        "rho_test": (*NUMBER, *OPEN),
        "order": (*WHOLE, 1, False),
        "assignment": (*text, "multinomial", False),
        "solver": (*text, "auto", False),
        "precision": (*text, "float64", False),
    }
    assert options("simulate") == common | simulate
    dmmse = options("dmmse")
    assert {name: dmmse[name] for name in common} == common
    assert dmmse["runs"] == (*WHOLE, 100, False) and dmmse["contexts"][:2] == WHOLE
    for name, option in options("errors").items():
        numbers = ("tau", "alpha", "kappa", "rho", "lam", "alpha_test", "rho_test")
        assert (option[1] == "NUMBER") == (name in numbers)
        assert option[3] == (name in numbers[:4])
    order = [option.name for option in main.commands["errors"].params]
    assert order[:6] == ["tau", "alpha", "kappa", "rho", "lam", "tasks"]
    assert order[6:10] == ["test", "alpha_test", "rho_test", "inputs"]


@pytest.mark.parametrize("command", ["errors", "limit"])
def test_help_lists_every_field_in_columns(command):
    lines = run(command, "--help").output.splitlines()
    for name, sentence in compiled().fields.items():
        assert f"    {name:<20}  {sentence}" in lines
    # Paragraphs are apart by one line.
    assert "\n\n\n" not in run(command, "--help").output
    first = lines.index(next(line for line in lines if line.startswith("    icl ")))
    assert lines[first - 1] == "" and lines[first - 2].startswith("  ")
    assert lines[1] == "" and lines[2][:2] == "  " and lines[2][2] != " "


def test_help_is_shown_where_nothing_is_asked():
    result = run()
    assert "Usage:" in result.output and "  limits-table  " in result.output
    assert "Exit codes: 0 done, 1 claims do not hold, 2 bad input." in result.output
    assert run("-h").exit_code == 0


@pytest.mark.parametrize(("letters", "cut"), [(299, False), (300, False), (301, True)])
def test_a_refusal_has_at_most_three_hundred_letters(letters, cut):
    text = "x" * letters
    with pytest.raises(shared.BadInput) as caught, shared.one_sentence():
        raise ValueError(text)
    said = caught.value.message
    assert said == (text[:297] + "..." if cut else text)
    assert caught.value.exit_code == 2


def test_a_refusal_is_one_line_and_shows_a_long_value_in_part():
    with pytest.raises(shared.BadInput) as caught, shared.one_sentence():
        raise ArithmeticError(f"no\n  digits of '{'7' * 60}' and '{'8' * 59}'")
    said = caught.value.message
    assert said == f"no digits of '{'7' * 56}... and '{'8' * 59}'"
    for error, expected in (
        (OSError(28, "No space left", "runs"), "'runs': No space left"),
        (OSError(28, "No space left"), "No space left"),
        (OSError("broken"), "broken"),
    ):
        with pytest.raises(shared.BadInput) as caught, shared.one_sentence():
            raise error
        assert caught.value.message == expected
    # What is no refusal is not hidden.
    with pytest.raises(KeyError), shared.one_sentence():
        raise KeyError("x")


def test_json_has_no_numbers_that_are_none(capsys):
    record = {"a": [1.5, math.inf, (-math.inf, math.nan)], "b": {"c": math.nan, "é": "ü"}, "d": 3}
    shared.print_json(record)
    out = capsys.readouterr().out
    assert json.loads(out) == {
        "a": [1.5, "inf", ["-inf", None]],
        "b": {"c": None, "é": "ü"},
        "d": 3,
    }
    assert "é" in out and out.startswith('{\n  "a"')


def test_what_errors_prints_is_what_each_evaluator_finds():
    exact = json.loads(run("errors", *POINT, "--exact", "--json").stdout)
    expected = errors_exact("0.5", "10", "0.5", "0.1")
    assert exact == {name: str(value) for name, value in expected.as_dict().items()}
    balls = json.loads(run("errors", *POINT, "--certified", "--json").stdout)
    expected = errors_certified("0.5", "10", "0.5", "0.1", digits=50)
    assert balls == {name: ball.str(50) for name, ball in expected.as_dict().items()}
    lines = run("errors", *POINT, "--digits", 12).stdout.splitlines()
    assert [line.index(line.split()[1]) for line in lines] == [22] * len(lines)
    assert lines[0].split() == ["icl", f"{errors(0.5, 10, 0.5, 0.1).icl:.11f}"]


def test_allocate_says_what_the_number_of_tasks_may_be():
    asked = ["allocate", "--budget", "10", "--rho", "0.1", "--price-task", "1"]
    for text in ("auto", "-3", ""):
        refused = run(*asked, f"--kappa={text}")
        assert refused.exit_code == 2
        assert f"kappa must be a number > 0, inf or choose, got '{text}'" in refused.stderr
    # No budget pays for infinitely many.
    assert (
        "kappa must be finite, or chosen, where tasks have a price, got inf" in run(*asked).stderr
    )


def test_allocate_prints_what_the_python_function_finds():
    asked = ["allocate", "--budget", "10", "--rho", "0.1", "--ridge", "none"]
    found = json.loads(run(*asked, "--json").stdout)
    expected = allocate(10, rho=0.1, ridge="none")
    assert found["kappa"] == "inf" and found["error"] == expected.error
    lines = dict(line.split("  ", 1) for line in run(*asked, "--kappa", 3).stdout.splitlines())
    names = ["tau", "alpha", "kappa", "lam", "error", "at_least", "boxes"]
    assert [name.strip() for name in lines] == names
    assert float(lines["error   ".strip()]) == allocate(10, rho=0.1, kappa=3, ridge="none").error
    chosen = run(*asked, "--kappa", "choose", "--price-task", 1, "--tolerance", "1e-2", "--json")
    assert 0 < json.loads(chosen.stdout)["kappa"] < 10
    refused = run(*asked, "--kappa", "choose")
    assert refused.exit_code == 2 and "price_task must be > 0" in refused.stderr


@pytest.fixture
def few(monkeypatch):
    """A table of few limits."""
    monkeypatch.setattr(table, "singles", lambda: ["tau->0", "lam->oo"])
    monkeypatch.setattr(table, "doubles", lambda: ["tau->0, rho->0"])
    monkeypatch.setattr(table, "SCALINGS", ("lam = c*tau, tau->0",))


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        ([], ["tau->0", "lam->oo"]),
        (["--kind", "double"], ["tau->0, rho->0"]),
        (["--kind", "scaling"], ["lam = c*tau, tau->0"]),
        (["--kind", "all"], ["tau->0", "lam->oo", "tau->0, rho->0", "lam = c*tau, tau->0"]),
    ],
)
def test_the_table_has_the_limits_of_its_kind(few, kind, paths):
    *lines, empty, note = run("limits-table", *kind).stdout.splitlines()
    assert (empty, note) == ("", limits_table.NOTE)
    assert [line for line in lines if not line.startswith(" ")] == paths
    assert lines == list(as_text(rows(paths, "", table.COLUMNS)))


def test_the_table_is_printed_as_text_markdown_and_json(few):
    paths = ["tau->0"]
    ridgeless = run("limits-table", "--ridgeless")
    assert ridgeless.exit_code == 0
    assert ridgeless.stdout.splitlines()[0] == "tau->0, where lam=0"
    lines = ridgeless.stdout.splitlines()
    assert lines[:-2] == list(as_text(rows(paths, "lam=0", table.COLUMNS)))
    markdown = run("limits-table", "--ridgeless", "--markdown").stdout.splitlines()
    assert lines[-2:] == markdown[-2:] == ["", limits_table.NOTE]
    assert markdown[:-2] == list(as_markdown(rows(paths, "lam=0", table.COLUMNS)))
    found = [
        json.loads(line)
        for line in run("limits-table", "--ridgeless", "--json").stdout.splitlines()
    ]
    assert found == [as_json(row) for row in rows(paths, "lam=0")]
    assert set(found[0]["fields"]) == set(compiled().fields)


def test_train_asks_for_what_was_given_and_prints_the_report(monkeypatch, tmp_path):
    asked = []

    def train(**arguments):
        asked.append(arguments)
        return "setup", "trained"

    monkeypatch.setattr("icl_theory.transformers.train", train)
    monkeypatch.setattr(
        "icl_theory.transformers.report.record", lambda *pair: {"pair": pair, "loss": math.inf}
    )
    monkeypatch.setattr("icl_theory.transformers.report.text", lambda record: f"{record['pair']}")
    result = run("train", "--d", 20, "--tau", "1.1")
    assert result.exit_code == 0 and result.stdout == "('setup', 'trained')\n"
    store = tmp_path / "runs.sqlite"
    more = ["--model", "gamma", "--runs", 3, "--store", store, "--device", "cpu", "--rate", "1e-3"]
    result = run("train", "--d", 20, "--tau", "1.1", *more, "--json")
    assert json.loads(result.stdout) == {"pair": ["setup", "trained"], "loss": "inf"}
    first, second = asked
    assert first == {
        "model": "linear",
        "d": 20,
        "tau": "1.1",
        "alpha": "1",
        "kappa": "inf",
        "rho": "0.01",
        "copies": 5,
        "seed": 0,
        "rate": 1e-4,
        "schedule": "constant",
        "iterations": 20_000,
        "store": None,
        "device": None,
    }
    changed = {"model": "gamma", "copies": 3, "store": store, "device": "cpu", "rate": 1e-3}
    assert second == first | changed
    assert run("train", "--d", 20, "--tau", "1", "--store", tmp_path).exit_code == 2


def test_train_says_what_is_missing_in_one_sentence(monkeypatch):
    def train(**_):
        raise ImportError("training needs the extra")

    monkeypatch.setattr("icl_theory.transformers.train", train)
    result = run("train", "--d", 20, "--tau", "1.1")
    assert (result.exit_code, result.stderr) == (2, "Error: training needs the extra\n")


@pytest.fixture
def surveys(monkeypatch):
    """What the command asks of verification and of both surveys; all of them hold."""
    asked = {}

    def answering(name):
        one = SimpleNamespace(holds=True, summary=name, table=lambda: "table")
        one.as_dict = lambda: {name: 1}

        def answer(*arguments, **named):
            asked[name] = (arguments, named)
            return one

        return answer

    for name, place in {
        "proofs": "runner.verify",
        "mutants": "mutation.survey",
        "statements": "statement_mutation.survey",
    }.items():
        monkeypatch.setattr(f"icl_theory.verify.{place}", answering(name))
    return asked


def test_verify_hands_on_what_was_asked(surveys):
    from icl_theory.verify import runner

    assert run("verify").exit_code == 0
    assert surveys.pop("proofs") == ((None,), {"timeout": runner.TIMEOUT, "progress": True})
    assert not surveys
    every = ["--mutants", "--statements", "--sample", 3, "--seed", 7, "--timeout", 5]
    assert run("verify", "resolvent-root", *every).exit_code == 0
    assert surveys["proofs"] == ((("resolvent-root",),), {"timeout": 5, "progress": True})
    # Proofs of some claims are no report on all.
    named = {"seed": 7, "names": None, "report": None, "progress": True}
    assert surveys["mutants"] == ((3,), named)
    named = {"seed": 7, "ids": ("resolvent-root",), "progress": True}
    assert surveys["statements"] == ((3,), named)
    assert run("verify", "--mutants", "--statements").exit_code == 0
    (sample,), named = surveys["mutants"]
    assert sample is None and named["seed"] == 0 and named["report"].holds
    assert surveys["statements"] == ((None,), {"seed": 0, "ids": None, "progress": True})
    assert run("verify", "--statements", "--sample", 1).exit_code == 0
    assert surveys["statements"][0] == (1,)
    for refused in (["--sample", 0], ["--timeout", 0]):
        assert run("verify", *refused).exit_code == 2


def test_verify_lists_every_claim_in_columns(surveys):
    lines = run("verify", "--list").stdout.splitlines()
    from icl_theory.verify import registry

    known = registry.claims()
    width = max(map(len, known))
    assert lines == [f"{name:<{width}}  {claim.title}" for name, claim in known.items()]
    assert not surveys


def test_claims_that_cannot_be_judged_are_no_bad_input(monkeypatch):
    # A runner that was first imported below would keep what is put there.
    from icl_theory.verify import registry, runner

    assert runner.check_complete is registry.check_complete

    def broken(_):
        raise registry.RegistryError("a claim is missing")

    monkeypatch.setattr(registry, "check_complete", broken)
    result = run("verify", "--list")
    assert (result.exit_code, result.stderr) == (1, "Error: a claim is missing\n")
