"""A pool is a function of Faker's version, the method, its locale and arguments; what is kept on disk is what was made."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from springhead.columns.column import State
from springhead.columns.grammar import Words
from springhead.errors import FieldError
from springhead.faker_methods import catalogue
from springhead.faker_methods.catalogue import _kept, method
from springhead.faker_methods.counted import CountedRandom
from springhead.faker_methods.pool import draw_pool
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form

CLOCKS = [
    "credit_card_expire",
    "credit_card_full",
    "date_of_birth",
    "date_this_year",
    "date_time",
    "future_datetime",
    "iso8601",
    "passport_dates",
    "past_date",
    "profile",
    "time_object",
    "unix_time",
]


def same(a: Grammar, b: Grammar) -> bool:
    return (a.form, a.alternatives, a.how, a.pooled, a.why) == (b.form, b.alternatives, b.how, b.pooled, b.why)


def test_pools_read_neither_the_clock_nor_the_time_zone() -> None:
    """The same pools in 2026 here, and in 2041 in another time zone."""
    here = {name: draw_pool(name, "en_US", {}, 50) for name in CLOCKS}
    with time_machine.travel(dt.datetime(2041, 7, 9, tzinfo=ZoneInfo("Asia/Tokyo"))):
        assert time.localtime().tm_year == 2041
        assert all(same(draw_pool(name, "en_US", {}, 50), pool) for name, pool in here.items())


EVERY_METHOD = """
import sys, time, datetime as dt, zoneinfo
import time_machine
with time_machine.travel(dt.datetime.fromisoformat(sys.argv[1]).replace(tzinfo=zoneinfo.ZoneInfo(sys.argv[2]))):
    from springhead.errors import FieldError
    from springhead.faker_methods.generator import functions
    from springhead.faker_methods.pool import draw_pool
    assert time.localtime().tm_year == int(sys.argv[1][:4])
    for locale in ("en_US", "ru_RU", "zh_CN"):
        for name in functions(locale):
            try:
                print(locale, name, draw_pool(name, locale, {}, 20))
            except (FieldError, TypeError) as error:
                print(locale, name, error)
"""


@pytest.mark.slow
def test_no_method_reads_the_clock_the_time_zone_or_the_order_of_a_set() -> None:
    """All methods in two processes: of another day, another time zone, another hash of texts; also what Faker reads when it is imported."""
    here, there = (
        subprocess.run(
            [sys.executable, "-c", EVERY_METHOD, day, zone],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": "include", "TZ": zone, "PYTHONHASHSEED": seed},
        ).stdout.splitlines()
        for day, zone, seed in (("2026-03-29T00:30:00", "Europe/Berlin", "1"), ("2041-07-09T23:59:00", "Asia/Tokyo", "2"))
    )
    assert len(here) > 700
    assert [(a, b) for a, b in zip(here, there, strict=True) if a != b] == []


@pytest.mark.parametrize("name", ["color", "color_rgb", "color_hsl"])
def test_a_pool_does_not_depend_on_what_was_drawn_before(name: str) -> None:
    """Faker's colors keep the `random` that their generator had at their first call."""
    red, first = draw_pool(name, "en_US", {"hue": "red"}, 50), draw_pool(name, "en_US", {}, 50)
    again = draw_pool(name, "en_US", {}, 50)
    assert same(first, again)
    assert same(red, draw_pool(name, "en_US", {"hue": "red"}, 50))


def test_a_pool_says_its_size_and_what_it_cannot_be() -> None:
    pool = draw_pool("city", "en_US", {}, 20, why="a test")
    (alternative,) = pool.alternatives
    (words,) = alternative.steps
    assert isinstance(words, Words)
    assert len(words.words) == 20
    assert (pool.form, pool.how, pool.pooled, pool.why, alternative.state) == (Form.TEXT, "pooled", 20, "a test", State.VALUE)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["name", "currency", "ssn", "ios_platform_token", "rgb_color", "hex_color"])
def test_what_is_read_from_disk_is_what_was_made(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path))
    monkeypatch.setattr(catalogue, "shipped", lambda *_: None)
    _kept.cache_clear()
    made = method(name)
    _kept.cache_clear()
    read = method(name)
    assert isinstance(made, Grammar)
    assert isinstance(read, Grammar)
    assert made is not read
    assert same(made, read)


@pytest.mark.slow
def test_a_damaged_file_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path))
    monkeypatch.setattr(catalogue, "shipped", lambda *_: None)
    _kept.cache_clear()
    made = method("city")
    (file,) = (tmp_path / "faker").iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    _kept.cache_clear()
    again = method("city")
    assert isinstance(made, Grammar)
    assert isinstance(again, Grammar)
    assert same(made, again)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "arguments", "drawn"),
    [("random_elements", {"elements": ["a", "b"], "length": 10_000}, 100), ("pystr", {"min_chars": 10_000, "max_chars": 10_000}, 99)],
)
def test_a_pool_of_long_values_has_fewer_of_them(name: str, arguments: dict[str, Any], drawn: int) -> None:
    pool = draw_pool(name, "en_US", arguments)
    assert pool.pooled == drawn
    assert [each.weight for each in pool.alternatives] == [1]


@pytest.mark.slow
def test_a_value_that_never_ends_is_an_error() -> None:
    """Faker looks for words of at most ten letters for ever."""
    with pytest.raises(FieldError, match=r"'text' in locale en_US gives no value: it drew more than 1,000,000 numbers"):
        method("text", "en_US", {"max_nb_chars": 10, "ext_word_list": ["abcdefghijklmnop"]})


def test_counted_draws_are_pythons_own() -> None:
    def values(chance: random.Random) -> list[Any]:
        return [chance.random(), chance.choice("abc"), chance.sample(range(99), 9), chance.gauss(0, 1), chance.randint(1, 10**30)]

    assert values(CountedRandom(5)) == values(random.Random(5))
