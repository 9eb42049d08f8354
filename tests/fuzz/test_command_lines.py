"""Command lines of every kind: an answer, or one sentence on standard error and exit code 2.

The slow tests try fifty; `make fuzz-commands` a thousand. They are the same each time.
"""

import os
import random
import re
import resource
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from icl_theory.cli import main

from .judge import BYTES, LONGEST, SECONDS, Hang, watched
from .values import TEXTS

#: Command lines in all, and how many of them are processes of their own.
LINES = int(os.environ.get("ICL_FUZZ_COMMANDS", "50"))
PROCESSES = max(2, LINES // 50)
#: Seconds of processor time for exact algebra, searches and simulations; others have `SECONDS`.
LONG = {"limit": 30.0, "allocate": 60.0, "simulate": 20.0, "dmmse": 20.0, "verify": 20.0}

NUMBERS = ["0.5", "10", "2", "1/3", "0.1", "1", "1e-8", "1e8", "3", "0.75"]
SPECTRA = ["2,1/2", "power:0.9", "power:2:3", "1:2,3:1", "isotropic", "matched", "pretraining"]
BAD = [
    *(text for text in TEXTS if "\0" not in text and "\ud800" not in text and len(text) < 30_000),
    *("--", "-", "-1", "0", "--tau", "None", "[1]", "1,2", "{}", "1e-999", "10000000000", "-inf"),
]
#: Paths that cannot be written to, or hold something else.
PATHS = ["nodir/r.sqlite", "text.txt", "loop", "/dev/full", "/proc/none", "", "n" * 300, "/", "."]
POINT = dict.fromkeys(("--tau", "--alpha", "--kappa", "--rho", "--lam"), NUMBERS)
SHIFT = {
    "--test": SPECTRA,
    "--alpha-test": NUMBERS,
    "--rho-test": NUMBERS,
}
FINITE = {
    "--d": ["2", "3", "4"],
    **{name: ["0.5", "1", "2", "1/3", "3"] for name in ("--alpha", "--kappa")},
    "--rho": NUMBERS,
    "--runs": ["1", "2"],
    "--seed": ["0", "1", "18446744073709551616"],
    "--tasks": ["sphere", "gaussian"],
    "--store": PATHS,
    "--workers": ["1"],
}
#: Commands whose arguments are text in a language of its own.
LANGUAGES = {"limit"}
#: For each command: words that come first, options it needs, options it may have, and flags.
COMMANDS = {
    "errors": (
        [],
        [*POINT][:4],
        POINT | SHIFT | {"--tasks": SPECTRA, "--digits": ["1", "15", "50"]},
        ["--certified", "--exact", "--json"],
    ),
    "limit": (
        ["icl", "gap", "xi", "train", "m", "foo"],
        ["--take"],
        {
            "--take": ["lam->0", "alpha->oo", "tau->1-", "kappa->0", "alpha->-oo", "tau->1+1"],
            "--where": ["", "kappa<1", "tau>1", "lam=0", "tau>9**9**9", "kappa<1, tau>1"],
        },
        ["--no-order", "--json", "--latex"],
    ),
    "simulate": (
        [],
        ["--d", *[*POINT][:4], "--runs", "--workers"],
        FINITE
        | {"--tau": ["0.5", "2", "1"], "--lam": NUMBERS}
        | SHIFT
        | {"--inputs": SPECTRA, "--solver": ["auto", "primal", "dual", "cholesky", "direct"]}
        | {"--precision": ["float64", "float32"], "--assignment": ["multinomial", "balanced"]},
        ["--json"],
    ),
    "dmmse": (
        [],
        ["--d", "--alpha", "--kappa", "--rho", "--runs", "--workers", "--contexts"],
        FINITE | {"--contexts": ["10", "100"]},
        ["--json"],
    ),
    "allocate": (
        [],
        ["--budget", "--rho", "--tolerance"],
        {
            "--budget": ["1", "10", "100"],
            "--rho": NUMBERS,
            "--kappa": ["inf", "1", "1/2"],
            "--ridge": ["best", "none"],
            "--alpha-test": NUMBERS,
            "--rho-test": NUMBERS,
            "--price-token": ["1", "2"],
            "--price-sequence": ["0", "1"],
            "--price-task": ["0"],
            "--tolerance": ["1e-2", "0.1"],
        },
        ["--json"],
    ),
}
#: Commands whose work is long: given nothing but what they refuse.
REFUSED = {
    "figure": [
        ["0"],
        ["7"],
        ["x"],
        [],
        ["1", "--out", "text.txt"],
        ["2", "--quick", "--out", "loop"],
    ],
    "verify": [
        *(["nothing"], ["--sample", "0"], ["--seed", "x"], ["\x1b"]),
        *(["--timeout", seconds] for seconds in ("-1", "inf", "nan", "1e300")),
    ],
    "train": [
        ["--d", "0", "--tau", "1"],
        ["--tau", "1"],
        ["--d", "x", "--tau", "1"],
        ["--d", "4", "--tau", "-1"],
        ["--d", "4", "--tau", "1", "--rate", "nan"],
        ["--d", "4", "--tau", "1", "--model", "x"],
        ["--d", "100000", "--tau", "1"],
        ["--d", "4", "--tau", "1", "--runs", "1" + 12 * "0"],
    ],
    "limits-table": [["--x"], ["more"]],
    "nothing": [[]],
}
#: What of a refusal says what is allowed, click's own words among them.
SAYS = re.compile(
    r"\b(must|cannot|can be|may|takes|only|is not|is none|exclude|no such|missing|unexpected"
    r"|requires)\b",
    re.I,
)


def drawn(generator):
    """One command line, and the name of its command."""
    if not generator.randrange(12):
        command = generator.choice([*REFUSED])
        return command, [command, *generator.choice(REFUSED[command])]
    command = generator.choice([*COMMANDS])
    first, needed, options, flags = COMMANDS[command]
    names = dict.fromkeys(name for name in needed if generator.randrange(40))
    names |= dict.fromkeys(generator.sample([*options], generator.randint(0, 2)))
    line = [command, *([generator.choice(first)] if first else [])]
    spoiled = generator.choice([*names]) if names and generator.randrange(4) else None
    for name in names:
        pool = PATHS if name == "--store" else BAD if name == spoiled else options[name]
        line += [name, generator.choice(pool)]
    line += [flag for flag in flags if not generator.randrange(4)]
    if not generator.randrange(20):
        line.insert(generator.randint(0, len(line)), generator.choice(["--x", "more", "-h", "--"]))
    return command, line


def wrong(command, code, stdout, stderr):
    """What is wrong with how a command ended, or None."""
    if "Traceback" in stderr or "Traceback" in stdout:
        return "traceback"
    if code == 0:
        return "nan printed" if re.search(r"\bnan\b", stdout, re.I) else None
    if code != 2:
        return f"exit code {code}"
    sentences = stderr.splitlines()
    if stdout or len(sentences) != 1 or not sentences[0].startswith("Error: "):
        return "not one sentence on standard error"
    sentence = sentences[0].removeprefix("Error: ")
    if len(sentence) > LONGEST:
        return "refusal longer than 300 letters"
    if re.search(r"\b(No such (command|option)|unexpected extra argument)", sentence):
        return None
    if command in LANGUAGES:
        return None if re.search(r"""['"=<>]|\bgot\b""", sentence) else "refusal quotes nothing"
    if not SAYS.search(sentence):
        return "refusal states no domain"
    parameters = main.commands[command].params
    names = {name for one in parameters for name in (*one.opts, str(one.metavar).strip("[]."))}
    words = {name.lstrip("-").replace("-", "_").lower() for name in names}
    said = set(re.findall(r"\w+", sentence.replace("-", "_").replace("__", "").lower()))
    return None if words & said else "refusal names no parameter"


@pytest.fixture
def foreign_files(tmp_path, monkeypatch):
    """A folder with files of other kinds, as the current one."""
    (tmp_path / "text.txt").write_text("no store")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.chdir(tmp_path)


def report(faults, tried):
    kinds = {}
    for fault, line, seen in faults:
        number, shown, _ = kinds.get(fault, (0, line, seen))
        kinds[fault] = number + 1, min(line, shown, key=len), seen
    listed = "\n".join(
        f"{kind} ({number} times): {' '.join(map(repr, shown))[:300]}\n    {seen[:400]}"
        for kind, (number, shown, seen) in sorted(kinds.items())
    )
    assert not faults, f"{len(faults)} faults in {tried} command lines\n{listed}"


@pytest.mark.slow
def test_a_command_line_gives_an_answer_or_one_sentence(foreign_files):
    generator, faults = random.Random(11), []
    for _ in range(LINES):
        command, line = drawn(generator)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            with watched(LONG.get(command, SECONDS)):
                result = CliRunner().invoke(main, line)
        except Hang:
            faults.append((f"{command}: hang", line, ""))
            continue
        found, seen = wrong(command, result.exit_code, result.stdout, result.stderr), result.stderr
        if result.exception and not isinstance(result.exception, SystemExit):
            found, seen = f"{type(result.exception).__name__}", str(result.exception)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown > BYTES / 1024:
            found = "memory grew"
        if found:
            faults.append((f"{command}: {found}", line, seen))
    report(faults, LINES)


@pytest.mark.slow
def test_a_process_ends_as_its_command_does(foreign_files):
    generator, faults = random.Random(12), []
    for _ in range(PROCESSES):
        command, line = drawn(generator)
        process = subprocess.run(
            [sys.executable, "-m", "icl_theory", *line],
            capture_output=True,
            text=True,
            timeout=120,
        )
        found = wrong(command, process.returncode, process.stdout, process.stderr)
        if process.returncode == -signal.SIGABRT:
            found = "aborted"
        if found:
            faults.append((f"{command}: {found}", line, process.stderr))
    report(faults, PROCESSES)
