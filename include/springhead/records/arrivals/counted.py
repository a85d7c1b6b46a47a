"""A number of records for each batch, spread over its interval: `records: N`."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from springhead.columns.column import Chunk, Ints
from springhead.columns.draws import Draws, Scope
from springhead.errors import OptionError
from springhead.kernels import record_times
from springhead.rates.mass import MassTimes
from springhead.rates.zone import ORIGIN_US
from springhead.records.arrivals.intensity import mass_of
from springhead.records.arrivals.lateness import Delays
from springhead.records.request import Request

_EVENTS = 2**16  # in the interval, for a profile to be measured in: positions are a 2^32nd of one


class Counted:
    """N records: the interval is divided into N equal shares, and record n gets a random time in the n-th. Ids are positions: batches share no records.

    With a profile they are equal shares of the interval's mass.

    Raises:
        OptionError: the profile leaves no moment of the interval, or it begins before 2000.
    """

    def __init__(self, request: Request) -> None:
        stream, self._interval = request.chosen, request.interval
        self.count = stream.records
        interval = self._interval
        self.scope: Scope = (stream.effective_seed, request.variant, interval.start_us, interval.end_us, request.run_id, *request.named)
        draws = Draws(self.scope)
        self._key, self._delays = draws.key("time"), Delays(stream.late, draws)
        self._shares = (interval.start_us, interval.end_us - interval.start_us)
        self._times: MassTimes | None = None
        if stream.profile is not None:
            if interval.start_us < ORIGIN_US:
                raise OptionError(f"the interval {interval} begins before 2000, where the profile begins")
            mass = mass_of(stream, interval.end_us, Fraction(_EVENTS, interval.end_us - interval.start_us))
            begin, end = mass.at(interval.start_us), mass.at(interval.end_us)
            if begin == end:
                raise OptionError(f"the profile leaves no moment of the interval {interval}: all its hours have the weight 0")
            self._shares, self._times = (0, end - begin), mass.times(interval.start_us, interval.end_us, begin)

    def at(self, positions: range) -> Chunk:
        ids, drawn = np.arange(positions.start, positions.stop, dtype=np.uint64), np.empty(len(positions), np.int64)
        record_times(self._key, *self._shares, self.count, ids, drawn)
        moments: Ints = self._times.of(drawn) if self._times else drawn
        if not self._delays:
            return Chunk(ids, moments, ids)
        return Chunk(ids, self._delays.event_times(ids, moments), ids, moments)
