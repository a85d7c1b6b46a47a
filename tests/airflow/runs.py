"""What tests of a real Airflow ask of it: runs, their receipts and logs, and their records in the topic."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import psutil

from dev.console import Record, console_consumer, end_offsets
from dev.errors import DevError
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import find_stream
from springhead.topic_facts import TopicFacts
from tests.airflow.conftest import Stack

T = TypeVar("T")

PATIENCE_S = 120.0  # other people's load is on the machine: a margin, no promise


def until(what: Callable[[], T | None], complaint: str, timeout_s: float = PATIENCE_S) -> T:
    """The first result that is neither None nor false nor empty."""
    deadline = time.monotonic() + timeout_s
    while not (found := what()):
        assert time.monotonic() < deadline, complaint
        time.sleep(0.3)
    return found


def run_of(stack: Stack, dag: str, run_id: str) -> dict[str, Any]:
    found: dict[str, Any] = stack.api.get(f"/api/v2/dags/{dag}/dagRuns/{run_id}")
    return found


def green_receipt(stack: Stack, dag: str, conf: dict[str, Any] | None = None, task: str = "publish") -> dict[str, Any]:
    """Triggers a DAG by hand; the receipt once its run is green."""
    run_id = stack.api.trigger(dag, conf)
    assert stack.api.wait_run(dag, run_id) == "success", failure(stack, dag, run_id)
    receipt: dict[str, Any] = stack.api.xcom(dag, run_id, task)
    return receipt


def failure(stack: Stack, dag: str, run_id: str) -> str:
    """The logs of a failed run's failed tasks."""
    tasks = stack.api.tasks(dag, run_id)
    return "\n".join(
        line
        for task in tasks
        if task["state"] in ("failed", "up_for_retry")
        for line in stack.api.log(dag, run_id, task["task_id"], task["try_number"])
    )


def backfilled(stack: Stack, dag: str, first: str, last: str, *more: str, timeout_s: float = PATIENCE_S) -> list[dict[str, Any]]:
    """Makes a backfill; the DAG's backfill runs once all are done."""
    done = airflow(stack, "backfill", "create", "--dag-id", dag, "--from-date", first, "--to-date", last, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    until(
        lambda: all(entry["completed_at"] for entry in stack.api.get("/api/v2/backfills", dag_id=dag)["backfills"]), "not done", timeout_s
    )
    runs: list[dict[str, Any]] = stack.api.get("/api/v2/dags/" + dag + "/dagRuns", run_type="backfill", limit="50")["dag_runs"]
    assert {run["state"] for run in runs} == {"success"}, [failure(stack, dag, run["dag_run_id"]) for run in runs]
    return runs


def batch_of(stack: Stack, receipt: dict[str, Any]) -> Counter[tuple[int, int, bytes | None, bytes | None]]:
    """(partition, timestamp, key, value) of the receipt's batch, made again here; how often each."""
    made = Batch.of(
        Request(
            find_stream(receipt["stream"], stack.streams),
            Interval.parse(receipt["interval"]),
            variant=receipt["variant"],
            run_id=receipt["run_id"],
            records=receipt["records"],
            partition=receipt["partition"],
            batch=receipt["batch"],
        ),
        TopicFacts(partitions=receipt["topic_partitions"]),
    )
    rows: Counter[tuple[int, int, bytes | None, bytes | None]] = Counter()
    for chunk in records_of(made):
        keys = chunk.keys.optional() if chunk.keys else [None] * chunk.rows
        rows.update(zip(chunk.partitions.tolist(), chunk.timestamps_ms.tolist(), keys, chunk.values.tolist(), strict=True))
    return rows


def seen(records: list[Record]) -> Counter[tuple[int, int, bytes | None, bytes | None]]:
    return Counter((record.partition, record.timestamp_ms, record.key, record.value) for record in records)


def found(stack: Stack, receipt: dict[str, Any]) -> Counter[tuple[int, int, bytes | None, bytes | None]]:
    """How often each record of the receipt's batch stands in the topic."""
    return seen(console_consumer(stack.bootstrap, receipt["topic"])) & Counter(dict.fromkeys(batch_of(stack, receipt), 9))


def airflow(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs Airflow's command line on the session's Airflow."""
    command = [sys.executable, "-m", "airflow", *words]
    return subprocess.run(command, env=stack.airflow.environment(), capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def task_process(stack: Stack, topic: str, run_id: str, *, dag: str | None = None, before: int = 0) -> psutil.Process:
    """The process in which a task runs, once there are more records in its topic than before; the DAG has the topic's name unless told."""

    def running() -> psutil.Process | None:
        task = stack.api.tasks(dag or topic, run_id)[0]
        busy = task["state"] == "running" and task["pid"] and records_in(stack, topic) > before
        return psutil.Process(task["pid"]) if busy else None

    return until(running, "the task does not publish")


def records_in(stack: Stack, topic: str) -> int:
    try:
        return sum(end_offsets(stack.bootstrap, topic).values())
    except DevError:
        return 0  # no such topic yet


def is_green(stack: Stack, dag_id: str, run_id: str) -> bool:
    return bool(run_of(stack, dag_id, run_id)["state"] == "success")
