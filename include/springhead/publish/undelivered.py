"""The error of a batch of which not every record was delivered: how many and why, the first one, and whether a retry helps."""

from __future__ import annotations

import datetime as dt

import numpy as np

from springhead.errors import DeliveryError, RefusedError
from springhead.kafka.connection import Connection
from springhead.kafka.delivery import REMEDIES, Account, Refused
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import TopicInfo
from springhead.records.batch import Batch
from springhead.records.press import Press


def undelivered(
    batch: Batch, topic: TopicInfo, connection: Connection, guarantee: Guarantee, account: Account, numbers: range | None = None
) -> RefusedError | DeliveryError:
    """The error of a batch, or of the part of it with these numbers, of which not every record was delivered."""
    wanted = range(batch.records) if numbers is None else numbers
    failed = ", ".join(f"{code} {count:,}" for code, count in account.failed.most_common())
    counts = [f"{account.delivered:,} {'sent' if guarantee is Guarantee.FIRE_AND_FORGET else 'delivered'}"]
    if account.failed:
        counts.append(f"{account.failed.total():,} failed ({failed})")
    if account.remaining:
        counts.append(f"{account.remaining:,} without an answer")
    counts.append(f"{len(wanted) - account.enqueued:,} not sent")
    first = _place(batch, account.first, wanted)
    text = f"not every record reached topic '{topic.name}' by connection '{connection.id}': of {len(wanted):,} records {', '.join(counts)}. The first was {first}. "
    if guarantee is Guarantee.EXACTLY_ONCE:
        text += "Their transaction was given up: no consumer that reads committed records sees any of them. "
    if account.terminal:
        remedies = " ".join(dict.fromkeys(REMEDIES[code] for code in account.failed if code in REMEDIES))
        return RefusedError(connection.mask(f"{text}A retry cannot help. {remedies}"))
    twice = account.delivered if guarantee is not Guarantee.EXACTLY_ONCE else 0
    again = f" A retry sends the whole batch again: {twice:,} records may be there twice then." if twice else ""
    return DeliveryError(connection.mask(f"{text}A retry may help.{again}"), account.failed, first)


def _place(batch: Batch, refused: Refused | None, numbers: range) -> str:
    """The record in words; it is made again."""
    if refused is None:
        return "not reported"
    number = _find(batch, refused, numbers) if refused.number is None else refused.number
    if number is None:
        return f"one of partition {refused.partition} ({refused.code})"
    made = Press(batch).records(np.array([number], np.uint64))
    time_text = dt.datetime.fromtimestamp(int(made.timestamps_ms[0]) / 1000, dt.UTC).isoformat(timespec="milliseconds")
    return f"record {number} (partition {int(made.partitions[0])}, {time_text}, {made.values.lengths[0]:,} bytes: {refused.code})"


def _find(batch: Batch, refused: Refused, numbers: range) -> int | None:
    """The number of a record of which librdkafka told the value and the partition, not the number."""
    press = Press(batch)
    for ids in batch.chunks(numbers=numbers[refused.since :]):
        made = press.records(ids)
        for number, value, partition in zip(ids.tolist(), made.values.tolist(), made.partitions.tolist(), strict=True):
            if value == refused.value and partition == refused.partition:
                return int(number)
    return None
