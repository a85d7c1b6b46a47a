"""One of several fields, by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.columns.type import Type
from springhead.fields.alternatives import alternatives_maker, texts_of_alternatives, type_of_alternatives
from springhead.fields.field import A_FIELD, Field, kind_of, read_field
from springhead.fields.model import Model, Place
from springhead.fields.site import MemberTexts, Reach, Site
from springhead.fields.weights import weights_of

if TYPE_CHECKING:
    from springhead.columns.column import Maker


class Part(Model):
    """One of the fields, and how likely it is."""

    field: Any
    weight: float = 1.0


def _part(value: object) -> Part:
    if isinstance(value, Part):
        return value
    weight: dict[Any, Any] = {}
    if isinstance(value, dict) and "weight" in value and not (isinstance(value["weight"], str) and "weight" in kind_of(value).model_fields):
        weight = weights_of({"weight": value["weight"]})
        value = {key: argument for key, argument in value.items() if key != "weight"}
    return Part.model_construct(field=read_field(value), **weight)


class Mix(Field, kind="mix"):
    """One of several fields, each as likely as its weight says."""

    example = "{mix: [{faker: name, weight: 9}, {faker: company, weight: 1}]}"
    chunks_inside = True

    mix: Annotated[
        list[Annotated[Part, PlainValidator(_part), WithJsonSchema(A_FIELD)]],
        Argument(min_length=1),
    ] = Argument(description="Fields of any kinds, each with its weight, a number, beside it; 1 unless told.")

    @property
    def children(self) -> Mapping[str, Field]:
        return {f"[{number}]": part.field for number, part in enumerate(self.mix)}

    def place_inside(self, name: str) -> Place:
        return ("mix", int(name[1:-1]))

    def column_type(self, reach: Reach) -> Type | None:
        return type_of_alternatives(self.children, reach)

    def texts(self, member: MemberTexts) -> frozenset[str] | None:
        return texts_of_alternatives(self.children, member)

    def made(self) -> str:
        return "one of the following, by chance"

    def maker(self, site: Site) -> Maker:
        from springhead.columns.mixture import picker

        pick = picker([part.weight for part in self.mix], site.draws.key("mix"))
        return alternatives_maker(self.children, site, lambda chunk: pick(chunk.ids))
