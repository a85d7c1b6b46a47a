"""How many records are made at once: it is bounded in bytes, and changes none of them."""

from __future__ import annotations

from typing import Any

import pytest

from springhead.columns.layout import LONGEST
from springhead.errors import FieldError
from springhead.records.batch import CHUNK
from springhead.records.press import CHUNK_BYTES, Press
from tests.unit.build import batch, rows
from tests.unit.records.build import all_rows, shipped

LARGE: dict[str, Any] = {"id": {"uuid": 4}, "a": {"constant": "x" * 1_000_000}}
# One record in a hundred is large: the first few tell nothing of it.
SELDOM: dict[str, Any] = {"id": {"uuid": 4}, "a": {"choice": {"x" * 1_000_000: 1, "y": 99}}}


def test_chunks_of_small_records_are_as_long_as_may_be() -> None:
    assert [len(positions) for positions in Press(shipped("card_transactions", records=40_000)).chunks()] == [
        CHUNK,
        CHUNK,
        40_000 - 2 * CHUNK,
    ]


@pytest.mark.parametrize(("fields", "hidden"), [(LARGE, False), (SELDOM, False), (LARGE, True)], ids=["all", "seldom", "hidden"])
def test_a_chunk_of_large_records_has_about_so_many_bytes(fields: dict[str, Any], hidden: bool) -> None:
    made = batch({**fields, "a": {**fields["a"], "hidden": hidden}}, records=5_000)
    press = Press(made)
    first = next(press.chunks())
    assert press._bytes(first) < 2 * CHUNK_BYTES
    assert press._bytes(range(2 * len(first))) > CHUNK_BYTES  # nor are they cut finer than they need to be


def test_records_do_not_depend_on_the_chunks_of_large_ones() -> None:
    made = batch({"id": {"uuid": 4}, "a": {"choice": ["x" * 2_000_000, "y"]}}, records=60)
    assert len(list(Press(made).chunks())) > 1
    assert [row for positions in Press(made).chunks() for row in rows(Press(made).records(positions))] == all_rows(made, 60)


def test_a_record_that_grows_without_end_is_refused_before_it_takes_memory() -> None:
    fields = {"a": {"constant": "x" * 100}, "b": {"template": "{a}" * 1000}, "c": {"template": "{b}" * 1000}}
    with pytest.raises(FieldError) as caught:
        Press(batch(fields)).records(range(1))
    assert (
        str(caught.value)
        == f"fields.c: up to 100,000,000 bytes in one record; at most {LONGEST:,} are made: use shorter texts, or fewer of them"
    )
