"""The compiled programs of float64: those made beforehand, unless the theory is another by now."""

from __future__ import annotations

from functools import cache

from icl_theory.evaluate.digest import digest
from icl_theory.evaluate.kernels import Compiled
from icl_theory.theory.added import added


def compiled() -> Compiled:
    """Programs for the fields of the table as it is at the moment."""
    extra = added()
    return _made(extra) if extra else _beforehand()


@cache
def _beforehand() -> Compiled:
    try:
        from icl_theory.evaluate.generated import COMPILED, DIGEST, SOURCES
    except ImportError:
        return _made(())
    return COMPILED if digest(SOURCES) == DIGEST else _made(())


@cache
def _made(extra: tuple[object, ...]) -> Compiled:
    """Programs for the table with ``extra``, which is what `table` has at the moment."""
    from icl_theory.evaluate.generate import compile_table as make
    from icl_theory.theory.fields import table

    return make(table())
