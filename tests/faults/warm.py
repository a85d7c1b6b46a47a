"""Attempts without their second of start-up: forked from a server that has imported the engine, compiled its kernels and made no client."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import traceback
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


def _run(given: Attempt, environment: Mapping[str, str], answer: Connection) -> None:
    os.environ.update(environment, SPRINGHEAD_LEDGER=given.ledger)
    crash_points._FAULT, _, crash_points._PLACE = environment.get("SPRINGHEAD_FAULT", "").partition(":")
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        ended = attempt.perform(given)
    except BaseException:  # noqa: BLE001  whatever it is, it is no error of ours: the campaign shows it
        ended = {"error": "", "message": traceback.format_exc()}
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
    _ended: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, of: ForkServerContext, given: Attempt, **environment: str) -> Warm:
        """Starts one; environment as for `Attempt.start`."""
        ours, theirs = of.Pipe(duplex=False)
        process = of.Process(target=_run, args=(given, environment, theirs))
        process.start()
        theirs.close()
        return cls(process, ours)

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
                self._ended = {"error": "killed"}
        return bool(self._ended)

    def outcome(self) -> Outcome:
        """How it ended; one that gave no answer was killed (multiprocessing may tell one thread of several how)."""
        self.process.join()
        self._answer.close()
        ended = self._ended
        code = 0 if "receipt" in ended else -signal.SIGKILL if ended.get("error") == "killed" else 1
        return Outcome(code, ended.get("receipt"), ended.get("error", ""), ended.get("message", ""), "")
