"""The members of a growing population that are born in the interval: `each` of one that grows."""

from __future__ import annotations

import numpy as np

from springhead.columns.column import Chunk
from springhead.columns.draws import Scope
from springhead.errors import OptionError
from springhead.records.growth import growth_of
from springhead.records.request import MOST_RECORDS, Request
from springhead.spec import Entity


class Born:
    """A record for each member that is born in the interval, at the time of its birth, with the member's number for its id; those of the beginning are born at `as_of`.

    Members belong to time, not to batches: whoever cuts time otherwise finds the same ones.

    Args:
        request: for such members.
        entity: whose members they are.

    Raises:
        OptionError: there are more of them than a batch can hold.
    """

    def __init__(self, request: Request, entity: Entity) -> None:
        growth, interval, stream = growth_of(entity), request.interval, request.chosen
        assert growth is not None
        self.scope: Scope = (stream.effective_seed, request.variant, "each", request.run_id, *request.named)
        self._growth = growth
        self._first, behind = (growth.count(at - 1) if at > growth.as_of_us else 0 for at in (interval.start_us, interval.end_us))
        self.count = behind - self._first
        if self.count > MOST_RECORDS:
            raise OptionError(
                f"the interval {interval} has {self.count:,} of the '{entity.name}', and a batch has at most {MOST_RECORDS:,}: take a shorter interval"
            )

    def at(self, positions: range) -> Chunk:
        places = np.arange(positions.start, positions.stop, dtype=np.uint64)
        ids = places + np.uint64(self._first)
        return Chunk(ids, self._growth.births(ids), places)
