"""Chunks made on several threads are taken once each, in their order; an error, and a stop, end the work."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from springhead.errors import StoppedError
from springhead.records.in_turn import in_turn
from springhead.records.press import Press
from tests.unit.build import batch, rows
from tests.unit.records.build import FIELDS, GATHERED, KEYS, all_rows


def presses(count: int) -> list[Press]:
    made = batch({"n": {"integer": [1, 9]}})
    return [Press(made) for _ in range(count)]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_records_are_those_of_one_thread_in_their_order(threads: int) -> None:
    made = batch({**FIELDS, **GATHERED}, records=500, **KEYS)
    found: list[Any] = []
    spans = [range(first, min(first + 37, 500)) for first in range(0, 500, 37)]
    in_turn(
        [Press(made) for _ in range(threads)],
        spans,
        lambda press, span: press.records(span),
        lambda _, records: found.extend(rows(records)),
        threading.Event(),
    )
    assert found == all_rows(made)


def test_an_error_is_that_of_the_first_span_that_failed_and_nothing_behind_it_is_taken() -> None:
    taken: list[int] = []

    def make(_: Press, number: int) -> int:
        time.sleep(0.02 if number == 7 else 0)  # later ones fail before it
        if number >= 7:
            raise KeyError(number)
        return number

    with pytest.raises(KeyError, match="7"):
        in_turn(presses(3), range(50), make, lambda span, _: taken.append(span), threading.Event())
    assert taken == list(range(7))


def test_what_cannot_be_taken_is_raised() -> None:
    def take(span: int, _: None) -> None:
        raise OSError(span)

    with pytest.raises(OSError, match="0"):
        in_turn(presses(2), range(9), lambda *_: None, take, threading.Event())


def test_spans_that_fail_end_it() -> None:
    def spans() -> Iterator[int]:
        yield 0
        raise KeyError("no more")

    with pytest.raises(KeyError, match="no more"):
        in_turn(presses(3), spans(), lambda *_: None, lambda *_: None, threading.Event())


def test_a_stop_ends_it() -> None:
    stop, taken = threading.Event(), []

    def take(span: int, _: None) -> None:
        taken.append(span)
        if span == 3:
            stop.set()

    with pytest.raises(StoppedError):
        in_turn(presses(2), iter(range(10**9)), lambda *_: time.sleep(0.001), take, stop)
    assert taken == list(range(len(taken)))


def test_no_spans_are_no_work() -> None:
    in_turn(presses(2), [], lambda *_: None, lambda *_: None, threading.Event())


def test_a_thread_begins_while_the_next_ones_press_is_prepared() -> None:
    begun = threading.Event()

    def prepared() -> Iterator[Press]:
        yield presses(1)[0]
        assert begun.wait(60)
        yield presses(1)[0]

    taken: list[int] = []
    in_turn(prepared(), range(9), lambda *_: begun.set(), lambda span, _: taken.append(span), threading.Event())
    assert taken == list(range(9))


def test_a_press_that_cannot_be_prepared_is_raised_and_ends_the_work() -> None:
    def prepared() -> Iterator[Press]:
        yield presses(1)[0]
        raise KeyError("no second one")

    with pytest.raises(KeyError, match="no second one"):
        in_turn(prepared(), iter(range(10**9)), lambda *_: None, lambda *_: None, threading.Event())
