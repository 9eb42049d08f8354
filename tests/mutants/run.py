"""Change the code of a folder, one place at a time, and see whether its tests notice.

``make mutants-code ARGS="limits --sample 30"``. Cosmic Ray makes the changes, in a copy of the
repository. Which tests run a changed line is found once, with the coverage of each; a mutant is
tried with those, quickest first, and with all tests of the folder where none runs the line in the
process of the tests. What these do not notice is tried with the others too: a line that runs once,
at an import or behind a cache, is seen in one test only. What is known is in ``results/mutants``,
so that a run resumes; when the sources of the folder change, it starts anew. A mutant that hangs
counts as noticed, and is named; one that no test notices is a survivor. Mutants that change nothing
are listed in ``equivalent.toml``.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import click
import coverage
from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkItem
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
RESULTS = ROOT / "results" / "mutants"
FOLDERS = ("evaluate", "stationary", "limits", "finite", "baselines", "budget", "cli")
#: Written by a program, and compared with what it would write.
GENERATED = ("icl_theory/evaluate/generated.py",)
#: The change that changes nothing: the tests have to pass in the order that mutants meet.
NOTHING = "core/NoOp"
#: Seconds that a run may take beyond six times what its tests took: the machine may be busier.
SLACK = 90
#: What Cosmic Ray says of a run that it had to stop.
TIMEOUT = "timeout"
PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "tests.mutants.order")


@dataclass(frozen=True)
class Change:
    """One line before and after."""

    file: str
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}\n    - {self.before}\n    + {self.after}"


def read(file: str) -> str:
    """The source of a file of the repository."""
    return (ROOT / file).read_text(encoding="utf-8")


def changed(mutation: MutationSpec) -> str | None:
    """The changed source."""
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    return mutate_code(read(str(mutation.module_path)), operator, mutation.occurrence)


def change(mutation: MutationSpec) -> Change:
    """What a mutation changes."""
    file = str(mutation.module_path)
    before, after = read(file), changed(mutation)
    assert after is not None
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[3:]
    old, new = (
        " ".join(line[1:].strip() for line in lines if line[0] == sign).strip() for sign in "-+"
    )
    return Change(file, mutation.start_pos[0], old, new)


class Bare(ast.NodeTransformer):
    """A syntax tree without annotations, which are not evaluated here."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def runs_otherwise(mutation: MutationSpec) -> bool:
    """Whether a mutation changes more than annotations."""
    try:
        old, new = (
            ast.dump(Bare().visit(ast.parse(text)))
            for text in (read(str(mutation.module_path)), changed(mutation) or "")
        )
    except SyntaxError:
        return False
    return old != new


def draw(folder: str, sample: int, seed: int) -> list[MutationSpec]:
    """So many mutations of a folder, at places drawn at random, one of each place."""
    files = sorted(p.relative_to(ROOT) for p in (ROOT / "icl_theory" / folder).rglob("*.py"))
    places = defaultdict(list)
    with_places = [file for file in files if str(file) not in GENERATED]
    os.chdir(ROOT)
    for item in _all_work_items(with_places, {}):
        (mutation,) = item.mutations
        if mutation.operator_name != NOTHING:
            kind = mutation.operator_name.removeprefix("core/").split("_")[0]
            places[str(mutation.module_path), mutation.start_pos, kind].append(mutation)
    rng = random.Random(f"{folder} {seed}")
    order = sorted(places)
    rng.shuffle(order)
    drawn: list[MutationSpec] = []
    for place in order:
        mutation = rng.choice(places[place])
        if len(drawn) < sample and runs_otherwise(mutation):
            drawn.append(mutation)
    return drawn


def digest(folder: str) -> str:
    """Of the sources that are changed."""
    files = sorted((ROOT / "icl_theory" / folder).rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def copy_of_repository(target: Path) -> None:
    """A copy of all files of the repository, in which files can be changed."""
    shutil.rmtree(target, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def tests_of(folder: str) -> list[str]:
    """The places where the tests of a folder are, and those of the rules of the whole house."""
    house = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "tests").glob("test_*.py"))
    return [f"tests/{folder}", f"icl_theory/{folder}", *house]


