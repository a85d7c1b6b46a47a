"""Verifying: a batch is made again and compared with what a reader of committed records sees of its topic. The whole story, top down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from confluent_kafka import Message

from springhead.errors import StoppedError
from springhead.kafka.clients import Admin, check_stop
from springhead.kafka.connection import Connection
from springhead.ledger.entry import PartKey
from springhead.progress import Progress
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.digests import BatchDigest
from springhead.records.press import Press, records_of
from springhead.records.records import Records
from springhead.spec import Stream, spec_keys
from springhead.verify.changes import Change, Counterparts, Seen
from springhead.verify.comparison import Comparison, Difference
from springhead.verify.evidence import check_spec, entries_of, other_spec, spans_of, verifiable_topic
from springhead.verify.fingerprints import fingerprints
from springhead.verify.topic_records import Reading
from springhead.verify.verification import SHOWN, Finding, Verification

_MOST_ALIKE = 100_000  # records that are looked at as counterparts of missing ones


def verify(
    stream: Stream,
    interval: Interval,
    connection: Connection,
    *,
    variant: str | None = None,
    run_id: str | None = None,
    records: int | None = None,
    partition: int | None = None,
    whole_topic: bool = False,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Compares the batch of a stream and an interval with its topic: each record has to be there once, as partition, key, value, timestamp and headers say.

    Args:
        stream, interval, connection, variant, run_id, records, partition: as it was published, see `springhead.publish.publish.publish`.
        whole_topic: reads all that may hold a copy, instead of the offsets between which the ledger says that the batch was published (the last time).
        stop: set by another thread or a signal handler: ends the call within half a second.
        progress: called with (records made and offsets read, how many of both) after each chunk.

    Raises:
        UnverifiableError: the ledger has no entry of it, it was made from another spec or by another engine, or the topic does not keep records as they are.
        RemovedError: records were removed while they were read.
        ReadTimeoutError: the end of what was to be read did not come, most of the time for another transaction that is open there.
        SpringheadError: the ledger or the topic cannot be read.
    """
    started = time.monotonic()
    admin = Admin(connection)
    topic = verifiable_topic(admin, stream.with_variant(variant).topic)
    entries = entries_of(admin, topic, PartKey(stream.name, variant, interval, run_id, 0), stop)
    batch = Batch.of(
        stream,
        interval,
        variant=variant,
        run_id=run_id,
        records=records,
        partition=partition,
        partitions=entries[0].topic_partitions,
    )
    keys = spec_keys(stream, variant=variant, records=records, partition=partition)
    check_spec(batch, entries, keys)
    spans, warnings = spans_of(admin, topic, None if whole_topic else entries, interval, stop)
    read = Reading(admin, topic.name, spans, stop)
    told = _Told(progress, batch.records, sum(span.end_offset - span.first_offset for span in spans.values()))
    with Comparison() as comparison:
        digest = _expect(batch, comparison, told, stop)
        if digest != entries[-1].digest:
            raise other_spec(batch, entries, keys, digest)
        for some in read:
            comparison.find(some.prints(), some.partitions, some.offsets)
            told.read(read.done)
        told.read(read.done)
        difference = comparison.difference(stop)
        missing = _seen(batch, difference.missing_numbers.tolist())
        changes = _changes(missing, comparison, read) if difference.missing and difference.foreign else []
    return Verification(
        stream=stream.name,
        variant=variant,
        topic=topic.name,
        connection=connection.id,
        interval=str(interval),
        run_id=run_id,
        guarantee=entries[0].guarantee,
        records=batch.records,
        sound=difference.sound,
        missing=difference.missing - len(changes),
        changed=len(changes),
        doubled=difference.doubled,
        foreign=difference.foreign - len(changes),
        digest=digest,
        partitions=spans,
        findings=tuple(_findings(batch, difference, missing, changes)),
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


def _expect(batch: Batch, comparison: Comparison, told: _Told, stop: threading.Event | None) -> str:
    """Makes the batch again; its digest."""
    digest = BatchDigest()
    for made in records_of(batch):
        digest.update(made)
        keys = made.keys.optional() if made.keys else None
        prints = fingerprints(made.values.tolist(), keys, made.partitions.tolist(), made.timestamps_ms.tolist(), made.headers)
        comparison.expect(prints, made.ids)
        told.made(int(made.ids[-1]) + 1)
        if check_stop(stop):
            raise StoppedError("stopped while the batch was made again: nothing was compared")
    return digest.hexdigest()


# What is different


def _seen(batch: Batch, numbers: Sequence[int]) -> dict[int, Seen]:
    """These records of the batch, made once more."""
    if not numbers:
        return {}
    made: Records = Press(batch).records(np.array(numbers, np.uint64))
    keys = made.keys.optional() if made.keys else [None] * made.rows
    headers = made.headers or [[]] * made.rows
    rows = zip(made.partitions.tolist(), keys, made.values.tolist(), made.timestamps_ms.tolist(), map(tuple, headers), strict=True)
    return dict(zip(numbers, (Seen(*row) for row in rows), strict=True))


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


def _findings(batch: Batch, difference: Difference, missing: Mapping[int, Seen], changes: Sequence[Change]) -> Iterator[Finding]:
    """The first of each kind."""
    changed = {change.number for change in changes}
    for number in [number for number in missing if number not in changed][:SHOWN]:
        yield _finding("missing", number, missing[number], "is not there")
    for change in changes[:SHOWN]:
        what = f"offset {change.offset} of partition {change.partition} has {change.what}"
        yield _finding("changed", change.number, missing[change.number], what)
    doubles = difference.doubles[:SHOWN]
    seen = _seen(batch, [doubled.number for doubled in doubles])
    for doubled in doubles:
        offsets = ", ".join(str(offset) for _, offset in doubled.places[:SHOWN])
        yield _finding("doubled", doubled.number, seen[doubled.number], f"is there {len(doubled.places)} times, at offsets {offsets}")


def _finding(kind: str, number: int, record: Seen, what: str) -> Finding:
    return Finding(kind, number, record.partition, record.time_text(), what)
