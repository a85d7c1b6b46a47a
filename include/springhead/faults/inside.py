"""Faults of one field of the value."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.columns.type import Kind
from springhead.faults.fault import MISSING, UNFIT, Chance, FieldFault, Target, is_text, some
from springhead.fields import Field
from springhead.fields.grid import Grid
from springhead.fields.kinds.decimal import Decimal as DecimalField
from springhead.fields.kinds.integer import Integer
from springhead.fields.kinds.number import Number
from springhead.wording import listed

if TYPE_CHECKING:
    from springhead.encoding import Encoder


class WrongType(FieldFault, kind="wrong_type"):
    """A field has another type: a text is a number; a number, true and false, an array and an object are texts."""

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        match sound := values.read(member):
            case str():
                return chance[0] % 1_000_000
            case bool():
                return str(sound).lower()
            case list():
                return "array"
            case dict():
                return "object"
            case _:
                return str(sound)


class NullField(FieldFault, kind="null_field"):
    """A field that is never null is null."""

    def unfit(self, target: Target) -> str:
        return "may be null in a sound record, too" if target.type and target.type.nullable else ""

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        return None


class MissingField(FieldFault, kind="missing_field"):
    """A field that is always there is left out."""

    def unfit(self, target: Target) -> str:
        return "may be left out of a sound record, too" if target.type and target.type.optional else ""

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        return MISSING


class OutOfRange(FieldFault, kind="out_of_range"):
    """A number lies outside the [min, max] of its field, above or below, by up to as much as that is wide."""

    def unfit(self, target: Target) -> str:
        return (
            ""
            if _range(target.field)
            else "has no [min, max] to be outside of: it takes fields of the kinds 'integer', 'number' and 'decimal'"
        )

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        found = _range(target.field)
        assert found is not None
        low, high = found.low, found.low + (found.cells - 1) * found.step
        beyond = 1 + chance[0] % (high - low + 1)
        # As a Decimal: a number may need more than 64 bits.
        outside = Decimal(high + beyond if chance[1] % 2 else low - beyond).scaleb(-found.decimals)
        return f"{outside:f}" if isinstance(target.field, DecimalField) else outside


def _range(field: Field) -> Grid | None:
    """The values that a number has; None: it has no bounds."""
    return field.grid if isinstance(field, Integer | Number | DecimalField) else None


CaseName = Literal["empty", "longest", "smallest", "largest", "unicode"]
_OF_TEXTS: tuple[CaseName, ...] = ("empty", "longest", "unicode")
_OF_NUMBERS: tuple[CaseName, ...] = ("smallest", "largest")
_CASES = {Kind.TEXT: _OF_TEXTS, Kind.NUMBER: _OF_NUMBERS}
_LONGEST = 4_096  # characters
_INTEGERS = {"smallest": -(2**63), "largest": 2**63 - 1}
_DOUBLES = {"smallest": -1.7976931348623157e308, "largest": 1.7976931348623157e308}
_EXOTIC = (
    "👩‍👩‍👧‍👦",  # one character to a reader, seven code points, 25 bytes
    "\u202egnirts",  # right-to-left override
    "Z\u0351\u036b\u0343a\u0363\u0349\u0348l\u034d\u0352g\u0333o",  # combining marks
    "\u0000",  # which databases refuse in a text
    "\ufeff\u200b",  # a byte order mark and a blank without width
    "İıßẞ",  # letters whose upper and lower case differ in length or by language
    "\u2028\u2029",  # line ends to JavaScript, not to JSON
    "𝕊𝔭𝔯𝔦𝔫𝔤",  # beyond 16 bits
    "اَلْعَرَبِيَّةُ",  # right to left, with marks
)


class EdgeCase(FieldFault, kind="edge_case"):
    """A field has an unusual value of its own type: an empty text, one of 4,096 characters or exotic Unicode; the smallest or the largest number of 64 bits."""

    cases: Annotated[tuple[CaseName, ...], AfterValidator(some)] = Argument(
        (*_OF_TEXTS, *_OF_NUMBERS),
        strict=False,
        description="Which of empty, longest, unicode (texts), smallest, largest (numbers).",
    )

    def unfit(self, target: Target) -> str:
        fitting = _CASES.get(target.type.kind) if target.type else (*_OF_TEXTS, *_OF_NUMBERS)
        if fitting is None:
            return "is neither a text nor a number"
        return "" if set(fitting) & set(self.cases) else f"can have none of the cases {listed(self.cases)}; it can have {listed(fitting)}"

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        sound = values.read(member)
        quoted = target.type is not None and target.type.quoted
        if isinstance(sound, str) and not quoted:
            of_its_type = _OF_TEXTS
        elif isinstance(sound, bool | list | dict):
            return UNFIT
        else:
            of_its_type = _OF_NUMBERS
        cases = [case for case in self.cases if case in of_its_type]
        for number in range(len(cases)):
            made = _edge(cases[(chance[0] + number) % len(cases)], 0 if quoted else sound, chance)
            made = f"{made}" if quoted else made
            if made != sound:
                return made
        return UNFIT


def _edge(case: str, sound: Any, chance: Chance) -> Any:
    match case:
        case "empty":
            return ""
        case "longest":
            return (sound * (_LONGEST // len(sound) + 1))[:_LONGEST] if sound else "x" * _LONGEST
        case "unicode":
            return _EXOTIC[chance[1] % len(_EXOTIC)]
        case _:
            return (_INTEGERS if isinstance(sound, int) else _DOUBLES)[case]


class Orphan(FieldFault, kind="orphan"):
    """A reference names no member of its entity: a foreign key without a row."""

    def unfit(self, target: Target) -> str:
        return "" if target.identifies else "is no reference to an entity's key, one of the kinds 'sequence' and 'uuid'"

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        return target.strangers[chance[0] % len(target.strangers)]


class Oversized(FieldFault, kind="oversized"):
    """A text is longer than anybody expects."""

    bytes: int = Argument(16_384, ge=1, le=100_000_000, description="By so many bytes. Broker, topic and producer must allow such records.")

    def unfit(self, target: Target) -> str:
        return "" if is_text(target.type) else "is no text"

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        return values.longer(member, self._filling) if isinstance(values.read(member), str) else UNFIT

    @cached_property
    def _filling(self) -> Any:
        return b"x" * self.bytes
