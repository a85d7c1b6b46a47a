"""Alias tables: one draw chooses among weighted things."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

FULL = 2**64


def alias_table(weights: Sequence[float | Fraction]) -> tuple[list[int], list[int]]:
    """Walker's alias table by Vose's method (1991), in whole numbers, so that it is the same on every machine. Do not change what it returns.

    Returns:
        (keep, alias): row j is kept where a uniform 64-bit word is below keep[j], else alias[j] is taken.
    """
    return _alias_table(tuple(weights))


@lru_cache(maxsize=256)  # the fields of a stream share lists
def _alias_table(weights: tuple[float | Fraction, ...]) -> tuple[list[int], list[int]]:
    exact = [w.as_integer_ratio() for w in weights]
    common = math.lcm(*{denominator for _, denominator in exact})
    whole = [numerator * (common // denominator) for numerator, denominator in exact]  # fractions would take twenty times as long
    total = sum(whole)
    n = len(whole)
    scaled = [w * n for w in whole]  # mean: total
    keep, alias = [FULL - 1] * n, list(range(n))
    small = [j for j in range(n) if scaled[j] < total]
    large = [j for j in range(n) if scaled[j] >= total]
    while small and large:
        s, g = small.pop(), large[-1]
        keep[s], alias[s] = scaled[s] * FULL // total, g
        scaled[g] -= total - scaled[s]
        if scaled[g] < total:
            small.append(large.pop())
    return keep, alias