def survey(folder: str, tree: Path, state: Path) -> None:
    """Run the tests of a folder with coverage of each, unless that is known."""
    times, lines = state / "seconds.json", state / "coverage"
    if times.exists() and lines.exists():
        return
    click.echo(f"{folder}: which tests run which lines", err=True)
    options = [f"--cov=icl_theory/{folder}", "--cov-context=test", "--cov-report="]
    environment = os.environ | {"COVERAGE_FILE": str(lines), "ICL_MUTANT_TIMES": str(times)}
    command = [*PYTEST, *options, *tests_of(folder)]
    done = subprocess.run(command, cwd=tree, env=environment, check=False)
    if done.returncode:
        times.unlink(missing_ok=True)
        raise click.ClickException(f"the tests of {folder} fail without any change")


def tests_by_line(tree: Path, state: Path) -> dict[tuple[str, int], set[str]]:
    """The tests that run each line, their set-up included."""
    data = coverage.CoverageData(str(state / "coverage"))
    data.read()
    found: dict[tuple[str, int], set[str]] = {}
    for file in data.measured_files():
        relative = str(Path(file).relative_to(tree))
        for line, contexts in data.contexts_by_lineno(file).items():
            found[relative, line] = {context.rpartition("|")[0] for context in contexts} - {""}
    return found


def lines_of(mutation: MutationSpec) -> Iterator[int]:
    """The lines of the smallest statement around a mutation: coverage notes the first of them."""
    spot = mutation.start_pos[0]
    around = [
        node
        for node in ast.walk(ast.parse(read(str(mutation.module_path))))
        if isinstance(node, ast.stmt) and node.lineno <= spot <= (node.end_lineno or node.lineno)
    ]
    # A decorator stands before the statement that it belongs to.
    yield from range(max((node.lineno for node in around), default=spot), spot + 1)


def listed() -> dict[tuple[str, str, str], str]:
    """The mutants that change nothing, with the reason."""
    table = tomllib.loads((HERE / "equivalent.toml").read_text())
    return {(m["file"], m["before"], m["after"]): m["reason"] for m in table.get("mutant", [])}


def try_one(mutation: MutationSpec, wanted: set[str], seconds: dict, folder: str, state: Path):
    """The outcome of one mutation, in the copy that is the current directory."""
    choice = state / "choice.json"
    choice.write_text(json.dumps({"seconds": seconds, "wanted": sorted(wanted)}))
    os.environ["ICL_MUTANT_CHOICE"] = str(choice)
    limit = SLACK + 6 * sum(seconds[test] for test in wanted)
    return mutate_and_test([mutation], " ".join([*PYTEST, *tests_of(folder)]), limit)


def try_all(mutation: MutationSpec, first: set[str], seconds: dict, folder: str, state: Path):
    """The outcome with the tests that run the line, and then with the others."""
    outcome = None
    for wanted in (first, set(seconds) - first):
        if wanted and (outcome is None or outcome.test_outcome == TestOutcome.SURVIVED):
            outcome = try_one(mutation, wanted, seconds, folder, state)
    return outcome


def key(mutation: MutationSpec) -> tuple[str, str, int]:
    """What tells mutations apart."""
    return str(mutation.module_path), mutation.operator_name, mutation.occurrence


