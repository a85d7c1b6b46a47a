"""Attempts without their second of start-up: forked from a server that has imported the engine, compiled its kernels and made no client."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from springhead.publish import crash_points
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from tests.faults import attempt, tampering  # noqa: F401  loaded before the fork
from tests.faults.attempt import Attempt, Outcome

WARM_UP: dict[str, Any] = {
    "topic": "warm-up",
    "key": "{number}",
    "fields": {"number": {"integer": [0, 1_000_000_000]}, "name": {"faker": "name"}},
}
_NOT_TOLD = 255  # multiprocessing's code where another thread was told how a process ended


def warm_up() -> None:
    """What the first batch of a process costs, once for all of them."""
    stream = Stream.model_validate(WARM_UP, context=Path("warm.yaml"))
    for _ in records_of(Batch.of(Request(stream, Interval.parse("2026-03-01T10:00Z/PT1H"), records=10), TopicFacts(partitions=3))):
        pass


def context() -> ForkServerContext:
    """Where `Warm` attempts come from."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.faults.preload"])
    return made


def _run(given: Attempt, environment: Mapping[str, str], log: Path, answer: Connection) -> None:
    """Publishes; logs, where it was told to stop, how long it took to end."""
    os.environ.update(environment, SPRINGHEAD_LEDGER=given.ledger)
    crash_points._FAULT, _, crash_points._PLACE = environment.get("SPRINGHEAD_FAULT", "").partition(":")
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    warnings.simplefilter("error")
    stop, told = threading.Event(), [0.0]

    def tell_to_stop() -> None:
        told[0] = time.monotonic()
        stop.set()

    signal.signal(signal.SIGTERM, lambda *_: tell_to_stop())
    if after_s := environment.get("SPRINGHEAD_STOP_AFTER"):
        threading.Timer(float(after_s), tell_to_stop).start()
    try:
        ended = attempt.perform(given, stop)
    except BaseException:  # noqa: BLE001  whatever it is, it is no error of ours: the test shows it
        ended = {"error": "", "message": traceback.format_exc()}
    if told[0]:
        sys.stderr.write(f"{time.monotonic() - told[0]:.3f}\n")
    sys.stderr.flush()
    answer.send(ended)
    os._exit("error" in ended)


@dataclass
class Warm:
    """A running attempt.

    Attributes:
        process: its own.
    """

    process: ForkServerProcess
    _answer: Connection
    _log: Path
    _ended: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, given: Attempt, **environment: str) -> Warm:
        """Starts one; what it finds in its environment is given by name."""
        server = context()
        ours, theirs = server.Pipe(duplex=False)
        file, log = tempfile.mkstemp(prefix="springhead-attempt-")
        os.close(file)
        process = server.Process(target=_run, args=(given, {**os.environ, **environment}, Path(log), theirs))
        process.start()
        theirs.close()
        return cls(process, ours, Path(log))

    @property
    def pid(self) -> int:
        assert self.process.pid
        return self.process.pid

    def wait(self, patience_s: float) -> bool:
        """Whether it has ended by then."""
        if not self._ended and wait([self._answer, self.process.sentinel], patience_s):
            try:
                self._ended = self._answer.recv()
            except EOFError:
                self._ended = {"error": ""}
        return bool(self._ended)

    def outcome(self, patience_s: float = 240) -> Outcome:
        """Waits for its end; one that hangs is killed, and the test fails."""
        hangs = not self.wait(patience_s)
        if hangs:
            self.process.kill()
        self.process.join()
        self._answer.close()
        log = self._log.read_text()
        self._log.unlink()
        assert not hangs, f"an attempt hangs:\n{log}"
        ended, code = self._ended, self.process.exitcode
        if code is None or code == _NOT_TOLD:
            code = 0 if "receipt" in ended else 1 if "message" in ended else -signal.SIGKILL
        return Outcome(code, ended.get("receipt"), ended.get("error", ""), ended.get("message", ""), log)
