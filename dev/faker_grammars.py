"""Writes the grammars that come with the engine: include/springhead/faker_grammars.zip."""

from __future__ import annotations

import sys
import zlib
from concurrent.futures import ProcessPoolExecutor

from dev.faker_coverage import LOCALES, read
from springhead.errors import FieldError
from springhead.faker_methods.catalogue import method, rules
from springhead.faker_methods.shipped import ARCHIVE, write
from springhead.faker_methods.store import Grammar, packed

MOST_BYTES = 65_536  # of one, compressed: the few larger ones (json, fixed_width, dga, …) are pools of long texts, two thirds of what all take together


def grammars(locale: str) -> dict[str, Grammar]:
    """Method → grammar, of the rows of docs/faker.csv that are made into one, but for very large ones."""
    found: dict[str, Grammar] = {}
    for name in sorted(row[1] for row in read() if row[0] == locale):
        try:
            made = method(name, locale)
        except FieldError:  # what a stream cannot name either, such as a method that gives numbers and texts
            continue
        if isinstance(made, Grammar) and len(zlib.compress(packed(made))) <= MOST_BYTES:
            found[name] = made
    return found


def main() -> None:
    """Makes them all; those that the cache has are read from there."""
    made: dict[str, dict[str, Grammar]] = {}
    with ProcessPoolExecutor(2) as pool:
        for locale, found in zip(LOCALES, pool.map(grammars, LOCALES), strict=True):
            made[locale] = found
            print(f"{locale}: {len(found)} grammars", file=sys.stderr)
    write(made, rules())
    print(f"{ARCHIVE.name}: {ARCHIVE.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
