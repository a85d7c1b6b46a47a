"""Faulty copies: beside the sound records stand damaged copies of some of them, and some of the sound ones are taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Chunk, Column, Ids, Ints
from springhead.columns.draws import Draws
from springhead.columns.gathered import gathered
from springhead.columns.layout import RowBuffer
from springhead.columns.rows import Rows
from springhead.columns.type import Kind, Type
from springhead.encoding import Encoder, encoder_of
from springhead.errors import FieldError
from springhead.faults import DROPPED, KINDS, LABEL, Fault, Target, no_target, targets_of
from springhead.faults.fault import FieldPath
from springhead.faults.whole import Duplicate
from springhead.fields import Field, Ref
from springhead.kernels import SLACK
from springhead.kernels.growth import LATEST_US
from springhead.records.batch import Batch
from springhead.records.chosen import chosen, drawn
from springhead.records.field_plan import FieldPlan
from springhead.records.growth import growth_of
from springhead.records.members import members_chunk
from springhead.records.records import Records
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts

_COPIES = 256  # more than a record has
_STRANGERS = 256  # keys of no member that are prepared


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records, and what is known of them.

    Attributes:
        records: as they stand in the batch, with copies; a record that was taken away has DROPPED for a copy's number, where it was asked for.
        damaged: int64, shape (n,), the place of each row's damaged field in `fields`; −1: its value is sound.
        fields: the fields that were damaged; "": none in particular.
        sources: int64, shape (n,), the rows of what they were made of.
        members: name of an entity → the numbers of the members that the records speak of, uint64, shape (n,); empty where nobody has asked.
    """

    records: Records
    damaged: Ints
    fields: Sequence[str]
    sources: Ints
    members: Mapping[str, Ids] = field(default_factory=dict)

    @classmethod
    def sound(cls, records: Records) -> Labelled:
        """Records of which none is damaged."""
        return cls(records, np.full(records.rows, -1, np.int64), (), np.arange(records.rows))

    @property
    def there(self) -> Records:
        """Those that were not taken away."""
        gone = None if self.records.copies is None else self.records.copies == DROPPED
        return self.records if gone is None or not gone.any() else self.records.take(np.flatnonzero(~gone))

    def field(self, row: int) -> str:
        """The field of a row that was damaged; "": none, or none in particular."""
        place = int(self.damaged[row])
        return self.fields[place] if place >= 0 else ""


