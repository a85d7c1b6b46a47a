"""What no connection may say: settings that a promise depends on, and values that librdkafka would take in silence; each with a clear error."""

from __future__ import annotations

import time
from typing import Any

import pytest

from springhead.errors import ConnectionSettingsError
from springhead.kafka.connection import SECRETS, Connection
from springhead.kafka.properties import CLIENT
from springhead.kafka.settings import Guarantee, client_settings
from tests.unit.kafka.build import PASSWORD, SASL, error_of, of

OWNED = """
    enable.idempotence transactional.id transaction.timeout.ms message.timeout.ms delivery.timeout.ms retries message.send.max.retries
    max.in.flight max.in.flight.requests.per.connection queuing.strategy enable.gapless.guarantee partitioner delivery.report.only.error
    metadata.broker.list default.topic.config request.required.acks allow.auto.create.topics
    on_delivery dr_cb dr_msg_cb error_cb log_cb stats_cb throttle_cb logger partitioner_cb
""".split()  # noqa: SIM905
FORBIDDEN = """
    test.mock.num.brokers test.mock.broker.rtt test.mock. plugin.library.paths ssl.engine.location ssl.engine.id ssl.engine.callback.data
    ssl.providers sasl.kerberos.kinit.cmd interceptors opaque debug topic.blacklist internal.termination.signal
""".split()  # noqa: SIM905

# What a connection may not set


@pytest.mark.parametrize("key", OWNED)
def test_a_key_that_the_guarantee_depends_on_is_refused(key: str) -> None:
    text = error_of({key: "1"})
    assert text.startswith(f"connection 'k': {key} is set by Springhead, for its guarantees depend on it. Remove it")


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("metadata.broker.list", "write bootstrap.servers"),
        ("request.required.acks", "write acks"),
        ("default.topic.config", "write its keys"),
    ],
)
def test_an_owned_key_with_another_name_says_which(key: str, instead: str) -> None:
    assert f"Remove it: {instead}" in error_of({key: "x"})


def test_acks_cannot_be_smuggled_in_by_a_nested_topic_config() -> None:
    assert "default.topic.config is set by Springhead" in error_of({"default.topic.config": {"acks": "0"}})


@pytest.mark.parametrize("key", FORBIDDEN)
def test_a_dangerous_key_is_refused_with_its_reason(key: str) -> None:
    text = error_of({key: "1"})
    assert text.startswith(f"connection 'k': {key} is not allowed: ")
    assert text.endswith(". Remove it")
    assert len(text) > len(f"connection 'k': {key} is not allowed: . Remove it") + 8  # a reason stands between


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("bootstrap.server", "bootstrap.servers"),
        ("Client.Id", "client.id"),
        ("BOOTSTRAP.SERVERS", "bootstrap.servers"),
        ("sasl.pasword", "sasl.password"),
        ("allow.insecure.tls", "allow_insecure_tls"),
        ("linger_ms", "linger.ms"),
    ],
)
def test_an_unknown_key_gets_the_nearest_name(key: str, meant: str) -> None:
    assert error_of({key: "hunter2"}) == f"connection 'k': {key} is no setting of librdkafka. Did you mean '{meant}'?"


def test_an_unknown_key_without_a_neighbour_is_to_be_removed() -> None:
    assert error_of({"xyzzy": "1"}) == "connection 'k': xyzzy is no setting of librdkafka: remove it"


@pytest.mark.parametrize("key", ["debugg", "plugin.library.path", "enable.idempotences", "partitioners", "transactional.ids"])
def test_no_suggestion_names_a_key_that_would_be_refused(key: str) -> None:
    assert not any(f"'{name}'" in error_of({key: "1"}) for name in (*OWNED, *FORBIDDEN))


def test_a_key_that_yaml_reads_as_a_number_is_an_unknown_key() -> None:
    assert "9092 is no setting" in error_of({9092: "x"})  # type: ignore[dict-item]


# Values that librdkafka would take in silence


