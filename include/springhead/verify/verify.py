"""Verifying: a batch is made again and compared with what a reader of committed records sees of its topic. The whole story, top down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from confluent_kafka import Message

from springhead.columns.column import Ids
from springhead.columns.rows import by_record
from springhead.errors import StoppedError
from springhead.kafka.clients import Admin, check_stop
from springhead.kafka.connection import Connection
from springhead.ledger.published import Published
from springhead.progress import Progress
from springhead.records.batch import PART, Batch
from springhead.records.press import Press
from springhead.records.records import Records
from springhead.records.request import Request
from springhead.records.tally import Tally
from springhead.topic_facts import TopicFacts
from springhead.verify.changes import Change, Counterparts, Seen
from springhead.verify.comparison import Comparison, Difference
from springhead.verify.evidence import offset_ranges_of, other_spec, published_of, verifiable_topic
from springhead.verify.fingerprints import fingerprints
from springhead.verify.topic_records import Reading
from springhead.verify.verification import SHOWN, Finding, Verification

_MOST_ALIKE = 100_000  # records that are looked at as counterparts of missing ones
_COPIES = 256  # of one record


def verify(
    request: Request,
    connection: Connection,
    *,
    parts: Sequence[int] | None = None,
    whole_topic: bool = False,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
    part_records: int = PART,
) -> Verification:
    """Compares a batch with its topic: each record has to be there once, as partition, key, value, timestamp and headers say.

    Args:
        request: the batch, as it was published.
        connection: the cluster.
        parts: the numbers of its parts to compare, from 1, and no others; None: all.
        whole_topic: reads from the interval's first record to the topic's end, instead of only the offsets that the ledger has for the (last) publication: finds copies anywhere.
        stop: set by another thread or a signal handler: ends the call within half a second.
        progress: called with (records made and offsets read, how many of both) after each chunk.
        part_records: as it was published with.

    Raises:
        UnverifiableError: the ledger has no entry of it, it was made from another spec or by another engine, or the topic does not keep records as they are.
        RemovedError: records were removed while they were read.
        ReadTimeoutError: the end of what was to be read did not come, most of the time for another transaction that is open there.
        SpringheadError: the ledger or the topic cannot be read.
    """
    started = time.monotonic()
    admin = Admin(connection)
    topic = verifiable_topic(admin, request.chosen.topic)
    published = published_of(admin, topic, request, parts, stop)
    again = _Again(request, published, part_records)
    spans, warnings = offset_ranges_of(admin, topic, None if whole_topic else published, request.interval, stop)
    read = Reading(admin, topic.name, spans, stop)
    told = _Told(progress, again.records, sum(span.end_offset - span.first_offset for span in spans.values()))
    with Comparison() as comparison:
        again.expect(comparison, told, stop)
        for some in read:
            comparison.find(some.prints(), some.partitions, some.offsets)
            told.read(read.done)
        told.read(read.done)
        difference = comparison.difference(stop)
        missing = again.seen(difference.missing_numbers.tolist())
        changes = _changes(missing, comparison, read) if difference.missing and difference.foreign else []
    return Verification(
        stream=request.stream.name,
        variant=request.variant,
        topic=topic.name,
        connection=connection.id,
        interval=str(request.interval),
        run_id=request.run_id,
        batch=request.batch,
        guarantee=published.guarantee,
        records=published.records,
        sound=difference.sound,
        missing=difference.missing - len(changes),
        changed=len(changes),
        doubled=difference.doubled,
        foreign=difference.foreign - len(changes),
        digest=published.digest,
        of_parts=published.of_parts,
        partitions=spans,
        findings=tuple(_findings(again, difference, missing, changes)),
        duration_s=time.monotonic() - started,
        warnings=warnings,
    )


# What is expected


class _Told:
    """Progress over both halves."""

    def __init__(self, progress: Progress | None, records: int, offsets: int) -> None:
        self._progress, self._records, self._total = progress, records, records + offsets

    def made(self, records: int) -> None:
        if self._progress:
            self._progress(records, self._total)

    def read(self, offsets: int) -> None:
        self.made(self._records + offsets)


class _Again:
    """What was published, made again: each part as its entry says that it was made.

    A record's number is its position × 256 + its copy.

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

    def expect(self, comparison: Comparison, told: _Told, stop: threading.Event | None) -> None:
        """Makes all of it.

        Raises:
            UnverifiableError: a part is another one than was published.
            StoppedError: the stop event is set.
        """
        done = 0
        for part, batch in self._batches.items():
            press, tally = self._press(batch), Tally(batch.facts.partitions)
            for positions in batch.chunks(batch.parts[part - 1]):
                made = press.records(positions)
                tally.add(made, len(positions))
                comparison.expect(_prints(made), _numbers(made))
                told.made(done := done + len(positions))
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
            position = number // _COPIES
            part = next(part for part in self._batches if position in self._batch.parts[part - 1])
            made = self._press(self._batches[part]).records(range(position, position + 1))
            at = _numbers(made).tolist().index(number)
            value, key, partition, time_ms, headers = list(made.each())[at]
            found[number] = Seen(partition, key, value, time_ms, headers)
        return found


