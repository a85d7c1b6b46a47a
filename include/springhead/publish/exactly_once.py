"""Exactly once: each part of a batch in a transaction together with its entry in the ledger (docs/delivery.md).

Why it is right: a part's records and its entry are committed together or not at all; `Transaction.init` ends every earlier attempt at the part before the
ledger is read, and a later attempt's ends this one. So where the ledger has no entry of the part then, no other attempt can still add one.

Parts stand alone: an attempt touches only those that it was asked for. What they have to agree on, the topic's facts first, is decided before any of them:
for a batch of several parts by an entry of its own, the opening; for a batch of one part by that part's entry.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from confluent_kafka import IsolationLevel

from springhead.errors import (
    BrokerUnavailableError,
    DeliveryError,
    FencedError,
    ReadTimeoutError,
    RefusedError,
    StoppedError,
    TransientError,
)
from springhead.kafka.offsets import look_up_ends
from springhead.kafka.settings import TRANSACTION_S, Guarantee
from springhead.kafka.topics import check_allowed
from springhead.kafka.transaction import Transaction, longest_transaction_s
from springhead.ledger.entry import Entry, LedgerRecord
from springhead.ledger.key import BatchKey
from springhead.ledger.published import Published
from springhead.ledger.reader import LedgerReader
from springhead.publish.agreement import agree, check_cut
from springhead.publish.crash_points import crash_point
from springhead.publish.entries import entry_of, opening_of
from springhead.publish.job import Job, Outcome
from springhead.publish.sending import Sending
from springhead.publish.transactions import Transactions
from springhead.publish.undelivered import undelivered

log = logging.getLogger("springhead")

OPENING = 0  # the part that opens a batch of several

_ENDS_S = 30.0  # for partitions without a leader to get one
_PART_S = 10  # that sending a part may take: four times what it takes beside the broker (docs/performance.md)
_ROUNDS = 3  # of one part in one attempt, each with a producer of its own
_OPENING_ROUNDS = 12  # attempts that open a batch at the same moment fence one another: one of them gets through
_AGAIN_S = 0.1


class ExactlyOnce:
    """One attempt at a job."""

    def __init__(self, job: Job) -> None:
        self._job, self._batch = job, job.batch
        self._key = BatchKey.of(job.batch.request)
        self._wanted = sum(len(job.batch.parts[part - 1]) for part in job.parts)
        self._sending = Sending(self._batch, self._wanted, job.progress)
        self._stale_opening = False
        self._warnings: list[str] = []

    def publish(self) -> Outcome:
        """Publishes the parts that are asked for and that the ledger does not have.

        Raises:
            RefusedError: the user may not write to the topic, or not read or write the ledger; an atomic batch would take too long for the cluster.
            LedgerError: the ledger is missing or cannot be read: what was published is not known, and nothing is sent.
            PublishedError: the interval was published from another spec, to another topic of that name, or in part by another engine.
            FencedError: a newer attempt has taken over.
            UndecidedError: whether a part was committed could not be found out.
            SpringheadError: as `springhead.publish.publish.publish`.
        """
        job = self._job
        self._sending.prepare()
        sent: dict[int, Entry] = {}
        with self._ready(job.parts[0] if len(self._batch.parts) == 1 else None):
            published = self._open() if len(self._batch.parts) > 1 else Published(self._key, None, {})
            for part in job.parts:
                found, entry = (None, None) if part in published.entries else self._publish_part(part)
                published = found or published  # an entry that is there stays there: no transaction is needed to know it
                if entry is not None:
                    sent[part] = entry
                else:
                    self._sending.done += len(self._batch.parts[part - 1])
        opening = published.opening or opening_of(job, self._batch)
        entries = Published(self._key, opening, {**published.entries, **sent}).only(job.parts)
        if entries.lacks(job.parts):
            raise self._taken_back()
        records = sum(entry.records for entry in sent.values())
        return Outcome(self._batch, entries, records, entries.records, tuple(dict.fromkeys(self._warnings)), already=not sent)

    def open(self) -> None:
        """Opens the batch, where it has several parts and nobody has opened it, and publishes none of them.

        Raises:
            SpringheadError: as `publish`.
        """
        with self._ready():
            if len(self._batch.parts) > 1:
                self._open(ahead=False)
            else:
                self._checked(self._read())

    @contextmanager
    def _ready(self, ahead: int | None = None) -> Iterator[None]:
        """With the ledger at hand, and transactions; at the end nothing is made any more.

        Args:
            ahead: the part whose transaction is initialised while the ledger is looked at; None: none.

        Raises:
            RefusedError: the user may not write to the topic, or not read or write the ledger.
            LedgerError: there is none.
        """
        job = self._job
        self._transactions = Transactions(job, self._key, self._transaction_timeout_s())
        check_allowed(job.admin, job.topic, "Write")
        with ExitStack() as stack:
            stack.callback(lambda: self._sending.close())  # the one that is used by then
            stack.enter_context(self._transactions)
            if ahead is not None:
                self._transactions.initialise_ahead(ahead)
            self._ledger = job.found_ledger()
            check_allowed(job.admin, self._ledger, "Read", "Write")
            reader = LedgerReader(job.admin, self._ledger, self._key.stream, self._key.interval, job.stop, self._end_earlier)
            self._reader = stack.enter_context(reader)
            self._reader.open()
            yield

    # The opening

    def _open(self, ahead: bool = True) -> Published:
        """What the ledger has of a batch of several parts; where it has nothing, the batch is opened first.

        Args:
            ahead: whether the first part's records are made meanwhile.

        Raises:
            PublishedError: it was opened or published as something else.
            TransientError: it could not be opened.
        """
        failure: TransientError | None = None
        for number in range(_OPENING_ROUNDS):
            if (published := self._checked(self._read())).opening is not None:
                return published
            time.sleep(_AGAIN_S * number)
            try:
                return self._opened_by_us(ahead)
            except FencedError as error:  # another attempt opens it at this moment
                failure = error
            except (StoppedError, BrokerUnavailableError, ReadTimeoutError):
                raise  # waited for long enough
            except TransientError as error:
                failure = error
                if number + 1 >= _ROUNDS:
                    break
                log.warning("%s. Looking whether the batch was opened, with a new producer", str(error).removesuffix("."))
        assert failure is not None
        raise failure

    def _opened_by_us(self, ahead: bool) -> Published:
        """Opens the batch, or finds that somebody else has."""
        with closing(self._transactions.take(OPENING)) as transaction:
            if (published := self._checked(self._read())).opening is not None:
                return published
            if ahead:
                self._begin(self._job.parts[0], transaction)
            transaction.begin()
            entry = Entry(self._key.part(OPENING), opening_of(self._job, self._batch), self._job.attempt)
            self._record(transaction, entry)
            # A batch of one part has no opening, and may be on its way at this moment, by an attempt that cuts the batch otherwise (atomic). Whoever initialised
            # part 1 before our record is ended here; whoever does so later waits for our decision before it has read the ledger.
            self._transactions.initialise(1)
            crash_point("opening")
            try:
                transaction.commit()
            except BaseException:
                self._transactions.drop(1)  # who opens the batch instead of us ends it
                raise
            return Published(self._key, entry.opening, {})

    # A part

    def _publish_part(self, part: int) -> tuple[Published | None, Entry | None]:
        """(what the ledger has, None) where it already has the part; else (None, the part's entry), published by this attempt."""
        handover, failure = None, None
        for _ in range(_ROUNDS):
            with closing(self._transactions.take(part, handover)) as transaction:
                self._begin(part, transaction)
                published = self._checked(self._read())
                if len(self._batch.parts) > 1 and published.opening is None:
                    raise self._taken_back()
                if part in published.entries:
                    return published, None
                following = next((later for later in published.lacks(self._job.parts) if later > part), None)
                if following is not None:
                    self._transactions.initialise_ahead(following)
                try:
                    entry = self._send(part, transaction, following)
                except (FencedError, StoppedError):
                    raise
                except TransientError as error:
                    if isinstance(error, DeliveryError) and transaction.tells_each:
                        raise  # it is known what failed, and that nothing was committed
                    failure, handover = error, "calls"  # which tells of each record that failed
                    log.warning("%s. Looking whether part %s is in the topic, with a new producer", str(error).removesuffix("."), part)
                else:
                    return None, entry
        assert failure is not None
        raise failure

    def _begin(self, part: int, transaction: Transaction) -> None:
        """The part's first chunks are made while brokers are waited for."""
        self._sending.begin(self._batch.parts[part - 1], transaction)

    def _send(self, part: int, transaction: Transaction, following: int | None) -> Entry:
        done = self._sending.done
        try:
            return self._sent(part, transaction, following)
        except BaseException:
            self._sending.done = done
            raise

    def _sent(self, part: int, transaction: Transaction, following: int | None) -> Entry:
        job, positions = self._job, self._batch.parts[part - 1]
        begins = self._ends()
        undecided = self._undecided(begins)
        if undecided and transaction.has_forerunner():
            self._end_left_open(transaction, undecided)
            begins = self._ends()
        transaction.begin()
        tally = self._sending.send(positions, transaction)
        if following is not None:
            self._begin(following, transaction)
        crash_point("produce", part)
        account = transaction.finish()
        if not account.complete or account.enqueued != tally.rows or tally.arrived != len(positions):
            transaction.abort()
            raise undelivered(self._batch, job.topic, job.connection, Guarantee.EXACTLY_ONCE, account, [positions], [tally])
        crash_point("flush", part)
        entry = entry_of(job, self._batch, part, tally, begins, self._ends())
        self._record(transaction, entry)
        if self._stale_opening:
            self._write(transaction, LedgerRecord.tombstone(self._key.part(OPENING)))
        crash_point("entry", part)
        transaction.commit()
        crash_point("committed", part)
        return entry

    def _record(self, transaction: Transaction, entry: Entry) -> None:
        self._write(transaction, entry.record())

    def _write(self, transaction: Transaction, record: LedgerRecord) -> None:
        transaction.record(self._ledger.name, record.partition, record.key, record.value, record.timestamp_ms)

    def _undecided(self, ends: dict[int, int]) -> list[int]:
        """The partitions in which transactions are open that began before these ends were looked up."""
        stable = self._ends(IsolationLevel.READ_COMMITTED)
        return [number for number, end in ends.items() if stable[number] < end]

    def _end_left_open(self, transaction: Transaction, undecided: Sequence[int]) -> None:
        """What is open may be an earlier attempt's; where it is another producer's, nothing happens to it."""
        log.info(
            "topic '%s' has open transactions in partitions %s: ending what an earlier attempt may have left there",
            self._job.topic.name,
            ", ".join(map(str, undecided)),
        )
        transaction.end_left_open(undecided)

    def _ends(self, isolation: IsolationLevel = IsolationLevel.READ_UNCOMMITTED) -> dict[int, int]:
        """Where the topic's partitions end now, open transactions included unless told."""
        partitions = max(self._job.topic.partitions, self._batch.facts.partitions)  # a sibling may have seen some that were added since
        return look_up_ends(self._job.admin, self._job.topic.name, partitions, _ENDS_S, self._job.stop, isolation=isolation)

    def _transaction_timeout_s(self) -> int:
        """The transaction's timeout. For an atomic batch larger than a part it is twice what sending may take, and has to be within what the cluster allows."""
        batch = self._batch
        parts = -(-batch.records // batch.part_size)
        if not batch.stream.atomic or parts <= 1:
            return TRANSACTION_S
        needed, longest = parts * _PART_S, longest_transaction_s(self._job.admin)
        if 2 * needed > longest:
            raise RefusedError(
                f"{batch.stream.name}: atomic: {batch.records:,} records in one transaction may take {needed} s, more than half of the {longest:.0f} s for which the "
                "cluster lets a transaction be open (transaction.max.timeout.ms). Publish fewer, leave atomic out (the batch is sent in parts then), or raise that setting"
            )
        return max(TRANSACTION_S, 2 * needed)

    # What the ledger has

    def _read(self) -> Published:
        entries = self._reader.read()
        check_cut(entries, self._key, self._batch, self._job)
        # What was published in several parts before, and is one part now: what opened them would be taken for its own.
        self._stale_opening = len(self._batch.parts) == 1 and any(entry.key == self._key.part(OPENING) for entry in entries)
        return Published.among(entries, self._key, self._job.republish)

    def _checked(self, published: Published) -> Published:
        """What the ledger has; the batch goes on with the facts that it was opened with: the topic may have more partitions by now.

        Raises:
            PublishedError: it is of something else.
        """
        if (opening := published.opening) is None:
            return published
        batch = self._batch if opening.facts == self._batch.facts else self._batch.on(opening.facts)
        self._warnings += agree(published, batch, self._job)
        if batch is not self._batch:
            if self._sending.begun:
                raise self._taken_back()
            self._sending.close()
            self._batch, self._sending = batch, Sending(batch, self._wanted, self._job.progress)
        return published

    def _taken_back(self) -> TransientError:
        return TransientError(
            f"{self._key}: its opening was taken back from the ledger, or replaced by that of another token, while it was published. A retry looks again"
        )

    def _end_earlier(self) -> None:
        """Ends what an earlier attempt of this worker may have left open when it died between an entry and its commit.

        Such a transaction holds back the ledger's end until its timeout; until then nobody can tell what was published. Only parts that this attempt was asked for
        are touched: the first that the ledger lacks, and the opening. If another attempt is opening the batch at this moment, it is fenced and tries again.
        """
        heard = Published.among(self._reader.heard(), self._key, self._job.republish)
        suspects: Sequence[int] = heard.lacks(self._job.parts)[:1]
        if len(self._batch.parts) > 1 and heard.opening is None:
            suspects = [OPENING, *suspects]
        for part in suspects:
            self._transactions.end_earlier(part)
