"""What a method's value is in JSON, and what has no form there."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from springhead.errors import FieldError
from springhead.faker_methods.catalogue import method
from springhead.faker_methods.values import Form, FormlessError, form_of


class Paid(str, enum.Enum):  # noqa: UP042  as many providers have it; StrEnum prints otherwise
    YES = "yes"


class Level(int, enum.Enum):
    HIGH = 3


class Share(float, enum.Enum):
    HALF = 0.5


class Status(enum.Enum):
    OPEN = "open"


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (Paid.YES, Form.TEXT, "yes"),
        (Level.HIGH, Form.NUMBER, "3"),
        (Share.HALF, Form.NUMBER, "0.5"),
        ([Paid.YES, Level.HIGH], Form.JSON, '["yes",3]'),
        ({200: "a", True: "b", None: "c", 1.5: "d", Paid.YES: "e"}, Form.JSON, '{"200":"a","true":"b","null":"c","1.5":"d","yes":"e"}'),
        ({dt.date(2026, 1, 2): Decimal("1.50")}, Form.JSON, '{"2026-01-02":1.50}'),
        (dt.timedelta(seconds=90), Form.NUMBER, "90.0"),
        ((1, "é", None), Form.JSON, '[1,"é",null]'),
    ],
)
def test_a_value_has_one_form(value: Any, form: Form, text: str) -> None:
    assert form_of(value) == (form, text)


def test_keys_of_mappings_are_those_of_json_dumps() -> None:
    value = {200: 1, -1: 2, True: 3, None: 4, 0.1: 5, "x": 6}
    assert json.loads(form_of(value)[1]) == json.loads(json.dumps(value))


def _holds_itself() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"x", "gives a value of type bytes, which JSON has no form for"),
        (Path("x"), "gives a value of type PosixPath, which JSON has no form for"),
        (1j, "gives a value of type complex, which JSON has no form for"),
        (iter([1]), "gives a value of type list_iterator, which JSON has no form for"),
        (ZoneInfo("UTC"), "gives a value of type ZoneInfo, which JSON has no form for"),
        (Status.OPEN, "gives Status.OPEN, a member of an enumeration, which JSON has no form for: give its value"),
        ({Status.OPEN: 1}, "gives Status.OPEN, a member of an enumeration, which JSON has no form for: give its value"),
        (math.inf, "gives inf, a number that JSON does not have"),
        ([math.nan], "gives nan, a number that JSON does not have"),
        (Decimal("Infinity"), "gives Infinity, a number that JSON does not have"),
        ({(1, 2): 3}, "gives a mapping with a key of type tuple: a key is a text or a number"),
        (10**5000, "gives a number of more than 4,300 digits"),
        ("\ud800", "gives half a surrogate pair (U+D800 to U+DFFF), which UTF-8 has no form for"),
        (["\udfff"], "gives half a surrogate pair (U+D800 to U+DFFF), which UTF-8 has no form for"),
        (_holds_itself(), "gives a value that holds itself, or nests too deep"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_has_no_form_for_is_refused_with_the_reason(value: Any, why: str) -> None:
    with pytest.raises(FormlessError) as caught:
        form_of(value)
    assert str(caught.value) == why


@pytest.mark.parametrize(("name", "kind"), [("time_series", "generator"), ("pytimezone", "ZoneInfo")])
def test_a_method_with_such_values_is_an_error_that_names_it(name: str, kind: str) -> None:
    with pytest.raises(FieldError) as caught:
        method(name)
    assert str(caught.value) == f"Faker's '{name}' in locale en_US gives a value of type {kind}, which JSON has no form for"
