"""A part of what a method gives: of a tuple by its number, of a mapping by its key, or by the name that is known for it.

All parts of one value are made from the same draws: a grammar is cut into the grammars of its parts, which have the same alternatives and share each draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, TypeAlias

import msgspec

from springhead.columns.column import Maker, State
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Words
from springhead.columns.mixture import mixture_maker
from springhead.columns.text_program import text_maker
from springhead.errors import FieldError
from springhead.faker_methods.arguments import decoded, encoded
from springhead.faker_methods.catalogue import composed_of, identity_of, method
from springhead.faker_methods.composed import Composed, Part
from springhead.faker_methods.generator import find_method
from springhead.faker_methods.json_steps import Steps, cut, unescaped
from springhead.faker_methods.pool import draw_pool
from springhead.faker_methods.store import Grammar, kept
from springhead.faker_methods.values import Form
from springhead.wording import listed, meant

_PLACE = {"latitude": 0, "longitude": 1, "place": 2, "city": 2, "country": 3, "timezone": 4}
NAMES: Mapping[str, Mapping[str, int]] = {
    "location_on_land": _PLACE,
    "local_latlng": _PLACE,
    "latlng": {"latitude": 0, "longitude": 1},
    "currency": {"code": 0, "name": 1},
    "cryptocurrency": {"code": 0, "name": 1},
    "passport_owner": {"given_name": 0, "surname": 1},
    "department": {"number": 0, "name": 1},
}
"""The names by which places in the tuples of some methods are known."""

Key: TypeAlias = int | str
Raw: TypeAlias = str  # a JSON text


def part_maker(name: str, part: Key, weights: Mapping[str, float], arguments: Mapping[str, Any], draws: Draws) -> Maker:
    """The maker of one part of a method's value, each record in one of the locales, each locale as likely as its weight says.

    Args:
        name: of the method.
        part: which one.
        weights: by locale.
        arguments: the method's.
        draws: those of all parts of the value.

    Raises:
        FieldError: the method cannot be used, has no such part, or that is of another type in each locale.
    """
    made = {locale: _part(name, part, locale, encoded(arguments)) for locale in weights}
    if len({each.form for each in made.values()}) > 1:
        types = ", ".join(f"{each.form.value} in {locale}" for locale, each in made.items())
        raise FieldError(f"the part '{part}' of Faker's '{name}' is of several types: {types}", ("part",))
    if len(made) == 1:
        return next(iter(made.values())).maker(draws)
    return mixture_maker([each.maker(draws.part(locale)) for locale, each in made.items()], list(weights.values()), draws)


@lru_cache(maxsize=256)
def _part(name: str, part: Key, locale: str, arguments: bytes) -> Part:
    """A part; one that is a grammar is made once on a machine, then read from disk, and Faker is not loaded."""

    def made() -> Grammar | Part:
        new = _new_part(name, part, locale, arguments)
        return Grammar(new.form, new.alternatives, how="vectorised") if new.alternatives else new

    found = kept(f"{name}-part", [*identity_of(name, locale, arguments), "part", part], made)
    return _of_ways(found.form, found.alternatives) if isinstance(found, Grammar) else found


def _new_part(name: str, part: Key, locale: str, arguments: bytes) -> Part:
    given = decoded(arguments)
    find_method(name, locale, given)  # or the error
    if isinstance(by_hand := composed_of(name, locale, given), Composed):
        if part not in by_hand.parts:
            raise _unknown(name, part, by_hand.parts)
        return by_hand.parts[str(part)]()
    cells = _cells(name, locale, arguments)
    places = NAMES.get(name, {})
    wanted = places.get(part, part) if isinstance(part, str) else part
    if wanted not in cells:
        raise _unknown(name, part, [*(each for each, place in places.items() if place in cells), *cells])
    return cells[wanted]


def _unknown(name: str, part: Key, known: Mapping[str, Any] | Sequence[Key]) -> FieldError:
    return FieldError(f"Faker's '{name}' has no part '{part}'; it has {listed(known)}{meant(part, map(str, known))}", ("part",))


@lru_cache(maxsize=32)
def _cells(name: str, locale: str, arguments: bytes) -> dict[Key, Part]:
    """The parts of each value of a method, by their number or key."""
    made = method(name, locale, decoded(arguments))
    if made.form is not Form.JSON:
        raise FieldError(f"Faker's '{name}' gives one value, which has no parts: leave out 'part'", ("part",))
    found = _of_grammar(made) if isinstance(made, Grammar) else None
    if found is None:
        found = _of_grammar(draw_pool(name, locale, decoded(arguments), why="its parts cannot be told apart in a grammar"))
    return {key: _of_ways(form, ways) for key, (form, ways) in (found or {}).items()}


def _of_ways(form: Form, ways: Sequence[Alternative]) -> Part:
    return Part(form, partial(_maker, ways, form), tuple(ways))


def _maker(ways: Sequence[Alternative], form: Form, draws: Draws) -> Maker:
    return text_maker(ways, draws, form.type)


def _of_grammar(made: Grammar) -> dict[Key, tuple[Form, list[Alternative]]] | None:
    """Each part's form and alternatives, as many as the grammar has; None: they cannot be told apart."""
    rows = [None if way.state is not State.VALUE else _of_words(way.steps) or cut(way.steps) for way in made.alternatives]
    there = [row for row, way in zip(rows, made.alternatives, strict=True) if way.state is State.VALUE]
    if any(row is None for row in there):
        return None
    keys = [key for key in (there[0] or {}) if all(row is not None and key in row for row in there)] if there else []
    found: dict[Key, tuple[Form, list[Alternative]]] = {}
    for key in keys:
        forms = {row[key][0] for row in there if row is not None}
        if len(forms) == 1:
            ways = [way if row is None else replace(way, steps=row[key][1]) for way, row in zip(made.alternatives, rows, strict=True)]
            found[key] = forms.pop(), ways
    return found


def _of_words(steps: Steps) -> dict[Key, tuple[Form, Steps]] | None:
    """Of values that are listed, or of one that is always the same: each part as a list of as many; None: they are others, or not all have the same parts."""
    if len(steps) != 1 or not isinstance(steps[0], str | Words):
        return None
    words = steps[0].words if isinstance(steps[0], Words) else (steps[0],)
    weights = steps[0].weights if isinstance(steps[0], Words) else None
    rows = [_values(word) for word in words]
    found: dict[Key, tuple[Form, Steps]] = {}
    for key in rows[0]:
        cells = [row[key] for row in rows if key in row]
        forms = {_form(cell) for cell in cells}
        if len(cells) == len(rows) and len(forms) == 1 and (form := forms.pop()) is not None:
            found[key] = form, (Words(tuple(unescaped(cell[1:-1]) if form is Form.TEXT else cell for cell in cells), weights),)
    return found


def _values(word: str | bytes) -> dict[Key, Raw]:
    """The parts of a JSON text, each as a JSON text."""
    try:
        whole = msgspec.json.decode(word, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return {}
    pairs = enumerate(whole) if isinstance(whole, list) else whole.items()
    return {key: bytes(value).decode() for key, value in pairs}


def _form(cell: Raw) -> Form | None:
    """What a JSON text is; None: null."""
    match cell[0]:
        case '"':
            return Form.TEXT
        case "t" | "f":
            return Form.BOOLEAN
        case "[" | "{":
            return Form.JSON
        case "n":
            return None
    return Form.NUMBER
