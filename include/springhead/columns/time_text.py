"""Times as text: a strftime text becomes the steps of the time kernel."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from springhead.columns.column import Column, Ints
from springhead.columns.type import NOT_PLAIN, Kind, Type
from springhead.kernels import SLACK, format_times
from springhead.kernels.times import (
    CELL,
    CONSTANT,
    DAY,
    DAY_OF_YEAR,
    FRACTION,
    HALF_DAY_HOUR,
    HALF_DAY_NAME,
    HOUR,
    MICROSECOND,
    MILLISECOND,
    MINUTE,
    MONTH,
    MONTH_NAME,
    SECOND,
    SHORT_YEAR,
    WEEKDAY_NAME,
    WIDEST,
    YEAR,
)

ISO = "%Y-%m-%dT%H:%M:%S.%3Z"  # %3: milliseconds, our own
ISO_DATE = "%Y-%m-%d"
ISO_FRACTION = "%6"  # our own: the fraction of a second as Python's isoformat() has it, a point and six digits or nothing
_STEPS = {
    "%Y": YEAR,
    "%m": MONTH,
    "%d": DAY,
    "%H": HOUR,
    "%M": MINUTE,
    "%S": SECOND,
    "%f": MICROSECOND,
    "%j": DAY_OF_YEAR,
    "%y": SHORT_YEAR,
    "%I": HALF_DAY_HOUR,
    "%3": MILLISECOND,
    ISO_FRACTION: FRACTION,
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
# English, as strftime has them where no locale is set.
_NAMES = {
    "%A": (WEEKDAY_NAME, _WEEKDAYS),
    "%a": (WEEKDAY_NAME, tuple(name[:3] for name in _WEEKDAYS)),
    "%B": (MONTH_NAME, _MONTHS),
    "%b": (MONTH_NAME, tuple(name[:3] for name in _MONTHS)),
    "%p": (HALF_DAY_NAME, ("AM", "PM")),
}
_CONSTANTS = {"%z": "+0000", "%Z": "UTC", "%%": "%"}
NAIVE = frozenset({*_STEPS, *_NAMES, "%%"} - {"%3", ISO_FRACTION})
"""The directives that print a time without a zone as Python does."""


class TimeText:
    """Prints times in UTC by a strftime text of the directives %Y %m %d %H %M %S %f %j %y %I %A %a %B %b %p %z %Z %%.

    Args:
        form: the strftime text.
        kind: of the columns: TEXT or TIMESTAMP.

    Attributes:
        type: of the columns.
    """

    def __init__(self, form: str, kind: Kind = Kind.TEXT) -> None:
        op: list[int] = []
        a: list[int] = []
        b: list[int] = []
        blob = bytearray()
        constants = bytearray()
        form = form.replace("%3Z", "%3\0")  # the Z of ISO is a letter
        for token in re.findall(r"%.|[^%]+", form, re.DOTALL):
            a.append(len(blob))
            if token in _NAMES:
                step, names = _NAMES[token]
                op.append(step)
                for name in names:
                    blob += bytes([len(name)]) + name.encode().ljust(CELL - 1, b"\0")
            elif token in _STEPS:
                op.append(_STEPS[token])
            else:
                op.append(CONSTANT)
                blob += (text := _CONSTANTS.get(token, token.replace("\0", "Z")).encode())
                constants += text
            b.append(len(blob))
        self._width = len(constants) + WIDEST * (len(op) - op.count(CONSTANT))
        self._program = *(np.array(x, np.int64) for x in (op, a, b)), np.empty((3, len(op)), np.uint64)
        self._blob = np.frombuffer(bytes(blob + bytes(SLACK)), np.uint8).copy()
        self.type = Type(kind, plain=NOT_PLAIN.search(constants) is None)
        self._column = Column(self.type, 0)

    def column(self, times_us: Ints) -> Column:
        """The times as a column, the same object for each chunk of this size; int64, shape (n,), µs since 1970, in the years 1 to 9999."""
        n = times_us.shape[0]
        if self._column.rows != n:
            data = np.zeros(n * self._width + SLACK, np.uint8)
            self._column = replace(self._column, rows=n, data=data, ends=np.zeros(n, np.int64))
        if format_times(*self._program, self._blob, times_us, self._column.data, self._column.ends) < 0:
            raise AssertionError("the buffer of a time's text is too small")
        return self._column
