"""The clients' errors say whose fault it is and whether a retry helps, and their log shows no secret."""

from __future__ import annotations

import logging
import socket
import threading
import time
from concurrent.futures import Future
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer, ThrottleEvent, TopicCollection

from springhead.errors import (
    BrokerUnavailableError,
    ConnectionSettingsError,
    FencedError,
    RefusedError,
    StoppedError,
    TerminalError,
    TransientError,
)
from springhead.kafka import clients
from springhead.kafka.clients import Admin, Watch, check_stop, logger_of, make_client, unavailable
from springhead.kafka.connection import Connection

DEAD = "127.0.0.1:1"
MINE = Connection("mine", {"bootstrap.servers": DEAD, "sasl.password": "hunter2"})


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "ANSWER_S", 0.2)
    monkeypatch.setattr(clients, "_SLICE_S", 0.02)


# Watch


@pytest.mark.parametrize("code", [KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED])
def test_a_refused_login_is_the_connections_fault(code: int) -> None:
    watch = Watch(MINE)
    watch(KafkaError(code, "Authentication failed for hunter2"))
    assert isinstance(watch.fatal, ConnectionSettingsError)
    assert str(watch.fatal) == (
        "connection 'mine': the broker does not accept sasl.username and sasl.password (Authentication failed for ***). "
        "Correct them, or the mechanism"
    )


def test_failed_tls_is_the_connections_fault() -> None:
    watch = Watch(MINE)
    watch(KafkaError(KafkaError._SSL, "certificate verify failed, hunter2"))
    assert isinstance(watch.fatal, ConnectionSettingsError)
    assert str(watch.fatal) == (
        "connection 'mine': no TLS connection (certificate verify failed, ***). Check security.protocol and ssl.ca.location"
    )


def test_a_fatal_error_is_a_refusal() -> None:
    watch = Watch(MINE)
    watch(KafkaError(KafkaError._FATAL, "producer fenced, hunter2", True))
    assert isinstance(watch.fatal, RefusedError)
    assert str(watch.fatal) == "connection 'mine': producer fenced, ***"


FENCED_NOW = "connection 'mine': the broker has fenced this attempt: "
QUOTA = (
    " A quota of the client or its user (producer_byte_rate, request_percentage) has held answers of the broker back, for up to 11.5 s each: "
    "raise it, or publish fewer records at a time"
)


def fenced(open_s: float, *held_back_s: float) -> str:
    """What a watch says of a transaction that has been open for so long."""
    watch = Watch(MINE, 120)
    watch.began = time.monotonic() - open_s
    for seconds in held_back_s:
        watch.throttled(ThrottleEvent("broker", 1, seconds))
    watch(KafkaError(KafkaError._FENCED, "fenced"))
    assert isinstance(watch.fatal, FencedError)
    return str(watch.fatal)


def test_a_fenced_attempt_is_told_both_reasons_while_its_transaction_is_young() -> None:
    assert fenced(3, 11.5) == (
        f"{FENCED_NOW}a newer attempt at the same batch has taken over, or the transaction was open longer than its 120 s. "
        "If no other attempt runs, a retry helps"
    )


def test_a_transaction_that_was_open_for_too_long_says_for_how_long_and_names_a_quota() -> None:
    old = f"{FENCED_NOW}the transaction was open for 133 s, longer than its 120 s, or a newer attempt at the same batch has taken over."
    assert fenced(133) == f"{old} A retry helps if the way to the broker was slow for once; else publish fewer records at a time"
    assert fenced(133, 2.0, 11.5, 0.0) == old + QUOTA


@pytest.mark.parametrize("code", [KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT, KafkaError._RESOLVE])
def test_a_broker_that_is_away_may_come_back(code: int) -> None:
    watch = Watch(MINE)
    watch(KafkaError(code, "Connection refused, hunter2"))
    assert watch.fatal is None
    assert watch.last == "Connection refused, ***"


def test_no_answer_names_the_servers_the_reason_and_that_a_retry_may_help() -> None:
    watch = Watch(MINE)
    assert str(unavailable(MINE, watch)) == (
        f"connection 'mine': no broker answers at {DEAD}. Is it running, and is bootstrap.servers right? A retry may help"
    )
    watch(KafkaError(KafkaError._TRANSPORT, "Connection refused"))
    assert f"no broker answers at {DEAD} (Connection refused). " in str(unavailable(MINE, watch))


