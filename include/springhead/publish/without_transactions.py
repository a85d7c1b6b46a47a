"""Publishing without transactions: acks 0, acks 1, and at least once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from springhead.errors import RefusedError, SpringheadError, StoppedError, TransientError
from springhead.kafka.delivery import Delivery
from springhead.kafka.offsets import look_up_ends
from springhead.kafka.settings import Guarantee
from springhead.ledger.entry import Entry, LedgerRecord
from springhead.ledger.key import BatchKey
from springhead.ledger.published import Published
from springhead.ledger.topic import find_ledger
from springhead.ledger.writer import write
from springhead.publish.entries import entry_of, opening_of
from springhead.publish.job import Job, Outcome
from springhead.publish.sending import Sending
from springhead.publish.undelivered import undelivered

_ENDS_S = 3.0  # for partitions without a leader to get one


def publish_without_transactions(job: Job) -> Outcome:
    """Sends all records of the parts that are asked for; returns when the guarantee holds for each."""
    batch = job.batch
    wanted = [batch.parts[part - 1] for part in job.parts]
    sending = Sending(batch, sum(map(len, wanted)), job.progress)
    sending.prepare()
    offsets = _Offsets(job)
    live: dict[str, Any] = {} if job.pace is None else {"linger_ms": 0}  # a record that is due does not wait for others
    delivery = Delivery(job.connection, job.guarantee, job.topic, job.stop, **live)
    tallies = []
    for positions in wanted:
        tallies.append(sending.send(positions, delivery) if job.pace is None else sending.send_live(positions, delivery, job.pace))
        if delivery.failing:
            break
    account = delivery.finish()
    if not account.complete:
        raise undelivered(batch, job.topic, job.connection, job.guarantee, account, wanted, tallies)
    begins, ends = offsets.bounds()
    entries = {part: entry_of(job, batch, part, tally, begins, ends) for part, tally in zip(job.parts, tallies, strict=True)}
    warnings = _of_earlier_attempts(job, account.enqueued)
    if job.guarantee is Guarantee.AT_LEAST_ONCE:
        warnings += _record(job, list(entries.values()))
    acked = None if job.guarantee is Guarantee.FIRE_AND_FORGET else account.delivered
    published = Published(BatchKey.of(batch.request), opening_of(job, batch), entries)
    return Outcome(batch, published, account.enqueued, acked, warnings)


def _record(job: Job, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Writes what is in the topic into the ledger, where there is one; else a warning: the records are delivered all the same."""
    # What opened an earlier publication does not open this one: a batch of one part has none.
    opening, key = entries[0].opening, entries[0].key.batch.part(0)
    first = Entry(key, opening, job.attempt).record() if opening.parts > 1 else LedgerRecord.tombstone(key)
    try:
        write(job.connection, find_ledger(job.admin, patience_s=0), [first, *(entry.record() for entry in entries)], "entries")
    except SpringheadError as error:
        return (f"this batch cannot be verified, because it could not be recorded in the ledger: {error}",)
    return ()


class _Offsets:
    """Where the partitions ended before the first record. With acks 0 nothing is known of an end: the broker may not have written yet."""

    def __init__(self, job: Job) -> None:
        self._job, self._known = job, job.guarantee is not Guarantee.FIRE_AND_FORGET
        # A topic that was created a moment ago is empty, and does not yet answer.
        self._before = dict.fromkeys(range(job.topic.partitions), 0) if job.topic.created else self._known_ends()

    def _known_ends(self) -> dict[int, int]:
        """Empty where they are not known: a partition without a leader is no reason not to send to the others."""
        try:
            return self._ends() if self._known else {}
        except StoppedError:
            raise
        except TransientError:
            return {}

    def _ends(self) -> dict[int, int]:
        """Empty where they may not be asked for."""
        try:
            return look_up_ends(self._job.admin, self._job.topic.name, self._job.topic.partitions, _ENDS_S, self._job.stop)
        except RefusedError:
            return {}

    def bounds(self) -> tuple[dict[int, int], dict[int, int]]:
        """Where the partitions ended before the first record, and where they end now; empty where it is not known."""
        try:
            after = self._known_ends()
        except StoppedError:
            after = {}  # every record is there
        return (self._before if after else {}), after


def _of_earlier_attempts(job: Job, records: int) -> tuple[str, ...]:
    number = job.attempt.try_number
    if number == 1:
        return ()
    return (f"attempt {number}: up to {records:,} records for each earlier attempt may be in the topic twice",)
