"""Where a field is there: since and until, when, missing, nulls, in this order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from springhead.columns.column import Bytes, Chunk, State
from springhead.columns.draws import Draws
from springhead.fields import Field, Reach
from springhead.fields.formula import Condition
from springhead.records.chosen import chosen


class Presence:
    """The states that a field's modifiers give to the rows of chunks.

    Args:
        field: with modifiers.
        reach: what its condition can refer to.
        draws: of the field.
        keyed: from a chunk to one whose ids are those of the field that it is keyed by; None: by the records' ids.

    Raises:
        FieldError: its condition is wrong in a way that only polars can tell.
    """

    def __init__(self, field: Field, reach: Reach, draws: Draws, keyed: Callable[[Chunk], Chunk] | None) -> None:
        self.field, self._keyed = field, keyed
        self._condition = None if field.condition is None else Condition(field.condition, reach)
        self._else = State.NULL if field.otherwise == "null" else State.MISSING
        self._missing, self._nulls = draws.key("missing"), draws.key("nulls")
        self._of: Chunk | None = None
        self._states: Bytes

    def states(self, chunk: Chunk) -> Bytes:
        """uint8, shape (n,), a `State` for each row; the same for all fields that go with this one."""
        if self._of is not chunk:
            self._of, self._states = None, self._made(chunk)
            self._of = chunk
        return self._states

    def _made(self, chunk: Chunk) -> Bytes:
        field, states = self.field, np.zeros(chunk.rows, np.uint8)
        if self._condition is not None:
            states[~self._condition.holds(chunk)] = self._else
        ids = chunk.ids if self._keyed is None else self._keyed(chunk).ids
        if field.nulls:
            states[chosen(self._nulls, ids, field.nulls) & (states == State.VALUE)] = State.NULL
        if field.missing:
            states[chosen(self._missing, ids, field.missing)] = State.MISSING
        since_us, until_us = field.lifetime_us
        if since_us is not None:
            states[chunk.times_us < since_us] = State.MISSING
        if until_us is not None:
            states[chunk.times_us >= until_us] = State.MISSING
        return states
