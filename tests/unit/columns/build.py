"""Columns of any type with the values that their rows should print as, and a buffer between guards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from springhead.columns.column import Column, State
from springhead.columns.layout import RowBuffer
from springhead.columns.type import BOOLEAN, PRINTED_NUMBER, TEXT, Kind, Type, number
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


def text_column(values: list[str], state: np.ndarray | None, type_: Type = TEXT) -> Column:
    raw = [v.encode() for v in values]
    data = np.frombuffer(b"".join(raw) + bytes(SLACK), np.uint8).copy()
    ends = np.cumsum([len(r) for r in raw]).astype(np.int64) if raw else np.zeros(0, np.int64)
    return Column(stated(type_, state), len(values), data=data, ends=ends, state=state)


def stated(type_: Type, state: np.ndarray | None) -> Type:
    """The type of a column with these states: it may say more than there is."""
    return replace(type_, nullable=state is not None, optional=state is not None and bool((state == State.MISSING).any()))


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
        column = text_column([str(v) for v in values], states, PRINTED_NUMBER)
    elif kind == "boolean":
        values = draw(fill(st.booleans()))
        column = Column(stated(BOOLEAN, states), rows, values=np.array(values, np.int64), state=states)
    elif kind == "number":
        decimals = draw(st.integers(0, 18))
        numbers = draw(fill(whole_numbers))
        values = [Decimal(n).scaleb(-decimals) for n in numbers] if decimals else numbers
        column = Column(stated(number(decimals), states), rows, values=np.array(numbers, np.int64), state=states)
    else:
        members = draw(st.dictionaries(names, columns(rows, depth - 1), max_size=4))
        values = [{n: v[i] for n, (_, v) in members.items() if v[i] is not MISSING} for i in range(rows)]
        children = {n: c for n, (c, _) in members.items()}
        column = Column(stated(object_of(children), states), rows, children=children, state=states)
    if state is not None:
        values = [v if s == State.VALUE else None if s == State.NULL else MISSING for v, s in zip(values, state, strict=True)]
    return column, values


def object_of(children: dict[str, Column]) -> Type:
    return Type(Kind.OBJECT, members={name: child.type for name, child in children.items()})


@st.composite
def records(draw: st.DrawFn) -> tuple[Column, list[Any]]:
    rows = draw(ROWS)
    members = draw(st.dictionaries(names, columns(rows), max_size=5))
    children = {n: c for n, (c, _) in members.items()}
    return Column(object_of(children), rows, children=children), [
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
