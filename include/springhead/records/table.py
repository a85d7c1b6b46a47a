"""Records as a table of polars, and so as a Parquet file: columns with types of their own in place of texts."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import IO, cast

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from springhead.columns.column import Column, State
from springhead.columns.frames import series_of
from springhead.columns.type import Kind, Type
from springhead.fields import Field
from springhead.fields.kinds.timestamp import Timestamp
from springhead.kernels import SLACK

_MOMENT = pl.Datetime("ms", "UTC")
_PRECISION = 38  # digits of a decimal number


def schema_of(record: Type, fields: Mapping[str, Field]) -> pl.Schema:
    """The columns of a table of records.

    | type | column |
    |---|---|
    | whole numbers | Int64 |
    | other numbers | Float64; decimals, which JSON has as texts, Decimal |
    | true and false | Boolean |
    | an ISO timestamp | Datetime in ms, UTC |
    | texts, and what Faker gives of lists and objects | String |
    | object | Struct |
    | array | List |
    | map | List of Struct of `key` and `value` |

    Args:
        record: an OBJECT type.
        fields: name → field, of its members.
    """
    return pl.Schema({name: _dtype(type_, fields.get(name)) for name, type_ in record.members.items()})


def _dtype(type_: Type, field: Field | None) -> pl.DataType:
    match type_.kind:
        case Kind.OBJECT:
            return pl.Struct({name: _dtype(each, _inside(field, name)) for name, each in type_.members.items()})
        case Kind.ARRAY | Kind.MAP:
            assert type_.element is not None
            return pl.List(_dtype(type_.element, _inside(field, "[]")))
        case Kind.NUMBER:
            if type_.quoted:
                return pl.Decimal(_PRECISION, type_.decimals or 0)
            return pl.Int64() if type_.decimals == 0 else pl.Float64()
        case Kind.BOOLEAN:
            return pl.Boolean()
        case Kind.TIMESTAMP if isinstance(field, Timestamp) and field.timestamp == "iso":
            return _MOMENT
        case _:
            return pl.String()


def _inside(field: Field | None, name: str) -> Field | None:
    return None if field is None else field.children.get(name)


def table_of(record: Column, schema: pl.Schema) -> pl.DataFrame:
    """The table of some records; null where a field is null or missing."""
    return pl.DataFrame([_series(record.children[name], dtype).alias(name) for name, dtype in schema.items()])


def _series(column: Column, dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Struct):
        inside = [_series(column.children[each.name], _instance(each.dtype)).alias(each.name) for each in dtype.fields]
        return _present(pl.DataFrame(inside).to_struct(), column)
    if isinstance(dtype, pl.List):
        return _present(_lists(column, dtype), column)
    if isinstance(dtype, pl.Decimal):
        return _decimals(column, dtype)
    if column.type.printed and dtype == pl.Int64():
        column = replace(column, type=replace(column.type, kind=Kind.TEXT, printed=False))  # not by way of a double
    made = series_of(_kept(column))
    if dtype == _MOMENT:
        return made.str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms").dt.replace_time_zone("UTC")
    return made.cast(dtype)


def _kept(column: Column) -> Column:
    """The column in arrays of its own: polars does not copy what it is given, and the makers of columns use their arrays again."""
    used = int(column.ends[-1]) if column.ends.size else 0
    return replace(column, data=column.data[: used + SLACK].copy(), ends=column.ends.copy(), values=column.values.copy())


def _instance(dtype: object) -> pl.DataType:
    assert isinstance(dtype, pl.DataType)
    return dtype


def _lists(column: Column, dtype: pl.List) -> pl.Series:
    """Rows of elements, an empty one where there are none; what is missing is left out of them."""
    assert column.elements is not None
    rows = np.arange(column.rows)
    inside = pl.DataFrame({"row": np.repeat(rows, column.spans[1]), "of": _series(column.elements, _instance(dtype.inner))})
    if column.elements.state is not None:
        inside = inside.filter(column.elements.state != State.MISSING)
    grouped = inside.group_by("row", maintain_order=True).agg("of")
    lists = pl.DataFrame({"row": rows}).join(grouped, on="row", how="left", maintain_order="left")["of"]
    return lists.fill_null(pl.Series([[]], dtype=dtype)).cast(dtype) if lists.null_count() else lists.cast(dtype)


def _decimals(column: Column, dtype: pl.Decimal) -> pl.Series:
    state = None if column.state is None else (column.state == State.VALUE).tolist()
    values = [Decimal(value).scaleb(-dtype.scale) for value in column.values.tolist()]
    return pl.Series(values if state is None else [each if there else None for each, there in zip(values, state, strict=True)], dtype=dtype)


def _present(series: pl.Series, column: Column) -> pl.Series:
    if column.state is None:
        return series
    return pl.select(pl.when(pl.Series(column.state == State.VALUE)).then(series)).to_series()


def write_parquet(columns: Iterator[Column], schema: pl.Schema, write: Callable[[memoryview], None]) -> None:
    """Writes a Parquet file, some records at a time.

    Args:
        columns: the records, an OBJECT column at a time, each valid until the next one.
        schema: of the table.
        write: takes the file's bytes.

    Raises:
        Exception: what making the records, or writing, has raised.
    """
    failed: list[BaseException] = []

    def tables(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield pl.DataFrame(schema=schema)  # a file without records has columns, too
            for column in columns:
                yield table_of(column, schema)
        except BaseException as error:
            failed.append(error)
            raise

    try:
        register_io_source(tables, schema=schema).sink_parquet(cast(IO[bytes], _File(write, failed)))
    except BaseException:
        if failed:
            raise failed[0] from None
        raise


class _File(io.RawIOBase):
    """A file to polars, whose bytes go elsewhere."""

    def __init__(self, write: Callable[[memoryview], None], failed: list[BaseException]) -> None:
        self._write, self._failed = write, failed

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # bytes, or what has their buffer
        try:
            self._write(view)
        except BaseException as error:
            self._failed.append(error)
            raise
        return view.nbytes
