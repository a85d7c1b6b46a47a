"""Numbers that Faker puts together from parts: coordinates, floats and Decimals.

They are the numbers that Faker draws, each as likely as there; printed, some have zeros at the end of the fraction that Faker leaves out (12.50
for 12.5), or the zeros of a small number that Faker writes with an exponent (0.00001 for 1e-05). Bounds that Faker keeps by drawing a float anew
have no grid; such arguments stay pools.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from springhead.columns.column import Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Digits, Step, Sub, Whole, Words
from springhead.columns.type import number
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import Vector, handmade

_GEO = "faker.providers.geo:Provider"
_PYTHON = "faker.providers.python:Provider"
_MOST_DIGITS = sys.float_info.dig
_LONGEST = 100  # digits of either side of a Decimal's point, where Faker chooses how many
_SEEN = 18  # zeros in a row; more are rarer than any draw
_SIGNS = {None: ("", "-"), True: ("",), False: ("-",)}


def _grid(identity: tuple[Any, ...], low: int, high: int, decimals: int, then: Callable[[Ints], Ints] | None = None) -> Vector:
    """Whole numbers low … high, or what a function makes of them, printed with so many decimals."""

    def maker(draws: Draws) -> Maker:
        import numpy as np

        from springhead.kernels import integers

        key, span, type_ = draws.key("value"), np.uint64(high - low + 1), number(decimals)

        def column(chunk: Chunk) -> Column:
            values = np.empty(chunk.rows, np.int64)
            integers(key, chunk.ids, low, span, values)
            return Column(type_, chunk.rows, values=then(values) if then else values)

        return Maker(type_, column)

    return Vector(Form.NUMBER, identity, maker)


def _number_of(value: object) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole_of(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# Coordinates


@handmade(f"{_GEO}.coordinate")
def coordinate(_: Any, arguments: Mapping[str, Any]) -> Vector | None:
    """−180 … 180 in steps of 10^-6; or, around a center, a point of the radius rounded to them."""
    if arguments.get("center") is None:
        return _grid(("coordinate",), -180_000_000, 180_000_000, 6)
    center, radius = _number_of(arguments["center"]), _number_of(arguments.get("radius", 0.001))
    if center is None or radius is None or not abs(center) + abs(radius) < 10**6:
        return None
    # Drawn in steps of 10^-12, so that the rounding gives each point its share, the two at the ends too.
    middle, width = (round(Decimal(repr(value)).scaleb(12)) for value in (center, abs(radius)))
    return _grid(("coordinate", middle, width), middle - width, middle + width, 6, lambda fine: (fine + 500_000) // 1_000_000)


@handmade(f"{_GEO}.longitude")
def longitude(provider: Any, _: Mapping[str, Any]) -> Vector | None:
    return _grid(("coordinate",), -180_000_000, 180_000_000, 6) if _usual(provider) else None


@handmade(f"{_GEO}.latitude")
def latitude(provider: Any, _: Mapping[str, Any]) -> Vector | None:
    """Half of a coordinate: steps of 5 × 10^-7."""
    return _grid(("latitude",), -180_000_000, 180_000_000, 7, lambda coordinates: coordinates * 5) if _usual(provider) else None


def _usual(provider: Any) -> bool:
    """Whether the coordinates that the other methods take are Faker's own, not a locale's."""
    return bool(provider.coordinate.__func__.__module__ == "faker.providers.geo")


# Floats and Decimals


def _number(alternatives: list[Alternative]) -> Grammar:
    return Grammar(Form.NUMBER, tuple(each for each in alternatives if each.weight), how="vectorised")


def _digits_asked(arguments: Mapping[str, Any], most: int) -> tuple[int | None, int | None, bool | None] | None:
    """left_digits, right_digits and positive; None where they are none that Faker accepts."""
    left, right, positive = (arguments.get(name) for name in ("left_digits", "right_digits", "positive"))
    for digits in (left, right):
        if digits is not None and ((count := _whole_of(digits)) is None or not 0 <= count <= most):
            return None
    return (left, right, positive) if positive is None or isinstance(positive, bool) else None


def _whole_bounds(arguments: Mapping[str, Any]) -> tuple[int, int] | None:
    """min_value and max_value, where both are given, are whole and in order, and nothing else has to fit them."""
    low, high = (_whole_of(arguments.get(name)) for name in ("min_value", "max_value"))
    if low is None or high is None or not low < high or max(abs(low), abs(high)) >= 10**15:
        return None
    return low, high


@handmade(f"{_PYTHON}.pyfloat")
def pyfloat(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """A whole part, and as the fraction a whole number without leading zeros, as in Faker: with two digits .5 can occur, .05 cannot."""
    asked = _digits_asked(arguments, _MOST_DIGITS)
    if asked is None:
        return None
    left, right, positive = asked
    free = arguments.get("min_value") is None and arguments.get("max_value") is None
    bounds = _whole_bounds(arguments)
    if not free and (bounds is None or left is not None or (positive and bounds[0] <= 0)):
        return None
    # How many digits stand on either side; Faker chooses where nothing says it.
    sides: list[tuple[int, int]] = []
    if left is None and right is None:
        least = 1 if free or not bounds else max(1, math.ceil(math.log10(max(abs(bounds[1] or 1), abs(bounds[0] or 1)))))
        sides = [(max(1, _MOST_DIGITS - digits), digits) for digits in range(1, _MOST_DIGITS - least + 1)]
    elif right is not None:
        sides = [(max(1, _MOST_DIGITS - right) if left is None else left, right)]
    elif left is not None:
        sides = [(left, max(1, _MOST_DIGITS - left))]
    if not sides or any(whole + digits > _MOST_DIGITS or not whole + digits for whole, digits in sides):
        return None
    if bounds and (bounds == (-1, 0) or any(max(map(abs, bounds)) > 10**whole for whole, _digits in sides)):
        return None  # Faker cuts the numbers to the digits, and draws −1 … 0 anew
    made: list[Alternative] = []
    for whole, digits in sides:
        share = Fraction(1, len(sides))
        if bounds:
            made += _float_between(*bounds, digits, share)
        else:
            for sign in _SIGNS[positive]:
                made += _float_of(sign, 10**whole, digits, share / len(_SIGNS[positive]), zero=not positive)
    return _number(made)


def _float_of(sign: str, most: int, digits: int, share: Fraction, *, zero: bool) -> list[Alternative]:
    """A sign, a whole part below `most` and a fraction; where zero must not be, the smallest number stands for it."""
    fractions = 10**digits
    smallest = f"0.{'0' * (digits - 1)}1" if digits else "1.0"
    first = Alternative((f"{sign}0.", Whole(0, fractions - 1)), share / most)
    if not zero:
        first = Alternative((f"{sign}0.", Whole(1, max(1, fractions - 1))), share / most * Fraction(fractions - 1, fractions))
    return [
        first,
        Alternative((smallest,), share / most / fractions if not zero else 0),
        Alternative((sign, Whole(1, max(1, most - 1)), ".", Whole(0, fractions - 1)), share * Fraction(most - 1, most)),
    ]


def _float_between(low: int, high: int, digits: int, share: Fraction) -> list[Alternative]:
    """Numbers whose fraction, which leads away from zero, cannot carry them across a bound."""
    least = low + 1 if low < 0 else low
    most = high if high < 0 else high - 1
    fraction = Whole(0, 10**digits - 1)
    count = most - least + 1
    below = min(most, -1) - least + 1
    made = []
    if below > 0:
        made.append(Alternative(("-", Whole(-min(most, -1), -least), ".", fraction), share * Fraction(below, count)))
    if most >= 0:
        made.append(Alternative((Whole(max(least, 0), most), ".", fraction), share * Fraction(count - max(below, 0), count)))
    return made


@handmade(f"{_PYTHON}.pydecimal")
def pydecimal(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """A whole part of so many digits, the first not zero, and a fraction of so many; or between two whole bounds, where
    Faker replaces a draw beyond the outer bound by that bound; a draw of that very bound keeps its zeros (5.00)."""
    asked = _digits_asked(arguments, _LONGEST)
    if asked is None:
        return None
    left, right, positive = asked
    if left == 0 and right == 0:
        return None
    fraction: tuple[Step, ...] = _fraction(right) if right is not None else (Sub(_lengths(_fraction)),)
    if arguments.get("min_value") is None and arguments.get("max_value") is None:
        whole: tuple[Step, ...] = _whole(left) if left is not None else (Sub(_lengths(_whole)),)
        return _number([Alternative((sign, *whole, *fraction)) for sign in _SIGNS[positive]])
    bounds = _whole_bounds(arguments)
    if bounds is None or left is not None or (positive and bounds[0] <= 0):
        return None
    low, high = bounds
    signs = ("",) if low >= 0 else ("-",) if high <= 0 else _SIGNS[positive]
    made = []
    for sign in signs:
        near, far = (max(low, 0), high) if not sign else (-min(high, 0), -low)
        share = Fraction(1, len(signs) * (far - near + 1))
        made += [
            Alternative((sign, Whole(near, max(near, far - 1)), *fraction), share * (far - near)),
            Alternative((_outer_bound(f"{sign}{far}", right),), share),
        ]
    return _number(made)


def _outer_bound(bound: str, right: int | None) -> Words:
    """The bound as it is, or with the zeros of a fraction that was drawn as zero; without `right` all lengths of a fraction are alike."""
    lengths = range(_LONGEST + 1) if right is None else range(right, right + 1)
    zeros = {digits: Fraction(1, 10**digits * len(lengths)) for digits in lengths if 0 < digits <= _SEEN}
    printed = {bound: 1 - sum(zeros.values(), Fraction(0))} | {f"{bound}.{'0' * digits}": share for digits, share in zeros.items()}
    return Words(tuple(printed), tuple(printed.values()))


def _lengths(part: Callable[[int], tuple[Step, ...]]) -> tuple[Alternative, ...]:
    return tuple(Alternative(part(digits)) for digits in range(_LONGEST + 1))


def _whole(digits: int) -> tuple[Step, ...]:
    return (Whole(1, 9), *_digits(digits - 1)) if digits else ("0",)


def _fraction(digits: int) -> tuple[Step, ...]:
    return (".", *_digits(digits)) if digits else ()


def _digits(count: int) -> tuple[Step, ...]:
    return tuple(Digits(min(18, count - done)) for done in range(0, count, 18))
