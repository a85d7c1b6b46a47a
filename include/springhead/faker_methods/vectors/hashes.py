"""Identifiers without meaning: UUIDs and digests of random input, which are random digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.columns.grammar import Alternative, Hex, Step, Uuid4
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
