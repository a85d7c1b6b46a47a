"""Python's chance, whose draws are counted."""

from __future__ import annotations

import math
import random


class TooManyDrawsError(Exception):
    """More draws than there may be."""


class CountedRandom(random.Random):
    """Python's chance, to the value, that ends after so many draws: without end at first."""

    most = left = math.inf

    def start(self, seed: int, most: float = math.inf) -> None:
        """Begins anew from a seed, for at most so many draws. The object stays the same: what a provider keeps of its generator's `random` begins anew with it."""
        self.seed(seed)
        self.most = self.left = most

    def random(self) -> float:
        self._count()
        return super().random()

    def getrandbits(self, k: int) -> int:
        self._count()
        return super().getrandbits(k)

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooManyDrawsError(f"it drew more than {self.most:,} numbers")
