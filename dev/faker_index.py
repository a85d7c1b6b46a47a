"""Writes the index of Faker's methods, locales and arguments, which DAG parsing reads in Faker's place: include/springhead/faker_index.json."""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Callable
from typing import Any

from springhead.faker_methods.generator import functions, known_locales
from springhead.faker_names import ANY, INDEX, installed_version

MAIN = "en_US"  # what most locales are like


def methods(locale: str) -> dict[str, list[str]]:
    """Method → the names of its arguments in a locale, of Faker's own providers; ANY stands for names that are free."""
    with warnings.catch_warnings():  # some locales are deprecated, and there all the same
        warnings.simplefilter("ignore")
        return {name: _names(method) for name, method in functions(locale).items()}


def _names(method: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(method).parameters.values()
    return [ANY if each.kind is each.VAR_KEYWORD else each.name for each in parameters if each.kind is not each.VAR_POSITIONAL]


def text() -> str:
    """The index as JSON: the main locale's methods, and of each locale what it has besides, or with other arguments, and what it lacks."""
    main = methods(MAIN)
    locales = {locale: difference(main, methods(locale)) for locale in known_locales()}
    rows: dict[str, dict[str, Any]] = {"methods": main, "locales": locales}
    parts = [f'"{key}": {{\n{_lines(of)}\n}}' for key, of in rows.items()]
    return "{\n" + ",\n".join([f'"faker": "{installed_version()}"', *parts]) + "\n}\n"


def difference(main: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, Any]:
    """What another locale has that the main one has not, and the other way round."""
    return {
        "with": {name: names for name, names in other.items() if main.get(name) != names},
        "without": [name for name in main if name not in other],
    }


def _lines(of: dict[str, Any]) -> str:
    return ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in of.items())


if __name__ == "__main__":
    INDEX.write_text(text(), encoding="utf-8")
