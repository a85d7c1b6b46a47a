"""F1–F6, F37: an attempt is killed at a point between two steps; the next one finishes the batch, and each record is there once."""

from __future__ import annotations

import pytest

from springhead.publish.crash_points import POINTS
from springhead.records.digests import batch_digest
from tests.faults.conftest import MakeCase

pytestmark = pytest.mark.kafka

BEFORE_COMMIT = ("start", "init", "produce", "flush", "entry")
AFTER_COMMIT = ("committed", "acked")
OPENING = "opening"


@pytest.mark.parametrize("handover", ["kernel", "calls"])
@pytest.mark.parametrize("point", [*BEFORE_COMMIT, *AFTER_COMMIT])
def test_an_attempt_killed_anywhere_leaves_all_or_nothing_and_the_next_one_finishes(make_case: MakeCase, point: str, handover: str) -> None:
    case = make_case()
    killed = case.attempt.run(SPRINGHEAD_FAULT=f"kill:{point}", SPRINGHEAD_HANDOVER=handover)
    assert killed.code == -9, killed
    there = case.seen()
    assert not there if point in BEFORE_COMMIT else there.total() == case.attempt.records
    retry = case.but(try_number=2).attempt.run(SPRINGHEAD_HANDOVER=handover)
    assert retry.green, retry
    assert retry.receipt is not None
    assert retry.receipt["already_published"] == (point in AFTER_COMMIT)
    assert retry.receipt["sent"] == (0 if point in AFTER_COMMIT else case.attempt.records)
    assert retry.receipt["acked"] == case.attempt.records
    case.check_once()
    assert [entry.attempt.try_number for entry in case.entries()] == [1 if point in AFTER_COMMIT else 2]


def test_every_crash_point_is_tried() -> None:
    assert {OPENING, *BEFORE_COMMIT, *AFTER_COMMIT} == set(POINTS)


@pytest.mark.timeout(110)  # the opening that was left open times out after 120 s
def test_an_attempt_killed_while_it_opens_a_batch_of_several_parts_leaves_nothing(make_case: MakeCase) -> None:
    case = make_case(records=2500, part=1000)
    assert case.attempt.run(SPRINGHEAD_FAULT=f"kill:{OPENING}").code == -9
    assert case.but(try_number=2).attempt.run().green
    case.check_once()
    assert {entry.attempt.try_number for entry in case.entries()} == {2}


def test_a_batch_killed_at_its_seventh_part_of_ten_goes_on_there(make_case: MakeCase) -> None:
    case = make_case(records=9_500, part=1000)
    assert case.attempt.run(SPRINGHEAD_FAULT="kill:flush@7").code == -9
    assert case.seen().total() == 6000
    retry = case.but(try_number=2).attempt.run()
    assert retry.green, retry
    assert retry.receipt is not None
    assert (retry.receipt["sent"], retry.receipt["acked"], retry.receipt["parts"]) == (3500, 9500, 10)
    case.check_once()
    assert [entry.attempt.try_number for entry in case.published()] == [1] * 6 + [2] * 4
    assert retry.receipt["digest"] == batch_digest([entry.digest for entry in case.published()])


@pytest.mark.timeout(110)  # the transaction that was left open times out after 120 s
def test_a_later_part_killed_with_its_entry_written_holds_the_next_attempt_back_for_seconds(make_case: MakeCase) -> None:
    case = make_case(records=5000, part=1000)
    assert case.attempt.run(SPRINGHEAD_FAULT="kill:entry@3").code == -9
    retry = case.but(try_number=2).attempt.run()
    assert retry.receipt is not None, retry
    assert retry.receipt["sent"] == 3000
    case.check_once()


@pytest.mark.timeout(110)
def test_so_does_one_of_a_republication(make_case: MakeCase) -> None:
    case = make_case(records=3000, part=1000)
    assert case.attempt.run().green
    again = case.but(republish="again")
    assert again.attempt.run(SPRINGHEAD_FAULT="kill:entry@2").code == -9
    retry = again.but(try_number=2).attempt.run()
    assert retry.receipt is not None, retry
    assert retry.receipt["sent"] == 2000
