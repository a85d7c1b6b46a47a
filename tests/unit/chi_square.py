"""Pearson's χ² test."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def deviation(seen: Any, expected: Any) -> float:
    """How many standard deviations Pearson's χ² lies above its mean, by Wilson and Hilferty's cube root (1931): a draw of the law has more than 4 once in 30,000.

    Args:
        seen: counts, shape (k,).
        expected: in proportion to these; cells of which fewer than five are expected count together.
    """
    seen, expected = np.asarray(seen, float), np.asarray(expected, float)
    expected = expected / expected.sum() * seen.sum()
    rare = expected < 5
    if rare.any():
        seen, expected = np.append(seen[~rare], seen[rare].sum()), np.append(expected[~rare], expected[rare].sum())
    degrees = int(seen.size) - 1
    if degrees == 0:
        return 0.0
    chi = float(((seen - expected) ** 2 / expected).sum())
    return (math.pow(chi / degrees, 1 / 3) - (1 - 2 / (9 * degrees))) / math.sqrt(2 / (9 * degrees))
