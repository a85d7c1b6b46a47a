"""A cluster as `make cluster` starts it: runs over Celery, workers that are killed or told to end, a backfill by two workers."""

from __future__ import annotations

import re
import signal
from collections import Counter
from functools import partial
from typing import Any

import psutil
import pytest

from dev.celery_airflow import CeleryAirflow
from dev.console import console_consumer
from tests.airflow.runs import backfilled, batch_of, failure, found, is_green, records_in, task_process, until
from tests.cluster.conftest import WORKERS, CeleryStack

PATIENCE_S = 240.0  # other people's load is on the machine: a margin, no promise


def both_are_online(cluster: CeleryStack) -> bool:
    assert isinstance(cluster.airflow, CeleryAirflow)
    return cluster.airflow.online() == list(WORKERS)


def green(cluster: CeleryStack, dag: str, run_id: str) -> dict[str, Any]:
    """The receipt of a run's task `publish`, once the run is green."""
    until(partial(is_green, cluster, dag, run_id), f"the run of {dag} does not become green", PATIENCE_S)
    receipt: dict[str, Any] = cluster.api.xcom(dag, run_id, "publish")
    return receipt


def tries(cluster: CeleryStack, dag: str, run_id: str) -> int:
    return int(cluster.api.tasks(dag, run_id)[0]["try_number"])


def test_make_cluster_shows_each_step_a_batch_over_celery_and_where_everything_is(cluster: CeleryStack) -> None:
    for step in (
        "PostgreSQL and Redis",
        "Airflow's database and connections",
        f"Kafka's broker at {cluster.bootstrap}",
        "compiled kernels",
        "Airflow",
        "2 workers",
        "one run of the DAG registrations",
        "Kafka's console consumer reads the records back",
    ):
        assert re.search(rf"^    ok +[\d.]+ s  {re.escape(step)}$", cluster.told, re.MULTILINE), cluster.told
    assert "  acked: 100" in cluster.told
    assert f"Airflow  {cluster.airflow.url}    login admin, password admin" in cluster.told
    assert cluster.told.endswith("end it   make cluster-stop\n")


def test_make_cluster_twice_is_one_cluster(cluster: CeleryStack) -> None:
    before = cluster.keeper().pid
    code, told = cluster.shell.make("cluster")
    assert (code, told.splitlines()[0]) == (0, "the cluster runs already")
    assert told.splitlines()[1:] == cluster.told.splitlines()[-3:]
    assert cluster.keeper().pid == before
    assert both_are_online(cluster)


def test_nothing_of_it_listens_beyond_this_machine(cluster: CeleryStack) -> None:
    listening = {
        connection.laddr.ip.removeprefix("::ffff:")  # as the JVM has it
        for process in cluster.tree()
        if process.is_running()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.workers
def test_a_batch_of_four_parts_is_published_by_mapped_tasks_on_both_workers_and_verified(cluster: CeleryStack) -> None:
    run_id = cluster.api.trigger("in_parts")
    until(partial(is_green, cluster, "in_parts", run_id), "the run does not become green", PATIENCE_S)
    receipt = cluster.api.xcom("in_parts", run_id, "publish.receipt")
    assert (receipt["acked"], receipt["parts"], receipt["of_parts"]) == (3_200_000, 4, None)
    parts = [task for task in cluster.api.tasks("in_parts", run_id) if task["task_id"] == "publish.parts"]
    assert sorted(task["map_index"] for task in parts) == [0, 1, 2, 3]
    mapped = {worker: cluster.ran(worker, f"{run_id}/task_id=publish.parts") for worker in WORKERS}
    assert all(mapped.values()), mapped
    verification = cluster.api.xcom("in_parts", run_id, "verify")
    assert (verification["good"], verification["records"]) == (True, 3_200_000)


@pytest.mark.workers
def test_a_worker_that_is_killed_with_its_tasks_is_replaced_and_each_record_is_there_once_after_the_retry(cluster: CeleryStack) -> None:
    run_id = cluster.api.trigger("patient")
    task = task_process(cluster, "crawling", run_id, dag="patient")
    worker = cluster.worker_of(task)
    for process in [worker, *worker.children(recursive=True)]:  # as when its machine is lost
        process.kill()
    receipt = green(cluster, "patient", run_id)
    assert (receipt["acked"], receipt["already_published"]) == (40_000, False)
    assert tries(cluster, "patient", run_id) == 2
    assert records_in(cluster, "crawling") > 40_000  # those of the first attempt, which no reader of committed records sees
    assert found(cluster, receipt) == batch_of(cluster, receipt)
    until(partial(both_are_online, cluster), "the worker does not come back")


@pytest.mark.workers
def test_a_worker_that_is_told_to_end_lets_its_tasks_finish(cluster: CeleryStack) -> None:
    before = records_in(cluster, "crawling")
    run_id = cluster.api.trigger("patient")
    worker = cluster.worker_of(task_process(cluster, "crawling", run_id, dag="patient", before=before))
    worker.terminate()
    receipt = green(cluster, "patient", run_id)
    assert (tries(cluster, "patient", run_id), receipt["acked"]) == (1, 40_000)
    assert found(cluster, receipt) == batch_of(cluster, receipt)
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, "the worker goes on")
    until(partial(both_are_online, cluster), "the worker does not come back")


@pytest.mark.workers
def test_a_task_that_is_told_to_end_fails_and_never_returns_green(cluster: CeleryStack) -> None:
    before = records_in(cluster, "crawling")
    run_id = cluster.api.trigger("patient")
    task = task_process(cluster, "crawling", run_id, dag="patient", before=before)
    task.send_signal(signal.SIGTERM)
    receipt = green(cluster, "patient", run_id)  # of the second try
    assert "Springhead receipt" not in "\n".join(cluster.api.log("patient", run_id, "publish", 1))
    assert tries(cluster, "patient", run_id) == 2
    assert found(cluster, receipt) == batch_of(cluster, receipt), failure(cluster, "patient", run_id)


@pytest.mark.workers
def test_a_backfill_of_24_intervals_by_two_workers_publishes_each_once(cluster: CeleryStack) -> None:
    runs = backfilled(cluster, "registrations", "2026-04-01T00:00:00Z", "2026-04-01T01:55:00Z", timeout_s=600)
    assert len(runs) == 24
    by_worker = {worker: sum(cluster.ran(worker, run["dag_run_id"]) for run in runs) for worker in WORKERS}
    assert all(by_worker.values()), by_worker
    assert sum(by_worker.values()) == 48  # of the stream and of its variant
    first_ms = 1775001600_000
    there = [record for record in console_consumer(cluster.bootstrap, "second_topic") if 0 <= record.timestamp_ms - first_ms < 7_200_000]
    assert Counter((record.timestamp_ms - first_ms) // 300_000 for record in there) == dict.fromkeys(range(24), 200)
    receipts = [cluster.api.xcom("registrations", run["dag_run_id"], "publish") for run in runs]
    assert found(cluster, receipts[0]) == batch_of(cluster, receipts[0])


def test_make_cluster_stop_ends_it_all(cluster: CeleryStack) -> None:
    tree = cluster.tree()
    assert cluster.shell.make("cluster-stop") == (0, "the cluster stopped\n")
    assert [process for process in tree if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []
    assert cluster.shell.left() == []
    log = (cluster.shell.folder / "cluster/postgres/postgres.log").read_text()
    assert "received fast shutdown request" in log
    assert "database system is shut down" in log
    assert cluster.shell.make("cluster-stop") == (0, "the cluster does not run: nothing to stop\n")
