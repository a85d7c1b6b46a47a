"""Faker's provider methods as columns: made by hand, compiled by tracing, or else pooled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import xxhash

from springhead import steps as grammar_steps  # this package has a module `steps` of its own
from springhead.methods import vectors
from springhead.methods.compile import Compiler
from springhead.methods.events import UntraceableError
from springhead.methods.generator import FakerError, find_method, functions, new_generator, standing_clock
from springhead.methods.pool import SIZE, draw_pool
from springhead.methods.store import Grammar, kept
from springhead.methods.vector import Vector, by_hand
from springhead.providers import provider_files

__all__ = ["FakerError", "Grammar", "Vector", "described", "how_made", "method", "methods", "vectors"]


def methods(name: str, locales: Iterable[str], arguments: Mapping[str, Any] | None = None) -> dict[str, Grammar | Vector]:
    """A Faker method in some locales, of which each record gets one: grammars, or vectors that are all the same.

    Raises:
        FakerError: as `method`; or the values are of another type in each locale.
    """
    made = {locale: method(name, locale, arguments) for locale in locales}
    if any(isinstance(each, Vector) for each in made.values()) and len(set(made.values())) > 1:
        # Columns of different makers do not mix: where a locale has a law of its own, all are taken as grammars.
        made = {locale: _kept(name, locale, _encoded(arguments), by_hand_too=False) for locale in made}
    if len({each.form for each in made.values()}) > 1:
        types = ", ".join(f"{each.form.value} in {locale}" for locale, each in made.items())
        raise FakerError(f"Faker's '{name}' gives values of several types: {types}")
    return made


def method(name: str, locale: str = "en_US", arguments: Mapping[str, Any] | None = None) -> Grammar | Vector:
    """A Faker method as the engine makes it; a grammar is made once on a machine, then read from disk, and Faker is not loaded.

    Raises:
        FakerError: the method, the locale or an argument cannot be used.
    """
    return _kept(name, locale, _encoded(arguments), by_hand_too=True)


def how_made(name: str, locale: str) -> Grammar | Vector | str:
    """A method without arguments as it would be made, without the disk and without drawing a pool: then, why it is pooled."""
    made = by_hand(functions(locale)[name], {})
    if made:
        return made
    try:
        return _compiled(name, locale, {})
    except UntraceableError as error:
        return str(error)


def described(made: Grammar | Vector) -> str:
    """How a method is made, for people."""
    if isinstance(made, Vector) or made.how == "vectorised":
        return "vectorised: by a kernel of its own"
    if made.how == "pooled":
        return f"pooled: {made.pooled:,} values ({made.why})"
    ways = len(made.alternatives)
    return f"compiled: {'one way' if ways == 1 else f'{ways:,} ways'}, as many values as Faker has"


def _encoded(arguments: Mapping[str, Any] | None) -> bytes:
    return msgspec.json.encode(dict(arguments or {}), order="sorted")


@cache
def _kept(name: str, locale: str, arguments: bytes, *, by_hand_too: bool) -> Grammar | Vector:
    """The identity holds all that decides whether a method is accepted, so that a kept one accepts nothing that a new one would refuse."""
    identity = [version("Faker"), _rules(), _own(), name, locale, arguments.decode(), SIZE, by_hand_too]
    return kept(name, identity, lambda: _made(name, locale, msgspec.json.decode(arguments), by_hand_too=by_hand_too))


@cache
def _rules() -> str:
    """Digest of all that decides what a method is made into."""
    digest = xxhash.xxh3_128()
    for path in (*sorted(Path(__file__).parent.rglob("*.py")), Path(grammar_steps.__file__)):  # the files hold its grammar
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _own() -> str:
    """Digest of the user's own providers: any of them may be called by any method."""
    digest = xxhash.xxh3_128()
    for path in provider_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _compiler(locale: str) -> Compiler:
    return Compiler(new_generator(locale))


def _compiled(name: str, locale: str, arguments: dict[str, Any]) -> Grammar:
    with standing_clock():
        return _compiler(locale).grammar(name, arguments)


def _made(name: str, locale: str, arguments: dict[str, Any], *, by_hand_too: bool) -> Grammar | Vector:
    find_method(name, locale, arguments)
    if by_hand_too and (made := by_hand(functions(locale)[name], arguments)):
        return made
    try:
        return _compiled(name, locale, arguments)
    except UntraceableError as error:
        return draw_pool(name, locale, arguments, why=str(error))
