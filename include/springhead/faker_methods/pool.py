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
from springhead.faker_methods.counted import TooManyDrawsError
from springhead.faker_methods.generator import find_method, new_generator, standing_clock
from springhead.faker_methods.quick import quick_faker
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form, FormlessError, form_of

SIZE = 10_000
MOST_BYTES = 65_536  # of one value
MOST_TRIED_BYTES = 1_048_576  # of a method's first value: what gives longer ones would be looked at for minutes
# Of a pool: one of long values has fewer of them, so that drawing it takes a second or two, and reading it none. Counted, not timed: it is the same on every machine.
MOST_DRAWS = 1_000_000
MOST_POOL_BYTES = 16_777_216


def try_once(name: str, locale: str, arguments: Mapping[str, Any]) -> None:
    """Calls a method once: what it refuses is told before anything long is tried with it.

    Raises:
        FieldError: the method, the locale or an argument cannot be used, JSON has no form for the value, it is too long, or it does not end.
    """
    with standing_clock(), quick_faker():
        try:
            _, text = _draw(name, locale, arguments, _fresh(name, locale, arguments, [name]))
        except TooManyDrawsError as error:
            raise _without_value(name, locale, error) from None
    if (width := len(text.encode())) > MOST_TRIED_BYTES:
        raise FieldError(f"Faker's {name!r} gives a value of {width:,} bytes; at most {MOST_TRIED_BYTES:,}")


def draw_pool(name: str, locale: str, arguments: Mapping[str, Any], size: int = SIZE, why: str = "") -> Grammar:
    """So many values of a method, or as many as MOST_DRAWS and MOST_POOL_BYTES allow, as a grammar of one word; a value that came twice is twice as likely, and
    None is null.

    Raises:
        FieldError: the method, the locale or an argument cannot be used, the values are of several types, or the first one does not end.
    """
    words: list[str] = []
    forms: set[Form] = set()
    drawn, left = 0, MOST_POOL_BYTES
    with standing_clock(), quick_faker():
        call = _fresh(name, locale, arguments, [name, locale, seed_text(arguments)])
        for _ in range(size):
            try:
                form, text = _draw(name, locale, arguments, call)
            except TooManyDrawsError as error:
                if drawn:
                    break  # what is drawn is a pool, too
                raise _without_value(name, locale, error) from None
            drawn += 1
            if form is None:
                continue
            forms.add(form)
            words.append(text)
            if (width := len(text.encode())) > MOST_BYTES:
                raise FieldError(f"Faker's {name!r} gives values of {width} bytes; at most {MOST_BYTES}")
            left -= width
            if left < 0:
                break
    if len(forms) > 1:
        raise FieldError(
            f"Faker's {name!r} gives values of several types, {' and '.join(sorted(form.value for form in forms))}, and a field has one: a mix has a field for each"
        )
    alternatives = []
    if words:
        alternatives.append(Alternative((Words(tuple(words)),), Fraction(len(words), drawn)))
    if len(words) < drawn:
        alternatives.append(Alternative((), Fraction(drawn - len(words), drawn), State.NULL))
    return Grammar(forms.pop() if forms else Form.TEXT, tuple(alternatives), how="pooled", pooled=drawn, why=why)


def _draw(name: str, locale: str, arguments: Mapping[str, Any], call: Callable[[], Any]) -> tuple[Form | None, str]:
    try:
        return form_of(call())
    except (FieldError, TooManyDrawsError):
        raise
    except FormlessError as error:
        raise FieldError(f"Faker's {name!r} in locale {locale} {error}") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a provider raises for its arguments
        raise faker_failed(name, locale, arguments, error) from None


def _without_value(name: str, locale: str, error: TooManyDrawsError) -> FieldError:
    return FieldError(f"Faker's {name!r} in locale {locale} gives no value: {error}")


def _fresh(name: str, locale: str, arguments: Mapping[str, Any], identity: Any) -> Callable[[], Any]:
    """The method of a generator of its own, which draws numbers that are counted, from a seed that is a hash of the identity. What a provider keeps from one call to
    the next (Faker's colors keep the generator's `random`) was made by no other method's calls."""
    generator = new_generator(locale)
    call = find_method(name, locale, arguments, generator)
    generator.random.start(int(xxhash.xxh3_64_intdigest(msgspec.json.encode(identity))), MOST_DRAWS)
    return call
