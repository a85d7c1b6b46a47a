"""An entity: what one file of include/entities says of a population."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator, PlainValidator, PrivateAttr, WithJsonSchema
from pydantic import Field as Argument

from springhead.fields import Fields, Model
from springhead.fields.field import ReferenceText
from springhead.fields.model import refused
from springhead.spec.values import Seed, Time
from springhead.spec.yaml import Document
from springhead.wording import describe, listed, meant

if TYPE_CHECKING:
    from springhead.spec.entities import Entities

MOST_MEMBERS = 1_000_000_000
LEAST_EXPONENT, MOST_EXPONENT = 0.01, 20.0  # of zipf: beyond them it is uniform, or one member has it all
_EVEN = ("uniform", "round_robin")

Distribution: TypeAlias = str | dict[str, float]
"""How references pick members: 'uniform', 'round_robin', or {'zipf': exponent}."""


def _distribution(value: object) -> Distribution:
    if isinstance(value, str):
        if value in _EVEN:
            return value
        if value == "zipf":
            raise ValueError("zipf needs its exponent: write {zipf: 1.05}")
        raise ValueError(f"unknown distribution {describe(value)}; there are {listed([*_EVEN, 'zipf'])}{meant(value, [*_EVEN, 'zipf'])}")
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f"expected uniform, round_robin or {{zipf: 1.05}}; found {describe(value)}")
    ((kind, argument),) = value.items()
    if kind in _EVEN:
        raise refused([((kind,), f"'{kind}' takes no argument: write it bare")], key=True)
    if kind == "recent":
        raise refused([((kind,), "the distribution 'recent' is not available yet")], key=True)
    if kind != "zipf":
        raise refused([((kind,), f"unknown distribution '{kind}'; there are {listed([*_EVEN, 'zipf'])}{meant(kind, ['zipf'])}")], key=True)
    if isinstance(argument, bool) or not isinstance(argument, int | float) or not LEAST_EXPONENT <= argument <= MOST_EXPONENT:
        raise refused([((kind,), f"expected zipf's exponent, {LEAST_EXPONENT:g} … {MOST_EXPONENT:g}; found {describe(argument)}")])
    return {"zipf": float(argument)}


def _count(value: object) -> object:
    if isinstance(value, dict) and "from" in value:
        raise ValueError("a population that grows is not available yet: write how many members there are")
    return value


class Entity(Model):
    """A population, such as customers or products, whose members the streams refer to. Its name is the file's."""

    later = frozenset({"extends"})

    description: str | None = Argument(None, description="What the members are; for people only.")
    count: Annotated[int, Argument(ge=1, le=MOST_MEMBERS), BeforeValidator(_count)] = Argument(description="How many members there are.")
    fields: Fields = Argument(description="name → field. A member has them in this order.")
    key: ReferenceText | None = Argument(
        None, description="The field that identifies a member; streams that publish each member are keyed by it."
    )
    as_of: Time = Argument(
        datetime(2026, 1, 1, tzinfo=UTC),
        description='The members\' "now", for dates of birth and the like. A date, or a time with an offset.',
    )
    distribution: Annotated[
        Distribution,
        PlainValidator(_distribution),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": list(_EVEN)},
                    {
                        "type": "object",
                        "properties": {"zipf": {"type": "number", "minimum": LEAST_EXPONENT, "maximum": MOST_EXPONENT}},
                        "required": ["zipf"],
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ] = Argument("uniform", description="How references pick members: uniform, round_robin (one after the other), or {zipf: exponent}.")
    seed: Seed | None = Argument(None, description="Another seed gives other members. Default: the entity's name.")

    _path: Path = PrivateAttr(Path("entity.yaml"))
    _document: Document | None = PrivateAttr(None)
    _entities: Entities | None = PrivateAttr(None)

    def model_post_init(self, context: Any) -> None:
        """The context of validation is the file's path."""
        if isinstance(context, Path):
            self._path = context

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def document(self) -> Document | None:
        """The file's YAML with the places of all that stands in it; None: it came from no file."""
        return self._document

    @property
    def entities(self) -> Entities:
        """Those that it may refer to."""
        if self._entities is None:
            from springhead.spec.entities import Entities  # which loads what this module defines

            self._entities = Entities()
        return self._entities

    def came_from(self, document: Document, entities: Entities) -> None:
        """Remembers the file's YAML, for errors that show only when values are drawn, and the entities that it was read with."""
        self._document, self._entities = document, entities

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self._path.stem

    @property
    def effective_seed(self) -> str:
        """What the members' draws are seeded with."""
        return self.name if self.seed is None else str(self.seed)
