"""The assemble kernel writes the JSON that Python's own encoder writes, and nothing outside its buffer."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from springhead.columns.column import Column, Kind, State
from springhead.columns.layout import Layout, RowBuffer
from springhead.columns.rows import Rows
from springhead.encoding import encode_json
from springhead.kernels import SLACK
from tests.unit.kernels import oracle

ROWS = st.integers(0, 12)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
texts = st.one_of(st.text(st.characters(codec="utf-8"), max_size=40), st.text('"\\\x00\x08\n\x0b\x1f\x7fé', max_size=10))
# Of any size, and around the eight digits that are written without a loop.
whole_numbers = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.integers(-(10**9), 10**9), st.integers(-1200, 1200), st.sampled_from([10**8 - 1, 10**8, -(10**8)])
)
MISSING = object()


def text_column(values: list[str], state: np.ndarray | None, kind: Kind = Kind.TEXT) -> Column:
    raw = [v.encode() for v in values]
    data = np.frombuffer(b"".join(raw) + bytes(SLACK), np.uint8).copy()
    ends = np.cumsum([len(r) for r in raw]).astype(np.int64) if raw else np.zeros(0, np.int64)
    return Column(kind, len(values), data=data, ends=ends, state=state, escape=kind is Kind.TEXT)


@st.composite
def columns(draw: st.DrawFn, rows: int, depth: int = 2) -> tuple[Column, list[Any]]:
    """A column and the values that its rows should print as."""
    state = draw(st.one_of(st.none(), st.lists(st.sampled_from([0, 0, 1, 2]), min_size=rows, max_size=rows)))
    states = None if state is None else np.array(state, np.uint8)
    kind = draw(st.sampled_from(["text", "number", "boolean", "literal"] + (["object"] if depth else [])))
    fill: Callable[[st.SearchStrategy[Any]], st.SearchStrategy[Any]] = lambda s: st.lists(s, min_size=rows, max_size=rows)  # noqa: E731
    values: list[Any]
    if kind == "text":
        values = draw(fill(texts))
        column = text_column(values, states)
    elif kind == "literal":
        values = draw(fill(st.integers(-(10**20), 10**20)))
        column = text_column([str(v) for v in values], states, Kind.LITERAL)
    elif kind == "boolean":
        values = draw(fill(st.booleans()))
        column = Column(Kind.BOOLEAN, rows, values=np.array(values, np.int64), state=states)
    elif kind == "number":
        decimals = draw(st.integers(0, 18))
        numbers = draw(fill(whole_numbers))
        values = [Decimal(n).scaleb(-decimals) for n in numbers] if decimals else numbers
        column = Column(Kind.NUMBER, rows, values=np.array(numbers, np.int64), decimals=decimals, state=states)
    else:
        members = draw(st.dictionaries(names, columns(rows, depth - 1), max_size=4))
        values = [{n: v[i] for n, (_, v) in members.items() if v[i] is not MISSING} for i in range(rows)]
        column = Column(Kind.OBJECT, rows, children={n: c for n, (c, _) in members.items()}, state=states)
    if state is not None:
        values = [v if s == State.VALUE else None if s == State.NULL else MISSING for v, s in zip(values, state, strict=True)]
    return column, values


@st.composite
def records(draw: st.DrawFn) -> tuple[Column, list[Any]]:
    rows = draw(ROWS)
    members = draw(st.dictionaries(names, columns(rows), max_size=5))
    return Column(Kind.OBJECT, rows, children={n: c for n, (c, _) in members.items()}), [
        {n: v[i] for n, (_, v) in members.items() if v[i] is not MISSING} for i in range(rows)
    ]


class Guarded(RowBuffer):
    """Gives exactly the room that is asked for, between guards."""

    def room(self, bytes_: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
        self.bytes = np.full(bytes_ + 128, 0xAB, np.uint8)
        self.ends = np.full(rows + 16, -7, np.int64)
        self.n = bytes_, rows
        return self.bytes[64 : 64 + bytes_], self.ends[8 : 8 + rows]

    def check(self) -> None:
        bytes_, rows = self.n
        assert (self.bytes[:64] == 0xAB).all()
        assert (self.bytes[64 + bytes_ :] == 0xAB).all()
        assert (self.ends[:8] == -7).all()
        assert (self.ends[8 + rows :] == -7).all()


def written(value: Any) -> str:
    """JSON, numbers with decimals in fixed notation."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join(oracle.json_text(n) + ":" + written(v) for n, v in value.items()) + "}"
    return oracle.json_text(value)


@given(records())
@settings(max_examples=150)
def test_records_are_those_of_the_plain_evaluation(drawn: tuple[Column, list[Any]]) -> None:
    column, values = drawn
    layout, buffer = Layout(), Guarded()
    layout.json(column)
    data, ends = layout.rows(column.rows, buffer)
    buffer.check()
    got = [data[a:b].tobytes().decode() for a, b in zip([0, *ends.tolist()], ends.tolist(), strict=False)]
    assert got == [written(v) for v in values]
    for row in got:
        json.loads(row)


def test_the_smallest_number_prints_whole() -> None:
    column = Column(Kind.NUMBER, 3, values=np.array([-(2**63), 2**63 - 1, -1], np.int64), decimals=2)
    layout = Layout()
    layout.text(column)
    data, ends = layout.rows(3, RowBuffer())
    assert data[: ends[-1]].tobytes() == b"-92233720368547758.0892233720368547758.07-0.01"


@given(records(), records())
def test_a_buffer_serves_columns_of_any_shape_one_after_the_other(
    first: tuple[Column, list[Any]], second: tuple[Column, list[Any]]
) -> None:
    buffer = RowBuffer()
    for column, values in (first, second, second, first):
        data, ends = encode_json(column, buffer)
        assert Rows(data, ends).tolist() == [written(v).encode() for v in values]


def test_a_layout_reads_the_columns_of_this_chunk() -> None:
    buffer = RowBuffer()
    for texts_of_chunk in (["a", "bb"], ["", "d" * 40], ["e"]):
        column = Column(Kind.OBJECT, len(texts_of_chunk), children={"x": text_column(texts_of_chunk, None)})
        assert Rows(*encode_json(column, buffer)).tolist() == [b'{"x":"%b"}' % each.encode() for each in texts_of_chunk]


def test_a_layout_of_one_text_gives_the_column_itself() -> None:
    column, layout = text_column(["a", "bb"], None), Layout()
    layout.text(column)
    data, ends = layout.rows(2, RowBuffer())
    assert data is column.data
    assert ends is column.ends
