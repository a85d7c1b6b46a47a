"""What `explain` says of a field, compared with the values that the field really has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from springhead.cli.explain import fields_of
from springhead.columns.grammar import Alternative, Words
from springhead.faker_methods import catalogue as methods
from springhead.faker_methods.generator import functions
from springhead.faker_methods.pool import SIZE, draw_pool
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import VECTORS
from springhead.fields import Field, Object
from springhead.fields.kinds.csv import Csv
from springhead.fields.kinds.faker import Faker
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import Stream, find_stream, load_streams
from tests.unit.build import HOUR, chunk, column, field, texts

ROWS = 2**16
EVEN = 3.0  # chi-squared per degree of freedom: about 1 for values of the pool, about 1 + ROWS / SIZE = 7.6 for values of Faker's law


def leaves(fields: dict[str, Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """(place, field) of all fields that make values of their own."""
    for name, each in fields.items():
        if isinstance(each, Object):
            yield from leaves(each.object, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", each


def places(stream: Stream) -> Iterator[tuple[str, Field]]:
    """(place, field) of a stream's fields, key and headers."""
    yield from leaves(stream.fields)
    if stream.key is not None:
        yield "key", stream.key
    for name, each in stream.headers.items():
        yield f"headers.{name}", each


FAKERS = [
    pytest.param(each, locale, id=f"{name}-{place}-{locale}")
    for name, stream in load_streams()[0].items()
    for place, each in places(stream)
    if isinstance(each, Faker) and each.part is None and each.made_from is None
    for locale in each.locale
]


def values(each: Field) -> Counter[str | None]:
    """How often a field has each of its values in a large sample."""
    return Counter(texts(column(each, chunk(list(range(ROWS))))))


def is_pooled(name: str, locale: str, seen: Counter[str | None]) -> bool:
    """Whether values are those of the method's pool, each as often as the pool has it."""
    (alternative,) = draw_pool(name, locale, {}).alternatives
    (words,) = alternative.steps
    assert isinstance(words, Words)
    pool = Counter(words.words)
    if seen.keys() - pool.keys():
        return False
    expected = {value: ROWS * count / SIZE for value, count in pool.items()}
    return sum((seen[str(value)] - count) ** 2 / count for value, count in expected.items()) / len(pool) < EVEN


def is_by_hand(each: Faker, locale: str, folder: Path) -> bool:
    """Whether the values are those of what VECTORS has for the method: they change with it."""
    function = functions(locale)[each.faker]
    key = (function.__module__, function.__qualname__)
    if key not in VECTORS:
        return False
    with pytest.MonkeyPatch.context() as replaced:
        replaced.setenv("SPRINGHEAD_CACHE", str(folder))
        replaced.setattr(methods, "shipped", lambda *_: None)
        replaced.setitem(VECTORS, key, lambda *_: Grammar(Form.TEXT, (Alternative(("replaced",)),)))
        methods._kept.cache_clear()
        try:
            return values(each).keys() == {"replaced"}
        finally:
            methods._kept.cache_clear()


def told(each: Faker) -> str:
    """The first word of what explain says of a field."""
    stream = Stream.model_construct(topic="told", fields={"it": each})
    ((_, _, how),) = fields_of(stream)
    return how.partition(":")[0]


@pytest.mark.parametrize(("each", "locale"), FAKERS)
def test_explain_says_of_a_shipped_field_what_its_values_show(each: Faker, locale: str, tmp_path: Path) -> None:
    alone = each.model_copy(update={"locale": {locale: 1.0}})
    if is_by_hand(alone, locale, tmp_path):
        assert told(alone) == "vectorised"
    else:
        assert told(alone) == ("pooled" if is_pooled(each.faker, locale, values(alone)) else "compiled")


def test_explain_says_pooled_of_a_field_with_a_pools_values(tmp_path: Path) -> None:
    each = field(faker="color")
    assert isinstance(each, Faker)
    assert not is_by_hand(each, "en_US", tmp_path)
    assert is_pooled("color", "en_US", values(each))
    assert told(each) == "pooled"


@pytest.mark.parametrize("name", ["card_transactions"])
def test_what_explain_calls_made_by_a_kernel_is_made_without_faker(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = find_stream(name)
    kernels = {place for place, _, how in fields_of(stream) if how.startswith("by a kernel")}
    assert kernels == {place for place, each in places(stream) if not isinstance(each, Faker | Csv)}
    plain = stream.model_copy(update={"fields": {place: each for place, each in stream.fields.items() if place in kernels}})
    monkeypatch.setattr(methods, "methods", None)
    (records,) = records_of(Batch.of(Request(plain, HOUR, records=100)))
    assert set(json.loads(records.values.tolist()[0])) == kernels - {"key"}
