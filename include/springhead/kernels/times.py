"""Event times: where the records of a batch lie in their interval, and their text."""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, u64
from springhead.kernels.digits import ZEROS, eight_digits
from springhead.kernels.kernel import kernel
from springhead.kernels.memory import SLACK, U, put, put_long, store_u8, store_u64

# Steps of a time's text. CONSTANT is blob[a:b]. A name is that of the weekday (from Monday), the month or the half of the day in a table of cells
# of 16 bytes, which begins at blob[a]; a cell is a length, then the name. FRACTION is a point and the microseconds, or nothing where they are zero.
CONSTANT, YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, DAY_OF_YEAR = range(10)
FRACTION, SHORT_YEAR, HALF_DAY_HOUR, WEEKDAY_NAME, MONTH_NAME, HALF_DAY_NAME = range(10, 16)

CELL = 16
WIDEST = 9  # bytes of any step but a constant

_DAY_US = 86_400_000_000
_MINUTE_US = 60_000_000
_DAYS_BEFORE_1970 = 719_468  # since 0000-03-01


@kernel("void(uint64, int64, int64, int64, uint64[::1], int64[::1])")
def record_times(key, start, length, records, ids, out):
    """Writes the event time of record n: a drawn moment in the n-th of `records` equal shares of the interval.

    So times ascend with n without sorting, and any chunk can be made alone (docs/streams.md, Times).

    Args:
        key: uint64.
        start, length: int64, µs since 1970 and µs.
        records: int64, N ≤ 10^8, so that n × (length mod N) fits int64.
        ids: uint64, shape (n,), numbers of records in 0 … N − 1.
        out: int64, shape (n,), µs since 1970, written.
    """
    whole = length // records
    rest = length - whole * records
    last = np.int64(-2)  # no record's
    quotient = remainder = np.int64(0)
    for i in range(ids.shape[0]):
        n = np.int64(ids[i])
        # n × rest divided by N: from one record to the next it grows by `rest`, so that only the first of a run needs the division (5 ns).
        if n != last + 1:
            quotient = n * rest // records
            remainder = n * rest - quotient * records
        begin = n * whole + quotient
        remainder += rest
        over = np.int64(remainder >= records)
        quotient += over
        remainder -= over * records
        width = whole + quotient - (begin - n * whole)
        out[i] = start + begin + np.int64(below(u64(key, ids[i]), U(width)))
        last = n


