"""JSON records (RFC 8259), UTF-8, no white space."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from springhead.columns.column import Bytes, Column, State
from springhead.columns.json_text import JsonText
from springhead.columns.layout import Layout, RowBuffer
from springhead.columns.rows import Rows
from springhead.columns.type import Kind, Type
from springhead.topic_facts import TopicFacts

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VALUE = Type(Kind.JSON, nullable=True)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_READ = msgspec.json.Decoder(float_hook=Decimal)  # with all their digits
_CLOSE = msgspec.json.Encoder(decimal_format="number")


class JsonEncoder:
    """One JSON object for each record. Nothing in it depends on the topic's facts."""

    def __init__(self, record: Type, _: TopicFacts) -> None:
        self._text = JsonText(record)
        self._line, self._line_buffer = Layout(), RowBuffer()
        null = self._line.unless_null(value := self._line.column(_VALUE))
        self._line.text(value)
        self._line.end(null)
        self._line.constant(b"\n")

    def encode(self, records: Column) -> Rows:
        return Rows(*self._text.rows(records))

    @staticmethod
    def text(value: bytes) -> str:
        # What no JSON has, a faulty value may have: it is shown as \x04.
        return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", value.decode(errors="backslashreplace"))

    def lines(self, values: Rows) -> Bytes:
        state = None if values.nulls is None else values.nulls.astype(np.uint8) * np.uint8(State.NULL)
        column = Column(_VALUE, values.ends.shape[0], data=values.data, ends=values.ends, state=state)
        return Rows(*self._line.rows(column.rows, self._line_buffer, [column])).used

    @staticmethod
    def opened(value: Any) -> dict[str, Any]:
        return _MEMBERS.decode(value)

    @staticmethod
    def is_null(member: Any) -> bool:
        return bytes(member) == b"null"

    @staticmethod
    def read(member: Any) -> Any:
        return _READ.decode(member)

    @staticmethod
    def longer(member: Any, filling: bytes) -> Any:
        return msgspec.Raw(b'%b%b"' % (bytes(member)[:-1], filling))

    @staticmethod
    def closed(members: Mapping[str, Any]) -> bytes:
        return _CLOSE.encode(members)
