"""What every kind of fault has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from pydantic import AfterValidator, model_validator
from pydantic import Field as Argument

from springhead.columns.type import Kind, Type
from springhead.fields import Field, Model
from springhead.fields.model import bare_or_mapping
from springhead.fields.share import SHARE, Share, share

if TYPE_CHECKING:
    from springhead.encoding import Encoder

FieldPath = tuple[str, ...]


def some(value: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """The value, if it is no empty list: pydantic's own check counts the items that are right.

    Raises:
        ValueError: it is one.
    """
    if value == ():
        raise ValueError("is empty: give at least one")
    return value


Chance: TypeAlias = tuple[int, int]
"""What a copy may draw from: two words, 0 … 2^64 − 1, that no other copy has."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field of the value that a fault may damage.

    Attributes:
        path: its names from the value's root on.
        field: as the stream says.
        type: of its column; None: only Faker can tell.
        name: as users write it.
        inside, last: its path without the last name, and that.
        identifies: whether it refers to a member of an entity by a key that no other member has.
        strangers: such keys of no member, as they are encoded; none before they are asked for.
    """

    path: FieldPath
    field: Field
    type: Type | None
    name: str = ""
    inside: FieldPath = ()
    last: str = ""
    identifies: bool = False
    strangers: Sequence[Any] = ()

    @classmethod
    def of(cls, path: FieldPath, field: Field, type_: Type | None, *, identifies: bool) -> Target:
        """The target at a path."""
        return cls(path, field, type_, ".".join(path), path[:-1], path[-1], identifies)


class Fault(Model):
    """A fault: the share of the records of which a faulty copy is made, and its options."""

    kind: ClassVar[str]

    share: Share = Argument(description="Of the records, 0 … 1.")

    def __init_subclass__(cls, kind: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = kind

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        if isinstance(value, dict | Fault):
            return value
        return {"share": share(value)}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> Any:
        return bare_or_mapping(SHARE, core_schema, handler)

    @property
    def named(self) -> tuple[str, ...] | None:
        """The fields that it is to damage; None: any that it fits."""
        return None

    @property
    def needs_field(self) -> bool:
        """Whether there is nothing to damage in a value without a field that it fits."""
        return False

    def unfit(self, target: Target) -> str:
        """Why it cannot damage a field, as the end of a sentence that the field begins; empty: it can."""
        return ""

    def damaged(self, value: bytes, values: Encoder, chance: Chance, targets: Iterable[Target]) -> tuple[bytes, str] | None:
        """A damaged value, and the field that was damaged ("": none in particular); None: this one cannot be damaged so.

        Args:
            value: the sound one.
            values: takes it apart.
            chance: of this copy.
            targets: what may be damaged, in the order in which it is tried.
        """
        # Each kind has its own, but `duplicate` and `drop`, which damage nothing and are never asked. No abstractmethod: a kind is a model without it.
        raise NotImplementedError(self.kind)


class FieldFault(Fault):
    """A fault of one field of the value."""

    fields: Annotated[tuple[str, ...] | None, AfterValidator(some)] = Argument(
        None,
        strict=False,
        description="The fields that it may damage, such as amount or customer.name. Default: any that it fits.",
    )

    @property
    def named(self) -> tuple[str, ...] | None:
        return self.fields

    @property
    def needs_field(self) -> bool:
        return True

    def damaged(self, value: bytes, values: Encoder, chance: Chance, targets: Iterable[Target]) -> tuple[bytes, str] | None:
        members = values.opened(value)
        for target in targets:
            inside: dict[str, Any] | None = members
            for name in target.inside:
                inside = _object_in(inside, name, values)
            if inside is None or (member := inside.get(target.last)) is None or values.is_null(member):
                continue
            if (instead := self.instead(member, values, target, chance)) is UNFIT:
                continue
            if instead is MISSING:
                del inside[target.last]
            else:
                inside[target.last] = instead
            return values.closed(members), target.name
        return None

    def instead(self, member: Any, values: Encoder, target: Target, chance: Chance) -> Any:
        """What takes a field's place: encoded, as Python has it, MISSING, or UNFIT where this value cannot be damaged so.

        Args:
            member: the field as it is encoded, not null.
        """
        # Each of these kinds has its own; no abstractmethod, as above.
        raise NotImplementedError(self.kind)


MISSING, UNFIT = object(), object()


def _object_in(members: dict[str, Any] | None, name: str, values: Encoder) -> dict[str, Any] | None:
    """An object in these members, opened in its place; None: there is none in this record."""
    if members is None or (member := members.get(name)) is None:
        return None
    if isinstance(member, dict):  # a target before has opened it, and was not there
        return member
    if values.is_null(member):
        return None
    members[name] = opened = values.opened(member)
    return opened


def targets_of(
    fields: Mapping[str, Field], types: Mapping[FieldPath, Type | None], identifies: Callable[[Field], bool], inside: FieldPath = ()
) -> Iterator[Target]:
    """All fields of the value, those in objects behind the objects; hidden ones are not in it, and what is in arrays and in alternatives is a part of them.

    Args:
        fields: by name.
        types: by path, those of hidden fields may be left out.
        identifies: see `Target`.
        inside: what they stand in.
    """
    for name, field in fields.items():
        if not field.hidden:
            path = (*inside, name)
            yield Target.of(path, field, types.get(path), identifies=identifies(field))
            yield from targets_of(field.members, types, identifies, path)


def no_target(targets: Sequence[Target], unfit: Callable[[Target], str]) -> str:
    """Why there is no field that a fault could damage."""
    return (
        f"the field '{targets[0].name}' {unfit(targets[0])}" + (", and no other fits" if len(targets) > 1 else "")
        if targets
        else "the value has no field"
    )


def is_text(type_: Type | None) -> bool:
    """Whether a field may be a text."""
    return type_ is None or type_.kind is Kind.TEXT
