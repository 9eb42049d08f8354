"""A plugin of pytest: how long each test takes, and of the known ones those that are asked for.

Tests that the table does not know, added since it was made, always run. The quickest come first,
since a mutant is done with at the first failure.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

#: Name the files that the times are written to, and that the choice is read from.
WRITE, READ = "ICL_MUTANT_TIMES", "ICL_MUTANT_CHOICE"

seconds: dict[str, float] = {}


def pytest_runtest_logreport(report):
    seconds[report.nodeid] = seconds.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish():
    if target := os.environ.get(WRITE):
        Path(target).write_text(json.dumps(seconds))


def pytest_collection_modifyitems(config, items):
    if not (source := os.environ.get(READ)):
        return
    choice = json.loads(Path(source).read_text())
    times, wanted = choice["seconds"], set(choice["wanted"])
    left_out = [item for item in items if item.nodeid in times and item.nodeid not in wanted]
    config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if item.nodeid not in times or item.nodeid in wanted]
    items[:] = sorted(kept, key=lambda item: times.get(item.nodeid, 0.0))
