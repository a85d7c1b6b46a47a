"""Backfills in a real Airflow, asked for as the UI's dialog asks for them: docs/airflow.md, "Which batch a run publishes"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dev.console import console_consumer
from tests.airflow.conftest import Stack
from tests.airflow.runs import batch_of, failure, run_of, seen, until

DAG = "addresses"  # 100 records each five minutes


def asked(stack: Stack, interval_start: str, **more: Any) -> list[Mapping[str, Any]]:
    """What became of the one interval of a backfill: its entries, once the backfill is done."""
    body = {"dag_id": DAG, "from_date": interval_start, "to_date": interval_start, "run_backwards": False, "max_active_runs": 1, **more}
    number = stack.api.post("/api/v2/backfills", body)["id"]
    until(lambda: stack.api.get(f"/api/v2/backfills/{number}")["completed_at"], "the backfill is not done")
    runs: list[Mapping[str, Any]] = stack.api.get(
        f"/api/v2/dags/{DAG}/dagRuns", logical_date_gte=interval_start, logical_date_lte=interval_start
    )["dag_runs"]
    assert {run["state"] for run in runs} == {"success"}, [failure(stack, DAG, run["dag_run_id"]) for run in runs]
    return runs


def receipt_of(stack: Stack, run: Mapping[str, Any]) -> dict[str, Any]:
    receipt: dict[str, Any] = stack.api.xcom(DAG, run["dag_run_id"], "publish")
    return receipt


def test_a_backfill_has_the_streams_own_number_of_records_unless_its_params_are_sent(stack: Stack) -> None:
    for start, conf, records in (("2026-04-02T00:00:00Z", None, 100), ("2026-04-02T00:05:00Z", {"records": 7}, 7)):
        (run,) = asked(stack, start, dag_run_conf=conf)  # null: what the dialog sends without *Override parameters*
        receipt = receipt_of(stack, run)
        assert (receipt["records"], receipt["interval"].partition("/")[0], receipt["run_id"]) == (records, start, None)


def test_a_dated_manual_run_occupies_its_interval_until_a_backfill_reprocesses_it(stack: Stack) -> None:
    start = "2026-04-02T01:00:00Z"
    run_id = stack.api.trigger(DAG, logical_date=start)
    assert stack.api.wait_run(DAG, run_id) == "success", failure(stack, DAG, run_id)
    (left,) = asked(stack, start, dag_run_conf=None)
    assert (left["dag_run_id"], left["run_type"]) == (run_id, "manual"), "the backfill has skipped the interval"

    (again,) = asked(stack, start, dag_run_conf=None, reprocess_behavior="completed")
    assert (again["dag_run_id"], again["run_type"]) == (run_id, "backfill")
    receipt = receipt_of(stack, run_of(stack, DAG, run_id) | {"dag_run_id": run_id})
    assert (receipt["interval"], receipt["run_id"]) == (f"{start}/2026-04-02T01:05:00Z", None)
    assert not batch_of(stack, receipt) - seen(console_consumer(stack.bootstrap, receipt["topic"]))


def test_a_backfill_of_partitions_publishes_the_interval_of_each_with_its_key(stack: Stack) -> None:
    body = {"dag_id": "partitioned", "from_date": "2026-04-02T10:00:00Z", "to_date": "2026-04-02T11:00:00Z", "run_backwards": False}
    number = stack.api.post("/api/v2/backfills", {**body, "max_active_runs": 2, "dag_run_conf": None})["id"]
    until(lambda: stack.api.get(f"/api/v2/backfills/{number}")["completed_at"], "the backfill is not done")
    runs = stack.api.get("/api/v2/dags/partitioned/dagRuns", run_type="backfill")["dag_runs"]
    assert {run["state"] for run in runs} == {"success"}, [failure(stack, "partitioned", run["dag_run_id"]) for run in runs]
    receipts = {run["partition_key"]: stack.api.xcom("partitioned", run["dag_run_id"], "publish") for run in runs}
    assert {key: (receipt["interval"], receipt["run_id"]) for key, receipt in receipts.items()} == {
        "2026-04-02T10:00:00": ("2026-04-02T10:00:00Z/2026-04-02T11:00:00Z", None),
        "2026-04-02T11:00:00": ("2026-04-02T11:00:00Z/2026-04-02T12:00:00Z", None),
    }
    events = stack.api.get("/api/v2/assets/events", source_dag_id="partitioned")["asset_events"]
    assert receipts.keys() <= {event["partition_key"] for event in events}