def test_where_something_listens_and_the_connection_has_no_login_the_likely_cause_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        servers = {"bootstrap.servers": f"127.0.0.1:{server.getsockname()[1]}"}
        hint = "Something listens there: if it is a broker that wants a login or TLS, set security.protocol in the connection"
        assert hint in str(unavailable(Connection("mine", servers), Watch(MINE)))
        assert hint not in str(unavailable(Connection("mine", {**servers, "security.protocol": "SASL_SSL"}), Watch(MINE)))


# The log


def test_the_log_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    logger = logger_of(MINE)
    with caplog.at_level(logging.DEBUG, logger.name):
        logger.warning("%s for %s at %d%%", "login", "hunter2", 100)
        logger.info("http://ann:word@host")
    assert [record.getMessage() for record in caplog.records] == ["login for *** at 100%", "http://***@host"]


def test_a_broker_that_is_away_is_told_of_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    logger = logger_of(Connection("away", {}))
    with caplog.at_level(logging.DEBUG, logger.name):
        for attempt in range(50):
            logger.warning("Connect to localhost:9092 failed: refused (after %dms)", attempt)
        logger.warning("Connect to elsewhere:9092 failed: refused (after 1ms)")
    assert [record.getMessage().split()[2] for record in caplog.records] == ["localhost:9092", "elsewhere:9092"]


def test_the_logger_masks_by_the_newest_connection_of_its_id_only() -> None:
    for password in ("one", "two"):
        logger = logger_of(Connection("again", {"sasl.password": password}))
    assert len(logger.filters) == 1


def test_librdkafka_itself_writes_to_the_masked_log(caplog: pytest.LogCaptureFixture) -> None:
    """The client's id holds the password, so that librdkafka's own line about the failure holds it."""
    connection = Connection("logged", {"bootstrap.servers": DEAD, "client.id": "hunter2-client", "sasl.password": "hunter2"})
    with caplog.at_level(logging.DEBUG, "springhead.kafka.logged"):
        producer = make_client(Producer, connection, {"bootstrap.servers": DEAD, "client.id": "hunter2-client"})
        deadline = time.monotonic() + 5
        while not caplog.records and time.monotonic() < deadline:
            producer.poll(0.02)
    texts = [record.getMessage() for record in caplog.records]
    assert any("***-client" in text and "refused" in text for text in texts)
    assert not any("hunter2" in text for text in texts)


# Admin


def admin(**settings: Any) -> Admin:
    return Admin(Connection("mine", {"bootstrap.servers": DEAD, **{key.replace("_", "."): value for key, value in settings.items()}}))


def failed(error: KafkaError) -> Future[None]:
    future: Future[None] = Future()
    future.set_exception(KafkaException(error))
    return future


def test_a_dead_port_is_given_up_in_about_the_answer_time(caplog: pytest.LogCaptureFixture) -> None:
    client = admin()
    begin = time.monotonic()
    with pytest.raises(BrokerUnavailableError) as caught:
        client.wait(client.call("describe_topics", TopicCollection(["orders"]))["orders"], "describing topic 'orders'")
    assert 0.1 < time.monotonic() - begin < 2
    assert isinstance(caught.value, TransientError)
    assert str(caught.value).startswith(f"connection 'mine': no broker answers at {DEAD} (")
    assert str(caught.value).endswith("). Is it running, and is bootstrap.servers right? A retry may help")
    assert "refused" in str(caught.value)


def test_the_broker_is_asked_for_no_longer_than_the_answer_time() -> None:
    client = admin()
    future = client.call("describe_topics", TopicCollection(["orders"]))["orders"]
    with pytest.raises(KafkaException, match="_TIMED_OUT"):
        future.result(timeout=2)


def test_a_call_that_never_ends_is_given_up_too() -> None:
    begin = time.monotonic()
    with pytest.raises(BrokerUnavailableError):
        admin().wait(Future(), "waiting")
    assert 0.1 < time.monotonic() - begin < 2


def test_a_call_that_is_waited_for_hears_the_stop() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError, match="stopped while counting"):
        admin().wait(Future(), "counting", stop)


