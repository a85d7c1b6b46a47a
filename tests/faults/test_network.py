"""F5, F11–F16: requests and answers of the transaction protocol are lost or held between the client and the broker."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.conftest import BUSY
from tests.faults.conftest import Case, wait_until_stopped
from tests.faults.proxy import Api, Proxy, Rule
from tests.faults.warm import Warm

pytestmark = pytest.mark.kafka


LOST = {
    "the commit's answer": Rule(Api.END_TXN, answers=True, cut=True),
    "the commit's request": Rule(Api.END_TXN, cut=True),
    "the first two answers to the commit": Rule(Api.END_TXN, answers=True, cut=True, at=frozenset({1, 2})),
    "the producer id's answer": Rule(Api.INIT_PRODUCER_ID, answers=True, cut=True),
    "the producer id's request": Rule(Api.INIT_PRODUCER_ID, cut=True),
    "the answer to adding partitions": Rule(Api.ADD_PARTITIONS, answers=True, cut=True),
    "answers to records now and then": Rule(Api.PRODUCE, answers=True, cut=True, at=frozenset({1, 3, 6})),
    "records now and then": Rule(Api.PRODUCE, cut=True, at=frozenset({1, 2, 5})),
    "a held answer to the commit": Rule(Api.END_TXN, answers=True, hold_s=6),
}


@pytest.mark.parametrize("handover", ["kernel", "calls"])
@pytest.mark.parametrize("lost", LOST)
def test_what_is_lost_on_the_way_is_found_out_and_each_record_is_there_once(
    proxied_case: Case, proxy: Proxy, lost: str, handover: str
) -> None:
    case = proxied_case
    rule = Rule(**{**vars(LOST[lost]), "met": 0, "done": 0})
    proxy.set(rule)
    outcome = case.attempt.run(SPRINGHEAD_HANDOVER=handover)
    assert rule.done, "the fault did not happen"
    proxy.set()
    if not outcome.green:  # then a retry is: what it says helps
        assert outcome.error in ("UndecidedError", "FencedError", "TransientError", "BrokerUnavailableError"), outcome
        outcome = case.but(try_number=2).attempt.run()
    assert outcome.green, outcome
    case.check_once()


def start_until(rule: Rule, case: Case) -> Warm:
    """An attempt that has come to where the rule holds it."""
    process = case.attempt.start()
    deadline = time.monotonic() + 60
    while not rule.done:
        assert time.monotonic() < deadline
        assert not process.wait(0), process.outcome()
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("answers", [True, False])
def test_an_attempt_told_to_end_during_its_commit_is_gone_within_five_seconds(proxied_case: Case, proxy: Proxy, answers: bool) -> None:
    case = proxied_case
    proxy.set(rule := Rule(Api.END_TXN, answers=answers, hold_s=60))
    process = start_until(rule, case)
    os.kill(process.pid, signal.SIGTERM)
    stopped = process.outcome()
    assert stopped.error == "StoppedError", stopped
    assert float(stopped.log.splitlines()[-1]) < 5 * BUSY
    proxy.set()
    retry = case.but(try_number=2).attempt.run()
    assert retry.receipt is not None, retry
    assert retry.receipt["already_published"] == answers
    case.check_once()


@pytest.mark.parametrize("answers", [True, False])
def test_an_attempt_killed_during_its_commit_is_finished_by_the_next_one(proxied_case: Case, proxy: Proxy, answers: bool) -> None:
    case = proxied_case
    rule = Rule(Api.END_TXN, answers=answers, hold_s=3600)
    proxy.set(rule)
    killed = start_until(rule, case)
    os.kill(killed.pid, signal.SIGKILL)
    killed.outcome()
    proxy.set()
    retry = case.but(try_number=2).attempt.run()
    assert retry.green, retry
    assert retry.receipt is not None
    assert retry.receipt["already_published"] == answers  # where the answer was held, the commit was done
    case.check_once()


def test_a_commit_that_arrives_late_does_not_decide_about_another_attempt(proxied_case: Case, proxy: Proxy) -> None:
    """F13: the request to commit is held while the next attempt runs; then it arrives."""
    case = proxied_case
    rule = Rule(Api.END_TXN, hold_s=30)
    proxy.set(rule)
    late = start_until(rule, case)
    second = case.but(try_number=2, bootstrap=case.broker.bootstrap).attempt.run()
    assert second.green, second
    first = late.outcome()
    assert first.error in ("FencedError", "UndecidedError") or (first.receipt and first.receipt["already_published"]), first
    case.check_once()


def test_an_abort_that_is_delayed_holds_up_nobody(proxied_case: Case, proxy: Proxy) -> None:
    """F16: an attempt that was told to stop cannot abort; the next one ends its transaction."""
    case = proxied_case
    proxy.set(rule := Rule(Api.END_TXN, hold_s=20))
    process = case.attempt.start(SPRINGHEAD_FAULT="stop:flush")
    wait_until_stopped(process)
    os.kill(process.pid, signal.SIGTERM)
    os.kill(process.pid, signal.SIGCONT)
    stopped = process.outcome()
    assert stopped.error == "StoppedError", stopped
    assert float(stopped.log.splitlines()[-1]) < 5 * BUSY
    assert rule.met, "it had begun no transaction"
    assert case.but(try_number=2, bootstrap=case.broker.bootstrap).attempt.run().green
    case.check_once()
