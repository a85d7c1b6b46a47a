"""A batch is a pure function of its identity: however it is cut, wherever it is made."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import OptionError
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import Press, records_of
from springhead.records.request import Request
from springhead.spec import load_stream
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, batch, rows, stream
from tests.unit.examples import examples
from tests.unit.kernels import oracle
from tests.unit.records.build import FIELDS, GATHERED, GOLDEN, KEYS, all_rows, digest, golden, parts_of_records, shipped


def test_a_record_holds_what_its_spec_says() -> None:
    for value, key, partition, time, headers in all_rows(batch(FIELDS, **KEYS)):
        record = json.loads(value)
        assert list(record) == ["id", "first", "at", "customer", "note", "line", "price", "ok", "badge"]
        assert record["customer"]["tag"] == f"{record['first']}-{record['customer']['city']}"
        assert record["line"] == (
            None if record["note"] is None else f"{record['first']} {{{record['customer']['deep']['n']}}} {record['note']}"
        )
        assert HOUR.start_us <= time * 1000 < HOUR.end_us
        assert record["at"] == oracle.iso(time * 1000)
        assert key is not None
        assert key.decode().startswith(record["id"] + "/")
        assert partition == (oracle.java_murmur2(key) & 0x7FFFFFFF) % 6
        named = {"city": record["customer"]["city"].encode(), "fixed": b"f"} | (
            {} if record["note"] is None else {"note": record["note"].encode()}
        )
        assert dict(headers) == named


@examples(30)
@given(st.integers(1, 600))
def test_the_size_of_chunks_changes_no_byte(size: int) -> None:
    of = batch(FIELDS, **KEYS)
    assert all_rows(of, size) == all_rows(of)
    assert digest(of, size) == digest(of)


@examples(30)
@given(st.integers(1, 40), st.integers(1, 9), st.sampled_from([None, "{id}/{secret}"]), st.booleans())
def test_by_partition_they_are_the_same_records_and_in_the_same_order_within_each(
    n: int, partitions: int, key: str | None, headers: bool
) -> None:
    keys = {"key": key} | ({"headers": KEYS["headers"]} if headers else {})
    made = next(records_of(batch(FIELDS, records=n, partitions=partitions, **keys)))
    before = list(zip(made.positions.tolist(), rows(made), strict=True))
    sorted_ = made.by_partition()
    for buffer in (made.values.data, made.values.ends, made.partitions, made.timestamps_ms, made.ids, made.positions):
        buffer[:] = 0  # its arrays are its own
    after = list(zip(sorted_.positions.tolist(), rows(sorted_), strict=True))
    assert after == sorted(before, key=lambda pair: (pair[1][2], pair[0]))


@examples(30)
@given(st.permutations(range(12)), st.integers(1, 12))
def test_the_order_of_chunks_and_cutting_into_parts_change_no_byte(order: list[int], parts: int) -> None:
    of = batch(FIELDS, records=120, **KEYS)
    expected = all_rows(of)
    press = Press(of)
    made: dict[int, Any] = {}
    for block in order:
        positions = range(block * 10, block * 10 + 10)
        made |= dict(zip(positions, rows(press.records(positions)), strict=True))
    assert [made[n] for n in range(120)] == expected
    bounds = [120 * i // parts for i in range(parts + 1)]
    cut = [row for a, b in itertools.pairwise(bounds) for row in rows(Press(of).records(range(a, b)))]
    assert cut == expected


@given(st.sets(st.sampled_from(["first", "at", "price", "ok", "id"]), min_size=1), st.randoms())
def test_other_fields_and_their_order_change_no_value(kept: set[str], chance: Any) -> None:
    names = sorted(kept)
    chance.shuffle(names)
    whole = [json.loads(row[0]) for row in all_rows(batch(FIELDS, records=50))]
    some = [json.loads(row[0]) for row in all_rows(batch({name: FIELDS[name] for name in names}, records=50))]
    assert some == [{name: record[name] for name in names} for record in whole]


def test_interval_variant_seed_and_run_id_each_make_another_batch() -> None:
    keys: dict[str, Any] = {"variants": {"v": {"partition": 0}}}
    later = Interval.parse("2026-03-01T11:00Z/PT1H")
    drawn = {"id": FIELDS["id"]}
    batches = [
        batch(drawn, **keys),
        batch(drawn, later, **keys),
        batch(drawn, variant="v", **keys),
        batch(drawn, seed="other", **keys),
        batch(drawn, run_id="manual__1", **keys),
        batch(drawn, run_id="manual__2", **keys),
    ]
    values = [frozenset(row[0] for row in all_rows(of)) for of in batches]
    assert len(frozenset.union(*values)) == 6 * 500


def test_a_batch_beside_the_streams_own_has_other_records_and_another_one_others_still() -> None:
    def values(name: str | None) -> list[bytes]:
        made = Batch.of(Request(stream({"id": {"uuid": 4}}), HOUR, records=50, batch=name))
        return [value for chunk in records_of(made) for value in chunk.values.tolist()]

    batches = [values(name) for name in (None, "my_dag/publish/0", "my_dag/publish/1")]
    assert len({value for each in batches for value in each}) == 150
    assert values("my_dag/publish/0") == batches[1]


def test_event_times_ascend_within_the_interval() -> None:
    times = [row[3] for row in all_rows(batch(FIELDS, records=5000))]
    assert times == sorted(times)
    assert HOUR.start_us // 1000 <= times[0] <= times[-1] < HOUR.end_us // 1000


def test_records_without_key_spread_over_the_partitions_and_pinned_ones_do_not() -> None:
    drawn = [row[2] for row in all_rows(batch({"n": FIELDS["price"]}, records=6000))]
    assert all(abs(drawn.count(p) - 1000) < 150 for p in range(6))
    assert {row[2] for row in all_rows(batch({"n": FIELDS["price"]}, partition=3))} == {3}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"records": 0}, "records: 0 is not within 1 … 100,000,000"),
        ({"records": 100_000_001}, "records: 100000001 is not within 1 … 100,000,000"),
        ({"partition": 6}, "partition: 6 is not within 0 … 5: the topic things has 6 partitions"),
        ({"partition": -1}, "partition: -1 is not within 0 … 5: the topic things has 6 partitions"),
    ],
)
def test_an_option_out_of_range_is_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        Batch.of(Request(stream(FIELDS), HOUR, **options), TopicFacts(partitions=6))
    assert str(caught.value) == text


def test_a_unique_field_has_a_value_of_its_own_in_each_record_of_a_batch() -> None:
    of = batch({"name": {"faker": "name", "locale": ["en_US", "de_DE"], "unique": True}}, records=20_000)
    assert len({row[0] for row in all_rows(of)}) == 20_000


def test_records_beyond_the_values_of_a_unique_field_are_an_error_before_the_first_one_is_made() -> None:
    plate = {"faker": "numerify", "with": {"text": "B-##"}, "unique": True}
    assert len({row[0] for row in all_rows(batch({"car": {"object": {"plate": plate}}}, records=100))}) == 100
    with pytest.raises(OptionError) as caught:
        Press(batch({"car": {"object": {"plate": plate}}}, records=101))
    assert str(caught.value) == (
        "fields.car.plate: 'unique' needs a value of its own for each of the batch's 101 records, and Faker's 'numerify' with 'text' has 100 that are "
        "known to differ in 'en_US'. Make the batch smaller, name a method, arguments or locales with more values, or use a template that holds a "
        "{uuid: 4} field"
    )


def test_a_unique_field_has_the_values_it_always_had() -> None:
    of = batch(
        {"badge": FIELDS["badge"], "id": {"faker": "uuid4", "unique": True}, "name": {"faker": "name", "unique": True}}, records=2000
    )
    assert digest(of) == "c29a7c4d3d456953d911f334b0f436e6"


@pytest.mark.parametrize("name", GOLDEN)
def test_shipped_streams_have_the_bytes_they_always_had(name: str) -> None:
    assert golden(name) == GOLDEN[name]


FLAT = Path(__file__).parents[3] / "bench/streams/card_transactions.yaml"  # as it was shipped in generation 3

# What a reader saw of them in generation 3, when the digests of batches were made in another way.
SEEN: dict[str, tuple[Batch, dict[str, str]]] = {
    "registrations": (
        shipped("registrations", records=2000),
        {
            "values": "93648815ed630a18",
            "keys": "4bf7ecff9eae77ab",
            "partitions": "78a8390e85462f03",
            "timestamps": "1842223dc490ec2c",
            "headers": "840abb2a0e175962",
        },
    ),
    "addresses": (
        shipped("addresses", records=2000),
        {
            "values": "17e400f2c3b7916f",
            "keys": "4bf7ecff9eae77ab",
            "partitions": "9bab441cec79f5d5",
            "timestamps": "ee796a031fab969c",
            "headers": "840abb2a0e175962",
        },
    ),
    "card_transactions": (
        Batch.of(Request(load_stream(FLAT), HOUR, records=2000), TopicFacts(partitions=6)),
        {
            "values": "95871c27968593a3",
            "keys": "c1a3539c6dbd1a30",
            "partitions": "36b87d06d0324693",
            "timestamps": "67a4b605a89c6481",
            "headers": "840abb2a0e175962",
        },
    ),
    "a variant": (
        shipped("registrations", records=500, variant="partition_0"),
        {
            "values": "40c1db134e4ea53f",
            "keys": "cd894f91c67a01e2",
            "partitions": "429fe2571d7d40ed",
            "timestamps": "f0618995e7af8778",
            "headers": "ee829194863c224e",
        },
    ),
    "a manual run": (
        shipped("registrations", records=500, run_id="manual__1"),
        {
            "values": "cf15bb618b9f51bf",
            "keys": "cd894f91c67a01e2",
            "partitions": "c5354d13b7bc4205",
            "timestamps": "9d44756dfb790cc4",
            "headers": "ee829194863c224e",
        },
    ),
    "keys and headers": (
        batch(FIELDS, **KEYS),
        {
            "values": "2d612bc58ef523ed",
            "keys": "5861fcc5728f2cd0",
            "partitions": "82544b5d96c00cad",
            "timestamps": "74206cab7b1fd5f1",
            "headers": "1da4db60f19721c8",
        },
    ),
    "gathered rows": (
        batch(GATHERED),
        {
            "values": "b834724516c2f177",
            "keys": "cd894f91c67a01e2",
            "partitions": "5c35b67f9ece4cc8",
            "timestamps": "74206cab7b1fd5f1",
            "headers": "ee829194863c224e",
        },
    ),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_reader_sees_the_bytes_that_it_always_saw(name: str) -> None:
    of, seen = SEEN[name]
    assert parts_of_records(of) == seen
