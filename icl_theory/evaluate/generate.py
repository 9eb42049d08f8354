"""Source of the compiled programs of float64, from the definitions of the theory.

``python -m icl_theory.evaluate.generate`` writes ``generated.py``, so that numbers need no symbols.
The file names the sources that it was made from and holds their digest: where they have changed,
it is not used (`compiled`), and programs are made anew.
"""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from icl_theory.evaluate import programs
from icl_theory.evaluate.algorithm import RidgeIteration
from icl_theory.evaluate.digest import PACKAGE, digest
from icl_theory.evaluate.infinite_context import float_conditions
from icl_theory.evaluate.kernels import Compiled, Kernel
from icl_theory.evaluate.straight_line import StraightLine, numpy_source, unread_outputs
from icl_theory.theory.fields import TABLE, Field
from icl_theory.theory.infinite_context import REGIONS

TARGET = PACKAGE / "evaluate" / "generated.py"


def all_programs(fields: Sequence[Field]) -> dict[str, StraightLine]:
    """Every program of float64 evaluation by name."""
    found = {
        "coordinates": programs.coordinates(),
        "ridgeless_errors": programs.ridgeless_errors(fields),
        "threshold": programs.threshold(fields),
        "ridge_bracket": programs.ridge_bracket(),
        "ridge_start": programs.ridge_start(),
        "ridge_step": programs.ridge_step(),
        "ridge_halving": programs.ridge_step(halve=True),
        "ridge_errors": programs.ridge_errors(fields),
    }
    for region in REGIONS:
        for noisy in (True, False):
            name = region_program(region.name, noisy)
            found[name] = programs.infinite_context(fields, region, noisy)
    return found


def region_program(region: str, noisy: bool) -> str:
    """Name of the program of a region of infinite context."""
    return f"{region.replace('-', '_')}_{'noisy' if noisy else 'noiseless'}"


def source(fields: Sequence[Field], names_of_sources: Sequence[str] = ()) -> str:
    """Source of a module that holds all programs, and ``COMPILED`` with what belongs to them."""
    found = all_programs(fields)
    printed = {name: numpy_source(program, name) for name, program in found.items()}
    functions = sorted({f for one in printed.values() for f in one.functions})
    lines = [
        '"""Programs of the float64 evaluator, made by ``python -m icl_theory.evaluate.generate``.',
        "",
        "Not to be edited: formulas stand in `icl_theory.theory`.",
        '"""',
        "",
        '# mypy: disable-error-code="no-untyped-def"',
        "",
        "from math import inf, nan",
        "",
        "from numpy import (",
        *(f"    {name}," for name in functions),
        ")",
        "",
        "from icl_theory.evaluate.kernels import Compiled, CompiledRegion, Kernel",
        "",
        "SOURCES = (",
        *(f"    {name!r}," for name in names_of_sources),
        ")",
        f"DIGEST = {digest(names_of_sources)!r}",
        "",
    ]
    for one in printed.values():
        lines += ["", one.text, ""]
    lines += ["", "KERNELS = {"]
    for name, one in printed.items():
        program = found[name]
        lines += [
            f"    {name!r}: Kernel(",
            f"        {name},",
            f"        {tuple(program.inputs)!r},",
            f"        {tuple(program.outputs)!r},",
            f"        {one.buffers},",
            f"        {one.masks},",
            "    ),",
        ]
    checked = {
        name: None
        for program in ("ridgeless_errors", "ridge_errors")
        for name in unread_outputs(found[program])
    }
    lines += ["}", "", "COMPILED = Compiled(", "    fields={"]
    lines += [f"        {field.name!r}: {field.doc!r}," for field in fields]
    lines += [
        "    },",
        f"    checked={tuple(checked)!r},",
        f"    special={tuple(found['threshold'].outputs)!r},",
        "    regions=(",
    ]
    for region in REGIONS:
        names = (region_program(region.name, noisy) for noisy in (True, False))
        lines.append(
            f"        CompiledRegion({float_conditions(region)!r}, {', '.join(map(repr, names))}),"
        )
    lines += [
        "    ),",
        "    kernels=KERNELS,",
        f"    last_step={RidgeIteration.LAST_STEP!r},",
        f"    patience={RidgeIteration.PATIENCE!r},",
        f"    maximum={RidgeIteration.MAXIMUM!r},",
        f"    smallest_x={RidgeIteration.SMALLEST_X!r},",
        f"    large_kappa={programs.LARGE_KAPPA!r},",
        ")",
    ]
    return "\n".join(lines) + "\n"


def compile_table(fields: Sequence[Field]) -> Compiled:
    """The programs for a table of fields, made now."""
    text = source(fields)
    namespace: dict[str, Any] = {}
    exec(compile(text, "<programs of float64>", "exec"), namespace)
    found: Compiled = namespace["COMPILED"]
    return found


def kernel(program: StraightLine) -> Kernel:
    """One program, made now."""
    printed = numpy_source(program, "kernel")
    namespace: dict[str, Any] = {name: getattr(np, name) for name in printed.functions}
    namespace |= {"inf": math.inf}
    exec(compile(printed.text, "<kernel>", "exec"), namespace)
    inputs, outputs = tuple(program.inputs), tuple(program.outputs)
    return Kernel(namespace["kernel"], inputs, outputs, printed.buffers, printed.masks)


def sources() -> tuple[str, ...]:
    """Files of the package that the programs depend on: this one and all that it imports."""
    waiting, found = ["icl_theory.evaluate.generate"], set()
    while waiting:
        path = Path(*waiting.pop().split(".")[1:]).with_suffix(".py")
        name = path.as_posix()
        if name in found or not (PACKAGE / path).is_file():
            continue
        found.add(name)
        for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                here = ["icl_theory", *path.parent.parts]
                base = here[: len(here) + 1 - node.level] if node.level else []
                module = ".".join([*base, *filter(None, [node.module])])
                waiting += [module, *(f"{module}.{alias.name}" for alias in node.names)]
        waiting = [name for name in waiting if name.startswith("icl_theory.")]
    return tuple(sorted(found))


def main() -> int:
    """Write the file; with ``--check``, only say whether it is what would be written."""
    text = source(TABLE, sources())
    if "--check" in sys.argv[1:]:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
