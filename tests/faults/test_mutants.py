"""Would the tests notice? Publishers that lack one step of the protocol break the promise in a scenario in which ours keeps it.

F30 is among them: a foreign transaction open on the ledger's partition.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from confluent_kafka import Producer

from springhead.ledger.key import partition_of
from tests.faults.conftest import Case, wait_until_stopped
from tests.faults.proxy import Api, Proxy, Rule
from tests.faults.tampering import MUTANTS
from tests.faults.warm import Warm
from tests.kafka.build import expected

pytestmark = pytest.mark.kafka

_NORMAL_S = 12.0  # in which an attempt that waits for nothing has ended, most of the time; too short makes no test fail that should pass


def hung_at(case: Case, point: str) -> Warm:
    process = case.attempt.start(SPRINGHEAD_FAULT=f"stop:{point}")
    wait_until_stopped(process)
    return process


def wake(process: Warm) -> None:
    os.kill(process.pid, signal.SIGCONT)


# Scenarios: what happens to attempts of this kind; whether a retry would be needed is none of their business


def hangs_before_init(case: Case, proxy: Proxy) -> None:
    zombie = hung_at(case, "start")
    assert case.but(try_number=2, tampering=()).attempt.run().green
    wake(zombie)
    zombie.outcome()


def hangs_before_its_entry(case: Case, proxy: Proxy) -> None:
    zombie = hung_at(case, "flush")
    assert case.but(try_number=2).attempt.run().green
    wake(zombie)
    zombie.outcome()


@contextmanager
def foreign_transaction(case: Case) -> Iterator[Callable[[], None]]:
    """Somebody else's record in the ledger's partition, undecided until the function is called."""
    producer = Producer({"bootstrap.servers": case.broker.bootstrap, "transactional.id": f"foreign-{case.topic}"})
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(case.attempt.ledger, b"{}", b'["somebody-else"]', partition_of(case.attempt.name))
    assert producer.flush(30) == 0
    decided: list[bool] = []

    def decide() -> None:
        if not decided:
            decided.append(True)
            producer.abort_transaction(30)

    try:
        yield decide
    finally:
        decide()


def foreign_transaction_on_the_ledger(case: Case, proxy: Proxy) -> None:
    """F30: the entry stands behind it when the retry looks."""
    first = hung_at(case.but(tampering=()), "flush")
    with foreign_transaction(case) as decide:
        wake(first)
        assert first.outcome().green
        retry = case.but(try_number=2).attempt.start()
        if not retry.wait(60 if case.attempt.tampering else _NORMAL_S):
            decide()  # ours waits for this
        retried = retry.outcome()
    assert retried.green, retried


def dies_behind_its_entry(case: Case, proxy: Proxy) -> None:
    assert case.attempt.run(SPRINGHEAD_FAULT="kill:entry").code == -9
    assert case.but(try_number=2).attempt.run().green


def commits_without_an_answer(case: Case, proxy: Proxy) -> None:
    proxy.set(rule := Rule(Api.END_TXN, answers=True, hold_s=8))
    outcome = case.but(tampering=("commit-patience-s=2", *case.attempt.tampering)).attempt.run()
    assert rule.done
    assert outcome.green, outcome


def cannot_commit(case: Case, proxy: Proxy) -> None:
    proxy.set(Rule(Api.END_TXN, cut=True, at=frozenset(range(1, 1000))))
    outcome = case.but(tampering=("commit-patience-s=2", "rounds=1", *case.attempt.tampering)).attempt.run()
    proxy.set()
    if not outcome.green:
        assert outcome.error == "UndecidedError", outcome
        assert not case.seen()
        assert case.but(try_number=2).attempt.run().green


SCENARIOS: dict[str, Callable[[Case, Proxy], None]] = {
    "read-before-init": hangs_before_init,
    "new-id": hangs_before_its_entry,
    "last-stable-offset": foreign_transaction_on_the_ledger,
    "committed-look-up": foreign_transaction_on_the_ledger,
    "entry-outside": dies_behind_its_entry,
    "no-second-look": commits_without_an_answer,
    "unknown-is-success": cannot_commit,
}


@pytest.mark.parametrize("scenario", dict.fromkeys(SCENARIOS.values()))
def test_the_publisher_keeps_its_promise(proxied_case: Case, proxy: Proxy, scenario: Callable[[Case, Proxy], None]) -> None:
    scenario(proxied_case, proxy)
    proxied_case.check_once()


@pytest.mark.parametrize("mutant", SCENARIOS)
def test_a_publisher_without_that_step_breaks_it(proxied_case: Case, proxy: Proxy, mutant: str) -> None:
    SCENARIOS[mutant](proxied_case.but(tampering=(mutant,)), proxy)
    assert proxied_case.seen() != expected(proxied_case.batch())


def test_every_mutant_has_its_scenario() -> None:
    assert SCENARIOS.keys() == MUTANTS.keys()
