"""Which of Faker's methods are compiled, vectorised or pooled, in ten locales: docs/faker.csv and the table in docs/faker.md.

`make faker-coverage` writes both anew; a test makes a sample of the rows again. A row is a public method of a locale's providers that, without
arguments, gives a text, a number or a date: the denominator.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

from springhead.faker_methods.catalogue import Vector, how_made
from springhead.faker_methods.generator import find_method, functions, generator_of, standing_clock
from springhead.faker_methods.values import Form, form_of

ROOT = Path(__file__).parents[1]
LOCALES = ("en_US", "vi_VN", "de_DE", "fr_FR", "es_ES", "pt_BR", "ja_JP", "zh_CN", "hi_IN", "ar_SA")
TABLE, PAGE = ROOT / "docs/faker.csv", ROOT / "docs/faker.md"
HOWS = ("compiled", "vectorised", "pooled")
_SAMPLES = 5


def gives_a_value(name: str, locale: str) -> bool:
    """Whether a method gives texts, numbers or dates without arguments."""
    try:
        with standing_clock():
            generator_of(locale).seed_instance(1)
            forms = {form_of(find_method(name, locale, {})())[0] for _ in range(_SAMPLES)}
    except Exception:  # noqa: BLE001  it needs arguments, a package, or gives what has no form in JSON
        return False
    return forms <= {Form.TEXT, Form.NUMBER}


def row(name: str, locale: str) -> tuple[str, str]:
    """(how, why not compiled) of a method."""
    made = how_made(name, locale)
    if isinstance(made, str):
        return "pooled", made
    return ("vectorised" if isinstance(made, Vector) else made.how), ""


def locale_rows(locale: str) -> list[tuple[str, str, str, str]]:
    """(locale, method, how, why not) of all methods of a locale."""
    names = [name for name in functions(locale) if gives_a_value(name, locale)]
    return [(locale, name, *row(name, locale)) for name in names]


def shares(rows: list[tuple[str, str, str, str]]) -> dict[str, Counter[str]]:
    """Of each locale, how many methods are made in which way."""
    counts: dict[str, Counter[str]] = {}
    for locale, _, how, _ in rows:
        counts.setdefault(locale, Counter())[how] += 1
    return counts


def table(rows: list[tuple[str, str, str, str]]) -> str:
    """The page's table, in Markdown."""
    lines = [
        f"With Faker {version('Faker')}; each method is in [faker.csv](faker.csv), with what kept a pooled one from being compiled.",
        "",
        "| locale | methods | compiled | vectorised | pooled | not pooled |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for locale, counts in shares(rows).items():
        total = counts.total()
        numbers = " | ".join(str(counts[how]) for how in HOWS)
        lines.append(f"| `{locale}` | {total} | {numbers} | {1 - counts['pooled'] / total:.0%} |")
    return "\n".join(lines) + "\n"


def read() -> list[tuple[str, str, str, str]]:
    """The rows of docs/faker.csv."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    return [(locale, name, how, why) for locale, name, how, why in rows]


def main() -> None:
    """Makes all rows, and writes them."""
    rows: list[tuple[str, str, str, str]] = []
    with ProcessPoolExecutor(2) as pool:
        for locale, made in zip(LOCALES, pool.map(locale_rows, LOCALES), strict=True):
            rows += made
            counts = shares(made)[locale]
            print(f"{locale}: {counts.total()} methods, {', '.join(f'{counts[how]} {how}' for how in HOWS)}", file=sys.stderr)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("locale", "method", "how", "why not compiled"))
        writer.writerows(rows)
    write_section("coverage", table(rows))


def write_section(name: str, text: str) -> None:
    """Puts a text between a section's marks in docs/faker.md."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    PAGE.write_text(before + begin + text + end + rest.partition(end)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
