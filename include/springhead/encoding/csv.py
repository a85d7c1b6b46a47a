"""CSV records (RFC 4180): a value is one record without the line break behind it, its columns the fields in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from springhead.columns.column import Bytes, Column, Ints
from springhead.columns.layout import Layout, Printer, RowBuffer
from springhead.columns.rows import Rows
from springhead.columns.type import TEXT, Kind, Type
from springhead.encoding.lines import Lines, readable
from springhead.kernels import SLACK, are_plain, quoted_texts
from springhead.topic_facts import TopicFacts

_NO_STATES: Bytes = np.zeros(0, np.uint8)
_READ = msgspec.json.Decoder(float_hook=Decimal)  # with all their digits


class CsvEncoder:
    """One line for each record: texts in quotes where they need them, an empty text as two quotes, nothing where there is no value. Nothing in it depends on the topic's facts.

    Args:
        record: an OBJECT type, whose members print in a text.
        _: of the topic.
        delimiter: an ASCII character.
    """

    def __init__(self, record: Type, _: TopicFacts, delimiter: str = ",") -> None:
        self._types, self._delimiter = record.members, delimiter.encode()
        self._cell = re.compile(rb'"[^"]*(?:""[^"]*)*"|[^%b]*' % re.escape(self._delimiter))
        alone = len(record.members) == 1
        self._layout, self._buffer, self._lines = Layout(), RowBuffer(), Lines(nulls=False)
        self._columns: dict[str, _Quoted | None] = {}
        for number, (name, type_) in enumerate(record.members.items()):
            self._layout.constant(self._delimiter if number else b"")
            quoted = _Quoted(type_, self._delimiter, shown=alone) if type_.stateful or type_.kind in (Kind.TEXT, Kind.TIMESTAMP) else None
            self._columns[name] = quoted
            self._layout.text(self._layout.column(TEXT if quoted else type_))

    @property
    def head(self) -> bytes:
        """The names of the columns, as a line of their own."""
        return self.closed(dict(zip(self._types, self._types, strict=True))) + b"\n"

    def encode(self, records: Column) -> Rows:
        columns = [quoted.column(records.children[name]) if quoted else records.children[name] for name, quoted in self._columns.items()]
        return Rows(*self._layout.rows(records.rows, self._buffer, columns))

    @staticmethod
    def text(value: bytes) -> str:
        return readable(value)

    def lines(self, values: Rows) -> Bytes:
        return self._lines.of(values)

    def opened(self, value: Any) -> dict[str, Any]:
        cells, at = [], 0
        while at <= len(value):
            found = self._cell.match(value, at)
            assert found is not None
            cells.append(found[0])
            at = found.end() + 1
        return {name: _Cell(cell, type_) for (name, type_), cell in zip(self._types.items(), cells, strict=True)}

    @staticmethod
    def is_null(member: Any) -> bool:
        return not member.text

    @staticmethod
    def read(member: Any) -> Any:
        if member.type.kind in (Kind.NUMBER, Kind.BOOLEAN):
            return _READ.decode(member.text)
        text = member.text.decode()
        return text[1:-1].replace('""', '"') if text[:1] == '"' else text

    @staticmethod
    def longer(member: Any, filling: bytes) -> Any:
        quoted = member.text[-1:] == b'"'
        return _Cell(member.text[:-1] + filling + b'"' if quoted else member.text + filling, member.type)

    def closed(self, members: Mapping[str, Any]) -> bytes:
        made = self._delimiter.join(map(self._written, members.values()))
        return made or b'""'

    def _written(self, member: Any) -> bytes:
        """A cell as it was, or of what Python has."""
        match member:
            case _Cell(text):
                return text
            case None:
                return b""
            case str():
                text = member.encode()
                plain = text and not any(each in text for each in (self._delimiter, b'"', b"\r", b"\n"))
                return text if plain else b'"%b"' % text.replace(b'"', b'""')
            case _:
                return msgspec.json.Encoder(decimal_format="number").encode(member)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A column of one record, as it is encoded."""

    text: bytes
    type: Type


class _Quoted:
    """A column's texts as they stand in the record; owns its buffers."""

    def __init__(self, type_: Type, delimiter: bytes, *, shown: bool) -> None:
        self._printer, self._delimiter, self._shown, self._buffer = Printer(type_), np.uint8(ord(delimiter)), shown, RowBuffer()

    def column(self, column: Column) -> Column:
        data, ends = self._printer.rows(column)
        if column.state is None and are_plain(data, ends, self._delimiter):
            return Column(TEXT, column.rows, data=data, ends=ends)
        out, out_ends = self._buffer.room(2 * _used(ends) + 2 * column.rows + SLACK, column.rows)
        quoted_texts(data, ends, _NO_STATES if column.state is None else column.state, self._delimiter, self._shown, out, out_ends)
        return Column(TEXT, column.rows, data=out, ends=out_ends)


def _used(ends: Ints) -> int:
    return int(ends[-1]) if ends.size else 0
