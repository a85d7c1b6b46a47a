"""Faker's provider methods as columns: made by hand, compiled by tracing, or else pooled."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import xxhash

from springhead.columns import grammar as grammar_steps  # this package has a module `steps` of its own
from springhead.columns.column import Maker
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative
from springhead.columns.mixture import mixture_maker
from springhead.columns.text_program import text_maker
from springhead.errors import FieldError
from springhead.faker_methods import vectors
from springhead.faker_methods.arguments import decoded, encoded
from springhead.faker_methods.compile import Compiler
from springhead.faker_methods.composed import COMPOSED, Composed, Part, put_together
from springhead.faker_methods.domain import Domain, domain_of
from springhead.faker_methods.elsewhere import differs_elsewhere
from springhead.faker_methods.endless import ending
from springhead.faker_methods.events import UntraceableError
from springhead.faker_methods.foreign_chance import refused, unlike, watched
from springhead.faker_methods.generator import find_method, functions, new_generator, standing_clock
from springhead.faker_methods.pool import SIZE, draw_pool, try_once
from springhead.faker_methods.shipped import shipped
from springhead.faker_methods.store import Grammar, kept
from springhead.faker_methods.values import Form, FormlessError
from springhead.faker_methods.vector import Vector, by_hand
from springhead.faker_names import own_sources

log = logging.getLogger("springhead.preparing")
_OF_A_PROCESS = "perhaps it goes by the order of a set (sort it), by hash() or id(), or reads the process's number or clock"

__all__ = [
    "Domain",
    "FieldError",
    "Grammar",
    "Vector",
    "described",
    "how_made",
    "maker_of",
    "method",
    "methods",
    "unique_values",
    "vectors",
]


def methods(name: str, locales: Iterable[str], arguments: Mapping[str, Any] | None = None) -> dict[str, Grammar | Vector]:
    """A Faker method in some locales, of which each record gets one.

    Raises:
        FieldError: as `method`; or the values are of another type in each locale.
    """
    made = {locale: method(name, locale, arguments) for locale in locales}
    if len({each.form for each in made.values()}) > 1:
        types = ", ".join(f"{each.form.value} in {locale}" for locale, each in made.items())
        raise FieldError(f"Faker's '{name}' gives values of several types: {types}")
    return made


def method(name: str, locale: str = "en_US", arguments: Mapping[str, Any] | None = None) -> Grammar | Vector:
    """A Faker method as the engine makes it; a grammar is made once on a machine, then read from disk, and Faker is not loaded.

    Raises:
        FieldError: the method, the locale or an argument cannot be used.
    """
    return _kept(name, locale, encoded(arguments))


def how_made(name: str, locale: str) -> Grammar | Vector | str:
    """A method without arguments as it would be made, without the disk and without drawing a pool: then, why it is pooled."""
    made = composed_whole(name, locale, {}) or by_hand(functions(locale)[name], {})
    if made:
        return made
    try:
        return _compiled(name, locale, {})
    except (UntraceableError, FormlessError) as error:
        return str(error)


def described(made: Grammar | Vector) -> str:
    """How a method is made, for people."""
    if isinstance(made, Vector) or made.how == "vectorised":
        return "vectorised: by a kernel of its own"
    if made.how == "pooled":
        return f"pooled: {made.pooled:,} values ({made.why})"
    ways = len(made.alternatives)
    return f"compiled: {'one way' if ways == 1 else f'{ways:,} ways'}, as many values as Faker has"


def composed_of(name: str, locale: str, arguments: Mapping[str, Any]) -> Composed | Grammar | None:
    """A method that is made of others of its locale; None: it is made in another way."""
    function: Any = functions(locale)[name]
    make = COMPOSED.get((getattr(function, "__module__", ""), getattr(function, "__qualname__", "")))
    return make(function.__self__, arguments, lambda other: part_of(method(other, locale))) if make else None


def composed_whole(name: str, locale: str, arguments: Mapping[str, Any]) -> Vector | Grammar | None:
    """The value of such a method; None: it is made in another way, though its parts may not be."""
    made = composed_of(name, locale, arguments)
    if not isinstance(made, Composed):
        return made
    if made.text is None:
        return None
    text, parts = made.text, made.parts
    return Vector(Form.TEXT, ("composed", name, locale, encoded(arguments)), lambda draws: put_together(text, parts, draws))


def part_of(made: Grammar | Vector) -> Part:
    """A method's value as a part of another one's."""
    alternatives = made.alternatives if isinstance(made, Grammar) else ()
    return Part(made.form, lambda draws: maker_of({"": made}, {"": 1.0}, draws), alternatives)


def maker_of(made: Mapping[str, Grammar | Vector], weights: Mapping[str, float], draws: Draws) -> Maker:
    """The maker of a method's column, each record in one of the locales, each locale as likely as its weight says."""
    parts: dict[Vector | None, dict[str, Grammar | Vector]] = {}  # the grammars, and the locales of each vector
    for locale, each in made.items():
        parts.setdefault(each if isinstance(each, Vector) else None, {})[locale] = each
    if len(parts) == 1:
        return _part_maker(made, weights, draws)
    makers = [_part_maker(part, weights, draws.part(number)) for number, part in enumerate(parts.values())]
    shares = [sum((Fraction(weights[locale]) for locale in part), Fraction(0)) for part in parts.values()]
    return mixture_maker(makers, shares, draws)


def _part_maker(made: Mapping[str, Grammar | Vector], weights: Mapping[str, float], draws: Draws) -> Maker:
    """The maker of locales that are all grammars, or all the same vector."""
    first = next(iter(made.values()))
    if isinstance(first, Vector):
        return first.maker(draws)
    return text_maker(_alternatives(made, weights), draws, first.form.type)


