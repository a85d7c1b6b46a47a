"""Faker's providers, reached safely: private generators, and only the methods that provider classes define."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from springhead.errors import FieldError
from springhead.faker_methods.arguments import check_arguments
from springhead.faker_methods.counted import CountedRandom
from springhead.faker_methods.foreign_chance import watched
from springhead.faker_names import REFUSED, no_locale, no_method, refused_method
from springhead.providers import own_providers, providers_dir
from springhead.wording import type_name

REFERENCE = dt.datetime(
    2026, 1, 1, tzinfo=ZoneInfo("UTC")
)  # "now" for pooled methods that read the clock; a ZoneInfo, so that the local time zone is UTC too


@cache
def generator_of(locale: str) -> Any:
    """The private generator of a locale. One thread at a time may use it."""
    return new_generator(locale)


def new_generator(locale: str) -> Any:
    """A generator of a locale's providers and the user's own; its `random` is a `CountedRandom`, and always the same.

    Raises:
        FieldError: Faker has no such locale, or an own provider cannot be imported.
    """
    from faker import Factory

    if locale not in known_locales():
        raise FieldError(no_locale(locale, known_locales()), ("locale", locale))
    with standing_clock():  # what a module or a provider reads of it when it is made stays
        generator = Factory.create(locale)
        generator.random = CountedRandom(0)  # what an own provider draws when it is made is the same in every process
        for made in generator.providers:
            _set_dates(type(made))
        with watched() as watch:
            try:
                own = own_providers(providers_dir())
            except ImportError as error:
                raise FieldError(str(error)) from None
            for provider in own:
                generator.add_provider(provider)
                generator.providers[0].__use_weighting__ = True  # as Faker's factory does
    if watch.found:
        own_providers.cache_clear()  # so that it is found again
        raise FieldError(
            f"{watch.found} when it is imported; its values would be others in another process. A file that lies beside the providers is a part of what decides a batch"
        )
    return generator


def _set_dates(provider: type[Any]) -> None:
    """Faker's methods whose argument is by default the day on which Faker was imported, perhaps by others and long ago, get another one."""
    for owner in provider.__mro__:
        for function in vars(owner).values():
            defaults = getattr(function, "__defaults__", None) or ()
            if any(type(default) is dt.date for default in defaults):
                function.__defaults__ = tuple(REFERENCE.date() if type(default) is dt.date else default for default in defaults)


@cache
def known_locales() -> tuple[str, ...]:
    """Faker's locales."""
    from faker.config import AVAILABLE_LOCALES

    return tuple(sorted(AVAILABLE_LOCALES))


@cache
def functions(locale: str) -> dict[str, Callable[..., Any]]:
    """The methods of a locale's providers that a stream may name: public ones that provider classes define.

    So what the generator itself has (seed, add_provider, parse, format, random, …) cannot be reached: some of it would change every value after it.
    """
    return _functions_of(generator_of(locale))


def _functions_of(generator: Any) -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for provider in reversed(generator.providers):
        found |= {name: getattr(provider, name) for name in methods_of(provider, helpers=True)}
    return {name: method for name, method in sorted(found.items()) if name not in REFUSED}


def methods_of(provider: Any, *, helpers: bool = False) -> list[str]:
    """The public methods that a provider's classes define, mixins among them; with those of Faker's BaseProvider (numerify, random_element, …) if asked."""
    from faker.providers import BaseProvider

    return [
        name
        for owner in reversed(type(provider).__mro__)
        if owner is not object and (helpers or owner is not BaseProvider)
        for name, value in vars(owner).items()
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, staticmethod | classmethod))
    ]


def find_method(name: str, locale: str, arguments: Mapping[str, Any], generator: Any = None) -> Callable[[], Any]:
    """A provider's method with its arguments bound.

    Args:
        generator: of the locale, whose provider it is; None: the one that all share.

    Raises:
        FieldError: no such method or locale, a method that cannot be used, or an argument that it lacks.
    """
    if name in REFUSED:
        raise FieldError(refused_method(name))
    known = _functions_of(generator) if generator else functions(locale)
    if name not in known:
        raise FieldError(_no_function(name, generator or generator_of(locale)) or no_method(name, locale, list(known)))
    method = known[name]
    check_arguments(name, method, arguments)
    return lambda: method(**arguments)


def _no_function(name: str, generator: Any) -> str:
    """Why what a provider has under a name is no method of it; empty: no provider has anything there."""
    for provider in generator.providers:
        value = inspect.getattr_static(type(provider), name, None)
        if value is None or name.startswith("_"):
            continue
        what = f"'{name}' of {type(provider).__qualname__}"
        if isinstance(value, property | cached_property):
            return f"{what} is a property: write a method, without that decorator"
        if hasattr(value, "cache_info"):  # of functools.cache and functools.lru_cache
            return f"{what} is kept by @{'lru_cache' if value.cache_info().maxsize else 'cache'}, so that all records would have the first one's value: leave that decorator out"
        return f"{what} is no method: its type is {type_name(value)}"
    return ""


@contextmanager
def standing_clock() -> Iterator[None]:
    """Time stands still at REFERENCE, for methods that read the clock."""
    import time_machine

    with time_machine.travel(REFERENCE, tick=False):
        yield
