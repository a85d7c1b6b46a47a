"""Events that belong to time and not to batches: `rate`."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from springhead.columns.column import Chunk
from springhead.columns.draws import Draws, Scope
from springhead.errors import OptionError
from springhead.rates.mass import MassTimes
from springhead.rates.process import Poisson, Regular, Window
from springhead.rates.zone import ORIGIN_US
from springhead.records.arrivals.intensity import mass_of
from springhead.records.arrivals.lateness import Delays, outages_of
from springhead.records.request import MOST_RECORDS, Request


class Rated:
    """The events that arrive in the interval. Each has a number for ever, which is its id: whoever cuts time otherwise finds the same events.

    Raises:
        OptionError: the interval begins before 2000, or has more events than a batch can hold.
    """

    def __init__(self, request: Request) -> None:
        stream, interval = request.chosen, request.interval
        if interval.start_us < ORIGIN_US:
            raise OptionError(f"the interval {interval} begins before 2000, where the events of a rate begin to be counted")
        self.scope: Scope = (stream.effective_seed, request.variant, "rate", request.run_id, *request.named)
        draws = Draws(self.scope)
        self._outages = outages_of(stream, interval.end_us)
        self._start_us, self._end_us = (self._outages.moment(at) for at in (interval.start_us, interval.end_us))
        self._start_us = max(self._start_us, ORIGIN_US)
        self._mass = mass_of(stream, interval.end_us)
        process = (Poisson if stream.arrivals == "poisson" else Regular)(draws.key("arrivals"))
        begin = self._mass.at(self._start_us)
        self._window: Window = process.window(begin, self._mass.at(self._end_us) if self._end_us > self._start_us else begin)
        self.count = self._window.count
        if self.count > MOST_RECORDS:
            raise OptionError(
                f"the interval {interval} has {self.count:,} events at this rate, and a batch has at most {MOST_RECORDS:,}: take a shorter interval or a lower rate"
            )
        self._delays = Delays(stream.late, draws)

    @cached_property
    def _times(self) -> MassTimes:
        return self._mass.times(self._start_us, self._end_us, self._window.base)

    def at(self, positions: range) -> Chunk:
        places = np.arange(positions.start, positions.stop, dtype=np.uint64)
        ids = places + np.uint64(self._window.first)
        if not len(positions):
            return Chunk(ids, np.zeros(0, np.int64), places)
        moments = self._times.of(self._window.masses(positions))
        arrivals = self._outages.arrivals(moments)
        times = self._delays.event_times(ids, moments) if self._delays else moments
        return Chunk(ids, times, places, None if times is arrivals else arrivals)