def _alternatives(made: Mapping[str, Grammar | Vector], weights: Mapping[str, float]) -> list[Alternative]:
    return [
        replace(alternative, weight=Fraction(weights[locale]) * Fraction(alternative.weight))
        for locale, each in made.items()
        if isinstance(each, Grammar)
        for alternative in each.alternatives
    ]


def unique_values(name: str, weights: Mapping[str, float], arguments: Mapping[str, Any] | None = None) -> Domain:
    """The distinct values of a method in some locales, each locale as likely as its weight says.

    Raises:
        FieldError: as `methods`; or the values cannot be counted.
    """
    return _unique_values(name, tuple(weights.items()), encoded(arguments))


@lru_cache(maxsize=8)  # one that is written out takes a hundred MB
def _unique_values(name: str, weights: tuple[tuple[str, float], ...], arguments: bytes) -> Domain:
    made = methods(name, dict(weights), decoded(arguments))
    found = domain_of(next(iter(made.values())).form, _alternatives(made, dict(weights)))
    if any(isinstance(each, Vector) for each in made.values()) or not found.ways:
        raise FieldError(
            f"'unique' does not go with Faker's '{name}': its values cannot be told apart beforehand. It goes with methods that put words and digits "
            "together, such as name, email, phone_number, bothify, ean13, credit_card_number or uuid4"
        )
    return found


@cache
def _kept(name: str, locale: str, arguments: bytes) -> Grammar | Vector:
    return kept(
        name,
        identity_of(name, locale, arguments),
        lambda: _shipped(name, locale, arguments) or _made_and_told(name, locale, decoded(arguments)),
    )


def _shipped(name: str, locale: str, arguments: bytes) -> Grammar | None:
    """The method as it comes with the engine; None: it does not, it has arguments, or own providers have a part in it."""
    return None if decoded(arguments) or own_sources(name, [locale]) else shipped(name, locale, rules())


def identity_of(name: str, locale: str, arguments: bytes) -> list[Any]:
    """All that decides what a method is and whether it is accepted, so that a kept one accepts nothing that a new one would refuse."""
    return [*rules(), own_sources(name, [locale]), name, locale, arguments, SIZE]


def _made_and_told(name: str, locale: str, arguments: dict[str, Any]) -> Grammar | Vector:
    """The method; while they take long, a line each second says which one is being made."""
    begin = time.perf_counter()
    if _making.seconds >= _making.told + 1:
        _making.told = _making.seconds
        log.info("preparing Faker's methods, once on a machine: number %d, %r in %s", _making.methods + 1, name, locale)
    try:
        with ending(name):
            return _made(name, locale, arguments)
    finally:
        _making.seconds += time.perf_counter() - begin
        _making.methods += 1


@dataclass(slots=True)
class _Making:
    """What this process has made.

    Attributes:
        methods: how many.
        seconds: in what time.
        told: the seconds when the log last said so.
    """

    methods: int = 0
    seconds: float = 0.0
    told: float = 0.0


_making = _Making()


@cache
def rules() -> tuple[str, str]:
    """Faker's version, and a digest of all that decides what a method is made into: once in a process, and before it is forked where that can be."""
    digest = xxhash.xxh3_128()
    for path in (*sorted(Path(__file__).parent.rglob("*.py")), Path(grammar_steps.__file__)):  # the files hold its grammar
        digest.update(path.read_bytes())
    return version("Faker"), digest.hexdigest()


@cache
def _compiler(locale: str) -> Compiler:
    generator = new_generator(locale)
    generator.random.start(0, 0)  # what a provider has kept of it cannot be traced, and shall not be drawn from
    return Compiler(generator)


def _compiled(name: str, locale: str, arguments: dict[str, Any]) -> Grammar:
    with standing_clock():
        return _compiler(locale).grammar(name, arguments)


def _made(name: str, locale: str, arguments: dict[str, Any]) -> Grammar | Vector:
    find_method(name, locale, arguments)  # or the error
    if hand := composed_whole(name, locale, arguments) or by_hand(functions(locale)[name], arguments):
        return hand
    if own_sources(name, [locale]):
        return _watched_while_made(name, locale, arguments)
    try_once(name, locale, arguments)
    return _traced_or_pooled(name, locale, arguments)


def _watched_while_made(name: str, locale: str, arguments: dict[str, Any]) -> Grammar:
    """A method in which own providers have a part, or may have one: looked at while it is made, which takes ten times as long."""
    with watched() as watch:
        try_once(name, locale, arguments)
        generator = new_generator(locale)
        with standing_clock():
            found = unlike(find_method(name, locale, arguments, generator), generator.random, functions(locale)[name])
        if not watch.found and not found and watch.own and differs_elsewhere(name, locale, arguments):
            found = f"{watch.own}: in another process the same draws give something else; {_OF_A_PROCESS}"
        made: Grammar | FieldError = FieldError(found)
        if not found:
            try:
                made = _traced_or_pooled(name, locale, arguments)
            except FieldError as error:  # what was drawn from says more
                made = error
    if wrong := watch.found or found or watch.moved:
        raise refused(name, wrong)
    if isinstance(made, FieldError):
        raise made
    return made


def _traced_or_pooled(name: str, locale: str, arguments: dict[str, Any]) -> Grammar:
    try:
        return _compiled(name, locale, arguments)
    except (UntraceableError, FormlessError) as error:
        why = str(error)
    return draw_pool(name, locale, arguments, why=why)
