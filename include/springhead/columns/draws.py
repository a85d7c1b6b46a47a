"""The one source of chance, as seen from Python: keys, made by hashing what a value belongs to.

A value is a function of (key, id). The id is the record's number; the key is a hash of the scope (whose value it is), of the field's path and
of the purpose of the draw. Nothing else decides it: neither the order in which things are drawn, nor the other fields, nor a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
import xxhash


def key_of(*parts: str | int | None) -> np.uint64:
    """The key that belongs to these parts: xxh3-64 of their JSON array, so that ("ab", "c") and ("a", "bc") differ."""
    return np.uint64(xxhash.xxh3_64_intdigest(msgspec.json.encode(parts)))


Scope: TypeAlias = tuple[str | int | None, ...]
"""What values belong to: (seed, variant, interval, run id, the name of a batch beside the stream's own) for the records of a batch."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Keys of one field of one scope.

    Attributes:
        scope: what the values belong to.
        path: the field's path from the root of the record.
    """

    scope: Scope
    path: tuple[str, ...] = ()

    def at(self, *names: str) -> Draws:
        """The draws of a field below this one."""
        return Draws(self.scope, self.path + names)

    def part(self, *part: str | int) -> Draws:
        """Draws for a part of this field, independent of those of every other part and field."""
        return Draws((*self.scope, "part", *part), self.path)

    def key(self, *purpose: str | int) -> np.uint64:
        """The key of one purpose, uint64. Two purposes never share a key."""
        return key_of(*self.scope, "/", *self.path, "/", *purpose)
