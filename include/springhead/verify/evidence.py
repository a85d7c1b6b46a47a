"""What there is to verify: the topic, the ledger's entries of a batch, and the offsets between which it stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from confluent_kafka.admin import OffsetSpec

from springhead.errors import UnverifiableError
from springhead.kafka.clients import Admin
from springhead.kafka.offsets import NOTHING_LATER, look_up
from springhead.kafka.topics import TopicInfo, describe_topic
from springhead.ledger.entry import Entry, PartKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.engine import engine, versions_text
from springhead.verify.verification import Span

_LOOK_UP_S = 30.0


def verifiable_topic(admin: Admin, name: str) -> TopicInfo:
    """The topic.

    Raises:
        UnverifiableError: it is not there, or does not keep records as they are.
    """
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


def entries_of(admin: Admin, topic: TopicInfo, key: PartKey, stop: threading.Event | None) -> list[Entry]:
    """The ledger's entries of the batch, complete, for this topic and by this engine, in the order of its parts.

    Raises:
        UnverifiableError: there are none, or others.
        SpringheadError: the ledger cannot be read.
    """
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


def check_spec(batch: Batch, entries: Sequence[Entry], keys: Mapping[str, str]) -> None:
    """Refuses at once what need not be made to be known as another batch; another spec may make the same records.

    Raises:
        UnverifiableError: it has another number of records.
    """
    if batch.records != sum(entry.records for entry in entries):
        raise other_spec(batch, entries, keys, None)


def other_spec(batch: Batch, entries: Sequence[Entry], keys: Mapping[str, str], digest: str | None) -> UnverifiableError:
    """The error that says so; `digest`: of the batch made again, where it was."""
    last = entries[-1]
    changed = ", ".join(last.differing_keys(dict(keys))) or "a custom provider or a file"
    made = f", and made again it has the digest {digest} instead of {last.digest}" if digest else ""
    return UnverifiableError(
        f"{last.key.batch_name} was published from another spec, with {sum(entry.records for entry in entries):,} records: {changed} differ{'s' * (',' not in changed)} "
        f"(digest {last.spec_digest} then, {batch.spec_digest} now){made}. Verify it with the stream's file of then, and with the same --records and --partition"
    )


def spans_of(
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
