"""Verifying: a batch is made again and compared with what a reader of committed records sees of its topic. The whole story, top down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka import Message

from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.progress import Progress
from springhead.records.batch import PART
from springhead.records.request import Request
from springhead.verify.changes import Change, Counterparts, Seen
from springhead.verify.comparison import Comparison, Difference
from springhead.verify.evidence import offset_ranges_of, published_of, verifiable_topic
from springhead.verify.expected import Expected, fault_of, position_of
from springhead.verify.fingerprints import fingerprints
from springhead.verify.topic_records import Reading
from springhead.verify.verification import SHOWN, Finding, Verification

_MOST_ALIKE = 100_000  # records that are looked at as counterparts of missing ones


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
    admin = Admin(connection, stop)
    topic = verifiable_topic(admin, request.chosen.topic)
    published = published_of(admin, topic, request, parts, stop)
    expected = Expected(request, published, part_records)
    spans, warnings = offset_ranges_of(admin, topic, None if whole_topic else published, request.interval, stop)
    read = Reading(admin, topic.name, spans, stop)
    told = _Told(progress, expected.records, sum(span.end_offset - span.first_offset for span in spans.values()))
    with Comparison() as comparison:
        expected.tell(comparison, told.made, stop)
        for some in read:
            comparison.find(some.prints(), some.partitions, some.offsets)
            told.read(read.done)
        told.read(read.done)
        difference = comparison.difference(stop)
        missing = expected.seen(difference.missing_numbers.tolist())
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
        findings=tuple(_findings(expected, difference, missing, changes)),
        duration_s=time.monotonic() - started,
        warnings=warnings,
    )


class _Told:
    """Progress over both halves."""

    def __init__(self, progress: Progress | None, records: int, offsets: int) -> None:
        self._progress, self._records, self._total = progress, records, records + offsets

    def made(self, records: int) -> None:
        if self._progress:
            self._progress(records, self._total)

    def read(self, offsets: int) -> None:
        self.made(self._records + offsets)


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
    known = comparison.expects(prints).tolist()
    return counterparts.changes(one for one, there in zip(alike, known, strict=True) if not there)


def _as_seen(message: Message) -> Seen:
    headers = message.headers() or ()
    return Seen(message.partition(), message.key(), message.value(), message.timestamp()[1], tuple(headers))  # type: ignore[arg-type]


def _findings(expected: Expected, difference: Difference, missing: Mapping[int, Seen], changes: Sequence[Change]) -> Iterator[Finding]:
    """The first of each kind."""
    changed = {change.number for change in changes}
    for number in [number for number in missing if number not in changed][:SHOWN]:
        yield _finding("missing", number, missing[number], "is not there")
    for change in changes[:SHOWN]:
        what = f"offset {change.offset} of partition {change.partition} has {change.what}"
        yield _finding("changed", change.number, missing[change.number], what)
    doubles = difference.doubles[:SHOWN]
    seen = expected.seen([doubled.number for doubled in doubles])
    for doubled in doubles:
        offsets = ", ".join(str(offset) for _, offset in doubled.places[:SHOWN])
        yield _finding("doubled", doubled.number, seen[doubled.number], f"is there {len(doubled.places)} times, at offsets {offsets}")


def _finding(kind: str, number: int, record: Seen, what: str) -> Finding:
    whose = f"{fault} copy: " if (fault := fault_of(number)) else ""
    return Finding(kind, position_of(number), record.partition, record.time_text(), whose + what)
