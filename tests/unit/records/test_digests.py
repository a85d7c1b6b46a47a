"""A part's digest is that of its records, however they are cut; a batch's is that of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.rows import Rows
from springhead.kernels import SLACK
from springhead.records.digests import PartDigest, batch_digest
from springhead.records.records import Records
from springhead.records.tally import Tally
from tests.unit.examples import examples


def rows_of(values: Sequence[bytes | None]) -> Rows:
    """Null ones keep a byte that nobody sees."""
    there = [b"~" if value is None else value for value in values]
    ends = np.cumsum([len(value) for value in there], dtype=np.int64) if there else np.zeros(0, np.int64)
    nulls = np.array([value is None for value in values], np.bool_)
    return Rows(np.frombuffer(b"".join(there) + bytes(SLACK), np.uint8), ends, nulls if nulls.any() else None)


Row = tuple[bytes | None, bytes | None, int, int, bytes | None, bytes | None]
texts = st.none() | st.binary(max_size=6)
ROWS = st.lists(st.tuples(texts, texts, st.integers(0, 3), st.integers(0, 2**40), texts, texts), max_size=12)


def records(rows: Sequence[Row]) -> Records:
    values, keys, partitions, times, a, b = zip(*rows, strict=True) if rows else ((),) * 6
    ids = np.arange(len(rows), dtype=np.uint64)
    headers = {"a": rows_of(a), "b": rows_of(b)}
    return Records(ids, ids, rows_of(values), rows_of(keys), np.array(partitions, np.int32), np.array(times, np.int64), headers)


def digest(*chunks: Sequence[Row]) -> str:
    of = PartDigest()
    for rows in chunks:
        of.update(records(rows))
    return of.hexdigest()


@given(ROWS, st.integers(0, 12), st.integers(0, 12))
@examples(200)
def test_how_a_part_is_cut_into_chunks_is_not_in_its_digest(rows: list[Row], a: int, b: int) -> None:
    first, last = min(a, b), max(a, b)
    assert digest(rows[:first], rows[first:last], rows[last:]) == digest(rows)


@given(ROWS, ROWS)
@examples(200)
def test_other_records_have_another_digest(some: list[Row], others: list[Row]) -> None:
    assert (digest(some) == digest(others)) == (some == others)


@given(ROWS)
def test_a_null_is_not_the_empty_string(rows: list[Row]) -> None:
    for place in (0, 1, 4, 5):
        empty = [tuple(b"" if at == place and value is None else value for at, value in enumerate(row)) for row in rows]
        assert (digest(empty) == digest(rows)) == all(row[place] is not None for row in rows)  # type: ignore[arg-type]


def test_the_order_of_headers_is_in_the_digest() -> None:
    made = records([(b"value", None, 0, 0, b"a", b"b")])
    turned = replace(made, headers=dict(reversed(list(made.headers.items()))))
    digests = []
    for each in (made, turned):
        of = PartDigest()
        of.update(each)
        digests.append(of.hexdigest())
    assert digests[0] != digests[1]


def test_bytes_under_a_null_are_not_counted() -> None:
    tally = Tally(4)
    tally.add(records([(None, b"key", 3, 0, None, None), (b"value", None, 1, 0, None, None)]))
    assert (tally.rows, tally.bytes, tally.partitions.tolist()) == (2, 8, [0, 1, 0, 1])
    hidden = records([(None, b"key", 3, 0, None, None)])
    other = replace(hidden, values=replace(hidden.values, data=np.frombuffer(b"!" + bytes(SLACK), np.uint8)))
    digests = []
    for made in (hidden, other):
        of = PartDigest()
        of.update(made)
        digests.append(of.hexdigest())
    assert digests[0] == digests[1]


def test_a_batchs_digest_is_that_of_its_parts_digests_in_order() -> None:
    one, two = "1" * 32, "2" * 32
    assert batch_digest([one]) == one
    assert batch_digest([one, two]) == xxhash.xxh3_128_hexdigest(bytes.fromhex(one + two))
    assert batch_digest([two, one]) != batch_digest([one, two])
