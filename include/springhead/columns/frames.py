"""Columns as polars has them, and back."""

from __future__ import annotations

from dataclasses import replace

import nanoarrow
import numpy as np
import polars as pl

from springhead.columns.column import Bytes, Column, Ints, State
from springhead.columns.time_text import ISO, ISO_DATE, TimeText
from springhead.columns.type import BOOLEAN, TEXT, WHAT_DOES_NOT_PRINT, Kind, Type
from springhead.errors import FieldError
from springhead.kernels import SLACK

MOST_DECIMALS = 15
_LIMIT = 2.0**63
_DAY_US = 86_400_000_000


def dtype_of(type_: Type) -> pl.DataType:
    """What polars holds values of a type as: texts and moments as String, whole numbers as Int128, others as Float64, booleans as Boolean.

    polars' integers wrap in silence; products of numbers of 64 bits do not, in 128.

    Raises:
        FieldError: it holds arrays, objects or maps.
    """
    if not type_.prints:
        raise FieldError(f"it gives {WHAT_DOES_NOT_PRINT}, which an expression does not take")
    if type_.kind is Kind.NUMBER:
        return pl.Int128() if type_.decimals == 0 else pl.Float64()
    return pl.Boolean() if type_.kind is Kind.BOOLEAN else pl.String()


def series_of(column: Column) -> pl.Series:
    """A column's values, null where it is null or missing."""
    type_ = column.type
    if type_.as_text:
        ends = np.concatenate([np.zeros(1, np.int64), column.ends])
        # polars reads texts in the form of Arrow without copying what it is not asked for.
        made = pl.Series(nanoarrow.c_array_from_buffers(nanoarrow.large_string(), column.rows, [None, ends, column.data]))
    elif type_.kind is Kind.NUMBER:
        made = pl.Series(column.values / 10.0**type_.decimals) if type_.decimals else pl.Series(column.values).cast(pl.Int128)
    else:
        made = pl.Series(column.values != 0)
    if column.state is not None:
        made = pl.select(pl.when(pl.Series(column.state == State.VALUE)).then(made)).to_series()
    if type_.printed:
        return made.cast(dtype_of(type_)) if type_.kind is Kind.NUMBER else made == "true"
    return made


def moments(times_us: Ints) -> pl.Series:
    """Datetime, in UTC without saying so: SQL's timestamps and dates compare with it. times_us: int64, shape (n,), µs since 1970."""
    return pl.Series(times_us).cast(pl.Datetime("us"))


def type_of(dtype: pl.DataType, decimals: int | None) -> Type:
    """The type of a column of what an expression gives.

    Args:
        decimals: of a number; None: none of a whole one, up to six of another, without zeros at the end.

    Raises:
        FieldError: it gives nothing that a field can be.
    """
    if dtype == pl.Boolean():
        return BOOLEAN
    if dtype.is_integer() or dtype.is_float() or dtype.is_decimal():
        if decimals is not None:
            return Type(Kind.NUMBER, decimals)
        return Type(Kind.NUMBER, 0) if dtype.is_integer() else Type(Kind.NUMBER, 6, trimmed=True)
    if dtype in (pl.String(), pl.Null()):
        return TEXT
    if dtype.is_temporal() and dtype.base_type() in (pl.Datetime, pl.Date):
        return Type(Kind.TIMESTAMP)
    raise FieldError(f"it gives {dtype}, which no field can be: a text, a number, true and false, a date or a time can")


def column_of(series: pl.Series, type_: Type) -> Column:
    """The column of a type that a series is.

    Raises:
        FieldError: a number is too large; a time has no year of four digits.
    """
    rows = len(series)
    state = _state(series)
    if type_.kind is Kind.TEXT:
        texts = series.cast(pl.String).fill_null("")
        raw = bytearray(texts.str.join("").item().encode() if rows else b"") + bytes(SLACK)
        ends = texts.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy(writable=True)
        return Column(type_, rows, data=np.frombuffer(raw, np.uint8), ends=ends, state=state)
    if type_.kind is Kind.TIMESTAMP:
        day = series.dtype.base_type() is pl.Date
        if not series.dt.year().is_between(1, 9999).all():  # what is null does not count
            raise FieldError("it gives a time that is not in the years 1 … 9999")
        times = (series.cast(pl.Int64) * _DAY_US if day else series.dt.timestamp("us")).fill_null(0).to_numpy(writable=True)
        made = TimeText(ISO_DATE if day else ISO, Kind.TIMESTAMP).column(times)
        return replace(made, type=type_, state=state)
    if type_.kind is Kind.BOOLEAN:
        return Column(type_, rows, values=series.fill_null(False).to_numpy().astype(np.int64), state=state)
    return Column(type_, rows, values=_scaled(series, type_.decimals or 0, state), state=state)


def _state(series: pl.Series) -> Bytes | None:
    if not series.null_count() and not (series.dtype.is_float() and not series.is_finite().all()):
        return None
    lacking = series.is_null().to_numpy()
    if series.dtype.is_float():
        lacking = lacking | ~series.fill_null(0).is_finite().to_numpy()
    return np.where(lacking, np.uint8(State.NULL), np.uint8(State.VALUE))


def _scaled(series: pl.Series, decimals: int, state: Bytes | None) -> Ints:
    """Numbers as integers with so many decimals, half to even."""
    if series.dtype.is_integer() and not decimals:
        values = series.fill_null(0)
        for value in (values.min(), values.max()):
            if value is not None and not -(2**63) <= int(value) < 2**63:  # type: ignore[arg-type]  # of integers
                raise FieldError(_TOO_LARGE.format(value=value, decimals=0))
        return values.cast(pl.Int64).to_numpy(writable=True)
    numbers = series.cast(pl.Float64).fill_null(0.0).to_numpy()
    if state is not None:
        numbers = np.where(state == State.VALUE, numbers, 0.0)
    scaled = np.rint(numbers * 10.0**decimals)
    if scaled.size and not np.abs(scaled).max() < _LIMIT:
        raise FieldError(_TOO_LARGE.format(value=f"{numbers[np.abs(scaled).argmax()]:g}", decimals=decimals))
    return scaled.astype(np.int64)


_TOO_LARGE = "it gives {value}, which with {decimals} decimals does not fit into 64 bits: make it smaller, or give fewer decimals"
