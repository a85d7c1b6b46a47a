"""Values of other formats than JSON, and partitions by a field, on the real broker: what Kafka's console consumer reads is what was made, once, and verifies."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dev.broker import Broker
from springhead.errors import PublishedError, SpecError
from springhead.publish.publish import publish
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import load_stream
from springhead.topic_facts import TopicFacts
from springhead.verify.verify import verify
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, expected, seen
from tests.unit.build import HOUR, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

FIELDS: dict[str, Any] = {
    "id": {"uuid": 4},
    "n": {"integer": [1, 9], "nulls": 0.2},
    "name": {"faker": "name", "locale": ["vi_VN", "ja_JP"]},
    "note": {"choice": ['say "hi"', "a,b", "two\nlines", "", None]},
}
BYTES = {"duplicate": 0.1, "truncated": 0.1, "corrupt_bytes": 0.1, "bad_encoding": 0.1, "oversized": 0.05, "drop": 0.05}
FORMS: dict[str, Any] = {"csv": "csv", "tabs": {"csv": {"delimiter": "\t"}}, "string": {"string": '{name} "{id}"'}}
PARTITIONS = 4


@pytest.mark.parametrize("form", FORMS)
def test_each_record_is_there_once_whatever_its_format_and_verifies(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, form: str
) -> None:
    topic = make_topic(partitions=PARTITIONS, **FOREVER)
    faults = BYTES if form == "string" else {**BYTES, "missing_field": 0.1, "null_field": 0.1, "extra_field": 0.1, "edge_case": 0.1}
    keys: dict[str, Any] = {"key": "{id}", "tombstones": 0.05, "partition": {"choice": {0: 80, 1: 15, 3: 5}}}
    request = Request(stream(FIELDS, topic=topic, format=FORMS[form], faults=faults, **keys), HOUR, records=1500)
    receipts = [publish(request, connection(broker), part_records=400) for _ in range(2)]
    assert [receipt.already_published for receipt in receipts] == [False, True]
    assert receipts[0].guarantee == "exactly_once"
    records = read_topic(topic)
    assert seen(records) == expected(Batch.of(request, TopicFacts(partitions=PARTITIONS), 400))
    assert set(Counter(record.partition for record in records)) == {0, 1, 3}
    sound = [(record.value or b"").decode() for record in records if not record.headers and record.value]
    if form == "string":
        assert all(re.fullmatch(r'.+ "[0-9a-f-]{36}"', value) for value in sound)
    else:
        read = [next(csv.reader(io.StringIO(value, newline=""), delimiter="\t" if form == "tabs" else ",", strict=True)) for value in sound]
        assert {len(row) for row in read} == {len(FIELDS)}
        assert {row[3] for row in read} == {'say "hi"', "a,b", "two\nlines", ""}
    assert verify(request, connection(broker), part_records=400).good


def test_another_value_of_a_parameter_is_another_spec_of_the_same_batch(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, tmp_path: Path
) -> None:
    topic = make_topic(partitions=2, **FOREVER)
    (tmp_path / "things.yaml").write_text(
        f'topic: {topic}\nparameters: {{most: 9, unit: kg}}\nrecords: 50\nfields: {{n: {{integer: [1, "${{most}}"]}}, u: {{constant: "${{unit}}"}}}}\n'
    )
    file = load_stream(tmp_path / "things.yaml")
    publish(Request(file, HOUR), connection(broker))
    same = publish(Request(file.with_parameters({"most": 9}), HOUR), connection(broker))
    assert same.already_published
    other = Request(file.with_parameters({"most": 5}), HOUR)
    with pytest.raises(PublishedError, match=r"was published already, from another spec") as caught:
        publish(other, connection(broker))
    assert "fields.n" in str(caught.value)
    assert {remedy.parameters for remedy in caught.value.remedies if remedy.parameters} == {(("most", "5"),)}
    assert verify(Request(file, HOUR), connection(broker)).good
    by_hand = publish(Request(other.stream, HOUR, run_id="manual__1"), connection(broker))
    assert (by_hand.already_published, len(read_topic(topic))) == (False, 100)
    assert verify(Request(other.stream, HOUR, run_id="manual__1"), connection(broker)).good


def test_a_partition_that_the_topic_does_not_have_stops_it_before_the_first_record(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, tmp_path: Path
) -> None:
    topic = make_topic(partitions=3, **FOREVER)
    for field in ("{integer: [0, 3]}", "{expression: n}"):
        (tmp_path / "things.yaml").write_text(
            f"topic: {topic}\nrecords: 50000\ndelivery: at_least_once\npartition: {field}\nfields:\n  n: {{expression: 'if(_number < 49999, 0, 3)'}}\n"
            if "n}" in field
            else f"topic: {topic}\ndelivery: at_least_once\npartition: {field}\nfields: {{n: {{uuid: 4}}}}\n"
        )
        with pytest.raises(SpecError, match=rf"partition: 3 is not within 0 … 2: the topic {topic} has 3 partitions"):
            publish(Request(load_stream(tmp_path / "things.yaml"), HOUR), connection(broker))
    assert read_topic(topic) == []
