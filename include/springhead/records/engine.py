"""The engine's identity: the versions that decide the bytes of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

GENERATION = (
    5  # of the engine: raised, on purpose and in the CHANGELOG, by a change that moves the bytes of a batch, one of polars' among them
)


@cache
def engine() -> dict[str, str]:
    """The versions that decide the bytes of a batch."""
    return {"springhead": str(GENERATION), "faker": version("Faker")}


def versions_text(engine: Mapping[str, str]) -> str:
    """An engine's versions, in words."""
    return ", ".join(f"{name} {number}" for name, number in engine.items())