def test_the_result_of_a_call_is_given() -> None:
    future: Future[int] = Future()
    future.set_result(7)
    assert admin().wait(future, "counting") == 7


@pytest.mark.parametrize(
    "code", [KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED]
)
def test_a_missing_permission_is_a_refusal_that_names_the_deed(code: int) -> None:
    with pytest.raises(RefusedError) as caught:
        admin(sasl_password="hunter2").wait(failed(KafkaError(code, "no, hunter2")), "describing topic 'orders'")
    assert str(caught.value) == "connection 'mine': describing topic 'orders' is not permitted (no, ***). Give its user the ACL Describe"


@pytest.mark.parametrize(
    "code",
    [
        KafkaError._TIMED_OUT,
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._DESTROY_BROKER,
        KafkaError.REQUEST_TIMED_OUT,
    ],
)
def test_a_call_that_times_out_may_be_tried_again(code: int) -> None:
    with pytest.raises(BrokerUnavailableError, match=f"no broker answers at {DEAD}.*A retry may help"):
        admin().wait(failed(KafkaError(code)), "describing")


@pytest.mark.parametrize("code", [KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED, KafkaError._SSL])
def test_a_call_that_fails_for_the_login_says_so_and_does_not_speak_of_acls(code: int) -> None:
    with pytest.raises(ConnectionSettingsError, match=r"connection 'mine': (the broker does not accept|no TLS connection)"):
        admin().wait(failed(KafkaError(code, "no")), "describing")


def test_the_login_is_the_cause_even_where_the_call_only_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """librdkafka tells the error's callback in poll(): a call that has failed already must hear it, too."""
    client = admin()

    class Late:
        def poll(self, timeout: float) -> int:
            client._watch(KafkaError(KafkaError._AUTHENTICATION, "no"))
            return 1

    monkeypatch.setattr(client, "_client", Late())
    with pytest.raises(ConnectionSettingsError, match=r"does not accept sasl\.username"):
        client.wait(failed(KafkaError(KafkaError._TIMED_OUT)), "describing")
    with pytest.raises(ConnectionSettingsError, match=r"does not accept sasl\.username"):
        client.wait(Future(), "describing")


def test_any_other_error_is_the_callers_to_judge() -> None:
    with pytest.raises(KafkaException, match="UNKNOWN_TOPIC_OR_PART"):
        admin().wait(failed(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)), "describing")


# make_client


def test_what_librdkafka_refuses_is_an_error_of_the_connection() -> None:
    with pytest.raises(ConnectionSettingsError) as caught:
        make_client(Producer, MINE, {"compression.type": "hunter2"})
    assert isinstance(caught.value, TerminalError)
    assert str(caught.value) == """connection 'mine': Invalid value "***" for configuration property "compression.codec\""""


def test_what_pythons_client_refuses_is_one_too() -> None:
    with pytest.raises(ConnectionSettingsError, match="connection 'mine': expected oauth_cb property as a callable"):
        make_client(Producer, MINE, {"oauth_cb": "hunter2"})


def test_a_token_service_that_is_away_may_come_back() -> None:
    """confluent_kafka waits 10 s for oauth_cb's first token, then says so with this code; here it says so at once."""

    def no_token(settings: dict[str, Any], logger: logging.Logger) -> None:
        raise KafkaException(KafkaError(KafkaError.SASL_AUTHENTICATION_FAILED, "OAuth token not set within 10 seconds timeout"))

    with pytest.raises(BrokerUnavailableError) as caught:
        make_client(no_token, MINE, {})
    assert str(caught.value) == (
        "connection 'mine': no token for OAUTHBEARER (OAuth token not set within 10 seconds timeout). Is its service there? A retry may help"
    )


def test_only_an_event_that_is_set_stops_a_run() -> None:
    event = threading.Event()
    assert [check_stop(None), check_stop(event)] == [False, False]
    event.set()
    assert check_stop(event)


def test_a_broker_that_nobody_has_started_is_not_asked_what_it_wants() -> None:
    """It may be one that starts, and whose other settings are right."""
    watch = Watch(MINE)
    watch(KafkaError(KafkaError._TRANSPORT, "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused"))
    watch(KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down"))
    assert not watch.closed
    closed = Watch(MINE)
    closed(KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down"))
    assert closed.closed
