"""F7–F10, F25, F35, F36, F38, F41: several attempts at one batch, and what changed between them."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

from tests.conftest import BUSY
from tests.faults.attempt import Outcome
from tests.faults.conftest import Case, MakeCase, wait_until_stopped
from tests.faults.warm import Warm
from tests.kafka.build import expected

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("handover", ["kernel", "calls"])
@pytest.mark.parametrize("point", ["produce", "entry", "init", "start"])
def test_an_attempt_that_hung_while_another_one_committed_publishes_nothing_when_it_wakes(
    make_case: MakeCase, point: str, handover: str
) -> None:
    case = make_case()
    zombie = case.attempt.start(SPRINGHEAD_FAULT=f"stop:{point}", SPRINGHEAD_HANDOVER=handover)
    try:
        wait_until_stopped(zombie)
        assert case.but(try_number=2).attempt.run().green
    finally:
        os.kill(zombie.pid, signal.SIGCONT)
    woken = zombie.outcome()
    if woken.green:
        assert point in ("start", "init")  # it reads the ledger after that
        assert woken.receipt is not None
        assert woken.receipt["already_published"]
    else:
        assert woken.error == "FencedError", woken
        assert "a newer attempt at the same batch has taken over" in woken.message
    case.check_once()
    assert [entry.attempt.try_number for entry in case.entries()] == [2]


def test_ten_attempts_at_once_commit_one_batch(make_case: MakeCase) -> None:
    case = make_case(records=500)
    running = [case.but(try_number=number).attempt.start() for number in range(1, 11)]
    with ThreadPoolExecutor(10) as pool:
        ended = list(pool.map(Warm.outcome, running))
    assert any(each.green for each in ended), ended
    assert {each.error for each in ended if not each.green} <= {"FencedError", "UndecidedError"}, ended
    assert sum(1 for each in ended if each.receipt and each.receipt["sent"]) == 1
    case.check_once()


@pytest.mark.parametrize("after_s", [0.0, 0.6, 1.2])
def test_an_attempt_told_to_end_is_gone_within_five_seconds_and_holds_nobody_back(make_case: MakeCase, after_s: float) -> None:
    """The command turns SIGTERM into the stop event; Airflow calls on_kill, which sets the same."""
    # One part, which no machine has sent within 1.2 s: a part that was committed before the stop would be there, and rightly so.
    case = make_case(records=5_000_000, part=5_000_000)
    process = case.attempt.start(SPRINGHEAD_STOP_AFTER=str(after_s))
    outcome = process.outcome()
    assert outcome.error == "StoppedError", outcome
    took = float(outcome.log.splitlines()[-1])
    assert took < 5 * BUSY
    assert not case.seen()
    assert case.but(records=100, interval="2026-03-01T11:00:00Z/PT1H").attempt.run().green
    assert case.seen().total() == 100  # the last stable offset is at the end: an open transaction would hide them


def test_a_token_publishes_once_more_and_no_third_time(make_case: MakeCase) -> None:
    case = make_case()
    assert case.attempt.run().green
    again = case.but(republish="once-more", try_number=2)
    assert again.attempt.run(SPRINGHEAD_FAULT="kill:committed").code == -9
    retry = again.but(try_number=3).attempt.run()
    assert retry.receipt is not None
    assert retry.receipt["already_published"]
    twice = Counter({record: 2 * count for record, count in expected(case.batch()).items()})
    assert case.seen() == twice
    (entry,) = case.entries()
    assert (entry.opening.republish, entry.attempt.try_number) == ("once-more", 2)
    assert case.but(try_number=4).attempt.run().receipt["already_published"]  # type: ignore[index]  # without a token: it is published


def refused(case: Case) -> Outcome:
    """An attempt that must be refused, and leave everything as it is."""
    before = case.seen()
    outcome = case.attempt.run()
    assert outcome.error == "PublishedError", outcome
    assert case.seen() == before
    return outcome


def test_another_spec_for_a_published_interval_is_refused_and_told_by_its_keys(make_case: MakeCase) -> None:
    case = make_case()
    assert case.attempt.run().green
    (entry,) = case.entries()
    fields = {**case.attempt.stream["fields"], "number": {"integer": [0, 9]}}
    edited = case.but(stream={**case.attempt.stream, "fields": fields, "seed": 7})
    outcome = refused(edited)
    digest = edited.batch().spec_digest
    assert outcome.message == (
        "faults, 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z was published already, from another spec: fields.number, seed changed since "
        f"(digest {entry.opening.spec_digest} then, {digest} now). That was done by {entry.attempt}. To publish it again, use a republish token, or remove its entries from the "
        "ledger so that it counts as unpublished. Either way the records that are in the topic stay there\n"
        "  to publish it once more all the same: springhead publish faults --interval 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z --records 3000 --republish TOKEN "
        "--connection faults\n"
        "  to make it count as unpublished: springhead ledger faults --forget 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z --connection faults"
    )


def test_another_spec_that_makes_the_same_bytes_is_no_other_publication(make_case: MakeCase) -> None:
    case = make_case()
    assert case.attempt.run().green
    same = case.but(stream={**case.attempt.stream, "seed": "faults"})  # what the seed was without being written
    written = replace(
        same.attempt, stream={**same.attempt.stream, "fields": {**same.attempt.stream["fields"], "gone": {"constant": 1, "hidden": True}}}
    )
    outcome = replace(same, attempt=written).attempt.run()
    assert outcome.receipt is not None, outcome
    assert outcome.receipt["already_published"]
    case.check_once()


def delete(admin: AdminClient, topic: str) -> None:
    """Deletes a topic, and waits until the broker does not know it any more: the controller is the first who does not."""
    admin.delete_topics([topic])[topic].result(timeout=30)
    deadline = time.monotonic() + 30
    while topic in admin.list_topics(timeout=10).topics:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_topic_that_was_made_anew_is_not_the_one_that_was_published_to(make_case: MakeCase, admin: AdminClient) -> None:
    case = make_case()
    assert case.attempt.run().green
    delete(admin, case.topic)
    admin.create_topics([NewTopic(case.topic, 3, 1, config={"retention.ms": "-1"})])[case.topic].result(timeout=30)
    outcome = refused(case)
    assert "no longer exists" in outcome.message
    assert case.but(republish="new-topic").attempt.run().green
    case.check_once()


def test_without_a_ledger_nothing_is_published(make_case: MakeCase, admin: AdminClient) -> None:
    case = make_case()
    assert case.attempt.run().green
    delete(admin, case.attempt.ledger)
    outcome = case.attempt.run()
    assert (outcome.error, outcome.message) == (
        "LedgerError",
        f"there is no ledger '{case.attempt.ledger}' on the cluster of connection 'faults': Springhead cannot prove that this interval was not published. "
        "Start an empty ledger, once per cluster; after a loss every interval counts as unpublished\n"
        "  to start an empty ledger: springhead init --connection faults",
    )
    assert case.seen() == expected(case.batch())


def test_partitions_that_were_added_between_two_attempts_change_no_record(make_case: MakeCase, admin: AdminClient) -> None:
    case = make_case(records=4000, part=1000)
    assert case.attempt.run(SPRINGHEAD_FAULT="kill:flush@3").code == -9
    admin.create_partitions([NewPartitions(case.topic, 6)])[case.topic].result(timeout=30)
    deadline = time.monotonic() + 30
    while len(admin.list_topics(timeout=10).topics[case.topic].partitions) < 6:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert case.but(try_number=2).attempt.run().green
    case.check_once()  # the batch of three partitions
