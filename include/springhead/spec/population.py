"""A population in words: how many members it has, and how references pick them."""

from __future__ import annotations

from springhead.spec.entity import Entity
from springhead.spec.rate import rate_text


def picked(entity: Entity) -> str:
    """How references pick members, in words."""
    if isinstance(entity.distribution, str):
        return {"uniform": "evenly", "round_robin": "one after the other"}[entity.distribution]
    ((kind, argument),) = entity.distribution.items()
    if kind == "zipf":
        return f"by zipf {argument:g}"
    if isinstance(argument, list):
        return f"evenly by an age of {argument[0]:,} to {argument[1]:,} members"
    assert isinstance(argument, dict)
    ((kind, number),) = argument.items()
    return f"by an age of {number:g} members in the mean" if kind == "exponential" else f"by age, zipf {number:g}"


def counted(entity: Entity) -> str:
    """How many members there are, in words."""
    if entity.growing is None:
        return f"{entity.fixed:,} member{'s' * (entity.fixed != 1)}"
    first = entity.growing.first
    return f"{first:,} member{'s' * (first != 1)} on {entity.as_of:%Y-%m-%d}, {grows(entity)}"


def grows(entity: Entity) -> str:
    """By how much a growing population grows, in words."""
    assert entity.growing is not None
    return f"growing by {rate_text(entity.growing.by)}"
