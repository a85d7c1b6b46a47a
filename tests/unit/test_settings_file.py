"""airflow_settings.yaml as the script reads it that imports it outside the Astro CLI."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from dev.errors import DevError
from dev.settings import digest_of, imported, read_settings, was_imported
from springhead.cli.connections import find_connection
from springhead.kafka.settings import Guarantee, client_settings, guarantee_of


def test_the_shipped_file_has_a_connection_for_each_guarantee_and_a_secured_one() -> None:
    settings = read_settings()
    assert [entry.id for entry in settings.connections] == [
        "kafka_default",
        "kafka_acks_1",
        "kafka_acks_0",
        "kafka_consumer",
        "kafka_sasl_ssl",
    ]
    publishing = [entry for entry in settings.connections if entry.id != "kafka_consumer"]
    guarantees = [guarantee_of(find_connection(entry.id)) for entry in publishing]
    assert guarantees == [Guarantee.EXACTLY_ONCE, Guarantee.LEADER, Guarantee.FIRE_AND_FORGET, Guarantee.EXACTLY_ONCE]
    for entry, guarantee in zip(publishing, guarantees, strict=True):
        assert client_settings(find_connection(entry.id), guarantee)["client.id"] == "springhead"


def test_another_cluster_takes_the_place_of_the_local_one_only() -> None:
    moved = {entry.id: entry.extra["bootstrap.servers"] for entry in read_settings().with_bootstrap("127.0.0.1:9192").connections}
    assert moved["kafka_default"] == moved["kafka_acks_0"] == "127.0.0.1:9192"
    assert moved["kafka_sasl_ssl"] == "broker-1.example.com:9093,broker-2.example.com:9093"


def test_its_connections_are_variables_that_airflow_and_the_command_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in read_settings().with_bootstrap("127.0.0.1:9192").environment().items():
        monkeypatch.setenv(name, value)
    found = find_connection("kafka_acks_1", tmp_path / "nothing.yaml")
    assert (found.settings["bootstrap.servers"], found.settings["acks"]) == ("127.0.0.1:9192", 1)


def test_pools_variables_and_json_extras_are_read_and_the_template_of_the_astro_cli_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "airflow_settings.yaml"
    extra = json.dumps({"bootstrap.servers": "a:1"})
    file.write_text(
        "airflow:\n"
        "  connections:\n"
        f"    - {{conn_id: k, conn_type: kafka, conn_extra: '{extra}'}}\n"
        "    - {conn_id: , conn_type: , conn_extra: {example_extra_field: value}}\n"
        "  pools:\n"
        "    - {pool_name: p, pool_slot: 3, pool_description: d}\n"
        "    - {pool_name: , pool_slot: , pool_description: }\n"
        "  variables:\n"
        "    - {variable_name: v, variable_value: 1}\n"
    )
    settings = read_settings(file)
    assert [(entry.id, entry.extra) for entry in settings.connections] == [("k", {"bootstrap.servers": "a:1"})]
    assert [(pool.name, pool.slots) for pool in settings.pools] == [("p", 3)]
    assert settings.variables == (("v", "1"),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("connections: []\n", "the root key `airflow` is missing"),
        ("airflow: {connections: 3}\n", "airflow.connections must be a list of mappings"),
        ("airflow: {connections: [{conn_id: k, conn_type: kafka, conn_extra: '{'}]}\n", "conn_extra of k is neither a mapping nor JSON"),
        ("airflow: {connections: [{conn_id: k}]}\n", "connection k has neither conn_type nor conn_uri"),
        ("airflow: {pools: [{pool_name: p, pool_slot: many}]}\n", "pool_slot of p must be a whole number"),
        ("airflow: [\n", "cannot read"),
    ],
)
def test_what_is_no_such_file_is_told_with_the_entry(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "airflow_settings.yaml"
    file.write_text(text)
    with pytest.raises(DevError, match=complaint) as caught:
        read_settings(file)
    assert str(file) in str(caught.value)


def stored(**fields: object) -> SimpleNamespace:
    """A connection as Airflow has it."""
    plain = dict.fromkeys(("conn_type", "host", "schema", "login", "password", "port", "extra"))
    return SimpleNamespace(**{**plain, "conn_type": "kafka", **fields})


def test_a_connection_that_nobody_has_edited_is_known_by_its_description_and_one_that_was_edited_is_not() -> None:
    ours = stored(extra='{"bootstrap.servers": "a:1", "acks": "all"}')
    description = imported(digest_of(ours))
    assert was_imported(description, digest_of(stored(extra='{\n  "acks": "all",\n  "bootstrap.servers": "a:1"\n}', host="")))
    assert was_imported(f"mine, {description}", digest_of(ours))
    for edited in (
        {"extra": '{"bootstrap.servers": "b:1", "acks": "all"}'},
        {"extra": "{"},
        {"password": "p", "extra": ours.extra},
        {"conn_type": "http", "extra": ours.extra},
    ):
        assert not was_imported(description, digest_of(stored(**edited)))
    assert not was_imported(None, digest_of(ours))
