"""A population: all members of an entity, to look at and to load into a database."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from springhead.columns.column import Column
from springhead.columns.rows import Rows
from springhead.columns.type import Type
from springhead.encoding import encoder_of
from springhead.errors import FieldError
from springhead.records.field_plan import FieldPlan
from springhead.records.growth import growth_of
from springhead.records.members import members_chunk
from springhead.spec import Entity, errors_in
from springhead.spec.format import Format, JsonFormat
from springhead.topic_facts import TopicFacts

_CHUNK = 16_384  # members made at once


class Population:
    """Makes an entity's members, any of them alone. Prepared once.

    Args:
        entity: whose.
        at_us: the moment at which they are counted, µs since 1970, of a population that grows; None: `as_of`.
        format_: of a member; None: JSON.

    Attributes:
        count: how many there are.
        encoder: of a member.

    Raises:
        SpecError: fields cannot be made, for a reason that only Faker can tell.
    """

    def __init__(self, entity: Entity, at_us: int | None = None, format_: Format | None = None) -> None:
        self._entity, self._growth = entity, growth_of(entity)
        self.count = entity.fixed if self._growth is None else self._growth.count(self._growth.as_of_us if at_us is None else at_us)
        form = format_ or JsonFormat()
        with errors_in(entity):
            self._plan = FieldPlan.of(entity)
            if wrong := list(form.unfit(self._plan.type.members)):
                found = [(("fields", name, entity.fields[name].kind), False, why) for name, why in wrong]
                raise FieldError("\n".join(f"fields.{name}: {why}" for name, why in wrong), found=found)
            self.encoder = encoder_of(form.name, self._plan.type, TopicFacts(partitions=1), form.options)

    def chunks(self, numbers: range | None = None) -> Iterator[range]:
        """The numbers of all members, or of these, as many at a time as are made at once."""
        wanted = range(self.count) if numbers is None else numbers
        for first in range(wanted.start, wanted.stop, _CHUNK):
            yield range(first, min(first + _CHUNK, wanted.stop))

    @property
    def type(self) -> Type:
        """Of a member as `columns` makes it: an OBJECT."""
        return self._plan.type

    def columns(self, numbers: range) -> Column:
        """These members as columns, valid until the next call. Raises as `members` does."""
        with errors_in(self._entity):
            return self._plan.draw(members_chunk(self._entity, self._growth, np.arange(numbers.start, numbers.stop, dtype=np.uint64)))

    def members(self, numbers: range) -> Rows:
        """These members, encoded; valid until the next call.

        Raises:
            SpecError: they show that a field cannot be made.
        """
        with errors_in(self._entity):
            made = self.columns(numbers)
            try:
                return self.encoder.encode(made)
            except FieldError as error:
                raise FieldError(f"the member: {error}", ("fields",)) from None
