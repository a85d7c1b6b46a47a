"""Which partition each record goes to: the pinned one, one by the record's key, a drawn one, or what a field says."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Chunk, Column, Ints
from springhead.columns.draws import Draws
from springhead.columns.rows import Rows
from springhead.columns.type import WHAT_DOES_NOT_PRINT
from springhead.errors import FieldError
from springhead.fields import Field
from springhead.kernels import drawn_partitions, key_partitions
from springhead.records.batch import Batch
from springhead.records.field_plan import FieldPlan, plan_of
from springhead.spec import errors_in
from springhead.spec.partition import bounds_of

_PROVEN_AT_ONCE = 65_536  # records
_LONGEST = 10  # digits of an int32

Numbers: TypeAlias = NDArray[np.int32]


class Partitions:
    """Tells the partitions of a batch's records.

    Args:
        batch: whose.
        plan: of the fields that the stream's `partition` may refer to.

    Raises:
        FieldError: its field cannot be made, or gives a partition that the topic does not have, as far as that is known without a draw.
    """

    def __init__(self, batch: Batch, plan: FieldPlan) -> None:
        self._topic, self._count, draws = batch.stream.topic, batch.facts.partitions, batch.draws
        self._pinned, self._drawn = batch.stream.pinned, draws.key("partition")
        self._maker = None
        if isinstance(field := batch.stream.partition, Field):
            self._maker = plan.beside(("partition",), field, Draws((*draws.scope, "partition")))
            if not (self._maker.type.prints or self._maker.type.as_text):
                raise self._error(f"a partition is a whole number, and this field gives {WHAT_DOES_NOT_PRINT}")
            if self._maker.type.stateful:
                raise self._error("each record has a partition, and this field may be null or missing")
            if bounds := bounds_of(field):
                self._check(*bounds)

    def of(self, chunk: Chunk, keys: Rows | None) -> Numbers:
        """int32, shape (n,).

        Raises:
            FieldError: the field gives one that the topic does not have.
        """
        if self._pinned is not None:
            return np.full(chunk.rows, self._pinned, np.int32)
        if self._maker is not None:
            return self._named(self._maker(chunk))
        partitions = np.empty(chunk.rows, np.int32)
        if keys is None:
            drawn_partitions(self._drawn, chunk.ids, self._count, partitions)
        else:
            key_partitions(keys.data, keys.ends, self._count, partitions)
        return partitions

    def _named(self, column: Column) -> Numbers:
        values = self._read(column) if column.type.as_text else self._whole(column.values, column.type.decimals or 0)
        if values.size:
            self._check(int(values.min()), int(values.max()))
        return values.astype(np.int32)

    def _whole(self, values: Ints, decimals: int) -> Ints:
        """The numbers without their decimals, such as an expression's: all of them 0."""
        unit = 10**decimals
        if (wrong := values % unit != 0).any():
            odd = f"{Decimal(int(values[np.argmax(wrong)])).scaleb(-decimals).normalize():f}"
            raise self._error(f"a partition is a whole number from 0 on, and this field gives {odd}: floor(…) makes whole ones")
        whole: Ints = values // unit
        return whole

    def _read(self, column: Column) -> Ints:
        """The whole numbers of a column that holds texts; a digit of all rows at a time."""
        lengths = np.diff(column.ends, prepend=0)
        begins, values = column.ends - lengths, np.zeros(column.rows, np.int64)
        wrong = (lengths < 1) | (lengths > _LONGEST)
        for place in range(min(int(lengths.max(initial=0)), _LONGEST)):
            rows = np.flatnonzero(lengths > place)
            digits = column.data[begins[rows] + place].astype(np.int64) - ord("0")
            wrong[rows] |= (digits < 0) | (digits > 9)
            values[rows] = values[rows] * 10 + digits
        if wrong.any():
            row = int(np.argmax(wrong))
            text = column.data[begins[row] : column.ends[row]].tobytes().decode()
            raise self._error(f"a partition is a whole number from 0 on, and this field gives '{text[:40]}'")
        return values

    def _check(self, low: int, high: int) -> None:
        if low < 0 or high >= self._count:
            raise self._error(
                f"{low if low < 0 else high} is not within 0 … {self._count - 1}: the topic {self._topic} has {self._count} partition{'s' * (self._count != 1)}"
            )

    @staticmethod
    def _error(why: str) -> FieldError:
        return FieldError(f"partition: {why}", found=[(("partition",), False, why)])


def prove_partitions(batch: Batch) -> None:
    """Makes the partitions of all records of a batch, and nothing else of them, where only the records can tell that the topic has them: before the first one is sent.

    Raises:
        SpecError, FieldError: the topic does not have them.
    """
    field = batch.stream.partition
    if not isinstance(field, Field) or bounds_of(field) is not None:
        return
    with errors_in(batch.request.stream, batch.request.variant):
        plan = plan_of(batch, lazy=True)
        partitions = Partitions(batch, plan)
        for first in range(0, batch.records, _PROVEN_AT_ONCE):
            chunk = batch.at(range(first, min(first + _PROVEN_AT_ONCE, batch.records)))
            plan.make(chunk)
            partitions.of(chunk, None)
