"""`make fidelity`: our values of each compiled or vectorised method against as many of Faker's own.

Values and their features (length, words, shape, a hash) are compared by Pearson's χ² test of homogeneity, numbers by Kolmogorov's and Smirnov's
as well, and how many distinct values there are by a permutation test. All tests together raise a false alarm with probability ALPHA (Bonferroni).
Results go to docs/fidelity.csv and the summary in docs/faker.md.
"""

from __future__ import annotations

import csv
import math
import os
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Sized
from importlib.metadata import version
from itertools import count, repeat
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from dev import samples
from dev.faker_coverage import ROOT, read, write_section
from springhead.columns.column import Chunk
from springhead.columns.draws import Draws
from springhead.columns.layout import Printer
from springhead.columns.rows import Rows
from springhead.faker_methods.generator import REFERENCE
from springhead.fields import Reach, Site, read_field

ALPHA = 1e-3
LEAST = 10  # of a kind, in both samples together: rarer ones are counted as one
RESULTS = ROOT / "docs/fidelity.csv"
_EVENT_TIME_US = int(REFERENCE.timestamp()) * 1_000_000
_DIGITS = str.maketrans("123456789", "000000000")
_END = "\0"  # of a text, where many are looked at as one

K = TypeVar("K", bound=Hashable)
Pairs = npt.NDArray[np.int64]  # shape (kinds, 2): how often each kind came up here, and in Faker


def _shapes(texts: Sequence[str]) -> list[str]:
    """The texts' first 40 signs, with 0 for each digit and a for each run of letters a … z, small or capital."""
    whole = _END.join(text[:200] for text in texts).lower().translate(_DIGITS)
    return [text[:40] for text in re.sub("[a-z]+", "a", whole).split(_END)]


def _second_words(texts: Sequence[str]) -> list[str]:
    """What stands behind the first sign that is no letter or digit, up to the next: the domain of an address, the month of a date."""
    whole = re.sub(rf"[^\w{_END}]+", " ", _END.join(text[:200] for text in texts))
    return [text.split(" ", 2)[1] if " " in text else "" for text in whole.split(_END)]


FEATURES: dict[str, Callable[[Sequence[str]], Iterable[Hashable]]] = {
    "length": lambda texts: map(len, texts),
    "first word": lambda texts: [text.partition(" ")[0] for text in texts],
    "second word": _second_words,
    "last word": lambda texts: [text.rpartition(" ")[2] for text in texts],
    "first and last letter": lambda texts: [text[:1] + text[-1:] for text in texts],
    "shape": _shapes,
    "hash": lambda texts: [zlib.crc32(text.encode()) % 64 for text in texts],
}
TESTS = len(FEATURES) + 3  # of a method, at most: those, the values, their sizes as numbers, and how many are distinct


def ours(name: str, locale: str, n: int) -> Counter[str]:
    """n of our values, at the event time that stands for Faker's clock, and how often each was drawn."""
    site = Site(Reach((), lambda reference: reference.names, {}), Draws(("fidelity", name, locale)))
    maker = read_field({"faker": name, "locale": locale}).maker(site)
    ids = np.arange(n, dtype=np.uint64)
    column = maker(Chunk(ids, np.full(n, _EVENT_TIME_US, np.int64), ids))
    return Counter(row.decode() for row in Rows(*Printer(maker.type).rows(column)).tolist())


def compare(made: Mapping[str, int], real: Mapping[str, int]) -> dict[str, float]:
    """Feature → p. Numbers are compared by their size, texts by the features, texts of digits by both."""
    texts, pairs = together(made, real)
    found: dict[str, float] = {}
    numbers = _numbers(texts)
    if numbers is not None:
        sizes, place = np.unique(numbers, return_inverse=True)
        sized = _summed(place, len(sizes), pairs)
        found = {"size": ks(sized), "value": chi2(sized), "distinct": distinct(sized)}
    if numbers is None or not any("." in text for text in texts):
        found |= {"value": chi2(pairs), "distinct": distinct(pairs)}
        for name, feature in FEATURES.items():
            kinds = list(feature(texts))
            if kinds != texts:  # of texts without blanks, the words are the values
                found[name] = chi2(counted(kinds, pairs))
    return found


def together(made: Mapping[K, int], real: Mapping[K, int]) -> tuple[list[K], Pairs]:
    """The kinds that came up, and how often."""
    kinds = list(dict.fromkeys([*made, *real]))
    return kinds, np.stack([np.fromiter(map(each.get, kinds, repeat(0)), np.int64, len(kinds)) for each in (made, real)], 1)


def counted(kinds: Iterable[Hashable], pairs: Pairs) -> Pairs:
    """The counts of these kinds, where each stands in some rows."""
    places: defaultdict[Hashable, int] = defaultdict(count().__next__)
    place = np.array([places[kind] for kind in kinds])
    return _summed(place, len(places), pairs)


def _summed(place: npt.NDArray[np.intp], n: int, pairs: Pairs) -> Pairs:
    return np.stack([np.bincount(place, side, n) for side in pairs.T], 1).astype(np.int64)


def _numbers(texts: Sequence[str]) -> list[float] | None:
    """The texts as numbers on a grid of 10^-6 (where Faker gives all digits of a float, our columns print six); None: they are no numbers."""
    try:
        return [round(float(text), 6) for text in texts]
    except ValueError:
        return None


def chi2_p(a: Iterable[Hashable], b: Iterable[Hashable]) -> float:
    """How likely two samples of one law differ at least so much in how often each kind came up."""
    return chi2(together(Counter(a), Counter(b))[1])


