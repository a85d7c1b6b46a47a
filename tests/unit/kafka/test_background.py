"""A call in a thread of its own."""

from __future__ import annotations

import threading

import pytest

from springhead.errors import LedgerError
from springhead.kafka.background import begun


def test_its_result_is_there_when_it_is_asked_for_and_the_caller_goes_on_meanwhile() -> None:
    may_end = threading.Event()
    number = begun("slow", lambda: may_end.wait(60) and threading.current_thread().name)
    assert not number.done()
    may_end.set()
    assert number.result(60) == "slow"


def test_what_it_raises_is_raised_where_the_result_is_asked_for_each_time() -> None:
    def refuse(name: str, *, why: str) -> None:
        raise LedgerError(f"{name}: {why}")

    refused = begun("refused", refuse, "ledger", why="it is not there")
    for _ in range(2):
        with pytest.raises(LedgerError, match="ledger: it is not there"):
            refused.result(60)


def test_a_process_that_ends_does_not_wait_for_it() -> None:
    may_end = threading.Event()
    begun("waits", may_end.wait, 60)
    (thread,) = (each for each in threading.enumerate() if each.name == "waits")
    assert thread.daemon
    may_end.set()
    thread.join(60)