class Copies:
    """Makes the faulty copies of a batch.

    Which records have a fault, and which way, is drawn by the fault's kind and the record's id alone: to switch one on changes nothing else.

    Args:
        batch: whose stream has faults.
        encoder: of the values.
        type_: of the record.

    Raises:
        FieldError: there is nothing to damage, as only Faker could tell.
    """

    def __init__(self, batch: Batch, encoder: Encoder, type_: Type) -> None:
        self._batch, self._labelled = batch, batch.stream.fault_header
        targets = list(targets_of(batch.stream.fields, _types(type_), batch.stream.entities.identifies))
        if batch.stream.faults.orphan:
            targets = [replace(each, strangers=_strangers(batch.stream, each.field, encoder, batch.facts)) for each in targets]
        faults = {fault.kind: fault for fault in batch.stream.faults.each()}
        self._drop = _Chosen(faults.pop("drop"), batch.draws) if "drop" in faults else None
        self._duplicate = _Late(found, batch) if isinstance(found := faults.pop("duplicate", None), Duplicate) else None
        self._kinds = [_Damage(fault, batch.draws, encoder, targets) for fault in faults.values()]
        self._values, self._names = RowBuffer(), RowBuffer()

    def sources(self, positions: range) -> Chunk:
        """The records of which what stands at these positions is made: those, and earlier ones whose duplicates stand there."""
        here = self._batch.at(positions)
        reach = self._duplicate.reach if self._duplicate else 0
        if not reach or not positions.start or not positions:
            return here
        assert self._duplicate is not None
        earlier = self._batch.at(range(max(0, positions.start - reach), positions.start))
        at = earlier.positions.astype(np.int64)
        stands = self._duplicate.stands(earlier.ids, at)
        wanted = self._duplicate.chosen(earlier.ids) & (stands >= positions.start) & (stands < positions.stop)
        return _joined(earlier.take(np.flatnonzero(wanted)), here)

    def placed(self, made: Records, positions: range, *, dropped: bool = False) -> Labelled:
        """What stands at these positions.

        Args:
            made: the sound records of `sources`.
            dropped: whether those that are taken away are among them.
        """
        return self._placed(made, positions, dropped=dropped, later=True)

    def beside(self, made: Records) -> Records:
        """Records with all of their copies, wherever these stand."""
        return self._placed(made, range(2**62), dropped=False, later=False).records

    def _placed(self, made: Records, positions: range, *, dropped: bool, later: bool) -> Labelled:
        ids, at = made.ids, made.positions.astype(np.int64)
        own = (at >= positions.start) & (at < positions.stop)
        gone = self._drop.chosen(ids) if self._drop else np.zeros(made.rows, np.bool_)
        left = own & ~gone
        themselves = np.flatnonzero(own if dropped else left)
        groups = [_Group(themselves, np.where(gone[themselves], DROPPED, 0), at[themselves])]
        if self._duplicate:
            places = self._duplicate.stands(ids, at) if later else at
            inside = (places >= positions.start) & (places < positions.stop) & ~gone & self._duplicate.chosen(ids)
            twice = np.flatnonzero(inside)
            groups.append(_Group(twice, np.full(twice.size, self._duplicate.number), places[twice]))
        groups += [kind.copies(made, left, at) for kind in self._kinds]
        if not gone.any() and len(themselves) == made.rows and not any(group.sources.size for group in groups[1:]):
            return Labelled.sound(made)
        return self._in_order(made, groups, positions.start)

    def _in_order(self, made: Records, groups: Sequence[_Group], first: int) -> Labelled:
        """All rows by where they stand: there first the record itself, then its copies by their numbers, then the duplicates of earlier ones, the earliest first."""
        sources, copies, stands = (np.concatenate([getattr(group, name) for group in groups]) for name in ("sources", "copies", "stands"))
        reach = self._duplicate.reach if self._duplicate else 0
        behind = stands - made.positions[sources].astype(np.int64)
        turn = np.where(behind > 0, reach + 1 - behind, 0)
        order = np.argsort(((stands - first) * (reach + 1) + turn) * _COPIES + copies, kind="stable")
        texts = [text for group in groups for text in group.texts]
        damaged = np.full(sources.size, -1, np.int64)
        damaged[sources.size - len(texts) :] = np.arange(len(texts))  # those of the last groups
        sources, copies, damaged = sources[order], copies[order].astype(np.uint8), damaged[order]
        fields = [field for group in groups for field in group.fields]
        values = self._damaged_values(made.values, sources, damaged, texts)
        taken = replace(made, values=_no_values(made.rows)).take(sources)
        headers = {**taken.headers, LABEL: self._labels(copies)} if self._labelled else taken.headers
        return Labelled(replace(taken, values=values, headers=headers, copies=copies), damaged, fields, sources)

    def _damaged_values(self, sound: Rows, sources: Ints, damaged: Ints, texts: Sequence[bytes]) -> Rows:
        """Each row's value: that of its record, or one of these texts."""
        rows = np.stack([np.where(damaged < 0, sources, -1), damaged])
        data, ends = gathered([(sound.data, sound.ends), _texts(texts)], rows, self._values)
        return Rows(data, ends, None if sound.nulls is None else sound.nulls[sources])

    def _labels(self, copies: NDArray[np.uint8]) -> Rows:
        faulty = (copies > 0) & (copies < len(KINDS))
        data, ends = gathered([_NAMES], np.where(faulty, copies.astype(np.int64), -1)[np.newaxis], self._names)
        return Rows(data, ends, ~faulty)


@dataclass(frozen=True, slots=True)
class _Group:
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


class _Chosen:
    """The records that have one kind of fault."""

    def __init__(self, fault: Fault, draws: Draws) -> None:
        self._share, self._draws = fault.share, Draws((*draws.scope, "fault", fault.kind))
        self._key = self._draws.key("chosen")

    def chosen(self, ids: Ids) -> NDArray[np.bool_]:
        return chosen(self._key, ids, self._share)


