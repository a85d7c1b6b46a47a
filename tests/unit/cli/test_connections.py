"""A connection is found where Airflow would find it."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from springhead.cli import airflow_connections, connections
from springhead.cli.connections import find_connection
from springhead.errors import ConnectionSettingsError
from springhead.folders import settings_file
from springhead.kafka.connection import Connection

EXTRA = {"bootstrap.servers": "localhost:9092", "acks": 1}
EXAMPLE = '{"bootstrap.servers": "localhost:9092", "client.id": "springhead", "acks": "all"}'

IN_THE_UI = ". Connections of Airflow's UI are found where AIRFLOW_HOME names that Airflow"


@pytest.fixture(autouse=True)
def clean_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AIRFLOW_CONN_MINE", "AIRFLOW_CONN_OTHER", "SPRINGHEAD_SETTINGS"):
        monkeypatch.delenv(variable, raising=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "airflow_settings.yaml"
    path.write_text(text, encoding="utf-8")
    return path


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
    with pytest.raises(ConnectionSettingsError, match="connection 'mine' has no extra, where its settings belong"):
        find_connection("mine")


# find_connection, from Airflow


@pytest.fixture
def in_airflow(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The extras of an Airflow that is installed and configured."""
    extras: dict[str, str] = {}
    monkeypatch.setattr(connections, "airflow_is_configured", lambda: True)
    monkeypatch.setattr(connections, "extra_from_airflow", extras.get)
    return extras


def test_a_configured_airflow_comes_before_the_file_and_behind_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_airflow: dict[str, str]
) -> None:
    file = written(tmp_path, "airflow: {connections: [{conn_id: mine, conn_type: kafka, conn_extra: {acks: 0}}]}")
    assert find_connection("mine", file).settings == {"acks": 0}
    in_airflow["mine"] = '{"acks": 1}'
    assert find_connection("mine", file).settings == {"acks": 1}
    monkeypatch.setenv("AIRFLOW_CONN_MINE", "kafka://?acks=all")
    assert find_connection("mine", file).settings == {"acks": "all"}
    with pytest.raises(ConnectionSettingsError, match=r"neither AIRFLOW_CONN_OTHER, nor Airflow nor .* has it"):
        find_connection("other", file)


def test_an_airflow_that_cannot_be_asked_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airflow_connections, "_ASK", "import sys; sys.exit('no such table')")
    with pytest.raises(
        ConnectionSettingsError, match="connection 'mine': Airflow, which the environment names, could not be asked for it: no such table"
    ):
        airflow_connections.extra_from_airflow("mine")
    monkeypatch.setattr(airflow_connections, "_ASK", """print('noise'); print('{"conn_type": "http", "extra": null}')""")
    with pytest.raises(ConnectionSettingsError, match="connection 'mine' in Airflow is of type http: give one of type kafka"):
        airflow_connections.extra_from_airflow("mine")
    monkeypatch.setattr(airflow_connections, "_ASK", "print('null')")
    assert airflow_connections.extra_from_airflow("mine") is None


def test_airflow_is_asked_without_the_modules_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fractions.py").write_text("raise SystemExit('not mine')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(airflow_connections, "_ASK", "import fractions; print('null')")
    assert airflow_connections.extra_from_airflow("mine") is None


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
    assert (
        str(caught.value)
        == f"there is no connection 'mine' of type kafka: neither AIRFLOW_CONN_MINE nor {path} (no such file) has it{IN_THE_UI}."
    )


def test_a_missing_connection_gets_the_nearest_id(tmp_path: Path) -> None:
    file = written(tmp_path, "airflow: {connections: [{conn_id: kafka_default, conn_type: kafka, conn_extra: {}}]}")
    with pytest.raises(ConnectionSettingsError) as caught:
        find_connection("kafka_defualt", file)
    assert str(caught.value) == (
        f"there is no connection 'kafka_defualt' of type kafka: neither AIRFLOW_CONN_KAFKA_DEFUALT nor {file} has it{IN_THE_UI}. Did you mean 'kafka_default'?"
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
    with pytest.raises(ConnectionSettingsError, match="connection 'other' has no extra, where its settings belong"):
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
