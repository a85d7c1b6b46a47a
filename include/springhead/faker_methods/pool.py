"""Pools: values of a Faker method, drawn once and then used like a word list.

A pool is a function of (Faker's version, method, locale, arguments) and of nothing else: it is drawn by a private generator with a seed of its own,
under a clock that stands still. The stream's seed decides only which of its values a record gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import msgspec
import xxhash

from springhead.columns.column import State
from springhead.columns.grammar import Alternative, Words
from springhead.errors import FieldError
from springhead.faker_methods.arguments import faker_failed, seed_text
from springhead.faker_methods.generator import find_method, generator_of, standing_clock
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form, FormlessError, form_of

SIZE = 10_000
MOST_BYTES = 65_536  # of one value
MOST_POOL_BYTES = 16 * 1024 * 1024  # of all: a pool of long values has fewer, which a disk and every process can hold


def try_once(name: str, locale: str, arguments: Mapping[str, Any]) -> None:
    """Calls a method once: what it refuses is told before anything long is tried with it.

    Raises:
        FieldError: the method, the locale or an argument cannot be used, or JSON has no form for the value.
    """
    call = find_method(name, locale, arguments)
    with standing_clock():
        generator_of(locale).seed_instance(0)
        _draw(name, locale, arguments, call)


def draw_pool(name: str, locale: str, arguments: Mapping[str, Any], size: int = SIZE, why: str = "") -> Grammar:
    """So many values of a method, as a grammar of one word; a value that came twice is twice as likely, and None is null. Of long values
    there are fewer: MOST_POOL_BYTES in all.

    Raises:
        FieldError: the method, the locale or an argument cannot be used, or the values are of several types.
    """
    call = find_method(name, locale, arguments)
    words: list[str] = []
    forms: set[Form] = set()
    drawn = total = 0
    with standing_clock():
        generator_of(locale).seed_instance(int(xxhash.xxh3_64_intdigest(msgspec.json.encode([name, locale, seed_text(arguments)]))))
        while drawn < size and total < MOST_POOL_BYTES:
            drawn += 1
            form, text = _draw(name, locale, arguments, call)
            if form is None:
                continue
            forms.add(form)
            words.append(text)
            if (width := len(text.encode())) > MOST_BYTES:
                raise FieldError(f"Faker's {name!r} gives values of {width} bytes; at most {MOST_BYTES}")
            total += width
    if len(forms) > 1:
        raise FieldError(f"Faker's {name!r} gives values of several types: {', '.join(sorted(form.value for form in forms))}")
    alternatives = []
    if words:
        alternatives.append(Alternative((Words(tuple(words)),), Fraction(len(words), drawn)))
    if len(words) < drawn:
        alternatives.append(Alternative((), Fraction(drawn - len(words), drawn), State.NULL))
    return Grammar(forms.pop() if forms else Form.TEXT, tuple(alternatives), how="pooled", pooled=drawn, why=why)


def _draw(name: str, locale: str, arguments: Mapping[str, Any], call: Callable[[], Any]) -> tuple[Form | None, str]:
    try:
        return form_of(call())
    except FieldError:
        raise
    except FormlessError as error:
        raise FieldError(f"Faker's {name!r} in locale {locale} {error}") from None
    except Exception as error:  # noqa: BLE001  whatever a provider raises for its arguments
        raise faker_failed(name, locale, arguments, error) from None
