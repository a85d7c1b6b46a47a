"""The members of an entity of which a scope's references speak, made for a chunk at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Chunk, Column, Ids, Ints, Maker, State
from springhead.columns.draws import Draws, Scope
from springhead.columns.layout import RowBuffer
from springhead.columns.taken import taken
from springhead.columns.type import Type
from springhead.errors import FieldError
from springhead.fields import FieldPath
from springhead.kernels import (
    distinct_numbers,
    recent_exponential,
    recent_zipf,
    scattered,
    uniform_among,
    uniform_members,
    zipf_members,
)
from springhead.quantities import us_of
from springhead.rates.growth import Growth
from springhead.records.growth import growth_of
from springhead.spec import Entity

if TYPE_CHECKING:
    from springhead.records.field_plan import FieldPlan

NOBODY = np.uint64(2**64 - 1)
"""The number of no member, where there is none yet."""

Pick: TypeAlias = Callable[[Chunk], Ids]
"""From a chunk to the ranks of its records' members, uint64, shape (n,): a rank is a member's place in the order of popularity; NOBODY: there is none yet."""


def population_scope(entity: Entity) -> Scope:
    """What a population's draws are keyed by: nothing of a stream or an interval, so that all agree on it."""
    return ("entity", entity.effective_seed)


def members_chunk(entity: Entity, growth: Growth | None, numbers: Ids) -> Chunk:
    """The members of these numbers, of which nothing is made yet; their time is their birth, in a population that does not grow `as_of`.

    Args:
        growth: of the entity.
        numbers: uint64, shape (n,).
    """
    times = np.full(numbers.shape[0], us_of(entity.as_of), np.int64) if growth is None else growth.births(numbers)
    return Chunk(numbers, times, numbers)


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
        self._entity, self._plan, self._growth = entity, plan, growth_of(entity)
        self._pick, self._scattered = _pick_of(entity, self._growth, draws.key("member", entity.name, name), by_id)
        self._order = Draws(population_scope(entity)).key("order")
        self._may_lack = by_id is None and entity.may_lack
        self._chunk: Chunk | None = None
        self._members: Chunk
        self._places: Ints
        self._lacking: NDArray[np.bool_] | None = None
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
        type_, buffer = replace(type_, nullable=type_.nullable or self._may_lack), RowBuffer()

        def column(chunk: Chunk) -> Column:
            try:
                made = taken(*self._made(chunk, path), buffer)
                return made if self._lacking is None else _null_at(made, type_, self._lacking)
            except FieldError as error:
                raise FieldError(f"'{whole}' cannot be made: {error}") from None

        return Maker(type_, column)

    @property
    def numbers(self) -> Ids:
        """The numbers of the members that the last chunk's records had: uint64, shape (n,); NOBODY where there was none yet."""
        numbers: Ids = self._members.ids[self._places]
        return numbers if self._lacking is None else np.where(self._lacking, NOBODY, numbers)

    def _made(self, chunk: Chunk, path: FieldPath) -> tuple[Column, Ints]:
        """(a field of the members that a chunk has, int64, shape (n,): the place of each record's member among them)."""
        if self._chunk is not chunk:
            self._chunk = None
            ranks = self._pick(chunk)
            if self._may_lack:
                lacking = ranks == NOBODY
                self._lacking = lacking if lacking.any() else None
                ranks[lacking] = 0  # in the place of nobody stands the first one, which is not looked at
            cells = 1 << (2 * chunk.rows + 1).bit_length()
            if self._table.shape[0] != cells:
                self._table = np.empty(cells, np.int64)
            numbers, self._places = np.empty(chunk.rows, np.uint64), np.empty(chunk.rows, np.int64)
            numbers = numbers[: distinct_numbers(ranks, self._table, numbers, self._places)]
            if self._scattered:
                scattered(self._order, np.uint64(self._entity.fixed), numbers)
            self._members = members_chunk(self._entity, self._growth, numbers)
            self._plan.make(self._members)
            self._chunk = chunk
        return self._members.columns[path], self._places


def _pick_of(entity: Entity, growth: Growth | None, key: np.uint64, by_id: Literal["number", "turn"] | None) -> tuple[Pick, bool]:
    """(how an entity's members are picked, whether the ranks are those of a scattered order). key: of the draws."""
    if growth is not None:
        return ((lambda chunk: chunk.ids) if by_id else _growing_pick(entity, growth, key)), False
    count = np.uint64(entity.fixed)
    if by_id or entity.distribution == "round_robin":
        return (lambda chunk: chunk.ids % count), by_id != "number"

    def pick(chunk: Chunk) -> Ids:
        ranks = np.empty(chunk.rows, np.uint64)
        if isinstance(entity.distribution, dict):
            exponent = entity.distribution["zipf"]
            assert isinstance(exponent, float)
            zipf_members(key, chunk.ids, count, exponent, ranks)
        else:
            uniform_members(key, chunk.ids, count, ranks)
        return ranks

    return pick, entity.distribution != "uniform"


def _growing_pick(entity: Entity, growth: Growth, key: np.uint64) -> Pick:
    """How members are picked among those that are there at a record's time. Their numbers are the order of their births."""
    ages = entity.distribution["recent"] if isinstance(entity.distribution, dict) else None

    def pick(chunk: Chunk) -> Ids:
        counts, drawn = growth.counts(chunk.times_us), np.empty(chunk.rows, np.uint64)
        if ages is None:
            uniform_among(key, chunk.ids, counts, drawn)
        elif isinstance(ages, list):
            youngest, oldest = ages
            counts = np.where(counts > youngest, counts - np.uint64(youngest), 0).astype(np.uint64)  # of those that are old enough
            uniform_among(key, chunk.ids, np.minimum(counts, np.uint64(oldest - youngest + 1)), drawn)
            drawn = counts - np.uint64(1) - drawn
        else:
            assert isinstance(ages, dict)
            ((kind, argument),) = ages.items()
            (recent_zipf if kind == "zipf" else recent_exponential)(key, chunk.ids, counts, argument, drawn)
            drawn = counts - np.uint64(1) - drawn
        if entity.may_lack:
            drawn[counts == 0] = NOBODY
        return drawn

    return pick


def _null_at(column: Column, type_: Type, rows: NDArray[np.bool_]) -> Column:
    """A column with null in some rows. rows: shape (n,)."""
    state = np.zeros(column.rows, np.uint8) if column.state is None else column.state.copy()
    state[rows] = State.NULL
    return replace(column, type=type_, state=state)
