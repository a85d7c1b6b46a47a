"""Columns printed as a format asks for them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Context, Decimal
from itertools import pairwise

import numpy as np

from springhead.columns.column import Bytes, Column, Ints
from springhead.columns.gathered import laid
from springhead.columns.layout import Printer, RowBuffer
from springhead.columns.text_format import TextFormat
from springhead.columns.type import TEXT, Kind, Type
from springhead.errors import FieldError
from springhead.kernels import SLACK, number_texts, padded_texts
from springhead.kernels.formats import SIGNED, SPACED

_SIGNS = {"": 0, "+": SIGNED, " ": SPACED}
_PLACES = {"<": 0, "^": 1, ">": 2}
_WIDEST_WHOLE = 32  # bytes of an int64 with its sign, commas and a point
_KEPT = 10_000  # texts of numbers of which is remembered how they are printed
_EXACT = Context(prec=1000)


class Formatted:
    """Prints the columns of one type as a format asks for them.

    Args:
        form: one that fits the type.
        type_: of the columns.

    Attributes:
        type: of what it prints: texts, null or missing where the column is.
    """

    def __init__(self, form: TextFormat, type_: Type) -> None:
        self._form, self._number = form, type_.kind is Kind.NUMBER
        self._varied = type_.as_text or (type_.trimmed and form.precision is None)  # numbers of which each has as many decimals as it needs
        self._printer, self._texts, self._padded = Printer(type_), RowBuffer(), RowBuffer()
        self._decimals = type_.decimals or 0
        self._printed: dict[bytes, bytes] = {}
        self._fill = np.frombuffer(form.fill.encode(), np.uint8).copy()
        self._place = _PLACES[form.align or (">" if self._number else "<")]
        self.type = replace(TEXT, nullable=type_.nullable, optional=type_.optional)

    def column(self, column: Column) -> Column:
        """The texts; valid until the next call."""
        if not self._number:
            data, ends = self._printer.rows(column)
        elif self._varied:
            data, ends = self._one_by_one(*self._printer.rows(column))
        else:
            data, ends = self._numbers(column)
        if self._form.width or (self._form.precision is not None and not self._number):
            data, ends = self._filled(data, ends)
        return Column(self.type, column.rows, data=data, ends=ends, state=column.state)

    def _numbers(self, column: Column) -> tuple[Bytes, Ints]:
        form = self._form
        shown = self._decimals if form.precision is None else form.precision
        out, ends = self._texts.room(
            column.rows * (_WIDEST_WHOLE + shown + (form.width * 4 // 3 if form.zeros else 0)) + SLACK, column.rows
        )
        hexadecimal, zeros_to = form.type in ("x", "X"), form.width if form.zeros else 0
        base = 16 if hexadecimal else 10
        number_texts(column.values, self._decimals, shown, _SIGNS[form.sign], form.grouped, base, form.type == "X", zeros_to, out, ends)
        return out, ends

    def _one_by_one(self, printed: Bytes, ends: Ints) -> tuple[Bytes, Ints]:
        """Of numbers whose decimals vary: each of their texts once, by Python."""
        data, begins = printed.data, [0, *ends.tolist()]
        if len(self._printed) > _KEPT:
            self._printed.clear()
        texts = [bytes(data[begin:end]) for begin, end in pairwise(begins)]
        for text in {*texts} - self._printed.keys():
            self._printed[text] = self._one(text)
        return laid([self._printed[text] for text in texts])

    def _one(self, text: bytes) -> bytes:
        form = self._form
        try:
            value = Decimal(text.decode())
        except ArithmeticError:  # what stands where the row is null
            return text
        zeros = f"0{form.width}" if form.zeros else ""
        grouped = "," * form.grouped
        if form.type in ("d", "x", "X"):
            if value != value.to_integral_value():
                raise FieldError(f"'{form.type}' in the format '{form.text}' is for whole numbers, and {text.decode()} is none: write .0f")
            return f"{int(value):{form.sign}{zeros}{grouped}{form.type}}".encode()
        if form.precision is not None:
            value = value.quantize(Decimal(1).scaleb(-form.precision), context=_EXACT)
        elif not (form.sign or zeros or grouped):
            return text
        return f"{value:{form.sign}{zeros}{grouped}f}".encode()

    def _filled(self, data: Bytes, ends: Ints) -> tuple[Bytes, Ints]:
        form, rows = self._form, ends.shape[0]
        size = (int(ends[-1]) if rows else 0) + rows * form.width * self._fill.shape[0] + 2 * SLACK
        out, filled_ends = self._padded.room(size, rows)
        most = -1 if form.precision is None or self._number else form.precision
        padded_texts(data, ends, most, form.width, self._place, self._fill, out, filled_ends)
        return out, filled_ends
