"""What of a batch is not published yet: what a verification that may wait waits for."""

from __future__ import annotations

import threading

from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.key import BatchKey
from springhead.ledger.published import Published
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger


def lacking(key: BatchKey, connection: Connection, stop: threading.Event | None = None) -> str:
    """What the ledger has of a batch so far, in words, as long as some of it is missing; empty: all of it is published.

    Args:
        key: which batch.
        connection: the cluster.
        stop: ends the call within half a second.

    Raises:
        SpringheadError: the ledger cannot be read.
    """
    admin = Admin(connection)
    ledger = find_ledger(admin)
    with LedgerReader(admin, ledger, key.stream, key.interval, stop) as reader:
        published = Published.among(reader.read(), key)
    if published.opening is None:
        return f"the ledger '{ledger.name}' has no entry of it"
    parts = published.opening.parts
    missing = published.lacks(range(1, parts + 1))
    return f"{parts - len(missing)} of {parts} parts are published" if missing else ""
