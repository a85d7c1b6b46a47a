"""Records on their way: made chunk by chunk in a thread of their own, handed over in the caller's."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from springhead.errors import StoppedError
from springhead.kafka.clients import check_stop
from springhead.kafka.delivery import Delivery
from springhead.progress import Progress
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.records import Records
from springhead.records.tally import Tally

Item = TypeVar("Item")

_AHEAD = 3  # chunks that may wait between the thread that makes records and the one that sends them


class Sending:
    """Makes and counts the records of one batch: `send` also sends them, `skip` does not, where only their digest is needed.

    Args:
        batch: whose records.
        total: how many of them there are to make, for the progress.
        progress: called with (records so far, total) after each chunk.

    Attributes:
        begun: whether any were made.
        done: how many, for the progress; set back for what has to be sent anew.
    """

    def __init__(self, batch: Batch, total: int, progress: Progress | None = None) -> None:
        self.batch, self._total, self._progress = batch, total, progress
        self._press: Future[Press] | None = None
        self.done = 0
        self.begun = False

    def prepare(self) -> Future[Press]:
        """Begins to prepare the fields' makers in a thread of its own: it takes as long as a broker's answers, for which the caller waits meanwhile."""
        if self._press is None:
            with_one_thread = ThreadPoolExecutor(1, "springhead-prepare")
            self._press = with_one_thread.submit(Press, self.batch)
            with_one_thread.shutdown(wait=False)
        return self._press

    def _made(self, positions: range, tally: Tally) -> Iterator[tuple[Records, int]]:
        """Chunks, counted as they come out, each with the number of records that arrived for it."""
        press = self.prepare().result()
        self.begun = True
        for some in press.chunks(positions):
            made = press.records(some)
            tally.add(made, len(some))
            yield made, len(some)

    def skip(self, positions: range, stop: threading.Event | None = None) -> Tally:
        """Makes the records at these positions and sends none; returns their tally.

        Raises:
            StoppedError: the stop event is set.
        """
        tally = Tally(self.batch.facts.partitions)
        for _, arrived in self._made(positions, tally):
            if check_stop(stop):
                raise StoppedError("stopped while the batch was made again: nothing was sent")
            self._tell(arrived)
        return tally

    def send(self, positions: range, delivery: Delivery) -> Tally:
        """Makes and sends the records at these positions; returns the tally of what was made. Ends early if the delivery is failing."""
        tally = Tally(self.batch.facts.partitions)
        with _ahead((delivery.prepare(made.by_partition()), arrived) for made, arrived in self._made(positions, tally)) as chunks:
            for chunk, arrived in chunks:
                delivery.send(chunk)
                if delivery.failing:
                    break
                self._tell(arrived)
        return tally

    def _tell(self, arrived: int) -> None:
        self.done += arrived
        if self._progress:
            self._progress(self.done, self._total)


@contextmanager
def _ahead(chunks: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """Makes chunks in a thread of its own, a few ahead: the kernels hold no lock, so both threads run at once."""
    waiting: queue.Queue[Item | BaseException | None] = queue.Queue(_AHEAD)
    over = threading.Event()

    def put(item: Item | BaseException | None) -> bool:
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

    def take() -> Iterator[Item]:
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
