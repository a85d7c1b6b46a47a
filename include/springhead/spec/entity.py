"""An entity: what one file of include/entities says of a population."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field as Argument
from pydantic import PrivateAttr

from springhead.fields import Fields
from springhead.fields.field import ReferenceText
from springhead.spec.distribution import Distribution
from springhead.spec.growing import Count, Growing
from springhead.spec.values import Seed, Time
from springhead.spec.written import Written

if TYPE_CHECKING:
    pass


class Entity(Written):
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
