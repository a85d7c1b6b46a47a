"""Metrics of real tasks, heard by a real StatsD server."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.airflow.conftest import Stack
from tests.airflow.runs import green_receipt, run_of, until
from tests.airflow.statsd import StatsdServer

TAGS = {"stream": "measured", "topic": "measured", "variant": "-", "connection": "kafka_default"}
CONF = {"start": "2026-05-02T10:00:00Z", "end": "2026-05-02T11:00:00Z", "replay": True}


def told(statsd: StatsdServer) -> dict[str, list[float]]:
    """Name → the values that were told of the stream `measured`, without the DAG's own metrics."""
    found: dict[str, list[float]] = {}
    for metric in statsd.told(**TAGS):
        found.setdefault(metric.name.removeprefix("airflow.springhead."), []).append(metric.value)
    return found


def test_a_batch_is_told_once_and_not_per_record(stack: Stack, statsd: StatsdServer) -> None:
    receipt = green_receipt(stack, "measured", CONF)
    statsd.wait_for("airflow.springhead.doubled", TAGS)  # what the task behind it tells last
    first = told(statsd)
    (duration_ms,) = first.pop("duration")
    (verify_ms,) = first.pop("verify_duration")
    assert abs(duration_ms - receipt["duration_s"] * 1000) < 1
    assert 0 < verify_ms < 60_000
    counted = {"batches": [1], "records": [5000], "bytes": [receipt["bytes"]]}
    compared = {"verified": [5000], "missing": [0], "changed": [0], "doubled": [0]}
    assert first == counted | compared  # no lag: a run by hand is not late

    assert green_receipt(stack, "measured", CONF)["already_published"]
    statsd.wait_for("airflow.springhead.doubled", TAGS, 2)
    again = told(statsd)
    assert again["already_published"] == [1]
    assert {name: again[name] for name in counted} == counted
    assert {metric.name: metric.kind for metric in statsd.told(**TAGS)} == {
        f"airflow.springhead.{name}": "ms" if name in ("duration", "verify_duration") else "c" for name in again
    }


def test_a_scheduled_run_tells_how_long_after_its_interval_it_was_green(stack: Stack, statsd: StatsdServer) -> None:
    (lag, *_) = statsd.wait_for("airflow.springhead.lag", {**TAGS, "stream": "crowd", "topic": "crowd"})

    def first_green() -> dict[str, Any] | None:
        runs = stack.api.get("/api/v2/dags/crowd/dagRuns", run_type="scheduled", order_by="id")["dag_runs"]
        return next((run for run in runs if run["state"] == "success"), None)

    run = run_of(stack, "crowd", until(first_green, "no scheduled run is green")["dag_run_id"])
    ended, due = dt.datetime.fromisoformat(run["end_date"]), dt.datetime.fromisoformat(run["data_interval_end"])
    assert lag.kind == "ms"
    assert -60_000 < lag.value - (ended - due).total_seconds() * 1000 < 1000  # the run ends after its task
