"""Values that are texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from springhead.columns.column import Column
from springhead.columns.type import TEXT, Kind, Type
from springhead.encoding.string import StringEncoder
from springhead.topic_facts import TopicFacts
from tests.unit.columns.build import text_column

TYPE = Type(Kind.OBJECT, members={"value": TEXT})


def test_a_value_is_the_text_and_nothing_else() -> None:
    encoder = StringEncoder(TYPE, TopicFacts())
    values = encoder.encode(Column(TYPE, 3, children={"value": text_column(['a "b"', "", "ü\n"], None)}))
    assert values.tolist() == [b'a "b"', b"", "ü\n".encode()]
    assert encoder.lines(replace(values, nulls=np.array([False, True, False]))).tobytes() == 'a "b"\n\nü\n\n'.encode()
    assert (encoder.head, encoder.text(b"a\x00\xe9")) == (b"", "a\\x00\\xe9")


def test_it_is_taken_apart_into_itself() -> None:
    encoder = StringEncoder(TYPE, TopicFacts())
    members = encoder.opened("aü".encode())
    assert (encoder.read(members["value"]), encoder.is_null(members["value"])) == ("aü", False)
    assert encoder.closed(members) == "aü".encode()
    assert encoder.closed({"value": "ö"}) == "ö".encode()
    assert encoder.longer(members["value"], b"xx") == "aüxx".encode()
