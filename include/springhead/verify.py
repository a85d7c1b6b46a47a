"""Verifying: a batch is made again and compared with what a reader of committed records sees of its topic. The whole story, top down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
from confluent_kafka import Message
from confluent_kafka.admin import OffsetSpec
from numpy.typing import NDArray

from springhead.batch import Batch
from springhead.changes import Change, Counterparts, Seen
from springhead.comparison import Comparison, Difference
from springhead.digest import BatchDigest
from springhead.errors import ReadTimeoutError, RemovedError, StoppedError, UnverifiableError
from springhead.fingerprints import Words, fingerprints
from springhead.kafka.clients import Admin, check_stop
from springhead.kafka.connection import Connection
from springhead.kafka.ledger import Entry, PartKey
from springhead.kafka.ledger_reader import LedgerReader
from springhead.kafka.ledger_topic import find_ledger
from springhead.kafka.offsets import NOTHING_LATER, look_up
from springhead.kafka.topic_reader import TopicReader
from springhead.kafka.topics import TopicInfo, describe_topic
from springhead.quantities import Interval
from springhead.receipt import engine, versions_text
from springhead.records import Press, Records, records_of
from springhead.sending import Progress
from springhead.spec import Stream, spec_keys
from springhead.verification import SHOWN, Finding, Span, Verification

_LOOK_UP_S = 30.0
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
        stream, interval, connection, variant, run_id, records, partition: as it was published, see `springhead.pipeline.publish`.
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
    topic = _topic(admin, stream.with_variant(variant).topic)
    entries = _entries(admin, topic, PartKey(stream.name, variant, interval, run_id, 0), stop)
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
    _check_spec(batch, entries, keys)
    spans, warnings = _spans(admin, topic, None if whole_topic else entries, interval, stop)
    read = _Reading(admin, topic.name, spans, stop)
    told = _Told(progress, batch.records, sum(span.end_offset - span.first_offset for span in spans.values()))
    with Comparison() as comparison:
        digest = _expect(batch, comparison, told, stop)
        if digest != entries[-1].digest:
            raise _other_spec(batch, entries, keys, digest)
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


# What there is to verify


def _topic(admin: Admin, name: str) -> TopicInfo:
    topic = describe_topic(admin, name)
    if topic is None:
        raise UnverifiableError(
            f"there is no topic '{name}' on the cluster of connection '{admin.connection.id}': nothing of the batch is there"
        )
    if topic.configs.get("message.timestamp.type") == "LogAppendTime":
        raise UnverifiableError(
            f"topic '{name}' has message.timestamp.type LogAppendTime: the broker replaces the records' times by its own, so they cannot be compared. With CreateTime they can"
        )
    if "compact" in topic.configs.get("cleanup.policy", ""):
        raise UnverifiableError(
            f"topic '{name}' is compacted (cleanup.policy {topic.configs['cleanup.policy']}): the broker removes all but the last record of each key, so what is missing "
            "tells nothing. A topic with cleanup.policy delete can be verified"
        )
    return topic


def _entries(admin: Admin, topic: TopicInfo, key: PartKey, stop: threading.Event | None) -> list[Entry]:
    """The ledger's entries of the batch, complete, for this topic and by this engine."""
    ledger = find_ledger(admin)
    with LedgerReader(admin, ledger, key.stream, key.interval, stop) as reader:
        there = reader.read()
    entries = [entry for entry in there if replace(entry.key, part=0) == key]
    if not entries:
        others = dict.fromkeys(entry.key.options for entry in there if entry.interval == key.interval)
        listed = f". Of that interval it has {', '.join(others)}" if others else ""
        raise UnverifiableError(
            f"the ledger '{ledger.name}' has no entry of {key.batch_name}{listed}. It was not published, or with acks 0 or 1, of which nothing is recorded: "
            f"`springhead ledger {key.stream}` lists what was"
        )
    first = entries[0]
    if first.topic_id != topic.id or first.topic != topic.name:
        raise UnverifiableError(
            f"{key.batch_name} was published to a topic '{first.topic}' (id {first.topic_id}) that is not there any more; the topic '{topic.name}' of today (id {topic.id}) is "
            "another one. Publish it again with a token (`--republish TOKEN`), and verify that"
        )
    if other := next((entry for entry in entries if dict(entry.engine) != engine()), None):
        raise UnverifiableError(
            f"{key.batch_name} was made by {versions_text(other.engine)}, and this is {versions_text(engine())}: it cannot be made again here. Verify it with those versions"
        )
    if len(entries) < first.parts:
        raise UnverifiableError(
            f"of {key.batch_name} only {len(entries)} of {first.parts} parts were published. Publish it again, which goes on with the parts that are missing"
        )
    return entries


def _check_spec(batch: Batch, entries: Sequence[Entry], keys: Mapping[str, str]) -> None:
    """Refuses at once what need not be made to be known as another batch; another spec may make the same records."""
    if batch.records != sum(entry.records for entry in entries):
        raise _other_spec(batch, entries, keys, None)


