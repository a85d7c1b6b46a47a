"""Weights of things to choose from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from springhead.fields.model import Place, refused
from springhead.wording import describe


def weights_of(mapping: Mapping[Any, object]) -> dict[Any, float]:
    """The same mapping with its weights as float.

    Raises:
        ValidationError: some of them are not numbers above 0.
    """
    problems: list[tuple[Place, str]] = [
        ((key,), f"expected a weight, a number above 0; found {describe(weight)}")
        for key, weight in mapping.items()
        if not _is_weight(weight)
    ]
    if problems:
        raise refused(problems)
    return {key: float(weight) for key, weight in mapping.items() if isinstance(weight, int | float)}


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
