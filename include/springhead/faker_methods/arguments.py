"""A method's arguments: in one form for the cache's names, checked before Faker is asked, and blamed for what Faker raises."""

from __future__ import annotations

import inspect
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from springhead.errors import FieldError
from springhead.faker_names import no_argument
from springhead.providers import providers_dir
from springhead.wording import describe, listed, meant

MOST_ITEMS = 10_000  # of an argument that says how long or how many
_COUNTS = ("nb", "length", "chars", "size", "num_", "count", "levels", "digits", "deep")

# Arguments that are a key of one of their provider's mappings, by the mapping's name.
_TABLES = {"card_type": ("credit_card_types",), "category": ("mime_types", "file_extensions")}


def encoded(arguments: Mapping[str, Any] | None) -> bytes:
    """Arguments in one form. The order of a mapping in them counts, as it does for Faker; that of the arguments does not."""
    return msgspec.msgpack.encode(dict(sorted((arguments or {}).items())))


def decoded(arguments: bytes) -> dict[str, Any]:
    """The arguments; the mappings in them are OrderedDicts, for Faker takes weights from no others, and YAML's are ordered."""
    return {name: _ordered(value) for name, value in msgspec.msgpack.decode(arguments).items()}


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return OrderedDict((key, _ordered(each)) for key, each in value.items())
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def seed_text(arguments: Mapping[str, Any]) -> list[Any]:
    """Arguments as JSON can have them: a mapping whose keys are no texts as its pairs."""
    return [[name, _jsonable(value)] for name, value in sorted(arguments.items())]


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        items = {key: _jsonable(each) for key, each in value.items()}
        return items if all(isinstance(key, str) for key in items) else [[key, each] for key, each in items.items()]
    return [_jsonable(each) for each in value] if isinstance(value, list) else value


def check_arguments(name: str, method: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Checks what can be checked without drawing.

    Raises:
        FieldError: the method lacks an argument, or one is too large or not among those that its provider has.
    """
    parameters = inspect.signature(method).parameters
    for argument, value in arguments.items():
        place = ("with", argument)
        if argument not in parameters and not any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
            raise FieldError(no_argument(name, argument, list(parameters)), place, key=True)
        if type(value) in (int, float) and value > MOST_ITEMS and any(word in argument for word in _COUNTS):
            raise FieldError(f"Faker's '{name}': {argument} is {value}; at most {MOST_ITEMS}", place)
        known = _known(name, method, argument)
        if known and value is not None and not (isinstance(value, str) and value in known):
            raise FieldError(
                f"Faker's '{name}': expected a {argument}, one of {listed(known)}; found {describe(value)}{_near(value, known)}", place
            )


def _known(name: str, method: Callable[..., Any], argument: str) -> list[str]:
    """The values that an argument can have, where its provider lists them."""
    tables = [table for table in _TABLES.get(argument, ()) if hasattr(getattr(method, "__self__", None), table)]
    table = next((table for table in tables if name in table), tables[-1] if tables else None)
    return list(getattr(method.__self__, table)) if table else []  # type: ignore[attr-defined]  # a bound method


def _near(value: object, known: list[str]) -> str:
    return meant(value, known) if isinstance(value, str) else ""


def faker_failed(name: str, locale: str, arguments: Mapping[str, Any], error: BaseException) -> FieldError:
    """What Faker raised, blamed on the argument that its text names, or on the only one; else on all."""
    text = str(error)
    what = f"{type(error).__name__}: {text}" if isinstance(error, KeyError) else text or type(error).__name__
    named = [argument for argument in arguments if argument in text]
    blamed = named if len(named) == 1 else list(arguments) if len(arguments) == 1 else []
    place = ("with", *blamed) if arguments else ()
    return FieldError(f"Faker's '{name}' in locale {locale} failed: {' '.join(what.split())[:300]}{_own_line(error)}", place)


def _own_line(error: BaseException) -> str:
    """Where in the user's own providers it was raised, if it was there."""
    folder = providers_dir()
    lines = [
        f" ({folder.name}/{Path(frame.filename).name}, line {frame.lineno})"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == folder
    ]
    return lines[-1] if lines else ""
