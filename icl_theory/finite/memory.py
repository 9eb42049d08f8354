"""How much memory there is, so that what needs more is refused before anything is computed."""

from __future__ import annotations

from pathlib import Path

from .parameters import shown

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def available() -> int | None:
    """Bytes that this process could take, swap included; None where the system does not tell."""
    found = [*_of_machine(), *_of_group()]
    return min(found) if found else None


def require(size: int, name: str, value: object, what: str) -> None:
    """Refuse a parameter that asks for more memory than there is.

    Parameters
    ----------
    size
        Bytes that are needed at least.
    name, value
        The parameter to blame.
    what
        What takes them, in words.

    Raises
    ------
    ValueError
        If the bytes are not there.
    """
    there = available()
    if there is not None and size > there:
        raise ValueError(
            f"{name} must be smaller here: {what} would take {bytes_in_words(size)} of memory, and "
            f"{bytes_in_words(there)} are available, got {shown(value)}"
        )


def bytes_in_words(size: int) -> str:
    """A number of bytes to two digits, in a unit that suits it."""
    number, unit = float(size), 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1024, unit + 1
    return f"{number:.2g} {_UNITS[unit]}" if number < 100 else f"{number:.0f} {_UNITS[unit]}"


def _of_machine() -> list[int]:
    """What Linux says is available."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    values = dict(line.split(":", 1) for line in lines)
    names = [name for name in ("MemAvailable", "SwapFree") if name in values]
    return [sum(1024 * int(values[name].split()[0]) for name in names)] if names else []


def _of_group() -> list[int]:
    """What is left of the bound of a container."""
    folder = Path("/sys/fs/cgroup")
    try:
        bound, used = ((folder / name).read_text() for name in ("memory.max", "memory.current"))
        return [max(0, int(bound) - int(used))]
    except (OSError, ValueError):
        return []