class _Late(_Chosen):
    """Duplicates, which may stand later than their records.

    Attributes:
        reach: by how many positions at most.
        number: of the copy.
    """

    def __init__(self, fault: Duplicate, batch: Batch) -> None:
        super().__init__(fault, batch.draws)
        (self._least, self.reach), self._last = fault.by, batch.records - 1
        self._by, self.number = self._draws.key("by"), KINDS.index(fault.kind)

    def stands(self, ids: Ids, at: Ints) -> Ints:
        """int64, shape (n,): where the duplicates of the records at these positions stand; at the batch's end where that would be behind it."""
        stands: Ints = at + drawn(self._by, ids, self._least, self.reach - self._least + 1)
        return np.minimum(stands, self._last, out=stands)


class _Damage(_Chosen):
    """A kind of fault that damages values."""

    def __init__(self, fault: Fault, draws: Draws, encoder: Encoder, targets: Sequence[Target]) -> None:
        super().__init__(fault, draws)
        self._fault, self._encoder, self._number = fault, encoder, KINDS.index(fault.kind)
        self._words = self._draws.key("first"), self._draws.key("second")
        self._targets = _targets(fault, targets)
        self._turns = [Draws(self._draws.scope, target.path).key("turn") for target in self._targets]

    def copies(self, made: Records, among: NDArray[np.bool_], at: Ints) -> _Group:
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
        return _Group(sources, np.full(sources.size, self._number), at[sources], texts, fields)

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
    wanted = [each for each in targets if (each.name in fault.named if fault.named else not each.field.children)]
    fitting = [each for each in wanted if not fault.unfit(each)]
    if fault.named is not None and (wrong := [each for each in wanted if fault.unfit(each)]):
        text = f"the field '{wrong[0].name}' {fault.unfit(wrong[0])}"
        raise FieldError(f"faults.{fault.kind}: {text}", found=[(("faults", fault.kind, "fields"), False, text)])
    if not fitting:
        text = f"there is nothing to damage: {no_target(wanted, fault.unfit)}"
        raise FieldError(f"faults.{fault.kind}: {text}", found=[(("faults", fault.kind), False, text)])
    return fitting


def _strangers(stream: Stream, field: Field, encoder: Encoder, facts: TopicFacts) -> Sequence[object]:
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
    values = encoder_of("json", type_, facts).encode(Column(type_, members.rows, children={"key": members.columns[field.field]}))
    return [encoder.opened(value)["key"] for value in values.tolist()]


def _types(record: Type, inside: FieldPath = ()) -> dict[FieldPath, Type]:
    """The types of all that stands in a record, by path."""
    found: dict[FieldPath, Type] = {}
    for name, type_ in record.members.items():
        found[(*inside, name)] = type_
        found |= _types(type_, (*inside, name))
    return found


def _joined(first: Chunk, second: Chunk) -> Chunk:
    """The records of two chunks as one, of which nothing is made yet."""
    arrivals = None
    if first.arrivals_us is not None or second.arrivals_us is not None:  # None: they arrive at their event times
        arrivals = np.concatenate([each.times_us if each.arrivals_us is None else each.arrivals_us for each in (first, second)])
    return Chunk(
        np.concatenate([first.ids, second.ids]),
        np.concatenate([first.times_us, second.times_us]),
        np.concatenate([first.positions, second.positions]),
        arrivals,
    )


def _texts(texts: Sequence[bytes]) -> tuple[NDArray[np.uint8], Ints]:
    """Texts as a column has them: uint8 with SLACK, and where each ends."""
    data = np.frombuffer(b"".join([*texts, bytes(SLACK)]), np.uint8)
    return data, np.cumsum([len(text) for text in texts], dtype=np.int64)


_NAMES = _texts([name.encode() for name in KINDS])


def _no_values(rows: int) -> Rows:
    """In the place of values that are not looked at."""
    return Rows(np.zeros(SLACK, np.uint8), np.zeros(rows, np.int64))
