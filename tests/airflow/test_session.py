"""One session of a real Airflow: runs by schedule, by hand and as a backfill, a wrong file beside good ones, tasks that are killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import psutil
import pytest

from dev.broker import Broker
from dev.console import Record, console_consumer, end_offsets
from dev.errors import DevError
from dev.places import ROOT
from springhead.ledger.topic import ledger_name
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import find_stream
from springhead.topic_facts import TopicFacts
from tests.airflow.conftest import PLANTED, Stack

T = TypeVar("T")

FORM = {"records": 7, "partition": 2, "start": "2026-05-01T10:00:00Z", "end": "2026-05-01T11:00:00Z"}
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


def test_every_good_stream_is_a_dag_that_can_run(stack: Stack) -> None:
    dags = {dag["dag_id"]: dag for dag in stack.api.get("/api/v2/dags")["dags"]}
    assert sorted(dags) == [
        "addresses",
        "card_transactions",
        "crawling",
        "crowd",
        "discreet",
        "example_after_publishing",
        "example_hand_written",
        "example_stock_operator",
        "live_registrations",
        "mapped",
        "nightly_in_new_york",
        "registrations",
        "slow",
        "springhead_init",
        "ticking",
        "timed",
    ]
    assert not [name for name, dag in dags.items() if dag["is_paused"] or dag["is_stale"] or dag["has_import_errors"]]


def test_a_wrong_file_shows_as_an_import_error_with_its_place_and_leaves_the_others_alone(stack: Stack) -> None:
    errors = until(lambda: stack.api.get("/api/v2/importErrors")["import_errors"], "no import error is shown")
    assert [error["filename"].rpartition("/")[2] for error in errors] == ["stream_errors.py"]
    text = errors[0]["stack_trace"]
    assert "wrong.yaml:4:11 fields.price" in text
    assert "Did you mean 'integer'?" in text
    assert green_receipt(stack, "addresses")["acked"] == 100


def test_a_scheduled_run_publishes_its_data_interval(stack: Stack) -> None:
    def scheduled() -> dict[str, Any] | None:
        runs = stack.api.get("/api/v2/dags/registrations/dagRuns", run_type="scheduled")["dag_runs"]
        return next((run for run in runs if run["state"] == "success"), None)

    run = until(scheduled, "no scheduled run has become green")
    receipt = stack.api.xcom("registrations", run["dag_run_id"], "publish")
    interval = Interval.parse(receipt["interval"])
    assert interval == Interval.parse(f"{run['data_interval_start']}/{run['data_interval_end']}")
    assert (interval.end - interval.start).total_seconds() == 300
    assert receipt["run_id"] is None
    there = seen(console_consumer(stack.bootstrap, "second_topic"))
    for task in ("publish", "publish_partition_0"):
        expected = batch_of(stack, stack.api.xcom("registrations", run["dag_run_id"], task))
        assert expected.total() == 100
        assert not expected - there, f"records of {task} are missing"


def test_the_forms_answers_count_and_make_new_records_each_time(stack: Stack) -> None:
    receipts = [green_receipt(stack, "registrations", FORM) for _ in range(2)]
    for receipt in receipts:
        assert (receipt["records"], receipt["interval"]) == (7, "2026-05-01T10:00:00Z/2026-05-01T11:00:00Z")
        assert receipt["partitions"].keys() == {"2"}
        assert receipt["run_id"].startswith("manual__")
    assert receipts[0]["digest"] != receipts[1]["digest"]
    there = seen(console_consumer(stack.bootstrap, "second_topic", partition=2))
    for receipt in receipts:
        assert not batch_of(stack, receipt) - there


def test_a_replay_is_the_intervals_own_batch_and_is_published_once_for_each_token(stack: Stack) -> None:
    first, second = (green_receipt(stack, "registrations", {**FORM, "replay": True}) for _ in range(2))
    assert first["run_id"] is second["run_id"] is None
    assert first["digest"] == second["digest"]
    assert (first["already_published"], second["already_published"], second["sent"]) == (False, True, 0)
    assert found(stack, first) == batch_of(stack, first)
    again = [green_receipt(stack, "registrations", {**FORM, "replay": True, "republish": "twice"}) for _ in range(2)]
    assert [receipt["already_published"] for receipt in again] == [False, True]
    assert found(stack, first) == batch_of(stack, first) + batch_of(stack, first)


def test_a_manual_run_without_answers_takes_the_last_complete_interval(stack: Stack) -> None:
    run_id = stack.api.trigger("registrations")
    assert stack.api.wait_run("registrations", run_id) == "success"
    run = run_of(stack, "registrations", run_id)
    assert run["logical_date"] is None
    interval = Interval.parse(stack.api.xcom("registrations", run_id, "publish")["interval"])
    after = Interval.parse(f"{run['run_after']}/PT1H").start
    assert (interval.end - interval.start).total_seconds() == 300
    assert 0 <= (after - interval.end).total_seconds() < 300


@pytest.mark.parametrize(
    "conf", [{"records": 0}, {"records": 2.5}, {"records": "7"}, {"records": [7]}, {"partition": 6}, {"replay": "yes"}]
)
def test_a_value_that_the_form_does_not_allow_is_refused_at_once(stack: Stack, conf: dict[str, Any]) -> None:
    with pytest.raises(DevError, match="400"):
        stack.api.trigger("registrations", conf)


def test_whole_numbers_are_taken_as_json_writes_them(stack: Stack) -> None:
    receipt = green_receipt(stack, "registrations", {"records": 7.0, "partition": 2.0})
    assert [json.dumps(receipt[name]) for name in ("records", "partition", "acked")] == ["7", "2", "7"]


def test_the_ui_has_a_form_for_each_run_with_its_bounds_and_the_file_on_the_dags_page(stack: Stack) -> None:
    details = stack.api.get("/api/v2/dags/registrations/details")
    form = {name: param["schema"] for name, param in details["params"].items()}
    assert [(name, schema["title"], schema["section"]) for name, schema in form.items()] == [
        ("records", "Records", "Batch"),
        ("partition", "Partition", "Batch"),
        ("start", "Interval: start", "Interval"),
        ("end", "Interval: end", "Interval"),
        ("replay", "Replay the interval's own batch", "Interval"),
        ("republish", "Publish once more: token", "Interval"),
    ]
    assert (form["records"]["minimum"], form["partition"]["maximum"], form["start"]["format"]) == (1, 5, "date-time")
    assert (stack.streams / "registrations.yaml").read_text() in details["doc_md"]


@pytest.mark.parametrize(
    ("conf", "text"),
    [
        (
            {"record": 7},
            "the run's form has no 'record'; it has 'records', 'partition', 'start', 'end', 'replay', 'republish'. Did you mean 'records'?",
        ),
        ({"start": "2026-05-01T10:00:00Z"}, "the interval has no end: give both start and end, or neither"),
        ({"republish": "again"}, "republish: a token publishes an interval's own batch once more, and this run publishes new records."),
    ],
)
def test_a_form_that_means_nothing_fails_at_once_and_says_why(stack: Stack, conf: dict[str, Any], text: str) -> None:
    run_id = stack.api.trigger("addresses", conf)
    until(lambda: run_of(stack, "addresses", run_id)["state"] == "failed", "the run does not fail")
    assert [task["try_number"] for task in stack.api.tasks("addresses", run_id)] == [1], "a retry cannot help"
    assert text in " ".join(failure(stack, "addresses", run_id).split())


def test_a_backfill_of_six_intervals_publishes_each_once_and_reprocessing_changes_nothing(stack: Stack) -> None:
    starts = [f"2026-04-01T00:{minute:02}:00Z" for minute in range(0, 30, 5)]
    dates = ["--from-date", starts[0], "--to-date", starts[-1]]

    def backfill(*more: str) -> dict[str, str]:
        """Makes a backfill; interval start → digest once all its runs are green."""
        done = airflow(stack, "backfill", "create", "--dag-id", "registrations", *dates, *more)
        assert done.returncode == 0, done.stdout + done.stderr
        until(
            lambda: all(entry["completed_at"] for entry in stack.api.get("/api/v2/backfills", dag_id="registrations")["backfills"]),
            "not done",
        )
        runs = stack.api.get("/api/v2/dags/registrations/dagRuns", run_type="backfill")["dag_runs"]
        assert [run["state"] for run in runs] == ["success"] * 6
        receipts = [stack.api.xcom("registrations", run["dag_run_id"], "publish") for run in runs]
        for run, receipt in zip(runs, receipts, strict=True):
            assert receipt["interval"] == f"{run['data_interval_start']}/{run['data_interval_end']}"
            assert receipt["run_id"] is None
        return {receipt["interval"].partition("/")[0]: receipt["digest"] for receipt in receipts}

    digests = backfill()
    assert sorted(digests) == starts
    assert len(set(digests.values())) == 6
    for again in (False, True):
        if again:  # every run is cleared and runs once more
            assert backfill("--reprocess-behavior", "completed") == digests
        ours = [r for r in console_consumer(stack.bootstrap, "second_topic") if 0 <= r.timestamp_ms - 1775001600_000 < 1_800_000]
        assert len(ours) == 6 * 200  # of the stream and of its variant
        assert Counter((r.timestamp_ms - 1775001600_000) // 300_000 for r in ours) == dict.fromkeys(range(6), 200)


def test_the_receipt_stands_in_the_log_and_in_the_assets_event(stack: Stack) -> None:
    run_id = stack.api.trigger("card_transactions", {"records": 50})
    assert stack.api.wait_run("card_transactions", run_id) == "success"
    receipt = stack.api.xcom("card_transactions", run_id, "publish")
    log = "\n".join(stack.api.log("card_transactions", run_id, "publish"))
    assert "Springhead receipt" in log
    assert receipt["digest"] in log
    events = stack.api.get("/api/v2/assets/events", source_dag_id="card_transactions", source_run_id=run_id)["asset_events"]
    assert [(event["name"], event["uri"]) for event in events] == [
        ("x-kafka://kafka_default/card_transactions", "x-kafka://kafka_default/card_transactions")
    ]
    assert events[0]["extra"] == receipt


def test_the_hand_written_examples_run(stack: Stack) -> None:
    assert green_receipt(stack, "example_hand_written")["acked"] == 10
    run_id = stack.api.trigger("example_stock_operator")
    assert stack.api.wait_run("example_stock_operator", run_id) == "success", failure(stack, "example_stock_operator", run_id)


def test_a_dag_that_waits_for_a_topic_runs_when_records_were_published_to_it(stack: Stack) -> None:
    receipt = green_receipt(stack, "card_transactions", {"records": 5})

    def reports() -> list[str]:
        runs = stack.api.get("/api/v2/dags/example_after_publishing/dagRuns")["dag_runs"]
        green = [run["dag_run_id"] for run in runs if run["state"] == "success"]
        return [line for run_id in green for line in stack.api.xcom("example_after_publishing", run_id, "report")]

    line = f"5 records of {receipt['interval']} in card_transactions"
    until(lambda: line in reports(), f"no run of the DAG says {line!r}")


def test_tasks_of_one_stream_that_are_mapped_are_batches_of_their_own_with_an_event_each(stack: Stack) -> None:
    run_id = stack.api.trigger("mapped")
    assert stack.api.wait_run("mapped", run_id) == "success", failure(stack, "mapped", run_id)
    events = stack.api.get("/api/v2/assets/events", source_dag_id="mapped", source_run_id=run_id)["asset_events"]
    receipts = sorted((event["extra"] for event in events), key=lambda receipt: receipt["records"])
    assert [(receipt["records"], receipt["batch"], receipt["already_published"]) for receipt in receipts] == [
        (5, "mapped/publish/0", False),
        (10, "mapped/publish/1", False),
        (15, "mapped/publish/2", False),
    ]
    assert {event["uri"] for event in events} == {"x-kafka://kafka_default/second_topic"}
    for receipt in receipts:
        assert found(stack, receipt) == batch_of(stack, receipt)
    # and each can be named on the command line
    named = receipts[1]
    words = ["verify", "registrations", "--interval", named["interval"], "--records", "10", "--batch", named["batch"], "--run-id", run_id]
    done = subprocess.run(
        [sys.executable, "-m", "springhead.cli", *words], env=stack.airflow.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_dated_run_of_no_length_means_the_interval_before_its_date(stack: Stack) -> None:
    run_id = stack.api.trigger("nightly_in_new_york", logical_date="2024-03-10T07:30:00Z")
    assert stack.api.wait_run("nightly_in_new_york", run_id) == "success", failure(stack, "nightly_in_new_york", run_id)
    assert stack.api.xcom("nightly_in_new_york", run_id, "publish")["interval"] == "2024-03-09T07:00:00Z/2024-03-10T07:00:00Z"


def test_a_connection_made_in_the_ui_serves_the_dag_that_starts_a_ledger_and_the_command_line(stack: Stack) -> None:
    extra = json.dumps({"bootstrap.servers": stack.bootstrap, "acks": "all"})
    stack.api.post("/api/v2/connections", {"connection_id": "made_in_the_ui", "conn_type": "kafka", "extra": extra})
    run_id = stack.api.trigger("springhead_init", {"connection": "made_in_the_ui"})
    assert stack.api.wait_run("springhead_init", run_id) == "success", failure(stack, "springhead_init", run_id)
    assert stack.api.xcom("springhead_init", run_id, "init")["ledger"] == ledger_name()
    command = [sys.executable, "-m", "springhead.cli", "init", "--connection", "made_in_the_ui"]
    done = subprocess.run(command, env=stack.airflow.environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.partition(" is there")[0]) == (0, f"ledger '{ledger_name()}'"), done.stderr


def test_a_connection_that_is_edited_in_the_ui_is_kept_until_it_is_reset(stack: Stack) -> None:
    path = "/api/v2/connections/kafka_acks_1"

    def imported(*words: str) -> tuple[list[str], str]:
        """(lines, the client.id that Airflow has) after the settings were imported once more."""
        command = [sys.executable, "-m", "dev.settings", "--bootstrap", stack.bootstrap, *words]
        done = subprocess.run(command, env=stack.airflow.environment(), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[:-1], json.loads(stack.api.get(path)["extra"])["client.id"]

    assert imported() == ([], "springhead")
    connection = stack.api.get(path)
    extra = json.loads(connection["extra"]) | {"client.id": "mine"}
    stack.api.patch(
        path, {"connection_id": "kafka_acks_1", "conn_type": "kafka", "extra": json.dumps(extra), "description": connection["description"]}
    )
    line = "connection 'kafka_acks_1' was edited in Airflow and is kept; `make run RESET=1` puts that of airflow_settings.yaml in its place"
    assert imported() == ([line], "mine")
    assert imported("--reset") == ([], "springhead")


def task_process(stack: Stack, dag: str, run_id: str) -> psutil.Process:
    """The process in which a task runs, once there are records of its topic."""

    def running() -> psutil.Process | None:
        task = stack.api.tasks(dag, run_id)[0]
        busy = task["state"] == "running" and task["pid"] and records_in(stack, dag)
        return psutil.Process(task["pid"]) if busy else None

    return until(running, "the task does not publish")


def records_in(stack: Stack, topic: str) -> int:
    try:
        return sum(end_offsets(stack.bootstrap, topic).values())
    except DevError:
        return 0  # no such topic yet


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


def is_green(stack: Stack, dag_id: str, run_id: str) -> bool:
    return bool(run_of(stack, dag_id, run_id)["state"] == "success")


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


def test_no_secret_of_a_connection_is_left_anywhere_by_a_green_and_a_failed_run(stack: Stack, broker: Broker) -> None:
    """In logs, receipts, XCom, rendered fields, asset events (all of AIRFLOW_HOME, its database too), the broker's files, the ledger, the topic."""
    run_id = stack.api.trigger("discreet")
    until(lambda: run_of(stack, "discreet", run_id)["state"] == "failed", "the variant's task does not fail")
    tasks = {task["task_id"]: task for task in stack.api.tasks("discreet", run_id)}
    assert {name: task["state"] for name, task in tasks.items()} == {"publish": "success", "publish_refused": "failed"}
    assert "ssl.key.pem failed" in " ".join(failure(stack, "discreet", run_id).split())
    assert stack.api.xcom("discreet", run_id, "publish")["acked"] == 5

    shown = [
        json.dumps(stack.api.get(path))
        for path in ("/api/v2/assets/events", "/api/v2/eventLogs", f"/api/v2/dags/discreet/dagRuns/{run_id}")
    ]
    shown += [json.dumps(task) for task in tasks.values()]
    shown += [str(record) for topic in ("discreet", ledger_name()) for record in console_consumer(stack.bootstrap, topic)]
    assert any(run_id in text for text in shown)
    files = [path for folder in (stack.airflow.home, broker.log_dir) for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "airflow.db" for path in files)
    assert any(path.suffix == ".log" and run_id in str(path) for path in files)
    for text in [*shown, *(path.read_bytes().decode(errors="replace") for path in files)]:
        assert not [key for key, secret in PLANTED.items() if secret in text], text[:2000]


def test_a_file_that_becomes_wrong_takes_only_its_own_dag_away_until_it_is_mended(stack: Stack) -> None:
    path = stack.streams / "addresses.yaml"
    good = path.read_text()

    def stale(dag: str) -> bool:
        return bool(stack.api.get(f"/api/v2/dags/{dag}")["is_stale"])

    path.write_text(good.replace("faker: address", "faker: 3"))
    try:
        until(lambda: stale("addresses"), "the DAG of the wrong file stays")
        until(lambda: "addresses.yaml" in json.dumps(stack.api.get("/api/v2/importErrors")), "its error is not shown")
        assert not stale("registrations")
        assert green_receipt(stack, "registrations", {"records": 3})["acked"] == 3
    finally:
        path.write_text(good)
    until(lambda: not stale("addresses"), "the DAG of the mended file does not come back")
