"""What the ledger has of a batch: which parts, in order, and how they differ from what would be published now."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.ledger.entry import Entry, PartitionShare
from springhead.ledger.key import BatchKey
from springhead.ledger.published import Published
from springhead.records.batch import Batch
from springhead.records.digests import batch_digest
from springhead.records.engine import engine
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, stream
from tests.unit.ledger.build import OPENING

NOW = Batch.of(Request(stream({"n": {"integer": [1, 9]}}, "orders"), HOUR), TopicFacts("the-topic", 3))
KEY = BatchKey.of(NOW.request)
OURS = replace(OPENING, parts=3, spec_digest=NOW.spec_digest, spec_keys=NOW.spec_keys, engine=engine(), facts=NOW.facts, topic="orders")


def entry(part: int, **more: Any) -> Entry:
    opening = replace(OURS, **more)
    if part == 0:
        return Entry(KEY.part(0), opening)
    shares = {0: PartitionShare(part, 10 * part, 10 * part + 5)}
    return Entry(KEY.part(part), opening, records=part, bytes=100 * part, digest=str(part) * 32, partitions=shares)


@given(st.permutations([entry(part) for part in range(4)]))
def test_the_order_in_which_parts_were_published_is_in_nothing(entries: list[Entry]) -> None:
    published = Published.among(entries, KEY)
    assert list(published.entries) == [1, 2, 3]
    assert published.digest == batch_digest([str(part) * 32 for part in (1, 2, 3)])
    assert (published.records, published.bytes) == (6, 600)
    assert published.partitions() == {0: PartitionShare(6, 10, 35)}


@given(st.permutations([1, 2, 3]))
def test_faults_are_those_of_all_parts_in_the_order_of_the_kinds(order: list[int]) -> None:
    faults = {1: {"drop": 1, "truncated": 2}, 2: {}, 3: {"duplicate": 5, "truncated": 1}}
    published = Published.among([entry(0), *(replace(entry(part), faults=faults[part]) for part in order)], KEY)
    assert list(published.faults.items()) == [("duplicate", 5), ("truncated", 3), ("drop", 1)]
    assert published.only([2]).faults == {}


def test_other_batches_are_none_of_this_one() -> None:
    others = [
        Entry(replace(KEY, **more).part(1), OURS)
        for more in (
            {"stream": "o"},
            {"variant": "v"},
            {"run_id": "r"},
            {"batch": "b"},
            {"interval": replace(HOUR, end=HOUR.end.replace(minute=1))},
        )
    ]
    assert Published.among(others, KEY) == Published(KEY, None, {})


def test_an_opening_is_no_part() -> None:
    published = Published.among([entry(0)], KEY)
    assert published.opening == OURS
    assert published.lacks([1, 2, 3]) == [1, 2, 3]


def test_with_a_token_only_what_it_republished_counts() -> None:
    entries = [entry(0, republish="again"), entry(1, republish="again"), entry(2), entry(3)]
    assert list(Published.among(entries, KEY, "again").entries) == [1]
    assert list(Published.among(entries, KEY).entries) == [1, 2, 3]
    assert Published.among(entries, KEY, "other").opening is None


def test_what_is_as_it_would_be_published_now_differs_in_nothing() -> None:
    published = Published.among([entry(part) for part in range(4)], KEY)
    assert not published.of_another_topic("orders", "the-topic")
    assert not published.of_another_spec(NOW)
    assert not published.of_another_engine()
    assert not published.of_other_partitions()


@pytest.mark.parametrize("part", [0, 2])
def test_whichever_part_differs_is_seen(part: int) -> None:
    def with_(**more: Any) -> Published:
        return Published.among([entry(each, **(more if each == part else {})) for each in range(4)], KEY)

    elsewhere = with_(facts=TopicFacts("another-topic", 3)).of_another_topic("orders", "the-topic")
    assert elsewhere == (
        "to a topic 'orders' (id another-topic) that no longer exists; today's topic 'orders' (id the-topic) is another one"
    )
    spec = with_(spec_digest="0" * 32, spec_keys={**NOW.spec_keys, "seed": "00000000"}).of_another_spec(NOW)
    assert spec == f"seed changed since (digest {'0' * 32} then, {NOW.spec_digest} now)"
    hidden = with_(spec_digest="0" * 32).of_another_spec(NOW)
    assert hidden.startswith("a custom provider or a file changed since")
    if part:
        assert with_(engine={"springhead": "1"}).of_another_engine().startswith("made by springhead 1, and this is springhead ")
        assert with_(facts=TopicFacts("the-topic", 6)).of_other_partitions() == f"part {part} for 6 partitions, the batch for 3"


def test_a_bound_that_is_not_known_of_one_part_is_not_known_of_all() -> None:
    entries = {part: replace(entry(part), partitions={0: PartitionShare(1, first, 7)}) for part, first in ((1, 5), (2, None))}
    for order in itertools.permutations(entries.values()):
        assert Published.among(order, KEY).partitions() == {0: PartitionShare(2, None, 7)}
