"""Records on their way: made chunk by chunk in a thread of their own, handed over in the caller's."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np

from springhead.kafka.delivery import Delivery
from springhead.kafka.handover import Prepared
from springhead.progress import Progress
from springhead.records.batch import Batch
from springhead.records.digests import BatchDigest
from springhead.records.press import Press
from springhead.records.records import Records

_AHEAD = 3  # chunks that may wait between the thread that makes records and the one that sends them


class Tally:
    """What was made of a batch so far: its digest, its bytes, its records by partition."""

    def __init__(self, partitions: int) -> None:
        self.digest = BatchDigest()
        self.bytes = 0
        self.partitions = np.zeros(partitions, np.int64)

    def add(self, made: Records) -> None:
        """Counts a chunk."""
        self.digest.update(made)
        self.bytes += made.values.used.size + (made.keys.used.size if made.keys else 0)
        self.partitions += np.bincount(made.partitions, minlength=self.partitions.size)

    def copy(self) -> Tally:
        """The same counts, which go their own way from here."""
        twin = Tally(self.partitions.size)
        twin.digest, twin.bytes, twin.partitions = self.digest.copy(), self.bytes, self.partitions.copy()
        return twin


class Sending:
    """The records of one batch: each made once and counted, and sent or, where they are in the topic already, not.

    Args:
        batch: whose records.
        progress: called with (records so far, records of the batch) after each chunk.

    Attributes:
        tally: of what was made so far; set it back to make records anew.
    """

    def __init__(self, batch: Batch, progress: Progress | None = None) -> None:
        self.batch, self.tally = batch, Tally(batch.partitions)
        self._progress = progress
        self._press: Future[Press] | None = None

    def prepare(self) -> Future[Press]:
        """Begins to prepare the fields' makers in a thread of its own: it takes as long as a broker's answers, for which the caller waits meanwhile."""
        if self._press is None:
            with_one_thread = ThreadPoolExecutor(1, "springhead-prepare")
            self._press = with_one_thread.submit(Press, self.batch)
            with_one_thread.shutdown(wait=False)
        return self._press

    def _made(self, numbers: range) -> Iterator[Records]:
        press = self.prepare().result()
        for ids in self.batch.chunks(numbers=numbers):
            made = press.records(ids)
            self.tally.add(made)
            yield made

    def skip(self, numbers: range) -> None:
        """Makes records, and sends none."""
        for made in self._made(numbers):
            self._tell(int(made.ids[-1]) + 1)

    def send(self, numbers: range, delivery: Delivery) -> None:
        """Makes and sends records; ends early where one has failed."""
        done = numbers.start
        with _ahead(delivery.prepare(made) for made in self._made(numbers)) as chunks:
            for chunk in chunks:
                delivery.send(chunk)
                if delivery.failing:
                    return
                done += chunk.rows
                self._tell(done)

    def _tell(self, done: int) -> None:
        if self._progress:
            self._progress(done, self.batch.records)


@contextmanager
def _ahead(chunks: Iterator[Prepared]) -> Iterator[Iterator[Prepared]]:
    """Makes chunks in a thread of its own, a few ahead: the kernels hold no lock, so both threads run at once."""
    waiting: queue.Queue[Prepared | BaseException | None] = queue.Queue(_AHEAD)
    over = threading.Event()

    def put(item: Prepared | BaseException | None) -> bool:
        while not over.is_set():
            try:
                waiting.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def make() -> None:
        try:
            for chunk in chunks:
                if not put(chunk):
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001  it is raised again in the thread that waits for it
            put(error)

    def take() -> Iterator[Prepared]:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    thread = threading.Thread(target=make, name="springhead-records", daemon=True)
    thread.start()
    try:
        yield take()
    finally:
        over.set()
        thread.join()
