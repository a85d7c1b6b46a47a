"""What a task's log says of long work."""

from __future__ import annotations

import time
from collections.abc import Callable
from logging import Logger
from typing import Any

_EVERY_S = 10.0


def progress_log(log: Logger | Any) -> Callable[[int, int], None]:
    """A function of (records done, records in all) that logs a line every ten seconds, with the time that is left at the rate so far."""
    last = started = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY_S:
            last = now
            rate = done / (now - started)
            left = f", {span(max(0, total - done) / rate)} left" if rate else ""
            log.info("%s of %s records, %s/s%s", f"{done:,}", f"{total:,}", f"{rate:,.0f}", left)

    return tell


def span(seconds: float) -> str:
    """A time as a person says it: 40 s, 3 min, 2 h 5 min."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
