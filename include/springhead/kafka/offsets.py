"""Offsets of a topic's partitions by a look-up, asked for again until every leader has answered."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import OffsetSpec

from springhead.errors import BrokerUnavailableError, RefusedError, StoppedError
from springhead.kafka.clients import Admin, check_stop

NOTHING_LATER = -1  # where a look-up by time finds no record that is late enough
_AGAIN_S = 0.1

# What is said of a partition whose leader has changed, or is not known yet.
_UNSETTLED = frozenset(
    {
        KafkaError._NOENT,
        KafkaError._UNKNOWN_PARTITION,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.OFFSET_NOT_AVAILABLE,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.UNKNOWN_LEADER_EPOCH,
    }
)


def look_up(
    admin: Admin,
    topic: str,
    asked: Mapping[int, OffsetSpec],
    deadline: float,
    stop: threading.Event | None = None,
    *,
    isolation: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
) -> dict[int, int]:
    """The offset of each partition asked for; NOTHING_LATER where a look-up by time finds none.

    Args:
        deadline: on time.monotonic()'s clock.
        stop: ends the call within half a second.
        isolation: whether open transactions are included.

    Raises:
        BrokerUnavailableError: a partition's leader has not answered by then.
        StoppedError: the stop event is set.
        RefusedError: it may not be asked.
        ConnectionSettingsError: the credentials are wrong.
    """
    what = f"looking up offsets of topic '{topic}'"
    found: dict[int, int] = {}
    error = ""
    while True:
        missing = {TopicPartition(topic, number): spec for number, spec in asked.items() if number not in found}
        for at, future in admin.call("list_offsets", missing, isolation_level=isolation).items():
            try:
                offset = admin.wait(future, what, stop).offset
            except KafkaException as refused:
                error = admin.connection.mask(refused.args[0].str())
                if refused.args[0].code() not in _UNSETTLED:
                    raise RefusedError(f"connection '{admin.connection.id}': {what}: {error}") from None
            else:
                if offset >= NOTHING_LATER:  # silence is a lower number
                    found[at.partition] = offset
        if len(found) == len(asked):
            return found
        if check_stop(stop):
            raise StoppedError(f"stopped while {what}")
        if time.monotonic() > deadline:
            number = next(number for number in asked if number not in found)
            why = f" ({error})" if error else ""
            raise BrokerUnavailableError(
                f"connection '{admin.connection.id}': the offsets of topic '{topic}', partition {number} cannot be read{why}: it has no leader for now, or its broker "
                "does not answer. A retry may help"
            )
        _refresh(admin, topic, stop)
        time.sleep(_AGAIN_S)


def look_up_ends(
    admin: Admin,
    topic: str,
    partitions: int,
    patience_s: float,
    stop: threading.Event | None = None,
    *,
    isolation: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
) -> dict[int, int]:
    """Where each partition ends now. Raises as `look_up` does.

    Args:
        partitions: how many the topic has.
        patience_s: for partitions without a leader to get one.
        isolation: read_committed: where the first open transaction begins, if there is one.
    """
    latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    return look_up(admin, topic, dict.fromkeys(range(partitions), latest), time.monotonic() + patience_s, stop, isolation=isolation)


def _refresh(admin: Admin, topic: str, stop: threading.Event | None) -> None:
    """Makes librdkafka fetch the current leaders: by itself it goes on asking the former ones for minutes."""
    with contextlib.suppress(KafkaException, BrokerUnavailableError):  # the next look-up will tell
        admin.wait(admin.call("describe_topics", TopicCollection([topic]))[topic], f"describing topic '{topic}'", stop)
