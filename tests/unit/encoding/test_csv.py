"""The CSV encoder writes what Python's csv and polars read back, and nothing outside its buffers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.column import Column
from springhead.columns.type import BOOLEAN, TEXT, Kind, Type, number
from springhead.encoding.csv import CsvEncoder
from springhead.topic_facts import TopicFacts
from tests.unit.columns.build import MISSING, ROWS, Guarded, columns, names, object_of, text_column
from tests.unit.examples import examples

DELIMITERS = [",", ";", "|", "\t"]


@st.composite
def flat_records(draw: st.DrawFn, least: int = 0) -> tuple[Column, list[dict[str, Any]]]:
    """Records without objects, and their values, None where there is none."""
    rows = draw(ROWS)
    members = draw(st.dictionaries(names, columns(rows, 0), min_size=least, max_size=5))
    children = {name: column for name, (column, _) in members.items()}
    values = [{name: None if each[row] is MISSING else each[row] for name, (_, each) in members.items()} for row in range(rows)]
    return Column(object_of(children), rows, children=children), values


def plain(value: Any) -> str:
    """A value as CSV prints it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def cell(value: Any, delimiter: str, *, alone: bool) -> str:
    """The same as it stands in the record: RFC 4180 §2, rules 5 to 7."""
    text = plain(value)
    if value is None:
        return '""' if alone else ""
    return '"' + text.replace('"', '""') + '"' if not text or any(each in text for each in (delimiter, '"', "\n", "\r")) else text


@given(flat_records(), st.sampled_from(DELIMITERS))
@examples(200)
def test_a_record_is_what_the_rfc_says_and_reads_back(drawn: tuple[Column, list[dict[str, Any]]], delimiter: str) -> None:
    column, values = drawn
    encoder, buffer = CsvEncoder(column.type, TopicFacts(), delimiter), Guarded()
    encoder._buffer = buffer
    guards = []
    for quoted in encoder._columns.values():
        if quoted:
            guards.append(Guarded())
            quoted._buffer = guards[-1]
    got = [value.decode() for value in encoder.encode(column).tolist()]
    for guard in (buffer, *guards):
        if hasattr(guard, "n"):  # a lone column is the record
            guard.check()
    alone = len(column.type.members) == 1
    assert got == [delimiter.join(cell(each, delimiter, alone=alone) for each in row.values()) for row in values]
    for text, row in zip(got, values, strict=True):
        (read,) = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if text else [[]]
        assert read == [plain(each) for each in row.values()]


@given(flat_records(least=1))
def test_a_file_of_them_is_read_by_polars_with_null_and_the_empty_text_apart(drawn: tuple[Column, list[dict[str, Any]]]) -> None:
    column, values = drawn
    encoder = CsvEncoder(column.type, TopicFacts())
    (head,) = csv.reader(io.StringIO(encoder.head.decode(), newline=""), strict=True)  # polars leaves doubled quotes of a head as they are
    assert head == list(column.type.members)
    plain_head = ",".join(f"c{number}" for number in range(len(head))).encode() + b"\n"
    frame = pl.read_csv(plain_head + encoder.lines(encoder.encode(column)).tobytes(), infer_schema=False)
    alone = len(column.type.members) == 1
    assert frame.rows() == [tuple(plain(each) if each is not None or alone else None for each in row.values()) for row in values]


@given(flat_records(), st.sampled_from(DELIMITERS))
def test_a_value_taken_apart_is_what_was_put_in_and_closes_to_itself(drawn: tuple[Column, list[dict[str, Any]]], delimiter: str) -> None:
    column, values = drawn
    encoder = CsvEncoder(column.type, TopicFacts(), delimiter)
    if not column.type.members:
        return
    for value, row in zip(encoder.encode(column).tolist(), values, strict=True):
        members = encoder.opened(value)
        assert encoder.closed(members) == value
        for name, member in members.items():
            if encoder.is_null(member):
                assert row[name] is None
            elif not (row[name] is None and len(row) == 1):  # a lone null is shown
                assert encoder.read(member) == row[name]


@pytest.mark.parametrize(("text", "longer"), [("a", b"axx"), ('a"', b'"a""xx"'), ("", b'"xx"'), ("a,b", b'"a,bxx"'), ('"', b'"""xx"')])
def test_a_longer_text_stays_one(text: str, longer: bytes) -> None:
    type_ = Type(Kind.OBJECT, members={"x": TEXT, "y": TEXT})
    encoder = CsvEncoder(type_, TopicFacts())
    column = Column(type_, 1, children={"x": text_column([text], None), "y": text_column(["b"], None)})
    (value,) = encoder.encode(column).tolist()
    members = encoder.opened(value)
    members["x"] = encoder.longer(members["x"], b"xx")
    assert encoder.closed(members) == longer + b",b"
    assert encoder.read(members["x"]) == text + "xx"


def test_members_of_python_are_written_too() -> None:
    encoder = CsvEncoder(Type(Kind.OBJECT, members={"x": TEXT}), TopicFacts())
    members = {"a": None, "b": True, "c": Decimal("1.50"), "d": -5, "e": 'q"', "f": "", "g": -1.5e308}
    assert encoder.closed(members) == b',true,1.50,-5,"q""","",-1.5e308'
    assert encoder.closed({"a": None}) == b'""'
    assert encoder.closed({}) == b'""'


def test_the_head_names_the_columns_and_a_null_value_is_an_empty_line() -> None:
    type_ = Type(Kind.OBJECT, members={"a,b": BOOLEAN, "n": number(2)})
    encoder = CsvEncoder(type_, TopicFacts(), ";")
    assert encoder.head == b"a,b;n\n"
    assert CsvEncoder(type_, TopicFacts()).head == b'"a,b",n\n'
    column = Column(
        type_, 2, children={"a,b": Column(BOOLEAN, 2, values=np.array([0, 1])), "n": Column(number(2), 2, values=np.array([5, -5]))}
    )
    values = encoder.encode(column)
    assert encoder.lines(replace(values, nulls=np.array([True, False]))).tobytes() == b"\ntrue;-0.05\n"
    assert [encoder.text(value) for value in (b"a\x04\n", b"\xe9")] == ["a\\x04\\x0a", "\\xe9"]
