"""Writing the ledger outside of transactions: entries of what was published at least once, and tombstones that take entries back."""

from __future__ import annotations

from collections.abc import Sequence

from springhead.errors import DeliveryError, RefusedError
from springhead.kafka.connection import Connection
from springhead.kafka.delivery import Delivery, remedies
from springhead.kafka.handover import Unpacked
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import TopicInfo
from springhead.ledger.entry import LedgerRecord
from springhead.ledger.key import PartKey


def write(connection: Connection, ledger: TopicInfo, records: Sequence[LedgerRecord], what: str) -> None:
    """Writes records; returns when every in-sync replica has them, whatever the connection's acks.

    Args:
        what: what the records are, for the error's text: "tombstones".

    Raises:
        DeliveryError: some were not written; says how many and why.
        RefusedError: they may not be.
        SpringheadError: the connection's credentials or settings are wrong.
    """
    # Not idempotent: what is written twice counts once, and an idempotent producer waits half a second for its id (librdkafka 2.16.0, rdkafka_idempotence.c: no broker is
    # up yet when it asks first, and it asks again by a timer).
    delivery = Delivery(connection, Guarantee.AT_LEAST_ONCE, ledger, enable_idempotence="false")
    delivery.send(
        Unpacked(
            range(len(records)),
            [record.value for record in records],
            [record.key for record in records],
            [record.partition for record in records],
            [record.timestamp_ms for record in records],
        )
    )
    account = delivery.finish()
    if account.complete:
        return
    failed = ", ".join(f"{code} {count:,}" for code, count in account.failed.most_common()) or "no answer"
    text = f"of {len(records):,} {what} {account.delivered:,} reached the ledger '{ledger.name}' ({failed}). "
    if account.terminal:
        raise RefusedError(text + remedies(account, ledger, connection))
    raise DeliveryError(f"{text}Call again: what is written twice counts once", account.failed)


def forget(connection: Connection, ledger: TopicInfo, keys: Sequence[PartKey]) -> None:
    """Takes entries back, so that what they say was published may be published again: a tombstone for each part. Raises as `write` does."""
    write(connection, ledger, [LedgerRecord.tombstone(key) for key in keys], "tombstones")
