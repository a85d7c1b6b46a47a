"""Samples of Faker's own values, drawn once and kept in the cache folder, by Faker's version.

`python -m dev.samples` draws those of all methods of docs/faker.csv (VALUES each, in PROCESSES processes, two if it is not set); a run that was ended goes on where it was.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import xxhash

from dev.faker_coverage import LOCALES, read
from springhead.faker_methods.catalogue import Vector, method
from springhead.faker_methods.generator import find_method, functions, generator_of, standing_clock
from springhead.faker_methods.quick import quick_faker
from springhead.faker_methods.values import form_of
from springhead.kernels.cache import writable_cache_root

T = TypeVar("T")
VALUES = 100_000
FIRST = 250  # values that must be the same, from the same random numbers, before two locales share a sample


def draw(name: str, locale: str, n: int, seed: str) -> list[str]:
    """n of Faker's values, under a clock that stands still. Where Faker raises instead, as it does once in a million ISBNs, another value is drawn."""
    call = find_method(name, locale, {})
    values: list[str] = []
    raised = 0
    with standing_clock(), quick_faker():
        generator_of(locale).seed_instance(zlib.crc32(seed.encode()))
        while len(values) < n:
            try:
                values.append(form_of(call())[1])
            except Exception:
                raised += 1
                if raised > n / 1000:
                    raise
    return values


def sample(name: str, locale: str, n: int) -> Mapping[str, int]:
    """n of Faker's values, and how often each was drawn; from disk, where they are."""
    path = _path(name, locale, n)
    if path.exists():
        return msgspec.msgpack.decode(zlib.decompress(path.read_bytes()), type=dict[str, int])
    counts = dict(sorted(Counter(draw(name, locale, n, f"{locale} {name}")).items()))  # sorted ones are smaller when compressed
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(zlib.compress(msgspec.msgpack.encode(counts), 1))
    os.replace(file.name, path)  # so that nobody reads half a file
    return counts


def is_drawn(name: str, locale: str, n: int) -> bool:
    """Whether a sample is on disk."""
    return _path(name, locale, n).exists()


def _path(name: str, locale: str, n: int) -> Path:
    return writable_cache_root() / "fidelity" / version("Faker") / f"{locale}-{name}-{n}.bin"


@cache
def twin(name: str, locale: str) -> str:
    """The first locale in which a method is the same, so that one sample serves both, and one test.

    That is so if it is one function of one provider class, if we made the same of it (a compiled method's grammar holds all that it calls in other
    providers), and if Faker's first values from the same random numbers are the same.
    """
    for other in LOCALES[: LOCALES.index(locale)]:
        if (other, name) in _how() and all(known(name, other) == known(name, locale) for known in (_function, _ours, _first)):
            return other
    return locale


@cache
def _function(name: str, locale: str) -> Any:
    function: Any = functions(locale)[name]
    return type(function.__self__), function.__func__


@cache
def _ours(name: str, locale: str) -> Any:
    """What decides our values, beside draws and event times. Of pooled values nothing is known: they are no other locale's."""
    if _how()[locale, name] == "pooled":
        return locale
    made = method(name, locale)
    return (made.form, made.identity) if isinstance(made, Vector) else xxhash.xxh3_128_digest(repr((made.form, made.alternatives)).encode())


@cache
def _first(name: str, locale: str) -> Sequence[str]:
    return draw(name, locale, FIRST, name)


@cache
def _how() -> Mapping[tuple[str, str], str]:
    return {(locale, name): how for locale, name, how, _ in read()}


def _job(job: tuple[str, str, int]) -> None:
    locale, name, n = job
    if twin(name, locale) == locale and not is_drawn(name, locale, n):
        sample(name, locale, n)


def shown(done: Iterable[T], n: int, what: str) -> Iterator[T]:
    """What was done, as it comes, with a line of progress on stderr."""
    begin = time.monotonic()
    for number, each in enumerate(done, 1):
        left = (time.monotonic() - begin) / number * (n - number) / 60
        print(f"\r{what}: {number:,} of {n:,}, {left:.0f} minutes left   ", end="", file=sys.stderr, flush=True)
        yield each
    print(file=sys.stderr)


def pool(most: int | None = None) -> ProcessPoolExecutor:
    """PROCESSES workers; two, where the environment does not say. most: jobs of a worker, before another one takes its place; what it keeps goes with it."""
    return ProcessPoolExecutor(int(os.environ.get("PROCESSES", "2")), max_tasks_per_child=most)


def main() -> None:
    """Draws all samples, also those of pooled methods: what is pooled today is made by hand tomorrow."""
    n = int(os.environ.get("VALUES", VALUES))
    jobs = [(locale, name, n) for locale, name in _how()]
    with pool() as workers:
        for _ in shown(workers.map(_job, jobs), len(jobs), "Faker's samples"):
            pass


if __name__ == "__main__":
    main()
