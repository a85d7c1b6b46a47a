"""How an entity's population grows, as numbers."""

from __future__ import annotations

from springhead.quantities import us_of
from springhead.rates.growth import Growth
from springhead.rates.mass import Step
from springhead.spec import Entity
from springhead.spec.rate import steps_of


def growth_of(entity: Entity) -> Growth | None:
    """The growth of a population; None: it does not grow."""
    if (growing := entity.growing) is None:
        return None
    return Growth(growing.first, [Step(*step) for step in steps_of(growing.by)], us_of(entity.as_of))
