"""What of a batch is not published yet: what a verification that may wait waits for.

Imports no kernels: the triggerer looks, whose other triggers wait while a module is imported.
"""

from __future__ import annotations

import threading

from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.key import BatchKey
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
        there = {entry.key.part: entry for entry in reader.read() if entry.key.batch == key}
    if not there:
        return f"the ledger '{ledger.name}' has no entry of it"
    parts = there[min(there)].opening.parts
    published = sum(part in there for part in range(1, parts + 1))
    return f"{published} of {parts} parts are published" if published < parts else ""
