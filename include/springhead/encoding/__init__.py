"""Encodings: from columns to values. A format is one module with one class of the shape of `Encoder`, and its line in ENCODERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from springhead.columns.column import Bytes, Column
from springhead.columns.rows import Rows
from springhead.columns.type import Type
from springhead.encoding.csv import CsvEncoder
from springhead.encoding.json import JsonEncoder
from springhead.encoding.string import StringEncoder
from springhead.topic_facts import TopicFacts

__all__ = ["ENCODERS", "Encoder", "encoder_of"]


class Encoder(Protocol):
    """Encodes the records of one type for one topic; owns its buffers."""

    @property
    def head(self) -> bytes:
        """What stands before the lines of a file, such as the names of its columns; empty: nothing."""

    def encode(self, records: Column) -> Rows:
        """The values of a chunk of records, valid until the next call.

        Args:
            records: an OBJECT column of the encoder's type.
        """

    def text(self, value: bytes) -> str:
        """A value as a person reads it, in one line."""

    def lines(self, values: Rows) -> Bytes:
        """Values as the lines of a file, each with its end: uint8, valid until the next call."""

    # A value taken apart, for the few records that are damaged.

    def opened(self, value: Any) -> dict[str, Any]:
        """The members of a value, or of one of its objects, by name, each as it is encoded."""

    def is_null(self, member: Any) -> bool:
        """Whether a member is null."""

    def read(self, member: Any) -> Any:
        """What a member is, as Python has it: None, bool, int, Decimal, str, list, dict."""

    def longer(self, member: Any, filling: bytes) -> Any:
        """A text, as it is encoded, with these letters more at its end."""

    def closed(self, members: Mapping[str, Any]) -> bytes:
        """The value of these members: each encoded already, or as Python has it, or such a mapping again."""


ENCODERS: dict[str, Callable[..., Encoder]] = {"json": JsonEncoder, "csv": CsvEncoder, "string": StringEncoder}
"""Name of a format → from (type of the record, facts of the topic, options of the format by name) to its encoder."""


def encoder_of(format_: str, record: Type, facts: TopicFacts, options: Mapping[str, Any] | None = None) -> Encoder:
    """The encoder of a format for records of this type.

    Args:
        format_: one of ENCODERS.
        record: an OBJECT type, its members the visible fields in the order of the spec.
        facts: of the topic.
        options: of the format; None: its defaults.
    """
    return ENCODERS[format_](record, facts, **(options or {}))
