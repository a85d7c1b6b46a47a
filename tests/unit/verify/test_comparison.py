"""The comparison of a batch with what was found of it: counts and names are right, whatever was planted and however it was cut."""

from __future__ import annotations

import os
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from springhead.errors import OptionError, StoppedError
from springhead.verify import comparison
from springhead.verify.changes import Seen
from springhead.verify.comparison import Comparison, Difference, Doubled
from springhead.verify.fingerprints import Fingerprints, fingerprints

texts = st.sampled_from([None, b"", b"a", b"b", b"\x00", b"a" * 300])
named = st.lists(st.tuples(st.sampled_from(["x", "y", "xy"]), texts), max_size=2).map(tuple)
records = st.builds(Seen, st.integers(0, 2), texts, texts, st.integers(0, 2), named)
sets = st.lists(records, max_size=30)


def prints(of: Sequence[Seen]) -> Fingerprints:
    return fingerprints(
        [record.value for record in of],
        [record.key for record in of],
        [record.partition for record in of],
        [record.timestamp_ms for record in of],
        [record.headers for record in of],
    )


def compared(expected: Sequence[Seen], found: Sequence[Seen], chunk: int = 7) -> Difference:
    """The number of a record is its place, and so is its offset."""
    with Comparison() as made:
        for first in range(0, len(expected), chunk):
            some = expected[first : first + chunk]
            made.expect(prints(some), np.arange(first, first + len(some), dtype=np.uint64))
        for first in range(0, len(found), chunk):
            some = found[first : first + chunk]
            partitions = np.array([record.partition for record in some], np.int64)
            made.find(prints(some), partitions, np.arange(first, first + len(some), dtype=np.int64))
        return made.difference()


@given(records, records)
def test_two_records_have_one_fingerprint_exactly_if_they_are_the_same(one: Seen, other: Seen) -> None:
    (first, second) = prints([one, other]).tolist()
    assert (first == second) == (one == other)


def test_a_fingerprint_depends_on_its_record_alone() -> None:
    made = [Seen(0, None, b"v", 1, ()), Seen(1, b"k", None, 2, (("h", b"1"),)), Seen(2, b"", b"", 3, ())]
    together = prints(made)
    assert np.array_equal(together, np.concatenate([prints([record]) for record in made]))
    assert len({tuple(row) for row in together.tolist()}) == 3
    without = fingerprints([b"v"], None, [0], [1], None)  # as where no record has a key or headers
    assert np.array_equal(without[0], together[0])


def test_headers_count_in_their_order_and_with_their_bounds() -> None:
    a, b = ("a", b"1"), ("b", b"2")
    variants = [(), (a,), (a, b), (b, a), (("a", b"1b"),), (("a1", b""),), (("a", None),), (("a", b""),)]
    assert len({tuple(row) for row in prints([Seen(0, None, b"", 0, headers) for headers in variants]).tolist()}) == len(variants)


@given(sets, sets, st.integers(1, 40))
@example([Seen(0, None, b"a", 0, ())] * 3, [Seen(0, None, b"a", 0, ())], 2)
@example([Seen(0, None, b"a", 0, ())], [Seen(0, None, b"a", 0, ())] * 2, 1)
def test_missing_doubled_and_foreign_are_counted_and_named(expected: list[Seen], found: list[Seen], chunk: int) -> None:
    wanted, there = Counter(expected), Counter(found)
    numbers, places = defaultdict(list), defaultdict(list)
    for number, record in enumerate(expected):
        numbers[record].append(number)
    for offset, record in enumerate(found):
        places[record].append((record.partition, offset))
    difference = compared(expected, found, chunk)
    assert difference.sound == (wanted & there).total()
    assert difference.missing == (wanted - there).total()
    assert difference.foreign == sum(count for record, count in there.items() if record not in wanted)
    assert difference.doubled == sum((there - wanted)[record] for record in wanted)
    missing = sorted(number for record, of in numbers.items() for number in of[there[record] :])
    assert difference.missing_numbers.tolist() == missing
    doubled = [Doubled(of[0], tuple(places[record])) for record, of in numbers.items() if there[record] > len(of)]
    assert difference.doubles == sorted(doubled, key=lambda one: one.number)


@given(sets, sets)
def test_records_are_known_as_expected_ones_or_not(expected: list[Seen], asked: list[Seen]) -> None:
    with Comparison() as made:
        made.expect(prints(expected), np.arange(len(expected), dtype=np.uint64))
        made.find(prints(asked), np.zeros(len(asked), np.int64), np.arange(len(asked)))
        assert made.expects(prints(asked)).tolist() == [record in expected for record in asked]


def test_one_record_that_is_planted_twice_among_a_hundred_thousand_is_found() -> None:
    made = [Seen(number % 6, None, b"%d" % number, number // 10, ()) for number in range(100_000)]
    good = compared(made, made[::-1], 5000)
    assert (good.sound, good.missing, good.doubled, good.foreign) == (100_000, 0, 0, 0)
    twice = compared(made, [*made, made[70_001]], 5000)
    assert (twice.sound, twice.missing, twice.doubled, twice.foreign) == (100_000, 0, 1, 0)
    assert twice.doubles == [Doubled(70_001, ((5, 70_001), (5, 100_000)))]


def test_all_128_bits_of_a_fingerprint_count() -> None:
    with Comparison() as half:
        half.expect(np.array([[7, 1]], np.uint64), np.zeros(1, np.uint64))
        half.find(np.array([[7, 2]], np.uint64), np.zeros(1, np.int64), np.zeros(1, np.int64))
        difference = half.difference()
    assert (difference.sound, difference.missing, difference.foreign) == (0, 1, 1)


def test_all_are_counted_and_the_first_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "NAMED", 20)
    made = [Seen(0, None, b"%d" % number, 0, ()) for number in range(5000)]
    difference = compared(made, made[3000:] * 2, 1000)
    assert (difference.missing, difference.missing_numbers.tolist()) == (3000, list(range(20)))
    assert (difference.doubled, [one.number for one in difference.doubles]) == (2000, list(range(3000, 3020)))


def test_no_room_for_the_temporary_files_is_an_error_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(OptionError) as caught:
        Comparison()
    assert str(caught.value) == (
        f"the comparison needs room for temporary files in {tempfile.gettempdir()}, 28 bytes for each record on either side (No space left on device): make room there, "
        "or name another folder by TMPDIR"
    )


def test_it_hears_the_stop() -> None:
    stop = threading.Event()
    stop.set()
    with Comparison() as made, pytest.raises(StoppedError, match=r"^stopped while the records were compared$"):
        made.difference(stop)


def test_its_files_are_gone_at_the_end(tmp_path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    compared([Seen(0, None, b"a", 0, ())], [])
    assert os.listdir(tmp_path) == []
