"""Grammars that come with the engine: those of Faker's methods without arguments in the usual locales, so that a new machine need not make them.

`make faker-grammars` writes the archive (dev/faker_grammars.py). It is used beside the Faker and the code that it was made with, and else as if it were not there.
"""

from __future__ import annotations

import zipfile
from functools import cache
from pathlib import Path

import msgspec

from springhead.faker_methods.store import Grammar, packed, unpacked

ARCHIVE = Path(__file__).parents[1] / "faker_grammars.zip"
_CONTENTS = "contents.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the least that a zip file can say


class Contents(msgspec.Struct, frozen=True):
    """What is in the archive.

    Attributes:
        rules: Faker's version, and the digest of all that decides what a method is made into.
        members: locale → method → the name of the archive's file. What is alike in several locales stands there once.
    """

    rules: tuple[str, str]
    members: dict[str, dict[str, str]]


def shipped(name: str, locale: str, rules: tuple[str, str]) -> Grammar | None:
    """The grammar of a method without arguments; None: it does not come with the engine, or was made by other rules than these."""
    found = contents()
    if found is None or found.rules != rules or (member := found.members.get(locale, {}).get(name)) is None:
        return None
    with zipfile.ZipFile(ARCHIVE) as archive:
        return unpacked(archive.read(member))


@cache
def contents() -> Contents | None:
    """What is in the archive; None: there is none, or not a whole one."""
    try:
        with zipfile.ZipFile(ARCHIVE) as archive:
            return msgspec.json.decode(archive.read(_CONTENTS), type=Contents)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.DecodeError):
        return None


def write(grammars: dict[str, dict[str, Grammar]], rules: tuple[str, str], path: Path = ARCHIVE) -> None:
    """Writes an archive: the same bytes for the same grammars.

    Args:
        grammars: locale → method → grammar.
    """
    numbers: dict[bytes, str] = {}
    members = {
        locale: {name: numbers.setdefault(packed(made), f"{len(numbers)}.bin") for name, made in methods.items()}
        for locale, methods in grammars.items()
    }
    # Not compressed: a wheel and git do that, and git keeps of a new version only what has changed.
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(_CONTENTS, _EPOCH), msgspec.json.encode(Contents(rules, members)))
        for content, member in numbers.items():
            archive.writestr(zipfile.ZipInfo(member, _EPOCH), content)
