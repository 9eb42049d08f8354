"""Change one check of the kernel at a time, and see whether its fast tests notice.

Run as ``python -m icl_theory.verify.kernel_mutation`` where the tests are. Every comparison is
turned round, every ``and`` and ``or`` exchanged, every ``not`` dropped, every ``all`` and ``any``
exchanged, and every requirement left out. A change that fails no test survives, and is listed.

One process collects the tests, runs them, and remembers which lines of the kernel each executes;
what SymPy and the decisions of the algebra know by then is kept, what the kernel knows is
forgotten. For every change it forks: the child replaces the code of the one function that is
changed, and runs the tests that execute the line, the quickest first, up to the first failure. A
change with which they do not end, or need more memory than there is, counts as noticed, and is
counted apart. What was found is stored, and found anew only where the function, or the test that
noticed, has changed.

`EQUIVALENT` lists changes that no test can notice, with the reason why.
"""

from __future__ import annotations

import ast
import functools
import gc
import hashlib
import itertools
import json
import os
import random
import resource
import signal
import sys
import time
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from icl_theory.proof import kernel
from icl_theory.proof.claim import Claim
from icl_theory.proof.kernel import domain, placed

#: The modules of the kernel.
SOURCES = sorted(Path(kernel.__file__).parent.glob("[a-z]*.py"))
FILES = frozenset(map(str, SOURCES))
ROOT = Path(kernel.__file__).parents[3]
#: The tests that have to notice.
TESTS = ("tests/proof", "tests/verify/test_second_decision.py")
EQUIVALENT = ROOT / "tests" / "proof" / "equivalent_changes.toml"
STORE = ROOT / "build" / "kernel_mutation.jsonl"
#: Modules whose caches hold what the kernel made.
HOLDING = ("icl_theory.proof", "derivations", "tests")
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
EXCHANGED = {"all": "any", "any": "all"}
#: What is noted of a change with which the tests do not end.
NO_END = "no end"
#: What is said of a fault of the survey itself.
FAULT = "fault: "
#: Memory that a changed kernel may take, in bytes.
MEMORY = 3 * 2**30
#: Seconds on the clock for each of processor time: what waits for something ends, too.
PATIENCE = 15


