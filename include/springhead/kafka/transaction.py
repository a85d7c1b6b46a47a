"""A transaction: the records of one part of a batch and their ledger record, all or none of them visible to read_committed readers.

One producer for one transaction: librdkafka knows no transactions V2, so that a late EndTxn could decide a later transaction of the same epoch
(KAFKA-17754); each `init` raises the epoch.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import ConfigResource, DescribeClusterResult, ResourceType

from springhead.errors import (
    FencedError,
    RefusedError,
    SpringheadError,
    StoppedError,
    TransientError,
    UndecidedError,
)
from springhead.kafka.background import begun
from springhead.kafka.clients import FENCED, Admin, check_stop, unavailable
from springhead.kafka.connection import Connection
from springhead.kafka.delivery import FLUSH_S, Account, Delivery
from springhead.kafka.refusals import transaction_refusal
from springhead.kafka.settings import TRANSACTION_S, Guarantee
from springhead.kafka.topics import TopicInfo

# The timeout of one call of init_transactions, the only call that may be repeated after a timeout. Signals and the stop event wait no longer than this. Also, about
# every second or third call misses its answer and waits half a second longer (librdkafka 2.16.0), unless another call comes: the next slice finds the answer.
_SLICE_S = 0.01
_LOOK_S = 0.1  # while a commit is on its way: for the stop event
_AGAIN_S = 0.05  # between two tries of what librdkafka could not even ask for
_INIT_S = 60.0  # for a coordinator, and for the decision of an earlier attempt's transaction
_MORE_S = 15.0  # after the transaction's timeout, when the broker decides
_USUAL_MAX_MS = "900000"  # Kafka's transaction.max.timeout.ms unless told
_ABORT_S = 3.0  # a stopped task has five seconds
_STATISTICS_MS = 25  # librdkafka tells the epoch in its statistics only; one of them takes it 0.1 ms
_EPOCH_S = 0.5  # for the first statistics after `init`; where none come, an earlier attempt is taken for granted


class Transaction(Delivery):
    """A delivery within a transaction: `init`, `begin`, `send` …, `finish`, `record`, `commit`, in this order, and `close` in any case.

    Args:
        connection: where to.
        topic: as the broker describes it.
        transactional_id: of the part; a later `init` with the same one fences this transaction.
        stop: ends it within a few seconds.
        timeout_s: after which the broker aborts the transaction. Where the attempt dies, readers of its partitions are held back for as long.
        handover: as for `Delivery`.

    Raises:
        ConnectionSettingsError: the settings cannot be used.
    """

    def __init__(
        self,
        connection: Connection,
        topic: TopicInfo,
        transactional_id: str,
        stop: threading.Event | None = None,
        *,
        timeout_s: int = TRANSACTION_S,
        handover: str | None = None,
    ) -> None:
        self._id, self._transaction_s = transactional_id, timeout_s
        self._open = False
        self._epoch: int | None = None
        own = {"transactional_id": transactional_id, "transaction_timeout_ms": timeout_s * 1000, "statistics_interval_ms": _STATISTICS_MS}
        callbacks = {"stats_cb": self._hear_epoch}
        super().__init__(connection, Guarantee.EXACTLY_ONCE, topic, stop, handover=handover, callbacks=callbacks, **own)

    def init(self, abandoned: threading.Event | None = None) -> None:
        """Fences every earlier attempt at the part. When it returns, the last one's transaction is committed or aborted, and the result can be read.

        Args:
            abandoned: ends the call as the stop event does.

        Raises:
            BrokerUnavailableError: no coordinator answers.
            RefusedError: the user may not, or the cluster does not allow such transactions.
            StoppedError: one of both events is set.
        """
        deadline = time.monotonic() + _INIT_S
        while True:
            try:
                self._producer.init_transactions(_SLICE_S)
                return
            except KafkaException as error:
                self._hear()
                if error.args[0].code() != KafkaError._TIMED_OUT and not error.args[0].retriable():
                    raise self._why(error.args[0]) from None
            if check_stop(self._stop) or check_stop(abandoned):
                raise StoppedError(f"stopped while waiting for the transaction coordinator of '{self._id}'. A retry goes on from here")
            if time.monotonic() > deadline:
                raise unavailable(self._connection, self._watch)

    def has_forerunner(self) -> bool:
        """Whether an earlier attempt at the part may have sent something: `init` was not the first one of its id, or nobody knows."""
        deadline = time.monotonic() + _EPOCH_S
        while self._epoch is None and time.monotonic() < deadline:
            self._pause(_SLICE_S)
        return self._epoch != 0

    def _hear_epoch(self, statistics: str) -> None:
        """librdkafka's statistics; never raises."""
        if self._epoch is None:
            found = json.loads(statistics).get("eos", {})
            if found.get("producer_id", -1) >= 0:
                self._epoch = found["producer_epoch"]

    def end_left_open(self, partitions: Iterable[int]) -> None:
        """Ends what brokers have left open of earlier attempts, though their transactions are ended: it would come in with this one's commit.

        A coordinator takes partitions that have no leader for deleted, and leaves out their abort markers (KAFKA-20734, Kafka 4). A transaction with a record in each
        of them, which is aborted, brings the markers.

        Raises:
            FencedError: another attempt has taken over.
            TransientError: it could not be done.
            DeliveryError: a record was not delivered.
        """
        self.begin()
        for partition in partitions:
            self.record(self._topic, partition, b"", b"", time.time_ns() // 1_000_000)
        self._open = False
        try:
            _end(self._producer.abort_transaction, _ABORT_S)
        except KafkaException as error:
            raise self._why(error.args[0]) from None

    def begin(self) -> None:
        """Begins the transaction: no call to a broker."""
        self._producer.begin_transaction()
        self._open, self._watch.began = True, time.monotonic()

    def finish(self) -> Account:
        """Waits for all answers, as `Delivery.finish`."""
        self._handover.close()
        return super().finish()

    def _useless(self) -> bool:
        """A transaction in which a record has failed cannot be committed, and librdkafka keeps the others back until they time out."""
        return self.failing

    def record(self, topic: str, partition: int, key: bytes, value: bytes | None, timestamp_ms: int) -> None:
        """Adds a record of another topic, such as the ledger's, by a call of its own.

        Raises:
            DeliveryError: it was not delivered.
        """
        failures: list[KafkaError] = []
        try:
            self._producer.produce(
                topic, value, key, partition, on_delivery=lambda error, _: failures.append(error) if error else None, timestamp=timestamp_ms
            )
        except KafkaException as error:
            self._serve(self._producer.poll, 0)  # the watch may not have heard yet why
            raise self._watch.fatal or self._why(error.args[0]) from None
        deadline = time.monotonic() + self._timeout_s
        while len(self._producer) and time.monotonic() < deadline and not failures:
            self._serve(self._producer.flush, FLUSH_S)
            if self._watch.fatal is not None:
                raise self._watch.fatal
            if check_stop(self._stop):
                raise self.stopped()
        if failures or len(self._producer):
            raise self._why(failures[0] if failures else KafkaError(KafkaError._TIMED_OUT))

    def commit(self) -> None:
        """Commits; returns when it is certain.

        Raises:
            FencedError: another attempt has taken over, or the transaction took too long. Whether it was committed before that is not known.
            UndecidedError: anything else went wrong. The transaction may have been committed all the same: an error of a commit never says that it was not.
        """
        self._open = False  # from here on only the broker decides: an abort must not follow a commit whose answer was lost
        deciding = begun(f"commit {self._id}", _end, self._producer.commit_transaction, self._transaction_s + _MORE_S)
        while True:
            try:
                return deciding.result(timeout=_LOOK_S)
            except NotYet:
                self._hear()
            except KafkaException as error:
                self._hear()
                failure = self._why(error.args[0])
                if isinstance(failure, FencedError):
                    raise failure from None
                if error.args[0].code() == KafkaError._TIMED_OUT:
                    raise self._unconfirmed(str(unavailable(self._connection, self._watch))) from None
                raise UndecidedError(
                    self._told(f"the commit call failed, but the transaction may have been committed ({error.args[0].str()})")
                ) from None
            if check_stop(self._stop):
                raise self._unconfirmed("stopped while waiting for the answer")

    def _unconfirmed(self, why: str) -> UndecidedError:
        return UndecidedError(self._told(f"the commit was not confirmed ({why})"))

    def abort(self) -> None:
        """Throws the transaction away, within three seconds; where that fails, its timeout or the next `init` does it."""
        if not self._open:
            return
        self._open = False
        self._purge()
        with suppress(KafkaException):
            _end(self._producer.abort_transaction, _ABORT_S)

    def close(self) -> None:
        """Lets go of the producer; what is open is aborted."""
        self.abort()
        self._handover.close()

    def stopped(self) -> StoppedError:
        self.abort()
        return StoppedError(f"stopped: no record of this part of the batch is visible in topic '{self._topic}'. A retry sends it")

    def _hear(self) -> None:
        """Raises an error that makes further waiting useless. A refusal is left to the call itself, which reports it with a remedy."""
        self._serve(self._producer.poll, 0)  # the watch may not have heard yet why
        if self._watch.fatal is not None and not isinstance(self._watch.fatal, RefusedError):
            raise self._watch.fatal from None

    def _told(self, what: str) -> str:
        return self._connection.mask(f"transaction '{self._id}' by connection '{self._connection.id}': {what}")

    def _why(self, error: KafkaError) -> SpringheadError:
        """What an error of librdkafka means here."""
        code = error.code()
        if code in FENCED:
            self._watch(error)
            assert self._watch.fatal is not None
            return self._watch.fatal
        if refused := transaction_refusal(code, self._transaction_s):
            return RefusedError(self._told(refused))
        return TransientError(self._told(f"{error.str()}. A retry may help"))


def _end(call: Callable[[float], None], seconds: float) -> None:
    """commit_transaction or abort_transaction, with one timeout. Never again after it has passed.

    librdkafka's thread still answers the request of a call that has timed out, and the next call takes that answer for its own (librdkafka 2.16.0,
    rdkafka_txnmgr.c): it can return before the coordinator has answered, even with success. docs/decisions/014.

    Raises:
        KafkaException: of the last try.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return call(max(deadline - time.monotonic(), 0))
        except KafkaException as error:
            if error.args[0].code() == KafkaError._TIMED_OUT or not error.args[0].retriable() or time.monotonic() > deadline:
                raise
        time.sleep(_AGAIN_S)


def longest_transaction_s(admin: Admin) -> float:
    """How long the cluster lets a transaction be open: transaction.max.timeout.ms of one of its brokers; Kafka's default where that is not told.

    Raises:
        BrokerUnavailableError: no broker answers.
        ConnectionSettingsError: the credentials are wrong.
    """
    try:
        cluster: DescribeClusterResult = admin.wait(admin.ask("describe_cluster"), "describing the cluster")
        broker = ConfigResource(ResourceType.BROKER, str(cluster.nodes[0].id))
        configs = admin.wait(admin.call("describe_configs", [broker])[broker], "describing the settings of a broker", acl="DescribeConfigs")
    except (KafkaException, RefusedError):
        configs = {}
    told = configs.get("transaction.max.timeout.ms")
    return int((told and told.value) or _USUAL_MAX_MS) / 1000
