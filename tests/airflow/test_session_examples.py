"""DAGs by hand in a real Airflow: a stream in the DAG file, mapped tasks, a verification that waits, a DAG that consumes; and their lineage."""

from __future__ import annotations

import json
from typing import Any

from springhead.kafka.connection import Connection
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.request import Request
from springhead.spec import find_stream
from tests.airflow.conftest import Stack
from tests.airflow.runs import failure, until

INTERVAL = "2026-04-02T00:00Z/PT5M"


def green(stack: Stack, dag: str, conf: dict[str, Any] | None = None) -> str:
    run_id = stack.api.trigger(dag, conf)
    assert stack.api.wait_run(dag, run_id) == "success", failure(stack, dag, run_id)
    return run_id


def test_a_stream_in_the_dag_file_is_published_proven_and_consumed_by_the_dag_that_waits_for_it(stack: Stack) -> None:
    run_id = green(stack, "example_inline_stream")
    receipt = stack.api.xcom("example_inline_stream", run_id, "orders.publish")
    assert (receipt["stream"], receipt["batch"], receipt["acked"]) == ("example_orders", "example_inline_stream/orders.publish", 60)
    proof = stack.api.xcom("example_inline_stream", run_id, "orders.verify")
    assert (proof["sound"], proof["missing"], proof["foreign"]) == (60, 0, 0)
    events = stack.api.get("/api/v2/assets/events", source_dag_id="example_inline_stream", source_run_id=run_id)["asset_events"]
    assert {event["name"]: event["extra"] for event in events} == {
        "x-kafka://kafka_default/example_orders": receipt,
        "orders_are_there": receipt,
    }

    def consumed() -> list[str]:
        runs = stack.api.get("/api/v2/dags/example_consume/dagRuns")["dag_runs"]
        failed = [run["dag_run_id"] for run in runs if run["state"] == "failed"]
        assert not failed, failure(stack, "example_consume", failed[0])
        return [stack.api.xcom("example_consume", run["dag_run_id"], "check") for run in runs if run["state"] == "success"]

    assert until(consumed, "the DAG that waits for the asset did not run") == [f"60 records, {receipt['bytes']} bytes"]


def test_mapped_batches_are_published_beside_one_another(stack: Stack) -> None:
    run_id = green(stack, "example_mapped")
    assert stack.api.xcom("example_mapped", run_id, "total") == 30


def test_a_verification_that_may_wait_holds_no_worker_until_the_batch_is_published(stack: Stack) -> None:
    dag, task = "example_verify_later", "verify"
    run_id = stack.api.trigger(dag, {"interval": INTERVAL})
    until(lambda: stack.api.tasks(dag, run_id)[0]["state"] == "deferred", "the task does not wait")
    request = Request(find_stream("registrations", stack.streams), Interval.parse(INTERVAL), batch="by_hand")
    receipt = publish(request, Connection("kafka_default", {"bootstrap.servers": stack.bootstrap, "acks": "all"}))
    assert stack.api.wait_run(dag, run_id) == "success", failure(stack, dag, run_id)
    proof = stack.api.xcom(dag, run_id, task)
    assert (proof["batch"], proof["sound"], proof["digest"]) == ("by_hand", 100, receipt.digest)
    assert "waiting for at most 1:00:00: registrations, batch by_hand, 2026-04-02T00:00:00Z/2026-04-02T00:05:00Z: the ledger" in "\n".join(
        stack.api.log(dag, run_id, task)
    )


def test_openlineage_is_told_of_the_topic_as_an_output_and_an_input(stack: Stack) -> None:
    """By the installed provider, whose events are written to a file."""
    run_id = green(stack, "lineage")
    receipt = stack.api.xcom("lineage", run_id, "publish")

    file = stack.streams.with_name("lineage.ndjson")

    def ended() -> dict[str, Any]:
        told = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        found = {event["job"]["name"]: event for event in told if event["eventType"] == "COMPLETE"}
        return found if {"lineage.publish", "lineage.verify"} <= found.keys() else {}

    events = until(ended, "OpenLineage's provider told nothing")
    (output,), (read,) = events["lineage.publish"]["outputs"], events["lineage.verify"]["inputs"]
    assert (output["namespace"], output["name"]) == (read["namespace"], read["name"]) == (f"kafka://{stack.bootstrap}", "second_topic")
    statistics = output["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["size"]) == (8, receipt["bytes"])
    assert read["inputFacets"]["inputStatistics"]["rowCount"] == 8
    fields = output["facets"]["schema"]["fields"]
    assert [field["name"] for field in fields] == ["name", "year"]
    assert read["facets"]["schema"]["fields"] == fields
