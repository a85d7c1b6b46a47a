"""Expressions at work: what polars makes of an expression over a record's fields."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from springhead.columns.type import Kind
from springhead.errors import FieldError
from springhead.fields.expression_text import Expression
from springhead.fields.site import Reach
from springhead.fields.template_text import Reference

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from springhead.columns.column import Chunk, Column
    from springhead.columns.type import Type

_TIME = Reference(("_time",))


class Formula:
    """An expression over the columns of a chunk.

    Args:
        expression: what it says.
        reach: what its references mean.
        decimals: of numbers; None: none of whole ones, up to six of others, without zeros at the end.

    Attributes:
        type: of its column.

    Raises:
        FieldError: polars does not take it: it is no SQL, or the types in it do not go together.
    """

    def __init__(self, expression: Expression, reach: Reach, decimals: int | None = None) -> None:
        import polars as pl

        from springhead.columns.frames import dtype_of, type_of

        self._text = expression.text
        self._paths = {str(each): reach.find(each) for each in expression.references}
        self._timed = _TIME in expression.pieces
        empty: dict[str, pl.DataType] = {"_time": pl.Datetime("us")} if self._timed else {}
        stateful, bare = False, set(map(str, expression.bare))
        for name, path in self._paths.items():
            type_ = reach.types[path]
            assert type_ is not None
            try:
                empty[name] = dtype_of(type_)
            except FieldError as error:
                raise FieldError(f"'{name}' does not go with an expression: {error}") from None
            stateful = stateful or (type_.stateful and name in bare)
        try:
            self._expression = pl.sql_expr(expression.sql(str))
            if not self._expression.meta.eq(self._expression.meta.undo_aliases()):  # SQL would take "net tax" as net, under another name
                raise FieldError("an operator is missing between two values, or cast(… as int) around one with `as` behind it")
            self.dtype = pl.DataFrame(schema=empty or {" ": pl.Int64()}).with_columns(self._expression.alias("")).schema[""]
            made = type_of(self.dtype, decimals)
        except pl.exceptions.PolarsError as error:
            names = {path[-1] for path in reach.types}
            quoted = next(
                (f'. The field stands in double quotes there: "{word}" is a word of SQL' for word in expression.words if word in names), ""
            )
            raise FieldError(f"'{self._text}' is no expression: {_said(error)}{quoted}") from None
        except FieldError as error:
            raise FieldError(f"'{self._text}': {error}") from None
        self.type: Type = replace(made, nullable=stateful or expression.may_lack)

    def series(self, chunk: Chunk) -> pl.Series:
        """What it gives for each row.

        Raises:
            FieldError: it cannot be told for one of these rows.
        """
        import polars as pl

        from springhead.columns.frames import moments, series_of

        known = {name: series_of(chunk.columns[path]) for name, path in self._paths.items()}
        if self._timed:
            known["_time"] = moments(chunk.times_us)
        if not known:
            known[" "] = pl.Series([0]).new_from_index(0, chunk.rows)
        try:
            return pl.DataFrame(known).with_columns(self._expression.alias(""))[""]
        except pl.exceptions.PolarsError as error:
            raise FieldError(f"'{self._text}' cannot be told for a record: {_said(error)}") from None

    def column(self, chunk: Chunk) -> Column:
        """Its column.

        Raises:
            FieldError: as `series`; a number or a time is out of bounds, or it is null where nobody could foresee it.
        """
        from springhead.columns.frames import column_of

        series = self.series(chunk)
        try:
            made = column_of(series, replace(self.type, nullable=True))
        except FieldError as error:
            raise FieldError(f"'{self._text}': {error}") from None
        if made.state is not None and not self.type.nullable:
            raise FieldError(f"'{self._text}' gives no value in a record: put coalesce(…, a value) around it")
        return replace(made, type=self.type)


class Condition:
    """An expression that is true or not.

    Args:
        expression, reach: as of `Formula`.

    Raises:
        FieldError: as there; or it gives something else.
    """

    def __init__(self, expression: Expression, reach: Reach) -> None:
        import polars as pl

        try:
            self._formula = Formula(expression, reach)
            if self._formula.dtype != pl.Boolean():
                what = _WORDS.get(self._formula.type.kind, "something else")
                raise FieldError(f"'{expression.text}' gives {what}: a condition is true or false, such as status = 'declined'")
        except FieldError as error:
            raise FieldError(str(error), ("when",)) from None

    def holds(self, chunk: Chunk) -> NDArray[Any]:
        """bool, shape (n,): where it is true; what is null is not.

        Raises:
            FieldError: as `Formula.series`.
        """
        return self._formula.series(chunk).fill_null(False).to_numpy()


_WORDS = {Kind.NUMBER: "numbers", Kind.TEXT: "texts", Kind.TIMESTAMP: "times"}


# How an error of polars begins, and what to do about it.
_PLAINER = {
    "cannot compare 'date/datetime/time' to a string": "a time does not compare with a text: write timestamp '2026-03-01 10:00:00' or date '2026-03-01'",
    r"cannot compare string with numeric|'is_in' cannot check for (String values in List\((Int|Float|Dec)|.* values in List\(String)": (
        "a text does not compare with a number: write the number in single quotes, or cast(… as double) around the text"
    ),
    "arithmetic on (string|dtypes str|dtypes .* and str)": "a text is nothing to calculate with: || joins texts, cast(… as double) makes a number of one",
    r"[+-] not allowed on (date|.* and date)": "a time takes an interval, such as _time + interval '5 minutes'",
    "conversion from `[a-z0-9]+` to `i32` failed in column '.*' for .* values: \\[-?[0-9]": (
        "cast(… as int) holds whole numbers of 32 bits, and cast(… as bigint) those of 64; a text is a number only where nothing but digits stands in it"
    ),
    "casting from string to (datetime|date) is not supported": (
        "a field's text does not become a time here: _time is the event time, and _time + interval '5 minutes' one beside it"
    ),
    r"[&|] on |`bit(and|or)`|invalid series dtype: expected `Boolean`": (
        "what stands there has to be true or false, such as amount > 5 and status = 'paid'"
    ),
    r"invalid series dtype: expected `String`|expected String type": "what stands there has to be a text: cast(… as text) makes one",
}


def _said(error: Exception) -> str:
    """An error of polars in one line, without what it says about its own inside."""
    text = str(error)
    if text.startswith("unable to parse") or "valid columns" in text:
        return "it cannot be read as SQL"
    for theirs, ours in _PLAINER.items():
        if re.match(theirs, text):
            return ours
    return re.sub(r"\s+", " ", re.split(r"\n\n|Hint:", text)[0]).strip()
