"""Reading the ledger: all that is committed up to its end, never less.

A reader that misses an entry would let a batch be published twice. So it first asks where the partition ends, open transactions included. It also looks up where
to begin with open transactions included, because while another transaction is open a look-up of committed records finds nothing. And it does not stop at the last stable
offset, which another transaction may hold back, but where the partition ended (springhead.kafka.topic_reader).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from confluent_kafka import Message
from confluent_kafka.admin import OffsetSpec

from springhead.errors import LedgerError, LedgerTimeoutError, ReadTimeoutError, Remedy, RemedyKind, RemovedError, StoppedError
from springhead.kafka.clients import Admin
from springhead.kafka.offsets import NOTHING_LATER, look_up
from springhead.kafka.topic_reader import PATIENCE_S, TopicReader
from springhead.kafka.topics import TopicInfo
from springhead.ledger.entry import Entry, read_entry
from springhead.ledger.key import PartKey, partition_of
from springhead.ledger.topic import VARIABLE
from springhead.quantities import Interval


class LedgerReader:
    """Reads a stream's entries; kept open between the parts of a batch, it reads only what has come since. A context manager.

    Args:
        admin: of the cluster.
        ledger: its topic, from `find_ledger`.
        stream: whose entries; None: of all streams.
        interval: only entries that overlap it; None: all. Those of manual runs and of every variant are among them.
        stop: ends a call within half a second.
        held: called when another transaction seems to hold the end back; `heard` tells what was read until there.
    """

    def __init__(
        self,
        admin: Admin,
        ledger: TopicInfo,
        stream: str | None = None,
        interval: Interval | None = None,
        stop: threading.Event | None = None,
        held: Callable[[], None] | None = None,
    ) -> None:
        self._held = held
        self._admin, self._ledger, self._interval, self._stop = admin, ledger, interval, stop
        self._partitions = range(ledger.partitions) if stream is None else [partition_of(stream)]
        # The keys are JSON arrays that begin with the stream's name: others' need not be understood.
        self._ours = b'["' if stream is None else PartKey.prefix(stream)
        self._reader: TopicReader | None = None
        self._live: dict[Any, tuple[PartKey, Message]] = {}
        self._strange: dict[Any, tuple[Message, str]] = {}  # key that nobody can read → the record, and what is wrong with it

    def open(self, patience_s: float = PATIENCE_S) -> None:
        """Begins to fetch the entries, for a `read` later that waits for less. Raises as `read` does."""
        deadline = time.monotonic() + patience_s
        self._reader = self._reader_from(self._ends(deadline), deadline)
        self._reader.open()

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
        return self.heard()

    def heard(self) -> list[Entry]:
        """The entries that were read until now, in that order.

        Raises:
            LedgerError: an entry cannot be read.
        """
        return [self._entry(key, message) for key, message in self._sorted()]

    def part_keys(self, patience_s: float = PATIENCE_S) -> list[PartKey]:
        """The keys of these entries, those that cannot be read included. Raises as `read` does."""
        self._catch_up(patience_s)
        return [key for key, _ in self._sorted()]

    def _sorted(self) -> list[tuple[PartKey, Message]]:
        for message, why in self._strange.values():
            raise self._unreadable(message, why)
        return sorted(self._live.values(), key=lambda pair: pair[0].order)

    def _catch_up(self, patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        ends = self._ends(deadline)
        if self._reader is None:
            self._reader = self._reader_from(ends, deadline)
        for number, end in ends.items():
            if end < self._reader.reached[number]:
                raise LedgerError(
                    f"{self._reader.place(number)} ends at offset {end}, and was read up to {self._reader.reached[number]}: the topic was deleted and recreated"
                )
        try:
            for messages in self._reader.read(ends, patience_s, self._held):
                for message in messages:
                    self._hear(message)
        except StoppedError:
            raise StoppedError("stopped while the ledger was read: nothing was sent. A retry begins again") from None
        except ReadTimeoutError as error:
            raise LedgerTimeoutError(f"{error}. What was published is not known, so nothing was sent. A retry may help") from None
        except RemovedError as error:
            raise LedgerError(f"{error}. Was it deleted, or its cleanup.policy changed?") from None
        except BaseException:
            self.close()  # what was not heard is read again
            raise

    def _reader_from(self, ends: dict[int, int], deadline: float) -> TopicReader:
        """A reader that has read nothing yet."""
        return TopicReader(self._admin, self._ledger.name, self._begin(ends, deadline), self._stop, f"the ledger '{self._ledger.name}'")

    def _ends(self, deadline: float) -> dict[int, int]:
        """Where the partitions end now, open transactions included."""
        return self._look_up(OffsetSpec.latest(), deadline)  # type: ignore[no-untyped-call]

    def _begin(self, ends: dict[int, int], deadline: float) -> dict[int, int]:
        """Where the first entry may stand that overlaps the interval."""
        if self._interval is None:
            return self._look_up(OffsetSpec.earliest(), deadline)  # type: ignore[no-untyped-call]
        found = self._look_up(OffsetSpec.for_timestamp(self._interval.start_us // 1000 + 1), deadline)
        # Asked for after the ends: what was not there then came later than the end, so nothing below it is left out.
        return {number: ends[number] if offset == NOTHING_LATER else min(offset, ends[number]) for number, offset in found.items()}

    def _look_up(self, spec: OffsetSpec, deadline: float) -> dict[int, int]:
        return look_up(self._admin, self._ledger.name, dict.fromkeys(self._partitions, spec), deadline, self._stop)

    def _hear(self, message: Message) -> None:
        """An entry, or a tombstone."""
        raw = message.key()
        if isinstance(raw, bytes) and raw.startswith(b'["') and not raw.startswith(self._ours):
            return
        if message.value() is None:
            self._live.pop(raw, None)
            self._strange.pop(raw, None)
            return
        if not isinstance(raw, bytes) or not raw.startswith(b'["'):
            self._strange[raw] = message, f"its key {raw!r} is none of Springhead's"
            return
        try:
            key = PartKey.decode(raw)
        except ValueError as error:
            self._strange[raw] = message, f"its key {raw!r}: {error}"
            return
        if key.encode() != raw:  # a tombstone of ours could not take it back
            self._strange[raw] = message, f"its key {raw!r} is not written as Springhead writes it"
            return
        of = key.batch.interval
        if self._interval is None or (of.end > self._interval.start and of.start < self._interval.end):
            self._live[raw] = key, message

    def _entry(self, key: PartKey, message: Message) -> Entry:
        value = message.value()
        assert isinstance(value, bytes)
        try:
            return read_entry(key, value)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(message, str(error), key) from None

    def _unreadable(self, message: Message, why: str, key: PartKey | None = None) -> LedgerError:
        assert self._reader is not None
        text = f"{self._reader.place(message.partition())} offset {message.offset()}: the entry cannot be read ({why}), so what was published is not known. "
        if key is None:
            return LedgerError(
                f"{text}It is none of a batch: take it back with a record of the same key and no value, or name another ledger by {VARIABLE}"
            )
        of = key.batch
        return LedgerError(
            f"{text}Update Springhead if a newer one has written it; else take the entry back",
            [Remedy(RemedyKind.FORGET, self._admin.connection.id, of.stream, str(of.interval), of.variant, of.run_id, batch=of.batch)],
        )

    def close(self) -> None:
        """Ends the consumer; the reader may be used again."""
        if self._reader is not None:
            self._reader.close()

    def __enter__(self) -> LedgerReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
