"""What dieharder is given are the kernel's words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dev.words import STREAMS
from springhead.columns.draws import Draws
from tests.unit.kernels import oracle

DRAWS = Draws(("test",))


def first(stream: str, n: int) -> list[int]:
    words: list[int] = next(iter(STREAMS[stream](DRAWS)))[:n].tolist()
    return words


def words(keys: Sequence[int], ids: Sequence[int]) -> list[int]:
    return [oracle.u64(key, i) for i in ids for key in keys]


def test_counters_and_what_is_read_of_their_words() -> None:
    key = int(DRAWS.key("a"))
    made = words([key], range(5))
    assert first("counters", 5) == made
    assert first("bounded", 5) == [oracle.below(word, 2**32) for word in made]
    assert first("fractions", 5) == [(word * 6 & oracle.MASK) >> 32 for word in made]
    assert first("bytes-reversed", 5) == [int.from_bytes(word.to_bytes(8, "little"), "big") for word in made]
    assert first("bits-reversed", 5) == [int(f"{word:064b}"[::-1], 2) for word in made]


def test_a_stream_goes_on_where_a_piece_ends() -> None:
    pieces = list(itertools.islice(STREAMS["counters"](DRAWS), 2))
    assert pieces[1][:3].tolist() == words([int(DRAWS.key("a"))], range(len(pieces[0]), len(pieces[0]) + 3))


def test_neighbouring_keys() -> None:
    key = int(DRAWS.key("a"))
    assert first("raw-keys", 5) == words([(key + n) & oracle.MASK for n in range(5)], [7])
    assert first("raw-keys-side-by-side", 32) == words([(key + n) & oracle.MASK for n in range(16)], [0, 1])
    assert first("purposes", 3) == words([int(DRAWS.at("field").key("step", n)) for n in range(3)], [0])


def test_nested_keys_and_ids() -> None:
    key, other = int(DRAWS.key("a")), int(DRAWS.key("b"))
    made = [oracle.u64(oracle.u64(key, i), j) for i in range(2) for j in range(8)]
    assert first("nested-keys", 16) == made
    assert first("nested-ids", 16) == words([other], made)


def test_fields_side_by_side() -> None:
    assert first("two-fields", 6) == words([int(DRAWS.at(name).key("step", 0)) for name in ("a", "b")], range(3))
    key = int(DRAWS.key("a"))
    assert first("uuids", 6) == words([key, oracle.u64(key, 0x5EC02D570A11F3A7)], range(3))


def test_the_control_is_no_stream_of_ours() -> None:
    assert first("control", 5) != first("counters", 5)
