"""One attempt at a batch in a process of its own, so that it can be killed (tests.faults.warm), and how it ended."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from tests.faults.warm import Warm


@dataclass(frozen=True)
class Attempt:
    """What to publish.

    Attributes:
        bootstrap: of the broker, or of a proxy before it.
        stream: as in YAML.
        name: of the stream.
        ledger: the ledger's topic.
        records: of the batch; None: as the stream says.
        part: records of a transaction; None: as in production.
        parts: the numbers of the parts that it is asked for; None: all.
        settings: of the connection, beside bootstrap.servers and acks.
        try_number: of the task.
        tampering: what is changed in the publisher, by names of tests.faults.tampering: a mutant, a clock, a limit.
    """

    bootstrap: str
    stream: dict[str, Any]
    ledger: str
    name: str = "faults"
    interval: str = "2026-03-01T10:00:00Z/2026-03-01T11:00:00Z"
    records: int | None = 3000
    part: int | None = None
    parts: tuple[int, ...] | None = None
    republish: str | None = None
    run_id: str | None = None
    acks: str = "all"
    settings: dict[str, Any] = field(default_factory=dict)
    try_number: int = 1
    tampering: tuple[str, ...] = ()

    def start(self, **environment: str) -> Warm:
        """Starts it; `SPRINGHEAD_FAULT` and the like are given by name."""
        from tests.faults.warm import Warm  # imports this

        return Warm.start(self, **environment)

    def run(self, patience_s: float = 240, **environment: str) -> Outcome:
        """Runs it to its end."""
        return self.start(**environment).outcome(patience_s)


def is_stopped(pid: int) -> bool:
    """Whether a process sleeps by SIGSTOP; one that has ended does not."""
    with suppress(psutil.Error):
        return psutil.Process(pid).status() == psutil.STATUS_STOPPED
    return False


# What an attempt may end in where others run beside it, or its broker or the way to it fails: a retry helps.
RETRIABLE = frozenset({"UndecidedError", "FencedError", "TransientError", "DeliveryError", "BrokerUnavailableError", "LedgerTimeoutError"})


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    Attributes:
        code: 0 green, 1 an error of ours, −9 killed.
        receipt: where it is green.
        error, message: the error's class and text, where there is one.
        log: what went to stderr.
    """

    code: int
    receipt: dict[str, Any] | None
    error: str
    message: str
    log: str

    @property
    def green(self) -> bool:
        return self.code == 0 and self.receipt is not None


def perform(given: Attempt, stop: threading.Event | None = None) -> dict[str, Any]:
    """Publishes in this process; the receipt, or the error as the command line tells it."""
    from springhead.cli.remedies import told
    from springhead.errors import SpringheadError
    from springhead.kafka.connection import Connection
    from springhead.ledger import entry
    from springhead.publish import publish as publishing
    from springhead.quantities import Interval
    from springhead.records.batch import PART
    from springhead.records.request import Request
    from springhead.spec import Stream
    from tests.faults import tampering

    for name in given.tampering:
        tampering.apply(name)
    stream = Stream.model_validate(given.stream, context=Path(f"{given.name}.yaml"))
    connection = Connection("faults", {"bootstrap.servers": given.bootstrap, "acks": given.acks, "client.id": "faults", **given.settings})
    try:
        receipt = publishing.publish(
            Request(stream, Interval.parse(given.interval), run_id=given.run_id, records=given.records),
            connection,
            parts=given.parts,
            republish=given.republish,
            attempt=entry.Attempt("faults", "run", given.try_number),
            stop=stop,
            part_records=given.part or PART,
        )
    except SpringheadError as error:
        return {"error": type(error).__name__, "message": told(error)}
    return {"receipt": receipt.as_dict()}
