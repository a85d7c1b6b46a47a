"""Reading a topic: all committed records of some partitions, each up to an end, never less.

The last stable offset, which an open transaction holds back, does not end the reading: only the end that was asked for does.
(Kafka Connect's KafkaBasedLog has the same rule.)
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from springhead.errors import ReadTimeoutError, RefusedError, RemovedError, StoppedError
from springhead.kafka.clients import Admin, Watch, check_stop, make_client
from springhead.kafka.settings import admin_settings

log = logging.getLogger("springhead")

PATIENCE_S = 150.0  # another transaction holds the end back for at most its timeout (ours: 120 s) and the broker's look at it every 10 s
_SLICE_S = 0.25  # of a blocking call: signals and the stop event wait no longer
_QUIET_S = 3.0  # without a word about what is waited for
_AT_ONCE = 5000  # records from librdkafka's queue

_SETTINGS: dict[str, Any] = {
    "group.id": "springhead-reader",  # confluent_kafka wants one; there is no group, and nothing is committed
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",  # what is gone from below the reader must not be skipped in silence
    "allow.auto.create.topics": False,
    "isolation.level": "read_committed",
    "enable.partition.eof": True,
    "fetch.wait.max.ms": 10,  # 500 unless told: the wait for the end of the partition
    "queued.max.messages.kbytes": 16_384,
    "fetch.message.max.bytes": 131_072,  # of a partition, compressed; 1 MiB unless told, which can become 250 MiB of records
    "fetch.queue.backoff.ms": 10,  # 1000 unless told: the rest of half a million entries would come in 24 s instead of 4
}


class TopicReader:
    """Reads partitions of a topic; kept open, it goes on where it was. A context manager.

    Args:
        admin: of the cluster.
        topic: its name.
        begins: the partition → the offset of the first record to read.
        stop: ends the reading within half a second.
        called: what errors call the topic.

    Attributes:
        reached: the partition → the offset up to which everything was yielded.
    """

    def __init__(
        self, admin: Admin, topic: str, begins: Mapping[int, int], stop: threading.Event | None = None, called: str | None = None
    ) -> None:
        self._admin, self._topic, self._stop = admin, topic, stop
        self._called = called or f"topic '{topic}'"
        self._watch = Watch(admin.connection)
        self._consumer: Consumer | None = None
        self.reached = dict(begins)

    def read(
        self, ends: Mapping[int, int], patience_s: float = PATIENCE_S, held: Callable[[], None] | None = None
    ) -> Iterator[list[Message]]:
        """The committed records up to these offsets, in the order of offsets within a partition; some beyond them may be among the last.

        What was yielded counts as read when the next is asked for.

        Args:
            ends: the partition → the offset before which to end.
            patience_s: how long to wait where nothing comes.
            held: called when nothing has come for three seconds, once for each place where that happens.

        Raises:
            ReadTimeoutError: nothing has come for so long, most of the time for another transaction that is open there; names topic and partition.
            RemovedError: records were removed while they were read.
            StoppedError: the stop event is set.
            RefusedError: the topic may not be read.
            ConnectionSettingsError: the credentials are wrong.
        """
        moved = time.monotonic()
        told = 0.0
        while missing := [number for number, end in ends.items() if self.reached[number] < end]:
            before = dict(self.reached)
            yield from self._take()
            if check_stop(self._stop):
                raise StoppedError(f"stopped while {self._called} was read")
            if self._watch.fatal:
                raise self._watch.fatal
            now = time.monotonic()
            if self.reached != before:
                moved = now
            if now - moved > patience_s:
                error = f" ({self._watch.last})" if self._watch.last else ""
                raise ReadTimeoutError(
                    f"{self.place(missing[0])} was read up to offset {self.reached[missing[0]]} of {ends[missing[0]]}{error}: "
                    "another transaction may be open there"
                )
            if now - moved > _QUIET_S and told != moved:
                told = moved
                log.info("%s: waiting for its end; another transaction may be open there", self.place(missing[0]))
                if held is not None:
                    held()

    def _take(self) -> Iterator[list[Message]]:
        """What has come; waits a slice for the first of it."""
        consumer = self.open()
        try:
            first = consumer.poll(_SLICE_S)
            if first is None:  # not `if not first`: a message is as true as its length, so a tombstone is false
                return
            messages = [first, *consumer.consume(_AT_ONCE, 0)]
            others, records = [], messages
            if any(map(Message.error, messages)):  # most of the time there is none: no Python code runs per record
                others = [message for message in messages if message.error()]
                records = [message for message in messages if not message.error()]
            if records:
                yield records
            # Offsets ascend within a partition: its last one stays in the dict.
            for number, offset in dict(zip(map(Message.partition, records), map(Message.offset, records), strict=True)).items():
                self._reach(number, offset, 1)
            for message in others:
                self._hear(message)
        except BaseException:
            self.close()  # the consumer has moved on: messages that it gave and that were not processed would be skipped
            raise

    def _reach(self, number: int | None, offset: int | None, more: int = 0) -> None:
        assert number is not None
        assert offset is not None
        self.reached[number] = max(self.reached[number], offset + more)

    def _hear(self, message: Message) -> None:
        """Handles what librdkafka reports instead of a record. Errors that pass by themselves are ignored, others are raised."""
        error = message.error()
        assert error is not None
        if error.code() == KafkaError._PARTITION_EOF:
            self._reach(message.partition(), message.offset())
            return
        text = self._admin.connection.mask(error.str())
        if error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
            return  # there is no group: the right to read one is not needed
        if error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            raise RefusedError(
                f"connection '{self._admin.connection.id}': reading {self._called} is not permitted ({text}). Give its user the ACL Read on that topic"
            )
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            raise RemovedError(f"{self.place(message.partition())} lost records while they were read ({text})")
        self._watch(error)

    def open(self) -> Consumer:
        """Begins to fetch, from where the reader is, if that has not begun.

        Raises:
            ConnectionSettingsError: the credentials are wrong.
        """
        if self._consumer is None:
            settings = {**admin_settings(self._admin.connection), **_SETTINGS, "error_cb": self._watch}
            self._consumer = make_client(Consumer, self._admin.connection, settings)
            self._consumer.assign([TopicPartition(self._topic, number, offset) for number, offset in self.reached.items()])
        return self._consumer

    def leave(self, number: int) -> None:
        """Fetches nothing more of a partition."""
        if self._consumer is not None:
            self._consumer.pause([TopicPartition(self._topic, number)])

    def place(self, number: int | None) -> str:
        """A partition, in an error's words."""
        return f"{self._called}, partition {number},"

    def close(self) -> None:
        """Ends the consumer; the reader may be used again."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def __enter__(self) -> TopicReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
