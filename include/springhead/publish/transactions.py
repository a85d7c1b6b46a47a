"""The transactions of one attempt. A part's is initialised before the ledger is read for it; it may be so while the part before is still being sent."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from types import TracebackType

from springhead.kafka.transaction import Transaction
from springhead.ledger.key import BatchKey
from springhead.publish.crash_points import crash_point
from springhead.publish.job import Job

log = logging.getLogger("springhead")


class Transactions:
    """Makes and initialises them. A context manager: at its end those that nobody has taken are closed.

    Args:
        job: where to.
        key: of the batch.
        timeout_s: of each transaction.
    """

    def __init__(self, job: Job, key: BatchKey, timeout_s: int) -> None:
        self._job, self._key, self._timeout_s = job, key, timeout_s
        self._waiting: dict[int, Future[Transaction]] = {}
        self._taken: int | None = None
        self._over = threading.Event()

    def take(self, part: int, handover: str | None = None) -> Transaction:
        """That of a part, initialised: every earlier attempt at the part is ended. Who takes it closes it.

        Args:
            part: its number.
            handover: as for `Delivery`, where it was not initialised before.

        Raises:
            SpringheadError: as `Transaction.init`.
        """
        ready = self._waiting.pop(part, None)
        transaction = ready.result() if ready else self._initialised(part, handover)
        self._taken = part
        return transaction

    def initialise(self, part: int) -> None:
        """Initialises that of a part, for `take`. Raises as `take` does."""
        ready: Future[Transaction] = Future()
        ready.set_result(self._initialised(part))
        self._waiting[part] = ready

    def initialise_ahead(self, part: int) -> None:
        """Begins to initialise that of a part, for `take`, which raises what goes wrong."""
        if part not in self._waiting:
            in_a_thread = ThreadPoolExecutor(1, "springhead-init")
            self._waiting[part] = in_a_thread.submit(self._initialised, part)
            in_a_thread.shutdown(wait=False)

    def end_earlier(self, part: int) -> None:
        """Ends every earlier attempt at a part, unless that was done and its transaction is in use, or waits to be taken. Raises as `take` does."""
        if part != self._taken and part not in self._waiting:
            log.info("ending what an earlier attempt may have left open: part %s", part)
            with closing(self._made(part)) as transaction:
                transaction.init()

    def drop(self, part: int) -> None:
        """Closes that of a part, if it waits to be taken."""
        if (ready := self._waiting.pop(part, None)) is not None:
            with suppress(Exception):  # nobody waits for it
                ready.result().close()

    def _made(self, part: int, handover: str | None = None) -> Transaction:
        job, identity = self._job, self._key.part(part).transactional_id
        return Transaction(job.connection, job.topic, identity, job.stop, timeout_s=self._timeout_s, handover=handover)

    def _initialised(self, part: int, handover: str | None = None) -> Transaction:
        transaction = self._made(part, handover)
        try:
            crash_point("start", part)
            transaction.init(self._over)
            crash_point("init", part)
        except BaseException:
            transaction.close()
            raise
        return transaction

    def __enter__(self) -> Transactions:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        for part in list(self._waiting):
            self.drop(part)