def changes(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """What is changed, in order: the expression, and the change in words.

    The tree is changed in place while the iterator stands at a change, and as it was after it.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                node.ops[index] = TURNED[type(operator)]()
                yield node, ast.unparse(node)
                node.ops[index] = operator
        elif isinstance(node, ast.BoolOp):
            before = node.op
            node.op = ast.Or() if isinstance(before, ast.And) else ast.And()
            yield node, ast.unparse(node)
            node.op = before
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            # Twice not is what it was without.
            before_operand = node.operand
            node.operand = ast.UnaryOp(ast.Not(), before_operand)
            yield node, ast.unparse(before_operand)
            node.operand = before_operand
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name, arguments = node.func.id, node.args
            if name in EXCHANGED:
                node.func.id = EXCHANGED[name]
                yield node, ast.unparse(node)
                node.func.id = name
            elif name == "require":
                node.args = [ast.Constant(True), *arguments[1:]]
                yield node, f"without {ast.unparse(arguments[0])}"
                node.args = arguments


@dataclass(frozen=True)
class KernelMutant:
    """A changed kernel: where, and what is changed.

    ``body`` is a hash of the function as it was, ``occurrence`` counts equal changes in it,
    ``number`` is the place among all changes of the module.
    """

    function: str
    change: str
    occurrence: int
    lines: tuple[int, int]
    body: str
    number: int
    source: Path

    @property
    def name(self) -> tuple[str, str, int]:
        """What a change is called, whatever line it is on."""
        return self.function, self.change, self.occurrence

    def code(self) -> types.CodeType:
        """The changed module, compiled."""
        tree = ast.parse(self.source.read_text())
        next(itertools.islice(changes(tree), self.number, None))
        return compile(ast.fix_missing_locations(tree), str(self.source), "exec")

    def places(self) -> set[tuple[str, int]]:
        """The lines that are changed."""
        first, last = self.lines
        return {(str(self.source), line) for line in range(first, last + 1)}


def mutants() -> list[KernelMutant]:
    """All changes of the kernel, in the order of its modules and their lines."""
    return [mutant for source in SOURCES for mutant in mutants_of(source)]


def mutants_of(source: Path) -> list[KernelMutant]:
    """All changes of a module, in the order of its lines."""
    tree = ast.parse(source.read_text())
    outer = dict(_functions(tree))
    bodies = {name: _hash(ast.unparse(node)) for name, node in outer.items()}
    found: list[KernelMutant] = []
    counts: dict[tuple[str, str], int] = {}
    for number, (node, change) in enumerate(changes(tree)):
        first, last = node.lineno, node.end_lineno or node.lineno
        inside = [name for name, f in outer.items() if f.lineno <= first <= (f.end_lineno or 0)]
        if not inside:
            raise ValueError(f"line {first} is in no function: {change}")
        key = inside[0], change
        counts[key] = counts.get(key, 0) + 1
        body = bodies[inside[0]]
        found.append(KernelMutant(*key, counts[key], (first, last), body, number, source))
    return sorted(found, key=lambda m: (m.lines, m.change, m.occurrence))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions of a module and the methods of its classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield f"{node.name}.{method.name}", method


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sampled(every: Sequence[KernelMutant], size: int, seed: int) -> list[KernelMutant]:
    """So many mutants, one of each of equally long parts of the kernel."""
    rng, total = random.Random(seed), len(every)
    if size >= total:
        return list(every)
    ends = [round(part * total / size) for part in range(size + 1)]
    return [every[rng.randrange(low, high)] for low, high in itertools.pairwise(ends)]


@contextmanager
def installed(mutant: KernelMutant) -> Iterator[None]:
    """The kernel with a change, wherever its functions are known by now."""
    new = dict(_codes(mutant.code()))
    old = [(f, f.__code__) for f in _live().functions if _place(f.__code__) in new]
    _live().forget()
    for function, code in old:
        function.__code__ = new[_place(code)]
    try:
        yield
    finally:
        for function, code in old:
            function.__code__ = code
        _live().forget()


def _place(code: types.CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: types.CodeType) -> Iterator[tuple[tuple[str, str, int], types.CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield _place(constant), constant
            yield from _codes(constant)


@dataclass(frozen=True)
class LiveFunctions:
    """What there is of the kernel in this process: its functions, and what has to be emptied."""

    functions: list[types.FunctionType]
    emptied: list[Callable[[], object]]

    def forget(self) -> None:
        """Forget what the kernel made and decided; what the algebra decided stays."""
        for clear in self.emptied:
            clear()


@functools.cache
def _live() -> LiveFunctions:
    functions: list[types.FunctionType] = []
    # Quantities know theirs by the state of the definitions only.
    emptied: list[Callable[[], object]] = [
        cached.cache_clear  # type: ignore[attr-defined]
        for cached in (placed._written, placed._meaningful)
    ]
    # A test gives its domains the same names each time it runs.
    names = dict(domain._NAMES)
    emptied += [domain._NAMES.clear, lambda: domain._NAMES.update(names)]
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType):
            if thing.__code__.co_filename in FILES:
                functions.append(thing)
        elif type(thing) is kernel.Domain:
            emptied += [thing._known.clear, thing._given.clear]
        elif type(thing) is Claim:
            emptied.append(thing._known.clear)
        elif isinstance(thing, functools._lru_cache_wrapper) and str(thing.__module__).startswith(
            HOLDING
        ):
            emptied.append(thing.cache_clear)
    return LiveFunctions(functions, emptied)


class KernelSurvey:
    """A plugin of pytest that runs the tests it has collected against one mutant after the other.

    Parameters
    ----------
    wanted
        The mutants.
    jobs
        How many at a time.
    timeout
        Seconds of processor time after which a mutant counts as noticed: a test does not end.
    minutes
        No mutant is begun later.
    report
        Told of each the test that noticed it, or ``"-"``, and how long that took.
    """

    def __init__(
        self,
        wanted: Sequence[KernelMutant],
        jobs: int,
        timeout: float,
        minutes: float,
        report: Callable[[KernelMutant, str, float], None],
    ) -> None:
        self.wanted, self.jobs, self.report = wanted, jobs, report
        self.timeout, self.minutes = timeout, minutes
        self.failed = ""

    def pytest_runtestloop(self, session: Any) -> bool:
        """Run the tests as they are, then against each mutant."""
        reached = self._reached(session.items)
        waiting, running = list(self.wanted)[::-1], dict[int, tuple[KernelMutant, float, int]]()
        until = time.monotonic() + 60 * self.minutes
        while waiting or running:
            if time.monotonic() > until:
                waiting.clear()
            while waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                items = [i for i in reached if not reached[i].isdisjoint(mutant.places())]
                reader, writer = os.pipe()
                child = os.fork()
                if child == 0:
                    os.close(reader)
                    self._child(mutant, items, writer)
                os.close(writer)
                running[child] = mutant, time.monotonic(), reader
            child, _ = os.waitpid(-1, os.WNOHANG)
            if not child:
                for pid, (_, since, _) in running.items():
                    if time.monotonic() - since > PATIENCE * self.timeout:
                        _end(pid)
                time.sleep(0.02)
                continue
            if child not in running:
                continue
            mutant, since, reader = running.pop(child)
            # What it started would keep the pipe open.
            _end(child)
            with os.fdopen(reader) as pipe:
                said = pipe.read()
            # A child that says nothing did not end by itself.
            if said.startswith(FAULT):
                raise RuntimeError(f"{mutant.function}: {mutant.change}: {said}")
            self.report(mutant, said.strip() or NO_END, time.monotonic() - since)
        return True

    def _reached(self, items: Sequence[Any]) -> dict[Any, set[tuple[str, int]]]:
        """The lines of the kernel that each test executes, the quickest test first."""
        lines: dict[Any, set[tuple[str, int]]] = {}
        seconds: dict[Any, float] = {}
        for item in items:
            _live().forget()
            since = time.process_time()
            with _tracing() as executed:
                fails = self._fails(item)
            if fails:
                self.failed = item.nodeid
                raise RuntimeError(f"{item.nodeid} fails with the kernel as it is")
            lines[item], seconds[item] = set(executed), time.process_time() - since
        _live().forget()
        return {item: lines[item] for item in sorted(items, key=seconds.__getitem__)}

    @staticmethod
    def _fails(item: Any) -> bool:
        from _pytest.runner import runtestprotocol

        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))

    def _child(self, mutant: KernelMutant, items: Sequence[Any], writer: int) -> None:
        """Run tests against a mutant, say which one fails, or that none does, and end."""
        os.setpgid(0, 0)
        seconds = int(self.timeout)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        said = "-"
        try:
            with installed(mutant):
                said = next((i.nodeid for i in items if self._fails(i)), "-")
        except MemoryError:
            said = NO_END
        except BaseException as fault:
            said = f"{FAULT}{fault!r}"
        finally:
            os.write(writer, said.encode())
            os._exit(0)


def _end(group: int) -> None:
    """End a process and what it started, as far as it is there."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


@contextmanager
def _tracing() -> Iterator[set[tuple[str, int]]]:
    """The lines of the kernel that are executed inside a ``with`` block."""
    executed: set[tuple[str, int]] = set()

    def local(frame: types.FrameType, event: str, _: Any) -> Any:
        executed.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def called(frame: types.FrameType, event: str, _: Any) -> Any:
        return local if frame.f_code.co_filename in FILES else None

    sys.settrace(called)
    try:
        yield executed
    finally:
        sys.settrace(None)


def stored(path: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    """What was found before and still stands: the function and the test have not changed."""
    if not path.exists():
        return {}
    known = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        known[entry["function"], entry["change"], entry["occurrence"]] = entry
    return known


def _test_file(test: str) -> str:
    """Hash of the file that a test is in."""
    path = ROOT / test.partition("::")[0]
    return _hash(path.read_text()) if path.is_file() else ""


def stands(entry: Mapping[str, Any], mutant: KernelMutant) -> bool:
    """Whether a change was noticed, and nothing of it has changed since."""
    if entry["body"] != mutant.body or entry["noticed"] == "-":
        return False
    return entry["file"] == _test_file(entry["noticed"])


def without_difference() -> dict[tuple[str, str, int], str]:
    """Changes that no test can notice, and why."""
    listed = tomllib.loads(EQUIVALENT.read_text()).get("change", [])
    return {(e["function"], e["change"], e.get("occurrence", 1)): e["reason"] for e in listed}


@click.command()
@click.option("--sample", type=click.IntRange(min=1), help="So many, spread evenly over the file.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of that draw.")
@click.option("--only", default="", help="Functions with this in their name only.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True)
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Seconds of processor time for each.",
)
@click.option("--minutes", type=float, default=60, show_default=True, help="Start none after that.")
@click.option("--store", type=click.Path(path_type=Path), default=STORE, show_default=True)
def main(
    sample: int | None,
    seed: int,
    only: str,
    jobs: int,
    timeout: int,
    minutes: float,
    store: Path,
) -> None:
    """List the changes of the kernel that its fast tests do not notice; exit with 1 if any."""
    import pytest

    every = mutants()
    reasons = without_difference()
    unknown = set(reasons) - {m.name for m in every}
    if unknown:
        raise click.ClickException(f"listed as equivalent, and no change: {sorted(unknown)}")
    chosen = every if sample is None else sampled(every, sample, seed)
    chosen = [m for m in chosen if only in m.function]
    known = stored(store)
    found = {
        m.name: known[m.name]["noticed"]
        for m in chosen
        if m.name in known and stands(known[m.name], m)
    }
    left = [m for m in chosen if m.name not in found]
    store.parent.mkdir(parents=True, exist_ok=True)

    def report(mutant: KernelMutant, noticed: str, seconds: float) -> None:
        found[mutant.name] = noticed
        entry = {
            "function": mutant.function,
            "change": mutant.change,
            "occurrence": mutant.occurrence,
            "body": mutant.body,
            "noticed": noticed,
            "file": _test_file(noticed),
            "seconds": round(seconds, 2),
        }
        with store.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    if left:
        survey = KernelSurvey(left, jobs, timeout, minutes, report)
        code = pytest.main(
            ["-q", "-p", "no:cacheprovider", *(str(ROOT / t) for t in TESTS)], plugins=[survey]
        )
        if survey.failed or code not in (0, 5):
            raise click.ClickException(f"the tests fail without a change: {survey.failed}")
    tried = [m for m in chosen if m.name in found]
    survivors = [m for m in tried if found[m.name] == "-" and m.name not in reasons]
    wrong = [m for m in tried if found[m.name] != "-" and m.name in reasons]
    for mutant in survivors:
        place = f"{mutant.source.name}:{mutant.lines[0]}"
        click.echo(f"{place}: {mutant.function}: {mutant.change}")
    for mutant in wrong:
        click.echo(f"{mutant.function}: {mutant.change}: noticed by {found[mutant.name]}")
    same = sum(m.name in reasons for m in tried) - len(wrong)
    noticed = len(tried) - len(survivors) - same
    endless = sum(found[m.name] == NO_END for m in tried)
    click.echo(
        f"{noticed} of {len(tried)} changes of the kernel noticed, {endless} of them as the tests "
        f"did not end, {same} equivalent, "
        f"{len(survivors)} survive; {len(every)} in all"
    )
    sys.exit(1 if survivors or wrong else 0)


if __name__ == "__main__":
    main()
