"""Texts: a value is what a template over the fields gives, such as a line of a web server's log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.columns.column import Bytes, Column
from springhead.columns.rows import Rows
from springhead.columns.type import Type
from springhead.encoding.lines import Lines, readable
from springhead.topic_facts import TopicFacts


class StringEncoder:
    """The one text of a record, as it is. Nothing in it depends on the topic's facts.

    Args:
        record: an OBJECT type with one member, a TEXT.
        _: of the topic.
    """

    head = b""

    def __init__(self, record: Type, _: TopicFacts) -> None:
        (self._name,) = record.members
        self._lines = Lines(nulls=False)

    def encode(self, records: Column) -> Rows:
        column = records.children[self._name]
        return Rows(column.data, column.ends)

    @staticmethod
    def text(value: bytes) -> str:
        return readable(value)

    def lines(self, values: Rows) -> Bytes:
        return self._lines.of(values)

    def opened(self, value: Any) -> dict[str, Any]:
        return {self._name: value}

    @staticmethod
    def is_null(member: Any) -> bool:  # noqa: ARG004  a text is never null
        return False

    @staticmethod
    def read(member: Any) -> Any:
        return member.decode()

    @staticmethod
    def longer(member: Any, filling: bytes) -> Any:
        return member + filling

    def closed(self, members: Mapping[str, Any]) -> bytes:
        member = members[self._name]
        return member.encode() if isinstance(member, str) else bytes(member)
