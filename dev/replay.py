"""Every compiled method anew, its values against those that Faker's method makes of the same draws: the part of `make fidelity` that no law can hide from.

Each way's draws are independent of one another; equal values, the longest and the shortest and each kind of word are among them (springhead.faker_methods.tries). The seed
is not that of the check at compilation, and more is tried.
"""

from __future__ import annotations

import csv
import sys
import zlib
from collections.abc import Mapping
from functools import cache

from dev.faker_coverage import LOCALES, ROOT, read
from dev.samples import pool, shown
from springhead.faker_methods.catalogue import method
from springhead.faker_methods.check import Thoroughness
from springhead.faker_methods.compile import Compiler
from springhead.faker_methods.events import UntraceableError
from springhead.faker_methods.generator import new_generator, standing_clock
from springhead.faker_methods.store import Grammar

RESULTS = ROOT / "docs/fidelity.csv"
COLUMN = "compared draw by draw"
THOROUGH = Thoroughness(draws=60_000, rows=4_000, sweeps=40_000)


@cache
def _compiler(locale: str) -> Compiler:
    seed = zlib.crc32(locale.encode())
    return Compiler(new_generator(locale), Thoroughness(THOROUGH.draws, THOROUGH.rows, THOROUGH.sweeps, seed))


def replayed(locale: str, name: str) -> int | str:
    """How many values of a method, and of those that it calls and were not compared before, were compared and were the same; or why one was not."""
    compiler = _compiler(locale)
    before = compiler.compared
    try:
        with standing_clock():
            again = compiler.grammar(name, {})
    except UntraceableError as error:
        return str(error)
    made = method(name, locale)
    if not isinstance(made, Grammar) or made.alternatives != again.alternatives:
        return "is compiled to something else"
    return compiler.compared - before


def _locale(locale: str) -> Mapping[tuple[str, str], int | str]:
    return {(each, name): replayed(each, name) for each, name, how, _ in read() if each == locale and how == "compiled"}


def write(found: Mapping[tuple[str, str], int | str]) -> None:
    """Puts what was compared into docs/fidelity.csv; a row that was not compared keeps what it says."""
    with RESULTS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row[COLUMN] = str(found.get((row["locale"], row["method"]), row.get(COLUMN, "")))
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Compares the compiled methods of these locales, or of all in docs/faker.csv, prints each, and writes docs/fidelity.csv."""
    locales = sys.argv[1:] or LOCALES
    wrong = 0
    with pool(most=1) as workers:  # one of three locales would hold 10 GB
        for found in shown(workers.map(_locale, locales), len(locales), "locales compared with Faker draw by draw"):
            write(found)
            for (locale, name), told in found.items():
                print(locale, name, told, sep="\t", flush=True)
                wrong += isinstance(told, str)
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
