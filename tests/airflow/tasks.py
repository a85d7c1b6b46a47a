"""Tasks on their own, without an Airflow that runs, and what they ask of the engine."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG

from springhead.kafka.connection import Connection
from springhead.ledger.entry import PartitionShare
from springhead.publish import publish as pipeline
from springhead.publish.receipt import Receipt
from springhead.quantities import Interval
from springhead.records.request import Request
from springhead.spec import Stream, load_stream
from springhead.verify import verify as engine_verify
from springhead.verify.verification import Verification
from springhead_airflow import connection as connection_module
from springhead_airflow.operator import PublishBatchOperator
from springhead_airflow.verify import VerifyBatchOperator
from tests.unit.verify.build import GOOD

UTC = dt.UTC
AFTER = dt.datetime(2026, 3, 1, 10, 7, 30, tzinfo=UTC)
START, END = dt.datetime(2026, 3, 1, 10, tzinfo=UTC), dt.datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
OWN = Interval(START, END)
ASKED = Interval.parse("2026-01-01T00:00Z/PT1H")

RECEIPT = Receipt(
    stream="things",
    variant=None,
    topic="things",
    connection="kafka_default",
    interval=str(OWN),
    run_id=None,
    guarantee="at_least_once",
    records=5,
    sent=5,
    acked=5,
    bytes=50,
    digest="d",
    spec_digest="s",
    partition=None,
    topic_partitions=1,
    topic_id="AAAAAAAAAAAAAAAAAAAAAQ",
    partitions={0: PartitionShare(5, 0, 5)},
    duration_s=0.1,
)


def stream_of(tmp_path: Path, schedule: str | None = '"*/5 * * * *"') -> Stream:
    file = tmp_path / "things.yaml"
    file.write_text(
        f"topic: things\nschedule: {schedule or 'null'}\nfields:\n  n: {{integer: [1, 9]}}\nvariants:\n  pinned: {{partition: 0}}\n"
    )
    return load_stream(file)


def run(kind: str, start: dt.datetime | None = START, end: dt.datetime | None = END, **more: Any) -> dict[str, Any]:
    found = {
        "run_type": kind,
        "run_id": f"{kind}__1",
        "run_after": AFTER,
        "data_interval_start": start,
        "data_interval_end": end,
        "logical_date": None,
        "conf": {},
    }
    dag = more.pop("dag", None)
    return {"dag_run": SimpleNamespace(**{**found, **more}), "params": {}, "dag": dag}


def operator(tmp_path: Path, **options: Any) -> PublishBatchOperator:
    with DAG("d", schedule=None):
        return PublishBatchOperator(task_id="publish", stream=stream_of(tmp_path), **options)


def instance(dag_id: str, task_id: str, try_number: int = 1, map_index: int = -1) -> SimpleNamespace:
    return SimpleNamespace(dag_id=dag_id, task_id=task_id, run_id="run", try_number=try_number, map_index=map_index)


def verifier(tmp_path: Path, **options: Any) -> VerifyBatchOperator:
    with DAG("d", schedule=None):
        return VerifyBatchOperator(task_id="verify", stream=stream_of(tmp_path), **options)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the operator asks of the engine; "raises" makes the engine fail."""
    asked: dict[str, Any] = {}

    def publish(request: Request, connection: Connection, **options: Any) -> Receipt:
        asked.update(options, request=request, connection=connection)
        if "raises" in asked:
            raise asked["raises"]
        return RECEIPT

    monkeypatch.setattr(pipeline, "publish", publish)
    monkeypatch.setattr(connection_module, "airflow_connection", lambda name: Connection(name, {"bootstrap.servers": "localhost:9092"}))
    return asked


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of errors in the tasks' logs."""
    lines: list[str] = []
    log = SimpleNamespace(error=lambda text, line: lines.append(text % line), info=lambda *_: None, warning=lambda *_: None)
    for operator_class in (PublishBatchOperator, VerifyBatchOperator):
        monkeypatch.setattr(operator_class, "log", log)
    return lines


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the operator asks of the engine; "found" is what that finds, "raises" what it raises."""
    asked: dict[str, Any] = {"found": GOOD}

    def verify(request: Request, connection: Connection, **options: Any) -> Verification:
        asked.update(options, request=request, connection=connection)
        if "raises" in asked:
            raise asked["raises"]
        found: Verification = asked["found"]
        return found

    monkeypatch.setattr(engine_verify, "verify", verify)
    monkeypatch.setattr(connection_module, "airflow_connection", lambda name: Connection(name, {"bootstrap.servers": "localhost:9092"}))
    return asked
