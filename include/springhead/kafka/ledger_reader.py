"""Reading the ledger: all that is committed up to its end, never less.

A reader that sees less than there is publishes a batch twice. So (DELIVERY §2): where the partition ends is asked for first, open transactions included; the place to begin
is looked up with open transactions included, too, for below one of them a look-up of committed records finds nothing; and the reading is not over at the
last stable offset, which another transaction may hold back, but where the partition ended. (Kafka Connect's KafkaBasedLog has the same rule.)
"""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition
from confluent_kafka.admin import OffsetSpec

from springhead.errors import LedgerError, LedgerTimeoutError, RefusedError, StoppedError
from springhead.kafka.clients import Admin, Watch, check_stop, make_client
from springhead.kafka.ledger import Entry, PartKey, partition_of, read_entry
from springhead.kafka.offsets import NOTHING_LATER, look_up
from springhead.kafka.settings import admin_settings
from springhead.kafka.topics import TopicInfo
from springhead.quantities import Interval

log = logging.getLogger("springhead")

PATIENCE_S = 150.0  # another transaction holds the end back for at most its timeout (ours: 120 s) and the broker's look at it every 10 s
_SLICE_S = 0.25  # of a blocking call: signals and the stop event wait no longer
_QUIET_S = 3.0  # without a word about what is waited for
_AT_ONCE = 5000  # records from librdkafka's queue

_SETTINGS: dict[str, Any] = {
    "group.id": "springhead-ledger",  # confluent_kafka wants one; there is no group, and nothing is committed
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",  # what is gone from below the reader must not be skipped in silence
    "allow.auto.create.topics": False,
    "isolation.level": "read_committed",
    "enable.partition.eof": True,
    "fetch.wait.max.ms": 10,  # 500 unless told: the wait for the end of the partition
    "queued.max.messages.kbytes": 16_384,
    "fetch.queue.backoff.ms": 10,  # 1000 unless told: the rest of half a million entries would come in 24 s instead of 4
}


