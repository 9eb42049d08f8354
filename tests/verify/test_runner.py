"""Verification in worker processes: time bounds, dependencies, and what a corruption breaks."""

import json
import os
import pickle
import time
from dataclasses import replace
from functools import partial

import pytest

from icl_theory.theory.errors import e_idg
from icl_theory.theory.spectral import t
from icl_theory.verify import registry, runner
from icl_theory.verify.judge import FAILS, HOLDS, UNKNOWN, Verdict
from icl_theory.verify.runner import Report, verify
from icl_theory.verify.worker import Task, Worker


def test_a_claim_is_judged_alone_and_proves_what_it_uses():
    report = verify(["resolvent-unique"])
    assert [verdict.id for verdict in report.verdicts] == ["resolvent-unique"]
    assert report["resolvent-unique"].rests_on == registry.find_claim("resolvent-unique").rests_on()
    assert report.holds


def test_a_verdict_comes_with_its_title_its_theorems_and_its_points():
    verdict = verify(["resolvent-root"])["resolvent-root"]
    assert verdict.title == registry.find_claim("resolvent-root").title
    assert min(verdict.steps, verdict.decided_again, verdict.points) > 0


def test_the_record_is_json_and_the_table_is_aligned():
    report = verify(["resolvent-root"])
    record = json.loads(json.dumps(report.as_dict()))
    assert record["verdicts"][0]["verdict"] == "holds"
    lines = report.table().splitlines()
    assert lines[0].startswith("claim")
    assert len(lines) == 3
    assert "1 of 1 claims hold" in report.summary


def test_a_worker_ends_with_the_process_that_it_works_for_in_the_middle_of_a_claim():
    worker = Worker()
    assert worker.ask(partial(pow, 2, 3), 60) == 8
    process = worker.process
    try:
        pickle.dump(partial(time.sleep, 600), process.stdin)
        process.stdin.flush()
        time.sleep(0.2)
        assert process.poll() is None
        # As when its other end is no more.
        process.stdin.close()
        assert process.wait(5) == 0
        # An interrupt at the terminal goes to the group of the process in front.
        assert os.getpgid(0) != process.pid
    finally:
        worker.close()


def test_a_claim_out_of_time_does_not_hold():
    report = verify(["resolvent-root"], timeout=1e-3)
    assert not report.holds
    assert report["resolvent-root"].verdict == UNKNOWN
    assert report["resolvent-root"].reason == "not done within 0.001 s"
    assert "not done" in report.table()


def test_a_process_goes_on_after_one_that_was_ended():
    worker = Worker()
    try:
        assert worker(Task("resolvent-root"), timeout=1e-3).timed_out
        assert worker(Task("resolvent-root"), timeout=60).holds
    finally:
        worker.close()


def test_what_rests_on_a_broken_claim_is_unknown():
    broken = Verdict("below", "", FAILS, "false")
    above = Verdict("above", "", HOLDS, evidence="proved", rests_on=("below",))
    settled = runner._settle(above, {"below": broken})
    assert settled.verdict == UNKNOWN
    assert settled.reason == "rests on below, which does not hold"


def test_what_rests_on_claims_that_hold_or_were_not_asked_for_stays():
    below = Verdict("below", "", HOLDS, evidence="proved")
    above = Verdict("above", "", HOLDS, evidence="proved", rests_on=("below", "elsewhere"))
    assert runner._settle(above, {"below": below}) is above


def test_the_table_names_what_a_theorem_is_conditional_on():
    given = Verdict("above", "", HOLDS, evidence="proved given", references=("somebody2000",))
    given = replace(given, quoted=("x = 1 (somebody2000)",), rules=(("sign", 2), ("quoted", 1)))
    report = Report((given,), 1.0)
    assert "somebody2000" in report.table()
    assert "1 of 1 claims hold, 1 of them given quoted results: 3 theorems" in report.summary


def test_no_claims_at_all_do_not_hold():
    assert not Report((), 0.0).holds


def test_an_unknown_id_is_refused():
    with pytest.raises(KeyError, match="no claim has the id 'nothing'"):
        verify(["nothing"])


@pytest.mark.parametrize(
    ("definition", "broken"),
    [
        # A sign, a factor.
        ({"e_idg": -e_idg.definition}, {"gap-form", "idg-paper-form"}),
        ({"t": 2 * t.definition}, {"resolvent-root", "degrees-of-freedom"}),
    ],
)
def test_a_corrupted_formula_breaks_the_claims_that_read_it(definition, broken):
    report = verify(broken, definitions=definition)
    assert not report.holds
    for identifier in broken:
        assert not report[identifier].holds
        assert report[identifier].reason
    # And nothing else was changed by it.
    assert e_idg.definition == e_idg.record.definition


@pytest.mark.slow
def test_every_claim_holds():
    report = verify()
    assert report.holds, report.table()
    assert len(report.verdicts) == len(registry.claims())
    assert all(verdict.steps > 0 and verdict.points > 0 for verdict in report.verdicts)
