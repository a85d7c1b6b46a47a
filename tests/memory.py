"""The most memory that this process has held. Linux only: elsewhere the tests that ask do without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@contextmanager
def within(megabytes: float) -> Iterator[None]:
    """Asserts that the process holds at no moment more than so much beside what it held at the beginning."""
    if not _CLEAR.exists():
        yield
        return
    _CLEAR.write_text("5")  # the peak begins anew (proc(5))
    before = _peak_mb()
    yield
    taken = _peak_mb() - before
    assert taken < megabytes, f"{taken:,.0f} MB"


def _peak_mb() -> float:
    found = re.search(r"^VmHWM:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1000
