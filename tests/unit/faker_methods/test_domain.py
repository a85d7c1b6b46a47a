"""The domain of a grammar is made of texts that differ, and each number below its size has one of its own."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from springhead.columns.column import Chunk, State
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Check, Digits, Gap, Hex, Shared, Step, Sub, Uuid4, Whole, Words
from springhead.errors import FieldError
from springhead.faker_methods.catalogue import unique_values
from springhead.faker_methods.distinct import distinct_maker
from springhead.faker_methods.domain import MOST_TEXTS, Domain, domain_of
from springhead.faker_methods.spellings import MOST_SPELLINGS
from springhead.faker_methods.values import Form
from tests.unit.build import texts
from tests.unit.examples import examples
from tests.unit.faker_methods.law import law

DRAWS = Draws(("seed",), ("field",))


def made(of: Domain, numbers: range) -> list[str | None]:
    ids = np.array(numbers, np.uint64)
    return texts(distinct_maker(of, DRAWS)(Chunk(ids, ids.astype(np.int64), ids)))


# Few letters, so that texts often meet.
words = st.lists(st.text("ab1", max_size=3), min_size=1, max_size=4).map(lambda listed: Words(tuple(listed)))
numbers = st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 2)).map(lambda of: Whole(of[0], of[0] + of[1], of[2]))
simple: st.SearchStrategy[Step] = st.one_of(st.text("ab1", max_size=2), words, numbers)
alternatives = st.builds(Alternative, st.lists(simple, max_size=4).map(tuple), st.integers(1, 5))
subs = st.lists(alternatives, min_size=1, max_size=2).map(lambda listed: Sub(tuple(listed)))
grammars = st.lists(
    st.builds(Alternative, st.lists(st.one_of(simple, subs), max_size=3).map(tuple), st.integers(1, 5)), min_size=1, max_size=4
)


@examples(150)
@given(grammars)
@example([Alternative((Words(("a", "ab")), Words(("b", ""))))])
@example([Alternative((Words(("a", "b")), "1")), Alternative((Words(("b", "c")), Words(("1", "2"))))])
def test_a_small_grammar_has_all_of_its_texts_once(grammar: list[Alternative]) -> None:
    of = domain_of(Form.TEXT, grammar)
    assert sorted(map(str, made(of, range(of.size)))) == sorted(law(grammar))


@examples(150)
@given(grammars)
def test_what_is_proven_of_a_grammar_of_too_many_texts_holds(grammar: list[Alternative]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("springhead.faker_methods.domain.MOST_TEXTS", 0)
        of = domain_of(Form.TEXT, grammar)
    values = made(of, range(of.size)) if of.size else []
    assert len(set(values)) == of.size
    assert set(values) <= law(grammar).keys()


@pytest.mark.parametrize(
    ("steps", "size", "pattern"),
    [
        ((Uuid4(),), 2**122, r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ((Hex(16), Hex(9)), 16**25, r"[0-9a-f]{25}"),
        ((Digits(18), "-", Digits(18)), 10**36, r"\d{18}-\d{18}"),
        ((Digits(7), Check("gs1", 7)), 10**7, r"\d{8}"),
        (("GB", Gap(2), Digits(18), Check("iban", 22)), 10**18, r"GB\d{20}"),
        ((Digits(8), Gap(1), Digits(8), Check("vin", 17)), 10**16, r"\d{8}[\dX]\d{8}"),
        ((Shared(0, Words(("a", "b"))), "=", Shared(0, Words(("1", "2"))), Digits(1)), 20, r"(a=1|b=2)\d"),
        ((Shared(0, Words(("a", "a", "b"))), Shared(0, Words(("1", "1", "1")))), 2, r"[ab]1"),
    ],
)
def test_the_steps_of_the_text_kernel_are_unranked(steps: tuple[Step, ...], size: int, pattern: str) -> None:
    of = domain_of(Form.TEXT, [Alternative(steps)])
    assert of.size == size
    values = made(of, range(min(size, 3000)))
    assert len(set(values)) == len(values)
    assert all(re.fullmatch(pattern, str(value)) for value in values)


def test_draws_of_one_number_in_a_part_and_in_its_caller_are_two() -> None:
    two, three = Words(("a", "b")), Words(("x", "y", "z"))
    part = Sub((Alternative((Shared(0, three), Shared(0, three))),))
    of = domain_of(Form.TEXT, [Alternative((Shared(0, two), part, part, Shared(0, two)))])
    assert of.size == 2 * 3 * 3
    assert len(set(made(of, range(18)))) == 18


def test_a_number_of_more_values_than_a_draw_can_carry_is_no_part_of_a_domain() -> None:
    assert domain_of(Form.TEXT, [Alternative((Whole(0, 2**62 - 1),))]).size == 2**62
    assert not domain_of(Form.TEXT, [Alternative((Whole(0, 2**62),))]).ways


def test_a_check_digit_is_that_of_its_digits() -> None:
    of = domain_of(Form.TEXT, [Alternative((Digits(6), Check("luhn", 6)))])
    for value in made(of, range(500)):
        doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(str(value)))]
        assert sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def test_ways_are_as_likely_as_in_the_grammar_until_one_is_used_up() -> None:
    common, rare = Alternative((Digits(2),), Fraction(9, 10)), Alternative(("x", Digits(4)), Fraction(1, 10))
    of = domain_of(Form.TEXT, [common, rare])
    values = made(of, range(10_100))
    assert len(set(values)) == 10_100
    assert 0 < sum(str(value).startswith("x") for value in values[:111]) < 30
    assert all(str(value).startswith("x") for value in values[111:])


def test_a_larger_batch_begins_with_the_values_of_a_smaller_one_and_a_number_beyond_the_domain_begins_anew() -> None:
    of = domain_of(Form.TEXT, [Alternative((Digits(2),))])
    assert made(of, range(200)) == made(of, range(100)) * 2


def test_nulls_are_no_values() -> None:
    of = domain_of(Form.TEXT, [Alternative(("a",)), Alternative((), 9, State.NULL)])
    assert made(of, range(of.size)) == ["a"]


def test_numbers_that_are_one_number_in_two_texts_are_one_value() -> None:
    of = domain_of(Form.NUMBER, [Alternative((Whole(1, 2), ".", Words(("5", "50"))))])
    assert sorted(map(str, made(of, range(of.size)))) == ["1.5", "2.5"]
    assert not domain_of(Form.NUMBER, [Alternative((Digits(7), ".", Digits(7)))]).ways


def test_of_very_many_ways_the_likeliest_are_taken() -> None:
    letters = [Alternative((chr(ord("a") + number),), 1 + number) for number in range(20)]
    of = domain_of(Form.TEXT, [Alternative((Sub(tuple(letters)), Sub(tuple(letters)), Digits(9)))])
    assert of.size == MOST_SPELLINGS * 10**9
    assert str(made(of, range(1))[0])[:2] >= "dd"


def test_word_lists_that_run_into_each_other_lose_the_words_that_begin_one_another() -> None:
    first = Words(tuple(f"{letter}{end}" for letter in "abcdefgh" for end in ("", "x")))
    last = Words(tuple(f"{'x' * times}{number:03d}" for number in range(500) for times in (1, 2, 3)))
    of = domain_of(Form.TEXT, [Alternative((first, last, "-", Digits(6)))])
    assert of.size == 8 * 1500 * 10**6 > MOST_TEXTS


@pytest.mark.parametrize(("method", "size"), [("name", 18_860_000), ("first_name", 690), ("uuid4", 2**122), ("random_int", 10_000)])
def test_the_domains_of_fakers_methods(method: str, size: int) -> None:
    assert unique_values(method, {"en_US": 1}).size == size


@pytest.mark.parametrize("method", ["date_time", "latitude", "pyfloat"])
def test_a_method_whose_values_cannot_be_told_apart_is_refused(method: str) -> None:
    with pytest.raises(FieldError) as caught:
        unique_values(method, {"en_US": 1})
    assert str(caught.value) == (
        f"'unique' does not go with Faker's '{method}': its values cannot be told apart beforehand. It goes with methods that put words and digits "
        "together, such as name, email, phone_number, bothify, ean13, credit_card_number or uuid4"
    )


def test_locales_are_one_domain_together() -> None:
    alone: Any = [unique_values("first_name", {locale: 1}).size for locale in ("de_DE", "es_ES")]
    both = unique_values("first_name", {"de_DE": 2, "es_ES": 1})
    assert max(alone) < both.size < sum(alone)
    values = made(both, range(both.size))
    assert len(set(values)) == both.size