def chi2(pairs: Pairs) -> float:
    """The same of counts: Pearson's test of homogeneity (1900)."""
    both = pairs.sum(1)
    cells = pairs[both >= LEAST]
    rare = pairs[both < LEAST].sum(0)
    if rare.sum() >= LEAST:
        cells = np.vstack([cells, rare])
    if len(cells) < 2:
        return 1.0
    expected = cells.sum(1, keepdims=True) * (cells.sum(0) / cells.sum())
    return chi2_tail(float(((cells - expected) ** 2 / expected).sum()), len(cells) - 1)


def chi2_tail(x: float, freedom: int) -> float:
    """The probability of more than x under the χ² law, as the finite sum of Abramowitz and Stegun, 26.4.4 and 26.4.5."""
    if x <= 0:
        return 1.0
    half = x / 2
    start = freedom % 2 / 2
    terms = [math.exp(a * math.log(half) - half - math.lgamma(a + 1)) for a in np.arange(start, freedom / 2).tolist()]
    return min(1.0, math.fsum(terms) + (math.erfc(math.sqrt(half)) if start else 0.0))


def ks(pairs: Pairs) -> float:
    """The same of numbers in rising order: the two-sample test of Kolmogorov and Smirnov, its tail by Kolmogorov's series.

    Equal numbers make it differ less often than it says, never more often.
    """
    totals = pairs.sum(0)
    distance = float(np.abs(np.diff(pairs.cumsum(0) / totals)).max())
    t = distance * math.sqrt(totals.prod() / totals.sum())
    return 1.0 if t < 0.3 else min(1.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * t * t) for k in range(1, 6)))


def distinct(pairs: Pairs) -> float:
    """How likely two samples of one law and one size differ at least so much in how many distinct values they have.

    A value that came up t times in both together is missing from one of them with probability 2^-t, and from the other as often. So the difference has the
    mean 0 and, as both samples are of one size, the variance below; the bound on its tail is Bernstein's, which holds for few values, too.
    """
    times = pairs.sum(1).astype(float)
    missing = 2.0 ** (1 - times)
    variance = missing.sum() - (times * missing).sum() ** 2 / times.sum()
    difference = float(abs(np.diff((pairs > 0).sum(0))[0]))
    return min(1.0, 2 * math.exp(-(difference**2) / 2 / (variance + difference / 3))) if difference else 1.0


class Row(NamedTuple):
    """A comparison: of how many values, the feature that differs most, its p, and how many distinct values there were."""

    values: int
    feature: str
    p: float
    here: int
    there: int


def row(name: str, locale: str, n: int) -> Row:
    """The comparison of n values of a method."""
    made, real = ours(name, locale, n), samples.sample(name, locale, n)
    found = compare(made, real)
    worst = min(found, key=found.__getitem__)
    return Row(n, worst, found[worst], len(made), len(real))


def _job(job: tuple[str, str, int, int]) -> Row | str:
    """A method's comparison, or the locale in which it was made."""
    locale, name, n, fewer = job
    first = samples.twin(name, locale)
    return row(name, locale, n if samples.is_drawn(name, locale, n) else fewer) if first == locale else first


def summary(rows: Mapping[tuple[str, str], Row], methods: int) -> str:
    """What docs/faker.md says of the comparisons of so many methods."""
    level = level_of(rows)
    sizes = sorted(Counter(made.values for made in rows.values()).items(), reverse=True)
    wrong = [
        f"`{locale}` `{name}` ({made.feature}: p = {made.p:.1e}; {made.here:,} distinct values, Faker {made.there:,})"
        for (locale, name), made in rows.items()
        if made.p < level
    ]
    return (
        f"Of {methods:,} compiled or vectorised methods {methods - len(rows):,} are the same as in another locale. The {len(rows):,} others were compared with "
        f"Faker {version('Faker')}: {', '.join(f'{count:,} by {n:,} values of each side' for n, count in sizes)}. {len(rows) - len(wrong):,} have Faker's law at "
        f"a level of {level:.1e} a test, {ALPHA} for all {len(rows) * TESTS:,} tests together; the smallest p of these is "
        f"{min((made.p for made in rows.values() if made.p >= level), default=1):.1e}. {len(wrong)} differ{': ' + '; '.join(wrong) if wrong else ''}. "
        "Each is in [fidelity.csv](fidelity.csv).\n"
    )


def level_of(rows: Sized) -> float:
    """The level of one test."""
    return ALPHA / (len(rows) * TESTS)


def main() -> None:
    """Compares all methods of docs/faker.csv that are not pooled: by VALUES each, or by FEWER where Faker's sample of VALUES is not drawn yet."""
    n = int(os.environ.get("VALUES", samples.VALUES))
    fewer = int(os.environ.get("FEWER", n))
    methods = [(locale, name) for locale, name, how, _ in read() if how != "pooled"]
    with samples.pool() as workers:
        done = workers.map(_job, [(*each, n, fewer) for each in methods])
        found = dict(zip(methods, samples.shown(done, len(methods), "methods compared"), strict=True))
    rows = {each: made for each, made in found.items() if isinstance(made, Row)}
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("locale", "method", "same as", "values", "differs most in", "p", "distinct here", "distinct in Faker", "same law"))
        for (locale, name), made in found.items():
            here = made if isinstance(made, Row) else rows[made, name]
            law = "yes" if here.p >= level_of(rows) else "NO"
            same_as = "" if isinstance(made, Row) else made
            writer.writerow((locale, name, same_as, here.values, here.feature, f"{here.p:.2g}", here.here, here.there, law))
    text = summary(rows, len(methods))
    write_section("fidelity", text)
    print(text, file=sys.stderr)
    raise SystemExit(any(made.p < level_of(rows) for made in rows.values()))


if __name__ == "__main__":
    main()