@pytest.mark.parametrize("value", ["", " ", "\t", ",", " , "])
def test_an_empty_address_is_missing(value: str) -> None:
    text = """connection 'k': bootstrap.servers is missing: write the brokers' addresses, such as "localhost:9092\""""
    assert error_of({"bootstrap.servers": value}) == text
    with pytest.raises(ConnectionSettingsError, match=r"bootstrap\.servers is missing"):
        client_settings(Connection("k", {}), Guarantee.LEADER)


def test_a_user_in_an_address_is_refused_and_not_shown() -> None:
    text = "connection 'k': bootstrap.servers holds a user: write host:port alone, and the user into sasl.username and sasl.password"
    for value in ("me:sesame@127.0.0.1:9092", "127.0.0.1:1,SASL_SSL://me:sesame@127.0.0.1:9092"):
        assert error_of({"bootstrap.servers": value}) == text
        assert "sesame" not in str(of({"bootstrap.servers": value}))


@pytest.mark.parametrize("value", ["a\nb", "a\r", "\0", "a\x1bb", "\ud800"])
@pytest.mark.parametrize("key", ["client.id", "bootstrap.servers", "sasl.username"])
def test_a_line_break_or_control_character_is_refused(key: str, value: str) -> None:
    expected = f"connection 'k': {key} holds a line break or another control character: write one line of text"
    assert error_of({key: value}) == expected


def test_a_pem_has_lines_but_no_other_control_character() -> None:
    assert client_settings(of({"ssl.ca.pem": "a\r\nb\n"}), Guarantee.LEADER)["ssl.ca.pem"] == "a\r\nb\n"
    assert "ssl.ca.pem holds" in error_of({"ssl.ca.pem": "a\0b"})


@pytest.mark.parametrize("value", ["tls", "SSL_SASL", "", " ssl", True])
def test_an_unknown_protocol_is_refused_with_those_there_are(value: object) -> None:
    shown = repr("true" if value is True else value)
    assert error_of({"security.protocol": value}) == (
        f"connection 'k': security.protocol {shown} is none of plaintext, ssl, sasl_plaintext, sasl_ssl: write one of them"
    )


@pytest.mark.parametrize("protocol", ["plaintext", "PLAINTEXT", "ssl", "SSL", "Sasl_Plaintext", "sasl_ssl", "SASL_SSL"])
def test_the_protocol_may_be_in_capitals(protocol: str) -> None:
    assert client_settings(of({**SASL, "security.protocol": protocol}), Guarantee.LEADER)["security.protocol"] == protocol


@pytest.mark.parametrize("protocol", ["SASL_SSL", "sasl_plaintext"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "scram-sha-512"])
@pytest.mark.parametrize("missing", ["sasl.username", "sasl.password"])
@pytest.mark.parametrize("spelling", ["sasl.mechanism", "sasl.mechanisms"])
def test_a_login_needs_name_and_password(protocol: str, mechanism: str, missing: str, spelling: str) -> None:
    given = {"security.protocol": protocol, spelling: mechanism, **PASSWORD}
    expected = f"connection 'k': {missing} is missing: {mechanism.upper()} needs it"
    assert error_of({**given, missing: ""}) == expected
    del given[missing]
    assert error_of(given) == expected


def test_a_token_needs_no_password() -> None:
    given = {"security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER", "oauth_cb": lambda config: ("token", time.time() + 3600)}
    assert client_settings(of(given), Guarantee.LEADER)["oauth_cb"] is given["oauth_cb"]


def test_a_function_that_is_only_named_is_refused() -> None:
    assert error_of({"oauth_cb": "module.function"}) == "connection 'k': oauth_cb is no function: only Airflow can put one there. Remove it"


@pytest.mark.parametrize("mechanism", [None, ""])
def test_sasl_without_a_mechanism_is_told_which_there_are(mechanism: str | None) -> None:
    given = {"security.protocol": "SASL_SSL", **PASSWORD, **({} if mechanism is None else {"sasl.mechanism": mechanism})}
    assert error_of(given) == (
        "connection 'k': sasl.mechanism is missing: write one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, GSSAPI"
    )


def test_an_unknown_mechanism_is_refused() -> None:
    assert "sasl.mechanism 'SCRAM-SHA512' is none of PLAIN, SCRAM-SHA-256," in error_of({**SASL, "sasl.mechanism": "SCRAM-SHA512"})


