"""One attempt at a batch in a process of its own, so that it can be killed: `python -m tests.faults.attempt JSON`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psutil

ROOT = Path(__file__).parents[2]


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

    def start(self, **environment: str) -> subprocess.Popen[str]:
        """Starts it; `SPRINGHEAD_FAULT` and the like are given by name."""
        command = [sys.executable, "-W", "error", "-m", "tests.faults.attempt", json.dumps(asdict(self))]
        own = {
            **os.environ,
            "SPRINGHEAD_LEDGER": self.ledger,
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "include", ROOT))),
            **environment,
        }
        return subprocess.Popen(command, env=own, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, patience_s: float = 240, **environment: str) -> Outcome:
        """Runs it to its end."""
        return outcome_of(self.start(**environment), patience_s)


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


def outcome_of(process: subprocess.Popen[str], patience_s: float = 240) -> Outcome:
    """Waits for an attempt; one that hangs is killed, and the test fails."""
    try:
        said, log = process.communicate(timeout=patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        said, log = process.communicate()
        raise AssertionError(f"an attempt hangs:\n{said}{log}") from None
    last = json.loads(said.splitlines()[-1]) if said else {}
    return Outcome(process.returncode, last.get("receipt"), last.get("error", ""), last.get("message", ""), log)


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


def main() -> None:
    """Publishes; prints the receipt, or the error, and where it was told to stop how long it took to end."""
    given = Attempt(**json.loads(sys.argv[1]))
    stop = threading.Event()
    told = [0.0]

    def tell_to_stop() -> None:
        told[0] = time.monotonic()
        stop.set()

    signal.signal(signal.SIGTERM, lambda *_: tell_to_stop())
    if after_s := os.environ.get("SPRINGHEAD_STOP_AFTER"):
        import springhead.kernels
        import springhead.publish.publish  # noqa: F401  what Python needs to load them is not the attempt's time

        threading.Timer(float(after_s), tell_to_stop).start()
    ended = perform(given, stop)
    sys.stdout.write(msgspec.json.encode(ended).decode() + "\n")
    if told[0]:
        sys.stderr.write(f"{time.monotonic() - told[0]:.3f}\n")
    sys.exit("error" in ended)


if __name__ == "__main__":
    main()
