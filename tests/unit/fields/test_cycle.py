"""Values one after the other, and all combinations of several fields."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.records.press import records_of
from tests.unit.build import batch, chunk, column, field, rows, texts

SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=4)


def values(fields: dict[str, Any], **keys: Any) -> list[dict[str, Any]]:
    return [json.loads(value or b"") for made in records_of(batch(fields, **keys)) for value, *_ in rows(made)]


@given(st.lists(st.none() | st.text(max_size=20), min_size=1, max_size=6), st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_the_record_s_number_tells_which_value_it_is(of: list[str | None], ids: list[int]) -> None:
    assert texts(column(field(cycle=of), chunk(ids))) == [of[number % len(of)] for number in ids]


@pytest.mark.parametrize("of", [[1, 2.5, -3], [True, False, None], ["a"], [None], [7, 7, 8]])
def test_values_keep_their_types(of: list[Any]) -> None:
    assert [each["x"] for each in values({"x": {"cycle": of}}, records=7)] == list(itertools.islice(itertools.cycle(of), 7))


@given(SIZES, st.data())
def test_the_fields_of_a_group_run_through_all_their_combinations_before_one_comes_again(sizes: list[int], data: st.DataObject) -> None:
    whole: list[dict[str, Any]] = [{"cycle": list(range(size)), "group": "matrix"} for size in sizes]
    nested = data.draw(st.integers(0, len(sizes)))
    fields: dict[str, Any] = {f"f{number}": of for number, of in enumerate(whole[:nested])}
    fields |= {"o": {"object": {f"f{number}": of for number, of in enumerate(whole[nested:], nested)}}} if nested < len(sizes) else {}
    fields |= {"other": {"cycle": ["x", "y"], "group": "another"}}
    count = 1
    for size in sizes:
        count *= size
    made = values(fields, records=2 * count)
    combinations = [tuple({**each, **each.get("o", {})}[f"f{number}"] for number in range(len(sizes))) for each in made]
    assert combinations == [tuple(reversed(each)) for each in itertools.product(*(range(size) for size in reversed(sizes)))] * 2
    assert [each["other"] for each in made] == ["x", "y"] * count


def test_a_field_behind_the_others_of_a_group_moves_none_of_them() -> None:
    fields = {"a": {"cycle": [1, 2], "group": "g"}, "b": {"cycle": [1, 2, 3], "group": "g"}}
    more = values({**fields, "c": {"cycle": [1, 2], "group": "g"}})
    assert [{name: each[name] for name in fields} for each in more] == values(fields)


def test_with_a_rate_the_next_batch_goes_on() -> None:
    whole = values({"n": {"template": "{_number}"}, "x": {"cycle": list("abc")}}, rate="1/m", records=None)
    assert [each["x"] for each in whole] == ["abc"[int(each["n"]) % 3] for each in whole]
    assert len({each["n"] for each in whole}) == 60
