"""Parts stand alone: workers that share a batch do not fence one another, and each finishes its own after whatever happened to the others."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from springhead.records.batch import Batch
from springhead.records.digests import batch_digest
from springhead.records.press import Press
from springhead.records.tally import Tally
from tests.faults.conftest import Case, MakeCase, wait_until_stopped
from tests.faults.warm import Warm

pytestmark = pytest.mark.kafka


def digest_of(case: Case) -> str:
    """The batch's digest, made here."""
    made = case.batch()
    batch = Batch.of(made.request, made.facts, case.attempt.part or 0)
    press, digests = Press(batch), []
    for part in batch.parts:
        tally = Tally(batch.facts.partitions)
        for positions in press.chunks(part):
            tally.add(press.records(positions))
        digests.append(tally.digest)
    return batch_digest(digests)


@pytest.mark.parametrize("handover", ["kernel", "calls"])
def test_two_workers_publish_odd_and_even_parts_at_the_same_time_and_one_is_killed_and_resumes(make_case: MakeCase, handover: str) -> None:
    case = make_case(records=12_000, part=2000)
    odd, even = case.but(parts=(1, 3, 5)), case.but(parts=(2, 4, 6))
    killed = odd.attempt.start(SPRINGHEAD_FAULT="kill:flush@3", SPRINGHEAD_HANDOVER=handover)
    other = even.attempt.start(SPRINGHEAD_HANDOVER=handover)
    assert killed.outcome().code == -9
    sibling = other.outcome()
    assert sibling.green, sibling
    assert sibling.receipt is not None
    assert (sibling.receipt["records"], sibling.receipt["of_parts"], sibling.receipt["parts"]) == (6000, [2, 4, 6], 6)
    resumed = odd.but(try_number=2).attempt.run(SPRINGHEAD_HANDOVER=handover)
    assert resumed.receipt is not None, resumed
    assert (resumed.receipt["sent"], resumed.receipt["records"], resumed.receipt["of_parts"]) == (4000, 6000, [1, 3, 5])
    case.check_once()
    tries = {entry.key.part: entry.attempt.try_number for entry in case.published()}
    assert tries == {1: 1, 2: 1, 3: 2, 4: 1, 5: 2, 6: 1}
    whole = case.but(try_number=3).attempt.run()
    assert whole.receipt is not None
    assert (whole.receipt["already_published"], whole.receipt["records"], whole.receipt["of_parts"]) == (True, 12_000, None)
    assert whole.receipt["digest"] == digest_of(case)


def test_a_worker_that_hangs_at_its_entry_is_waited_for_and_not_fenced(make_case: MakeCase) -> None:
    case = make_case(records=3000, part=1000)
    hung = case.but(parts=(1, 3)).attempt.start(SPRINGHEAD_FAULT="stop:entry@1")
    try:
        wait_until_stopped(hung)
        other = case.but(parts=(2,)).attempt.start()
        time.sleep(6)  # after three seconds it ends what its own earlier attempts may have left open
        assert not other.wait(0), "it cannot know whether its part is there before the other one is decided"
    finally:
        os.kill(hung.pid, signal.SIGCONT)
    for process in (hung, other):
        outcome = process.outcome()
        assert outcome.green, outcome
        assert outcome.receipt is not None
        assert not outcome.receipt["already_published"]
    case.check_once()
    assert {entry.attempt.try_number for entry in case.entries()} == {1}


def test_eight_workers_at_once_open_the_batch_once_and_each_publishes_its_part(make_case: MakeCase) -> None:
    case = make_case(records=800, part=100)
    running = [case.but(parts=(part,), try_number=part).attempt.start() for part in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        ended = list(pool.map(Warm.outcome, running))
    assert all(each.green for each in ended), ended
    case.check_once()
    assert [entry.attempt.try_number for entry in case.published()] == list(range(1, 9))


@pytest.mark.timeout(110)  # what was left open times out after 120 s
def test_a_workers_own_dead_attempt_holds_it_back_for_seconds(make_case: MakeCase) -> None:
    case = make_case(records=5000, part=1000)
    assert case.but(parts=(2, 4)).attempt.run(SPRINGHEAD_FAULT="kill:entry@4").code == -9
    retry = case.but(parts=(2, 4), try_number=2).attempt.run()
    assert retry.receipt is not None, retry
    assert (retry.receipt["sent"], retry.receipt["records"]) == (1000, 2000)
    assert case.but(parts=(1, 3, 5)).attempt.run().green
    case.check_once()


def test_a_worker_with_another_spec_is_refused_while_a_batch_is_only_opened(make_case: MakeCase) -> None:
    case = make_case(records=3000, part=1000)
    first = case.but(parts=(1,)).attempt.start(SPRINGHEAD_FAULT="stop:produce@1")
    try:
        wait_until_stopped(first)
        other = case.but(parts=(2,), stream={**case.attempt.stream, "seed": 7}).attempt.run()
        assert other.error == "PublishedError", other
        assert "was opened from another spec: seed changed since" in other.message
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert first.outcome().green
    assert case.but(parts=(2, 3)).attempt.run().green
    case.check_once()


def test_whoever_opens_a_batch_ends_an_attempt_that_sends_all_of_it_as_one_part(make_case: MakeCase) -> None:
    case = make_case(records=3000, part=1000)
    atomic = case.but(stream={**case.attempt.stream, "atomic": True}).attempt.start(SPRINGHEAD_FAULT="stop:flush")
    try:
        wait_until_stopped(atomic)
        assert case.but(parts=(2,)).attempt.run().green
    finally:
        os.kill(atomic.pid, signal.SIGCONT)
    ended = atomic.outcome()
    assert ended.error == "FencedError", ended
    assert case.but(parts=(1, 3)).attempt.run().green
    case.check_once()
