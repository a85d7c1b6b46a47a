"""A number of records for each batch, spread over its interval: `records: N`."""

from __future__ import annotations

import numpy as np

from springhead.columns.column import Chunk
from springhead.columns.draws import Draws, Scope
from springhead.kernels import record_times
from springhead.records.request import Request


class Counted:
    """N records: the interval is divided into N equal shares, and record n gets a random time in the n-th. Ids are positions: batches share no records."""

    def __init__(self, request: Request) -> None:
        self.count, self._interval = request.chosen.records, request.interval
        interval = self._interval
        named = () if request.batch is None else (request.batch,)
        self.scope: Scope = (request.chosen.effective_seed, request.variant, interval.start_us, interval.end_us, request.run_id, *named)
        self._key = Draws(self.scope).key("time")

    def at(self, positions: range) -> Chunk:
        ids, times = np.arange(positions.start, positions.stop, dtype=np.uint64), np.empty(len(positions), np.int64)
        record_times(self._key, self._interval.start_us, self._interval.end_us - self._interval.start_us, self.count, ids, times)
        return Chunk(ids, times, ids)
