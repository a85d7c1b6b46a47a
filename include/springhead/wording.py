"""Pieces of our error messages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches


def meant(wrong: object, known: Iterable[str]) -> str:
    """' Did you mean …?' with the nearest known name; empty when none is near."""
    names = {name.casefold(): name for name in known}
    near = get_close_matches(str(wrong)[:100].casefold(), names, n=1)
    return f". Did you mean '{names[near[0]]}'?" if near else ""


def listed(names: Iterable[object]) -> str:
    """The names in quotes, as a list."""
    return ", ".join(f"'{name}'" for name in names)


def describe(value: object) -> str:
    """A value of the YAML in a few words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {json.dumps(value if len(value) <= 60 else value[:59] + '…', ensure_ascii=False)}"
        case dict():
            return "a mapping"
        case _:
            return "a list"
