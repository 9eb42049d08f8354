"""Processes as Linux shows them, for tests that end some."""

import time
from pathlib import Path


def _stat(pid):
    """State and parent of a process; None if it is not there."""
    try:
        text = (Path("/proc") / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, parent = text.rpartition(")")[2].split()[:2]
    return state, int(parent)


def alive(pid):
    """Whether a process is there, and is not merely waiting to be noticed as dead."""
    found = _stat(pid)
    return found is not None and found[0] != "Z"


def children(pid):
    """Living children of a process."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [one for one in pids if (found := _stat(one)) and found[1] == pid and found[0] != "Z"]


def gone(pids, seconds=5.0):
    """Whether processes end within some seconds."""
    end = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(alive, pids))
