"""A connection is found where Airflow would find it, and none of its secrets is ever seen."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from springhead.errors import ConnectionSettingsError
from springhead.kafka.connection import SECRETS, Connection, find_connection, settings_file

EXTRA = {"bootstrap.servers": "localhost:9092", "acks": 1}
EXAMPLE = '{"bootstrap.servers": "localhost:9092", "client.id": "springhead", "acks": "all"}'


@pytest.fixture(autouse=True)
def clean_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AIRFLOW_CONN_MINE", "AIRFLOW_CONN_OTHER", "SPRINGHEAD_SETTINGS"):
        monkeypatch.delenv(variable, raising=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "airflow_settings.yaml"
    path.write_text(text, encoding="utf-8")
    return path


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


@pytest.mark.parametrize("extra", [None, ["hunter2"], 7, '["hunter2"]', "null", '"hunter2"'])
def test_an_extra_that_is_no_mapping_is_refused(extra: object) -> None:
    with pytest.raises(ConnectionSettingsError) as caught:
        Connection.from_extra("mine", extra)  # type: ignore[arg-type]
    assert str(caught.value) == f"connection 'mine': its extra is no mapping: write one such as {EXAMPLE}"


# find_connection, from the environment

URI_EXTRA = quote(json.dumps(EXTRA), safe="")


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (json.dumps({"conn_type": "kafka", "extra": EXTRA}), EXTRA),
        ("\n " + json.dumps({"conn_type": "kafka", "extra": json.dumps(EXTRA)}), EXTRA),
        ("kafka://?bootstrap.servers=localhost%3A9092&acks=1", {"bootstrap.servers": "localhost:9092", "acks": "1"}),
        ("kafka://?sasl.password=a%26b%2Bc%20d&client.id=", {"sasl.password": "a&b+c d", "client.id": ""}),
        (f"kafka://?__extra__={URI_EXTRA}", EXTRA),
        ("kafka://", {}),
    ],
)
def test_the_environment_gives_a_connection_in_each_of_airflows_forms(
    text: str, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MINE", text)
    assert find_connection("mine") == Connection("mine", settings)


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, "airflow: {connections: [{conn_id: mine, conn_type: kafka, conn_extra: {acks: 0}}]}")
    monkeypatch.setenv("AIRFLOW_CONN_MINE", "kafka://?acks=1")
    assert find_connection("mine", file).settings == {"acks": "1"}
    monkeypatch.setenv("AIRFLOW_CONN_MINE", "  ")  # as Airflow has it, an empty variable is none
    assert find_connection("mine", file).settings == {"acks": 0}


@pytest.mark.parametrize(
    "text", ["hunter2", '{"extra": {"sasl.password": "hunter2"}', "kafka://[hunter2", "localhost:hunter2 9092/x", "/hunter2"]
)
def test_a_variable_that_is_neither_json_nor_a_uri_is_refused_without_showing_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MINE", text)
    with pytest.raises(ConnectionSettingsError) as caught:
        find_connection("mine")
    assert str(caught.value) == f'AIRFLOW_CONN_MINE is neither JSON nor a URI: write {{"conn_type": "kafka", "extra": {EXAMPLE}}}'


def test_a_variable_without_an_extra_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MINE", json.dumps(EXTRA))  # the extra alone, without its wrapping
    with pytest.raises(ConnectionSettingsError, match="connection 'mine': its extra is no mapping"):
        find_connection("mine")


# find_connection, from a file


@pytest.mark.parametrize(
    "extra", ['{bootstrap.servers: "localhost:9092", acks: 1}', f"'{json.dumps(EXTRA)}'"], ids=["a mapping", "JSON in a text"]
)
def test_the_file_gives_a_connection(extra: str, tmp_path: Path) -> None:
    file = written(tmp_path, f"airflow:\n  connections:\n    - conn_id: mine\n      conn_type: kafka\n      conn_extra: {extra}\n")
    assert find_connection("mine", file) == Connection("mine", EXTRA)


def test_the_file_is_the_projects_own_unless_another_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_file().name == "airflow_settings.yaml"
    assert find_connection("kafka_default").settings["bootstrap.servers"]
    other = written(tmp_path, "airflow: {connections: [{conn_id: mine, conn_type: kafka, conn_extra: {acks: 1}}]}")
    monkeypatch.setenv("SPRINGHEAD_SETTINGS", str(other))
    assert settings_file() == other
    assert find_connection("mine").settings == {"acks": 1}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.yaml"
    with pytest.raises(ConnectionSettingsError) as caught:
        find_connection("mine", path)
    assert str(caught.value) == f"there is no connection 'mine' of type kafka: neither AIRFLOW_CONN_MINE nor {path} (no such file) has it."


def test_a_missing_connection_gets_the_nearest_id(tmp_path: Path) -> None:
    file = written(tmp_path, "airflow: {connections: [{conn_id: kafka_default, conn_type: kafka, conn_extra: {}}]}")
    with pytest.raises(ConnectionSettingsError) as caught:
        find_connection("kafka_defualt", file)
    assert str(caught.value) == (
        f"there is no connection 'kafka_defualt' of type kafka: neither AIRFLOW_CONN_KAFKA_DEFUALT nor {file} has it. Did you mean 'kafka_default'?"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "airflow:",
        "airflow: []",
        "airflow: {connections: }",
        "airflow: {connections: 7}",
        "airflow: {connections: {conn_id: mine}}",
        "airflow: {connections: [mine, 7, null, {conn_type: kafka}]}",
        "airflow: {connections: [{conn_id: mine, conn_type: http, conn_extra: {}}]}",
    ],
)
def test_a_file_without_the_connection_has_none(text: str, tmp_path: Path) -> None:
    with pytest.raises(
        ConnectionSettingsError, match=r"there is no connection 'mine' of type kafka: neither AIRFLOW_CONN_MINE nor .* has it"
    ):
        find_connection("mine", written(tmp_path, text))


def test_a_broken_connection_does_not_hide_another_one(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "airflow: {connections: [{conn_id: other, conn_type: kafka}, {conn_id: mine, conn_type: kafka, conn_extra: {acks: 1}}]}",
    )
    assert find_connection("mine", file).settings == {"acks": 1}
    with pytest.raises(ConnectionSettingsError, match="connection 'other': its extra is no mapping"):
        find_connection("other", file)


@pytest.mark.parametrize(
    "value", ["*hunter2", "!hunter2", "@hunter2", "%hunter2", "`hunter2", '"hunter2', "[hunter2", "{hunter2", "a: hunter2"]
)
def test_broken_yaml_is_refused_with_its_place_and_without_showing_the_line(value: str, tmp_path: Path) -> None:
    file = written(tmp_path, f"airflow:\n  connections:\n    - conn_extra:\n        sasl.password: {value}\n")
    with pytest.raises(ConnectionSettingsError) as caught:
        find_connection("mine", file)
    text = str(caught.value)
    assert text.startswith(f"{file}:")
    assert text.endswith(" is not YAML. A text that begins with one of @ * & ! % { [ needs quotes, a password too")
    assert int(text[len(str(file)) + 1 :].split(":")[0]) in (4, 5)  # an open bracket or quote is missed at the end of the file
    assert "hunter2" not in text


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"a: 2026-13-45", b"[" * 1_500, b"a: \x07"], ids=["no UTF-8", "no date", "deep", "bell"]
)
def test_a_file_that_cannot_be_read_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "airflow_settings.yaml"
    path.write_bytes(content)
    with pytest.raises(ConnectionSettingsError, match=r"airflow_settings\.yaml"):
        find_connection("mine", path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConnectionSettingsError, match="cannot be read"):
        find_connection("mine", tmp_path)


# Secrets


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
