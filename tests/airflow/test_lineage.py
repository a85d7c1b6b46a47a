"""What OpenLineage is told: the cluster's name, and the types of the fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from springhead.kafka.connection import Connection
from springhead.spec import inline_stream
from springhead_airflow.lineage import namespace_of, read, schema_of, touched, written


@pytest.mark.parametrize(
    ("servers", "namespace"),
    [
        ("broker-1.example.com:9093,broker-2.example.com:9093", "kafka://broker-1.example.com:9093"),
        ("SASL_SSL://b:9094", "kafka://b:9094"),
        ("localhost", "kafka://localhost:9092"),
        (" [::1]:9095 ", "kafka://[::1]:9095"),
    ],
)
def test_a_cluster_is_named_by_its_first_broker(servers: str, namespace: str) -> None:
    assert namespace_of(Connection("c", {"bootstrap.servers": servers})) == namespace


def test_each_field_of_the_value_has_its_type_unless_only_faker_knows_it() -> None:
    fields = {
        "id": {"uuid": 4, "description": "of the order"},
        "n": {"integer": [1, 9]},
        "price": {"number": [1, 9], "decimals": 2},
        "paid": {"boolean": 0.5},
        "lines": {"array": {"integer": [1, 9]}, "length": [1, 3]},
        "to": {"object": {"city": {"constant": "Huế"}}},
        "secret": {"uuid": 4, "hidden": True},
        "who": {"faker": "name"},
    }
    told = list(schema_of(inline_stream({"name": "t", "topic": "t", "key": "{secret}", "fields": fields})))
    assert told[0] == ("id", "string", "of the order")
    assert [(name, type_) for name, type_, _ in told[1:7]] == [
        ("n", "long"),
        ("price", "decimal"),
        ("paid", "boolean"),
        ("lines", "array"),
        ("to", "struct"),
        ("who", None),
    ]


def test_a_task_that_has_not_published_has_written_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (written(None).outputs, read(None).inputs) == ([], [])
    stream, connection = (
        inline_stream({"name": "t", "topic": "t", "fields": {"a": {"uuid": 4}}}),
        Connection("c", {"bootstrap.servers": "b:1"}),
    )
    what = touched(stream, connection, {"topic": "t", "records": 5, "bytes": 70})
    (output,) = written(what).outputs
    assert (output.namespace, output.name) == ("kafka://b:1", "t")
    monkeypatch.setattr("springhead_airflow.lineage.find_spec", lambda _: None)
    assert touched(stream, connection, {"topic": "t", "records": 5}) is None
