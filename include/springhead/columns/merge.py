"""Columns put together of rows of other columns, of the same type or of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from springhead.columns.column import Bytes, Column, Ints, State
from springhead.columns.common import common_type
from springhead.columns.gathered import gathered
from springhead.columns.json_text import JsonText
from springhead.columns.layout import Printer, RowBuffer
from springhead.columns.taken import ranges
from springhead.columns.type import Kind, Type


class Merge:
    """Puts columns together whose rows stand at given places of the result.

    Args:
        types: of the columns, at least one.
        gaps: what rows are that come from no column; VALUE: there are none.

    Attributes:
        type: of the result.
    """

    def __init__(self, types: Sequence[Type], gaps: State = State.VALUE) -> None:
        type_ = common_type(types)
        self.type = replace(type_, nullable=type_.nullable or gaps is State.NULL, optional=type_.optional or gaps is State.MISSING)
        self._gaps, self._buffer = gaps, RowBuffer()
        self._members: dict[str, tuple[list[int], Merge]] = {}
        self._elements: Merge | None = None
        self._printers: list[Printer | JsonText | None] = []
        if type_.kind is Kind.OBJECT:
            for name in type_.members:
                having = [number for number, each in enumerate(types) if name in each.members]
                missing = State.VALUE if len(having) == len(types) and gaps is State.VALUE else State.MISSING
                self._members[name] = having, Merge([types[number].members[name] for number in having], missing)
            self.type = replace(self.type, members={name: merge.type for name, (_, merge) in self._members.items()})
        elif type_.element is not None:
            self._elements = Merge([each.element for each in types if each.element is not None])
            self.type = replace(self.type, element=self._elements.type)
        elif type_.as_text:
            self._printers = [_printer(each, type_) for each in types]

    def __call__(self, parts: Sequence[Column], places: Sequence[Ints], rows: int) -> Column:
        """The merged column; valid until the next call.

        Args:
            parts: of the types, in that order.
            places: int64, shape (rows of the part,): where each of its rows stands in the result.
            rows: of the result.
        """
        state = self._state(parts, places, rows)
        if self.type.kind is Kind.OBJECT:
            children = {
                name: merge([parts[number].children[name] for number in having], [places[number] for number in having], rows)
                for name, (having, merge) in self._members.items()
            }
            return Column(self.type, rows, state=state, children=children)
        if self._elements is not None:
            lengths = np.zeros(rows, np.int64)
            for part, of in zip(parts, places, strict=True):
                lengths[of] = part.spans[1]
            ends = np.cumsum(lengths)
            begins = ends - lengths
            stands = [ranges(begins[of], lengths[of]) for of in places]
            inner = [part.elements for part in parts if part.elements is not None]
            return Column(self.type, rows, state=state, ends=ends, elements=self._elements(inner, stands, int(lengths.sum())))
        if self.type.as_text:
            texts = [
                (part.data, part.ends) if printer is None else printer.rows(part)
                for part, printer in zip(parts, self._printers, strict=True)
            ]
            wanted = np.full((len(parts), rows), -1, np.int64)
            for number, of in enumerate(places):
                wanted[number, of] = np.arange(of.shape[0])
            data, ends = gathered(texts, wanted, self._buffer)
            return Column(self.type, rows, data=data, ends=ends, state=state)
        values = np.zeros(rows, np.int64)
        for part, of in zip(parts, places, strict=True):
            values[of] = part.values
        return Column(self.type, rows, values=values, state=state)

    def _state(self, parts: Sequence[Column], places: Sequence[Ints], rows: int) -> Bytes | None:
        if self._gaps is State.VALUE and all(part.state is None for part in parts):
            return None
        state: Bytes = np.full(rows, self._gaps, np.uint8)
        for part, of in zip(parts, places, strict=True):
            state[of] = State.VALUE if part.state is None else part.state
        return state


def _printer(type_: Type, whole: Type) -> Printer | JsonText | None:
    """What makes a text of a column that is merged into texts; None: it is one."""
    if whole.kind is Kind.JSON and type_.kind is not Kind.JSON:
        return JsonText(replace(type_, nullable=False, optional=False))  # its states are the result's
    return None if type_.as_text else Printer(type_)
