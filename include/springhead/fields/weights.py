"""Weights of things to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.fields.model import Place, refused
from springhead.wording import describe

LEAST, MOST = 1e-100, 1e100  # their sums and shares are finite, and no smaller share is ever drawn


def weights_of(mapping: Mapping[Any, object]) -> dict[Any, float]:
    """The same mapping with its weights as float.

    Raises:
        ValidationError: some of them are not numbers above 0.
    """
    problems: list[tuple[Place, str]] = [((key,), wrong) for key, weight in mapping.items() if (wrong := _wrong(weight))]
    if problems:
        raise refused(problems)
    return {key: float(weight) for key, weight in mapping.items() if isinstance(weight, int | float)}


def _wrong(weight: object) -> str:
    """What is wrong with a weight; empty: nothing."""
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
        return f"expected a weight, a number above 0; found {describe(weight)}"
    if not LEAST <= weight <= MOST:
        return f"a weight lies between {LEAST:g} and {MOST:g}; found {describe(weight)}"
    return ""
