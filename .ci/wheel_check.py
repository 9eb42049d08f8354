"""Build the wheel, install it alone, and use it from somewhere else.

In the checkout everything works by accident: all files are there, and so are the tools of
development.  Here the wheel has to do with what it brings and what it asks for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
POINT = ["--tau", "0.5", "--alpha", "10", "--kappa", "0.5", "--rho", "0.1"]
#: The ICL error at that point, from the paper's printed formula evaluated by hand-written mpmath.
ICL = 1.1760568751205254
#: One claim of so many is proved here.
EVERY = 10


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command, and return what it printed; stop if it fails."""
    # No variable may lead back to the checkout.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shown = " ".join(str(part) for part in command)
        raise SystemExit(f"wheel-check: {shown} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Check the wheel, and say what was seen."""
    with tempfile.TemporaryDirectory() as name:
        away = Path(name)
        build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", away, ROOT]
        run(sys.executable, *build, cwd=ROOT)
        (wheel,) = away.glob("*.whl")

        venv.create(away / "venv", with_pip=True)
        bin_folder = away / "venv" / ("Scripts" if os.name == "nt" else "bin")
        python, command = bin_folder / "python", bin_folder / "icl-theory"
        # The lock only says which version, never that something is installed.
        lock = ROOT / "requirements.lock"
        run(python, "-m", "pip", "install", "--quiet", "--constraint", lock, wheel, cwd=away)
        run(python, "-m", "pip", "check", cwd=away)

        where = run(python, "-c", "import icl_theory; print(icl_theory.__file__)", cwd=away)
        if away.resolve() not in Path(where.strip()).resolve().parents:
            raise SystemExit(f"wheel-check: icl_theory was imported from {where}")

        answer = json.loads(run(command, "errors", *POINT, "--json", cwd=away))
        if abs(answer["icl"] - ICL) > 1e-14:
            raise SystemExit(f"wheel-check: errors {' '.join(POINT)} gave icl = {answer['icl']}")

        # The points of the figures are files in the wheel.
        for figure in ("1", "2", "4"):
            run(command, "figure", figure, "--out", away, cwd=away)

        # Listing reads all claims; the tests prove each, and here some of all topics are enough.
        known = [
            line.split()[0] for line in run(command, "verify", "--list", cwd=away).splitlines()
        ]
        some = known[::EVERY]
        # Its exit code says whether these hold; that it looked at them, only this.
        verdicts = json.loads(run(command, "verify", *some, "--json", cwd=away))["verdicts"]
        count = sum(verdict["verdict"] == "holds" for verdict in verdicts)
        if not count >= len(some) > 10:
            raise SystemExit(f"wheel-check: {count} of {len(some)} claims were seen to hold")
        seen = f"{count} of {len(known)} claims"
        print(f"wheel-check: {wheel.name}: errors, figures and {seen} are right")


if __name__ == "__main__":
    main()
