"""Lateness: how an event's moment, the time at which it happened and its arrival differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from springhead.columns.column import Ids, Ints
from springhead.columns.draws import Draws
from springhead.errors import FieldError
from springhead.fields.durations import drawn_us
from springhead.rates.windows import Windows
from springhead.rates.zone import Zone, zone_until
from springhead.records.arrivals.intensity import moments_of
from springhead.records.chosen import ONE, drawn
from springhead.spec import Stream
from springhead.spec.late import Delay, Outage

_LONGEST_US = 400 * 86_400_000_000


class Delays:
    """Shares of the events whose time lies before their moment. One draw decides which share an event belongs to, if any."""

    def __init__(self, late: Sequence[Delay | Outage], draws: Draws) -> None:
        delays = [of for of in late if isinstance(of, Delay)]
        self._which = draws.key("late")
        self._delays = [(of.share, drawn_us(of.by, draws.key("late", number))) for number, of in enumerate(delays)]

    def __bool__(self) -> bool:
        return bool(self._delays)

    def event_times(self, ids: Ids, moments_us: Ints) -> Ints:
        """When the events happened: int64, shape (n,), µs since 1970.

        Raises:
            FieldError: one of them before 1970.
        """
        which, times = drawn(self._which, ids, 0, ONE), moments_us.copy()
        begin = 0.0
        for share, delays in self._delays:
            rows = np.flatnonzero((which >= round(begin * ONE)) & (which < round((begin + share) * ONE)))
            times[rows] -= delays(ids[rows])
            begin += share
        if times.size and times.min() < 0:
            raise FieldError("the delay leads to an event time before 1970, where Kafka's timestamps begin: make it shorter", ("late",))
        return times


class Outages:
    """Stretches of time whose events arrive right after their end, in the order of their moments. Those that overlap, or touch, are one.

    The order of arrivals is that of the moments, so that an interval of arrivals is an interval of moments, too.

    Args:
        late: of the stream.
        zone: whose clocks a cron expression follows.
    """

    def __init__(self, late: Sequence[Delay | Outage], zone: Zone) -> None:
        self._windows = [Windows(moments_of(of.during.at, zone), of.during.length_us) for of in late if isinstance(of, Outage)]

    def moment(self, arrival_us: int) -> int:
        """The first moment whose event does not arrive before this one, µs since 1970."""
        begins, ends = self.around(arrival_us, arrival_us)
        inside = np.flatnonzero((begins < arrival_us) & (arrival_us <= ends))
        return int(begins[inside[0]]) if inside.size else arrival_us

    def arrivals(self, moments_us: Ints) -> Ints:
        """When events of these moments arrive: int64, shape (n,), ascending, µs since 1970."""
        if not self._windows or not moments_us.size:
            return moments_us
        begins, ends = self.around(int(moments_us[0]), int(moments_us[-1]))
        if not begins.size:
            return moments_us
        which = np.searchsorted(begins, moments_us, side="right") - 1
        held = (which >= 0) & (moments_us < ends[which])
        return np.where(held, ends[which], moments_us)

    def around(self, start_us: int, end_us: int) -> tuple[Ints, Ints]:
        """The begins and ends of the outages that touch [start, end], µs since 1970.

        Raises:
            FieldError: one of them has no end.
        """
        if not self._windows:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        margin = 2 * max(window.length_us for window in self._windows)
        while margin <= _LONGEST_US:
            low, high = start_us - margin, end_us + margin
            begins, ends = _united([window.touching(low, high) for window in self._windows])
            touching = (begins <= end_us) & (ends >= start_us)
            if not ((begins[touching] <= low) | (ends[touching] >= high)).any():
                return begins[touching], ends[touching]
            margin *= 4
        raise FieldError(
            "the outages follow one another without an end, so that nothing ever arrives: make them shorter than the time between them",
            ("late",),
        )


def _united(spans: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    begins, ends = (np.concatenate([span[side] for span in spans]) for side in (0, 1))
    order = np.argsort(begins, kind="stable")
    begins, reach = begins[order], np.maximum.accumulate(ends[order])
    if not begins.size:
        return begins, reach
    first = np.concatenate([[True], begins[1:] > reach[:-1]])
    return begins[first], reach[np.concatenate([first[1:], [True]])]


def outages_of(stream: Stream, until_us: int) -> Outages:
    """The outages of a stream."""
    return Outages(stream.late, zone_until(stream.timezone, until_us + _LONGEST_US))
