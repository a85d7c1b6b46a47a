"""Words of `u64`, made by the kernel itself, in the orders in which Springhead uses them; and two streams that judge the check of them: `reference` and `control`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np  # noqa: TID253  # for dev.randomness, a program of its own
from numpy.typing import NDArray  # noqa: TID253

from springhead.columns.draws import Draws
from springhead.kernels.chance import below, u64
from springhead.kernels.compiling import by_numba
from springhead.kernels.kernel import kernel

Words = NDArray[np.uint64]
CHUNK = 1 << 17  # words, 1 MiB
CONTROL, REFERENCE = "control", "reference"


@kernel("void(uint64[::1], uint64[::1], uint64[:, ::1])")
def _fill(keys, ids, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        for j in range(keys.shape[0]):
            out[i, j] = u64(keys[j], ids[i])


@kernel("void(uint64[::1], uint64, uint64[::1])")
def _fill_below(words, n, out):  # type: ignore[no-untyped-def]
    for i in range(words.shape[0]):
        out[i] = below(words[i], n)


def table(keys: Words, ids: Words) -> Words:
    """u64 of each key and id, shape (ids, keys): the words of a record stand side by side."""
    out = np.empty((len(ids), len(keys)), np.uint64)
    by_numba(_fill)(np.ascontiguousarray(keys), np.ascontiguousarray(ids), out)
    return out


def numbers(n: int = CHUNK) -> Iterator[Words]:
    """0, 1, 2, … in arrays of n."""
    for first in itertools.count(0, n):
        yield np.arange(first, first + n, dtype=np.uint64)


def counters(draws: Draws) -> Iterator[Words]:
    """One key; ids 0, 1, 2, …"""
    key = np.array([draws.key("a")])
    for ids in numbers():
        yield table(key, ids).ravel()


def bounded(draws: Draws) -> Iterator[NDArray[np.uint32]]:
    """Counters; bounded draws below 2^32"""
    for words in counters(draws):
        out = np.empty_like(words)
        by_numba(_fill_below)(words, np.uint64(1 << 32), out)
        yield out.astype(np.uint32)


def fractions(draws: Draws) -> Iterator[NDArray[np.uint32]]:
    """Counters; what alias tables of 6 compare: the lower half of word × 6, its upper 32 bits"""
    for words in counters(draws):
        yield (words * np.uint64(6) >> np.uint64(32)).astype(np.uint32)


def bytes_reversed(draws: Draws) -> Iterator[Words]:
    """Counters; each word's bytes in reverse"""
    for words in counters(draws):
        yield words.byteswap()


def bits_reversed(draws: Draws) -> Iterator[Words]:
    """Counters; each word's bits in reverse"""
    for words in counters(draws):
        turned = words.byteswap()
        for width, mask in ((4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555)):
            low, by = np.uint64(mask), np.uint64(width)
            turned = (turned >> by & low) | (turned & low) << by
        yield turned


def purposes(draws: Draws) -> Iterator[Words]:
    """One id, 32,768 keys of fields and steps whose names differ in a number; then the next id"""
    half = 1 << 14
    keys = [draws.at("field").key("step", n) for n in range(half)] + [draws.at(f"field{n}").key("step", 0) for n in range(half)]
    made = np.array(keys)
    for ids in numbers(4):
        yield table(made, ids).ravel()


def raw_keys(draws: Draws) -> Iterator[Words]:
    """One id; keys k, k + 1, k + 2, …"""
    key = draws.key("a")
    for steps in numbers():
        yield table(steps + key, np.array([7], np.uint64)).ravel()


def raw_keys_side_by_side(draws: Draws) -> Iterator[Words]:
    """Ids 0, 1, 2, …, of each the words of keys k … k + 15"""
    keys = np.arange(16, dtype=np.uint64) + draws.key("a")
    for ids in numbers(CHUNK // 16):
        yield table(keys, ids).ravel()


def nested_keys(draws: Draws) -> Iterator[Words]:
    """u64(u64(key, i), j): i = 0, 1, 2, …, of each j = 0 … 7"""
    key, places = np.array([draws.key("a")]), np.arange(8, dtype=np.uint64)
    for ids in numbers(CHUNK // 8):
        yield table(table(key, ids).ravel(), places).T.ravel()


def nested_ids(draws: Draws) -> Iterator[Words]:
    """u64(key, u64(u64(other key, i), j)): i = 0, 1, 2, …, of each j = 0 … 7"""
    key = np.array([draws.key("b")])
    for ids in nested_keys(draws):
        yield table(key, ids).ravel()


def two_fields(draws: Draws) -> Iterator[Words]:
    """Ids 0, 1, 2, …, of each the words of two fields"""
    keys = np.array([draws.at(name).key("step", 0) for name in ("a", "b")])
    for ids in numbers(CHUNK // 2):
        yield table(keys, ids).ravel()


def uuids(draws: Draws) -> Iterator[Words]:
    """Ids 0, 1, 2, …, of each the two words of a UUID: of a key and of that key's own word"""
    key = np.array([draws.key("a")])
    keys = np.append(key, table(key, np.array([0x5EC0_2D57_0A11_F3A7], np.uint64)))
    for ids in numbers(CHUNK // 2):
        yield table(keys, ids).ravel()


def reference(draws: Draws) -> Iterator[Words]:
    """numpy's Philox: how dieharder judges a generator known to be good"""
    philox = np.random.Philox(key=int(draws.key("a")))
    while True:
        yield philox.random_raw(CHUNK)


def control(draws: Draws) -> Iterator[Words]:
    """Counters; u64 without the last two of its multiplications: has to fail"""
    key = draws.key("a")
    for ids in numbers():
        words = ids * np.uint64(0x9E3779B97F4A7C15) + key
        for shift in (30, 27, 31):
            words ^= words >> np.uint64(shift)
        yield words


STREAMS: dict[str, Callable[[Draws], Iterator[NDArray[np.uint64 | np.uint32]]]] = {
    "counters": counters,
    "bounded": bounded,
    "fractions": fractions,
    "bytes-reversed": bytes_reversed,
    "bits-reversed": bits_reversed,
    "purposes": purposes,
    "raw-keys": raw_keys,
    "raw-keys-side-by-side": raw_keys_side_by_side,
    "nested-keys": nested_keys,
    "nested-ids": nested_ids,
    "two-fields": two_fields,
    "uuids": uuids,
    REFERENCE: reference,
    CONTROL: control,
}
