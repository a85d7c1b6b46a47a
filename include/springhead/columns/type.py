"""The type of a column: what its values are and how they are held, known before anything is drawn. Imports nothing heavy, because DAG parsing reads types, too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

NOT_PLAIN = re.compile(rb'[\x00-\x1f"\\]')
"""What makes a text not plain: characters that formats have to escape (JSON: RFC 8259 §7)."""


class Kind(Enum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"  # a moment, printed in the form that its field asks for
    ARRAY = "array"
    OBJECT = "object"
    MAP = "map"
    JSON = "json"  # arrays or objects whose insides are not known, printed as JSON


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a column.

    Attributes:
        kind: what its values are.
        decimals: NUMBER: digits after the decimal point; None: their count varies from value to value, and each value is held as its printed text; so may be whole
            numbers, which have none.
        nullable: whether a row may be null.
        optional: whether a row may be missing: its field is left out of the record.
        printed: NUMBER, BOOLEAN: each value is held as its JSON text, not as an integer. The other kinds are held in one way only.
        trimmed: NUMBER: whether zeros at the end of its decimals are not printed.
        quoted: NUMBER: formats without a decimal type have it as a text, "12.50"; wherever else it is a number.
        plain: TEXT, TIMESTAMP: whether no value has anything in it that NOT_PLAIN finds.
        members: OBJECT: name → type, in the order of the record.
        element: ARRAY, MAP: the type of what is in it; a map's entries are objects of `key` and `value`.
    """

    kind: Kind
    decimals: int | None = None
    nullable: bool = False
    optional: bool = False
    printed: bool = False
    trimmed: bool = False
    quoted: bool = False
    plain: bool = False
    members: Mapping[str, Type] = field(default_factory=lambda: _NO_MEMBERS)
    element: Type | None = None

    @property
    def as_text(self) -> bool:
        """Whether a column holds the values as bytes of text, one row behind the other; else as integers or as children."""
        return self.printed or self.kind in (Kind.TEXT, Kind.TIMESTAMP, Kind.JSON)

    @property
    def stateful(self) -> bool:
        """Whether a row may be something else than a value."""
        return self.nullable or self.optional

    @property
    def prints(self) -> bool:
        """Whether its values print in a text: arrays, objects and maps do not."""
        return self.kind in (Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.TIMESTAMP)


_NO_MEMBERS: Mapping[str, Type] = MappingProxyType({})

TEXT = Type(Kind.TEXT)
BOOLEAN = Type(Kind.BOOLEAN)
PRINTED_NUMBER = Type(Kind.NUMBER, printed=True)
PRINTED_WHOLE = Type(Kind.NUMBER, 0, printed=True)
PRINTED_BOOLEAN = Type(Kind.BOOLEAN, printed=True)
JSON = Type(Kind.JSON)

WHAT_DOES_NOT_PRINT = "lists, objects or values of several types"
"""The values of types that do not print, in words."""


def number(decimals: int = 0) -> Type:
    """Numbers held as integers, with so many of their digits behind the point."""
    return Type(Kind.NUMBER, decimals)
