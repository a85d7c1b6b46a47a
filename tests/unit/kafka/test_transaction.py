"""How often a commit is asked for (docs/decisions/014). What a broker makes of it is the matter of tests/kafka and tests/faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from confluent_kafka import KafkaError, KafkaException

from springhead.kafka.transaction import _end


def answering(*answers: KafkaError | None) -> tuple[Callable[[float], None], list[float]]:
    """A commit_transaction that answers so, call by call, and the timeouts that it was given."""
    timeouts: list[float] = []

    def call(timeout_s: float) -> None:
        timeouts.append(timeout_s)
        if (error := answers[len(timeouts) - 1]) is not None:
            raise KafkaException(error)

    return call, timeouts


def test_a_commit_that_has_timed_out_is_never_asked_for_again() -> None:
    call, timeouts = answering(KafkaError(KafkaError._TIMED_OUT, "timed out", retriable=True), None)
    with pytest.raises(KafkaException) as caught:
        _end(call, 30)
    assert caught.value.args[0].code() == KafkaError._TIMED_OUT
    assert len(timeouts) == 1


def test_a_commit_that_the_coordinator_could_not_take_yet_is_asked_for_again_within_the_same_time() -> None:
    call, timeouts = answering(KafkaError(KafkaError.COORDINATOR_LOAD_IN_PROGRESS, "loading", retriable=True), None)
    _end(call, 30)
    assert len(timeouts) == 2
    assert timeouts[1] < timeouts[0] <= 30


def test_a_refused_commit_is_not_asked_for_again() -> None:
    call, timeouts = answering(KafkaError(KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "may not"), None)
    with pytest.raises(KafkaException):
        _end(call, 30)
    assert len(timeouts) == 1
