"""F42: Airflow takes a task for dead whose heartbeats are missing, and runs the next attempt beside it."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from dev.airflow import Airflow
from dev.api import AirflowApi
from dev.broker import Broker
from dev.console import console_consumer
from dev.ports import free_ports
from dev.processes import descendants
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.faults.conftest import FIELDS
from tests.kafka.build import expected, seen
from tests.unit.build import stream

pytestmark = [pytest.mark.kafka, pytest.mark.airflow]

T = TypeVar("T")
PATIENCE_S = 180.0  # other people's load is on the machine

SPEC = {"topic": "orphan", "topic_config": {"partitions": 2, "configs": {"retention.ms": -1}}, "records": 2000, "fields": FIELDS}
DAG = """
from datetime import timedelta
from airflow.sdk import DAG
from springhead_airflow.operator import PublishBatchOperator

with DAG("orphan", schedule=None):
    PublishBatchOperator(task_id="publish", stream="orphan", retries=1, retry_delay=timedelta(seconds=1))
"""
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "10",  # 300 unless told
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "1",
}


def until(what: Callable[[], T | None], complaint: str) -> T:
    """The first result that is not None."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := what()) is None:
        assert time.monotonic() < deadline, complaint
        time.sleep(0.3)
    return found


@pytest.mark.timeout(900)
def test_a_task_that_airflow_takes_for_dead_and_its_retry_commit_one_batch(broker: Broker, tmp_path: Path) -> None:
    for folder, name, text in (("streams", "orphan.yaml", json.dumps(SPEC)), ("dags", "orphan.py", DAG)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    (port,) = free_ports(1)
    more = {**IMPATIENT, "SPRINGHEAD_STREAMS": str(tmp_path / "streams"), "SPRINGHEAD_FAULT": "stop:flush"}
    airflow = Airflow(port, tmp_path / "home", dags=tmp_path / "dags", more=more)
    airflow.prepare(broker.bootstrap)
    airflow.start()
    api = AirflowApi(airflow.url, check=airflow.check)
    scheduler = airflow.processes["scheduler"].pid

    def hung(but: psutil.Process | None = None) -> psutil.Process | None:
        """A task that stands at the point, with all its records sent."""
        others = {but, but.parent()} if but else set()
        return next((each for each in descendants(scheduler) if each.status() == psutil.STATUS_STOPPED and each not in others), None)

    try:
        api.wait_up()
        api.wait_parsed("orphan")
        run = api.trigger("orphan")
        first = until(hung, "the task does not reach its point")
        supervisor = first.parent()
        assert supervisor
        supervisor.send_signal(signal.SIGSTOP)  # no heartbeats from here on
        second = until(lambda: hung(first), "Airflow does not start the next attempt")
        second.send_signal(signal.SIGCONT)
        until(lambda: api.get(f"/api/v2/dags/orphan/dagRuns/{run}")["state"] == "success" or None, "the run is not green")
        first.send_signal(signal.SIGCONT)
        supervisor.send_signal(signal.SIGCONT)
        psutil.wait_procs([first], timeout=60)
        receipt = api.xcom("orphan", run, "publish")
        assert [task["try_number"] for task in api.tasks("orphan", run)] == [2]
        assert api.get(f"/api/v2/dags/orphan/dagRuns/{run}")["state"] == "success"
    finally:
        api.close()
        airflow.stop()
    assert receipt["sent"] == receipt["acked"] == 2000
    batch = Batch.of(
        Request(
            stream(FIELDS, "orphan", **{key: value for key, value in SPEC.items() if key != "fields"}),
            Interval.parse(receipt["interval"]),
            run_id=receipt["run_id"],
        ),
        TopicFacts(partitions=2),
    )
    assert seen(console_consumer(broker.bootstrap, "orphan")) == expected(batch)
