"""Two samples of kinds: the χ² test of homogeneity."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence

LEAST = 10  # of each kind, in both samples together: rarer kinds are counted as one


def chi2_p(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """How likely two samples of one law differ at least so much (Pearson 1900; the tail by Wilson and Hilferty 1931)."""
    first, second = Counter(a), Counter(b)
    cells: list[tuple[int, int]] = []
    rare = (0, 0)
    for kind in first.keys() | second.keys():
        pair = first[kind], second[kind]
        if sum(pair) < LEAST:
            rare = (rare[0] + pair[0], rare[1] + pair[1])
        else:
            cells.append(pair)
    if sum(rare):
        cells.append(rare)
    freedom = len(cells) - 1
    if freedom < 1:
        return 1.0
    share_a, share_b = len(a) / (len(a) + len(b)), len(b) / (len(a) + len(b))
    statistic = sum(
        (x - (x + y) * share_a) ** 2 / ((x + y) * share_a) + (y - (x + y) * share_b) ** 2 / ((x + y) * share_b) for x, y in cells
    )
    z = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    return math.erfc(z / math.sqrt(2)) / 2
