"""One session of a real Airflow: tasks that are killed, take too long, run twice at once or are cleared."""

from __future__ import annotations

from functools import partial

import psutil

from tests.airflow.conftest import Stack
from tests.airflow.runs import (
    batch_of,
    failure,
    found,
    is_green,
    records_in,
    run_of,
    task_process,
    until,
)


def test_a_task_that_is_marked_failed_stops_publishing(stack: Stack) -> None:
    run_id = stack.api.trigger("slow")
    process = task_process(stack, "slow", run_id)
    stack.api.set_task_state("slow", run_id, "publish", "failed")
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, "the task goes on", 30)
    assert 0 < records_in(stack, "slow") < 60_000_000


def test_a_task_that_takes_too_long_ends_at_its_timeout(stack: Stack) -> None:
    before = records_in(stack, "slow")
    run_id = stack.api.trigger("timed")
    until(lambda: run_of(stack, "timed", run_id)["state"] == "failed", "the task goes on")
    assert "AirflowTaskTimeout" in failure(stack, "timed", run_id)
    (task,) = stack.api.tasks("timed", run_id)
    assert 3 < task["duration"] < 60
    assert 0 < records_in(stack, "slow") - before < 60_000_000


def test_a_task_that_is_killed_is_tried_again_and_each_record_is_there_once(stack: Stack) -> None:
    run_id = stack.api.trigger("crawling")
    task_process(stack, "crawling", run_id).kill()
    until(lambda: run_of(stack, "crawling", run_id)["state"] == "success", "the second attempt does not become green", 240)
    receipt = stack.api.xcom("crawling", run_id, "publish")
    assert (receipt["acked"], receipt["warnings"], receipt["already_published"]) == (40_000, [], False)
    assert stack.api.tasks("crawling", run_id)[0]["try_number"] == 2
    assert records_in(stack, "crawling") > 40_000  # those of the first attempt, which no reader of committed records sees
    assert found(stack, receipt) == batch_of(stack, receipt)


def test_two_runs_of_one_interval_at_once_publish_it_once(stack: Stack) -> None:
    form = {"start": "2026-05-01T10:00:00Z", "end": "2026-05-01T11:00:00Z", "replay": True}
    run_ids = [stack.api.trigger("crawling", form) for _ in range(2)]
    for run_id in run_ids:
        until(partial(is_green, stack, "crawling", run_id), "a run does not become green", 240)
    receipts = [stack.api.xcom("crawling", run_id, "publish") for run_id in run_ids]
    assert sorted((receipt["sent"], receipt["already_published"]) for receipt in receipts) == [(0, True), (40_000, False)]
    tries = [stack.api.tasks("crawling", run_id)[0]["try_number"] for run_id in run_ids]
    assert max(tries) > 1  # the later one has ended the earlier one, which then found the batch in the ledger
    assert found(stack, receipts[0]) == batch_of(stack, receipts[0])


def test_a_green_run_that_is_cleared_is_green_again_and_publishes_nothing(stack: Stack) -> None:
    run_id = stack.api.trigger("card_transactions", {"records": 500})
    assert stack.api.wait_run("card_transactions", run_id) == "success"
    first = stack.api.xcom("card_transactions", run_id, "publish")
    stack.api.clear("card_transactions", run_id)
    until(
        lambda: (
            run_of(stack, "card_transactions", run_id)["state"] == "success"
            and stack.api.tasks("card_transactions", run_id)[0]["try_number"] == 2
        ),
        "the cleared run does not become green",
    )
    again = stack.api.xcom("card_transactions", run_id, "publish")
    events = stack.api.get("/api/v2/assets/events", source_dag_id="card_transactions", source_run_id=run_id)["asset_events"]
    assert [event["extra"] for event in events] == [first], "a batch that was told is told once"
    assert (first["sent"], again["sent"], again["already_published"], again["digest"]) == (500, 0, True, first["digest"])
    assert found(stack, first) == batch_of(stack, first)
