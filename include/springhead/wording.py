"""Pieces of what we say: in error messages, in receipts and in verifications."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
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


def parts_text(number: int) -> str:
    """How many parts."""
    return f"{number} part{'s' * (number != 1)}"


def batch_name(stream: str, variant: str | None, interval: str, run_id: str | None, batch: str | None = None) -> str:
    """A batch, for a reader."""
    parts = [stream, variant and f"variant {variant}", batch and f"batch {batch}", interval, run_id and f"run {run_id}"]
    return ", ".join(part for part in parts if part)


def block(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """A title and rows of (name, value) under it, the values below each other."""
    width = max(len(name) for name, _ in rows)
    return "\n".join([title, *(f"  {name:<{width}}  {value}" for name, value in rows)])
