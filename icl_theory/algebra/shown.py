"""How a refusal shows the value that it refuses."""

from __future__ import annotations

import reprlib
from typing import Any

#: Letters of a value that a refusal shows.
_SHOWN = 60


def shown(value: object) -> str:
    """A value as refusals show it: its first letters if it is long."""
    kind = f"<{type(value).__name__}>"
    try:
        if isinstance(value, int) and value.bit_length() > 4 * _SHOWN:
            return f"an integer of {value.bit_length()} bits"
        text = repr(value) if isinstance(value, str) else _Short().repr(value)
        text = " ".join(str(text).split())
    except Exception:
        return kind
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


class _Short(reprlib.Repr):
    """Looks at the first entries of containers only, and does not fail on hostile entries."""

    def repr_instance(self, x: Any, level: int) -> str:
        """Show anything that is no container."""
        return repr(x)
