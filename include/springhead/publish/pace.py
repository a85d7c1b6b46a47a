"""The pace of a batch that is sent live: when each of its records is due."""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from springhead.quantities import Interval
from springhead.records.records import Records
from springhead.wording import duration_text

log = logging.getLogger("springhead.live")

_EVERY_S = 10.0


@dataclass(slots=True)
class Pace:
    """A record is due at the start of the run + (its arrival − the start of the interval) ÷ the speed.

    Attributes:
        started_s: when the run began, seconds since 1970; of a retry that of the first try, so that it goes on where time is.
        interval: the batch's.
        speed: how many times as fast as its interval it is sent.
    """

    started_s: float
    interval: Interval
    speed: float
    _told: float = field(default=-_EVERY_S)

    def due_s(self, made: Records) -> NDArray[np.float64]:
        """When the records are due: float64, shape (n,), ascending, seconds since 1970."""
        arrivals_us = 1000 * made.timestamps_ms if made.arrivals_us is None else made.arrivals_us
        due: NDArray[np.float64] = self.started_s + (arrivals_us - self.interval.start_us) / (1_000_000 * self.speed)
        return np.maximum.accumulate(due)

    def tell(self, done: int, total: int, due_s: float) -> None:
        """Logs what is next and when, every ten seconds at most."""
        now = time.monotonic()
        wait_s = due_s - time.time()
        if wait_s > 0 and now - self._told >= _EVERY_S:
            self._told = now
            at = dt.datetime.fromtimestamp(due_s, dt.UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
            log.info("live: %s of %s records sent; the next is due at %s, in %s", f"{done:,}", f"{total:,}", at, duration_text(wait_s))
