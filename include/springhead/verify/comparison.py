"""The comparison of two multisets of records, one that is expected and one that was found, by their fingerprints.

However many there are, memory holds a small part of them: they are spread over temporary files by their fingerprints' first bits, and compared file by file.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ids
from springhead.errors import OptionError, StoppedError
from springhead.verify.fingerprints import Fingerprints

Table = NDArray[Any]  # rows of _ROW

_BITS = 6
_FILES = 1 << _BITS  # 20 million records on each side: 17 MB of each file in memory
_BUFFER = 1 << 16
_ROW = np.dtype([("high", "<u8"), ("low", "<u8"), ("partition", "<i4"), ("at", "<i8")])
_EXPECTED = -1  # in place of a partition
NAMED = 1000  # records that are missing or doubled are named, those with the lowest numbers; all are counted


@dataclass(frozen=True, slots=True)
class Doubled:
    """A record that was found more often than expected.

    Attributes:
        number: in the batch.
        places: (partition, offset) of each copy, of a thousand at most.
    """

    number: int
    places: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Difference:
    """What a comparison found.

    Attributes:
        sound: records that are there as expected.
        missing: records that are not there, and the lowest `NAMED` of their numbers: uint64, ascending.
        doubled: copies beyond those that were expected; and the first records that have some.
        foreign: records that nobody expected.
    """

    sound: int = 0
    missing: int = 0
    missing_numbers: Ids = field(default_factory=lambda: np.zeros(0, np.uint64))
    doubled: int = 0
    doubles: list[Doubled] = field(default_factory=list)
    foreign: int = 0


class Comparison:
    """First `expect` all, then `find` all, then `difference`. A context manager, which removes the files.

    Raises:
        OptionError: there is no room for the temporary files.
    """

    def __init__(self) -> None:
        self._files: list[IO[bytes]] = []
        try:
            for _ in range(_FILES):
                self._files.append(tempfile.TemporaryFile(buffering=_BUFFER))  # noqa: SIM115  closed by close()
        except OSError as error:
            self.close()
            raise _no_room(error) from None

    def expect(self, prints: Fingerprints, numbers: Ids) -> None:
        """Adds records that have to be there.

        Args:
            prints: uint64, shape (n, 2), their fingerprints.
            numbers: uint64, shape (n,), their numbers in the batch, ascending over all calls.
        """
        self._add(prints, _EXPECTED, numbers)

    def find(self, prints: Fingerprints, partitions: NDArray[np.int64], offsets: NDArray[np.int64]) -> None:
        """Adds records that are there.

        Args:
            prints: uint64, shape (n, 2), their fingerprints.
            partitions, offsets: int64, shape (n,), where.
        """
        self._add(prints, partitions, offsets)

    def _add(self, prints: Fingerprints, partitions: int | NDArray[np.int64], at: Ids | NDArray[np.int64]) -> None:
        rows = np.empty(prints.shape[0], _ROW)
        rows["high"], rows["low"], rows["partition"], rows["at"] = prints[:, 0], prints[:, 1], partitions, at
        file_of = (prints[:, 0] >> np.uint64(64 - _BITS)).astype(np.int64)
        rows = rows[np.argsort(file_of, kind="stable")]
        ends = np.cumsum(np.bincount(file_of, minlength=_FILES)).tolist()
        try:
            for file, start, end in zip(self._files, [0, *ends], ends, strict=False):
                if end > start:
                    file.write(rows[start:end].data)
        except OSError as error:
            raise _no_room(error) from None

    def _all(self) -> Iterator[Table]:
        for file in self._files:
            try:
                file.flush()
            except OSError as error:
                raise _no_room(error) from None
            file.seek(0)
            yield np.frombuffer(file.read(), _ROW)

    def difference(self, stop: threading.Event | None = None) -> Difference:
        """What is different.

        Raises:
            StoppedError: the stop event is set.
        """
        total = Difference()
        for rows in self._all():
            if stop is not None and stop.is_set():
                raise StoppedError("stopped while the records were compared")
            if rows.size:
                _compare(rows, total)
        total.missing_numbers = np.sort(total.missing_numbers)[:NAMED]
        total.doubles = sorted(total.doubles, key=lambda doubled: doubled.number)[:NAMED]
        return total

    def expects(self, prints: Fingerprints) -> NDArray[np.bool_]:
        """bool, shape (n,): whether these records are among those that are expected."""
        asked = {(high, low): at for at, (high, low) in enumerate(prints.tolist())}
        answer = np.zeros(prints.shape[0], np.bool_)
        for rows in self._all():
            near = rows[(rows["partition"] == _EXPECTED) & np.isin(rows["high"], prints[:, 0])]
            for pair in zip(near["high"].tolist(), near["low"].tolist(), strict=True):
                if pair in asked:
                    answer |= (prints == np.array(pair, np.uint64)).all(axis=1)
        return answer

    def close(self) -> None:
        """Removes the files."""
        for file in self._files:
            file.close()

    def __enter__(self) -> Comparison:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _compare(rows: Table, total: Difference) -> None:
    """Counts the rows of one file: in each group of equal fingerprints those expected come first, by number, then those found."""
    rows = rows[np.lexsort((rows["low"], rows["high"]))]  # stable: what was added first stays first
    high, low = rows["high"], rows["low"]
    begins = np.concatenate(([True], (high[1:] != high[:-1]) | (low[1:] != low[:-1])))
    starts = np.flatnonzero(begins)
    group = np.cumsum(begins) - 1
    expected = rows["partition"] == _EXPECTED
    n_expected = np.add.reduceat(expected, starts, dtype=np.int64)
    n_found = np.diff(starts, append=rows.size) - n_expected
    place = np.arange(rows.size) - starts[group]  # within the group
    missing = expected & (place >= n_found[group])
    surplus = ~expected & (n_expected[group] > 0) & (place >= 2 * n_expected[group])
    total.sound += int(np.minimum(n_expected, n_found).sum())
    total.missing += int(missing.sum())
    total.doubled += int(surplus.sum())
    total.foreign += int(n_found[n_expected == 0].sum())
    if missing.any():
        numbers = np.concatenate([total.missing_numbers, rows["at"][missing].astype(np.uint64)])
        total.missing_numbers = np.partition(numbers, NAMED)[:NAMED] if numbers.size > NAMED else numbers
    if surplus.any():
        doubled = np.unique(group[surplus])
        numbers = rows["at"][starts[doubled]]
        for which in doubled[np.argsort(numbers, kind="stable")[:NAMED]].tolist():
            first, behind = int(starts[which]), int(starts[which] + n_expected[which] + n_found[which])
            copies = rows[first + int(n_expected[which]) : behind][:NAMED]
            places = tuple(zip(copies["partition"].tolist(), copies["at"].tolist(), strict=True))
            total.doubles.append(Doubled(int(rows["at"][first]), tuple(sorted(places))))
        total.doubles = sorted(total.doubles, key=lambda one: one.number)[:NAMED]


def _no_room(error: OSError) -> OptionError:
    return OptionError(
        f"the comparison needs room for temporary files in {tempfile.gettempdir()}, 28 bytes for each record on either side ({error.strerror}): "
        "make room there, or name another folder by TMPDIR"
    )
