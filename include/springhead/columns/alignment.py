"""Shapes of alternatives: those that are alike cost the CPU no wrong guess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from springhead.kernels.text import WORD

STEP_NS, MISS_NS = 4.4, 7.0  # of a step, and of a branch that the CPU has guessed wrong
MOST_TARGETS = 16  # shapes that others are filled up to

Shape: TypeAlias = tuple[int, ...]
"""The operations of an alternative."""


def padded(shape: Shape, target: Shape) -> list[bool] | None:
    """Where a shape's operations stand in a longer one whose other operations are words, which can be empty.

    Returns:
        For each operation of the target whether it is one of the shape's; None: the shape does not fit.
    """
    taken = 0
    found = []
    for operation in target:
        fits = taken < len(shape) and shape[taken] == operation
        if not fits and operation != WORD:
            return None
        found.append(fits)
        taken += fits
    return found if taken == len(shape) else None


def aligned(shapes: Sequence[Shape], weights: Sequence[float]) -> list[list[bool]]:
    """Fills alternatives up with empty words where that makes their shapes alike, so that the CPU can foresee the next operation.

    Either none is filled up, or those that fit into one of the shapes: whatever costs least on the average, taking a step to cost STEP_NS and a row
    that is not of the likeliest shape MISS_NS.

    Returns:
        For each alternative, as `padded`.
    """
    shares: dict[Shape, float] = {}
    whole = sum(weights)
    for shape, weight in zip(shapes, weights, strict=True):
        shares[shape] = shares.get(shape, 0.0) + weight / whole
    likely = sorted(shares, key=lambda shape: -shares[shape])[:MOST_TARGETS]

    def cost(target: Shape | None) -> float:
        after: dict[Shape, float] = {}
        for shape, share in shares.items():
            became = shape if target is None or padded(shape, target) is None else target
            after[became] = after.get(became, 0.0) + share
        return STEP_NS * sum(len(shape) * share for shape, share in after.items()) + MISS_NS * (1 - max(after.values()))

    target = min((None, *likely), key=cost)
    ways = {shape: None if target is None else padded(shape, target) for shape in shares}
    return [ways[shape] or [True] * len(shape) for shape in shapes]
