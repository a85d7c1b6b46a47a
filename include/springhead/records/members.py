"""The members of an entity of which a scope's references speak, made for a chunk at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from springhead.columns.column import Bytes, Chunk, Column, Ids, Ints, Maker
from springhead.columns.draws import Draws, Scope
from springhead.columns.gathered import gathered
from springhead.columns.layout import RowBuffer
from springhead.errors import FieldError
from springhead.fields import FieldPath
from springhead.kernels import distinct_numbers, scattered, uniform_members, zipf_members
from springhead.spec import Entity

if TYPE_CHECKING:
    from springhead.records.field_plan import FieldPlan

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Pick: TypeAlias = Callable[[Chunk], Ids]
"""From a chunk to the ranks of its records' members, uint64, shape (n,): a rank is a member's place in the order of popularity."""


def population_scope(entity: Entity) -> Scope:
    """What a population's draws are keyed by: nothing of a stream or an interval, so that all agree on it."""
    return ("entity", entity.effective_seed)


def members_chunk(entity: Entity, numbers: Ids) -> Chunk:
    """The members of these numbers, of which nothing is made yet; their time is `as_of`. numbers: uint64, shape (n,)."""
    as_of_us = (entity.as_of - _EPOCH) // timedelta(microseconds=1)
    return Chunk(numbers, np.full(numbers.shape[0], as_of_us, np.int64), numbers)


class Members:
    """One member of an entity for each record of a chunk. Only the members that the chunk has are made, and of them the fields that were asked for.

    Args:
        entity: whose.
        plan: of its fields, of which none has to be made yet.
        draws: of the scope in which the references stand: all of them there speak of one member.
        name: of the member, where a scope has several of one entity.
        by_id: what the records' ids are, where they decide the member and nothing is drawn: its number, or the number of a turn; None: it is drawn.
    """

    def __init__(
        self, entity: Entity, plan: FieldPlan, draws: Draws, name: str = "", *, by_id: Literal["number", "turn"] | None = None
    ) -> None:
        self._entity, self._plan = entity, plan
        count = np.uint64(entity.count)
        self._pick: Pick = (lambda chunk: chunk.ids % count) if by_id else _pick_of(entity, draws.key("member", entity.name, name))
        self._order = Draws(population_scope(entity)).key("order")
        self._scattered = by_id == "turn" or (by_id is None and entity.distribution != "uniform")
        self._chunk: Chunk | None = None
        self._members: Chunk
        self._places: Ints
        self._table: Ints = np.empty(0, np.int64)

    def maker(self, path: FieldPath) -> Maker:
        """The maker of a field of theirs.

        Raises:
            FieldError: it cannot be made, for a reason that only Faker can tell.
        """
        whole = ".".join([self._entity.name, *path])
        try:
            type_ = self._plan.include(path)
        except FieldError as error:
            raise FieldError(f"'{whole}' cannot be made: {error}") from None
        buffer = RowBuffer()

        def column(chunk: Chunk) -> Column:
            try:
                return _taken(*self._made(chunk, path), buffer)
            except FieldError as error:
                raise FieldError(f"'{whole}' cannot be made: {error}") from None

        return Maker(type_, column)

    @property
    def numbers(self) -> Ids:
        """The numbers of the members that the last chunk's records had: uint64, shape (n,)."""
        return self._members.ids[self._places]

    def _made(self, chunk: Chunk, path: FieldPath) -> tuple[Column, Ints]:
        """(a field of the members that a chunk has, int64, shape (n,): the place of each record's member among them)."""
        if self._chunk is not chunk:
            self._chunk = None
            ranks = self._pick(chunk)
            cells = 1 << (2 * chunk.rows + 1).bit_length()
            if self._table.shape[0] != cells:
                self._table = np.empty(cells, np.int64)
            numbers, self._places = np.empty(chunk.rows, np.uint64), np.empty(chunk.rows, np.int64)
            numbers = numbers[: distinct_numbers(ranks, self._table, numbers, self._places)]
            if self._scattered:
                scattered(self._order, np.uint64(self._entity.count), numbers)
            self._members = members_chunk(self._entity, numbers)
            self._plan.make(self._members)
            self._chunk = chunk
        return self._members.columns[path], self._places


def _pick_of(entity: Entity, key: np.uint64) -> Pick:
    """How an entity's members are picked. key: of the draws."""
    count = np.uint64(entity.count)
    if entity.distribution == "round_robin":
        return lambda chunk: chunk.ids % count

    def pick(chunk: Chunk) -> Ids:
        ranks = np.empty(chunk.rows, np.uint64)
        if isinstance(entity.distribution, dict):
            zipf_members(key, chunk.ids, count, entity.distribution["zipf"], ranks)
        else:
            uniform_members(key, chunk.ids, count, ranks)
        return ranks

    return pick


def _taken(column: Column, rows: Ints, buffer: RowBuffer) -> Column:
    """Rows of a column, in arrays of their own. rows: int64, shape (n,)."""
    state: Bytes | None = None if column.state is None else column.state[rows]
    if not column.type.as_text:
        return replace(column, rows=rows.shape[0], values=column.values[rows], state=state)
    data, ends = gathered([(column.data, column.ends)], rows[np.newaxis], buffer)
    return replace(column, rows=rows.shape[0], data=data, ends=ends, state=state)
