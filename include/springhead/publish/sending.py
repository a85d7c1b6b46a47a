"""Records on their way: made chunk by chunk in a thread of their own, handed over in the caller's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from springhead.errors import StoppedError
from springhead.kafka.clients import check_stop
from springhead.kafka.delivery import Delivery
from springhead.kafka.handover import Prepared
from springhead.progress import Progress
from springhead.publish.ahead import Ahead
from springhead.publish.pace import Pace
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.records import Records
from springhead.records.tally import Tally


@dataclass(frozen=True, slots=True)
class _MadeAhead:
    """Chunks of some records, made before they are asked for.

    Attributes:
        positions: of the records.
        by_calls: how they are to be handed over: each by a call, or by the kernel.
        tally: of those that are made.
        chunks: prepared, each with the number of records that arrived for it.
    """

    positions: range
    by_calls: bool
    tally: Tally
    chunks: Ahead[tuple[Prepared, int]]

    def is_for(self, positions: range, delivery: Delivery) -> bool:
        """Whether a delivery can send them as these records."""
        return (self.positions, self.by_calls) == (positions, delivery.tells_each)


class Sending:
    """Makes and counts the records of one batch: `send` also sends them, `skip` does not, where only their digest is needed.

    Args:
        batch: whose records.
        total: how many of them there are to make, for the progress.
        progress: called with (records so far, total) after each chunk.

    Attributes:
        begun: whether any were sent.
        done: how many, for the progress; set back for what has to be sent anew.
    """

    def __init__(self, batch: Batch, total: int, progress: Progress | None = None) -> None:
        self.batch, self._total, self._progress = batch, total, progress
        self._press: Future[Press] | None = None
        self._ahead: _MadeAhead | None = None
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

    def begin(self, positions: range, delivery: Delivery) -> None:
        """Begins to make the records at these positions, the first chunks of them, for `send`, which may come much later."""
        if self._ahead is not None:
            if self._ahead.is_for(positions, delivery):
                return
            self._ahead.chunks.close()
        tally = Tally(self.batch.facts.partitions)
        chunks = ((delivery.prepare(made.by_partition()), arrived) for made, arrived in self._made(positions, tally))
        self._ahead = _MadeAhead(positions, delivery.tells_each, tally, Ahead(chunks))

    def send(self, positions: range, delivery: Delivery) -> Tally:
        """Makes and sends the records at these positions; returns the tally of what was made. Ends early if the delivery is failing."""
        self.begun = True
        self.begin(positions, delivery)
        assert self._ahead is not None
        made, self._ahead = self._ahead, None
        with closing(made.chunks):
            for chunk, arrived in made.chunks:
                delivery.send(chunk)
                if delivery.failing:
                    break
                self._tell(arrived)
        return made.tally

    def send_live(self, positions: range, delivery: Delivery, pace: Pace) -> Tally:
        """Makes the records at these positions and sends each when it is due; returns the tally of what was made. Ends early if the delivery is failing.

        Raises:
            StoppedError: the delivery's stop event is set.
        """
        self.begun, tally = True, Tally(self.batch.facts.partitions)
        for made, arrived in self._made(positions, tally):
            due, at, before = pace.due_s(made), 0, self.done
            while at < made.rows and not delivery.failing:
                pace.tell(before + at, self._total, float(due[at]))
                delivery.wait_until(float(due[at]))
                behind = max(at + 1, int(np.searchsorted(due, time.time(), side="right")))
                delivery.send(delivery.prepare(made.take(np.arange(at, behind))))
                at = behind
            if delivery.failing:
                break
            self._tell(arrived)
        return tally

    def close(self) -> None:
        """Ends what was begun and not sent."""
        if self._ahead is not None:
            self._ahead.chunks.close()
            self._ahead = None

    def _tell(self, arrived: int) -> None:
        self.done += arrived
        if self._progress:
            self._progress(self.done, self._total)
