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


def in_utf8(text: str) -> str:
    """The text with escapes for what UTF-8 does not have: the bytes of a file's name may be any, and JSON, a database and a terminal take text."""
    return text.encode("utf-8", "backslashreplace").decode()


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
        case list() | tuple():
            return "a list"
        case _:
            return f"a value of the type {type_name(value)}"


def type_name(value: object) -> str:
    """The name of a value's type, with its module's unless it is Python's own: numpy.bool, decimal.Decimal, tuple."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def parts_text(number: int) -> str:
    """How many parts."""
    return f"{number} part{'s' * (number != 1)}"


def numbers_text(numbers: Sequence[int], most: int = 8) -> str:
    """Numbers, the first ones where there are many: 1, 3, 5 …"""
    return ", ".join(map(str, numbers[:most])) + (" …" if len(numbers) > most else "")


_DURATIONS = (("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
_SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("bytes", 1.0))


def duration_text(seconds: float) -> str:
    """A duration in the unit in which a person would say it, to two digits or more: 250 ns, 1.5 ms, 48 s, 3.2 min."""
    return _in_units(seconds, _DURATIONS)


def size_text(size: float) -> str:
    """A number of bytes likewise: 330 bytes, 33 kB, 1.6 GB."""
    return _in_units(size, _SIZES)


def _in_units(value: float, units: Sequence[tuple[str, float]]) -> str:
    name, unit = next((each for each in units if value >= each[1]), units[-1])
    return f"{value / unit:,.{1 if value < 10 * unit and name != 'bytes' else 0}f} {name}"


def batch_name(stream: str, variant: str | None, interval: str, run_id: str | None, batch: str | None = None) -> str:
    """A batch, for a reader."""
    parts = [stream, variant and f"variant {variant}", batch and f"batch {batch}", interval, run_id and f"run {run_id}"]
    return ", ".join(part for part in parts if part)


def block(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """A title and rows of (name, value) under it, the values below each other."""
    width = max(len(name) for name, _ in rows)
    return "\n".join([title, *(f"  {name:<{width}}  {value}" for name, value in rows)])
