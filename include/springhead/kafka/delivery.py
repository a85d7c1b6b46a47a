"""Delivery: records handed to librdkafka, and an account that must add up.

enqueued = delivered + failed + remaining, always. librdkafka reports errors only (delivery.report.only.error): `delivered` is what is left, so the
tests compare it with what a foreign client reads back.
"""

from __future__ import annotations

import operator
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from springhead.errors import StoppedError
from springhead.kafka.clients import Watch, check_stop, make_client
from springhead.kafka.connection import Connection
from springhead.kafka.handover import ByCalls, Prepared, handover_of
from springhead.kafka.messages import Messages
from springhead.kafka.settings import TRANSACTION_S, Guarantee, client_settings
from springhead.kafka.topics import TopicInfo

# The timeout of one flush. It is below 200 ms, because confluent_kafka 2.16.1 cuts a longer flush into slices of 200 ms. When a producer is fenced, it sets an
# exception in one slice and calls back with that exception still set in the next: the result is "'Transaction' object has no attribute '_count'" or a SystemError.
FLUSH_S = 0.15
_GRACE_S = 5.0  # after message.timeout.ms, for librdkafka to say so
_NAP_S = 0.005  # while the queue is full
_LISTEN_S = 0.2  # between two looks at the stop event
# What becomes of records because another one has failed: a transaction takes no more, and what it has is thrown away. The report of that one, which names the
# cause, may come later.
_CONSEQUENCES = ("_STATE", "_PURGE_QUEUE", "_PURGE_INFLIGHT")
_LAG_S = 0.1  # that a report may lag behind the age in it
_SCAN_S = 1.5  # librdkafka looks every second for records whose time is up


@dataclass(frozen=True, slots=True)
class Refused:
    """The first record that was not delivered.

    Attributes:
        code: Kafka's name of the error.
        position: in the batch; None where librdkafka reported it later.
        since: where librdkafka reported it later: a position at or shortly before it in the batch, where a search for it can begin.
        partition, value: of the record, where librdkafka reported it later.
    """

    code: str
    position: int | None = None
    since: int = 0
    partition: int | None = None
    value: bytes | None = None


@dataclass(slots=True)
class Account:
    """What became of the records.

    Attributes:
        enqueued: handed over.
        failed: error's name → how many.
        remaining: without an answer when the delivery ended.
        first: the first that failed.
        terminal: whether a retry would fail as well.
        held_back_s: the longest time for which a quota has held an answer of the broker back.
    """

    enqueued: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    remaining: int = 0
    first: Refused | None = None
    terminal: bool = False
    held_back_s: float = 0.0

    @property
    def delivered(self) -> int:
        """What is left: acknowledged by the broker, or (acks 0) handed to the socket."""
        return self.enqueued - self.failed.total() - self.remaining

    @property
    def complete(self) -> bool:
        """Whether every record was delivered."""
        return not self.failed and not self.remaining


_GONE = "The topic, or a partition of it, is gone: was it deleted while the batch was published?"

# What no retry mends, and what to do about it.
REMEDIES = {
    "MSG_SIZE_TOO_LARGE": "Make the records smaller, or raise {limit}.",
    "TOPIC_AUTHORIZATION_FAILED": "Give the connection's user the ACL Write on the topic.",
    "CLUSTER_AUTHORIZATION_FAILED": "Give the connection's user the ACL IdempotentWrite on the cluster, or use acks 1.",
    "UNKNOWN_TOPIC_OR_PART": _GONE,
    "_UNKNOWN_TOPIC": _GONE,
    "_UNKNOWN_PARTITION": _GONE,
    "INVALID_TIMESTAMP": "The topic's message.timestamp.before.max.ms or .after.max.ms refuses the event times.",
    "INVALID_RECORD": "The topic refuses the records: a compacted topic takes none without a key.",
    "POLICY_VIOLATION": "A policy of the cluster refuses the records.",
    "INVALID_MSG": "The broker cannot read the records.",
}


