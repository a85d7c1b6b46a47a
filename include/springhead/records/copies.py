"""Faulty copies: beside the sound records stand damaged copies of some of them, and some of the sound ones are taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Chunk, Ints
from springhead.columns.gathered import gathered, laid
from springhead.columns.layout import RowBuffer
from springhead.columns.rows import Rows
from springhead.columns.type import Type
from springhead.encoding import Encoder
from springhead.faults import DROPPED, KINDS, LABEL
from springhead.faults.whole import Duplicate
from springhead.kernels import SLACK
from springhead.records.batch import Batch
from springhead.records.damage import Chosen, Damage, Group, Later, targets_in
from springhead.records.labelled import Labelled
from springhead.records.records import Records

_COPIES = 256  # more than a record has


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
        targets = targets_in(batch, type_)
        faults = {fault.kind: fault for fault in batch.stream.faults.each()}
        self._drop = Chosen(faults.pop("drop"), batch.draws) if "drop" in faults else None
        self._duplicate = Later(found, batch) if isinstance(found := faults.pop("duplicate", None), Duplicate) else None
        self._kinds = [Damage(fault, batch.draws, encoder, targets) for fault in faults.values()]
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
        groups = [Group(themselves, np.where(gone[themselves], DROPPED, 0), at[themselves])]
        if self._duplicate:
            places = self._duplicate.stands(ids, at) if later else at
            inside = (places >= positions.start) & (places < positions.stop) & ~gone & self._duplicate.chosen(ids)
            twice = np.flatnonzero(inside)
            groups.append(Group(twice, np.full(twice.size, self._duplicate.number), places[twice]))
        groups += [kind.copies(made, left, at) for kind in self._kinds]
        if not gone.any() and len(themselves) == made.rows and not any(group.sources.size for group in groups[1:]):
            return Labelled.sound(made)
        return self._in_order(made, groups, positions.start)

    def _in_order(self, made: Records, groups: Sequence[Group], first: int) -> Labelled:
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
        data, ends = gathered([(sound.data, sound.ends), laid(texts)], rows, self._values)
        return Rows(data, ends, None if sound.nulls is None else sound.nulls[sources])

    def _labels(self, copies: NDArray[np.uint8]) -> Rows:
        faulty = (copies > 0) & (copies < len(KINDS))
        data, ends = gathered([_NAMES], np.where(faulty, copies.astype(np.int64), -1)[np.newaxis], self._names)
        return Rows(data, ends, ~faulty)


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


_NAMES = laid([name.encode() for name in KINDS])


def _no_values(rows: int) -> Rows:
    """In the place of values that are not looked at."""
    return Rows(np.zeros(SLACK, np.uint8), np.zeros(rows, np.int64))
