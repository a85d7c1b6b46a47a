"""Identifiers without meaning: UUIDs and digests of random input, which are random digits."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Hex, Step, Uuid4, Whole, Words
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_MISC = "faker.providers.misc:Provider"


def _text(*steps: Step) -> Grammar:
    return Grammar(Form.TEXT, (Alternative(steps),), how="vectorised")


@handmade(f"{_MISC}.uuid4")
def uuid4(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return None if arguments else _text(Uuid4())


@handmade(f"{_MISC}.md5")
def md5(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return None if arguments else _text(Hex(16), Hex(16))


@handmade(f"{_MISC}.sha1")
def sha1(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return None if arguments else _text(Hex(16), Hex(16), Hex(8))


@handmade(f"{_MISC}.sha256")
def sha256(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return None if arguments else _text(*[Hex(16)] * 4)


@handmade(f"{_MISC}.uuid7")
def uuid7(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """A moment that Faker draws from 1970 to 2035, in ms, each as likely: its upper 32 bits and its lower 16 stand apart, so that the last, shorter run of these is
    a way of its own."""
    from faker.providers.misc import _MAX_UNIX_TIME_MS as LAST

    if arguments:
        return None
    whole, rest = divmod(LAST + 1, 1 << 16)
    behind: tuple[Step, ...] = ("-7", Hex(3), "-", Words(tuple("89ab")), Hex(3), "-", Hex(12))
    ways = [
        Alternative((Whole(0, whole - 1, 8, 16), "-", Hex(4), *behind), Fraction(whole << 16, LAST + 1)),
        Alternative((f"{whole:08x}-", Whole(0, rest - 1, 4, 16), *behind), Fraction(rest, LAST + 1)),
    ]
    return Grammar(Form.TEXT, tuple(ways), how="vectorised")
