"""Formats print what Python's print: numbers as its decimals, texts as its texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from springhead.columns.column import Column, State
from springhead.columns.formatted import Formatted
from springhead.columns.text_format import FormatError, parse_format
from springhead.columns.type import BOOLEAN, PRINTED_NUMBER, number
from tests.unit.build import strings, texts
from tests.unit.columns.build import Guarded, text_column
from tests.unit.examples import examples

_FILLS = st.sampled_from(["", "*", "0", "é", "東", "<", "x"])
_WIDTHS = st.sampled_from(["", "1", "7", "12", "40", "300"])
_INTS = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-2000, 2000) | st.sampled_from([0, 5, -5, 15, 25, -(2**63)]), max_size=20)


def _aligned(rest: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    before = st.tuples(_FILLS, st.sampled_from("<>^")).map("".join)
    return st.tuples(before, _SIGNS, _WIDTHS, rest).map("".join) | st.tuples(_SIGNS, st.sampled_from(["", "0"]), _WIDTHS, rest).map("".join)


_SIGNS = st.sampled_from(["", "+", " ", "-"])
_DECIMALS = st.tuples(st.sampled_from(["", ","]), st.sampled_from(["", ".0f", ".1f", ".2f", ".9f", ".30f"])).map("".join)


def printed(form: str, column: Column) -> list[str | None]:
    """The rows, written between guards."""
    made, buffers = Formatted(parse_format(form), column.type), (Guarded(), Guarded())
    made._texts, made._padded = buffers
    rows = texts(made.column(column))
    for buffer in buffers:
        if hasattr(buffer, "n"):
            buffer.check()
    return rows


@given(_aligned(_DECIMALS), st.integers(0, 15), _INTS)
@example("012,.2f", 3, [1234567, -1234567, 125, 135, -4])
@examples(400)
def test_numbers_print_as_pythons_decimals(form: str, decimals: int, values: list[int]) -> None:
    column = Column(number(decimals), len(values), values=np.array(values, np.int64))
    plain = [Decimal(value).scaleb(-decimals) for value in values]
    assert printed(form, column) == [_python(value, form) for value in plain]
    held_as_text = text_column([f"{value:f}" for value in plain], None)
    assert printed(form, Column(PRINTED_NUMBER, len(values), data=held_as_text.data, ends=held_as_text.ends)) == printed(form, column)


@given(_aligned(_DECIMALS), _INTS)
@example("012", [1020255000])
@example("+,", [-1, 0, 1000000000])
@examples(200)
def test_numbers_without_zeros_at_their_ends_print_without_them_in_a_format_too(form: str, values: list[int]) -> None:
    column = Column(replace(number(6), trimmed=True), len(values), values=np.array(values, np.int64))
    plain = [Decimal(value).scaleb(-6) for value in values]
    shortest = [Decimal(f"{value:f}".rstrip("0").rstrip(".")) for value in plain]
    assert printed(form, column) == [
        _python(value if form.endswith("f") else short, form) for value, short in zip(plain, shortest, strict=True)
    ]


def _python(value: Decimal, form: str) -> str:
    """A decimal's own format without decimals would print some of them with an exponent."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return format(value, form if form.endswith("f") else f"{form}.{-exponent}f")


@given(_aligned(st.sampled_from(["", ",", "d", ",d", "x", "X"])).filter(lambda form: not form.endswith((",x", ",X"))), _INTS)
@examples(300)
def test_whole_numbers_print_as_pythons(form: str, values: list[int]) -> None:
    column = Column(number(), len(values), values=np.array(values, np.int64))
    assert printed(form, column) == [format(value, form) for value in values]
    held_as_text = text_column([str(value) for value in values], None)
    assert printed(form, Column(PRINTED_NUMBER, len(values), data=held_as_text.data, ends=held_as_text.ends)) == printed(form, column)


@given(
    st.tuples(_FILLS, st.sampled_from("<>^"), _WIDTHS).map("".join) | _WIDTHS.filter(lambda width: width[:1] != "0"),
    st.sampled_from(["", ".0", ".1", ".5", ".300"]),
    st.sampled_from(["", "s"]),
    st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=10),
)
@examples(300)
def test_widths_and_precisions_of_texts_count_characters(aligned: str, cut: str, kind: str, values: list[str]) -> None:
    form = f"{aligned}{cut}{kind}"
    assert printed(form, text_column(values, None)) == [format(value, form) for value in values]


def test_booleans_print_as_in_json() -> None:
    assert printed("*^7", Column(BOOLEAN, 2, values=np.array([0, 1]))) == ["*false*", "*true**"]


def test_what_is_null_stays_null() -> None:
    assert printed(">4", text_column(["a", "b"], np.array([State.VALUE, State.NULL], np.uint8))) == ["   a", None]


def test_a_number_that_is_not_whole_has_no_hexadecimal_digits() -> None:
    column = text_column(["10", "2.5"], None)
    with pytest.raises(ValueError, match=r"^'x' in the format '04x' is for whole numbers, and 2\.5 is none: write \.0f$"):
        printed("04x", Column(PRINTED_NUMBER, 2, data=column.data, ends=column.ends))


def test_the_same_object_prints_chunk_after_chunk() -> None:
    made = Formatted(parse_format("+08.1f"), number(2))
    columns: list[Any] = [Column(number(2), n, values=np.arange(n, dtype=np.int64) * 1005) for n in (3, 500, 0, 2)]
    assert [strings(made.column(each)) for each in columns] == [
        [f"{Decimal(n * 1005).scaleb(-2):+08.1f}" for n in range(each.rows)] for each in columns
    ]


THERE = "there are a character that fills and < > ^, + or a space, 0, a width, a comma, .2f for numbers, .3 for the first 3 characters of a text, d, x and X"


@pytest.mark.parametrize(
    ("form", "at", "problem"),
    [
        ("q", 0, f"'q' is not understood; {THERE}"),
        (">8e", 2, f"'e' is not understood; {THERE}"),
        ("=8", 0, f"'=' is not understood: zeros behind the sign are written 08; {THERE}"),
        ("8_d", 1, f"'_' is not understood: thousands are grouped by a comma; {THERE}"),
        (".1%", 2, f"'%' is not understood: write the number as a share, such as .2f; {THERE}"),
        ("8.f", 1, f"'.' is not understood; {THERE}"),
        (">301", 1, "a width is at most 300"),
        ("<08", 1, "'0' puts zeros behind the sign and goes with no '<': write the character that fills before it, 0<8"),
        ("8f", 1, "'f' needs the number of decimals, such as .2f"),
        (".31f", 1, "a number is printed with at most 30 decimals"),
        (",x", 0, "a comma groups decimal digits, and no hexadecimal ones"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(form: str, at: int, problem: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_format(form)
    assert (caught.value.at, str(caught.value)) == (at, problem)
