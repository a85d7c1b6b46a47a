"""Records with arrays, maps, cases, mixes, expressions and optional fields, on the real broker: once, in parts, with faults, as Kafka's console consumer reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.broker import Broker
from springhead.publish.publish import publish
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from springhead.verify.verify import verify
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, expected, seen
from tests.unit.build import HOUR, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

FIELDS: dict[str, Any] = {
    "id": {"uuid": 4},
    "n": {"integer": [1, 3], "distribution": {"exponential": 1.6}},
    "lines": {"array": {"object": {"sku": {"regex": "[A-Z]{3}"}, "label": {"template": "{n}-{sku}"}}}, "length": [0, 4]},
    "tags": {"map": {"faker": "word"}, "values": {"decimal": [1, 9]}, "length": [0, 2]},
    "pay": {"case": "n", "of": {1: {"object": {"card": {"faker": "credit_card_number"}}}}, "default": {"faker": "iban"}},
    "who": {"mix": [{"faker": "name"}, {"object": {"city": {"csv": "places.csv", "column": "city"}}}], "nulls": 0.1},
    "fee": {"expression": "round(n * 1.37, 1)", "missing": 0.2},
    "why": {"choice": ["a", "b"], "when": "n > 1", "else": "missing"},
}
FAULTS = {
    "duplicate": 0.05,
    "wrong_type": {"share": 0.05, "fields": ["lines", "pay", "fee"]},
    "missing_field": 0.05,
    "truncated": 0.05,
    "drop": 0.02,
}
PARTITIONS = 3


def test_they_are_there_once_in_parts_and_verify(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(partitions=PARTITIONS, **FOREVER)
    keys: dict[str, Any] = {"key": {"case": "n", "of": {1: {"template": "one-{id}"}}, "default": {"uuid": 7}}, "tombstones": 0.05}
    request = Request(stream(FIELDS, topic=topic, faults=FAULTS, headers={"fee": {"expression": "n * 2"}}, **keys), HOUR, records=1500)
    receipts = [publish(request, connection(broker), part_records=400) for _ in range(2)]
    assert [receipt.already_published for receipt in receipts] == [False, True]
    records = read_topic(topic)
    assert seen(records) == expected(Batch.of(request, TopicFacts(partitions=PARTITIONS), 400))
    for record in records:
        if record.value and "springhead-fault" not in dict(record.headers):
            value = json.loads(record.value)
            assert all(line["label"] == f"{value['n']}-{line['sku']}" for line in value["lines"])
            assert (record.key or b"").startswith(b"one-") == (value["n"] == 1) == isinstance(value["pay"], dict)
            assert ("why" in value) == (value["n"] > 1)
            assert dict(record.headers)["fee"] == str(2 * value["n"]).encode()
    assert verify(request, connection(broker), part_records=400).good