@kernel("void(uint64, uint64[::1], int64[::1], int64[::1])")
def past_times(key, ids, now, out):
    """Draws out[i] uniformly from the whole seconds of 1970-01-01 … now[i], both µs since 1970."""
    for i in range(ids.shape[0]):
        out[i] = np.int64(below(u64(key, ids[i]), U(now[i] // 1_000_000 + 1))) * 1_000_000


@kernel("void(uint64, uint64[::1], int64[::1], int64[::1], int64[::1])")
def moments(key, ids, low, high, out):
    """Draws out[i] uniformly from low[i] … high[i] − 1; where the two are equal, it is low[i].

    Args:
        key: uint64.
        ids: uint64, shape (n,).
        low, high: int64, shape (n,), low ≤ high, less than 2^63 apart.
        out: int64, shape (n,), written.
    """
    for i in range(ids.shape[0]):
        out[i] = low[i] + np.int64(below(u64(key, ids[i]), U(high[i] - low[i])))


@kernel("int64(int64[::1], int64[::1], int64[::1], uint64[:, ::1], uint8[::1], int64[::1], uint8[::1], int64[::1])")
def format_times(op, a, b, changing, blob, times, out, ends):
    """Writes each time as text in UTC.

    Args:
        op, a, b: int64, shape (steps,).
        changing: uint64, shape (3, steps), written: a scratch.
        blob: uint8, with SLACK.
        times: int64, shape (n,), µs since 1970, in the years 1 … 9999.
        out: uint8, written; the caller gives room for n of the longest rows and SLACK.
        ends: int64, shape (n,), written.

    Returns:
        Bytes written, or −1 where `out` is too small.
    """
    known = known_minute = U(2**63)  # no day, no minute
    year = month = day = doy = U(0)
    base = U(out.ctypes.data)
    source = U(blob.ctypes.data)
    widest = 0
    steady = True  # rows of one minute have the same length
    for s in range(op.shape[0]):
        widest += b[s] - a[s] if op[s] == CONSTANT else WIDEST
        steady = steady and op[s] != FRACTION
    if times.shape[0] * widest + SLACK > out.shape[0]:
        return -1
    to = row = base
    length = U(0)
    # Of the steps whose text changes within a minute: how far from the row's begin it stands, how many digits it has, and at which bit they begin
    # among the eight of the time within the minute.
    places, widths, shifts = changing[0], changing[1], changing[2]
    changes = 0
    for i in range(times.shape[0]):
        # Counted from 0000-03-01, all is positive: divisions of unsigned numbers by constants are multiplications.
        since = U(times[i] + _DAYS_BEFORE_1970 * _DAY_US)
        z = since // U(_DAY_US)
        within = since - z * U(_DAY_US)
        minute = since // U(_MINUTE_US)
        if minute == known_minute and steady:
            # Event times ascend: most rows are the minute's first but for the seconds (an ISO time: 40 ns → 8). Not the row before: its bytes are
            # still on their way to the cache.
            copy = to
            to = put_long(copy, row, length)
            digits = eight_digits(since - minute * U(_MINUTE_US)) + ZEROS  # two of the seconds, six of the microseconds
            for j in range(changes):
                some = digits >> shifts[j]
                for k in range(widths[j]):
                    store_u8(copy + places[j] + U(k), np.uint8(some))
                    some >>= U(8)
            ends[i] = np.int64(to - base)
            continue
        known_minute = minute
        changes = 0
        row = to
        if z != known:
            # Days to year, month, day: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
            known = z
            era = z // U(146097)
            doe = z - era * U(146097)
            yoe = (doe - doe // U(1460) + doe // U(36524) - doe // U(146096)) // U(365)
            doy = doe - (U(365) * yoe + yoe // U(4) - yoe // U(100))
            mp = (U(5) * doy + U(2)) // U(153)
            day = doy - (U(153) * mp + U(2)) // U(5) + U(1)
            early = mp // U(10)  # 1 in January and February, without a branch that is guessed wrong
            month = mp + U(3) - U(12) * early
            year = yoe + era * U(400) + early
        seconds = within // U(1_000_000)
        for s in range(op.shape[0]):
            o = op[s]
            # The digits are written in one place: written in each branch, all of them would be computed for each row, ahead of the loop.
            value = U(0)
            width = U(2)
            if o == CONSTANT:
                to = put(to, source + U(a[s]), U(b[s] - a[s]))
                continue
            if o == WEEKDAY_NAME or o == MONTH_NAME or o == HALF_DAY_NAME:
                if o == WEEKDAY_NAME:
                    value = (z + U(2)) % U(7)  # 0000-03-01 is a Wednesday
                elif o == MONTH_NAME:
                    value = month - U(1)
                else:
                    value = seconds // U(43_200)
                cell = U(a[s]) + U(CELL) * value
                to = put(to, source + cell + U(1), U(blob[cell]))
                continue
            if o == SECOND or o == MILLISECOND or o == MICROSECOND or o == FRACTION:
                if o == SECOND:
                    value = seconds % U(60)
                elif o == MILLISECOND:
                    value = within // U(1000) % U(1000)
                    width = U(3)
                else:
                    value = within % U(1_000_000)
                    width = U(6)
                places[changes], widths[changes], shifts[changes] = to - row, width, U(0) if o == SECOND else U(16)
                changes += 1
                if o == FRACTION:
                    if value == U(0):
                        continue
                    store_u8(to, np.uint8(46))
                    to += U(1)
            elif o == YEAR:
                value = year
                width = U(4)
            elif o == MONTH:
                value = month
            elif o == DAY:
                value = day
            elif o == HOUR:
                value = seconds // U(3600)
            elif o == MINUTE:
                value = seconds // U(60) % U(60)
            elif o == DAY_OF_YEAR:
                leap = (year % U(4) == U(0) and year % U(100) != U(0)) or year % U(400) == U(0)
                value = doy + (U(61) if leap else U(60)) if month > U(2) else doy - U(305)
                width = U(3)
            elif o == SHORT_YEAR:
                value = year % U(100)
            else:  # HALF_DAY_HOUR
                value = (seconds // U(3600) + U(11)) % U(12) + U(1)
            store_u64(to, (eight_digits(value) + ZEROS) >> (U(8) * (U(8) - width)))
            to += width
        length = to - row
        ends[i] = np.int64(to - base)
    return np.int64(to - base)