def session(database: WorkDB, folder: str, sample: int, seed: int, drawn: Path) -> list[WorkItem]:
    """The drawn mutants as Cosmic Ray's items, entered where they are missing.

    The draw looks at every change of the folder, and is kept in a file.
    """
    known = {key(item.mutations[0]): item for item in database.work_items}
    chosen = [tuple(one) for one in json.loads(drawn.read_text())] if drawn.exists() else []
    if len(chosen) < sample or not set(chosen) <= set(known):
        mutations = draw(folder, sample, seed)
        chosen = [key(mutation) for mutation in mutations]
        first = f"icl_theory/{folder}/__init__.py"
        mutations.append(MutationSpec(first, NOTHING, 0, (1, 0), (1, 1)))
        new = [WorkItem.single(uuid.uuid4().hex, m) for m in mutations if key(m) not in known]
        database.add_work_items(new)
        known |= {key(item.mutations[0]): item for item in new}
        drawn.write_text(json.dumps(chosen))
    nothing = next(item for one, item in known.items() if one[1] == NOTHING)
    return [nothing, *(known[one] for one in chosen[:sample])]


@click.command()
@click.argument("folders", nargs=-1, type=click.Choice(FOLDERS))
@click.option("--sample", type=click.IntRange(min=1), default=30, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the draw.")
@click.option("--again", is_flag=True, help="Try survivors and what hung again.")
@click.option("--least", type=click.FloatRange(0, 1), default=0.9, show_default=True)
def main(folders: tuple[str, ...], sample: int, seed: int, again: bool, least: float) -> None:
    """Share of mutants that the tests of each of FOLDERS notice, and those they do not."""
    shares, equivalent = {}, listed()
    for folder in folders or FOLDERS:
        state = RESULTS / f"{folder}-{digest(folder)}"
        state.mkdir(parents=True, exist_ok=True)
        tree = state / "tree"
        copy_of_repository(tree)
        os.environ["PYTHONPATH"] = str(tree)
        survey(folder, tree, state)
        seconds = json.loads((state / "seconds.json").read_text())
        runs = tests_by_line(tree, state)
        with use_db(str(state / "session.sqlite")) as database:
            items = session(database, folder, sample, seed, state / f"drawn-{seed}.json")
            done = dict(database.results)
            noticed, same, hung, survivors = 0, [], [], []
            for item in tqdm(items, desc=folder, leave=False):
                (mutation,) = item.mutations
                nothing = mutation.operator_name == NOTHING
                what = None if nothing else change(mutation)
                if what and (what.file, what.before, what.after) in equivalent:
                    same.append(what)
                    continue
                file = str(mutation.module_path)
                outcome = done.get(item.job_id)
                doubtful = outcome and (not outcome.is_killed or outcome.output == TIMEOUT)
                retry = again and doubtful
                if outcome is None or (retry and not nothing):
                    tests = set().union(*(runs.get((file, n), set()) for n in lines_of(mutation)))
                    os.chdir(tree)
                    first = set(seconds) if nothing else tests & set(seconds)
                    outcome = try_all(mutation, first, seconds, folder, state)
                    database.set_result(item.job_id, outcome)
                if outcome.test_outcome == TestOutcome.INCOMPETENT:
                    raise click.ClickException(f"{what}: {outcome.output}")
                if nothing and outcome.is_killed:
                    raise click.ClickException(f"{folder}, nothing changed: {outcome.output}")
                if what:
                    noticed += outcome.is_killed
                    hung += [what] if outcome.is_killed and outcome.output == TIMEOUT else []
                    survivors += [] if outcome.is_killed else [what]
        shares[folder] = noticed, len(hung), noticed + len(survivors), len(same)
        for what in survivors:
            click.echo(f"survives: {what}")
        for what in hung:
            click.echo(f"hangs: {what}")
        for what in same:
            reason = equivalent[what.file, what.before, what.after]
            click.echo(f"equivalent: {what}\n    {reason}")
        shutil.rmtree(tree)
    click.echo(
        f"\n{'folder':<12}{'noticed':>9}{'of':>5}{'share':>8}{'by hanging':>12}{'equivalent':>12}"
    )
    for folder, (noticed, hangs, tried, equals) in shares.items():
        share = noticed / tried if tried else 1.0
        click.echo(f"{folder:<12}{noticed:>9}{tried:>5}{share:>8.1%}{hangs:>12}{equals:>12}")
    sys.exit(any(noticed < least * tried for noticed, _, tried, _ in shares.values()))


if __name__ == "__main__":
    main()
