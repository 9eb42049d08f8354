"""The programs made beforehand are those of the theory as it is, and no others are ever run."""

import subprocess
import sys

import numpy as np
import pytest

from icl_theory import errors
from icl_theory.evaluate import compiled as loader
from icl_theory.evaluate import digest, generate, generated
from icl_theory.theory.fields import TABLE


def _run(script):
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_file_is_what_would_be_written():
    assert generate.TARGET.read_text() == generate.source(TABLE, generate.sources()), (
        "run: python -m icl_theory.evaluate.generate"
    )


def test_its_sources_are_all_that_the_programs_are_made_from():
    script = (
        "import sys, icl_theory.evaluate.generate\n"
        "print(*(n for n in sys.modules if n.startswith('icl_theory.')))"
    )
    loaded = {"/".join(name.split(".")[1:]) + ".py" for name in _run(script).split()}
    packages = {"algebra.py", "theory.py", "evaluate.py"}
    assert loaded - packages == set(generated.SOURCES)


def test_programs_made_beforehand_give_the_same_bits_as_those_made_now():
    now = generate.compile_table(TABLE)
    draw = np.random.default_rng(0)
    columns = {name: 10.0 ** draw.uniform(-3, 3, 100) for name in ("tau", "x", "kappa", "rho")}
    columns |= {"inv_kappa": 1 / columns["kappa"], "lam": columns["x"], "xi": columns["tau"]}
    for name in ("ridgeless_errors", "ridge_errors"):
        outputs = {field: np.empty((2, 100)) for field in now.fields}
        with np.errstate(all="ignore"):
            for row, one in enumerate((now, generated.COMPILED)):
                one.kernels[name].run(columns, {f: o[row] for f, o in outputs.items()})
        for old, new in outputs.values():
            assert old.tobytes() == new.tobytes()


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_the_digest_is_that_of_the_text(tmp_path, monkeypatch, ends):
    path = tmp_path / "one.py"
    path.write_bytes(b"a" + ends + b"b")
    monkeypatch.setattr(digest, "PACKAGE", tmp_path)
    found = digest.digest(["one.py"])
    path.write_bytes(b"a\nb")
    assert found == digest.digest(["one.py"])
    path.write_bytes(b"a\nc")
    assert found != digest.digest(["one.py"])


def test_programs_of_another_theory_are_not_run(monkeypatch):
    # As if a source had changed since: the digest differs, and the programs are made anew.
    monkeypatch.setattr(generated, "DIGEST", "another")
    stale = dict.fromkeys(generated.KERNELS)
    monkeypatch.setattr(generated, "COMPILED", stale)
    loader._beforehand.cache_clear()
    try:
        assert errors(0.5, 10, 0.5, 0.1).icl == 1.1760568751205254
        assert loader.compiled() is not stale
    finally:
        loader._beforehand.cache_clear()


def test_numbers_need_no_symbols():
    script = (
        "import sys\n"
        "from icl_theory import errors\n"
        "errors(.5, 10, .5, .1); errors(.5, 10, .5, .1, .1); errors(.5, float('inf'), .5, .1)\n"
        "print('sympy' in sys.modules)"
    )
    assert _run(script) == "False\n"
