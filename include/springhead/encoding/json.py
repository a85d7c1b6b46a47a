"""JSON records (RFC 8259), UTF-8, no white space."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from springhead.columns.column import Bytes, Column
from springhead.columns.json_text import JsonText
from springhead.columns.rows import Rows
from springhead.columns.type import Type
from springhead.encoding.lines import Lines, readable
from springhead.topic_facts import TopicFacts

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_READ = msgspec.json.Decoder(float_hook=Decimal)  # with all their digits
_CLOSE = msgspec.json.Encoder(decimal_format="number")


class JsonEncoder:
    """One JSON object for each record. Nothing in it depends on the topic's facts."""

    head = b""

    def __init__(self, record: Type, _: TopicFacts) -> None:
        self._text = JsonText(record)
        self._lines = Lines(nulls=True)

    def encode(self, records: Column) -> Rows:
        return Rows(*self._text.rows(records))

    @staticmethod
    def text(value: bytes) -> str:
        return readable(value)

    def lines(self, values: Rows) -> Bytes:
        return self._lines.of(values)

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
