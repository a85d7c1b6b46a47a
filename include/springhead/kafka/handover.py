"""Records on their way into librdkafka's queue: by a call of produce() each, or all of a chunk by a kernel.

Both ways do the same in two steps. `prepare` runs in the thread that makes records; `hand_over` runs in the thread that talks to librdkafka.
"""

from __future__ import annotations

import operator
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Protocol

from confluent_kafka import KafkaException, Producer

from springhead.columns.column import Ids
from springhead.columns.rows import by_record
from springhead.errors import OptionError
from springhead.kafka.messages import Messages

SWITCH = "SPRINGHEAD_HANDOVER"  # "calls": never by the kernel


class Prepared(Protocol):
    """A chunk of records, ready to be handed over.

    Attributes:
        positions: their places in the batch.
    """

    @property
    def positions(self) -> Ids | Sequence[int]: ...

    @property
    def rows(self) -> int: ...


class Handover(Protocol):
    """A way into a producer's queue."""

    def prepare(self, chunk: Messages) -> Any:
        """The chunk as this way takes it (a `Prepared`)."""

    def hand_over(self, prepared: Any, first: int) -> tuple[int, str | None]:
        """Enqueues the records from number `first` of the chunk on.

        Returns:
            (how many were enqueued, None), fewer than there are where the queue is full; or, where a record was refused, (how many up to and including that one, Kafka's name of the error).
        """

    def broken(self) -> bool:
        """Whether a record has failed that no delivery report will name."""

    def close(self) -> None:
        """Lets go of what it holds of the producer."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A chunk as Python objects; a value that is None is a tombstone."""

    positions: Ids | Sequence[int]
    values: Sequence[bytes | None]
    keys: Sequence[bytes | None] | None
    partitions: Sequence[int]
    timestamps_ms: Sequence[int]
    headers: Sequence[Sequence[tuple[str, bytes]]] | None = None

    @property
    def rows(self) -> int:
        return len(self.values)

    def rest(self, first: int) -> Unpacked:
        """The records from this one on."""
        if first == 0:
            return self
        return Unpacked(
            self.positions[first:],
            self.values[first:],
            self.keys and self.keys[first:],
            self.partitions[first:],
            self.timestamps_ms[first:],
            self.headers and self.headers[first:],
        )


class ByCalls:
    """A call of Producer.produce for each record: for all guarantees, with headers."""

    def __init__(self, producer: Producer, topic: str) -> None:
        self._producer, self._topic = producer, topic

    def prepare(self, chunk: Messages) -> Unpacked:
        return Unpacked(
            chunk.positions,
            chunk.values.optional(),
            chunk.keys.optional() if chunk.keys else None,
            chunk.partitions.tolist(),
            chunk.timestamps_ms.tolist(),
            by_record(chunk.headers),
        )

    def hand_over(self, prepared: Unpacked, first: int) -> tuple[int, str | None]:
        """No Python code runs per record: map and deque call produce() themselves (1.3 M/s; a loop with keywords 0.7 M/s)."""
        rest_of = prepared.rest(first)
        rest = iter(rest_of.values)
        columns: list[Any] = [
            repeat(self._topic),
            rest,
            rest_of.keys or repeat(None),
            rest_of.partitions,
            repeat(None),
            repeat(None),
            rest_of.timestamps_ms,
        ]
        if rest_of.headers is not None:
            columns.append(rest_of.headers)
        try:
            deque(map(self._producer.produce, *columns), maxlen=0)
        except BufferError:  # the queue is full: the record at hand was not taken
            return rest_of.rows - operator.length_hint(rest) - 1, None
        except KafkaException as error:  # refused here: too large, most of the time
            return rest_of.rows - operator.length_hint(rest), error.args[0].name()
        return rest_of.rows, None

    def broken(self) -> bool:
        return False

    def close(self) -> None:
        pass


def handover_of(producer: Producer, topic: str, client_id: str, *, asked: str | None, transactional: bool) -> Handover:
    """The fastest way into a producer's queue that is open to it: the kernel's within a transaction, with the client that it was tested with; else calls.

    Args:
        producer, topic: whose queue, and where its records go.
        client_id: the producer's.
        asked: "calls" or "kernel"; None: what the environment's SPRINGHEAD_HANDOVER says, or else the kernel.
        transactional: whether records are sent within transactions alone.

    Raises:
        OptionError: SPRINGHEAD_HANDOVER is neither `calls` nor `kernel`.
    """
    asked = asked or os.environ.get(SWITCH) or "kernel"
    if asked not in ("calls", "kernel"):
        raise OptionError(f"{SWITCH}: {asked!r} is neither 'calls' nor 'kernel': write one of them, or leave it out")
    # Outside a transaction a lost record would go unnoticed: confluent_kafka reports only on records that its own produce() was given.
    if asked == "kernel" and transactional:
        from springhead.kafka.native import ByKernel, supported

        if supported(producer, client_id):
            return ByKernel(producer, topic)
    return ByCalls(producer, topic)
