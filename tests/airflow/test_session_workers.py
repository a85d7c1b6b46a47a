"""One session of a real Airflow: a batch that mapped tasks share, one of which is killed."""

from __future__ import annotations

import json
from typing import Any

import psutil

from dev.console import end_offsets
from tests.airflow.conftest import Stack
from tests.airflow.runs import run_of, until

RECORDS = 2_500_000  # three parts


def test_a_mapped_task_that_is_killed_is_tried_again_alone_and_each_record_is_there_once(stack: Stack) -> None:
    run_id = stack.api.trigger("shared")

    def parts() -> list[dict[str, Any]]:
        return [task for task in stack.api.tasks("shared", run_id) if task["task_id"] == "night.parts"]

    def first_at_work() -> psutil.Process | None:
        busy = [task["pid"] for task in parts() if task["map_index"] == 0 and task["state"] == "running" and task["pid"]]
        return psutil.Process(busy[0]) if busy and sum(end_offsets(stack.bootstrap, "shared").values()) else None

    until(first_at_work, "no mapped task publishes").kill()
    until(lambda: run_of(stack, "shared", run_id)["state"] == "success", "the run does not become green", 240)

    tries = {task["map_index"]: task["try_number"] for task in parts()}
    assert (sorted(tries), tries[0]) == ([0, 1], 2)
    assert tries[1] == 1
    assert {task["rendered_map_index"] for task in parts()} == {"parts 1, 3", "part 2"}
    receipt = stack.api.xcom("shared", run_id, "night.receipt")
    assert (receipt["records"], receipt["acked"], receipt["parts"], receipt["of_parts"]) == (RECORDS, RECORDS, 3, None)
    assert receipt["batch"] == "shared/night"
    verification = stack.api.xcom("shared", run_id, "verify")
    assert (verification["good"], verification["records"]) == (True, RECORDS)
    assert len(json.dumps(stack.api.xcom("shared", run_id, "night.open"))) < 1000
    events = stack.api.get("/api/v2/assets/events", source_dag_id="shared", source_run_id=run_id)["asset_events"]
    assert [(event["source_task_id"], event["extra"]) for event in events] == [("night.receipt", receipt)]
