"""Aligns the shapes of alternatives: where all have one shape, the CPU mispredicts no branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from springhead.kernels.text import WORD

STEP_NS, MISS_NS = 4.4, 7.0  # of a step, and of a branch that the CPU has guessed wrong
MOST_TARGETS = 16  # shapes that others are filled up to

Shape: TypeAlias = tuple[int, ...]
"""The operations of an alternative."""


def padded(shape: Shape, target: Shape) -> list[bool] | None:
    """Fits a shape into a longer one. The operations that are added have to be words, because a word can be empty.

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
    """Pads alternatives with empty words where that gives them one shape, so that the CPU can predict the next operation.

    Either no alternative is padded, or all that fit into one target shape are: whichever costs least on average, at STEP_NS for each step and
    MISS_NS for each row that does not have the likeliest shape.

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
