"""The truth tells of each record what a consumer cannot know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from springhead.errors import OptionError
from springhead.records.batch import Batch
from springhead.records.labelled import Labelled
from springhead.records.population import Population
from springhead.records.press import Press
from springhead.records.truth import truth_lines, truth_of
from springhead.spec import find_entity
from tests.unit.build import ENTITIES
from tests.unit.faults.build import every_kind, faulty, rows_of

BY: dict[str, Any] = {"duplicate": {"by": [0, 30]}, "oversized": {"bytes": 50}}


def told(of: Batch, parts: Sequence[int] | None = None, *, every: bool = False) -> list[dict[str, Any]]:
    return [json.loads(line) for lines in truth_of(of, parts, every=every) for line in lines.splitlines()]


def test_each_row_that_is_not_sound_has_a_line_with_all_that_a_consumer_sees_of_it() -> None:
    of = faulty(every_kind(0.2, **BY), tombstones=0.1)
    expected = []
    for row in rows_of(of):
        if row.fault or row.value is None:
            key, partition, timestamp_ms, _ = row.rest
            there = None if row.value is None or row.fault == "drop" else row.value
            expected.append(
                (
                    row.position,
                    row.fault or None,
                    row.field or None,
                    row.value is None,
                    key.decode(),
                    partition,
                    timestamp_ms,
                    there and hashlib.sha256(there).hexdigest(),
                )
            )
    names = ("position", "fault", "field", "tombstone", "key", "partition", "timestamp_ms", "value_sha256")
    assert [tuple(line[name] for name in names) for line in told(of)] == expected
    assert {line["lateness_ms"] for line in told(of)} == {0}
    assert len(told(of, every=True)) == len(rows_of(of))


def test_a_copys_number_is_that_of_its_kind_and_the_record_itself_has_none() -> None:
    lines = told(faulty({"duplicate": 0.2, "truncated": 0.2, "drop": 0.2}))
    assert {(line["fault"], line["copy"]) for line in lines} == {("duplicate", 1), ("truncated", 3), ("drop", 0)}


def test_a_batch_without_faults_has_no_line_and_all_of_them_if_asked() -> None:
    assert told(faulty({})) == []
    every = told(faulty({}), every=True)
    assert [line["position"] for line in every] == list(range(200))
    assert {(line["fault"], line["field"], line["copy"], line["tombstone"]) for line in every} == {(None, None, 0, False)}


def test_without_a_key_and_with_a_hidden_label_the_truth_is_the_same() -> None:
    assert {line["key"] for line in told(faulty({"truncated": 0.2}, key=None))} == {None}
    shown, hidden = (told(faulty(every_kind(0.2), fault_header=shown)) for shown in (True, False))
    assert shown == hidden != []


def test_what_arrives_late_has_a_line_with_its_lateness() -> None:
    made = Press(faulty({})).records(range(10))
    late_us = np.array([0, 999, 60_000_000, 0, 0, 0, 0, 0, 0, 5_000])
    times_us = made.timestamps_ms * 1000
    lines = truth_lines(Labelled.sound(replace(made, arrivals_us=times_us + late_us))).splitlines()
    assert [(line["position"], line["lateness_ms"], line["fault"]) for line in map(json.loads, lines)] == [(2, 60_000, None), (9, 5, None)]


def test_the_truth_of_parts_is_that_of_their_records() -> None:
    of = replace(faulty(every_kind(0.2)), part_records=60)
    assert len(of.parts) == 4
    lines = [told(of, [part]) for part in (1, 2, 3, 4)]
    assert [line for part in lines for line in part] == told(of) == told(faulty(every_kind(0.2)))
    assert {line["position"] // 60 for line in lines[1]} == {1}
    with pytest.raises(OptionError, match=r"^parts: there is no part 5: this batch has 4 parts$"):
        told(of, [5])


def test_a_line_names_the_members_that_its_record_speaks_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(ENTITIES))
    fields = {"id": {"uuid": 4}, "who": {"ref": "people.id"}, "seller": {"ref": "people.id", "as": "seller"}}
    of = faulty({"orphan": {"share": 0.3, "fields": ["who"]}, "duplicate": {"share": 0.3, "by": [1, 9]}}, fields=fields, headers={})
    population = Population(find_entity("people"))
    ids = [json.loads(member)["id"] for numbers in population.chunks() for member in population.members(numbers).tolist()]
    values = {row.position: json.loads(row.value or b"") for row in rows_of(of) if not row.fault}
    lines = told(of, every=True)
    assert len(lines) > 250
    for line in lines:  # of an orphan too: the member of whom its record spoke
        sound = values[line["position"]]
        assert {name: ids[number] for name, number in line["members"].items()} == {"people": sound["who"], "seller": sound["seller"]}
    assert {tuple(line["members"]) for line in told(faulty({}), every=True)} == {()}