def remedies(account: Account, topic: TopicInfo, connection: Connection) -> str:
    """What to do about the errors that no retry mends."""
    own, theirs = connection.settings.get("message.max.bytes"), topic.number("max.message.bytes")
    limit = "the topic's max.message.bytes" + ("" if theirs is None else f" ({theirs:,})")
    if own is not None:
        alone = theirs is not None and int(own) < theirs
        limit = f"the connection's message.max.bytes ({own})" + (
            f", which is below {limit}: without it that one counts" if alone else f" and {limit}"
        )
    return " ".join(dict.fromkeys(REMEDIES[code].format(limit=limit) for code in account.failed if code in REMEDIES))


class Delivery:
    """A producer for one attempt at one batch. Made in the task, never before a fork.

    Args:
        connection: where to.
        guarantee: how.
        topic: as the broker describes it.
        stop: ends the delivery within a few seconds.
        handover: "calls": only by produce(); None: the fastest way that is available.
        callbacks: of the producer, beside those of records and errors.
        **more: settings that come on top.

    Raises:
        ConnectionSettingsError: the settings cannot be used.
    """

    def __init__(
        self,
        connection: Connection,
        guarantee: Guarantee,
        topic: TopicInfo,
        stop: threading.Event | None = None,
        *,
        handover: str | None = None,
        callbacks: Mapping[str, Callable[[Any], None]] | None = None,
        **more: Any,
    ) -> None:
        self._connection, self._topic, self._stop = connection, topic.name, stop
        self._word = "sent" if guarantee is Guarantee.FIRE_AND_FORGET else "delivered"
        self.account = Account()
        self._consequence: Refused | None = None
        # When, the first position of the chunk that was handed over then, and how many records had been handed over before.
        self._handed: list[tuple[float, int, int]] = []
        settings = client_settings(connection, guarantee, topic.number("max.message.bytes"), topic.partitions) | {
            name.replace("_", "."): value for name, value in more.items()
        }
        self._watch = Watch(connection, settings.get("transaction.timeout.ms", 1000 * TRANSACTION_S) / 1000, lasting=True)
        self._timeout_s = settings["message.timeout.ms"] / 1000
        self._room = int(settings["queue.buffering.max.messages"])
        own: dict[str, Any] = {
            "on_delivery": self._failed,
            "error_cb": self._watch,
            "throttle_cb": self._watch.throttled,
            **(callbacks or {}),
        }
        self._producer: Producer = make_client(Producer, connection, {**settings, **own})
        self._handover = handover_of(
            self._producer,
            topic.name,
            str(settings.get("client.id", "rdkafka")),
            asked=handover,
            transactional=guarantee is Guarantee.EXACTLY_ONCE,
        )

    @property
    def tells_each(self) -> bool:
        """Whether each failed record is reported. If not, a failed record only makes the commit fail."""
        return isinstance(self._handover, ByCalls)

    def _failed(self, error: KafkaError | None, message: Message) -> None:
        """librdkafka's delivery report; for errors only, and never raises."""
        if error is None:
            return
        self._count(error.name())
        if self.account.first is None:
            since = self._position_before(message.latency())
            self._refused(Refused(error.name(), None, since, message.partition(), message.value()))

    def _refused(self, record: Refused) -> None:
        """Keeps the first record that has failed, and the first one of those that failed with it in case that no other is reported."""
        if record.code in _CONSEQUENCES:
            self._consequence = self._consequence or record
        else:
            self.account.first = self.account.first or record

    def _position_before(self, age_s: float | None) -> int:
        """A position at or before that of a record of this age. A delivery report has neither a position nor a timestamp."""
        if age_s is None:
            return 0
        before = bisect_right(self._handed, time.monotonic() - age_s - _LAG_S, key=operator.itemgetter(0))
        return self._handed[before - 1][1] if before else 0

    def _count(self, code: str) -> None:
        self.account.failed[code] += 1
        self.account.terminal |= code in REMEDIES

    @property
    def failing(self) -> bool:
        """Whether a record has failed: the rest need not be made."""
        return bool(self.account.failed) or self._watch.fatal is not None or self._handover.broken()

    def prepare(self, chunk: Messages) -> Prepared:
        """A chunk as `send` takes it; called in the thread that makes records, before it makes the next chunk."""
        prepared: Prepared = self._handover.prepare(chunk)
        return prepared

    def send(self, prepared: Prepared) -> None:
        """Hands a chunk over; returns when all of it is in librdkafka's queue, or a record has failed.

        Raises:
            StoppedError: the stop event is set.
        """
        self._pause(0)  # the stop is heard though the queue is never full
        at, first = 0, int(np.min(prepared.positions)) if prepared.rows else 0
        while at < prepared.rows and not self.failing:
            self._handed.append(
                (time.monotonic(), first, self.account.enqueued)
            )  # within a chunk they go in another order than in the batch
            taken, refused = self._handover.hand_over(prepared, at)
            if refused:
                self._count(refused)
                self._refused(Refused(refused, int(prepared.positions[at + taken - 1])))
            self.account.enqueued += taken
            at += taken
            if at < prepared.rows:
                self._make_room(prepared.rows - at)

    def wait_until(self, due_s: float) -> None:
        """Waits for a moment, seconds since 1970, while librdkafka's reports are heard.

        Raises:
            StoppedError: the stop event is set.
        """
        self._pause(0)
        while (left := due_s - time.time()) > 0 and not self.failing:
            self._pause(min(left, _LISTEN_S))

    def _make_room(self, wanted: int) -> None:
        """Waits until the queue has room for a chunk, or is half empty. Records that no broker takes time out, and count as failed.

        The queue may be full by bytes, which librdkafka does not report, so this waits a little in any case.
        """
        most = max(self._room - wanted, self._room // 2)
        self._pause(_NAP_S)
        while len(self._producer) > most and not self.failing:
            self._pause(_NAP_S)
            if not self.tells_each and self._oldest_s() > self._timeout_s - _SCAN_S:
                self._count("_MSG_TIMED_OUT")  # or they would make room for as many others, whose time would have to pass as well

    def _oldest_s(self) -> float:
        """How long the oldest record in the queue has been there, at least, seconds."""
        before = bisect_right(self._handed, self.account.enqueued - len(self._producer), key=operator.itemgetter(2))
        return time.monotonic() - self._handed[max(before, 1) - 1][0]

    def _pause(self, seconds: float) -> None:
        """Lets librdkafka report what it has to, and hears the stop."""
        self._serve(self._producer.poll, seconds)
        if check_stop(self._stop):
            raise self.stopped()

    def stopped(self) -> StoppedError:
        """Throws away what is not sent; the error that says so."""
        self._purge()
        unknown = self.account.failed["_PURGE_INFLIGHT"] + self.account.remaining
        more = f" and up to {unknown:,} more may be there" if unknown else ""
        return StoppedError(
            f"stopped: {self.account.delivered:,} records were {self._word} to topic '{self._topic}'{more}; the rest of the batch was not. "
            "A retry sends all of it"
        )

    def finish(self) -> Account:
        """Waits for all answers, at most message.timeout.ms; then the account is closed.

        Raises:
            StoppedError: the stop event is set.
            SpringheadError: the connection's credentials are wrong, or the producer is beyond repair.
        """
        deadline = time.monotonic() + self._timeout_s + _GRACE_S
        while len(self._producer) and time.monotonic() < deadline and not self._useless():
            self._pause(0)
            self._serve(self._producer.flush, FLUSH_S)
        self._purge()
        if self._watch.fatal is not None:
            raise self._watch.fatal
        self.account.first = self.account.first or self._consequence
        self.account.held_back_s = self._watch.held_back_s
        return self.account

    def _serve(self, call: Callable[[float], object], seconds: float) -> None:
        """Serves librdkafka's callbacks. confluent_kafka reports a fatal error of the producer by an exception, not by error_cb."""
        try:
            call(seconds)
        except KafkaException as error:
            self._watch(error.args[0])

    def _useless(self) -> bool:
        """Whether nothing is won by waiting for more answers."""
        return self._watch.fatal is not None

    def _purge(self) -> None:
        if left := len(self._producer):
            self._producer.purge()
            self._serve(self._producer.flush, FLUSH_S)
            self._serve(self._producer.poll, 0)
        # On a busy machine librdkafka's threads may not have got to it yet. Its length counts statistics and errors that wait for us as well.
        # Of records that the kernel handed over nobody tells that they were thrown away.
        unanswered = len(self._producer) if self.tells_each else left
        self.account.remaining = min(unanswered, self.account.enqueued - self.account.failed.total())
