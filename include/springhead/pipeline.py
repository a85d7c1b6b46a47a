"""Publishing, from a stream to a receipt: the whole story, top down."""

from __future__ import annotations

import datetime as dt
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from springhead.batch import CHUNK, Batch
from springhead.digest import BatchDigest
from springhead.errors import DeliveryError, RefusedError, TransientError
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.delivery import REMEDIES, Account, Delivery, Refused
from springhead.kafka.handover import Prepared
from springhead.kafka.settings import Guarantee, guarantee_of
from springhead.kafka.topics import TopicInfo, check_in_sync, check_times, end_offsets, ensure_topic
from springhead.quantities import Interval, interval_before
from springhead.receipt import PartitionReceipt, Receipt
from springhead.records import Press, records_of
from springhead.spec import Stream, find_stream

_AHEAD = 3  # chunks that may wait between the thread that makes records and the one that sends them

Progress = Callable[[int, int], None]


def publish(
    stream: Stream,
    interval: Interval,
    connection: Connection,
    *,
    variant: str | None = None,
    run_id: str | None = None,
    records: int | None = None,
    partition: int | None = None,
    attempt: int = 1,
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
        attempt: from 1; a later one warns in its receipt of what an earlier one may have left.
        stop: set by another thread or a signal handler: ends the call within 5 s.
        progress: called with (records handed over, records of the batch) after each chunk.

    Raises:
        SpringheadError: a TerminalError where no retry helps, a TransientError where one may; with counts where records were lost.
    """
    started = time.monotonic()
    chosen = stream.with_variant(variant)
    guarantee = guarantee_of(connection, chosen.delivery)
    admin = Admin(connection)
    topic = ensure_topic(admin, chosen.topic, chosen.topic_config)
    batch = Batch.of(stream, interval, variant=variant, run_id=run_id, records=records, partition=partition, partitions=topic.partitions)
    check_times(topic, interval, dt.datetime.now(dt.UTC))
    if guarantee is Guarantee.AT_LEAST_ONCE:
        check_in_sync(topic)
    offsets = _Offsets(admin, topic, guarantee)
    delivery = Delivery(connection, guarantee, topic, stop)
    tally = _send(batch, delivery, progress)
    account = delivery.finish()
    if not account.complete:
        raise _undelivered(batch, topic, connection, guarantee, account)
    return Receipt(
        stream=stream.name,
        variant=variant,
        topic=topic.name,
        connection=connection.id,
        interval=str(interval),
        run_id=run_id,
        guarantee=guarantee.value,
        records=batch.records,
        sent=account.enqueued,
        acked=None if guarantee is Guarantee.FIRE_AND_FORGET else account.delivered,
        bytes=tally.bytes,
        digest=tally.digest.hexdigest(),
        spec_digest=batch.spec_digest,
        partition=batch.partition,
        topic_partitions=topic.partitions,
        partitions=offsets.receipts(tally.partitions.tolist()),
        duration_s=time.monotonic() - started,
        warnings=_warnings(batch, attempt),
    )


class _Offsets:
    """Where the partitions ended before the first record. With acks 0 nothing is known of an end: the broker may not have written yet."""

    def __init__(self, admin: Admin, topic: TopicInfo, guarantee: Guarantee) -> None:
        self._admin, self._topic, self._known = admin, topic, guarantee is not Guarantee.FIRE_AND_FORGET
        # A topic that was created a moment ago is empty, and does not yet answer.
        self._before = dict.fromkeys(range(topic.partitions), 0) if topic.created else end_offsets(admin, topic)

    def receipts(self, counts: list[int]) -> dict[int, PartitionReceipt]:
        """By partition, those that have got records."""
        try:
            after = end_offsets(self._admin, self._topic) if self._known else {}
        except TransientError:
            after = {}  # every record is there: a broker that has gone since takes nothing away
        before = self._before if after else {}
        return {number: PartitionReceipt(count, before.get(number), after.get(number)) for number, count in enumerate(counts) if count}


def _warnings(batch: Batch, attempt: int) -> tuple[str, ...]:
    if attempt == 1:
        return ()
    return (f"attempt {attempt}: up to {batch.records:,} records for each earlier attempt may be in the topic twice",)


class _Tally:
    """What was made: its digest, its bytes, its records by partition."""

    def __init__(self, partitions: int) -> None:
        self.digest = BatchDigest()
        self.bytes = 0
        self.partitions = np.zeros(partitions, np.int64)


def _send(batch: Batch, delivery: Delivery, progress: Progress | None) -> _Tally:
    """Makes and sends all records; ends early where one has failed."""
    tally = _Tally(batch.partitions)
    done = 0
    with _ahead(_prepared(batch, delivery, tally)) as chunks:
        for chunk in chunks:
            delivery.send(chunk)
            if delivery.failing:
                break
            done += chunk.rows
            if progress:
                progress(done, batch.records)
    return tally


def _prepared(batch: Batch, delivery: Delivery, tally: _Tally) -> Iterator[Prepared]:
    for made in records_of(batch):
        tally.digest.update(made)
        tally.bytes += made.values.used.size + (made.keys.used.size if made.keys else 0)
        tally.partitions += np.bincount(made.partitions, minlength=batch.partitions)
        yield delivery.prepare(made)


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


def _undelivered(
    batch: Batch, topic: TopicInfo, connection: Connection, guarantee: Guarantee, account: Account
) -> RefusedError | DeliveryError:
    """The error of a batch of which not every record was delivered: how many and why, the first one, and whether a retry helps."""
    failed = ", ".join(f"{code} {count:,}" for code, count in account.failed.most_common())
    counts = [f"{account.delivered:,} {'sent' if guarantee is Guarantee.FIRE_AND_FORGET else 'delivered'}"]
    if account.failed:
        counts.append(f"{account.failed.total():,} failed ({failed})")
    if account.remaining:
        counts.append(f"{account.remaining:,} without an answer")
    counts.append(f"{batch.records - account.enqueued:,} not sent")
    first = _place(batch, account.first)
    text = f"not every record reached topic '{topic.name}' by connection '{connection.id}': of {batch.records:,} records {', '.join(counts)}. The first was {first}. "
    if account.terminal:
        remedies = " ".join(dict.fromkeys(REMEDIES[code] for code in account.failed if code in REMEDIES))
        return RefusedError(connection.mask(f"{text}A retry cannot help. {remedies}"))
    again = f" A retry sends the whole batch again: {account.delivered:,} records may be there twice then." if account.delivered else ""
    return DeliveryError(connection.mask(f"{text}A retry may help.{again}"), account.failed, first)


def _place(batch: Batch, refused: Refused | None) -> str:
    """The record in words; it is made again."""
    if refused is None:
        return "not reported"
    number = _find(batch, refused) if refused.position is None else refused.position
    if number is None:
        return f"one of partition {refused.partition} ({refused.code})"
    made = Press(batch).records(np.array([number], np.uint64))
    time_text = dt.datetime.fromtimestamp(int(made.timestamps_ms[0]) / 1000, dt.UTC).isoformat(timespec="milliseconds")
    return f"record {number} (partition {int(made.partitions[0])}, {time_text}, {made.values.lengths[0]:,} bytes: {refused.code})"


def _find(batch: Batch, refused: Refused) -> int | None:
    """The number of a record of which librdkafka told the value and the partition, not the number."""
    press = Press(batch)
    for first in range(refused.since, batch.records, CHUNK):
        made = press.records(np.arange(first, min(first + CHUNK, batch.records), dtype=np.uint64))
        for number, (value, partition) in enumerate(zip(made.values.tolist(), made.partitions.tolist(), strict=True), first):
            if value == refused.value and partition == refused.partition:
                return number
    return None


def key_values(stream: Stream | str, records: int, interval: Interval | str | None = None) -> Iterator[tuple[str | None, bytes]]:
    """(key, value) of so many records of a stream: the `producer_function` of the Kafka provider's own ProduceToTopicOperator.

    That operator knows neither partitions nor timestamps nor headers, and only logs what was not delivered.

    Args:
        stream: its name, or the stream.
        records: how many.
        interval: whose batch, also as START/END; the last complete one unless given.
    """
    chosen = find_stream(stream) if isinstance(stream, str) else stream
    window = Interval.parse(interval) if isinstance(interval, str) else interval or interval_before(chosen.cron, dt.datetime.now(dt.UTC))
    for made in records_of(Batch.of(chosen, window, records=records, partitions=(chosen.partition or 0) + 1)):
        keys = made.keys.optional() if made.keys else [None] * made.rows
        for key, value in zip(keys, made.values.tolist(), strict=True):
            yield key.decode() if key is not None else None, value
