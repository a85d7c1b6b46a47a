"""Arrivals: which records a batch has, and when. Each way of saying it in the language is one class in one file."""

from __future__ import annotations

from typing import Protocol

from springhead.columns.column import Ids, Ints
from springhead.columns.draws import Scope
from springhead.records.arrivals.counted import Counted
from springhead.records.request import Request

__all__ = ["Arrivals", "Counted", "arrivals_of"]


class Arrivals(Protocol):
    """Which records a batch has, and when. A record's position, 0 … count − 1, says where it stands in the batch; its id says what it is.

    Attributes:
        count: how many records there are; it may be 0.
        scope: whose their draws are; with the ids it decides every value.
    """

    @property
    def count(self) -> int: ...

    @property
    def scope(self) -> Scope: ...

    def at(self, positions: range) -> tuple[Ids, Ints]:
        """The records at these positions, without making those before them.

        Returns:
            (their ids, uint64; their event times, int64, µs since 1970, ascending), both of the range's length.
        """


def arrivals_of(request: Request) -> Arrivals:
    """The arrivals that a request means."""
    return Counted(request)
