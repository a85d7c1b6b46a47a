"""Each compiled or vectorised method of en_US makes a column whose values depend on their ids and event times alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dev.faker_coverage import read
from springhead.columns.column import Column
from springhead.columns.layout import Printer
from springhead.columns.rows import Rows
from springhead.columns.type import Kind
from springhead.faker_methods.catalogue import method
from springhead.faker_methods.values import Form
from tests.unit.build import chunk, column, field

METHODS = [name for locale, name, how, _ in read() if how != "pooled" and locale == "en_US"]
ids = st.lists(st.integers(0, 2**64 - 1), max_size=30)


def literals(made: Column) -> list[bytes]:
    """The rows as they stand in a record."""
    return Rows(*Printer(made.type).rows(made)).tolist()


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=5)
@given(ids=ids, cut=st.integers(0, 30))
def test_a_value_depends_on_its_id_and_time_alone(name: str, ids: list[int], cut: int) -> None:
    of = field(faker=name)
    times = [1_767_571_200_000_000 + number % 10**12 for number in ids]
    whole = literals(column(of, chunk(ids, times)))
    assert len(whole) == len(ids)
    assert whole == literals(column(of, chunk(ids[:cut], times[:cut]))) + literals(column(of, chunk(ids[cut:], times[cut:])))
    assert whole[::-1] == literals(column(of, chunk(ids[::-1], times[::-1])))


@pytest.mark.parametrize("name", METHODS)
def test_its_column_is_of_the_form_that_faker_gives(name: str) -> None:
    made = column(field(faker=name), chunk(list(range(50))))
    form = method(name).form
    assert (made.type.kind is Kind.TEXT) == (form is Form.TEXT)
    for row in literals(made):
        if form is Form.NUMBER:
            assert isinstance(json.loads(row), (int, float))
        else:
            row.decode()
