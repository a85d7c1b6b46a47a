"""The JSON encoder writes the JSON that Python's own encoder writes, and nothing outside its buffer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.column import Column
from springhead.columns.rows import Rows
from springhead.columns.type import TEXT, Kind, Type, number
from springhead.encoding.json import JsonEncoder
from springhead.encoding.lines import Lines
from springhead.kernels import SLACK
from springhead.topic_facts import TopicFacts
from tests.unit.columns.build import Guarded, records, text_column, written
from tests.unit.examples import examples


@given(records())
@examples(150)
def test_records_are_those_of_the_plain_evaluation(drawn: tuple[Column, list[Any]]) -> None:
    column, values = drawn
    encoder, buffer = JsonEncoder(column.type, TopicFacts()), Guarded()
    encoder._text._buffer = buffer
    got = [value.decode() for value in encoder.encode(column).tolist()]
    buffer.check()
    assert got == [written(v) for v in values]
    for row in got:
        json.loads(row)


def test_an_encoder_reads_the_columns_of_this_chunk() -> None:
    encoder = JsonEncoder(Type(Kind.OBJECT, members={"x": TEXT}), TopicFacts())
    for texts_of_chunk in (["a", "bb"], ["", "d" * 40], ["e"]):
        column = Column(Type(Kind.OBJECT, members={"x": TEXT}), len(texts_of_chunk), children={"x": text_column(texts_of_chunk, None)})
        assert encoder.encode(column).tolist() == [b'{"x":"%b"}' % each.encode() for each in texts_of_chunk]


def test_a_type_may_allow_for_nulls_that_a_chunk_does_not_have() -> None:
    type_ = Type(Kind.OBJECT, members={"x": replace(TEXT, nullable=True), "y": replace(number(), optional=True)})
    encoder = JsonEncoder(type_, TopicFacts())
    for states, rows in (([0, 0], ['{"x":"a","y":1}', '{"x":"b","y":2}']), ([1, 0], ['{"x":null,"y":1}', '{"x":"b","y":2}'])):
        state = np.array(states, np.uint8) if any(states) else None
        children = {"x": text_column(["a", "b"], state), "y": Column(number(), 2, values=np.array([1, 2]))}
        assert [value.decode() for value in encoder.encode(Column(type_, 2, children=children)).tolist()] == rows


def test_values_are_lines_of_a_file_and_texts_for_people() -> None:
    type_ = Type(Kind.OBJECT, members={"x": TEXT})
    encoder = JsonEncoder(type_, TopicFacts())
    values = encoder.encode(Column(type_, 2, children={"x": text_column(["ä", "b\n"], None)}))
    assert encoder.lines(values).tobytes() == '{"x":"ä"}\n{"x":"b\\n"}\n'.encode()
    assert [encoder.text(value) for value in values.tolist()] == ['{"x":"ä"}', '{"x":"b\\n"}']
    assert encoder.lines(replace(values, nulls=np.array([True, False]))).tobytes() == b'null\n{"x":"b\\n"}\n'


@given(st.lists(st.binary(max_size=100), max_size=50))
def test_lines_are_the_values_each_with_its_end(values: list[bytes]) -> None:
    data = np.frombuffer(b"".join([*values, bytes(SLACK)]), np.uint8).copy()
    rows = Rows(data, np.cumsum([len(value) for value in values], dtype=np.int64))
    assert Lines(nulls=True).of(rows).tobytes() == b"".join(value + b"\n" for value in values)
