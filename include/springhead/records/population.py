"""A population: all members of an entity, to look at and to load into a database."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from springhead.columns.rows import Rows
from springhead.encoding import encoder_of
from springhead.errors import FieldError
from springhead.records.field_plan import FieldPlan
from springhead.records.growth import growth_of
from springhead.records.members import members_chunk
from springhead.spec import Entity, errors_in
from springhead.topic_facts import TopicFacts

_CHUNK = 16_384  # members made at once


class Population:
    """Makes an entity's members, any of them alone. Prepared once.

    Args:
        entity: whose.
        at_us: the moment at which they are counted, µs since 1970, of a population that grows; None: `as_of`.

    Attributes:
        count: how many there are.
        encoder: of a member.

    Raises:
        SpecError: fields cannot be made, for a reason that only Faker can tell.
    """

    def __init__(self, entity: Entity, at_us: int | None = None) -> None:
        self._entity, self._growth = entity, growth_of(entity)
        self.count = entity.fixed if self._growth is None else self._growth.count(self._growth.as_of_us if at_us is None else at_us)
        with errors_in(entity):
            self._plan = FieldPlan.of(entity)
            self.encoder = encoder_of("json", self._plan.type, TopicFacts(partitions=1))

    def chunks(self, numbers: range | None = None) -> Iterator[range]:
        """The numbers of all members, or of these, as many at a time as are made at once."""
        wanted = range(self.count) if numbers is None else numbers
        for first in range(wanted.start, wanted.stop, _CHUNK):
            yield range(first, min(first + _CHUNK, wanted.stop))

    def members(self, numbers: range) -> Rows:
        """These members, encoded; valid until the next call.

        Raises:
            SpecError: they show that a field cannot be made.
        """
        with errors_in(self._entity):
            made = self._plan.draw(members_chunk(self._entity, self._growth, np.arange(numbers.start, numbers.stop, dtype=np.uint64)))
            try:
                return self.encoder.encode(made)
            except FieldError as error:
                raise FieldError(f"the member: {error}", ("fields",)) from None