@pytest.mark.parametrize("spelling", ["sasl.mechanism", "sasl.mechanisms"])
def test_the_mechanism_reaches_librdkafka_once_and_in_capitals(spelling: str) -> None:
    settings = client_settings(of({"security.protocol": "SASL_SSL", spelling: "plain", **PASSWORD}), Guarantee.LEADER)
    assert {key: value for key, value in settings.items() if key.startswith("sasl.mechanism")} == {"sasl.mechanism": "PLAIN"}


def test_both_spellings_of_the_mechanism_may_stand_if_they_agree() -> None:
    assert client_settings(of({**SASL, "sasl.mechanisms": "plain"}), Guarantee.LEADER)["sasl.mechanism"] == "PLAIN"
    assert error_of({**SASL, "sasl.mechanisms": "OAUTHBEARER"}) == (
        "connection 'k': sasl.mechanisms and sasl.mechanism differ (OAUTHBEARER, PLAIN): write one of them"
    )


@pytest.mark.parametrize("value", [False, "false", "False", "f", "0", 0, "no", ""])
def test_tls_that_checks_nothing_is_refused_however_it_is_written(value: object) -> None:
    text = error_of({"security.protocol": "ssl", "enable.ssl.certificate.verification": value})
    assert text.startswith("connection 'k': enable.ssl.certificate.verification ")
    assert text.endswith(" lets anybody pose as the broker: set allow_insecure_tls to true beside it if that is meant")


@pytest.mark.parametrize("meant", [False, None, "no", 0])
def test_insecure_tls_must_be_meant(meant: object) -> None:
    assert "lets anybody pose" in error_of({"enable.ssl.certificate.verification": False, "allow_insecure_tls": meant})


@pytest.mark.parametrize("meant", [True, "true", "True"])  # a URI has text only
def test_insecure_tls_is_taken_if_it_is_meant_and_our_own_key_stays_here(meant: object) -> None:
    settings = client_settings(of({"enable.ssl.certificate.verification": False, "allow_insecure_tls": meant}), Guarantee.LEADER)
    assert settings["enable.ssl.certificate.verification"] == "false"
    assert "allow_insecure_tls" not in settings


@pytest.mark.parametrize("value", [True, "true", "t", "1"])
def test_tls_that_checks_is_taken(value: object) -> None:
    client_settings(of({"enable.ssl.certificate.verification": value}), Guarantee.LEADER)


@pytest.mark.parametrize("key", ["bootstrap.servers", "client.id", "linger.ms", "sasl.password"])
@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "has no value: write one, or remove it"),
        ({"a": 1}, "is a mapping: write a text, a number, true or false"),
        (["a", "b"], "is a list: write a text, a number, true or false"),
    ],
)
def test_a_nested_or_absent_value_is_refused(key: str, value: object, what: str) -> None:
    assert error_of({key: value}) == f"connection 'k': {key} {what}"


