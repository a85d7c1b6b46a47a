"""Pools: values of a Faker method, drawn once and then used like a word list.

A pool is a function of (Faker's version, method, locale, arguments) and of nothing else: it is drawn by a private generator with a seed of its own,
under a clock that stands still, and kept on disk. The stream's seed decides only which of its values a record gets.
"""

from __future__ import annotations

import datetime as dt
import inspect
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import xxhash

from springhead.errors import OptionError
from springhead.kernels.cache import writable_cache_root

SIZE = 10_000
FORMAT = 1  # of the files on disk, and of the rules below: raise it when either changes
REFERENCE = dt.datetime(
    2026, 1, 1, tzinfo=ZoneInfo("UTC")
)  # "now" for pooled methods that read the clock; a ZoneInfo, so that the local time zone is UTC too
MOST_BYTES = 65_536  # of one value
MOST_ITEMS = 10_000  # of an argument that says how long or how many

# Methods that give bytes or files, read the host, or need an object of Python's: why they cannot be used.
REFUSED = {
    "binary": "gives bytes; a record is text",
    "zip": "gives a file",
    "tar": "gives a file",
    "image": "draws a picture",
    "json_bytes": "gives bytes; use json",
    "xml": "needs a package that is not installed",
    "enum": "needs a Python class",
    "add_element": "is no value",
    "uuid1": "reads the host's address and clock",
}


class FakerError(OptionError):
    """A Faker method, locale or argument that cannot be used; the text says what was likely meant."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Drawn values.

    Attributes:
        type: "text"; or "number", "boolean", "json": `words` are JSON literals then.
        words: UTF-8, in the order of drawing; a value that came twice stands twice.
        nulls: how often the method gave None.
    """

    type: str
    words: tuple[bytes, ...]
    nulls: int = 0


@cache
def _generator(locale: str) -> Any:
    from faker import Factory

    if locale not in known_locales():
        raise FakerError(f"Faker has no locale {locale!r}{_meant(locale, known_locales())}")
    return Factory.create(locale)


@cache
def known_locales() -> tuple[str, ...]:
    """Faker's locales."""
    from faker.config import AVAILABLE_LOCALES

    return tuple(sorted(AVAILABLE_LOCALES))


def _meant(word: str, known: Any) -> str:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f". Did you mean {close[0]!r}?" if close else ""


def methods(locale: str) -> dict[str, Callable[..., Any]]:
    """The methods of a locale's providers that a stream may name: public ones that provider classes define.

    So what the generator itself has (seed, add_provider, parse, format, random, …) cannot be reached: some of it would change every value after it.
    """
    from faker.providers import BaseProvider

    found: dict[str, Callable[..., Any]] = {}
    for provider in reversed(_generator(locale).providers):
        for owner in reversed(type(provider).__mro__):
            if issubclass(owner, BaseProvider):
                found |= {
                    name: getattr(provider, name)
                    for name, value in vars(owner).items()
                    if not name.startswith("_") and inspect.isfunction(value)
                }
    return {name: method for name, method in sorted(found.items()) if name not in REFUSED}


def find_method(name: str, locale: str, arguments: Mapping[str, Any]) -> Callable[[], Any]:
    """A provider's method with its arguments bound.

    Raises:
        FakerError: no such method or locale, a method that cannot be used, or an argument that it lacks.
    """
    if name in REFUSED:
        raise FakerError(f"Faker's {name!r} cannot be used: it {REFUSED[name]}")
    known = methods(locale)
    if name not in known:
        raise FakerError(f"Faker has no provider method {name!r} in locale {locale}{_meant(name, known)}")
    method = known[name]
    parameters = inspect.signature(method).parameters
    for argument, value in arguments.items():
        if argument not in parameters:
            names = ", ".join(parameters) or "none"
            raise FakerError(f"Faker's {name!r} has no argument {argument!r}{_meant(argument, parameters)} (its arguments: {names})")
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and value > MOST_ITEMS
            and any(w in argument for w in ("nb", "length", "chars", "size", "num_", "count"))
        ):
            raise FakerError(f"Faker's {name!r}: {argument} is {value}; at most {MOST_ITEMS}")
    return lambda: method(**arguments)


