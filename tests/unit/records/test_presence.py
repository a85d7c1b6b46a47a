"""Where a field is there: nulls, missing, when and else."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from springhead.errors import FieldError
from springhead.records.press import Press
from tests.unit.build import batch


def values(fields: dict[str, Any], records: int = 4_000, **keys: Any) -> list[dict[str, Any]]:
    press = Press(batch(fields, records=records, **keys))
    return [json.loads(value) for positions in press.chunks() for value in press.records(positions).values.tolist()]


def state(row: dict[str, Any], name: str) -> str:
    return "missing" if name not in row else "null" if row[name] is None else "there"


@pytest.mark.parametrize(
    "kind", [{"faker": "name"}, {"integer": [1, 9]}, {"boolean": 0.5}, {"timestamp": "epoch_ms"}, {"object": {"a": {"uuid": 4}}}]
)
def test_nulls_and_missing_have_their_shares(kind: dict[str, Any]) -> None:
    counts = Counter(state(row, "x") for row in values({"x": {**kind, "nulls": 0.25, "missing": 0.2}, "y": {"uuid": 4}}))
    assert abs(counts["missing"] - 800) < 130  # five standard deviations
    assert abs(counts["null"] - 800) < 130  # a quarter of those that are there
    assert abs(counts["there"] - 2_400) < 160


def test_a_share_takes_values_away_and_changes_no_other() -> None:
    plain, some = (values({"x": {"faker": "name", **more}, "y": {"uuid": 4}}, 500) for more in ({}, {"nulls": 0.5}))
    assert all(b["x"] in (a["x"], None) and a["y"] == b["y"] for a, b in zip(plain, some, strict=True))


def test_all_and_nothing_are_shares_too() -> None:
    assert {state(row, "x") for row in values({"x": {"uuid": 4, "nulls": 1}}, 100)} == {"null"}
    assert {state(row, "x") for row in values({"x": {"uuid": 4, "missing": 1}, "y": {"uuid": 4}}, 100)} == {"missing"}
    assert {state(row, "x") for row in values({"x": {"uuid": 4, "nulls": 0, "missing": 0}}, 100)} == {"there"}


def test_where_a_condition_is_not_true_the_field_is_null_or_missing() -> None:
    fields = {
        "n": {"integer": [1, 9], "nulls": 0.3},
        "big": {"faker": "word", "when": "n > 5"},
        "small": {"faker": "word", "when": "n <= 5", "else": "missing"},
    }
    for row in values(fields, 1_000):
        assert (row["big"] is not None) == (row["n"] is not None and row["n"] > 5)  # null is not true
        assert ("small" in row) == (row["n"] is not None and row["n"] <= 5)


@pytest.mark.parametrize("written", ["null", None])
def test_null_may_be_written_with_quotes_and_without(written: str | None) -> None:
    assert {state(row, "x") for row in values({"x": {"uuid": 4, "when": "false", "else": written}}, 10)} == {"null"}


def test_a_condition_goes_before_shares() -> None:
    fields = {"n": {"integer": [0, 1]}, "x": {"uuid": 4, "when": "n = 1", "missing": 0.5, "nulls": 0.5}}
    counts = Counter((row["n"], state(row, "x")) for row in values(fields, 8_000))
    assert (0, "there") not in counts
    assert abs(counts[0, "null"] - 2_000) < 250
    assert abs(counts[0, "missing"] - 2_000) < 250
    assert abs(counts[1, "null"] - 1_000) < 180
    assert abs(counts[1, "there"] - 1_000) < 180


def test_fields_of_an_object_go_with_it() -> None:
    fields = {
        "who": {"object": {"name": {"faker": "name"}, "at": {"object": {"city": {"faker": "city"}}, "missing": 0.5}}, "nulls": 0.4},
        "hello": {"template": "hi {who.name}"},
        "from": {"template": "{who.at.city}"},
        "length": {"expression": "length(who.name)"},
    }
    rows = values(fields, 1_000)
    for row in rows:
        assert row["hello"] == (None if row["who"] is None else f"hi {row['who']['name']}")
        assert row["length"] == (None if row["who"] is None else len(row["who"]["name"]))
        if row["who"] is not None:
            assert row.get("from") == row["who"].get("at", {}).get("city")
    assert len({state(row, "from") for row in rows}) == 3


def test_a_field_that_is_keyed_by_another_lacks_with_it() -> None:
    rows = values({"account": {"integer": [1, 50]}, "limit": {"integer": [1, 10**9], "per": "account", "nulls": 0.5}})
    told = {(row["account"], row["limit"]) for row in rows}
    assert len(told) == 50
    assert 10 < sum(limit is None for _, limit in told) < 40
    later = {
        (row["account"], row["limit"])
        for row in values(
            {"account": {"integer": [1, 50]}, "limit": {"integer": [1, 10**9], "per": "account", "nulls": 0.5}}, run_id="other"
        )
    }
    assert later == told


def test_conditions_see_the_event_time_and_the_number() -> None:
    rows = values({"at": {"timestamp": "iso"}, "x": {"uuid": 4, "when": "extract(minute from _time) < 30 and _number % 2 = 0"}}, 1_000)
    for number, row in enumerate(rows):
        assert (row["x"] is not None) == (int(row["at"][14:16]) < 30 and number % 2 == 0)


def test_a_condition_that_is_neither_true_nor_false_is_refused() -> None:
    with pytest.raises(FieldError) as caught:
        values({"n": {"integer": [1, 9]}, "x": {"uuid": 4, "when": "n + 1"}})
    assert str(caught.value) == "fields.x: 'n + 1' gives numbers: a condition is true or false, such as status = 'declined'"
