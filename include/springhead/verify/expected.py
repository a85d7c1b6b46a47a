"""What a batch should be: made again from its request, as the ledger says that each of its parts was made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from springhead.columns.column import Ids
from springhead.columns.rows import by_record
from springhead.errors import StoppedError
from springhead.faults import kind_of
from springhead.kafka.clients import check_stop
from springhead.ledger.published import Published
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.records import Records
from springhead.records.request import Request
from springhead.records.tally import Tally
from springhead.topic_facts import TopicFacts
from springhead.verify.changes import Seen
from springhead.verify.comparison import Comparison
from springhead.verify.evidence import other_spec
from springhead.verify.fingerprints import fingerprints

_COPIES = 256  # of one record: a record's number is its position × 256 + its copy


def position_of(number: int) -> int:
    """Where the record of a number stands in its batch."""
    return number // _COPIES


def fault_of(number: int) -> str:
    """The kind of fault of the copy that the number stands for; "": it is the record itself."""
    return kind_of(number % _COPIES)


class Expected:
    """What was published, made again: each part as its entry says that it was made.

    Raises:
        UnverifiableError: the number of parts alone shows that it is another batch.
    """

    def __init__(self, request: Request, published: Published, part_records: int) -> None:
        self._published = published
        made_for = {entry.opening.facts for entry in published.entries.values()}
        batches = {facts: Batch.of(request, facts, part_records) for facts in made_for}
        self._batches = {part: batches[entry.opening.facts] for part, entry in published.entries.items()}
        self._presses: dict[TopicFacts, Press] = {}  # almost always one
        self._batch = next(iter(self._batches.values()))
        assert published.opening is not None
        if len(self._batch.parts) != published.opening.parts:
            raise other_spec(
                self._batch, published, f"and it would have {self._batch.records:,} records in {len(self._batch.parts)} parts now"
            )
        self.records = sum(len(self._batch.parts[part - 1]) for part in self._batches)

    def tell(self, comparison: Comparison, progress: Callable[[int], None], stop: threading.Event | None) -> None:
        """Makes all of it, for the comparison to know.

        Args:
            progress: called with the number of records so far, after each chunk.

        Raises:
            UnverifiableError: a part is another one than was published.
            StoppedError: the stop event is set.
        """
        done = 0
        for part, batch in self._batches.items():
            press, tally = self._press(batch), Tally(batch.facts.partitions)
            for positions in press.chunks(batch.parts[part - 1]):
                made = press.records(positions)
                tally.add(made, len(positions))
                comparison.expect(_prints(made), _numbers(made))
                progress(done := done + len(positions))
                if check_stop(stop):
                    raise StoppedError("stopped while the batch was made again: nothing was compared")
            if tally.digest != (digest := self._published.entries[part].digest):
                which = f"part {part} of it" if len(batch.parts) > 1 else "it"
                raise other_spec(batch, self._published, f"and made again {which} has the digest {tally.digest} instead of {digest}")

    def _press(self, batch: Batch) -> Press:
        if batch.facts not in self._presses:
            self._presses[batch.facts] = Press(batch)
        return self._presses[batch.facts]

    def seen(self, numbers: Sequence[int]) -> dict[int, Seen]:
        """These records, made once more."""
        found = {}
        for number in numbers:
            position = position_of(number)
            part = next(part for part in self._batches if position in self._batch.parts[part - 1])
            made = self._press(self._batches[part]).beside(position)
            at = _numbers(made).tolist().index(number)
            value, key, partition, time_ms, headers = list(made.each())[at]
            found[number] = Seen(partition, key, value, time_ms, headers)
        return found


def _numbers(made: Records) -> Ids:
    """The records' numbers (see `Expected`): uint64, shape (n,)."""
    numbers = made.positions * np.uint64(_COPIES)
    return numbers if made.copies is None else numbers + made.copies


def _prints(made: Records) -> Ids:
    keys = made.keys.optional() if made.keys else None
    return fingerprints(made.values.optional(), keys, made.partitions.tolist(), made.timestamps_ms.tolist(), by_record(made.headers))