def as_json_value(value: Any) -> Any:
    """A Faker value in its JSON form: dates as ISO text, sets sorted, tuples as lists, Decimal as it is (it prints as a number).

    Raises:
        TypeError: bytes, or a type without a written rule.
    """
    if value is None or isinstance(value, (str, bool, int, Decimal)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"{value} has no form in JSON")
        return value
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, (list, tuple)):
        return [as_json_value(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted((as_json_value(v) for v in value), key=_encode)
    if isinstance(value, Mapping):
        return {str(k): as_json_value(v) for k, v in value.items()}
    raise TypeError(f"a value of type {type(value).__name__} has no form in JSON")


def _encode(value: Any) -> bytes:
    return msgspec.json.encode(value) if not isinstance(value, Decimal) else _decimal_encoder.encode(value)


_decimal_encoder = msgspec.json.Encoder(decimal_format="number")


def _draw(name: str, locale: str, arguments: Mapping[str, Any], size: int) -> Pool:
    import time_machine

    call = find_method(name, locale, arguments)
    generator = _generator(locale)
    words: list[bytes] = []
    types: set[str] = set()
    nulls = 0
    with time_machine.travel(REFERENCE, tick=False):
        generator.seed_instance(int(xxhash.xxh3_64_intdigest(msgspec.json.encode([name, locale, sorted(arguments.items())]))))
        for _ in range(size):
            try:
                value = as_json_value(call())
            except FakerError:
                raise
            except Exception as error:  # noqa: BLE001  whatever a provider raises for its arguments
                raise FakerError(f"Faker's {name!r} in locale {locale} failed: {error or type(error).__name__}") from None
            if value is None:
                nulls += 1
                continue
            types.add(
                "text"
                if isinstance(value, str)
                else "boolean"
                if isinstance(value, bool)
                else "number"
                if isinstance(value, (int, float, Decimal))
                else "json"
            )
            word = value.encode() if isinstance(value, str) else _decimal_encoder.encode(value)
            if len(word) > MOST_BYTES:
                raise FakerError(f"Faker's {name!r} gives values of {len(word)} bytes; at most {MOST_BYTES}")
            words.append(word)
    if len(types) > 1:
        raise FakerError(f"Faker's {name!r} gives values of several types: {', '.join(sorted(types))}")
    return Pool(types.pop() if types else "text", tuple(words), nulls)


@cache
def _cached(name: str, locale: str, arguments: bytes, size: int) -> Pool:
    from faker import VERSION

    identity = msgspec.json.encode([FORMAT, VERSION, name, locale, arguments.decode(), size])
    path = writable_cache_root() / "pools" / f"{name}-{xxhash.xxh3_128_hexdigest(identity)}.bin"
    known = _read(path)
    if known is not None:
        return known
    made = _draw(name, locale, msgspec.json.decode(arguments), size)
    _write(path, made)
    return made


def pool(name: str, locale: str = "en_US", arguments: Mapping[str, Any] | None = None, size: int = SIZE) -> Pool:
    """The pool of a Faker method; drawn once on a machine, then read from disk.

    Raises:
        FakerError: the method, the locale or an argument cannot be used.
    """
    find_method(name, locale, arguments or {})  # so that a cached pool accepts nothing that a new one would refuse
    return _cached(name, locale, msgspec.json.encode(arguments or {}, order="sorted"), size)


def _read(path: Path) -> Pool | None:
    """A pool from disk; None where there is none, or where the file is not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if content[:16] != xxhash.xxh3_128_digest(content[16:]):
        return None
    type_, words, nulls = msgspec.msgpack.decode(content[16:], type=tuple[str, tuple[bytes, ...], int])
    return Pool(type_, words, nulls)


def _write(path: Path, made: Pool) -> None:
    content = msgspec.msgpack.encode((made.type, made.words, made.nulls))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(xxhash.xxh3_128_digest(content) + content)
    os.replace(file.name, path)  # so that nobody reads half a file
