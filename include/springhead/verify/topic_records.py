"""The committed records of a topic between offsets, as a reader that sees no open or aborted transaction gets them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from confluent_kafka import Message
from numpy.typing import NDArray

from springhead.errors import ReadTimeoutError, RemovedError
from springhead.kafka.clients import Admin
from springhead.kafka.topic_reader import TopicReader
from springhead.verify.fingerprints import Fingerprints, fingerprints
from springhead.verify.verification import OffsetRange


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """FoundRecords records of a topic.

    Attributes:
        messages: as confluent_kafka gives them.
        partitions, offsets: int64, shape (n,), where they stand.
    """

    messages: Sequence[Message]
    partitions: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def prints(self) -> Fingerprints:
        """Their fingerprints."""
        of = self.messages
        times = list(map(itemgetter(1), map(Message.timestamp, of)))
        keys, values = list(map(Message.key, of)), list(map(Message.value, of))
        return fingerprints(values, keys, self.partitions, times, list(map(Message.headers, of)))  # type: ignore[arg-type]

    def below(self, ends: NDArray[np.int64]) -> FoundRecords:
        """Only those at offsets below their partition's end. ends: int64, by the partition's number."""
        inside = self.offsets < ends[self.partitions]
        if inside.all():
            return self
        kept = [message for message, keep in zip(self.messages, inside.tolist(), strict=True) if keep]
        return FoundRecords(kept, self.partitions[inside], self.offsets[inside])


class Reading:
    """The committed records of these spans; may be iterated again.

    Attributes:
        done: how many offsets were read.

    Raises:
        RemovedError, ReadTimeoutError, StoppedError: while it is iterated, as `springhead.verify.verify.verify`.
    """

    def __init__(self, admin: Admin, topic: str, spans: Mapping[int, OffsetRange], stop: threading.Event | None) -> None:
        # A partition without anything to read is left alone: where all was removed, the place is no longer there.
        spans = {number: span for number, span in spans.items() if span.end_offset > span.first_offset}
        self._admin, self._topic, self._spans, self._stop = admin, topic, spans, stop
        self.done = 0

    def __iter__(self) -> Iterator[FoundRecords]:
        if not self._spans:
            return
        begins = {number: span.first_offset for number, span in self._spans.items()}
        ends = {number: span.end_offset for number, span in self._spans.items()}
        by_number = np.zeros(max(ends) + 1, np.int64)
        by_number[list(ends)] = list(ends.values())
        with TopicReader(self._admin, self._topic, begins, self._stop) as reader:
            left: set[int] = set()
            for messages in self._all(reader, ends):
                partitions = np.fromiter(map(Message.partition, messages), np.int64, len(messages))
                offsets = np.fromiter(map(Message.offset, messages), np.int64, len(messages))
                self.done = sum(min(at, ends[number]) - begins[number] for number, at in reader.reached.items())
                yield FoundRecords(messages, partitions, offsets).below(by_number)
                for number in {number for number, at in reader.reached.items() if at >= ends[number]} - left:
                    left.add(number)
                    reader.leave(number)
        self.done = sum(ends.values()) - sum(begins.values())

    @staticmethod
    def _all(reader: TopicReader, ends: Mapping[int, int]) -> Iterator[list[Message]]:
        try:
            yield from reader.read(ends)
        except ReadTimeoutError as error:
            raise ReadTimeoutError(
                f"{error}. A retry may help when it is over, or aborted by an administrator (kafka-transactions.sh)"
            ) from None
        except RemovedError as error:
            raise RemovedError(
                f"{error}. Its retention is at work, or somebody deletes records: this batch cannot be proven any more"
            ) from None
