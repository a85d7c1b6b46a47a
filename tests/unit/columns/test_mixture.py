"""A mix takes each row from one of its makers, as often as its weight says, and from none a row that is another one's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.column import Chunk, Column, Maker, State
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative
from springhead.columns.mixture import mixture_maker
from springhead.columns.text_program import text_maker
from springhead.columns.type import Kind
from springhead.columns.type import number as number_type
from springhead.fields import Field
from tests.unit.build import chunk, column, field, numbers, site, texts

DRAWS = Draws(("seed",), ("field",))
MAKERS: dict[str, Field] = {
    "texts": field(choice=["a", "b", "c"]),
    "others": field(template="ö"),
    "dates": field(faker="date_time"),
    "weekdays": field(faker="day_of_week", locale="de_DE"),
}


@given(
    st.lists(st.sampled_from(sorted(MAKERS)), min_size=1, max_size=4), st.lists(st.integers(0, 2**64 - 1), max_size=40), st.integers(0, 40)
)
def test_a_row_is_the_one_that_its_maker_makes_alone(names: list[str], ids: list[int], cut: int) -> None:
    makers = [MAKERS[name].maker(replace(site(), draws=DRAWS.part(number))) for number, name in enumerate(names)]
    times = [1_767_571_200_000_000 + i % 10**12 for i in ids]
    mixed = mixture_maker(makers, [1] * len(makers), DRAWS)
    whole = texts(mixed(chunk(ids, times)))
    alone = [texts(maker(chunk(ids, times))) for maker in makers]
    assert all(row in rows for row, rows in zip(whole, zip(*alone, strict=True), strict=True))
    assert whole == texts(mixed(chunk(ids[:cut], times[:cut]))) + texts(mixed(chunk(ids[cut:], times[cut:])))


def literal(text: str, state: State = State.VALUE) -> Alternative:
    return Alternative((text,), 1, state)


def test_makers_are_as_likely_as_their_weights() -> None:
    makers = [text_maker([literal(name)], DRAWS.part(name)) for name in "abc"]
    counts = Counter(texts(mixture_maker(makers, [6, 3, 1], DRAWS)(chunk(list(range(100_000))))))
    assert all(abs(counts[name] - expected) < 6 * expected**0.5 for name, expected in (("a", 60_000), ("b", 30_000), ("c", 10_000)))


def test_nulls_are_those_of_the_makers() -> None:
    makers = [text_maker([literal("", State.NULL)], DRAWS.part(0)), text_maker([literal("x")], DRAWS.part(1))]
    assert set(texts(mixture_maker(makers, [1, 1], DRAWS)(chunk(list(range(100)))))) == {None, "x"}


def test_numbers_of_one_grid_stay_numbers_and_others_become_json() -> None:
    def number(value: int, decimals: int) -> Maker:
        type_ = number_type(decimals)
        return Maker(type_, lambda of: Column(type_, of.rows, values=np.full(of.rows, value, np.int64)))

    ids = chunk(list(range(100)))
    alike = mixture_maker([number(150, 2), number(-7, 2)], [1, 1], DRAWS)(ids)
    assert (alike.type.decimals, set(numbers(alike))) == (2, {150, -7})
    unlike = mixture_maker([number(150, 2), number(-7, 1)], [1, 1], DRAWS)(ids)
    assert (unlike.type.kind, unlike.type.printed) == (Kind.NUMBER, True)
    assert set(texts(unlike)) == {"1.50", "-0.7"}


def test_locales_whose_columns_differ_mix_with_exact_weights() -> None:
    of = field(faker="day_of_week", locale={"en_US": 3, "de_DE": 1, "ar_SA": 1})
    assert of.made() == "vectorised: by a kernel of its own"
    counts = Counter(
        texts(
            column(
                of,
                Chunk(
                    np.arange(50_000, dtype=np.uint64), np.full(50_000, 1_772_359_200_000_000, np.int64), np.arange(50_000, dtype=np.uint64)
                ),
            )
        )
    )
    german = {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"}
    assert len(counts) == 14
    assert abs(sum(counts[name] for name in german) - 10_000) < 600


def test_locales_with_and_without_a_column_of_their_own_mix() -> None:
    of = field(faker="text", locale=["en_US", "ja_JP"], with_={"max_nb_chars": 10})
    made = texts(column(of, chunk(list(range(200)))))
    assert {str(text)[-1] for text in made} == {".", "。"}
