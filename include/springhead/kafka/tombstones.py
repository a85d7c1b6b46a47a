"""Taking entries of the ledger back: what they say was published may be published again then."""

from __future__ import annotations

from collections.abc import Sequence

from springhead.errors import DeliveryError, RefusedError
from springhead.kafka.connection import Connection
from springhead.kafka.delivery import REMEDIES, Delivery
from springhead.kafka.handover import Sheaf
from springhead.kafka.ledger import PartKey
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import TopicInfo


def forget(connection: Connection, ledger: TopicInfo, keys: Sequence[PartKey]) -> None:
    """Writes a tombstone for each part; returns when every in-sync replica has them, whatever the connection's acks.

    Raises:
        DeliveryError: some were not written; says how many and why.
        RefusedError: they may not be.
        SpringheadError: the connection's credentials or settings are wrong.
    """
    records = [key.tombstone() for key in keys]
    delivery = Delivery(connection, Guarantee.AT_LEAST_ONCE, ledger)
    delivery.send(
        Sheaf(
            [None] * len(records),
            [record.key for record in records],
            [record.partition for record in records],
            [record.timestamp_ms for record in records],
        )
    )
    account = delivery.finish()
    if account.complete:
        return
    failed = ", ".join(f"{code} {count:,}" for code, count in account.failed.most_common()) or "no answer"
    text = f"of {len(records):,} tombstones {account.delivered:,} reached the ledger '{ledger.name}' ({failed}). "
    if account.terminal:
        raise RefusedError(text + " ".join(dict.fromkeys(REMEDIES[code] for code in account.failed if code in REMEDIES)))
    raise DeliveryError(f"{text}Call again: a tombstone may be written twice", account.failed)
