"""Publishing, from a stream to a receipt: the whole story, top down."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from springhead.errors import OptionError, SpringheadError, TransientError
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.delivery import Delivery
from springhead.kafka.settings import Guarantee, guarantee_of
from springhead.kafka.topics import TopicInfo, check_in_sync, check_times, end_offsets, ensure_topic
from springhead.ledger.entry import BY_COMMAND, Attempt, Entry, PartitionReceipt
from springhead.ledger.topic import find_ledger
from springhead.ledger.writer import write
from springhead.progress import Progress
from springhead.publish.crash_points import crash_point
from springhead.publish.entries import Entries
from springhead.publish.exactly_once import Once
from springhead.publish.receipt import Receipt
from springhead.publish.sending import Sending
from springhead.publish.undelivered import undelivered
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.spec import Stream, spec_keys


def publish(
    stream: Stream,
    interval: Interval,
    connection: Connection,
    *,
    variant: str | None = None,
    run_id: str | None = None,
    records: int | None = None,
    partition: int | None = None,
    republish: str | None = None,
    attempt: Attempt = BY_COMMAND,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> Receipt:
    """Publishes the batch of a stream and an interval; returns when the guarantee holds for every record of it.

    Args:
        stream: as its file says.
        interval: the data interval.
        connection: the cluster.
        variant: one of the stream's variants.
        run_id: for new data of a manual run; None: the interval's own batch.
        records, partition: in place of what the stream says.
        republish: a token: publishes once more what was published already, once for each token (exactly once only).
        attempt: who publishes; stands in the ledger, and a later try warns in its receipt of what an earlier one may have left.
        stop: set by another thread or a signal handler: ends the call within 5 s.
        progress: called with (records handed over, records of the batch) after each chunk.

    Raises:
        SpringheadError: a TerminalError where no retry helps, a TransientError where one may; with counts where records were lost.
    """
    started = time.monotonic()
    chosen = stream.with_variant(variant)
    guarantee = guarantee_of(connection, chosen.delivery)
    if republish is not None and guarantee is not Guarantee.EXACTLY_ONCE:
        raise OptionError(f"republish: {guarantee.value} publishes every time, without a token: leave it out")
    admin = Admin(connection)
    topic = ensure_topic(admin, chosen.topic, chosen.topic_config)
    batch = Batch.of(stream, interval, variant=variant, run_id=run_id, records=records, partition=partition, partitions=topic.partitions)
    check_times(topic, interval, dt.datetime.now(dt.UTC), allow_expiry=chosen.allow_expiry)
    if guarantee in (Guarantee.AT_LEAST_ONCE, Guarantee.EXACTLY_ONCE):
        check_in_sync(topic)
    keys = spec_keys(stream, variant=variant, records=records, partition=partition)
    job = _Job(batch, topic, connection, admin, guarantee, attempt, stop, progress)
    if guarantee is Guarantee.EXACTLY_ONCE:
        return _publish_once(job, keys, republish, started)
    return _publish(job, keys, started)


@dataclass(frozen=True, slots=True)
class _Job:
    """What there is to do, checked."""

    batch: Batch
    topic: TopicInfo
    connection: Connection
    admin: Admin
    guarantee: Guarantee
    attempt: Attempt
    stop: threading.Event | None
    progress: Progress | None

    def receipt(self, batch: Batch, **more: Any) -> Receipt:
        """The receipt, with what follows from the job itself filled in."""
        return Receipt(
            stream=batch.stream.name,
            variant=batch.variant,
            topic=self.topic.name,
            connection=self.connection.id,
            interval=str(batch.interval),
            run_id=batch.run_id,
            guarantee=self.guarantee.value,
            records=batch.records,
            spec_digest=batch.spec_digest,
            partition=batch.partition,
            topic_partitions=batch.partitions,
            **more,
        )


def _publish_once(job: _Job, keys: dict[str, str], republish: str | None, started: float) -> Receipt:
    """A transaction for each part that the ledger does not have."""
    once = Once(
        job.batch,
        job.topic,
        job.connection,
        job.admin,
        spec_keys=keys,
        attempt=job.attempt,
        republish=republish,
        stop=job.stop,
        progress=job.progress,
    )
    done = once.publish()
    crash_point("acked")
    return job.receipt(
        done.batch,
        sent=sum(done.entries[part - 1].records for part in done.sent),
        acked=done.batch.records,
        bytes=sum(entry.bytes for entry in done.entries),
        digest=done.entries[-1].digest,
        partitions=done.partitions(),
        duration_s=time.monotonic() - started,
        warnings=done.warnings,
        engine=dict(done.entries[-1].engine),
        parts=len(done.entries),
        already_published=not done.sent,
    )


def _publish(job: _Job, keys: dict[str, str], started: float) -> Receipt:
    """All records, without a transaction."""
    batch = job.batch
    sending = Sending(batch, job.progress)
    sending.prepare()
    offsets = _Offsets(job.admin, job.topic, job.guarantee)
    delivery = Delivery(job.connection, job.guarantee, job.topic, job.stop)
    tallies = [sending.tally.copy()]
    for part in batch.parts():
        sending.send(part, delivery)
        tallies.append(sending.tally.copy())
        if delivery.failing:
            break
    account = delivery.finish()
    if not account.complete:
        raise undelivered(batch, job.topic, job.connection, job.guarantee, account)
    crash_point("acked")
    begins, ends = offsets.bounds()
    warnings = _warnings(batch, job.attempt)
    if job.guarantee is Guarantee.AT_LEAST_ONCE:
        entries = Entries(batch, job.topic, keys, job.attempt, job.guarantee.value)
        warnings += _record(job, [entries.entry(part, *pair, begins, ends) for part, pair in enumerate(pairwise(tallies), 1)])
    counts = sending.tally.partitions.tolist()
    return job.receipt(
        batch,
        sent=account.enqueued,
        acked=None if job.guarantee is Guarantee.FIRE_AND_FORGET else account.delivered,
        bytes=sending.tally.bytes,
        digest=sending.tally.digest.hexdigest(),
        partitions={number: PartitionReceipt(count, begins.get(number), ends.get(number)) for number, count in enumerate(counts) if count},
        duration_s=time.monotonic() - started,
        warnings=warnings,
    )


def _record(job: _Job, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Writes what is in the topic into the ledger, where there is one; else a warning: the records are delivered all the same."""
    try:
        ledger = find_ledger(job.admin, patience_s=0)
        write(job.connection, ledger, [entry.record() for entry in entries], "entries")
    except SpringheadError as error:
        return (f"`springhead verify` cannot verify this batch, for it does not stand in the ledger: {error}",)
    return ()


class _Offsets:
    """Where the partitions ended before the first record. With acks 0 nothing is known of an end: the broker may not have written yet."""

    def __init__(self, admin: Admin, topic: TopicInfo, guarantee: Guarantee) -> None:
        self._admin, self._topic, self._known = admin, topic, guarantee is not Guarantee.FIRE_AND_FORGET
        # A topic that was created a moment ago is empty, and does not yet answer.
        self._before = dict.fromkeys(range(topic.partitions), 0) if topic.created else end_offsets(admin, topic)

    def bounds(self) -> tuple[dict[int, int], dict[int, int]]:
        """Where the partitions ended before the first record, and where they end now; empty where it is not known."""
        try:
            after = end_offsets(self._admin, self._topic) if self._known else {}
        except TransientError:
            after = {}  # every record is there: a broker that has gone since takes nothing away
        return (self._before if after else {}), after


def _warnings(batch: Batch, attempt: Attempt) -> tuple[str, ...]:
    if attempt.try_number == 1:
        return ()
    return (f"attempt {attempt.try_number}: up to {batch.records:,} records for each earlier attempt may be in the topic twice",)
