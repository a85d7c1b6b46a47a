"""Faults of a record as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.faults.fault import Chance, Fault, Target
from springhead.fields import FieldName
from springhead.fields.amounts import bounds, count_schema, read_count
from springhead.fields.distributions.spread import Spread

if TYPE_CHECKING:
    from springhead.encoding import Encoder

MOST_LATER = 100_000  # records between a record and its duplicate: a chunk looks so far back
_MOST_CORRUPT = 4  # bytes
_LETTER = re.compile(rb"[A-Za-z]")


def _later(value: object) -> tuple[int, int] | Spread:
    count = read_count(value, MOST_LATER, "a number of records")
    return count if isinstance(count, Spread) else bounds(count)


class Duplicate(Fault, kind="duplicate"):
    """The same record once more: key, value, headers, partition and timestamp."""

    by: Annotated[tuple[int, int] | Spread, PlainValidator(_later), WithJsonSchema(count_schema(MOST_LATER))] = Argument(
        (0, 0),
        description="So many records later, [min, max] or a distribution; at the batch's end where that is behind it. Default: right after it.",
    )

    def damaged(self, value: bytes, values: Encoder, chance: Chance, targets: Iterable[Target]) -> tuple[bytes, str] | None:
        return value, ""


class CorruptBytes(Fault, kind="corrupt_bytes"):
    """One to four bytes are others: control characters, which no JSON has. The length stays."""

    def damaged(self, value: bytes, values: Encoder, chance: Chance, targets: Iterable[Target]) -> tuple[bytes, str] | None:
        if not value:
            return None
        bytes_, places = bytearray(value), chance[0] >> 2
        for number in range(1 + chance[0] % _MOST_CORRUPT):
            place = places % len(value)
            places //= len(value)
            bytes_[place] = (chance[1] >> 3 * number) % 8  # RFC 8259 §7: U+0000 … U+001F stand nowhere in JSON but for tab and line breaks
        return bytes(bytes_), ""


class Truncated(Fault, kind="truncated"):
    """The value breaks off: one byte of it or more is left, one or more are not."""

    def damaged(self, value: bytes, values: Encoder, chance: Chance, targets: Iterable[Target]) -> tuple[bytes, str] | None:
        return (value[: 1 + chance[0] % (len(value) - 1)], "") if len(value) > 1 else None


class BadEncoding(Fault, kind="bad_encoding"):
    """A letter is é in Latin-1, the byte E9: the value is not UTF-8. The length stays."""

    def damaged(self, value: bytes, values: Encoder, chance: Chance, targets: Iterable[Target]) -> tuple[bytes, str] | None:
        if not value:
            return None
        place = chance[0] % len(value)
        found = _LETTER.search(value, place) or _LETTER.search(value)
        place = found.start() if found else place
        return value[:place] + b"\xe9" + value[place + 1 :], ""


class ExtraField(Fault, kind="extra_field"):
    """A field more at the end of the value: what a producer of a newer version sends."""

    name: FieldName = Argument("unexpected", description="The field's name.")

    def damaged(self, value: bytes, values: Encoder, chance: Chance, targets: Iterable[Target]) -> tuple[bytes, str] | None:
        return values.closed({**values.opened(value), self.name: f"{chance[0]:016x}"}), self.name


class Drop(Fault, kind="drop"):
    """The record is not there, and no copy of it: a gap."""
