"""`make fidelity`: our values of each compiled or vectorised method against as many of Faker's own.

Features of the values (length, first and last word, digits, a hash) are compared by Pearson's χ² test of homogeneity; numbers by Kolmogorov and Smirnov's as
well. All tests together raise a false alarm with probability ALPHA (Bonferroni). Faker's values take long: they are kept in the cache folder, by Faker's version.
Results go to docs/fidelity.csv and the summary in docs/faker.md.
"""

from __future__ import annotations

import csv
import math
import os
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version

import msgspec
import numpy as np

from dev.faker_coverage import ROOT, read, write_section
from springhead.column import Chunk
from springhead.draws import Draws
from springhead.fields import read_field
from springhead.kernels.cache import writable_cache_root
from springhead.layout import Layout, RowBuffer
from springhead.methods.generator import REFERENCE, find_method, generator_of, standing_clock
from springhead.methods.values import form_of
from springhead.records import Rows

ALPHA = 1e-3
LEAST = 10  # of a kind, in both samples together: rarer ones are counted as one
RESULTS = ROOT / "docs/fidelity.csv"
_EVENT_TIME_US = int(REFERENCE.timestamp()) * 1_000_000

FEATURES: dict[str, Callable[[str], Hashable]] = {
    "length": len,
    "first word": lambda text: text.partition(" ")[0],
    "last word": lambda text: text.rpartition(" ")[2],
    "first and last letter": lambda text: (text[:1], text[-1:]),
    "shape": lambda text: re.sub(r"[a-z]+", "a", re.sub(r"[0-9]", "0", text.lower()))[:40],
    "hash": lambda text: zlib.crc32(text.encode()) % 64,
}


def ours(name: str, locale: str, n: int) -> list[str]:
    """n of our values, at the event time that stands for Faker's clock."""
    maker = read_field({"faker": name, "locale": locale}).maker(Draws(("fidelity", name, locale)), lambda *_: None)  # type: ignore[arg-type]
    column = maker(Chunk(np.arange(n, dtype=np.uint64), np.full(n, _EVENT_TIME_US, np.int64), {}))
    layout = Layout()
    layout.text(column)
    return [row.decode() for row in Rows(*layout.rows(n, RowBuffer())).tolist()]


def theirs(name: str, locale: str, n: int) -> list[str]:
    """n of Faker's values, under a clock that stands still; kept on disk."""
    path = writable_cache_root() / "fidelity" / version("Faker") / f"{locale}-{name}-{n}.msgpack"
    if path.exists():
        known: list[str] = msgspec.msgpack.decode(path.read_bytes(), type=list[str])
        return known
    call = find_method(name, locale, {})
    with standing_clock():
        generator_of(locale).seed_instance(zlib.crc32(f"{locale} {name}".encode()))
        values = [form_of(call())[1] for _ in range(n)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.msgpack.encode(values))
    return values


def chi2_p(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """How likely two samples of one law differ at least so much (Pearson 1900; the tail by Wilson and Hilferty 1931)."""
    first, second = Counter(a), Counter(b)
    cells: list[tuple[int, int]] = []
    rare = [0, 0]
    for kind in first.keys() | second.keys():
        pair = first[kind], second[kind]
        if sum(pair) >= LEAST:
            cells.append(pair)
        else:
            rare[0] += pair[0]
            rare[1] += pair[1]
    if sum(rare) >= LEAST:
        cells.append((rare[0], rare[1]))
    freedom = len(cells) - 1
    if freedom < 1:
        return 1.0
    statistic = 0.0
    total_a, total_b = (sum(cell[side] for cell in cells) for side in (0, 1))
    for x, y in cells:
        for count, share in ((x, total_a), (y, total_b)):
            expected = (x + y) * share / (total_a + total_b)
            statistic += (count - expected) ** 2 / expected if expected else 0.0
    z = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    return math.erfc(z / math.sqrt(2)) / 2


def ks_p(a: Sequence[float], b: Sequence[float]) -> float:
    """The same for numbers: the two-sample test of Kolmogorov and Smirnov, its tail by the first terms of Kolmogorov's series."""
    x, y = np.sort(np.array(a)), np.sort(np.array(b))
    both = np.concatenate([x, y])
    distance = np.abs(np.searchsorted(x, both, "right") / len(x) - np.searchsorted(y, both, "right") / len(y)).max()
    t = float(distance) * math.sqrt(len(x) * len(y) / (len(x) + len(y)))
    return 1.0 if t < 0.3 else min(1.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * t * t) for k in range(1, 6)))


