"""Exactly once: each part of a batch in a transaction together with its entry in the ledger (docs/delivery.md).

Why it is right: a part's records and its entry are committed together or not at all; `Transaction.init` ends every earlier attempt at the part before the
ledger is read, and a later attempt's ends this one. So an entry that is not found then comes from nobody else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from confluent_kafka.admin import OffsetSpec

from springhead.errors import DeliveryError, FencedError, PublishedError, RefusedError, StoppedError, TransientError
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.offsets import look_up
from springhead.kafka.settings import TRANSACTION_S, Guarantee
from springhead.kafka.topics import TopicInfo, check_allowed
from springhead.kafka.transaction import Transaction, longest_transaction_s
from springhead.ledger.entry import Attempt, Entry, PartitionReceipt, PartKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.progress import Progress
from springhead.publish.crash_points import crash_point
from springhead.publish.entries import Entries
from springhead.publish.sending import Sending, Tally
from springhead.publish.undelivered import undelivered
from springhead.records.batch import Batch
from springhead.records.engine import engine, versions_text

log = logging.getLogger("springhead")

_ENDS_S = 30.0  # for partitions without a leader to get one
_PART_S = 10  # that sending a part may take: four times what it takes beside the broker (docs/performance.md)
_ROUNDS = 3  # of one part in one attempt, each with a producer of its own


@dataclass(frozen=True, slots=True)
class Publication:
    """What an attempt found and did.

    Attributes:
        batch: with the partition count that its first part was published with.
        entries: of all parts, in order.
        sent: the numbers of the parts that this attempt published, from 1.
        warnings: what a reader should know.
    """

    batch: Batch
    entries: Sequence[Entry]
    sent: Sequence[int]
    warnings: tuple[str, ...] = ()

    def partitions(self) -> dict[int, PartitionReceipt]:
        """By partition: its records, and where the first part that wrote to it began and the last one ended."""
        found: dict[int, PartitionReceipt] = {}
        for entry in self.entries:
            for number, share in entry.partitions.items():
                before = found.get(number, PartitionReceipt(0, share.first_offset))
                found[number] = PartitionReceipt(before.records + share.records, before.first_offset, share.end_offset)
        return dict(sorted(found.items()))


class Once:
    """One attempt at a batch.

    Args:
        batch: as the topic's partition count is now.
        spec_keys: key of the spec → digest of what is written there.
        topic, connection, admin: where to.
        attempt: who publishes; stands in the ledger.
        republish: a token: publishes the batch once more, once for each token; None: not again.
        stop, progress: as for `springhead.publish.publish.publish`.
    """

    def __init__(
        self,
        batch: Batch,
        topic: TopicInfo,
        connection: Connection,
        admin: Admin,
        *,
        spec_keys: dict[str, str],
        attempt: Attempt,
        republish: str | None = None,
        stop: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._batch, self._topic, self._connection, self._admin = batch, topic, connection, admin
        self._spec_keys, self._attempt, self._republish = spec_keys, attempt, republish
        self._stop, self._progress = stop, progress
        self._parts = batch.parts()
        self._sending = Sending(batch, progress)
        self._made = 0  # parts that the sending has made
        self._warnings: list[str] = []

    def publish(self) -> Publication:
        """Publishes the parts that the ledger does not have.

        Raises:
            RefusedError: the user may not write to the topic, or not read or write the ledger; an atomic batch would take too long for the cluster.
            LedgerError: the ledger is missing or cannot be read: what was published is not known, and nothing is sent.
            PublishedError: the interval was published from another spec, to another topic of that name, or in part by another engine.
            FencedError: a newer attempt has taken over.
            UndecidedError: whether a part was committed could not be found out.
            SpringheadError: as `springhead.publish.publish.publish`.
        """
        self._timeout_s = self._transaction_timeout_s()
        self._sending.prepare()
        self._ledger = find_ledger(self._admin)
        check_allowed(self._admin, self._topic, "Write")
        check_allowed(self._admin, self._ledger, "Read", "Write")
        known: dict[int, Entry] = {}
        sent: list[int] = []
        with LedgerReader(
            self._admin, self._ledger, self._batch.stream.name, self._batch.interval, self._stop, self._end_earlier
        ) as self._reader:
            for part in range(1, len(self._parts) + 1):
                if part not in known:  # an entry that is there stays there: no transaction is needed to know it
                    entries, new = self._publish_part(part)
                    known |= entries
                    sent += [part] * new
        return Publication(self._batch, [known[part] for part in sorted(known)], sent, tuple(self._warnings))

    def _publish_part(self, part: int) -> tuple[dict[int, Entry], bool]:
        """The batch's entries, this part's among them, and whether this attempt has published it."""
        handover, failure = None, None
        for _ in range(_ROUNDS):
            with closing(self._transaction(part, handover)) as transaction:
                crash_point("start", part)
                transaction.init()
                crash_point("init", part)
                if part in (known := self._known()):
                    return known, False
                try:
                    entry = self._send(part, transaction)
                except (FencedError, StoppedError):
                    raise
                except TransientError as error:
                    if isinstance(error, DeliveryError) and transaction.tells_each:
                        raise  # it is known what failed, and that nothing was committed
                    failure, handover = error, "calls"  # which tells of each record that failed
                    log.warning("%s. Looking whether part %s is in the topic, with a new producer", error, part)
                else:
                    return {part: entry}, True
        assert failure is not None
        raise failure

    def _transaction(self, part: int, handover: str | None) -> Transaction:
        identity = self._key(part).transactional_id
        headers = bool(self._batch.stream.headers)
        return Transaction(
            self._connection, self._topic, identity, self._stop, timeout_s=self._timeout_s, headers=headers, handover=handover
        )

    def _transaction_timeout_s(self) -> int:
        """Of an atomic batch of more than a part: twice what it may take, and that has to be within what the cluster allows."""
        batch = self._batch
        parts = -(-batch.records // batch.part_size)
        if not batch.stream.atomic or parts == 1:
            return TRANSACTION_S
        needed, longest = parts * _PART_S, longest_transaction_s(self._admin)
        if 2 * needed > longest:
            raise RefusedError(
                f"{batch.stream.name}: atomic: {batch.records:,} records in one transaction may take {needed} s, more than half of the {longest:.0f} s for which the "
                "cluster lets a transaction be open (transaction.max.timeout.ms). Publish fewer, leave atomic out (the batch is sent in parts then), or raise that setting"
            )
        return max(TRANSACTION_S, 2 * needed)

    def _key(self, part: int) -> PartKey:
        return PartKey(self._batch.stream.name, self._batch.variant, self._batch.interval, self._batch.run_id, part)

    # What the ledger has

    def _known(self) -> dict[int, Entry]:
        """The batch's entries that count, by part.

        Raises:
            PublishedError: they are of something else.
        """
        if entries := self._ours(self._reader.read()):
            self._check(entries)
        return entries

    def _ours(self, entries: Sequence[Entry]) -> dict[int, Entry]:
        key = self._key(0)
        ours = {entry.part: entry for entry in entries if replace(entry.key, part=0) == key}
        if self._republish is not None:
            ours = {part: entry for part, entry in ours.items() if entry.republish == self._republish}
        return ours

    def _end_earlier(self) -> None:
        """Ends an attempt that died between a later part's entry and its commit: that part comes next to those in the ledger.

        It would hold back the ledger's end, and with it the proof of what was published, until its transaction's timeout.
        """
        known = self._ours(self._reader.heard())
        part = next((part for part in range(1, len(self._parts) + 1) if part not in known), 1)
        if part > 1:
            log.info("ending what an earlier attempt may have left open: part %s", part)
            with closing(self._transaction(part, None)) as transaction:
                transaction.init()

    def _check(self, entries: dict[int, Entry]) -> None:
        first = entries[min(entries)]
        if first.topic_id != self._topic.id:
            raise self._refused(
                f"to a topic '{first.topic}' (id {first.topic_id}) that is not there any more; the topic '{self._topic.name}' of today (id {self._topic.id}) is another one"
            )
        if first.topic_partitions != self._batch.partitions:
            self._recut(first.topic_partitions)
        complete = len(entries) == first.parts
        if first.spec_digest != self._batch.spec_digest and not (complete and self._same_bytes(entries)):
            changed = ", ".join(first.differing_keys(self._spec_keys)) or "a custom provider or a file"
            raise self._refused(
                f"from another spec: {changed} changed since (digest {first.spec_digest} then, {self._batch.spec_digest} now)"
            )
        if dict(first.engine) != engine():
            there = f"made by {versions_text(first.engine)}, and this is {versions_text(engine())}"
            if not complete:
                raise self._refused(
                    f"in part, {len(entries)} of {first.parts} parts, {there}: the rest would not fit. Finish it with those versions"
                )
            self._warnings.append(f"it was {there}: `springhead verify` needs those versions")
        if first.guarantee != Guarantee.EXACTLY_ONCE.value:
            self._warnings.append(
                f"it was published {first.guarantee}: some records may be in the topic twice, which `springhead verify` tells"
            )
        if first.parts != len(self._parts):
            raise self._refused(f"in {first.parts} parts, and would be cut into {len(self._parts)} now")

    def _recut(self, partitions: int) -> None:
        """The batch as its first part was made: the topic has more partitions by now."""
        if self._made:
            raise AssertionError("the partition count changed within one attempt")
        self._batch = replace(self._batch, partitions=partitions)
        self._sending = Sending(self._batch, self._progress)

    def _same_bytes(self, entries: dict[int, Entry]) -> bool:
        """Whether what would be published now is what was published then, although the spec is another one."""
        if entries[max(entries)].parts != len(self._parts):
            return False
        sending = Sending(self._batch)
        sending.skip(range(self._batch.records))
        return sending.tally.digest.hexdigest() == entries[max(entries)].digest

    def _refused(self, how: str) -> PublishedError:
        whose = f"{self._batch.stream.name}{f', variant {self._batch.variant}' if self._batch.variant else ''}"
        return PublishedError(
            f"{whose}: the interval {self._batch.interval} was published already, {how}. To publish it once more all the same, republish it with a token (the "
            f"form's field, or `springhead publish … --republish TOKEN`); to have it taken for unpublished: `springhead ledger {self._batch.stream.name} --forget "
            f"{self._batch.interval}`"
        )

    # What is sent

    def _send(self, part: int, transaction: Transaction) -> Entry:
        numbers = self._parts[part - 1]
        self._catch_up(part)
        before = self._sending.tally.copy()
        ends = self._ends()
        transaction.begin()
        self._sending.send(numbers, transaction)
        crash_point("produce", part)
        account = transaction.finish()
        if not account.complete or account.enqueued != len(numbers):
            self._sending.tally = before
            transaction.abort()
            raise undelivered(self._batch, self._topic, self._connection, Guarantee.EXACTLY_ONCE, account, numbers)
        crash_point("flush", part)
        try:
            entry = self._entry(part, before, ends)
            record = entry.record()
            assert record.value is not None
            transaction.record(self._ledger.name, record.partition, record.key, record.value, record.timestamp_ms)
            crash_point("entry", part)
            transaction.commit()
        except BaseException:
            self._sending.tally = before
            raise
        crash_point("committed", part)
        self._made = part
        return entry

    def _catch_up(self, part: int) -> None:
        """Makes the parts before this one that others have sent: the digest goes over all."""
        for earlier in range(self._made + 1, part):
            self._sending.skip(self._parts[earlier - 1])
            self._made = earlier

    def _ends(self) -> dict[int, int]:
        """Where the topic's partitions end now, open transactions included."""
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
        asked = dict.fromkeys(range(self._topic.partitions), latest)
        return look_up(self._admin, self._topic.name, asked, time.monotonic() + _ENDS_S, self._stop)

    def _entry(self, part: int, before: Tally, ends: dict[int, int]) -> Entry:
        made = Entries(self._batch, self._topic, self._spec_keys, self._attempt, Guarantee.EXACTLY_ONCE.value, self._republish)
        return made.entry(part, before, self._sending.tally, ends, self._ends())