def _other_spec(batch: Batch, entries: Sequence[Entry], keys: Mapping[str, str], digest: str | None) -> UnverifiableError:
    last = entries[-1]
    changed = ", ".join(last.differing_keys(dict(keys))) or "a custom provider or a file"
    made = f", and made again it has the digest {digest} instead of {last.digest}" if digest else ""
    return UnverifiableError(
        f"{last.key.batch_name} was published from another spec, with {sum(entry.records for entry in entries):,} records: {changed} differ{'s' * (',' not in changed)} "
        f"(digest {last.spec_digest} then, {batch.spec_digest} now){made}. Verify it with the stream's file of then, and with the same --records and --partition"
    )


def _spans(
    admin: Admin, topic: TopicInfo, entries: Sequence[Entry] | None, interval: Interval, stop: threading.Event | None
) -> tuple[dict[int, Span], tuple[str, ...]]:
    """By partition, what to read, and what a reader should know; entries None: from the interval's first record to the topic's end."""
    numbers = range(topic.partitions)
    deadline = time.monotonic() + _LOOK_UP_S

    def look(spec: OffsetSpec) -> dict[int, int]:
        return look_up(admin, topic.name, dict.fromkeys(numbers, spec), deadline, stop)

    earliest, latest = look(OffsetSpec.earliest()), look(OffsetSpec.latest())  # type: ignore[no-untyped-call]
    if entries is None:
        begins = look(OffsetSpec.for_timestamp(interval.start_us // 1000))
        return {
            number: Span(latest[number] if begin == NOTHING_LATER else min(begin, latest[number]), latest[number])
            for number, begin in begins.items()
        }, ()
    spans, warnings = {}, []
    for number in sorted({number for entry in entries for number in entry.partitions}):
        shares = [entry.partitions[number] for entry in entries if number in entry.partitions]
        first = min(earliest[number] if share.first_offset is None else share.first_offset for share in shares)
        end = max(latest[number] if share.end_offset is None else share.end_offset for share in shares)
        if earliest[number] > first:
            warnings.append(
                f"partition {number}: the broker has removed what stood before offset {earliest[number]} (retention, or delete-records)"
            )
        if latest[number] < end:
            warnings.append(
                f"partition {number} ends at offset {latest[number]}, below {end}, where it ended after publishing: it has lost records"
            )
        end = min(end, latest[number])
        spans[number] = Span(min(max(first, earliest[number]), end), end)
    return spans, tuple(warnings)


# What is expected, and what is there


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


@dataclass(frozen=True, slots=True)
class _Some:
    """Some records of a topic.

    Attributes:
        messages: as confluent_kafka gives them.
        partitions, offsets: int64, shape (n,), where they stand.
    """

    messages: Sequence[Message]
    partitions: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def prints(self) -> Words:
        """Their fingerprints."""
        of = self.messages
        times = list(map(itemgetter(1), map(Message.timestamp, of)))
        keys, values = list(map(Message.key, of)), list(map(Message.value, of))
        return fingerprints(values, keys, self.partitions, times, list(map(Message.headers, of)))  # type: ignore[arg-type]

    def behind(self, ends: NDArray[np.int64]) -> _Some:
        """Without those at or behind their partition's end."""
        inside = self.offsets < ends[self.partitions]
        if inside.all():
            return self
        kept = [message for message, keep in zip(self.messages, inside.tolist(), strict=True) if keep]
        return _Some(kept, self.partitions[inside], self.offsets[inside])


class _Reading:
    """The committed records of these spans; may be iterated again."""

    def __init__(self, admin: Admin, topic: str, spans: Mapping[int, Span], stop: threading.Event | None) -> None:
        self._admin, self._topic, self._spans, self._stop = admin, topic, spans, stop
        self.done = 0  # offsets

    def __iter__(self) -> Iterator[_Some]:
        begins = {number: span.first_offset for number, span in self._spans.items()}
        ends = {number: span.end_offset for number, span in self._spans.items()}
        by_number = np.zeros(max(ends, default=0) + 1, np.int64)
        by_number[list(ends)] = list(ends.values())
        with TopicReader(self._admin, self._topic, begins, self._stop) as reader:
            left: set[int] = set()
            for messages in self._all(reader, ends):
                partitions = np.fromiter(map(Message.partition, messages), np.int64, len(messages))
                offsets = np.fromiter(map(Message.offset, messages), np.int64, len(messages))
                self.done = sum(min(at, ends[number]) - begins[number] for number, at in reader.reached.items())
                yield _Some(messages, partitions, offsets).behind(by_number)
                for number in {number for number, at in reader.reached.items() if at >= ends[number]} - left:
                    left.add(number)
                    reader.leave(number)
        self.done = sum(ends.values()) - sum(begins.values())

    @staticmethod
    def _all(reader: TopicReader, ends: Mapping[int, int]) -> Iterator[list[Message]]:
        try:
            yield from reader.read(ends)
        except ReadTimeoutError as error:
            raise ReadTimeoutError(
                f"{error}. A retry may help when it is over, or aborted by an administrator (kafka-transactions.sh)"
            ) from None
        except RemovedError as error:
            raise RemovedError(
                f"{error}. Its retention is at work, or somebody deletes records: this batch cannot be proven any more"
            ) from None


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


def _changes(missing: Mapping[int, Seen], comparison: Comparison, reading: _Reading) -> list[Change]:
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
