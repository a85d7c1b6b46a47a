"""A field as the partition: what it gives is where the record goes, and what the topic does not have is told before anything is sent."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import FieldError, OptionError, SpecError
from springhead.records.batch import Batch
from springhead.records.partitions import prove_partitions
from springhead.records.press import Press, records_of
from springhead.records.request import Request
from springhead.spec import load_stream
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, batch, rows, stream

FIELDS: dict[str, Any] = {"id": {"uuid": 4}, "n": {"integer": [0, 5]}, "shop": {"sequence": 0}}


def partitions(of: Batch, size: int | None = None) -> list[int]:
    return [number for made in records_of(of, size) for number in made.partitions.tolist()]


def test_a_weighted_choice_makes_a_hot_partition() -> None:
    found = Counter(partitions(batch(FIELDS, partition={"choice": {0: 80, 1: 15, 11: 5}}, partitions=12, records=20_000)))
    assert set(found) == {0, 1, 11}
    assert [round(found[number] / 20_000, 2) for number in (0, 1, 11)] == pytest.approx([0.8, 0.15, 0.05], abs=0.01)


def test_a_range_is_spread_evenly_and_the_key_is_left_out_of_it() -> None:
    found = Counter(partitions(batch(FIELDS, partition={"integer": [2, 4]}, key="{id}", records=6000)))
    assert set(found) == {2, 3, 4}
    assert all(abs(count - 2000) < 200 for count in found.values())


def test_it_may_be_made_of_other_fields() -> None:
    of = batch(FIELDS, partition={"expression": "5 - n"})
    made = [(json.loads(value or b"")["n"], partition) for made in records_of(of) for value, _, partition, *_ in rows(made)]
    assert all(partition == 5 - n for n, partition in made)


def test_per_a_field_gives_the_same_one_for_ever() -> None:
    of = batch(FIELDS, partition={"integer": [0, 5], "per": "n"}, records=2000)
    found = {(json.loads(value or b"")["n"], partition) for made in records_of(of) for value, _, partition, *_ in rows(made)}
    assert len(found) == 6


@given(st.integers(1, 80), st.booleans())
def test_it_depends_neither_on_chunks_nor_on_the_other_fields(size: int, alone: bool) -> None:
    field = {"choice": {0: 3, 1: 2, 4: 1}}
    fields = {"id": {"uuid": 4}} if alone else FIELDS
    assert partitions(batch(fields, partition=field, records=80), size) == partitions(batch(FIELDS, partition=field, records=80))


def test_no_other_value_of_the_record_changes_with_it() -> None:
    plain = [row[:2] + row[3:] for made in records_of(batch(FIELDS, key="{id}")) for row in rows(made)]
    other = [row[:2] + row[3:] for made in records_of(batch(FIELDS, key="{id}", partition={"integer": [0, 5]})) for row in rows(made)]
    assert plain == other


def test_a_number_in_its_place_pins_all_of_them() -> None:
    asked = Request(stream(FIELDS, partition={"integer": [0, 5]}), HOUR, partition=3)
    assert set(partitions(Batch.of(asked, TopicFacts(partitions=6)))) == {3}


def test_a_topic_of_which_nothing_is_known_has_as_many_as_the_field_names() -> None:
    for field, count in (({"integer": [0, 7]}, 8), ({"choice": [0, 3]}, 4), ({"constant": 2}, 3), ({"expression": "n"}, 1000), (5, 6)):
        assert Batch.of(Request(stream(FIELDS, partition=field), HOUR)).facts.partitions == count


@pytest.mark.parametrize("half", ["floor(n / 2)", "round(n / 2 - 0.25)", "n / 2.0 - (n % 2) / 2.0"])
def test_a_whole_number_of_an_expression_is_that_partition_however_it_was_reckoned(half: str) -> None:
    made = [row for chunk in records_of(batch(FIELDS, partition={"expression": half}, partitions=6)) for row in rows(chunk)]
    assert {(json.loads(value or b"")["n"] // 2, partition) for value, _, partition, *_ in made} == {(0, 0), (1, 1), (2, 2)}


class TestWhatTheTopicDoesNotHave:
    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ({"integer": [0, 6]}, "partition: 6 is not within 0 … 5: the topic things has 6 partitions"),
            ({"choice": {0: 99, 8: 1}}, "partition: 8 is not within 0 … 5: the topic things has 6 partitions"),
            ({"constant": -1}, "partition: -1 is not within 0 … 5: the topic things has 6 partitions"),
            (
                {"array": {"faker": "random_int"}, "length": 1},
                "partition: a partition is a whole number, and this field gives lists, objects or values of several types",
            ),
            ({"mix": [{"constant": 1}, {"integer": [4, 7]}]}, "partition: 7 is not within 0 … 5: the topic things has 6 partitions"),
        ],
    )
    def test_is_told_before_a_record_is_made_where_the_field_says_it(self, field: dict[str, Any], text: str) -> None:
        with pytest.raises(FieldError) as caught:
            Press(batch(FIELDS, partition=field))
        assert str(caught.value) == text

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ({"expression": "n + 1"}, "partition: 6 is not within 0 … 5: the topic things has 6 partitions"),
            ({"expression": "n - 1"}, "partition: -1 is not within 0 … 5: the topic things has 6 partitions"),
            (
                {"expression": "n * 0 + 0.5"},
                "partition: a partition is a whole number from 0 on, and this field gives 0.5: floor(…) makes whole ones",
            ),
            ({"expression": "n * 2.0"}, "partition: 10 is not within 0 … 5: the topic things has 6 partitions"),
            ({"sequence": 0}, "partition: 499 is not within 0 … 5: the topic things has 6 partitions"),
            (
                {"faker": "random_element", "with": {"elements": [0, 1.5]}},
                "partition: a partition is a whole number from 0 on, and this field gives '1.5'",
            ),
            (
                {"faker": "random_element", "with": {"elements": [0, -1]}},
                "partition: a partition is a whole number from 0 on, and this field gives '-1'",
            ),
        ],
    )
    def test_is_proven_before_the_first_record_is_sent_where_only_the_records_tell(self, field: dict[str, Any], text: str) -> None:
        with pytest.raises(FieldError) as caught:
            prove_partitions(batch(FIELDS, partition=field))
        assert str(caught.value) == text

    def test_and_what_it_has_is_proven_without_a_word(self) -> None:
        prove_partitions(batch(FIELDS, partition={"expression": "n"}))
        prove_partitions(batch(FIELDS, partition={"choice": [0, 1]}))
        prove_partitions(batch(FIELDS))

    def test_its_place_in_the_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "things.yaml").write_text("topic: t\npartition:\n  expression: n + 1\nfields: {n: {integer: [0, 5]}}\n")
        of = Batch.of(Request(load_stream(tmp_path / "things.yaml"), HOUR), TopicFacts(partitions=6))
        with pytest.raises(SpecError) as caught:
            prove_partitions(of)
        assert str(caught.value).splitlines()[0].endswith("things.yaml:3:3 partition: 6 is not within 0 … 5: the topic t has 6 partitions")

    def test_a_pinned_one_is_refused_as_before(self) -> None:
        with pytest.raises(OptionError, match=r"^partition: 6 is not within 0 … 5: the topic things has 6 partitions$"):
            batch(FIELDS, partition=6)


def test_keys_and_headers_take_fields_of_any_kind() -> None:
    for field in (
        {"uuid": 4},
        {"integer": [1, 5]},
        {"choice": ["a", "b"]},
        {"expression": "n * 2"},
        {"case": "n", "of": {0: {"constant": "x"}}, "default": {"constant": "y"}},
    ):
        made = next(records_of(batch(FIELDS, key=field, headers={"h": field}, records=20)))
        assert all(key is not None and dict(headers)["h"] for _, key, _, _, headers in rows(made))
