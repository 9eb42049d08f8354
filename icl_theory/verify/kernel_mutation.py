"""Change one check of the kernel at a time, and see whether its fast tests notice.

Run as ``python -m icl_theory.verify.kernel_mutation``. Every comparison is turned round, every
``and`` and ``or`` exchanged, every ``not`` dropped, every ``all`` and ``any`` exchanged, and every
requirement left out. Each changed kernel is a module of one process only, in which pytest runs
``tests/proof`` up to the first failure; a change that fails no test survives, and is listed.
"""

from __future__ import annotations

import ast
import copy
import os
import random
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import click
from tqdm import tqdm

#: The module that is changed.
KERNEL = "icl_theory.proof.kernel"
SOURCE = Path(__file__).parents[1] / "proof" / "kernel.py"
#: Set in the process of a mutant to its number.
VARIABLE = "ICL_THEORY_KERNEL_MUTANT"
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


def changes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What is changed, in order: the line, and the change in words.

    The tree is changed in place while the iterator stands at a change, and as it was after it.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                node.ops[index] = TURNED[type(operator)]()
                yield node.lineno, ast.unparse(node)
                node.ops[index] = operator
        elif isinstance(node, ast.BoolOp):
            before = node.op
            node.op = ast.Or() if isinstance(before, ast.And) else ast.And()
            yield node.lineno, ast.unparse(node)
            node.op = before
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            # Twice not is what it was without.
            before_operand = node.operand
            node.operand = ast.UnaryOp(ast.Not(), before_operand)
            yield node.lineno, ast.unparse(before_operand)
            node.operand = before_operand
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name, arguments = node.func.id, node.args
            if name in EXCHANGED:
                node.func.id = EXCHANGED[name]
                yield node.lineno, ast.unparse(node)
                node.func.id = name
            elif name == "require":
                node.args = [ast.Constant(True), *arguments[1:]]
                yield node.lineno, f"without {ast.unparse(arguments[0])}"
                node.args = arguments


def mutant(number: int) -> tuple[ast.Module, int, str]:
    """The changed syntax tree of a number, with the line and the change."""
    tree = ast.parse(SOURCE.read_text())
    for index, (line, change) in enumerate(changes(tree)):
        if index == number:
            return ast.fix_missing_locations(copy.deepcopy(tree)), line, change
    raise IndexError(f"no mutant {number}")


def count() -> int:
    """How many mutants there are."""
    return sum(1 for _ in changes(ast.parse(SOURCE.read_text())))


def install(number: int) -> None:
    """Put the changed kernel in the place of the kernel, before anything imports that."""
    if KERNEL in sys.modules:
        raise RuntimeError("the kernel was imported before it was changed")
    tree, _, _ = mutant(number)
    module = types.ModuleType(KERNEL)
    module.__file__, module.__package__ = str(SOURCE), KERNEL.rpartition(".")[0]
    sys.modules[KERNEL] = module
    exec(compile(tree, str(SOURCE), "exec"), module.__dict__)
    # As an import would: `from icl_theory.proof import kernel` reads the attribute.
    import icl_theory.proof

    icl_theory.proof.kernel = module  # type: ignore[attr-defined]


def survives(number: int, timeout: float) -> bool:
    """Whether no test fails with a changed kernel; one that hangs counts as noticed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", __spec__.name, "tests/proof"]
    try:
        done = subprocess.run(
            command,
            env=os.environ | {VARIABLE: str(number)},
            cwd=SOURCE.parents[2],
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


@click.command()
@click.option("--sample", type=click.IntRange(min=1), help="So many mutants, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of that draw.")
@click.option("--timeout", type=float, default=600, show_default=True, help="Seconds for each.")
def main(sample: int | None, seed: int, timeout: float) -> None:
    """List the changes of the kernel that its fast tests do not notice; exit with 1 if any."""
    numbers = list(range(count()))
    if sample is not None:
        numbers = sorted(random.Random(seed).sample(numbers, min(sample, len(numbers))))
    survivors = [n for n in tqdm(numbers, leave=False) if survives(n, timeout)]
    for number in survivors:
        _, line, change = mutant(number)
        click.echo(f"kernel.py:{line}: {change}")
    click.echo(f"{len(numbers) - len(survivors)} of {len(numbers)} changes of the kernel noticed")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
elif VARIABLE in os.environ:
    install(int(os.environ[VARIABLE]))
