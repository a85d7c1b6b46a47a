"""What a connection's settings become: each guarantee's own, and the user's tuning; and librdkafka takes them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

from springhead.cli.connections import find_connection
from springhead.errors import ConnectionSettingsError
from springhead.kafka.clients import make_client
from springhead.kafka.connection import Connection
from springhead.kafka.properties import CONSUMER
from springhead.kafka.settings import Guarantee, admin_settings, client_settings, guarantee_of
from springhead.kafka.topic_reader import _SETTINGS
from tests.unit.kafka.build import DEAD, SASL, connection, of

# docs/connections.md and delivery.md, word for word (and how soon a client connects again): not imported, for the contract is what is tested.
COMMON = {
    "bootstrap.servers": DEAD,
    "request.timeout.ms": 30_000,
    "compression.type": "lz4",
    "linger.ms": 50,
    "batch.num.messages": 10_000,
    "batch.size": 1_000_000,
    "queue.buffering.max.messages": 100_000,
    "queue.buffering.max.kbytes": 131_072,
    "socket.keepalive.enable": True,
    "reconnect.backoff.ms": 20,
    "allow.auto.create.topics": False,
    "delivery.report.only.error": True,
}
OWN = {
    Guarantee.FIRE_AND_FORGET: {"acks": "0", "message.timeout.ms": 30_000},
    Guarantee.LEADER: {"acks": "1", "max.in.flight.requests.per.connection": 1, "message.timeout.ms": 90_000},
    Guarantee.AT_LEAST_ONCE: {"acks": "all", "enable.idempotence": True, "message.timeout.ms": 90_000},
    Guarantee.EXACTLY_ONCE: {"acks": "all", "enable.idempotence": True, "message.timeout.ms": 90_000, "transaction.timeout.ms": 120_000},
}

# Guarantees


@pytest.mark.parametrize("guarantee", Guarantee)
def test_each_guarantee_has_exactly_the_settings_of_the_contract(guarantee: Guarantee) -> None:
    settings = client_settings(connection(), guarantee)
    assert settings == COMMON | OWN[guarantee]
    assert {key: type(value) for key, value in settings.items()} == {
        key: type(value) for key, value in (COMMON | OWN[guarantee]).items()
    }  # True is 1 to ==, but not to librdkafka


@pytest.mark.parametrize(
    ("acks", "guarantee"),
    [
        (0, Guarantee.FIRE_AND_FORGET),
        ("0", Guarantee.FIRE_AND_FORGET),
        (1, Guarantee.LEADER),
        ("1", Guarantee.LEADER),
        ("all", Guarantee.EXACTLY_ONCE),
        ("ALL", Guarantee.EXACTLY_ONCE),
        (-1, Guarantee.EXACTLY_ONCE),
        ("-1", Guarantee.EXACTLY_ONCE),
    ],
)
def test_acks_gives_the_guarantee_as_number_and_as_text(acks: object, guarantee: Guarantee) -> None:
    assert guarantee_of(connection(acks=acks)) is guarantee
    assert client_settings(connection(acks=acks), guarantee) == COMMON | OWN[guarantee]


@pytest.mark.parametrize(("partitions", "messages"), [(1, 40_000), (6, 60_000), (20, 100_000), (1000, 100_000)])
def test_the_queue_is_as_long_as_the_partitions_batches_need(partitions: int, messages: int) -> None:
    assert client_settings(connection(), Guarantee.EXACTLY_ONCE, None, partitions)["queue.buffering.max.messages"] == messages
    given = connection(queue_buffering_max_messages=7)
    assert client_settings(given, Guarantee.EXACTLY_ONCE, None, partitions)["queue.buffering.max.messages"] == 7


def test_without_acks_every_in_sync_replica_must_have_the_record() -> None:
    assert guarantee_of(connection()) is Guarantee.EXACTLY_ONCE


@pytest.mark.parametrize("acks", ["2x", 2, "2", True, False, 1.5, "", None, "none", [1], -2])
def test_acks_that_kafka_does_not_have_is_refused(acks: object) -> None:
    with pytest.raises(ConnectionSettingsError) as caught:
        guarantee_of(connection(acks=acks))
    assert str(caught.value) == f"connection 'k': acks {acks!r} is none of 0, 1 and all: write one of them"
    with pytest.raises(ConnectionSettingsError, match="connection 'k': acks "):
        client_settings(connection(acks=acks), Guarantee.AT_LEAST_ONCE)


@pytest.mark.parametrize("acks", ["0", "1", "all"])
@pytest.mark.parametrize("delivery", [guarantee.value for guarantee in Guarantee])
def test_a_stream_may_ask_for_less_and_never_for_more(acks: str, delivery: str) -> None:
    given, asked = {"0": 0, "1": 1, "all": 3}[acks], [guarantee.value for guarantee in Guarantee].index(delivery)
    if asked <= given:
        assert guarantee_of(connection(acks=acks), delivery).value == delivery
    else:
        with pytest.raises(
            ConnectionSettingsError, match=rf"^connection 'k': acks {acks} gives \w+, but .* asks for {delivery}: set acks to"
        ):
            guarantee_of(connection(acks=acks), delivery)


def test_a_stream_that_asks_for_more_is_told_what_to_change() -> None:
    with pytest.raises(ConnectionSettingsError) as caught:
        guarantee_of(connection(acks=1), "at_least_once")
    assert str(caught.value) == (
        "connection 'k': acks 1 gives leader, but the stream's delivery asks for at_least_once: set acks to all, or leave delivery out"
    )


def test_the_weaker_wish_of_a_stream_wins_over_the_connections_acks() -> None:
    assert client_settings(connection(acks="all"), Guarantee.LEADER)["acks"] == "1"


# Consumers' keys


def test_every_key_of_consumers_is_ignored(caplog: pytest.LogCaptureFixture) -> None:
    theirs = dict.fromkeys(CONSUMER, "whatever")
    with caplog.at_level(logging.INFO, "springhead"):
        assert client_settings(of(theirs), Guarantee.AT_LEAST_ONCE) == COMMON | OWN[Guarantee.AT_LEAST_ONCE]
        assert admin_settings(of(theirs)) == {"bootstrap.servers": DEAD, "socket.keepalive.enable": True, "reconnect.backoff.ms": 20}
    assert [record.getMessage() for record in caplog.records] == [
        f"connection 'k': {', '.join(sorted(CONSUMER))} are settings of consumers and have no effect here"
    ]


def test_airflows_own_default_connection_is_taken_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    theirs = of({"group.id": "my-group", "enable.auto.commit": True, "auto.offset.reset": "beginning"})
    with caplog.at_level(logging.INFO, "springhead"):
        admin_settings(theirs)
        client_settings(theirs, Guarantee.AT_LEAST_ONCE)
    assert [record.getMessage() for record in caplog.records] == [
        "connection 'k': auto.offset.reset, enable.auto.commit, group.id are settings of consumers and have no effect here"
    ]


def test_without_a_consumers_key_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "springhead"):
        client_settings(connection(), Guarantee.LEADER)
    assert not caplog.records


# Tuning


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("linger.ms", 5),
        ("linger.ms", 0.5),
        ("compression.type", "zstd"),
        ("batch.num.messages", 100),
        ("queue.buffering.max.kbytes", 1024),
        ("socket.keepalive.enable", "false"),
        ("request.timeout.ms", 5000),
        ("client.id", "springhead"),
        ("message.max.bytes", 2_000_000),
    ],
)
def test_the_users_tuning_wins_over_ours(key: str, value: object) -> None:
    assert client_settings(of({key: value}), Guarantee.AT_LEAST_ONCE)[key] == value


@pytest.mark.parametrize(("key", "alias"), [("linger.ms", "queue.buffering.max.ms"), ("compression.type", "compression.codec")])
def test_the_users_spelling_of_a_key_comes_after_ours_so_that_librdkafka_takes_it(key: str, alias: str) -> None:
    order = list(client_settings(of({alias: "1"}), Guarantee.AT_LEAST_ONCE))
    assert order.index(alias) > order.index(key)


def test_numbers_may_be_text_as_in_a_uri() -> None:
    settings = client_settings(of({"linger.ms": "7", "batch.size": "5000", "socket.keepalive.enable": "False"}), Guarantee.LEADER)
    assert (settings["linger.ms"], settings["batch.size"], settings["socket.keepalive.enable"]) == (7, 5000, "False")


@pytest.mark.parametrize(
    ("batch_size", "max_message_bytes", "expected"),
    [(None, 1_048_588, 1_000_000), (None, 500_000, 499_000), (200_000, 500_000, 200_000), ("600000", 500_000, 499_000), (None, 600, 1)],
)
def test_no_batch_is_larger_than_the_topic_takes(batch_size: object, max_message_bytes: int, expected: int) -> None:
    given = {} if batch_size is None else {"batch.size": batch_size}
    assert client_settings(of(given), Guarantee.AT_LEAST_ONCE, max_message_bytes)["batch.size"] == expected


def test_the_admin_client_gets_the_way_to_the_cluster_and_nothing_of_producers() -> None:
    given = {
        **SASL,
        "acks": 1,
        "message.max.bytes": 200_000_000,
        "linger.ms": 5,
        "compression.type": "zstd",
        "client.id": "me",
        "socket.keepalive.enable": False,
    }
    assert admin_settings(of(given)) == {
        "bootstrap.servers": DEAD,
        "client.id": "me",
        "socket.keepalive.enable": "false",
        "reconnect.backoff.ms": 20,
        **SASL,
    }


# librdkafka agrees

GOOD: list[dict[str, Any]] = [
    {},
    {"acks": -1},
    {"acks": 0, "linger.ms": "0.5", "compression.type": "zstd"},
    {"queue.buffering.max.ms": 5, "compression.codec": "gzip", "batch.size": 1, "socket.keepalive.enable": "false"},
    {**SASL},
    {**SASL, "sasl.mechanism": "scram-sha-256"},
    {**SASL, "sasl.mechanisms": "PLAIN"},
    {**SASL, "security.protocol": "Sasl_Plaintext", "sasl.mechanism": "SCRAM-SHA-512"},
    {"security.protocol": "SSL", "enable.ssl.certificate.verification": False, "allow_insecure_tls": True},
    {"linger.ms": 29_999, "receive.message.max.bytes": 52_429_312, "message.max.bytes": 1_000_000_000},
    {"enable.ssl.certificate.verification": "t", "group.id": "my-group", "client.id": "a b ü", "reconnect.backoff.ms": 100.0},
]


@pytest.mark.parametrize("extra", GOOD, ids=lambda extra: " ".join(extra) or "nothing")
@pytest.mark.parametrize("guarantee", Guarantee)
def test_librdkafka_takes_what_we_give(extra: dict[str, Any], guarantee: Guarantee) -> None:
    given = of(extra)
    callbacks: dict[str, Callable[..., None]] = {"on_delivery": lambda error, message: None, "error_cb": lambda error: None}
    make_client(Producer, given, {**client_settings(given, guarantee, 1_048_588), **callbacks})
    make_client(AdminClient, given, {**admin_settings(given), "error_cb": callbacks["error_cb"]})
    make_client(Consumer, given, {**admin_settings(given), **_SETTINGS}).close()


def test_librdkafka_takes_the_function_that_makes_tokens() -> None:
    given = of({"security.protocol": "sasl_ssl", "sasl.mechanism": "OAUTHBEARER", "oauth_cb": lambda config: ("token", time.time() + 3600)})
    make_client(Producer, given, client_settings(given, Guarantee.AT_LEAST_ONCE))  # confluent_kafka polls for it once a second


@pytest.mark.parametrize("id_", ["kafka_default", "kafka_acks_1", "kafka_acks_0", "kafka_sasl_ssl"])
def test_librdkafka_takes_the_connections_of_the_shipped_file(id_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPRINGHEAD_SETTINGS", raising=False)
    monkeypatch.delenv(f"AIRFLOW_CONN_{id_.upper()}", raising=False)
    shipped = find_connection(id_)
    here = Connection(id_, {**shipped.settings, "bootstrap.servers": DEAD})  # no test asks a name server
    make_client(Producer, here, client_settings(here, guarantee_of(here)))
    make_client(AdminClient, here, admin_settings(here))