def _numbers(made: Records) -> Ids:
    """The records' numbers (see `_Again`): uint64, shape (n,)."""
    numbers = made.positions * np.uint64(_COPIES)
    return numbers if made.copies is None else numbers + made.copies


def _prints(made: Records) -> Ids:
    keys = made.keys.optional() if made.keys else None
    return fingerprints(made.values.optional(), keys, made.partitions.tolist(), made.timestamps_ms.tolist(), by_record(made.headers))


# What is different


def _changes(missing: Mapping[int, Seen], comparison: Comparison, reading: Reading) -> list[Change]:
    """Which of the missing records are there, but differ: the topic is read once more."""
    counterparts = Counterparts(missing)
    alike: list[tuple[int, Seen]] = []
    for some in reading:
        for offset, message in zip(some.offsets.tolist(), some.messages, strict=True):
            record = _as_seen(message)
            if counterparts.like(record) and len(alike) < _MOST_ALIKE:
                alike.append((offset, record))
    if not alike:
        return []
    records = [record for _, record in alike]
    prints = fingerprints(
        [record.value for record in records],
        [record.key for record in records],
        [record.partition for record in records],
        [record.timestamp_ms for record in records],
        [record.headers for record in records],
    )
    expected = comparison.expects(prints).tolist()
    return counterparts.changes(one for one, known in zip(alike, expected, strict=True) if not known)


def _as_seen(message: Message) -> Seen:
    headers = message.headers() or ()
    return Seen(message.partition(), message.key(), message.value(), message.timestamp()[1], tuple(headers))  # type: ignore[arg-type]


def _findings(again: _Again, difference: Difference, missing: Mapping[int, Seen], changes: Sequence[Change]) -> Iterator[Finding]:
    """The first of each kind."""
    changed = {change.number for change in changes}
    for number in [number for number in missing if number not in changed][:SHOWN]:
        yield _finding("missing", number, missing[number], "is not there")
    for change in changes[:SHOWN]:
        what = f"offset {change.offset} of partition {change.partition} has {change.what}"
        yield _finding("changed", change.number, missing[change.number], what)
    doubles = difference.doubles[:SHOWN]
    seen = again.seen([doubled.number for doubled in doubles])
    for doubled in doubles:
        offsets = ", ".join(str(offset) for _, offset in doubled.places[:SHOWN])
        yield _finding("doubled", doubled.number, seen[doubled.number], f"is there {len(doubled.places)} times, at offsets {offsets}")


def _finding(kind: str, number: int, record: Seen, what: str) -> Finding:
    return Finding(kind, number // _COPIES, record.partition, record.time_text(), what)
