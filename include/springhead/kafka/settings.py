"""From a connection to the settings of librdkafka's clients: what each guarantee needs, and what holds unless the connection says otherwise."""

from __future__ import annotations

import logging
from enum import Enum
from typing import Any

from springhead.kafka.connection import Connection
from springhead.kafka.given_settings import acks_of, checked, wrong
from springhead.kafka.properties import CONSUMER

log = logging.getLogger("springhead")


class Guarantee(Enum):
    """What green means (docs/connections.md)."""

    FIRE_AND_FORGET = "fire_and_forget"
    LEADER = "leader"
    AT_LEAST_ONCE = "at_least_once"
    EXACTLY_ONCE = "exactly_once"


_BY_ACKS = {"0": Guarantee.FIRE_AND_FORGET, "1": Guarantee.LEADER, "all": Guarantee.EXACTLY_ONCE, "-1": Guarantee.EXACTLY_ONCE}
_ORDER = list(Guarantee)

_EVERY_CLIENT: dict[str, Any] = {
    "socket.keepalive.enable": True,
    # 100 unless told, and a client waits for half of it between its first connection, to a bootstrap server, and its second one: a transaction would begin 40 ms later.
    "reconnect.backoff.ms": 20,
}
_COMMON: dict[str, Any] = {
    "request.timeout.ms": 30_000,
    "compression.type": "lz4",
    "linger.ms": 50,
    "batch.num.messages": 10_000,
    "batch.size": 1_000_000,
    "queue.buffering.max.messages": 100_000,
    "queue.buffering.max.kbytes": 131_072,  # librdkafka's 1 GiB kills workers
    **_EVERY_CLIENT,
}
_MESSAGE, _LARGEST_MESSAGE = 1_000_000, 1_000_000_000  # librdkafka's message.max.bytes unless told, and its bound
_QUEUED = 10_000  # messages for each partition: some batches of 1 MB
_SHORTEST_QUEUE = 40_000  # some chunks of records
_FIXED: dict[str, Any] = {
    "allow.auto.create.topics": False,  # librdkafka's producer default is true: a typo would create a topic
    "delivery.report.only.error": True,
}
TRANSACTION_S = 120
_BY_GUARANTEE: dict[Guarantee, dict[str, Any]] = {
    Guarantee.FIRE_AND_FORGET: {"acks": "0", "message.timeout.ms": 30_000},
    Guarantee.LEADER: {"acks": "1", "max.in.flight.requests.per.connection": 1, "message.timeout.ms": 90_000},
    Guarantee.AT_LEAST_ONCE: {"acks": "all", "enable.idempotence": True, "message.timeout.ms": 90_000},
    # librdkafka refuses a transaction timeout below the message timeout, so its default of 60 s is too short. An attempt that died holds readers back for this long.
    Guarantee.EXACTLY_ONCE: {
        "acks": "all",
        "enable.idempotence": True,
        "message.timeout.ms": 90_000,
        "transaction.timeout.ms": TRANSACTION_S * 1000,
    },
}
_SHORTEST_TIMEOUT_MS: int = min(settings["message.timeout.ms"] for settings in _BY_GUARANTEE.values())


def guarantee_of(connection: Connection, delivery: str | None = None) -> Guarantee:
    """What the connection's acks give, or the weaker guarantee that the stream asks for.

    Raises:
        ConnectionSettingsError: acks is none of 0, 1, all; or the stream asks for more than they give.
    """
    given = _BY_ACKS[acks_of(connection)]
    if delivery is None:
        return given
    asked = Guarantee(delivery)
    if _ORDER.index(asked) > _ORDER.index(given):
        raise wrong(
            connection,
            "acks",
            f"{connection.settings.get('acks', 'all')} gives {given.value}, but the stream's delivery asks for {asked.value}: set acks to {_BY_GUARANTEE[asked]['acks']}, or leave delivery out",
        )
    return asked


def client_settings(
    connection: Connection, guarantee: Guarantee, max_message_bytes: int | None = None, partitions: int | None = None
) -> dict[str, Any]:
    """The settings of confluent_kafka.Producer, without callbacks.

    Args:
        max_message_bytes: the topic's max.message.bytes: no batch is larger, and a record may be as large unless the connection says otherwise.
        partitions: how many the topic has. The queue is only as long as their batches need, because a message that has left the CPU's cache costs more to send.

    Raises:
        ConnectionSettingsError: names the connection, the key, the cause and the remedy.
    """
    given = checked(connection, _SHORTEST_TIMEOUT_MS)
    if ignored := sorted(CONSUMER & connection.settings.keys()):
        log.info("connection '%s': %s are settings of consumers and have no effect here", connection.id, ", ".join(ignored))
    common = dict(_COMMON)
    if partitions is not None:
        common["queue.buffering.max.messages"] = min(_COMMON["queue.buffering.max.messages"], max(_SHORTEST_QUEUE, _QUEUED * partitions))
    settings = {**common, **given, **_FIXED, **_BY_GUARANTEE[guarantee]}
    if max_message_bytes is not None:
        settings["batch.size"] = min(settings["batch.size"], max(1, max_message_bytes - 1000))
        # Only the topic's limit counts. It is of what is compressed, librdkafka's of what is not: a small one of the topic is none of librdkafka's.
        settings.setdefault("message.max.bytes", min(max(max_message_bytes, _MESSAGE), _LARGEST_MESSAGE))
    return settings


def admin_settings(connection: Connection) -> dict[str, Any]:
    """The settings of confluent_kafka.admin.AdminClient, and of what reads.

    Raises:
        ConnectionSettingsError: as for `client_settings`.
    """
    given = _EVERY_CLIENT | checked(connection, _SHORTEST_TIMEOUT_MS)
    produce_only = {"acks", "message.max.bytes", *_COMMON} - _EVERY_CLIENT.keys()  # a large message.max.bytes raises fetch.max.bytes
    return {key: value for key, value in given.items() if key not in produce_only}
