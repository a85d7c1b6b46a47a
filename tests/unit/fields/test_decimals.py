"""Exact decimals: texts in JSON, numbers to all that reads them inside."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from springhead.records.press import records_of
from springhead.records.records import Records
from tests.unit.build import batch, chunk, column, field, numbers, rows


def values(fields: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    made: list[Records] = list(records_of(batch(fields, records=300, **more)))
    return [json.loads(value or b"") for each in made for value, *_ in rows(each)]


@given(st.tuples(st.integers(-(10**17), 10**17), st.integers(-(10**17), 10**17)).map(sorted), st.integers(0, 18), st.integers(0, 2**64 - 1))
def test_no_digit_of_a_bound_is_lost(bounds: list[int], decimals: int, id_: int) -> None:
    low, high = (f"{Decimal(bound).scaleb(-decimals):f}" for bound in bounds)
    made = column(field(decimal=[low, high], decimals=decimals), chunk([id_]))
    assert bounds[0] <= numbers(made)[0] <= bounds[1]
    assert made.type.decimals == decimals


def test_json_has_them_as_texts_with_all_their_decimals() -> None:
    made = values({"price": {"decimal": ["-0.05", 0.05]}, "prices": {"array": {"decimal": [1, 2], "decimals": 3}, "length": 2}})
    assert {each["price"] for each in made} == {f"{Decimal(cents).scaleb(-2):f}" for cents in range(-5, 6)}
    assert all(re.fullmatch(r"[12]\.\d{3}", text) for each in made for text in each["prices"])


def test_templates_and_expressions_take_them_for_numbers() -> None:
    made = values(
        {
            "price": {"decimal": [1, 9]},
            "text": {"template": "{price} EUR"},
            "double": {"expression": "price * 2", "decimals": 2},
            "either": {"mix": [{"decimal": [1, 9]}, {"number": [1, 9]}]},
        }
    )
    assert all(each["text"] == f"{each['price']} EUR" for each in made)
    assert all(Decimal(str(each["double"])) == 2 * Decimal(each["price"]) for each in made)
    assert {type(each["either"]) for each in made} == {str, float}


def test_one_that_is_out_of_its_range_or_an_edge_case_is_still_a_text() -> None:
    for fault in ("out_of_range", "edge_case"):
        made = values({"price": {"decimal": ["0.10", "9.90"]}}, faults={fault: 1})
        outside = [Decimal(each["price"]) for each in made if not Decimal("0.10") <= Decimal(each["price"]) <= Decimal("9.90")]
        assert len(outside) == len(made) / 2
