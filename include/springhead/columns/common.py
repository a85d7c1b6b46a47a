"""The type that several have in common. Imports nothing heavy, as types do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from springhead.columns.type import JSON, Kind, Type

_PRINTED = (Kind.NUMBER, Kind.BOOLEAN)


def common_type(types: Sequence[Type]) -> Type:
    """The type of a column whose rows come from columns of these types, at least one.

    Numbers of different decimals are held as they print. Objects have the members of all: one that some lack may be missing. What is of different kinds is held as JSON.
    """
    first = types[0]
    nullable, optional = any(each.nullable for each in types), any(each.optional for each in types)
    kinds = {each.kind for each in types}
    plain = all(each.plain for each in types)
    if kinds == {Kind.TEXT, Kind.TIMESTAMP}:
        return Type(Kind.TEXT, nullable=nullable, optional=optional, plain=plain)
    if len(kinds) > 1 or len({each.quoted for each in types}) > 1:
        return replace(JSON, nullable=nullable, optional=optional)
    mixed = replace(first, nullable=nullable, optional=optional, plain=plain)
    if first.kind is Kind.OBJECT:
        return replace(mixed, members={name: _member(name, types) for each in types for name in each.members})
    if first.element is not None:
        return replace(mixed, element=common_type([each.element for each in types if each.element is not None]))
    alike = all((each.decimals, each.printed, each.trimmed) == (first.decimals, first.printed, first.trimmed) for each in types)
    whole = 0 if all(each.decimals == 0 for each in types) else None
    return mixed if alike or first.kind not in _PRINTED else replace(mixed, printed=True, decimals=whole, trimmed=False)


def _member(name: str, types: Sequence[Type]) -> Type:
    found = [each.members[name] for each in types if name in each.members]
    type_ = common_type(found)
    return type_ if len(found) == len(types) else replace(type_, optional=True)
