"""The error of records of which not every one was delivered: how many and why, the first one, and whether a retry helps."""

from __future__ import annotations

from collections.abc import Sequence

from springhead.errors import DeliveryError, RefusedError
from springhead.kafka.clients import of_quota
from springhead.kafka.connection import Connection
from springhead.kafka.delivery import Account, Refused, remedies
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import TopicInfo
from springhead.quantities import iso_of_ms
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.records import Row
from springhead.records.tally import Tally


def undelivered(
    batch: Batch,
    topic: TopicInfo,
    connection: Connection,
    guarantee: Guarantee,
    account: Account,
    parts: Sequence[range],
    tallies: Sequence[Tally],
) -> RefusedError | DeliveryError:
    """The error of these parts of a batch, of which not every record was delivered.

    Args:
        parts: their positions.
        tallies: of what was made of them, the first ones first.
    """
    wanted = sum(map(len, parts)) + sum(tally.rows - tally.arrived for tally in tallies)
    failed = ", ".join(f"{code} {count:,}" for code, count in account.failed.most_common())
    counts = [f"{account.delivered:,} {'sent' if guarantee is Guarantee.FIRE_AND_FORGET else 'delivered'}"]
    if account.failed:
        counts.append(f"{account.failed.total():,} failed ({failed})")
    if account.remaining:
        counts.append(f"{account.remaining:,} without an answer")
    counts.append(f"{max(0, wanted - account.enqueued):,} not sent")
    first = _place(batch, account.first, parts)
    text = f"not every record reached topic '{topic.name}' by connection '{connection.id}': of {wanted:,} records {', '.join(counts)}. The first was {first}. "
    if guarantee is Guarantee.EXACTLY_ONCE:
        text += "Their transaction was given up: no consumer that reads committed records sees any of them. "
    if account.terminal:
        return RefusedError(connection.mask(f"{text}A retry cannot help. {remedies(account, topic, connection)}"))
    twice = account.delivered if guarantee is not Guarantee.EXACTLY_ONCE else 0
    again = f" A retry sends all of them again: {twice:,} records may be there twice then." if twice else ""
    return DeliveryError(connection.mask(f"{text}A retry may help.{again}{of_quota(account.held_back_s)}"), account.failed, first)


def _place(batch: Batch, refused: Refused | None, parts: Sequence[range]) -> str:
    """The record in words; it is made again."""
    if refused is None:
        return "not reported"
    found = _find(batch, refused, parts) if refused.position is None else (refused.position, _longest(batch, refused.position))
    if found is None:
        return f"one of partition {refused.partition} ({refused.code})"
    position, (value, _, partition, time_ms, _) = found
    return f"record {position} (partition {partition}, {iso_of_ms(time_ms)}, {len(value or b''):,} bytes: {refused.code})"


def _longest(batch: Batch, position: int) -> Row:
    """Of a record and its copies the longest: it was too large, for nothing else is refused at once."""
    return max(Press(batch).beside(position).each(), key=lambda row: len(row[0] or b""))


def _find(batch: Batch, refused: Refused, parts: Sequence[range]) -> tuple[int, Row] | None:
    """The position of a record, and the record, of which librdkafka told the value and the partition."""
    press = Press(batch)
    for part in parts:
        for positions in press.chunks(range(min(max(refused.since, part.start), part.stop), part.stop)):
            made = press.records(positions)
            for position, row in zip(made.positions.tolist(), made.each(), strict=True):
                if (row[0], row[2]) == (refused.value, refused.partition):
                    return int(position), row
    return None
