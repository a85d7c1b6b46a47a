"""A time zone as a table of its changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from springhead.columns.column import Ints
from springhead.quantities import zone_info

ORIGIN_US = 946_684_800_000_000  # 2000-01-01T00:00Z, where all counting begins

_STEP_US = 7 * 86_400_000_000  # no zone goes forth and back within a week
_YEAR_US = 366 * 86_400_000_000
_SECOND_US = 1_000_000
_LAST_US = 253_402_128_000_000_000  # 9999-12-30, near the end of what Python's times can tell
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Zone:
    """A zone's offsets from UTC, from 2000 to some moment.

    Args:
        name: of the tz database.
        until_us: µs since 1970; what comes after it is not looked at.

    Attributes:
        starts_us: int64, shape (k,), from when on each offset holds, µs since 1970; the first is ORIGIN_US.
        offsets_us: int64, shape (k,), local time − UTC, in µs.
    """

    def __init__(self, name: str, until_us: int) -> None:
        starts, offsets = [ORIGIN_US], [_offset(name, ORIGIN_US)]
        for at in range(ORIGIN_US, until_us + _STEP_US, _STEP_US) if name != "UTC" else ():
            if (after := _offset(name, at + _STEP_US)) != offsets[-1]:
                starts.append(_change(name, at, at + _STEP_US))
                offsets.append(after)
        self.starts_us: Ints = np.array(starts, np.int64)
        self.offsets_us: Ints = np.array(offsets, np.int64)

    def utc_of(self, local_us: Ints) -> Ints:
        """The moments at which clocks there show these times.

        What clocks show twice is the first time; what they skip counts by the offset before, as PEP 495 has it for fold=0.

        Args:
            local_us: int64, shape (n,), as if it were UTC.

        Returns:
            int64, shape (n,), µs since 1970.
        """
        turns = self.starts_us[1:] + np.maximum(self.offsets_us[:-1], self.offsets_us[1:])
        utc: Ints = local_us - self.offsets_us[np.searchsorted(turns, local_us, side="right")]
        return utc


def zone_until(name: str, until_us: int) -> Zone:
    """The zone up to a moment at least: looked up once for each year, since a batch asks for its profile and for its outages, and a process for several batches."""
    return _zone(name, until_us // _YEAR_US)


@lru_cache(32)
def _zone(name: str, year: int) -> Zone:
    return Zone(name, (year + 1) * _YEAR_US)


def ascending(moments: Ints) -> Ints:
    """The same moments in their order, each once: int64. `np.unique` hashes them, which takes ten times as long."""
    # Stable: it merges runs that are in order already, as most of these are: 8 ms instead of 400 for five million.
    ordered = np.sort(moments, kind="stable")
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if ordered.size else ordered


def _change(name: str, low: int, high: int) -> int:
    """The first second with the offset of `high`."""
    after = _offset(name, high)
    while high - low > _SECOND_US:
        middle = (low + high) // 2 // _SECOND_US * _SECOND_US
        low, high = (low, middle) if _offset(name, middle) == after else (middle, high)
    return high


def _offset(name: str, at_us: int) -> int:
    offset = (_EPOCH + timedelta(microseconds=min(at_us, _LAST_US))).astimezone(zone_info(name)).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)
