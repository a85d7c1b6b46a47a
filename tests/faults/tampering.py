"""What a test changes in the publisher, in an attempt's own process: mutants that lack one step of the protocol, short timeouts, a wrong clock, little memory.

The product reads none of this: an attempt names it (`Attempt.tampering`), as `name` or `name=number`.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from confluent_kafka import IsolationLevel, Producer

from springhead.errors import UndecidedError
from springhead.kafka import offsets, settings, transaction
from springhead.kafka.clients import Admin
from springhead.kafka.settings import Guarantee
from springhead.kafka.transaction import Transaction
from springhead.ledger import reader as ledger_reader
from springhead.ledger.entry import Entry
from springhead.ledger.published import Published
from springhead.publish import exactly_once
from springhead.publish import publish as publishing
from springhead.publish.exactly_once import ExactlyOnce
from springhead.publish.transactions import Transactions


def apply(name: str) -> None:
    """Changes the publisher in this process."""
    what, _, number = name.partition("=")
    if what in MUTANTS:
        MUTANTS[what]()
    else:
        _LIMITS[what](float(number))


# Mutants: each leaves out one thing that exactly once depends on


def _read_before_init() -> None:
    """The ledger is read before the earlier attempts are ended."""
    publish_part, read = ExactlyOnce._publish_part, ExactlyOnce._read
    early: list[Published] = []

    def read_first(self: ExactlyOnce, part: int) -> tuple[Published | None, Entry | None]:
        early[:] = [read(self)]
        return publish_part(self, part)

    ExactlyOnce._publish_part = read_first  # type: ignore[method-assign]
    ExactlyOnce._read = lambda self: early[0] if early else read(self)  # type: ignore[method-assign]
    Transactions.initialise_ahead = lambda self, part: None  # type: ignore[method-assign]  # in a thread, which may be sooner


class _Committed:
    """An admin client that sees no open transactions."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def __getattr__(self, name: str) -> Any:
        return getattr(self._admin, name)

    def call(self, method: str, *args: Any, **more: Any) -> Any:
        return self._admin.call(method, *args, **{**more, "isolation_level": IsolationLevel.READ_COMMITTED})


def _last_stable_offset() -> None:
    """The reading of the ledger ends at the last stable offset."""
    look_up = offsets.look_up
    ledger_reader.look_up = lambda admin, *more: look_up(_Committed(admin), *more)  # type: ignore[attr-defined,arg-type]


def _committed_look_up() -> None:
    """The place where the reading of the ledger begins is looked up among committed records."""
    look_up = offsets.look_up
    calls = [0]

    def only_the_second(admin: Admin, *more: Any) -> dict[int, int]:
        calls[0] += 1
        return look_up(_Committed(admin) if calls[0] == 2 else admin, *more)  # type: ignore[arg-type]  # the first is the barrier

    ledger_reader.look_up = only_the_second  # type: ignore[attr-defined,assignment]


def _entry_outside() -> None:
    """The ledger's record is no part of the transaction."""

    def record(self: Transaction, topic: str, partition: int, key: bytes, value: bytes | None, timestamp_ms: int) -> None:
        producer = Producer({"bootstrap.servers": self._connection.settings["bootstrap.servers"]})
        producer.produce(topic, value, key, partition, timestamp=timestamp_ms)
        producer.flush(30)

    Transaction.record = record  # type: ignore[method-assign]


def _new_id() -> None:
    """Each producer has a transactional.id of its own: no init ends another attempt."""
    made = Transaction.__init__

    def init(self: Transaction, connection: Any, topic: Any, transactional_id: str, *args: Any, **more: Any) -> None:
        made(self, connection, topic, f"{transactional_id}.{uuid.uuid4()}", *args, **more)

    Transaction.__init__ = init  # type: ignore[method-assign]


def _no_second_look() -> None:
    """After a commit of which the outcome is not known, the ledger is not read again."""
    read = ExactlyOnce._read
    looked: set[int] = set()

    def once_only(self: ExactlyOnce) -> Published:
        if id(self) in looked:
            return Published.among([], self._key)
        looked.add(id(self))
        return read(self)

    ExactlyOnce._read = once_only  # type: ignore[method-assign]


def _unknown_is_success() -> None:
    """A commit of which the outcome is not known counts as done."""
    commit = Transaction.commit

    def optimistic(self: Transaction) -> None:
        try:
            commit(self)
        except UndecidedError:
            self._open = False

    Transaction.commit = optimistic  # type: ignore[method-assign]


MUTANTS: dict[str, Callable[[], None]] = {
    "read-before-init": _read_before_init,
    "last-stable-offset": _last_stable_offset,
    "committed-look-up": _committed_look_up,
    "entry-outside": _entry_outside,
    "new-id": _new_id,
    "no-second-look": _no_second_look,
    "unknown-is-success": _unknown_is_success,
}


# Limits


def _transaction_timeout(seconds: float) -> None:
    exactly_once.TRANSACTION_S = int(seconds)  # type: ignore[attr-defined]
    settings._BY_GUARANTEE[Guarantee.EXACTLY_ONCE]["message.timeout.ms"] = int(1000 * seconds)


def _message_timeout(seconds: float) -> None:
    for of_guarantee in settings._BY_GUARANTEE.values():
        of_guarantee["message.timeout.ms"] = int(1000 * seconds)


def _commit_patience(seconds: float) -> None:
    transaction._MORE_S = seconds - exactly_once.TRANSACTION_S  # type: ignore[attr-defined]  # in all; after a shorter timeout of the transaction, if any


def _rounds(number: float) -> None:
    exactly_once._ROUNDS = int(number)


def _clock(hours: float) -> None:
    """The machine's clock goes wrong by so many hours: everything that asks Python what time it is."""

    class Wrong(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Wrong:
            right = dt.datetime.now(tz) + dt.timedelta(hours=hours)
            return cls.fromtimestamp(right.timestamp(), tz)

    publishing.dt = SimpleNamespace(**{**vars(dt), "datetime": Wrong})  # type: ignore[attr-defined,assignment]


def _memory(megabytes: float) -> None:
    """So much more than the process has by now."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + int(megabytes * 2**20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _starved(core: float) -> None:
    """While it commits, librdkafka's thread gets what two other processes leave of a core."""
    commit = Transaction.commit
    busy: list[subprocess.Popen[bytes]] = []

    def starving(self: Transaction) -> None:
        cores = sorted(os.sched_getaffinity(0))
        here = cores[int(core) % len(cores)]
        if not busy:
            busy.extend(subprocess.Popen([sys.executable, "-c", _BUSY.format(core=here, parent=os.getpid())]) for _ in range(2))
        for task in Path("/proc/self/task").iterdir():
            with suppress(ProcessLookupError, FileNotFoundError):  # a thread of an earlier producer ends
                if (task / "comm").read_text().strip() == "rdk:main":
                    os.sched_setaffinity(int(task.name), {here})
                    os.sched_setscheduler(int(task.name), os.SCHED_IDLE, os.sched_param(0))
        commit(self)

    Transaction.commit = starving  # type: ignore[method-assign]


_BUSY = "import os; os.sched_setaffinity(0, {{{core}}})\nwhile os.getppid() == {parent}: sum(range(1000))"

_LIMITS: dict[str, Callable[[float], None]] = {
    "transaction-timeout-s": _transaction_timeout,
    "message-timeout-s": _message_timeout,
    "commit-patience-s": _commit_patience,
    "rounds": _rounds,
    "clock-h": _clock,
    "memory-mb": _memory,
    "starved-on-core": _starved,
}
