"""`partition`: the one that all records go to, or a field that gives each record's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from springhead.columns.type import Kind, Type
from springhead.fields import Field, read_field
from springhead.fields.field import A_FIELD
from springhead.fields.kinds.choice import Choice
from springhead.fields.kinds.constant import Constant
from springhead.fields.kinds.cycle import Cycle
from springhead.fields.kinds.integer import Integer
from springhead.fields.model import Place
from springhead.fields.scalar import Scalar
from springhead.topic_facts import MOST_PARTITIONS
from springhead.wording import describe

_NO_WHOLE = "a partition is a whole number, and this field gives"


def read_partition(value: object) -> int | Field:
    """The partition, or the field, that the YAML means.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, Field | dict):
        return read_field(value)
    if isinstance(value, bool) or not isinstance(value, int):
        hint = f". Write {value} without quotes" if isinstance(value, str) and re.fullmatch("[0-9]+", value) else ""
        raise ValueError(
            f"expected a partition's number, or a field that gives one, such as {{choice: {{0: 80, 1: 20}}}}; found {describe(value)}{hint}"
        )
    if not 0 <= value < MOST_PARTITIONS:
        bound = "at least 0" if value < 0 else f"at most {MOST_PARTITIONS - 1:,}"
        raise ValueError(f"must be {bound}; found {describe(value)}")
    return value


_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST_PARTITIONS - 1}, A_FIELD]}

Partition = Annotated[int | Field, PlainValidator(read_partition), WithJsonSchema(_SCHEMA)]


def bounds_of(partition: int | Field | None) -> tuple[int, int] | None:
    """The least and the largest partition that can come; None: only the records can tell."""
    match partition:
        case int():
            return partition, partition
        case Integer(integer=(int(low), int(high))):
            return low, high
        case Constant(constant=int(value)):
            return value, value
        case Choice() | Cycle():
            values = [value for value in _given(partition) if isinstance(value, int)]
            return min(values, default=0), max(values, default=0)
        case Field() if partition.kind in ("mix", "case"):
            found = [bounds_of(child) for child in partition.children.values()]
            known = [each for each in found if each is not None]
            return (min(low for low, _ in known), max(high for _, high in known)) if known and len(known) == len(found) else None
        case _:
            return None


def _given(field: Field) -> tuple[Scalar, ...]:
    """The values that a field was given, of a kind that is given its values."""
    match field:
        case Choice():
            return field.values
        case Cycle():
            return field.cycle
        case Constant():
            return (field.constant,)
        case _:
            return ()


def check_partition(partition: int | Field | None, place: Place, told: Type | None, count: int | None) -> Iterator[tuple[Place, str]]:
    """What is wrong with a stream's or a variant's partition.

    Args:
        partition: as it is written.
        place: where it stands.
        told: the type of a field; None: only Faker can tell.
        count: how many partitions the topic has, if the stream says so.
    """
    inside = (*place, partition.kind) if isinstance(partition, Field) else place
    if isinstance(partition, Field):
        if odd := [value for value in _given(partition) if isinstance(value, float)]:
            yield inside, f"{_NO_WHOLE} {odd[0]}"
        elif told is not None and told.kind is not Kind.NUMBER:
            yield inside, f"{_NO_WHOLE} {'true and false' if told.kind is Kind.BOOLEAN else 'texts'}"
        elif told is not None and told.decimals:
            yield inside, f"{_NO_WHOLE} numbers with decimals"
        elif told is not None and told.stateful:
            yield place, f"each record has a partition, and this field may be {'null' if told.nullable else 'missing'}"
    bounds = bounds_of(partition)
    if bounds is None:
        return
    low, high = bounds
    if low < 0:
        yield inside, f"there is no partition {low}: they are counted from 0 on"
    elif count and high >= count:
        yield inside, f"there is no partition {high}: topic_config gives the topic {count}, from 0 on"
