"""A stream that is written in Python is that of the file with the same keys, and its errors name the place in the dict."""

from __future__ import annotations

import datetime as dt
import math
from enum import Enum, StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from springhead.errors import OptionError, SpecError
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import inline_stream, load_stream, spec_digest
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR

ORDERS: dict[str, Any] = {
    "name": "orders",
    "topic": "shop.orders",
    "key": "{id}",
    "parameters": {"most": {"default": 9, "max": 99}},
    "fields": {
        "id": {"uuid": 4},
        "n": {"integer": (1, "${most}")},
        "who": {"faker": "name", "locale": ["en_US", "vi_VN"]},
        "of": {"ref": "customers.id"},
    },
}
FILE = """\
topic: shop.orders
key: "{id}"
parameters: {most: {default: 9, max: 99}}
fields:
  id: {uuid: 4}
  n: {integer: [1, "${most}"]}
  who: {faker: name, locale: [en_US, vi_VN]}
  of: {ref: customers.id}
"""
ENDLESS: dict[str, Any] = {}
ENDLESS["a"] = ENDLESS


class Fee(float, Enum):
    CARD = 1.5


class Currency(StrEnum):
    EURO = "EUR"


def values(stream: Any) -> list[bytes | None]:
    made = records_of(Batch.of(Request(stream, HOUR, records=20), TopicFacts(partitions=3)))
    return [value for chunk in made for value in chunk.values.optional()]


def test_it_is_the_stream_of_the_same_file_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text(FILE)
    file, mapping = load_stream(tmp_path / "orders.yaml"), inline_stream(ORDERS)
    assert (mapping.name, mapping.topic, spec_digest(mapping)) == ("orders", "shop.orders", spec_digest(file))
    assert values(mapping) == values(file)
    assert values(mapping.with_parameters({"most": 1})) == values(file.with_parameters({"most": 1})) != values(file)


@pytest.mark.parametrize(
    ("given", "plain"),
    [(Fee.CARD, "1.5"), (np.float64(1.5), "1.5"), (Currency.EURO, '"EUR"'), (np.str_("EUR"), '"EUR"'), (HTTPStatus.OK, "200")],
)
def test_a_number_or_text_of_a_type_of_its_own_is_what_the_file_would_have(given: Any, plain: str) -> None:
    stream = inline_stream(
        {"name": "t", "topic": "t", "fields": {"a": {"constant": given}, "b": {"choice": {given: 1}}, "c": {"template": "{a}"}}}
    )
    text = plain.strip('"')
    assert values(stream)[0] == f'{{"a":{plain},"b":{plain},"c":"{text}"}}'.encode()


def test_what_was_given_stays_the_givers(tmp_path: Path) -> None:
    given = {"name": "t", "topic": "t", "fields": {"a": {"choice": ["x"]}}}
    stream = inline_stream(given)
    given["fields"]["a"]["choice"].append("y")  # type: ignore[index]
    assert values(stream)[0] == b'{"a":"x"}'
    assert given["name"] == "t"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"fields": {"a": {"intege": [1, 9]}}}, "stream 'orders' fields.a.intege: 'intege' is no kind of field; "),
        (
            {"fields": {"a": {"faker": "emial"}}},
            "stream 'orders' fields.a.faker: Faker has no provider method 'emial' in locale en_US. Did you mean 'email'?",
        ),
        ({"fields": {"a": {"uuid": 4}}, "topik": "t"}, "stream 'orders' topik: unknown key 'topik'; "),
        ({"fields": {"a": {"ref": "customer.id"}}}, "stream 'orders' fields.a.ref: no entity 'customer' in "),
        ({"fields": {"a": {"object": {"b": {"choice": []}}}}}, "stream 'orders' fields.a.object.b.choice: "),
    ],
)
def test_an_error_names_the_place_in_the_dict(change: dict[str, Any], text: str) -> None:
    with pytest.raises(SpecError) as caught:
        inline_stream({**ORDERS, "parameters": {}, "key": None, **change})
    assert str(caught.value).startswith(text)


def test_an_error_that_shows_when_values_are_drawn_names_it_too() -> None:
    stream = inline_stream({"name": "t", "topic": "t", "fields": {"a": {"faker": "random_int", "with": {"min": 9, "max": 1}}}})
    with pytest.raises(SpecError, match=r"^stream 't' fields\.a\.with"):
        values(stream)


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        (
            {"topic": "t"},
            "stream: the dict has no 'name': it is the stream's, as a file's name is that of its stream. "
            "Write {'name': 'orders', 'topic': 'orders', 'fields': {'id': {'uuid': 4}}}",
        ),
        (
            {"name": 7},
            "stream: the dict has the number 7 as its 'name', which is no text: it is the stream's, as a file's name is that of its stream. "
            "Write {'name': 'orders', 'topic': 'orders', 'fields': {'id': {'uuid': 4}}}",
        ),
        (
            {"name": "My"},
            "stream: 'My' cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most",
        ),
        (
            {"name": "t", "extends": "base.yaml"},
            "stream 't': a dict extends no file: merge the dicts in Python, such as {**base, 'topic': 't'}",
        ),
        (
            {"name": "t", "start_date": dt.date(2026, 1, 1)},
            "stream 't' start_date: a value of the type datetime.date cannot stand in a stream: write a text, a number, True, False, None, a dict or a list, "
            "and a time as a text, such as '2026-01-01T00:00Z'",
        ),
        (
            {"name": "t", "fields": {"a": {"constant": [1, math.inf]}}},
            "stream 't' fields.a.constant.1: inf is not a number that JSON has",
        ),
        (
            {"name": "t", "fields": {("a",): {"uuid": 4}}},
            "stream 't' fields: the key ('a',) has the type tuple: a key is a text or a number",
        ),
        ({"name": "t", "fields": {"a": {"choice": {math.nan: 1}}}}, "stream 't' fields.a.choice: a key: nan is not a number that JSON has"),
        (
            {"name": "t", "fields": {"a": {"constant": 2**64}}},
            "stream 't' fields.a.constant: the number does not fit into 64 bits; only a text can hold it",
        ),
        (
            {"name": "t", "fields": {"a": {"constant": 10**5000}}},
            "stream 't' fields.a.constant: the number does not fit into 64 bits; only a text can hold it",
        ),
        (
            {"name": "t", "headers": {"a": "half \ud800"}},
            "stream 't' headers.a: the text has half of a surrogate pair, U+D800, which UTF-8 does not have",
        ),
        ({"name": "t", "fields": ENDLESS}, f"stream 't' {'.'.join(['fields'] + ['a'] * 31)}: more than 32 levels of nesting"),
    ],
)
def test_what_no_file_could_hold_is_told(mapping: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        inline_stream(mapping)
    assert str(caught.value) == text
