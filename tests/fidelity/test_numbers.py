"""Coordinates, floats and Decimals are the numbers that Faker draws, each as likely as there."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from faker import Factory
from hypothesis import given, settings
from hypothesis import strategies as st

from springhead.columns.column import Chunk, Column
from springhead.columns.draws import Draws
from springhead.columns.text_program import text_maker
from springhead.columns.type import Kind
from springhead.faker_methods.catalogue import method
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.vector import Vector
from springhead.faker_methods.vectors.numbers import pydecimal, pyfloat
from tests.unit.build import chunk, numbers, texts
from tests.unit.faker_methods.law import Law, law

ROWS = 20_000
CASES: list[tuple[str, dict[str, Any]]] = [
    ("coordinate", {}),
    ("coordinate", {"center": 12.5}),
    ("coordinate", {"center": -0.000_001_2, "radius": 0.000_003}),
    ("coordinate", {"center": 48, "radius": 10}),
    ("latitude", {}),
    ("longitude", {}),
    ("pydecimal", {"left_digits": 0, "right_digits": 3}),
    ("pydecimal", {"left_digits": 3, "right_digits": 2}),
    ("pydecimal", {"left_digits": 25, "right_digits": 0, "positive": False}),
    ("pydecimal", {"min_value": 0, "max_value": 1000, "right_digits": 2}),
    ("pydecimal", {"min_value": -3, "max_value": 4, "right_digits": 1}),
    ("pydecimal", {"min_value": -9, "max_value": -7}),
    ("pydecimal", {}),
    ("pyfloat", {}),
    ("pyfloat", {"left_digits": 3, "right_digits": 2}),
    ("pyfloat", {"left_digits": 2, "positive": True}),
    ("pyfloat", {"right_digits": 4, "positive": False}),
    ("pyfloat", {"min_value": 0, "max_value": 100, "right_digits": 2}),
    ("pyfloat", {"min_value": -100, "max_value": 1}),
    ("pyfloat", {"min_value": -9, "max_value": -7, "right_digits": 1}),
]
NAMES = [f"{name} {arguments}" for name, arguments in CASES]


@cache
def generator() -> Any:
    made = Factory.create("en_US")
    made.seed_instance(20_240_229)
    return made


def made_by_hand(name: str, arguments: dict[str, Any]) -> Vector | Grammar:
    made = method(name, "en_US", arguments)
    assert isinstance(made, Vector) or made.how == "vectorised"
    return made


def column(made: Vector | Grammar, rows: Chunk) -> Column:
    draws = Draws(("seed",), ("field",))
    return (made.maker(draws) if isinstance(made, Vector) else text_maker(made.alternatives, draws, made.form.type))(rows)


def values(made: Vector | Grammar, rows: Chunk) -> list[Decimal]:
    of = column(made, rows)
    assert of.type.kind is Kind.NUMBER
    if of.type.printed:
        return [Decimal(text or "") for text in texts(of)]
    assert of.type.decimals is not None
    return [Decimal(number).scaleb(-of.type.decimals) for number in numbers(of)]


def distance(a: list[float], b: list[float]) -> float:
    """The two-sample Kolmogorov–Smirnov statistic."""
    both = np.concatenate([a, b])
    return float(np.abs(np.searchsorted(np.sort(a), both, "right") / len(a) - np.searchsorted(np.sort(b), both, "right") / len(b)).max())


# Two samples of one law are further apart once in 10^6 times (Smirnov's bound).
FAKERS = 4_000
CRITICAL = float(np.sqrt(-np.log(1e-6 / 2) / 2 * (1 / ROWS + 1 / FAKERS)))


def digits_of(number: Decimal) -> float:
    return float(len(f"{number.normalize():f}".partition(".")[2]))


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=NAMES)
def test_numbers_have_fakers_law(name: str, arguments: dict[str, Any]) -> None:
    ours = values(made_by_hand(name, arguments), chunk(list(range(ROWS))))
    call = getattr(generator(), name)
    theirs = [Decimal(str(call(**arguments))) for _ in range(FAKERS)]
    assert distance(list(map(float, ours)), list(map(float, theirs))) < CRITICAL
    fractions = [[float(abs(number) % 1) for number in some if abs(number) < 10**26] for some in (ours, theirs)]
    if len(fractions[1]) == FAKERS:
        assert distance(*fractions) < CRITICAL
        assert distance(list(map(digits_of, ours)), list(map(digits_of, theirs))) < CRITICAL
        assert max(map(digits_of, ours)) == max(map(digits_of, theirs))


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=NAMES)
@settings(max_examples=3)
@given(ids=st.lists(st.integers(0, 2**64 - 1), max_size=40), cut=st.integers(0, 40))
def test_a_value_depends_on_its_id_alone(name: str, arguments: dict[str, Any], ids: list[int], cut: int) -> None:
    made = made_by_hand(name, arguments)
    whole = values(made, chunk(ids))
    assert whole == values(made, chunk(ids[:cut])) + values(made, chunk(ids[cut:]))
    assert whole[::-1] == values(made, chunk(ids[::-1]))


def numeric(made: Vector | Grammar) -> Law:
    """The law of the numbers, however they are printed."""
    assert isinstance(made, Grammar)
    found: Law = {}
    for text, weight in law(made.alternatives).items():
        number = str(float(text))
        found[number] = found.get(number, Fraction(0)) + weight
    return found


def even(numbers: list[str]) -> Law:
    found: Law = {}
    for number in numbers:
        key = str(float(number))
        found[key] = found.get(key, Fraction(0)) + Fraction(1, len(numbers))
    return found


@pytest.mark.parametrize(
    ("name", "arguments", "all_draws"),
    [
        ("pyfloat", {"left_digits": 1, "right_digits": 1}, [f"{sign}{a}.{b}" for sign in ("", "-") for a in range(10) for b in range(10)]),
        (
            "pyfloat",
            {"left_digits": 0, "right_digits": 2, "positive": True},
            ["0.01", *(f"0.{b}" for b in range(1, 100))],  # Faker makes 0 the smallest number
        ),
        ("pyfloat", {"left_digits": 1, "right_digits": 0, "positive": True}, ["1", *map(str, range(1, 10))]),
        ("pyfloat", {"min_value": -2, "max_value": 2, "right_digits": 1}, [f"{a}.{b}" for a in ("-1", "0", "1") for b in range(10)]),
        ("pyfloat", {"min_value": 5, "max_value": 6, "right_digits": 2}, [f"5.{b}" for b in range(100)]),
        (
            "pydecimal",
            {"left_digits": 1, "right_digits": 1},
            [f"{sign}{a}.{b}" for sign in ("", "-") for a in range(1, 10) for b in range(10)],
        ),
        (
            "pydecimal",
            {"min_value": -1, "max_value": 1, "right_digits": 1},
            [f"{sign}{a}.{b if a == '0' else 0}" for sign in ("", "-") for a in ("0", "1") for b in range(10)],
        ),
        ("pydecimal", {"min_value": 2, "max_value": 4, "right_digits": 0}, ["2", "3", "4"]),
    ],
)
def test_small_laws_are_exact(name: str, arguments: dict[str, Any], all_draws: list[str]) -> None:
    assert numeric(made_by_hand(name, arguments)) == even(all_draws)
    found = {str(float(getattr(generator(), name)(**arguments))) for _ in range(4_000)}
    assert found == set(even(all_draws))


def test_coordinates_reach_their_bounds_and_round_at_the_ends() -> None:
    made = values(made_by_hand("coordinate", {"center": 1, "radius": 0.000_001}), chunk(list(range(ROWS))))
    counts = {str(number): made.count(number) for number in set(made)}
    assert set(counts) == {"0.999999", "1.000000", "1.000001"}
    assert abs(counts["1.000000"] - ROWS / 2) < 400  # five standard deviations; the ends have a quarter each
    assert abs(counts["0.999999"] - ROWS / 4) < 350


@pytest.mark.parametrize(
    "arguments",
    [
        {"min_value": 0.5, "max_value": 99.5},
        {"min_value": 5},
        {"max_value": 5},
        {"min_value": 5, "max_value": 5},
        {"min_value": 0, "max_value": 9, "positive": True},
        {"min_value": 0, "max_value": 9, "left_digits": 1},
        {"left_digits": 0, "right_digits": 0},
        {"right_digits": -1},
        {"left_digits": "3"},
    ],
)
def test_what_has_no_grid_or_is_refused_by_faker_is_not_made_by_hand(arguments: dict[str, Any]) -> None:
    assert pyfloat(None, arguments) is None
    assert pydecimal(None, arguments) is None


def test_bounds_that_faker_keeps_by_drawing_anew_are_not_made_by_hand() -> None:
    assert pyfloat(None, {"min_value": -1, "max_value": 0}) is None
    assert pyfloat(None, {"min_value": 0, "max_value": 101, "right_digits": 13}) is None
    assert pyfloat(None, {"left_digits": 10, "right_digits": 6}) is None