@pytest.mark.parametrize("key", ["client.id", "ssl.ca.location"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(key: str, value: float) -> None:
    assert error_of({key: value}) == f"connection 'k': {key} {value} is no number: write one"


@pytest.mark.parametrize("key", ["request.timeout.ms", "batch.size", "queue.buffering.max.messages", "compression.level", "log_level"])
@pytest.mark.parametrize(
    "value", ["30s", "1e-5", "0x10", "", "many", "nan", float("nan"), float("inf"), 2**32 + 5, 10**400, 0.5, "0.5", True, False]
)
def test_a_number_that_librdkafka_would_misread_is_refused(key: str, value: object) -> None:
    assert error_of({key: value}) == f"connection 'k': {key} {value!r} is not valid here: write a whole number, without a unit"


@pytest.mark.parametrize("key", ["linger.ms", "queue.buffering.max.ms"])
def test_lingering_may_be_a_fraction_but_has_no_unit(key: str) -> None:
    assert client_settings(of({key: "0.5"}), Guarantee.LEADER)[key] == 0.5
    assert error_of({key: "5ms"}) == f"connection 'k': {key} '5ms' is not valid here: write a number, without a unit"


@pytest.mark.parametrize("servers", ["http://kafka:9092", "kafka:9092, SSL://kafka:9093"])
def test_an_address_with_another_scheme_than_the_protocols_is_refused(servers: str) -> None:
    """librdkafka leaves it out."""
    assert error_of({"bootstrap.servers": servers}) == (
        f"connection 'k': bootstrap.servers holds '{servers.split()[-1]}', which is no address by security.protocol plaintext: write host:port alone"
    )
    client_settings(of({"bootstrap.servers": "PLAINTEXT://kafka:9092"}), Guarantee.LEADER)


@pytest.mark.parametrize("key", ["linger.ms", "queue.buffering.max.ms"])
def test_lingering_longer_than_a_record_may_take_is_refused(key: str) -> None:
    """librdkafka names message.timeout.ms, which nobody may set here."""
    assert error_of({key: 30_000}) == (
        f"connection 'k': {key} 30000 is too long, for records have to be there by then: write less than 30000"
    )
    assert client_settings(of({key: 29_999}), Guarantee.FIRE_AND_FORGET)[key] == 29_999


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [("compression.type", "compression.codec", ("zstd", "gzip")), ("linger.ms", "queue.buffering.max.ms", (5, 50))],
)
def test_one_setting_by_two_names_has_one_value(one: str, other: str, values: tuple[Any, Any]) -> None:
    """librdkafka takes the last one in silence."""
    assert error_of({one: values[0], other: values[1]}) == (
        f"connection 'k': {one} and {other} differ ({values[0]}, {values[1]}): write one of them"
    )
    assert client_settings(of({one: values[0], other: values[0]}), Guarantee.LEADER)[other] == values[0]


def test_connections_that_are_closed_before_they_are_used_are_refused() -> None:
    assert error_of({"connections.max.idle.ms": 1}) == (
        "connection 'k': connections.max.idle.ms 1 closes connections before they are used: write 1000 or more, or remove it"
    )
    for kept in (0, 1000):
        assert client_settings(of({"connections.max.idle.ms": kept}), Guarantee.LEADER)["connections.max.idle.ms"] == kept


def test_too_little_room_for_answers_is_refused() -> None:
    """librdkafka names fetch.max.bytes, which has no effect here."""
    assert error_of({"receive.message.max.bytes": 1000}) == (
        "connection 'k': receive.message.max.bytes 1000 is too small for what is read: write 52429312 or more, or remove it"
    )


@pytest.mark.parametrize("value", ["false", False, "f", 0])
def test_what_only_a_kafka_of_long_ago_needs_is_refused(value: object) -> None:
    assert error_of({"api.version.request": value, "broker.version.fallback": "0.9.0"}) == (
        "connection 'k': api.version.request is off: librdkafka would talk as to a Kafka before 0.10. Remove it"
    )
    client_settings(of({"api.version.request": "true", "broker.version.fallback": "0.9.0"}), Guarantee.LEADER)


@pytest.mark.parametrize("key", sorted({"sasl.username", *SECRETS}))
@pytest.mark.parametrize("value", [83, 1.1, False])  # YAML's 0123, 1.10 and no
def test_a_password_that_yaml_does_not_read_as_text_is_refused_and_not_shown(key: str, value: object) -> None:
    assert error_of({key: value}) == f"connection 'k': {key} is no text: put it into quotes"


def test_no_error_shows_a_secret() -> None:
    for settings in (
        {"client.id": "sesame\n"},
        {"security.protocol": "sesame"},
        {"acks": "sesame"},
        {"sesame": 1},
        {"batch.size": "sesame"},
    ):
        assert "sesame" not in error_of({**settings, "sasl.password": "sesame"})


def test_every_owned_and_forbidden_name_is_one_that_somebody_could_write() -> None:
    """Guards the lists above: a name that librdkafka does not know would be refused without them, too."""
    callbacks = {"on_delivery", "dr_cb", "dr_msg_cb", "error_cb", "log_cb", "stats_cb", "throttle_cb", "logger", "partitioner_cb"}
    families = {name for name in FORBIDDEN if name.startswith(("test.mock.", "ssl.engine."))}
    assert {*OWNED, *FORBIDDEN} - callbacks - families - {"interceptors", "opaque"} <= CLIENT