class LedgerReader:
    """Reads a stream's entries; kept open between the parts of a batch, it reads only what has come since. A context manager.

    Args:
        admin: of the cluster.
        ledger: its topic, from `find_ledger`.
        stream: whose entries; None: of all streams.
        interval: only entries that overlap it; None: all. Those of manual runs and of every variant are among them.
        stop: ends a call within half a second.
    """

    def __init__(
        self,
        admin: Admin,
        ledger: TopicInfo,
        stream: str | None = None,
        interval: Interval | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._admin, self._ledger, self._interval, self._stop = admin, ledger, interval, stop
        self._partitions = range(ledger.partitions) if stream is None else [partition_of(stream)]
        # The keys are JSON arrays that begin with the stream's name: others' need not be understood.
        self._ours = b'["' if stream is None else PartKey.prefix(stream)
        self._watch = Watch(admin.connection)
        self._consumer: Consumer | None = None
        self._reached: dict[int, int] = {}  # the partition → the offset up to which it is read
        self._live: dict[bytes, tuple[PartKey, Message]] = {}

    def read(self, patience_s: float = PATIENCE_S) -> list[Entry]:
        """All entries that are committed by now, in the order of stream, interval, variant, run and part.

        Raises:
            LedgerError: an entry cannot be read, or entries were removed while reading: names topic, partition and offset.
            LedgerTimeoutError: the end was not reached in time, most of the time for another transaction that is open there; names topic and partition.
            StoppedError: the stop event is set.
            RefusedError: the ledger may not be read.
            BrokerUnavailableError: no broker answers.
            ConnectionSettingsError: the credentials are wrong.
        """
        self._catch_up(patience_s)
        return [self._entry(message) for _, message in self._sorted()]

    def part_keys(self, patience_s: float = PATIENCE_S) -> list[PartKey]:
        """The keys of these entries, those that cannot be read included. Raises as `read` does."""
        self._catch_up(patience_s)
        return [key for key, _ in self._sorted()]

    def _sorted(self) -> list[tuple[PartKey, Message]]:
        return sorted(self._live.values(), key=lambda pair: pair[0].order)

    def _catch_up(self, patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        ends = self._look_up(OffsetSpec.latest(), deadline)  # type: ignore[no-untyped-call]
        if not self._reached:
            self._reached = self._begin(ends, deadline)
        for number, end in ends.items():
            if end < self._reached[number]:
                raise LedgerError(
                    f"{self._place(number)} ends at offset {end}, and was read up to {self._reached[number]}: it was deleted, and made anew"
                )
        if self._consumer is None and self._missing(ends):
            self._consumer = self._open()
        told = time.monotonic() + _QUIET_S
        while missing := self._missing(ends):
            self._take()
            self._check(missing[0], ends[missing[0]], deadline)
            if time.monotonic() > told:
                told = deadline
                log.info("%s: waiting for its end; another transaction may be open there", self._place(missing[0]))

    def _missing(self, ends: dict[int, int]) -> list[int]:
        return [number for number, end in ends.items() if self._reached[number] < end]

    def _begin(self, ends: dict[int, int], deadline: float) -> dict[int, int]:
        """Where the first entry may stand that overlaps the interval."""
        if self._interval is None:
            return self._look_up(OffsetSpec.earliest(), deadline)  # type: ignore[no-untyped-call]
        found = self._look_up(OffsetSpec.for_timestamp(self._interval.start_us // 1000 + 1), deadline)
        # Asked for after the ends: what was not there then came later than the end, so nothing below it is left out.
        return {number: ends[number] if offset == NOTHING_LATER else min(offset, ends[number]) for number, offset in found.items()}

    def _look_up(self, spec: OffsetSpec, deadline: float) -> dict[int, int]:
        return look_up(self._admin, self._ledger.name, dict.fromkeys(self._partitions, spec), deadline, self._stop)

    def _open(self) -> Consumer:
        settings = {**admin_settings(self._admin.connection), **_SETTINGS, "error_cb": self._watch}
        consumer = make_client(Consumer, self._admin.connection, settings)
        consumer.assign([TopicPartition(self._ledger.name, number, offset) for number, offset in self._reached.items()])
        return consumer

    def _take(self) -> None:
        """What has come; waits a slice for the first of it."""
        assert self._consumer is not None
        try:
            first = self._consumer.poll(_SLICE_S)
            if first is not None:  # a message has the truth of its length: a tombstone is false
                for message in [first, *self._consumer.consume(_AT_ONCE, 0)]:
                    self._advance(message)
        except BaseException:
            self.close()  # the consumer has gone on: what it gave and was not heard would be skipped
            raise

    def _advance(self, message: Message) -> None:
        error, partition, offset = message.error(), message.partition(), message.offset()
        if error is None:
            self._hear(message)
        elif error.code() != KafkaError._PARTITION_EOF:
            self._complain(message, error)
            return
        assert partition is not None
        assert offset is not None
        self._reached[partition] = offset + (error is None)

    def _hear(self, message: Message) -> None:
        """An entry, or a tombstone."""
        raw = message.key()
        if not isinstance(raw, bytes) or not raw.startswith(b'["'):
            raise self._unreadable(message, f"its key {raw!r} is none of Springhead's")
        if not raw.startswith(self._ours):
            return
        if message.value() is None:
            self._live.pop(raw, None)
            return
        try:
            key = PartKey.decode(raw)
        except ValueError as error:
            raise self._unreadable(message, f"its key {raw!r}: {error}") from None
        if self._interval is None or (key.interval.end > self._interval.start and key.interval.start < self._interval.end):
            self._live[raw] = key, message

    def _entry(self, message: Message) -> Entry:
        raw, value = message.key(), message.value()
        assert isinstance(raw, bytes)
        assert isinstance(value, bytes)
        try:
            return read_entry(raw, value)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(message, str(error)) from None

    def _unreadable(self, message: Message, why: str) -> LedgerError:
        return LedgerError(
            f"{self._place(message.partition())} offset {message.offset()}: the entry cannot be read ({why}), so what was published is not known. Update Springhead "
            "if a newer one has written it; `springhead ledger STREAM --forget INTERVAL` takes it back"
        )

    def _complain(self, message: Message, error: KafkaError) -> None:
        """What librdkafka says instead of a record. Most of it passes; what does not is raised."""
        text = self._admin.connection.mask(error.str())
        if error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
            return  # there is no group: the right to read one is not needed
        if error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            raise RefusedError(
                f"connection '{self._admin.connection.id}': reading the ledger '{self._ledger.name}' is not permitted ({text}). Give its user the ACL Read on that topic"
            )
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            raise LedgerError(
                f"{self._place(message.partition())} lost entries while they were read ({text}). Was it deleted, or its cleanup.policy changed?"
            )
        self._watch(error)

    def _check(self, number: int, end: int, deadline: float) -> None:
        """Whether to go on."""
        if check_stop(self._stop):
            raise StoppedError("stopped while the ledger was read: nothing was sent. A retry begins again")
        if self._watch.fatal:
            raise self._watch.fatal
        if time.monotonic() > deadline and self._reached[number] < end:
            error = f" ({self._watch.last})" if self._watch.last else ""
            raise LedgerTimeoutError(
                f"{self._place(number)} was read up to offset {self._reached[number]} of {end}{error}: another transaction may be open there. What was published is not "
                "known, so nothing was sent. A retry may help"
            )

    def _place(self, number: int | None) -> str:
        return f"the ledger '{self._ledger.name}', partition {number},"

    def close(self) -> None:
        """Ends the consumer; the reader may be used again."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def __enter__(self) -> LedgerReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
