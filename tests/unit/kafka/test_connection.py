"""A connection's settings are what its extra says, and none of its secrets is ever seen."""

from __future__ import annotations

import json
import pickle
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from springhead.errors import ConnectionSettingsError
from springhead.kafka.connection import SECRETS, Connection

EXTRA = {"bootstrap.servers": "localhost:9092", "acks": 1}
EXAMPLE = '{"bootstrap.servers": "localhost:9092", "client.id": "springhead", "acks": "all"}'


# from_extra


def test_an_extra_may_be_a_mapping_or_its_json() -> None:
    assert Connection.from_extra("mine", EXTRA) == Connection("mine", EXTRA)
    assert Connection.from_extra("mine", json.dumps(EXTRA)) == Connection("mine", EXTRA)


@pytest.mark.parametrize("extra", ["", " \n"])
def test_an_empty_extra_has_no_settings(extra: str) -> None:
    assert Connection.from_extra("mine", extra).settings == {}


def test_a_connection_does_not_change_with_the_mapping_it_came_from() -> None:
    extra = dict(EXTRA)
    connection = Connection.from_extra("mine", extra)
    extra["acks"] = 0
    assert connection.settings["acks"] == 1


def test_keys_are_texts_whatever_yaml_reads() -> None:
    assert Connection.from_extra("mine", {9092: "a", True: "b"}).settings == {"9092": "a", "True": "b"}  # type: ignore[dict-item]


@pytest.mark.parametrize("extra", ['{"sasl.password": "hunter2"', "sasl.password=hunter2", "{'sasl.password': 'hunter2'}"])
def test_broken_json_is_refused_without_showing_it(extra: str) -> None:
    with pytest.raises(ConnectionSettingsError) as caught:
        Connection.from_extra("mine", extra)
    assert str(caught.value) == f"connection 'mine': its extra is not JSON: write a mapping such as {EXAMPLE}"


@pytest.mark.parametrize("extra", [None, "null"])
def test_a_connection_without_an_extra_is_told_where_its_settings_belong(extra: str | None) -> None:
    with pytest.raises(ConnectionSettingsError) as caught:
        Connection.from_extra("mine", extra)
    assert str(caught.value) == f"connection 'mine' has no extra, where its settings belong: write one such as {EXAMPLE}"


@pytest.mark.parametrize("extra", [["hunter2"], 7, '["hunter2"]', '"hunter2"'])
def test_an_extra_that_is_no_mapping_is_refused(extra: object) -> None:
    with pytest.raises(ConnectionSettingsError) as caught:
        Connection.from_extra("mine", extra)  # type: ignore[arg-type]
    assert str(caught.value) == f"connection 'mine': its extra is no mapping: write one such as {EXAMPLE}"


def test_neither_repr_nor_str_shows_a_secret() -> None:
    connection = Connection("mine", {**EXTRA, **dict.fromkeys(SECRETS, "hunter2")})
    assert repr(connection) == "Connection(id='mine')"
    assert "hunter2" not in str(connection)
    assert "'bootstrap.servers': 'localhost:9092'" in str(connection)


@pytest.mark.parametrize("key", ["sasl.pasword", "sasl.jaas.config", "default", "basic.auth.user.info"])
def test_str_shows_no_value_of_a_key_it_does_not_know(key: str) -> None:
    assert str(Connection("mine", {key: "hunter2"})) == f"connection 'mine' {{'{key}': '***'}}"


@pytest.mark.parametrize("value", ["hunter2", 123456, 0, False])
def test_a_secret_need_not_be_a_text(value: object) -> None:
    assert Connection("mine", {"sasl.password": value}).mask(f"<{value}>") == "<***>"


def test_an_empty_secret_masks_nothing() -> None:
    connection = Connection("mine", {"sasl.password": "", "ssl.key.pem": None})
    assert connection.secrets == ()
    assert connection.mask("plain text") == "plain text"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("GET https://ann:hunter2@example.com/subjects", "GET https://***@example.com/subjects"),
        ("https://ann@example.com", "https://***@example.com"),
        ("https://ann:p/w@rd@example.com/x", "https://***@example.com/x"),
        ('{"a":"http://ann:x@h","b":"http://bob:y@h"}', '{"a":"http://***@h","b":"http://***@h"}'),
        ("http://ann:x@a http://bob:y@b", "http://***@a http://***@b"),
        ("https://example.com/subjects and ann@example.com", "https://example.com/subjects and ann@example.com"),
    ],
)
def test_the_user_part_of_a_url_is_masked(text: str, masked: str) -> None:
    assert Connection("mine", {}).mask(text) == masked


def test_the_longer_of_two_secrets_is_masked_whole() -> None:
    assert Connection("mine", {"sasl.password": "open", "ssl.key.password": "open-sesame"}).mask("open-sesame open") == "*** ***"


# A secret of asterisks could not be told from its own mask.
secret = st.text(st.characters(exclude_characters="*"), min_size=1, max_size=12)


@given(st.lists(secret, min_size=1, max_size=3), st.lists(st.text(max_size=8), min_size=4, max_size=4))
@example(["ab", "bc"], ["", "", "", ""])
@example(["a'b\"c\\", "ü\n"], ["://", "@", "x", ""])
@example(['"'], ["", "", "", "\\"])
def test_no_secret_survives_the_mask(secrets: list[str], around: list[str]) -> None:
    connection = Connection("mine", dict(zip(sorted(SECRETS), secrets, strict=False)))
    inner = (lambda value: value, lambda value: json.dumps(value)[1:-1], lambda value: repr(value)[1:-1])
    forms = [form(value) for value in secrets for form in (*inner, lambda value: quote(value, safe="", errors="surrogatepass"))]
    assume(not any("*" in text for text in around))
    text = "".join(f"{around[number % 4]}{form}" for number, form in enumerate(forms))
    masked = connection.mask(text)
    for form in forms:
        assert form not in masked


@given(st.dictionaries(st.sampled_from(sorted(SECRETS)), secret.map(lambda text: f"§{text}§"), min_size=1))
def test_no_secret_is_in_the_text_of_its_connection(secrets: dict[str, str]) -> None:
    connection = Connection.from_extra("mine", json.dumps({**EXTRA, **secrets}))
    for value in secrets.values():
        assert value not in str(connection)
        assert value not in repr(connection)
        assert repr(value)[1:-1] not in str(connection)


def test_a_connection_survives_pickling_for_a_worker() -> None:
    connection = Connection("mine", {**EXTRA, "sasl.password": "hunter2"})
    assert pickle.loads(pickle.dumps(connection)) == connection
