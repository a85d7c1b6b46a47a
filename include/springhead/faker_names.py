"""What Faker's methods, locales and arguments are called, without Faker: from an index that is kept beside this file, and from the source of the user's own providers.

So a misspelt name is an error with its place when DAGs are parsed. The index is of one version of Faker (`make faker-index`); beside another one it claims nothing,
and the names are checked where values are drawn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from springhead.providers import files_digest, may_change_fakers_own, own_methods, provider_files
from springhead.wording import listed, meant

INDEX = Path(__file__).with_name("faker_index.json")

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
    "is_leap_year": "is no value",
    "uuid1": "reads the host's address and clock",
}
ANY = "*"  # in the place of arguments whose names are free

Methods = Mapping[str, Sequence[str]]
"""Method → the names of its arguments."""


def installed_version() -> str | None:
    """Faker's version, without importing it or what reads packages' metadata."""
    spec = find_spec("faker")
    found = spec and spec.origin and re.search(r'^VERSION = "(.+)"', Path(spec.origin).read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else None


@cache
def _index() -> Mapping[str, Any]:
    index: dict[str, Any] = json.loads(INDEX.read_bytes())
    return index if index["faker"] == installed_version() else {}


def known_locales() -> Sequence[str]:
    """Faker's locales; empty: the index is of another version of Faker."""
    return tuple(_index().get("locales", ()))


@cache
def known_methods(locale: str) -> Methods | None:
    """The methods of Faker's in a locale; None: nothing is known of it."""
    index = _index()
    if locale not in index.get("locales", ()):
        return None
    main: Methods = index["methods"]
    other = index["locales"][locale]
    return {**{name: names for name, names in main.items() if name not in other["without"]}, **other["with"]}


def no_locale(locale: str, known: Sequence[str]) -> str:
    """The error of a locale that Faker does not have."""
    language = [each for each in known if each.startswith(f"{locale.partition('_')[0]}_")]
    if language and "_" not in locale:
        return f"Faker has no locale '{locale}'; there {'are' if len(language) > 1 else 'is'} {listed(language)}"
    return f"Faker has no locale '{locale}'{meant(locale, language or known)}"


def no_method(method: str, locale: str, known: Methods | Sequence[str]) -> str:
    """The error of a method that a locale does not have; `known` are those that it has."""
    return f"Faker has no provider method '{method}' in locale {locale}{meant(method, known)}"


def refused_method(method: str) -> str:
    """The error of one of REFUSED."""
    return f"Faker's '{method}' cannot be used: it {REFUSED[method]}"


def no_argument(method: str, argument: str, known: Sequence[str]) -> str:
    """The error of an argument that a method does not have."""
    return f"Faker's '{method}' has no argument '{argument}'{meant(argument, known)} (its arguments: {', '.join(known) or 'none'})"


def wrong_method(method: str, locales: Sequence[str]) -> str:
    """What is wrong with a method's name in these locales; empty: nothing that is known without Faker."""
    if method in REFUSED:
        return refused_method(method)
    own = own_methods()
    if own is None or method in own:
        return ""
    for locale in locales:
        known = known_methods(locale)
        if known is not None and method not in known:
            everywhere = [name for name in known if all(name in (known_methods(each) or ()) for each in locales)]
            return no_method(method, locale, [*everywhere, *own])
    return ""


def own_sources(method: str, locales: Sequence[str]) -> str | None:
    """Digest of the user's own providers where they decide, or may decide, what a method gives in these locales; None: they do not.

    They do where it is one of theirs, where one of theirs stands in the place of one of Faker's, which others of Faker's may call, and where they may change what
    Faker has.
    """
    if not provider_files():  # asked for each field when DAGs are parsed: no folder is searched for what lies beside none
        return None
    own = own_methods()
    if own is None or method in own or may_change_fakers_own():
        return files_digest()
    known = [known_methods(locale) for locale in locales]
    return files_digest() if any(fakers is None or name in fakers for fakers in known for name in own) else None


def known_arguments(method: str, locale: str) -> Sequence[str]:
    """The names of a method's arguments, as far as they are known without Faker; ANY among them where it takes any name."""
    own = own_methods()
    known = (own or {}).get(method) if method in (own or {}) else (known_methods(locale) or {}).get(method)
    return [ANY] if own is None or known is None else known


def wrong_arguments(method: str, locales: Sequence[str], arguments: Sequence[str]) -> dict[str, str]:
    """Argument → what is wrong with its name in these locales, as far as it is known without Faker."""
    wrong = dict[str, str]()
    for locale in locales:
        known = known_arguments(method, locale)
        if ANY not in known:
            wrong |= {argument: no_argument(method, argument, known) for argument in arguments if argument not in known}
    return wrong
