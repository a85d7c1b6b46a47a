"""Event times: where the records of a batch lie in their interval, and their text."""

from __future__ import annotations

import numpy as np
from numba import njit

from springhead.kernels.chance import U, below, u64
from springhead.kernels.memory import SLACK, put

# Steps of a time's text. CONSTANT is blob[a:b]. There are no names of days and months: they depend on a locale.
CONSTANT, YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, DAY_OF_YEAR = range(10)

_DAY_US = 86_400_000_000


@njit("void(uint64, int64, int64, int64, uint64[::1], int64[::1])", cache=True, nogil=True)
def record_times(key, start, length, records, ids, out):
    """Writes the event time of record n: a drawn moment in the n-th of `records` equal shares of the interval.

    So times ascend with n without sorting, and any chunk can be made alone (LANGUAGE.md: "where (n + u)/N of the interval is reached").

    Args:
        key: uint64.
        start, length: int64, µs since 1970 and µs.
        records: int64, N ≤ 10^8, so that n × (length mod N) fits int64.
        ids: uint64, shape (n,), numbers of records in 0 … N − 1.
        out: int64, shape (n,), µs since 1970, written.
    """
    whole = length // records
    rest = length - whole * records
    for i in range(ids.shape[0]):
        n = np.int64(ids[i])
        begin = n * whole + n * rest // records
        width = (n + 1) * whole + (n + 1) * rest // records - begin
        out[i] = start + begin + np.int64(below(u64(key, ids[i]), U(width)))


@njit("void(uint64, uint64[::1], int64[::1], int64[::1])", cache=True, nogil=True)
def past_times(key, ids, now, out):
    """Draws out[i] uniformly from the whole seconds of 1970-01-01 … now[i], both µs since 1970."""
    for i in range(ids.shape[0]):
        out[i] = np.int64(below(u64(key, ids[i]), U(now[i] // 1_000_000 + 1))) * 1_000_000


@njit(inline="always")
def _digits(out, at, value, width):
    for j in range(width - 1, -1, -1):
        tenth = value // 10
        out[at + j] = 48 + (value - tenth * 10)
        value = tenth
    return at + width


@njit("int64(int64[::1], int64[::1], int64[::1], uint8[::1], int64[::1], uint8[::1], int64[::1])", cache=True, nogil=True)
def format_times(op, a, b, blob, times, out, ends):
    """Writes each time as text in UTC.

    Args:
        op, a, b: int64, shape (steps,).
        blob: uint8, with SLACK.
        times: int64, shape (n,), µs since 1970, in the years 1970 … 9999.
        out: uint8, written; the caller gives room for n of the longest rows and SLACK.
        ends: int64, shape (n,), written.

    Returns:
        Bytes written, or −1 where `out` is too small.
    """
    at = 0
    known = np.int64(-1)
    year = month = day = day_of_year = np.int64(0)
    base = out.ctypes.data
    source = blob.ctypes.data
    widest = 0
    for s in range(op.shape[0]):
        widest += b[s] - a[s] if op[s] == CONSTANT else 9
    if times.shape[0] * widest + SLACK > out.shape[0]:
        return -1
    for i in range(times.shape[0]):
        days = times[i] // _DAY_US
        within = times[i] - days * _DAY_US
        if days != known:
            # Days to year, month, day: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
            known = days
            z = days + 719468
            era = z // 146097
            doe = z - era * 146097
            yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
            doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
            mp = (5 * doy + 2) // 153
            day = doy - (153 * mp + 2) // 5 + 1
            month = mp + 3 if mp < 10 else mp - 9
            year = yoe + era * 400 + (1 if month <= 2 else 0)
            leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
            day_of_year = doy + 60 + (1 if leap else 0) if month > 2 else doy - 305
        seconds = within // 1_000_000
        for s in range(op.shape[0]):
            o = op[s]
            if o == CONSTANT:
                at = put(base + at, source + a[s], b[s] - a[s]) - base
            elif o == YEAR:
                at = _digits(out, at, year, 4)
            elif o == MONTH:
                at = _digits(out, at, month, 2)
            elif o == DAY:
                at = _digits(out, at, day, 2)
            elif o == HOUR:
                at = _digits(out, at, seconds // 3600, 2)
            elif o == MINUTE:
                at = _digits(out, at, seconds // 60 % 60, 2)
            elif o == SECOND:
                at = _digits(out, at, seconds % 60, 2)
            elif o == MILLISECOND:
                at = _digits(out, at, within // 1000 % 1000, 3)
            elif o == MICROSECOND:
                at = _digits(out, at, within % 1_000_000, 6)
            else:  # DAY_OF_YEAR
                at = _digits(out, at, day_of_year, 3)
        ends[i] = at
    return at
