"""What a task's log says of long work."""

from __future__ import annotations

import time
from collections.abc import Callable
from logging import Logger
from typing import Any

_EVERY_S = 10.0


def progress_log(log: Logger | Any) -> Callable[[int, int], None]:
    """A function of (records done, records in all) that logs a line every ten seconds."""
    last = started = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY_S:
            last = now
            log.info("%s of %s records, %s/s", f"{done:,}", f"{total:,}", f"{done / (now - started):,.0f}")

    return tell