def _numbers(values: Sequence[str]) -> list[float] | None:
    """The values as numbers on a grid of 10^-6 (where Faker gives all digits of a float, our columns print six); None: they are texts."""
    try:
        return [round(float(text), 6) for text in values]
    except ValueError:
        return None


def compare(made: Sequence[str], real: Sequence[str]) -> dict[str, float]:
    """Feature → p. Numbers are compared by their size, texts by the features, texts of digits by both."""
    found: dict[str, float] = {}
    if (ours_ := _numbers(made)) and (theirs_ := _numbers(real)):
        found = {"size": ks_p(ours_, theirs_), "value": chi2_p(ours_, theirs_)}
    if not any("." in text for text in real) or not found:
        found |= {name: chi2_p([feature(text) for text in made], [feature(text) for text in real]) for name, feature in FEATURES.items()}
    return found


def row(locale: str, name: str, n: int) -> tuple[str, str, str, float, int, int]:
    """(locale, method, the feature that differs most, its p, distinct values of ours, of Faker's)."""
    made, real = ours(name, locale, n), theirs(name, locale, n)
    found = compare(made, real)
    worst = min(found, key=found.__getitem__)
    return locale, name, worst, found[worst], len(set(_numbers(made) or made)), len(set(_numbers(real) or real))


def alike(distinct: int, expected: int) -> bool:
    """Whether two counts of distinct values are as near as those of two samples of one law: within six standard deviations of a Poisson count."""
    return abs(distinct - expected) <= 6 * math.sqrt(2 * max(distinct, expected)) + 1


def _job(job: tuple[str, str, int]) -> tuple[str, str, str, float, int, int]:
    return row(*job)


def main() -> None:
    """Compares all methods of docs/faker.csv that are not pooled."""
    n = int(os.environ.get("VALUES", "100000"))
    jobs = [(locale, name, n) for locale, name, how, _ in read() if how != "pooled"]
    level = ALPHA / (len(jobs) * (len(FEATURES) + 2))
    with ProcessPoolExecutor(2) as pool, RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("locale", "method", "values", "differs most in", "p", "distinct here", "distinct in Faker", "same law"))
        wrong = []
        for number, (locale, name, worst, p, here, there) in enumerate(pool.map(_job, jobs, chunksize=4), 1):
            same = p >= level and alike(here, there)
            wrong += [] if same else [f"{locale} {name}: {worst}, p = {p:.1e}; {here:,} distinct values, Faker {there:,}"]
            writer.writerow((locale, name, n, worst, f"{p:.2g}", here, there, "yes" if same else "NO"))
            print(f"\r{number} of {len(jobs)}", end="", file=sys.stderr, flush=True)
    print("", *wrong, sep="\n", file=sys.stderr)
    summary = (
        f"{n:,} values of each of {len(jobs):,} compiled or vectorised methods against as many of Faker {version('Faker')}'s: "
        f"{len(jobs) - len(wrong):,} have the same law at a level of {level:.1e} a test ({ALPHA} for all together), {len(wrong)} differ"
        f"{': ' + '; '.join(wrong) if wrong else ''}. Each is in [fidelity.csv](fidelity.csv).\n"
    )
    write_section("fidelity", summary)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
