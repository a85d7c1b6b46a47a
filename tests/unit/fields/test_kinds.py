"""Each kind of field makes the column that its YAML asks for."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import FieldError
from springhead.faker_methods.catalogue import method
from springhead.fields import Field
from springhead.records.press import records_of
from tests.unit.build import batch, chunk, column, field, numbers, rows, strings, texts
from tests.unit.examples import examples

KINDS: list[Field] = [
    field(uuid=4),
    field(integer=[-5, 5]),
    field(integer=[-(2**63), 2**63 - 1]),
    field(number=[-1.5, 2.25]),
    field(integer=[0, None], distribution={"poisson": 3}),
    field(number=[0.5, 5000], distribution={"lognormal": {"median": 24, "sigma": 1.1}}, step=0.25),
    field(decimal=["0.10", None], distribution={"exponential": 5}),
    field(choice=["a", "b", None, "c"], distribution={"zipf": 1.1}),
    field(timestamp="epoch_us", offset={"lognormal": {"median": "2m", "sigma": 1}, "max": "1h"}),
    field(boolean=0.3),
    field(choice=["a", "b", None]),
    field(choice={"x": 1, "y": 99}),
    field(choice=[1, 2.5, -3]),
    field(choice=[True, None]),
    field(constant="c"),
    field(constant=None),
    field(constant=1.5),
    field(timestamp="iso"),
    field(timestamp="epoch_us"),
    field(cycle=["a", "b", None]),
    field(regex=r"[A-Z]{2}-\d{4}(a|\.b+)?"),
    field(faker="city"),
    field(faker="year"),
    field(faker="boolean"),
    field(faker="city", locale={"en_US": 1, "de_DE": 3}),
]
ids = st.lists(st.integers(0, 2**64 - 1), max_size=40)


def plain(made: Any) -> list[Any]:
    return texts(made) if made.type.as_text else numbers(made)


@pytest.mark.parametrize("of", KINDS, ids=lambda of: f"{of.kind} {getattr(of, of.kind)}")
@examples(40)
@given(ids=ids, cut=st.integers(0, 40))
def test_a_value_depends_on_its_id_and_time_alone(of: Field, ids: list[int], cut: int) -> None:
    times = [1_767_571_200_000_000 + i % 10**12 for i in ids]
    whole = plain(column(of, chunk(ids, times)))
    assert len(whole) == len(ids)
    assert whole == plain(column(of, chunk(ids[:cut], times[:cut]))) + plain(column(of, chunk(ids[cut:], times[cut:])))
    assert whole[::-1] == plain(column(of, chunk(ids[::-1], times[::-1])))


@pytest.mark.parametrize(
    "of", [k for k in KINDS if k.kind not in ("constant", "cycle", "timestamp")], ids=lambda of: f"{of.kind} {getattr(of, of.kind)}"
)
def test_another_seed_or_path_draws_other_values(of: Field) -> None:
    some = chunk(list(range(200)))
    drawn = plain(column(of, some))
    assert drawn != plain(column(of, some, seed="another"))
    assert drawn != plain(column(of, some, path=("another",)))


def test_integers_reach_both_ends_and_are_even() -> None:
    counts = Counter(numbers(column(field(integer=[-2, 2]), chunk(list(range(50_000))))))
    assert sorted(counts) == [-2, -1, 0, 1, 2]
    assert all(abs(n - 10_000) < 500 for n in counts.values())  # five standard deviations


def test_numbers_lie_on_their_grid_and_reach_both_ends() -> None:
    made = column(field(number=[-0.02, 0.03]), chunk(list(range(5_000))))
    assert made.type.decimals == 2
    assert set(numbers(made)) == {-2, -1, 0, 1, 2, 3}


@given(st.floats(0, 1))
def test_booleans_have_their_share(share: float) -> None:
    drawn = numbers(column(field(boolean=share), chunk(list(range(4_000)))))
    assert abs(sum(drawn) / 4_000 - share) < 0.05  # six standard deviations


def test_a_boolean_share_of_one_is_always_true_and_of_zero_never() -> None:
    assert set(numbers(column(field(boolean=1), chunk(list(range(1000)))))) == {1}
    assert set(numbers(column(field(boolean=0), chunk(list(range(1000)))))) == {0}


def test_choices_have_their_weights() -> None:
    counts = Counter(texts(column(field(choice={"a": 70, "b": 25, "c": 5}), chunk(list(range(20_000))))))
    for value, share in {"a": 0.70, "b": 0.25, "c": 0.05}.items():
        assert abs(counts[value] / 20_000 - share) < 0.02


def test_a_null_among_the_choices_is_as_likely_as_another() -> None:
    counts = Counter(texts(column(field(choice=["", None]), chunk(list(range(10_000))))))
    assert set(counts) == {"", None}
    assert abs(counts[None] - 5_000) < 300


def test_numbers_to_choose_from_print_as_they_are_written() -> None:
    assert set(texts(column(field(choice=[1, 2.5, -3]), chunk(list(range(100)))))) == {"1", "2.5", "-3"}


def test_uuids_are_those_of_version_4() -> None:
    for text in texts(column(field(uuid=4), chunk(list(range(100))))):
        assert uuid.UUID(text).version == 4


@given(st.lists(st.integers(0, 4_000_000_000_000_000), min_size=1, max_size=20))
def test_times_print_as_python_prints_them(times: list[int]) -> None:
    some = chunk(list(range(len(times))), times)
    moments = [dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=t) for t in times]
    form = "%d.%m.%Y %H:%M:%S.%f %j %y %a %A %b %B %z %Z %%é"
    assert texts(column(field(timestamp=form), some)) == [m.strftime(form) for m in moments]
    assert texts(column(field(timestamp="iso"), some)) == [
        m.strftime("%Y-%m-%dT%H:%M:%S.") + f"{m.microsecond // 1000:03d}Z" for m in moments
    ]
    assert numbers(column(field(timestamp="epoch_s"), some)) == [t // 1_000_000 for t in times]
    assert numbers(column(field(timestamp="epoch_ms"), some)) == [t // 1000 for t in times]
    assert numbers(column(field(timestamp="epoch_us"), some)) == times


def test_the_year_is_of_a_second_between_1970_and_the_event_time() -> None:
    noon = int(dt.datetime(2026, 7, 2, 12, tzinfo=dt.UTC).timestamp()) * 1_000_000
    counts = Counter(strings(column(field(faker="year"), chunk(list(range(57_000)), [noon] * 57_000))))
    assert sorted(counts) == [str(y) for y in range(1970, 2027)]
    assert abs(counts["2026"] - 504) < 120  # half a year of 56.5 has half as many
    assert abs(counts["2000"] - 1011) < 170


def test_two_locales_have_their_weights() -> None:
    german = set(texts(column(field(faker="country", locale="de_DE"), chunk(list(range(20_000))))))
    english = set(texts(column(field(faker="country", locale="en_US"), chunk(list(range(20_000))))))
    drawn = texts(column(field(faker="country", locale={"en_US": 1, "de_DE": 3}), chunk(list(range(20_000)))))
    only_english, only_german = sum(d in english - german for d in drawn), sum(d in german - english for d in drawn)
    assert 1.8 < only_german / only_english < 5.5


@pytest.mark.parametrize(
    ("made", "type_"),
    [
        ({"faker": "boolean"}, bool),
        ({"faker": "random_int"}, int),
        ({"faker": "latitude"}, float),
        ({"faker": "coordinate"}, float),
        ({"faker": "pylist", "with": {"value_types": ["int"]}}, list),
        ({"faker": "date_object"}, str),
    ],
    ids=lambda value: str(value["faker"]) if isinstance(value, dict) else "",
)
def test_faker_values_that_are_no_text_keep_their_type(made: dict[str, Any], type_: type) -> None:
    values = [json.loads(value or b"")["it"] for records in records_of(batch({"it": made}, records=3)) for value, *_ in rows(records)]
    assert [type(value) for value in values] == [type_] * 3


@pytest.mark.parametrize(
    ("name", "locale", "arguments", "text"),
    [
        ("nam", "en_US", {}, "Faker has no provider method 'nam' in locale en_US. Did you mean 'name'?"),
        ("name", "en_UK", {}, "Faker has no locale 'en_UK'. Did you mean 'en_US'?"),
        (
            "random_int",
            "en_US",
            {"mn": 1},
            "Faker's 'random_int' has no argument 'mn'. Did you mean 'min'? (its arguments: min, max, step)",
        ),
        ("binary", "en_US", {}, "Faker's 'binary' cannot be used: it gives bytes; a record is text"),
        ("password", "en_US", {"length": 1_000_000}, "Faker's 'password': length is 1000000; at most 10000"),
        ("text", "en_US", {"max_nb_chars": 1e308}, "Faker's 'text': max_nb_chars is 1e+308; at most 10000"),
        (
            "text",
            "en_US",
            {"max_nb_chars": 2},
            "Faker's 'text' in locale en_US failed: text() can only generate text of at least 5 characters",
        ),
    ],
)
def test_what_faker_refuses_is_said_in_its_words(name: str, locale: str, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(FieldError) as caught:
        method(name, locale, arguments)
    assert str(caught.value) == text
