"""Modules of JavaScript joined into one script, which pages run from anywhere.

A browser loads modules only from a server. Here the modules that an entry needs are put one after
the other into one function, without their import and export lines; names at the top of a module
are therefore unique among all of them.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from . import theory

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export ", re.M)
_TOP = re.compile(
    r"^(?:export )?(?:const|let|function|class) (\w+|\[[^\]]*\](?= =)|\{[^}]*\}(?= =))", re.M
)


@cache
def source(name: str) -> str:
    """Text of a module; ``theory`` is printed from the symbols."""
    if name == "theory":
        return theory.module()
    return (files(__package__) / "js" / f"{name}.js").read_text(encoding="utf-8")


def modules() -> tuple[str, ...]:
    """Names of the modules that are written by hand."""
    folder = files(__package__) / "js"
    return tuple(sorted(f.name.removesuffix(".js") for f in folder.iterdir()))


def _imports(text: str) -> dict[str, set[str]]:
    return {
        module: {name.strip() for name in names.split(",") if name.strip()}
        for names, module in _IMPORT.findall(text)
    }


_QUOTED = re.compile(r"""("[^"\n]*"|'[^'\n]*'|`[^`\n]*`)""")
_SPACED = re.compile(r" (===|>=|<=|&&|\|\||[*/<>=?:]|[-+](?! -)) ")
_CONSTANTS = re.compile(r"(?<=;\n)((?: *const v\d+=[^;]*;\n)+)")


def dense(text: str) -> str:
    """Printed code without the spaces that nobody reads, a quarter of it."""
    parts = _QUOTED.split(text)
    parts[::2] = [_SPACED.sub(r"\1", part) for part in parts[::2]]

    def joined(run: re.Match[str]) -> str:
        values = [line.strip().removeprefix("const ")[:-1] for line in run[1].splitlines()]
        return f"const {','.join(values)};\n"

    return _CONSTANTS.sub(joined, "".join(parts))


def bundle(entry: str) -> str:
    """Join an entry and all that it imports.

    Parameters
    ----------
    entry
        Text that imports from the modules as they do from each other.

    Returns
    -------
    str
        One script, with no name outside of it.

    Raises
    ------
    ValueError
        If modules import each other in a circle, or two of them use one name.
    """
    order: list[str] = []
    formulas: set[str] = set()

    def visit(text: str, above: tuple[str, ...]) -> None:
        for module, names in _imports(text).items():
            if module in above:
                raise ValueError(f"modules in a circle: {' -> '.join([*above, module])}")
            if module == "theory":
                formulas.update(names)
            elif module not in order:
                visit(source(module), (*above, module))
                order.append(module)

    visit(entry, ())
    functions = theory.functions()
    printed = [functions[name] for name in functions if name in formulas]
    missing = formulas - set(functions)
    if missing:
        raise ValueError(f"the theory has no {', '.join(sorted(missing))}")
    written = [source(module) for module in order]
    found = [name for text in [*printed, *written] for name in _TOP.findall(text)]
    names = [name for one in found for name in re.findall(r"\w+", one)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"names in two modules: {', '.join(twice)}")
    body = "\n".join(
        _EXPORT.sub("", _IMPORT.sub("", text)) for text in [*map(dense, printed), *written, entry]
    )
    # Indentation and lines of comment are a third of it.
    lines = (line.strip() for line in body.splitlines())
    kept = [line for line in lines if line and not line.startswith(("//", "/**", "*"))]
    return "\n".join(["(() => {", '"use strict";', *kept, "})();"])
