"""Profiles of people: only the name and the sex belong together in Faker, and all else is drawn beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Sub, Words
from springhead.columns.text_program import text_maker
from springhead.faker_methods.composed import Composed, Part, Parts, composed, of_its_own, put_together
from springhead.faker_methods.values import Form

_PROFILE = "faker.providers.profile:Provider"
_NAMES = {"F": "name_female", "M": "name_male"}


@composed(f"{_PROFILE}.simple_profile")
def simple_profile(_: Any, arguments: Mapping[str, Any], other: Callable[[str], Part]) -> Composed | None:
    sex = arguments.get("sex")
    if set(arguments) - {"sex"} or sex not in (None, *_NAMES):
        return None
    return Composed(_simple([sex] if sex else list(_NAMES), other))


@composed(f"{_PROFILE}.profile")
def profile(_: Any, arguments: Mapping[str, Any], other: Callable[[str], Part]) -> Composed | None:
    sex, fields = arguments.get("sex"), arguments.get("fields") or []
    if set(arguments) - {"sex", "fields"} or sex not in (None, *_NAMES) or not isinstance(fields, list):
        return None
    parts: Parts = {
        **{
            name: _beside(other, name, method)
            for name, method in [("job", "job"), ("company", "company"), ("ssn", "ssn"), ("residence", "address")]
        },
        "current_location": lambda: _location(other),
        "blood_group": lambda: _text(
            [Alternative((Words(tuple(f"{group}{sign}" for group in ("A", "B", "AB", "O") for sign in "+-")),))], "blood"
        ),
        "website": lambda: _websites(other),
        **_simple([sex] if sex else list(_NAMES), other),
    }
    return Composed({name: part for name, part in parts.items() if not fields or name in fields})


def _simple(sexes: list[str], other: Callable[[str], Part]) -> Parts:
    return {
        "username": _beside(other, "username", "user_name"),
        "name": lambda: _of_sex(sexes, other, named=True),
        "sex": lambda: _of_sex(sexes, other, named=False),
        "address": _beside(other, "address", "address"),
        "mail": _beside(other, "mail", "free_email"),
        "birthdate": _beside(other, "birthdate", "date_of_birth"),
    }


def _beside(other: Callable[[str], Part], name: str, method: str) -> Callable[[], Part]:
    return lambda: of_its_own(other(method), name)


def _text(alternatives: list[Alternative], name: str, form: Form = Form.TEXT) -> Part:
    return of_its_own(Part(form, lambda draws: text_maker(alternatives, draws, form.type)), name)


def _of_sex(sexes: list[str], other: Callable[[str], Part], *, named: bool) -> Part:
    """A name, or the sex that it is of: both choose among the same alternatives."""
    ways = [(sex, way) for sex in sexes for way in other(_NAMES[sex]).alternatives]
    alternatives = [Alternative(way.steps if named else (sex,), Fraction(way.weight) / len(sexes)) for sex, way in ways]
    return Part(Form.TEXT, lambda draws: text_maker(alternatives, draws.part("name")))


def _location(other: Callable[[str], Part]) -> Part:
    parts = {name: _beside(other, name, name) for name in ("latitude", "longitude")}
    return Part(Form.JSON, lambda draws: put_together("[{latitude},{longitude}]", parts, draws, Form.JSON))


def _websites(other: Callable[[str], Part]) -> Part:
    """One to four addresses, each number as likely."""
    url = Sub(other("url").alternatives)
    steps = [(f'{"" if place else "["}{"," if place else ""}"', url, '"') for place in range(4)]
    ways = [Alternative((*(step for each in steps[:count] for step in each), "]")) for count in range(1, 5)]
    return _text(ways, "website", Form.JSON)


@composed("faker.providers.passport:Provider.passport_dob")
def passport_dob(_: Any, arguments: Mapping[str, Any], other: Callable[[str], Part]) -> Composed | None:
    return None if arguments else Composed({"date": _beside(other, "date", "date_of_birth")}, "{date}")
