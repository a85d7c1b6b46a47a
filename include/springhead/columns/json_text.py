"""JSON texts (RFC 8259, UTF-8, no white space) of columns of any type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import numpy as np

from springhead.columns.column import Bytes, Column, Ints
from springhead.columns.layout import Layout, RowBuffer
from springhead.columns.type import JSON, Kind, Type


class JsonText:
    """Prints columns of one type as JSON, each row a value."""

    def __init__(self, type_: Type) -> None:
        self._layout, self._buffer = Layout(), RowBuffer()
        self._elements: list[_Elements] = []  # of the arrays and maps, in the order of the layout
        self._value_of(type_)

    def _value_of(self, type_: Type) -> None:
        """Adds what a row is."""
        self._value(type_)

    def rows(self, column: Column) -> tuple[Bytes, Ints]:
        """(uint8 with SLACK, int64 of shape (rows,), where each row ends); valid until the next call."""
        elements = iter(self._elements)
        return self._layout.rows(column.rows, self._buffer, list(_in_order(column, elements)))

    def _value(self, type_: Type) -> None:
        """Adds a value, or null where it is null. Registers its column and all in it, in the order of `_in_order`."""
        column = self._column(type_)
        guard = self._layout.unless_null(column) if type_.nullable else None
        self._plainly(column, type_)
        if guard is not None:
            self._layout.end(guard)

    def _column(self, type_: Type) -> int:
        """Registers a column; of an array or a map, that of its elements' texts."""
        if type_.element is None:
            return self._layout.column(type_)
        self._elements.append(_Elements(type_))
        return self._layout.column(JSON)

    def _plainly(self, column: int, type_: Type) -> None:
        if type_.kind is Kind.OBJECT:
            self._object(type_)
        elif type_.element is not None:
            opening, closing = (b"[", b"]") if type_.kind is Kind.ARRAY else (b"{", b"}")
            self._layout.constant(opening)
            self._layout.text(column)
            self._layout.close(closing)
        elif type_.kind in (Kind.TEXT, Kind.TIMESTAMP) and not type_.printed:
            self._layout.constant(b'"')
            self._layout.text(column) if type_.plain else self._layout.escaped(column)
            self._layout.constant(b'"')
        elif type_.quoted:
            self._layout.constant(b'"')
            self._layout.text(column)
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
            column = self._column(member)
            missing = layout.unless_missing(column) if member.optional else None
            layout.constant(_name(name) + b":")
            null = layout.unless_null(column) if member.nullable else None
            self._plainly(column, member)
            if null is not None:
                layout.end(null)
            layout.constant(b",")
            if missing is not None:
                layout.end(missing)
        layout.close(b"}")

    def _element(self, type_: Type) -> None:
        """Adds an element with a comma behind it, or nothing where it is missing."""
        column = self._column(type_)
        missing = self._layout.unless_missing(column) if type_.optional else None
        null = self._layout.unless_null(column) if type_.nullable else None
        self._plainly(column, type_)
        if null is not None:
            self._layout.end(null)
        self._layout.constant(b",")
        if missing is not None:
            self._layout.end(missing)

    def _entry(self, type_: Type) -> None:
        """Adds a map's entry with a comma behind it, or nothing where it is missing. Its key is a text, whatever its type."""
        whole, key = self._column(type_), type_.members["key"]
        missing = self._layout.unless_missing(whole) if type_.optional else None
        self._layout.constant(b'"')
        column = self._column(key)
        self._layout.escaped(column) if key.as_text and not key.plain else self._layout.text(column)
        self._layout.constant(b'":')
        self._value(type_.members["value"])
        self._layout.constant(b",")
        if missing is not None:
            self._layout.end(missing)


class _Elements(JsonText):
    """Prints what is in the arrays, or maps, of one type: a row is what stands between its brackets, with a comma at its end, which the closing bracket replaces."""

    def __init__(self, type_: Type) -> None:
        assert type_.element is not None
        self._is_array, self._type = type_.kind is Kind.ARRAY, replace(JSON, nullable=type_.nullable, optional=type_.optional)
        super().__init__(type_.element)

    def _value_of(self, type_: Type) -> None:
        self._element(type_) if self._is_array else self._entry(type_)

    def column(self, column: Column) -> Column:
        """The texts of a column of arrays or maps."""
        assert column.elements is not None
        data, element_ends = self.rows(column.elements)
        ends = np.concatenate([_BEGIN, element_ends])[column.ends]
        state = column.state if self._type.stateful else None  # where several columns are merged, it is the result that has states
        return Column(self._type, column.rows, data=data, ends=ends, state=state)


_BEGIN = np.zeros(1, np.int64)


def _in_order(column: Column, elements: Iterator[_Elements]) -> Iterator[Column]:
    """A column and all in it, as the layout was told of them."""
    if column.elements is not None:
        yield next(elements).column(column)
        return
    yield column
    for child in column.children.values():
        yield from _in_order(child, elements)


def _name(name: str) -> bytes:
    """A member's name as a JSON string."""
    return msgspec.json.encode(name)
