"""What there is to verify: the topic, the ledger's entries of a batch, and the offsets between which it stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from confluent_kafka.admin import OffsetSpec

from springhead.errors import RemedyKind, UnverifiableError
from springhead.kafka.clients import Admin
from springhead.kafka.offsets import NOTHING_LATER, look_up
from springhead.kafka.topics import TopicInfo, describe_topic
from springhead.ledger.key import BatchKey
from springhead.ledger.published import Published
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.quantities import Interval
from springhead.records.batch import Batch, parts_among
from springhead.records.request import Request
from springhead.verify.verification import OffsetRange

_LOOK_UP_S = 30.0
_OTHERS = 5  # batches of the interval that an error names


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


def published_of(admin: Admin, topic: TopicInfo, request: Request, parts: Sequence[int] | None, stop: threading.Event | None) -> Published:
    """What the ledger has of the batch, or of these parts of it: complete, for this topic and by this engine.

    Raises:
        UnverifiableError: there is nothing, not all of it, or something else.
        OptionError: it has no such part.
        SpringheadError: the ledger cannot be read.
    """
    key, ledger = BatchKey.of(request), find_ledger(admin)
    with LedgerReader(admin, ledger, key.stream, key.interval, stop) as reader:
        there = reader.read()
    published = Published.among(there, key)
    if not published.entries:
        found = dict.fromkeys(entry.key.batch for entry in there if entry.key.batch.interval == key.interval and entry.key.part)
        others = [each.whose for each in sorted(found, key=lambda each: each.differs(key))]  # what is likely meant comes first
        more = f", and {len(others) - _OTHERS:,} more" if len(others) > _OTHERS else ""
        listed = f". Of that interval it has {'; '.join(others[:_OTHERS])}{more}" if others else ""
        raise UnverifiableError(
            f"the ledger '{ledger.name}' has no entry of {key}. It was not published, or with acks 0 or 1, which leave no entry{listed}",
            [request.remedy(RemedyKind.LIST_LEDGER, admin.connection.id)],
        )
    assert published.opening is not None
    wanted = parts_among(published.opening.parts, parts)
    if elsewhere := published.only(wanted).of_another_topic(topic.name, topic.id):
        raise UnverifiableError(
            f"{key} was published {elsewhere}. Publish it again with a token, and verify that",
            [request.remedy(RemedyKind.REPUBLISH, admin.connection.id)],
        )
    if lacking := published.lacks(wanted):
        only = f"only {len(published.entries)} of {published.opening.parts} parts were published"
        which = only if parts is None else f"part {lacking[0]} was not published"
        raise UnverifiableError(f"of {key} {which}. Publish it again, which goes on with the parts that are missing")
    published = published.only(wanted)
    if other := published.of_another_engine():
        raise UnverifiableError(f"{key} was {other}: it cannot be made again here. Verify it with those versions")
    return published


def other_spec(batch: Batch, published: Published, how: str) -> UnverifiableError:
    """The error for a batch that is not made as it was published; `how` says what shows it."""
    changed = (
        published.of_another_spec(batch) or "no key of the stream differs, so the cause lies outside its file, such as a custom provider"
    )
    return UnverifiableError(
        f"{published.batch} was published from another spec, with {published.records:,} records: {changed}, {how}. "
        "Verify it with the stream's file, the number of records and the partition that it was published with"
    )


def offset_ranges_of(
    admin: Admin, topic: TopicInfo, published: Published | None, interval: Interval, stop: threading.Event | None
) -> tuple[dict[int, OffsetRange], tuple[str, ...]]:
    """By partition, what to read, and what a reader should know; published None: from the interval's first record to the topic's end."""
    numbers = range(topic.partitions)
    deadline = time.monotonic() + _LOOK_UP_S

    def look(spec: OffsetSpec) -> dict[int, int]:
        return look_up(admin, topic.name, dict.fromkeys(numbers, spec), deadline, stop)

    earliest, latest = look(OffsetSpec.earliest()), look(OffsetSpec.latest())  # type: ignore[no-untyped-call]
    if published is None:
        begins = look(OffsetSpec.for_timestamp(interval.start_us // 1000))
        return {
            number: OffsetRange(latest[number] if begin == NOTHING_LATER else min(begin, latest[number]), latest[number])
            for number, begin in begins.items()
        }, ()
    spans, warnings = {}, []
    if token := published.opening and published.opening.republish:
        warnings.append(
            f"it was published once more by the token '{token}', and that is what was compared: copies of before are in the topic, too (--whole-topic counts them)"
        )
    for number, share in published.partitions().items():
        first = earliest[number] if share.first_offset is None else share.first_offset
        end = latest[number] if share.end_offset is None else share.end_offset
        if earliest[number] > first:
            warnings.append(
                f"partition {number}: the broker has removed what stood before offset {earliest[number]} (retention, or delete-records)"
            )
        if latest[number] < end:
            warnings.append(
                f"partition {number} ends at offset {latest[number]}, below {end}, where it ended after publishing: it has lost records"
            )
        end = min(end, latest[number])
        spans[number] = OffsetRange(min(max(first, earliest[number]), end), end)
    return spans, tuple(warnings)
