"""The trigger on its own: it fires when the batch is there, waits no longer than it may, and keeps the triggerer's loop free."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from springhead.errors import BrokerUnavailableError, OptionError, RefusedError
from springhead.kafka.connection import Connection
from springhead.ledger.key import BatchKey
from springhead.verify import waiting as engine
from springhead_airflow import connection as connection_module
from springhead_airflow import waiting
from springhead_airflow.waiting import BatchPublishedTrigger
from tests.airflow.tasks import OWN, run, verified, verifier

__all__ = ["verified"]  # a fixture

KEY = {"stream": "things", "variant": None, "interval": str(OWN), "run_id": None, "batch": "night"}
FUTURE, PAST = "2999-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"


@pytest.fixture(autouse=True)
def _connection(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (waiting, connection_module):
        monkeypatch.setattr(module, "airflow_connection", lambda name: Connection(name, {"bootstrap.servers": "localhost:9092"}))


def ledger_says(monkeypatch: pytest.MonkeyPatch, *answers: str | Exception) -> list[BatchKey]:
    """What the ledger lacks at each look; the keys that were looked for."""
    asked: list[BatchKey] = []
    left: Iterator[str | Exception] = iter(answers)

    def lacking(key: BatchKey, connection: Connection, stop: threading.Event) -> str:
        asked.append(key)
        if isinstance(answer := next(left), Exception):
            raise answer
        return answer

    monkeypatch.setattr(engine, "lacking", lacking)
    return asked


def fired(until: str = FUTURE) -> Any:
    async def first() -> Any:
        trigger = BatchPublishedTrigger(key=KEY, kafka_config_id="kafka_default", until=until, every_s=0.01)
        async for event in trigger.run():
            return event.payload
        return None

    return asyncio.run(first())


def test_it_fires_when_all_of_the_batch_is_there_and_bears_with_a_broker_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ledger_says(
        monkeypatch, "the ledger 'l' has no entry of it", BrokerUnavailableError("no broker answers"), "1 of 2 parts are published", ""
    )
    assert fired() == {"published": True}
    assert asked == [BatchKey("things", None, OWN, None, "night")] * 4


def test_it_ends_when_the_time_is_over_or_when_no_look_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger_says(monkeypatch, "1 of 2 parts are published", RefusedError("the ledger may not be read"))
    assert fired(PAST) == {"published": False, "why": f"things, {OWN}: 1 of 2 parts are published", "over": True}
    assert fired() == {"published": False, "why": "the ledger may not be read", "over": False}


def test_a_look_that_takes_long_blocks_no_other_trigger(monkeypatch: pytest.MonkeyPatch) -> None:
    looking, enough = threading.Event(), threading.Event()

    def lacking(*_: Any) -> str:
        looking.set()
        assert enough.wait(60)
        return ""

    monkeypatch.setattr(engine, "lacking", lacking)

    async def both() -> Any:
        trigger = BatchPublishedTrigger(key=KEY, kafka_config_id="kafka_default", until=FUTURE, every_s=0.01)
        waits = asyncio.ensure_future(anext(trigger.run()))
        while not looking.is_set():  # the loop goes on, or this would never end
            await asyncio.sleep(0.01)
        enough.set()
        return (await waits).payload

    assert asyncio.run(both()) == {"published": True}


def test_what_airflow_keeps_of_it_makes_it_again() -> None:
    trigger = BatchPublishedTrigger(key=KEY, kafka_config_id="other", until=FUTURE, every_s=10)
    path, arguments = trigger.serialize()
    assert path == "springhead_airflow.waiting.BatchPublishedTrigger"
    assert BatchPublishedTrigger(**arguments).serialize() == (path, arguments)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            {"published": False, "why": "things: 1 of 2 parts are published", "over": True},
            "things: 1 of 2 parts are published after 1:30:00. Publish it, or wait longer: wait=timedelta(hours=…)",
        ),
        ({"published": False, "why": "the ledger may not be read", "over": False}, "the ledger may not be read"),
    ],
)
def test_a_batch_that_did_not_come_fails_the_task_with_what_was_there(
    tmp_path: Path, verified: dict[str, Any], event: dict[str, Any], text: str
) -> None:
    with pytest.raises(AirflowFailException) as caught:
        verifier(tmp_path, deferrable=True, wait=dt.timedelta(hours=1.5)).published(run("scheduled"), event)
    assert str(caught.value) == text


def test_the_task_waits_only_where_it_may_and_where_something_can_come(
    tmp_path: Path, verified: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier(tmp_path).execute(run("scheduled"))  # the ledger is not looked at
    ledger_says(monkeypatch, "", "the ledger 'l' has no entry of it")
    verifier(tmp_path, deferrable=True).execute(run("scheduled"))
    with pytest.raises(TaskDeferred) as caught:
        verifier(tmp_path, deferrable=True, batch="night").execute(run("scheduled"))
    assert caught.value.method_name == "published"
    assert caught.value.trigger.serialize()[1]["key"] == KEY
    acks_1: Callable[[str], Connection] = lambda name: Connection(name, {"bootstrap.servers": "localhost:9092", "acks": "1"})  # noqa: E731
    monkeypatch.setattr(connection_module, "airflow_connection", acks_1)
    verifier(tmp_path, deferrable=True).execute(run("scheduled"))  # which says that such a batch leaves no entry


def test_the_batch_may_be_that_of_the_interval_or_of_another_run(tmp_path: Path, verified: dict[str, Any]) -> None:
    for given, meant in ((None, "manual__1"), ("None", "manual__1"), ("", None), ("manual__7", "manual__7")):
        verifier(tmp_path, run_id=given).execute(run("manual"))
        assert verified["request"].run_id == meant


def test_what_is_no_text_is_no_run(tmp_path: Path, verified: dict[str, Any]) -> None:
    with pytest.raises(AirflowFailException, match=r"^run_id: 7 is no text: put it into quotes$"):
        verifier(tmp_path, run_id=7).execute(run("manual"))


@pytest.mark.parametrize("wait", [3600, "1h"])
def test_a_wait_that_is_no_length_of_time_is_told_when_the_dag_is_parsed(tmp_path: Path, wait: Any) -> None:
    with pytest.raises(OptionError) as caught:
        verifier(tmp_path, wait=wait)
    assert str(caught.value) == f"wait: {wait!r} is no length of time: write timedelta(hours=1), from datetime"


def test_looking_imports_no_kernels() -> None:
    """While a module is imported the triggerer's other triggers wait."""
    script = "import sys, springhead.verify.waiting; print(sorted({'numba', 'polars', 'faker'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
