"""Commands as processes of their own: nothing of the current directory is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(sys.executable).with_name("icl-theory")
POINT = ["--tau", "0.5", "--alpha", "10", "--kappa", "0.5", "--rho", "0.1"]
BASELINE = ["--alpha", "2", "--kappa", "1", "--rho", "0.2"]
COMMANDS = {
    "errors": ["errors", *POINT, "--digits", "20"],
    "verify": ["verify", "resolvent-root"],
    "simulate": ["simulate", "--d", "4", *POINT, "--runs", "2", "--workers", "2"],
    "dmmse": ["dmmse", "--d", "4", *BASELINE, "--runs", "2", "--workers", "2"],
    "figure": ["figure", "3", "--quick", "--out", "drawn"],
    "limit": ["limit", "idg", "--take", "tau->0"],
}
#: Modules that some command imports: ours, a dependency's, and the standard library's.
NAMES = ("mpmath", "numpy", "sympy", "flint", "tqdm", "matplotlib", "click", "json", "derivations")


@pytest.fixture
def hostile(tmp_path):
    """A folder of modules that leave a trace when they are run."""
    trace = tmp_path / "trace"
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(f"open({str(trace)!r}, 'a').write({name!r})\n")
    return folder, trace


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("way", [[str(SCRIPT)], [sys.executable, "-m", "icl_theory"]])
def test_no_command_runs_code_from_the_current_directory(hostile, way, command):
    folder, trace = hostile
    found = subprocess.run(
        [*way, *COMMANDS[command]],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not trace.exists(), trace.read_text()
    assert found.returncode == 0, found.stderr


def test_the_hostile_folder_would_be_noticed(hostile):
    folder, trace = hostile
    subprocess.run([sys.executable, "-c", "import mpmath"], cwd=folder, check=True)
    assert trace.read_text() == "mpmath"
