"""Times as text: a strftime text becomes the steps of the time kernel."""

from __future__ import annotations

import re

import numpy as np

from springhead.column import NEEDS_ESCAPE, Bytes, Column, Ints, Kind
from springhead.kernels import SLACK, format_times
from springhead.kernels.times import CONSTANT, DAY, DAY_OF_YEAR, HOUR, MICROSECOND, MILLISECOND, MINUTE, MONTH, SECOND, YEAR

ISO = "%Y-%m-%dT%H:%M:%S.%3Z"  # %3: milliseconds, our own
_STEPS = {
    "%Y": YEAR,
    "%m": MONTH,
    "%d": DAY,
    "%H": HOUR,
    "%M": MINUTE,
    "%S": SECOND,
    "%f": MICROSECOND,
    "%j": DAY_OF_YEAR,
    "%3": MILLISECOND,
}
_CONSTANTS = {"%z": "+0000", "%Z": "UTC", "%%": "%"}
_WIDEST = 9  # bytes of any one step


class TimeText:
    """Prints times in UTC by a strftime text of the directives %Y %m %d %H %M %S %f %j %z %Z %%."""

    def __init__(self, form: str) -> None:
        op: list[int] = []
        a: list[int] = []
        b: list[int] = []
        blob = bytearray()
        form = form.replace("%3Z", "%3\0")  # the Z of ISO is a letter
        for token in re.findall(r"%.|[^%]+", form, re.DOTALL):
            text = _CONSTANTS.get(token, token.replace("\0", "Z")).encode()
            if token in _STEPS:
                op.append(_STEPS[token])
                a.append(0)
                b.append(0)
            else:
                op.append(CONSTANT)
                a.append(len(blob))
                blob += text
                b.append(len(blob))
        self._escape = NEEDS_ESCAPE.search(blob) is not None
        self._width = len(blob) + _WIDEST * len(op)
        self._program = tuple(np.array(x, np.int64) for x in (op, a, b))
        self._blob = np.frombuffer(blob + bytes(SLACK), np.uint8).copy()
        self._out: Bytes = np.zeros(SLACK, np.uint8)
        self._ends: Ints = np.zeros(0, np.int64)

    def column(self, times_us: Ints) -> Column:
        """The times as a TEXT column; int64, shape (n,), µs since 1970, up to the year 9999."""
        n = times_us.shape[0]
        if self._ends.shape[0] < n:
            self._out = np.zeros(n * self._width + SLACK, np.uint8)
            self._ends = np.zeros(n, np.int64)
        ends = self._ends[:n]
        if format_times(*self._program, self._blob, times_us, self._out, ends) < 0:
            raise AssertionError("the buffer of a time's text is too small")
        return Column(Kind.TEXT, n, data=self._out, ends=ends, escape=self._escape)
