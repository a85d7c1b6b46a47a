"""What each kind of fault does to a batch: which records it chooses, and what its copies are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Column, Ids, Ints
from springhead.columns.draws import Draws
from springhead.columns.type import Kind, Type
from springhead.encoding import Encoder, encoder_of
from springhead.errors import FieldError
from springhead.faults import KINDS, Fault, Target, no_target
from springhead.faults.fault import FieldPath
from springhead.faults.whole import Duplicate
from springhead.fields import Field, Ref, amounts
from springhead.kernels.growth import LATEST_US
from springhead.records.batch import Batch
from springhead.records.chosen import chosen, drawn
from springhead.records.field_plan import FieldPlan
from springhead.records.growth import growth_of
from springhead.records.members import members_chunk
from springhead.records.records import Records
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts

_STRANGERS = 256  # keys of no member that are prepared


def targets_in(batch: Batch, type_: Type) -> list[Target]:
    """The fields of a batch's values that faults may damage, those from Faker with their types, too.

    Args:
        type_: of the record.
    """
    stream = batch.stream
    targets = list(stream.format.targets(stream.fields, _types(type_), stream.entities.identifies))
    if stream.faults.orphan:
        targets = [replace(each, strangers=_strangers(stream, each.field, batch.facts)) for each in targets]
    return targets


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind.

    Attributes:
        sources: int64, shape (n,), the rows of the records that they are copies of.
        copies: shape (n,), their numbers.
        stands: int64, shape (n,), the positions at which they stand.
        texts, fields: n damaged values, and what was damaged; empty: the values are sound.
    """

    sources: Ints
    copies: NDArray[np.integer]
    stands: Ints
    texts: Sequence[bytes] = ()
    fields: Sequence[str] = ()


class Chosen:
    """The records that have one kind of fault."""

    def __init__(self, fault: Fault, draws: Draws) -> None:
        self._share, self._draws = fault.share, Draws((*draws.scope, "fault", fault.kind))
        self._key = self._draws.key("chosen")

    def chosen(self, ids: Ids) -> NDArray[np.bool_]:
        return chosen(self._key, ids, self._share)


class Later(Chosen):
    """Duplicates, which may stand later than their records.

    Attributes:
        reach: by how many positions at most.
        number: of the copy.
    """

    def __init__(self, fault: Duplicate, batch: Batch) -> None:
        super().__init__(fault, batch.draws)
        self.reach, self._last = amounts.bounds(fault.by)[1], batch.records - 1
        self._by, self.number = amounts.drawn(fault.by, self._draws.key("by")), KINDS.index(fault.kind)

    def stands(self, ids: Ids, at: Ints) -> Ints:
        """int64, shape (n,): where the duplicates of the records at these positions stand; at the batch's end where that would be behind it."""
        stands: Ints = at + self._by(ids)
        return np.minimum(stands, self._last, out=stands)


class Damage(Chosen):
    """A kind of fault that damages values."""

    def __init__(self, fault: Fault, draws: Draws, encoder: Encoder, targets: Sequence[Target]) -> None:
        super().__init__(fault, draws)
        self._fault, self._encoder, self._number = fault, encoder, KINDS.index(fault.kind)
        self._words = self._draws.key("first"), self._draws.key("second")
        self._targets = _targets(fault, targets)
        self._turns = [Draws(self._draws.scope, target.path).key("turn") for target in self._targets]

    def copies(self, made: Records, among: NDArray[np.bool_], at: Ints) -> Group:
        """Its copies of the records that it has chosen among these; none of those that it cannot damage."""
        sources = np.flatnonzero(among & self.chosen(made.ids))
        ids = made.ids[sources]
        chances = zip(*(drawn(key, ids, 0, 0).view(np.uint64).tolist() for key in self._words), strict=True)
        kept, texts, fields = [], [], []
        damage, encoder = self._fault.damaged, self._encoder
        for row, value, chance, (first, others) in zip(
            sources.tolist(), made.values.few(sources), chances, self._in_turn(ids), strict=True
        ):
            if value is None:
                continue
            damaged = damage(value, encoder, chance, first) or (others and damage(value, encoder, chance, others()))
            if damaged:
                kept.append(row)
                texts.append(damaged[0])
                fields.append(damaged[1])
        sources = np.array(kept, np.int64)
        return Group(sources, np.full(sources.size, self._number), at[sources], texts, fields)

    def _in_turn(self, ids: Ids) -> Iterable[tuple[Sequence[Target], Callable[[], Sequence[Target]] | None]]:
        """By record, the target that is tried first, and what gives the others, of which almost none is ever needed.

        Each field has a draw of its own, and the lowest comes first: so a field that is added to the stream is damaged instead of another one, or not at all.
        """
        if len(self._targets) < 2:
            return repeat((self._targets, None), ids.shape[0])
        turns = np.stack([drawn(key, ids, 0, 0) for key in self._turns], axis=1)
        alone = [(target,) for target in self._targets]
        return ((alone[first], partial(self._others, turns, row)) for row, first in enumerate(turns.argmin(axis=1).tolist()))

    def _others(self, turns: Ints, row: int) -> Sequence[Target]:
        return [self._targets[number] for number in turns[row].argsort()[1:].tolist()]


def _targets(fault: Fault, targets: Sequence[Target]) -> list[Target]:
    """What a fault may damage: the fields that it names, else those that are no objects and that it fits.

    Raises:
        FieldError: there is nothing.
    """
    if not fault.needs_field:
        return []
    wanted = [each for each in targets if (each.name in fault.named if fault.named else not each.field.members)]
    fitting = [each for each in wanted if not fault.unfit(each)]
    if fault.named is not None and (wrong := [each for each in wanted if fault.unfit(each)]):
        text = f"the field '{wrong[0].name}' {fault.unfit(wrong[0])}"
        raise FieldError(f"faults.{fault.kind}: {text}", found=[(("faults", fault.kind, "fields"), False, text)])
    if not fitting:
        text = f"there is nothing to damage: {no_target(wanted, fault.unfit)}"
        raise FieldError(f"faults.{fault.kind}: {text}", found=[(("faults", fault.kind), False, text)])
    return fitting


def _strangers(stream: Stream, field: Field, facts: TopicFacts) -> Sequence[object]:
    """Keys of no member of the entity to which a field refers, as they are encoded: those that the members behind the last one would have."""
    if not isinstance(field, Ref) or not stream.entities.identifies(field):
        return ()
    entity = stream.entities.get(field.entity)
    plan = FieldPlan.of(entity, lazy=True)
    growth = growth_of(entity)
    behind = entity.fixed if growth is None else growth.count(LATEST_US)  # no record is later
    members = members_chunk(entity, growth, np.arange(behind, behind + _STRANGERS, dtype=np.uint64))
    type_ = Type(Kind.OBJECT, members={"key": plan.include(field.field)})
    plan.make(members)
    alone = encoder_of(stream.format.name, type_, facts, stream.format.options)
    values = alone.encode(Column(type_, members.rows, children={"key": members.columns[field.field]}))
    return [alone.opened(value)["key"] for value in values.tolist()]


def _types(record: Type, inside: FieldPath = ()) -> dict[FieldPath, Type]:
    """The types of all that stands in a record, by path."""
    found: dict[FieldPath, Type] = {}
    for name, type_ in record.members.items():
        found[(*inside, name)] = type_
        found |= _types(type_, (*inside, name))
    return found
