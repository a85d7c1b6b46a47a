"""Expressions: SQL over the fields of a record."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import FieldError
from springhead.fields.expression_text import FUNCTIONS, parse_expression
from springhead.fields.template_text import Reference
from springhead.records.press import Press
from tests.unit.build import batch

FIELDS: dict[str, Any] = {
    "n": {"integer": [-20, 20]},
    "amount": {"number": [0.5, 500]},
    "status": {"choice": ["ok", "declined", "Ünknown €"]},
    "vip": {"boolean": 0.5},
    "maybe": {"choice": [1, 2.5, None]},
    "o": {"object": {"a b": {"faker": "first_name"}}},
}


def values(expression: str, records: int = 300, **more: Any) -> list[dict[str, Any]]:
    press = Press(batch({**FIELDS, "x": {"expression": expression, **more}}, records=records))
    return [json.loads(value, parse_float=Decimal) for positions in press.chunks() for value in press.records(positions).values.tolist()]


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("n + 1", lambda r: r["n"] + 1),
        ("-n * 3", lambda r: -r["n"] * 3),
        ("abs(n)", lambda r: abs(r["n"])),
        ("amount > 250", lambda r: r["amount"] > 250),
        ("vip and amount > 250 or status = 'ok'", lambda r: (r["vip"] and r["amount"] > 250) or r["status"] == "ok"),
        ("not vip", lambda r: not r["vip"]),
        ("status in ('ok', 'declined')", lambda r: r["status"] in ("ok", "declined")),
        ("status like 'd%'", lambda r: r["status"].startswith("d")),
        ("n between -3 and 3", lambda r: -3 <= r["n"] <= 3),
        ("maybe is null", lambda r: r["maybe"] is None),
        ("coalesce(maybe, 0) >= 2", lambda r: (r["maybe"] or 0) >= 2),
        ("case when n > 5 then 'high' when n < -5 then 'low' else status end", lambda r: "high" if r["n"] > 5 else "low" if r["n"] < -5 else r["status"]),
        ("case when n > 5 then 'high' end", lambda r: "high" if r["n"] > 5 else None),
        ("upper(status) || '!'", lambda r: r["status"].upper() + "!"),
        ('status || "o.a b"', lambda r: r["status"] + r["o"]["a b"]),
        ("length(status)", lambda r: len(r["status"])),
        ("octet_length(status)", lambda r: len(r["status"].encode())),
        ("left(status, 2)", lambda r: r["status"][:2]),
        ("substr(status, 2, 3)", lambda r: r["status"][1:4]),
        ("replace(status, 'k', 'KK')", lambda r: r["status"].replace("k", "KK")),
        ("starts_with(status, 'o')", lambda r: r["status"].startswith("o")),
        ("reverse(status)", lambda r: r["status"][::-1]),
        ("lpad(status, 10, '.')", lambda r: r["status"].rjust(10, ".")),
        ("nullif(status, 'ok')", lambda r: None if r["status"] == "ok" else r["status"]),
        ("greatest(n, 3)", lambda r: max(r["n"], 3)),
        ("least(n, 3)", lambda r: min(r["n"], 3)),
        ("if(vip, n, 0)", lambda r: r["n"] if r["vip"] else 0),
        ("sign(n)", lambda r: (r["n"] > 0) - (r["n"] < 0)),
        ("floor(amount)", lambda r: int(r["amount"])),
        ("ceil(amount)", lambda r: math.ceil(r["amount"])),
        ("cast(amount as int)", lambda r: int(r["amount"])),
        ("cast(n as text)", lambda r: str(r["n"])),
        ("_number * 10", None),
        ("'it''s'", lambda r: "it's"),
        ("7", lambda r: 7),
        ("n / 0", lambda r: None),
        ("null", lambda r: None),
    ],
)  # fmt: skip
def test_it_gives_what_sql_says(expression: str, expected: Any) -> None:
    for number, row in enumerate(values(expression)):
        told = row["x"]
        assert (int(told) if isinstance(told, Decimal) and told == int(told) else told) == (
            number * 10 if expected is None else expected(row)
        )


@pytest.mark.parametrize(
    ("expression", "decimals"), [("round(amount * 0.015, 2)", 2), ("amount * 1.19", 6), ("amount / 3", 6), ("sqrt(amount)", 6)]
)
def test_numbers_have_up_to_six_decimals_and_no_zeros_behind_them(expression: str, decimals: int) -> None:
    of: dict[str, Callable[[Decimal], Decimal]] = {
        "round(amount * 0.015, 2)": lambda a: rounded(a * Decimal("0.015"), 2),
        "amount * 1.19": lambda a: a * Decimal("1.19"),
        "amount / 3": lambda a: a / 3,
        "sqrt(amount)": lambda a: a.sqrt(),
    }
    for row in values(expression):
        assert abs(Decimal(row["x"]) - of[expression](row["amount"])) <= Decimal("0.010001" if decimals == 2 else "0.000001")
        told = str(row["x"])
        assert "." not in told or (not told.endswith("0") and len(told.partition(".")[2]) <= decimals)


def test_decimals_may_be_told() -> None:
    press = Press(batch({**FIELDS, "x": {"expression": "amount * 2", "decimals": 3}}, records=50))
    assert all(
        value.rpartition(b".")[2] in (b"000}",) or len(value.rpartition(b".")[2]) == 4 for value in press.records(range(50)).values.tolist()
    )


@given(st.integers(-(2**40), 2**40))
def test_whole_numbers_are_exact(low: int) -> None:
    press = Press(batch({"n": {"integer": [low, low + 5]}, "x": {"expression": "n * 3 - 7"}}, records=20))
    for value in map(json.loads, press.records(range(20)).values.tolist()):
        assert value["x"] == value["n"] * 3 - 7


@pytest.mark.parametrize(
    "field",
    [
        {"choice": [2**53 + 1, -3]},
        {"choice": {2**53 + 1: 9, 7: 1}},
        {"constant": 2**53 + 1},
        {"cycle": [2**53 + 1, 3]},
        {"mix": [{"choice": [2**53 + 1]}, {"integer": [1, 9]}]},
        {"faker": "pyint", "with": {"min_value": 2**53, "max_value": 2**53 + 9}},
        {"faker": "random_element", "with": {"elements": [2**53 + 1, 7]}},
        {"faker": "random_int", "unique": True},
    ],
)
def test_numbers_that_are_all_whole_are_whole_in_an_expression(field: dict[str, Any]) -> None:
    made = Press(batch({"a": field, "text": {"expression": "a || ' %'"}, "odd": {"expression": "abs(a % 2)"}}, records=50))
    rows = [json.loads(value) for positions in made.chunks() for value in made.records(positions).values.tolist()]
    assert [(row["text"], row["odd"]) for row in rows] == [(f"{row['a']} %", row["a"] % 2) for row in rows]


@pytest.mark.parametrize("field", [{"choice": [1, 2.5]}, {"faker": "random_element", "with": {"elements": [1, 2.5]}}])
def test_numbers_of_which_one_is_not_whole_are_doubles(field: dict[str, Any]) -> None:
    made = Press(batch({"a": field, "half": {"expression": "a / 2"}}, records=50))
    rows = [json.loads(value) for positions in made.chunks() for value in made.records(positions).values.tolist()]
    assert {(row["a"], row["half"]) for row in rows} == {(1, 0.5), (2.5, 1.25)}


def test_a_moment_prints_as_the_event_time_does() -> None:
    fields = {
        "at": {"timestamp": "iso"},
        "x": {"expression": "_time"},
        "y": {"expression": "_time + interval '1 hour'"},
        "h": {"expression": "strftime(_time, '%H:%M')"},
    }
    press = Press(batch(fields, records=100))
    for value in map(json.loads, press.records(range(100)).values.tolist()):
        assert value["x"] == value["at"]
        assert value["h"] == value["at"][11:16]
        assert value["y"][11:13] == f"{int(value['at'][11:13]) + 1:02}"


def test_expressions_may_speak_of_expressions_in_any_order() -> None:
    fields = {"z": {"expression": "y + 1"}, "y": {"expression": "x + 1"}, "x": {"integer": [1, 9]}}
    for value in map(json.loads, Press(batch(fields, records=50)).records(range(50)).values.tolist()):
        assert (value["y"], value["z"]) == (value["x"] + 1, value["x"] + 2)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_polars_has_every_function_that_may_be_called(function: str) -> None:
    texts = {
        "concat_ws": "'-', status, 'x'",
        "date_part": "'hour', _time",
        "strftime": "_time, '%H'",
        "if": "vip, 1, 2",
        "replace": "status, 'a', 'b'",
        "lpad": "status, 9, 'x'",
        "rpad": "status, 9, 'x'",
        "substr": "status, 1, 2",
        "substring": "status, 1, 2",
    }
    two_texts, texts_and_number = {"starts_with", "ends_with", "nullif", "ifnull", "coalesce", "concat"}, {"left", "right"}
    numbers_two, numbers_one = {"mod", "div", "greatest", "least"}, {"abs", "ceil", "ceiling", "floor", "round", "sign", "sqrt"}
    arguments = texts.get(function) or (
        "status, 'a'"
        if function in two_texts
        else "status, 2"
        if function in texts_and_number
        else "n, 3"
        if function in numbers_two
        else "amount"
        if function in numbers_one
        else "status"
    )
    assert len(values(f"{function}({arguments})", 20)) == 20


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty expression: write SQL over the record's fields, such as round(amount * 0.015, 2)"),
        ("amount * 'x", "a text without its end, at character 10: an expression is SQL over the record's fields, such as round(amount * 0.015, 2)"),
        ('"amount', "a name without its end, at character 1: an expression is SQL over the record's fields, such as round(amount * 0.015, 2)"),
        ("amount; drop", "';' is not understood, at character 7: an expression is SQL over the record's fields, such as round(amount * 0.015, 2)"),
        ("a -- b", "'--' begins a comment, which has no place here, at character 3: an expression is SQL over the record's fields, such as round(amount * 0.015, 2)"),
        ("(a + 1", "the '(' at character 1 has no ')' behind it"),
        ("a + 1)", "the ')' at character 6 has no '(' before it"),
        ("extract(hours from _time)", "'hours' at character 9 is no part of a time; there are 'day', 'dow', 'doy', 'hour', 'isodow', 'microsecond', 'millisecond', 'minute', 'month', 'quarter', 'second', 'week', 'year'. Did you mean 'hour'?"),
        ("timestamp '2026-03-29 02:30:00+02:00'", "'2026-03-29 02:30:00+02:00' at character 11 has an offset, and times in an expression are in UTC: write the moment in UTC, without one"),
        ("_time > cast('2026-03-29T02:30-0500' as timestamp)", "'2026-03-29T02:30-0500' at character 14 has an offset, and times in an expression are in UTC: write the moment in UTC, without one"),
        ("lpad(status, 2000000000, 'x')", "'2000000000' at character 14 is too wide: lpad and rpad give at most 10,000 characters"),
        ("cast(a as number)", "'number' at character 11 is no type; there are 'bigint', 'boolean', 'date', 'double', 'float', 'int', 'integer', 'real', 'string', 'text', 'timestamp', 'varchar'"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_with_its_character(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_expression(text)
    assert str(caught.value) == message


def test_a_function_that_is_not_known_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError) as caught:
        parse_expression("round(rand() * 3)")
    assert str(caught.value).startswith("the function 'rand' at character 7 is not known here; there are 'abs', 'cast', 'ceil', ")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("amount +", "fields.x: 'amount +' is no expression: it cannot be read as SQL"),
        ("amount and vip", "fields.x: 'amount and vip' is no expression: what stands there has to be true or false, such as amount > 5 and status = 'paid'"),
        ("case when n then 1 else 2 end", "fields.x: 'case when n then 1 else 2 end' is no expression: what stands there has to be true or false, such as amount > 5 and status = 'paid'"),
        ("status > 5", "fields.x: 'status > 5' is no expression: a text does not compare with a number: write the number in single quotes, or cast(… as double) around the text"),
        ("n in ('a', 'b')", "fields.x: 'n in ('a', 'b')' is no expression: a text does not compare with a number: write the number in single quotes, or cast(… as double) around the text"),
        ("status + n", "fields.x: 'status + n' is no expression: a text is nothing to calculate with: || joins texts, cast(… as double) makes a number of one"),
        ("_time + 5", "fields.x: '_time + 5' is no expression: a time takes an interval, such as _time + interval '5 minutes'"),
        ("upper(n)", "fields.x: 'upper(n)' is no expression: what stands there has to be a text: cast(… as text) makes one"),
        ("n amount", "fields.x: 'n amount': an operator is missing between two values, or cast(… as int) around one with `as` behind it"),
        ("amount as int", "fields.x: 'amount as int': an operator is missing between two values, or cast(… as int) around one with `as` behind it"),
        ("cast(amount * 100000000 as int)", "fields.x: 'cast(amount * 100000000 as int)' cannot be told for a record: cast(… as int) holds whole numbers of 32 bits, and cast(… as bigint) those of 64; a text is a number only where nothing but digits stands in it"),
        ("cast(status as timestamp)", "fields.x: 'cast(status as timestamp)' cannot be told for a record: a field's text does not become a time here: _time is the event time, and _time + interval '5 minutes' one beside it"),
        ("_time - interval '3000 years'", "fields.x: '_time - interval '3000 years'': it gives a time that is not in the years 1 … 9999"),
        ("date '0000-01-01'", "fields.x: 'date '0000-01-01'': it gives a time that is not in the years 1 … 9999"),
        ("n * 1000000000000000000000.0", "fields.x: 'n * 1000000000000000000000.0': it gives {}, which with 6 decimals does not fit into 64 bits: make it smaller, or give fewer decimals"),
    ],
)  # fmt: skip
def test_what_polars_refuses_is_told_in_one_line(expression: str, message: str) -> None:
    with pytest.raises(FieldError) as caught:
        values(expression)
    assert "\n" not in str(caught.value)
    begin, _, end = message.partition("{}")
    assert str(caught.value).startswith(begin)
    assert str(caught.value).endswith(end)


def test_a_field_with_the_name_of_a_word_of_sql_wants_quotes() -> None:
    fields = {"end": {"integer": [1, 9]}, "x": {"expression": "end + 1"}}
    with pytest.raises(FieldError) as caught:
        Press(batch(fields))
    assert str(caught.value).endswith('. The field stands in double quotes there: "end" is a word of SQL')
    quoted = Press(batch({**fields, "x": {"expression": '"end" + 1'}})).records(range(20)).values.tolist()
    assert all(row["x"] == row["end"] + 1 for row in map(json.loads, quoted))


def test_lists_and_objects_do_not_go_with_an_expression() -> None:
    with pytest.raises(FieldError) as caught:
        Press(batch({"a": {"array": {"uuid": 4}, "length": 2}, "x": {"expression": "a || 'x'"}}))
    assert (
        str(caught.value)
        == "fields.x: 'a' does not go with an expression: it gives lists, objects or values of several types, which an expression does not take"
    )


def test_names_in_double_quotes_are_fields_whatever_is_in_them() -> None:
    assert parse_expression('"first name" || o.x').references == (Reference(("first name",)), Reference(("o", "x")))


def test_products_that_need_more_than_64_bits_are_told_and_never_wrong() -> None:
    fields = {"b": {"integer": [3 * 10**9, 4 * 10**9]}, "x": {"expression": "b * b"}}
    with pytest.raises(FieldError) as caught:
        Press(batch({**fields, "b": {"integer": [4 * 10**9, 4 * 10**9]}})).records(range(10))
    assert str(caught.value) == (
        "fields.x: 'b * b': it gives 16000000000000000000, which with 0 decimals does not fit into 64 bits: make it smaller, or give fewer decimals"
    )
    compared = {**fields, "x": {"expression": "b * b * 2 > 0"}}
    assert all(b'"x":true' in value for value in Press(batch(compared)).records(range(100)).values.tolist())


@pytest.mark.parametrize(("expression", "too_large"), [("b - 2", -(2**63) - 1), ("b * 10 + 5", -(10 * 2**63) + 15)])
def test_whole_numbers_below_those_of_64_bits_are_told(expression: str, too_large: int) -> None:
    with pytest.raises(FieldError) as caught:
        Press(batch({"b": {"constant": -(2**63) + 1}, "x": {"expression": expression}})).records(range(10))
    assert str(caught.value) == (
        f"fields.x: '{expression}': it gives {too_large}, which with 0 decimals does not fit into 64 bits: make it smaller, or give fewer decimals"
    )


@pytest.mark.parametrize("expression", ["b", "0 - b - 1", "b - 1 + 1"])
def test_whole_numbers_reach_to_the_last_of_64_bits(expression: str) -> None:
    made = Press(batch({"b": {"constant": 2**63 - 1}, "x": {"expression": expression}})).records(range(10)).values.tolist()
    assert {json.loads(value)["x"] for value in made} == {-(2**63) if expression.startswith("0") else 2**63 - 1}


@pytest.mark.parametrize("key", ["n % 6", "n / 2", "coalesce(maybe, 0)", "coalesce(maybe % n, 7) + 1", "upper(coalesce(status, 'x'))"])
def test_what_cannot_be_null_may_be_a_key(key: str) -> None:
    made = Press(batch(FIELDS, key={"expression": key})).records(range(50))
    assert made.keys is not None
    assert made.keys.nulls is None


@pytest.mark.parametrize("key", ["n % n", "n / 0", "maybe", "coalesce(maybe, n / 0)", "case when vip then 1 end", "nullif(n, 3)"])
def test_what_may_be_null_is_no_key(key: str) -> None:
    with pytest.raises(FieldError) as caught:
        Press(batch(FIELDS, key={"expression": key}))
    assert str(caught.value) == "key: a key cannot be null, and this one may be"


@pytest.mark.parametrize("moment", ["timestamp '2026-03-01 10:30:00'", "cast('2026-03-01 10:30:00' as timestamp)"])
def test_times_compare_with_times(moment: str) -> None:
    press = Press(batch({"at": {"timestamp": "iso"}, "x": {"expression": f"_time >= {moment} and _time > date '2026-02-28'"}}))
    rows = [json.loads(value) for value in press.records(range(500)).values.tolist()]
    assert {row["x"] for row in rows} == {True, False}
    assert all(row["x"] == (row["at"] >= "2026-03-01T10:30") for row in rows)


def test_a_time_does_not_compare_with_a_text() -> None:
    with pytest.raises(FieldError) as caught:
        values("_time > '2026-03-01'")
    assert str(caught.value) == (
        "fields.x: '_time > '2026-03-01'' is no expression: a time does not compare with a text: write timestamp '2026-03-01 10:00:00' or date '2026-03-01'"
    )
