"""Columns put together of other makers' columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from springhead.columns.alias import alias_table
from springhead.columns.column import Bytes, Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.gathered import gathered
from springhead.columns.layout import Printer, RowBuffer
from springhead.columns.type import Kind, Type
from springhead.kernels import picks


def mixture_maker(makers: Sequence[Maker], weights: Sequence[float | Fraction], draws: Draws) -> Maker:
    """The maker of a column of which each row is made by one of several makers.

    Args:
        makers: of values of one kind, which refer to no other field; each is asked for its own rows only.
        weights: how likely each maker is.
        draws: of the field; the makers have draws of their own (`Draws.part`).
    """
    keep, alias = (np.array(each, kind) for each, kind in zip(alias_table(weights), (np.uint64, np.int64), strict=True))
    key = draws.key("mix")
    type_ = _type([maker.type for maker in makers])
    printers = [None if maker.type.as_text else Printer(maker.type) for maker in makers]
    buffer = RowBuffer()

    def column(chunk: Chunk) -> Column:
        chosen = np.empty(chunk.rows, np.int64)
        picks(key, chunk.ids, keep, alias, chosen)
        places = [np.flatnonzero(chosen == number) for number in range(len(makers))]
        parts = [maker(chunk.take(of)) for maker, of in zip(makers, places, strict=True)]
        state = _state(parts, places, chunk.rows)
        if not type_.as_text:
            values = np.empty(chunk.rows, np.int64)
            for part, of in zip(parts, places, strict=True):
                values[of] = part.values
            return Column(type_, chunk.rows, values=values, state=state)
        texts = [(part.data, part.ends) if printer is None else printer.rows(part) for part, printer in zip(parts, printers, strict=True)]
        rows = np.full((len(parts), chunk.rows), -1, np.int64)
        for number, of in enumerate(places):
            rows[number, of] = np.arange(of.shape[0])
        data, ends = gathered(texts, rows, buffer)
        return Column(type_, chunk.rows, data=data, ends=ends, state=state)

    return Maker(type_, column)


def _type(types: Sequence[Type]) -> Type:
    """Of any of these, all of one kind; where some are printed, or have other decimals, each value is printed."""
    first = types[0]
    nullable, optional = any(each.nullable for each in types), any(each.optional for each in types)
    alike = all((each.decimals, each.printed) == (first.decimals, first.printed) for each in types)
    mixed = replace(first, nullable=nullable, optional=optional, plain=all(each.plain for each in types))
    if first.kind in (Kind.NUMBER, Kind.BOOLEAN) and not alike:
        return replace(mixed, printed=True, decimals=None)
    return mixed


def _state(parts: Sequence[Column], places: Sequence[Ints], rows: int) -> Bytes | None:
    if all(part.state is None for part in parts):
        return None
    state: Bytes = np.zeros(rows, np.uint8)
    for part, of in zip(parts, places, strict=True):
        if part.state is not None:
            state[of] = part.state
    return state
