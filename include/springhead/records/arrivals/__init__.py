"""Arrivals: which records a batch has, and when. Each way of saying it in the language is one class in one file."""

from __future__ import annotations

from typing import Protocol

from springhead.columns.column import Chunk
from springhead.columns.draws import Scope
from springhead.records.arrivals.born import Born
from springhead.records.arrivals.counted import Counted
from springhead.records.arrivals.rated import Rated
from springhead.records.request import Request

__all__ = ["Arrivals", "Born", "Counted", "Rated", "arrivals_of"]


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

    def at(self, positions: range) -> Chunk:
        """The records at these positions, in the order in which they arrive, without making those before them. No column of them is made yet."""


def arrivals_of(request: Request) -> Arrivals:
    """The arrivals that a request means.

    Raises:
        OptionError: there are none, or too many.
    """
    if (entity := request.chosen.born) is not None:
        return Born(request, entity)
    return Counted(request) if request.chosen.rate is None else Rated(request)
