"""The truth: which records of a batch are faulty, dropped, tombstones or late. A consumer can be scored by it.

It is a function of the batch, like the records: it can be told at any time, before and after they are published. A line is a JSON object:

    position      of the record in the batch, from 0
    copy          0: the record itself; else the number of its faulty copy, the same for all copies of that kind
    fault         the kind; drop: the record is not in the topic; null: none
    field         that was damaged; null: none in particular
    tombstone     whether it has no value
    lateness_ms   from its event time to its arrival
    members       name of an entity → the number of the member that the record speaks of, from 0; null: there is none yet
    key           null: none
    partition, timestamp_ms
    value_sha256  of the value in the topic, in hex; null: there is none
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from springhead.faults import DROPPED, kind_of
from springhead.records.batch import Batch, parts_among
from springhead.records.labelled import Labelled
from springhead.records.members import NOBODY
from springhead.records.press import Press


def truth_of(batch: Batch, parts: Sequence[int] | None = None, *, every: bool = False) -> Iterator[bytes]:
    """The truth about a batch, chunk by chunk, in the order of its records.

    Args:
        parts: the numbers of the parts that are meant, from 1; None: all.
        every: whether the sound records that are in time have a line, too.

    Raises:
        OptionError: the batch has no such part.
        SpecError, FieldError: as `Press`.
    """
    press = Press(batch)
    for part in parts_among(len(batch.parts), parts):
        for positions in press.chunks(batch.parts[part - 1]):
            yield truth_lines(press.labelled(positions), every=every)


def truth_lines(labelled: Labelled, *, every: bool = False) -> bytes:
    """The lines of some records, each with its end."""
    made = labelled.records
    copies = np.zeros(made.rows, np.uint8) if made.copies is None else made.copies
    late_ms = np.zeros(made.rows, np.int64) if made.arrivals_us is None else made.arrivals_us // 1000 - made.timestamps_ms
    told = (copies > 0) | (late_ms > 0) | every
    if made.values.nulls is not None:
        told |= made.values.nulls
    rows = np.flatnonzero(told)
    lines = []
    for row, copy, late, position, (value, key, partition, timestamp_ms, _) in zip(
        rows.tolist(), copies[rows].tolist(), late_ms[rows].tolist(), made.positions[rows].tolist(), made.take(rows).each(), strict=True
    ):
        line = {
            "position": position,
            "copy": 0 if copy == DROPPED else copy,
            "fault": kind_of(copy) or None,
            "field": labelled.field(row) or None,
            "tombstone": value is None,
            "lateness_ms": late,
            "members": {name: _member(numbers[row]) for name, numbers in labelled.members.items()},
            "key": None if key is None else key.decode(),
            "partition": partition,
            "timestamp_ms": timestamp_ms,
            "value_sha256": None if value is None or copy == DROPPED else hashlib.sha256(value).hexdigest(),
        }
        lines.append(msgspec.json.encode(line) + b"\n")
    return b"".join(lines)


def _member(number: np.uint64) -> int | None:
    return None if number == NOBODY else int(number)
