"""JSON records (RFC 8259), UTF-8, no white space."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from springhead.columns.column import Bytes, Column
from springhead.columns.layout import Layout, RowBuffer
from springhead.columns.rows import Rows
from springhead.columns.type import Kind, Type
from springhead.encoding.lines import Lines, readable
from springhead.topic_facts import TopicFacts

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_READ = msgspec.json.Decoder(float_hook=Decimal)  # with all their digits
_CLOSE = msgspec.json.Encoder(decimal_format="number")


class JsonEncoder:
    """One JSON object for each record. Nothing in it depends on the topic's facts."""

    head = b""

    def __init__(self, record: Type, _: TopicFacts) -> None:
        self._layout, self._buffer = Layout(), RowBuffer()
        self._value(record)
        self._lines = Lines(nulls=True)

    def encode(self, records: Column) -> Rows:
        data, ends = self._layout.rows(records.rows, self._buffer, list(_in_order(records)))
        return Rows(data, ends)

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

    def _value(self, type_: Type) -> None:
        """Adds a value, or null where it is null. Registers its column and all in it, in the order of `_in_order`."""
        column = self._layout.column(type_)
        guard = self._layout.unless_null(column) if type_.nullable else None
        self._plainly(column, type_)
        if guard is not None:
            self._layout.end(guard)

    def _plainly(self, column: int, type_: Type) -> None:
        if type_.kind is Kind.OBJECT:
            self._object(type_)
        elif type_.kind in (Kind.TEXT, Kind.TIMESTAMP) and not type_.printed:
            self._layout.constant(b'"')
            self._layout.text(column) if type_.plain else self._layout.escaped(column)
            self._layout.constant(b'"')
        else:
            self._layout.text(column)

    def _object(self, type_: Type) -> None:
        """Adds an object. Where no member can be missing, the text between two values is one constant. Else each member writes its own comma, and the closing brace replaces the last one."""
        layout = self._layout
        layout.constant(b"{")
        if not any(member.optional for member in type_.members.values()):
            for position, (name, member) in enumerate(type_.members.items()):
                layout.constant((b"," if position else b"") + _name(name) + b":")
                self._value(member)
            layout.constant(b"}")
            return
        for name, member in type_.members.items():
            column = layout.column(member)
            missing = layout.unless_missing(column) if member.optional else None
            layout.constant(_name(name) + b":")
            null = layout.unless_null(column) if member.nullable else None
            self._plainly(column, member)
            if null is not None:
                layout.end(null)
            layout.constant(b",")
            if missing is not None:
                layout.end(missing)
        layout.close()


def _in_order(column: Column) -> Iterator[Column]:
    """A column and all in it, as the layout was told of them."""
    yield column
    for child in column.children.values():
        yield from _in_order(child)


def _name(name: str) -> bytes:
    """A member's name as a JSON string."""
    return msgspec.json.encode(name)
