"""An entity: what one file of include/entities says of a population."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field as Argument
from pydantic import PrivateAttr

from springhead.fields import Fields, Model
from springhead.fields.field import ReferenceText
from springhead.spec.distribution import Distribution
from springhead.spec.growing import Count, Growing
from springhead.spec.values import Seed, Time
from springhead.spec.yaml import Document

if TYPE_CHECKING:
    from springhead.spec.entities import Entities


class Entity(Model):
    """A population, such as customers or products, whose members the streams refer to. Its name is the file's."""

    later = frozenset({"extends"})

    description: str | None = Argument(None, description="What the members are; for people only.")
    count: Count = Argument(description="How many members there are; or {from: 1000, by: 5/h}: the population grows.")
    fields: Fields = Argument(description="name → field. A member has them in this order.")
    key: ReferenceText | None = Argument(
        None, description="The field that identifies a member; streams that publish each member are keyed by it."
    )
    as_of: Time = Argument(
        datetime(2026, 1, 1, tzinfo=UTC),
        description='The members\' "now", for dates of birth and the like. A date, or a time with an offset.',
    )
    distribution: Distribution = Argument(
        "uniform",
        description="How references pick members: uniform, round_robin (one after the other), {zipf: exponent}; or {recent: …}, by age, of a population that grows.",
    )
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
    def growing(self) -> Growing | None:
        """How the population grows; None: it does not."""
        return self.count if isinstance(self.count, Growing) else None

    @property
    def fixed(self) -> int:
        """How many members there are, of a population that does not grow."""
        assert isinstance(self.count, int)
        return self.count

    @property
    def youngest(self) -> int:
        """The least age in members that references pick; 0: the newest member."""
        ages = self.distribution["recent"] if isinstance(self.distribution, dict) and "recent" in self.distribution else 0
        return ages[0] if isinstance(ages, list) else 0

    @property
    def may_lack(self) -> bool:
        """Whether there are moments at which a reference finds no member."""
        return self.growing is not None and self.growing.first <= self.youngest

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self._path.stem

    @property
    def effective_seed(self) -> str:
        """What the members' draws are seeded with."""
        return self.name if self.seed is None else str(self.seed)
