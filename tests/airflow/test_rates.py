"""Streams with a rate in a real Airflow: by schedule, by the form, as a backfill over a change of the clocks, and live."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from dev.console import console_consumer
from dev.errors import DevError
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import find_stream
from springhead.topic_facts import TopicFacts
from tests.airflow.conftest import Stack
from tests.airflow.runs import backfilled, green_receipt, run_of, task_process, until

# In Berlin: four intervals of 23 hours together, for clocks are put forward.
DAY = Interval.parse("2026-03-28T23:00Z/2026-03-29T22:00Z")


def made(stack: Stack, name: str, interval: Interval, **request: Any) -> Counter[tuple[int, bytes | None]]:
    """(timestamp, value) of a batch, made here; how often each."""
    batch = Batch.of(Request(find_stream(name, stack.streams), interval, **request), TopicFacts(partitions=2))
    rows: Counter[tuple[int, bytes | None]] = Counter()
    for chunk in records_of(batch):
        rows.update(zip(chunk.timestamps_ms.tolist(), chunk.values.optional(), strict=True))
    return rows


def there(stack: Stack, topic: str) -> Counter[tuple[int, bytes | None]]:
    return Counter((record.timestamp_ms, record.value) for record in console_consumer(stack.bootstrap, topic))


def green_scheduled_run(stack: Stack, name: str) -> dict[str, Any]:
    """A scheduled run, once one is green."""

    def scheduled() -> dict[str, Any] | None:
        runs = stack.api.get(f"/api/v2/dags/{name}/dagRuns", run_type="scheduled")["dag_runs"]
        return next((run for run in runs if run["state"] == "success"), None)

    return until(scheduled, f"no scheduled run of {name} has become green")


def test_a_scheduled_run_publishes_the_events_of_its_interval(stack: Stack) -> None:
    run = green_scheduled_run(stack, "crowd")
    receipt = stack.api.xcom("crowd", run["dag_run_id"], "publish")
    interval = Interval.parse(f"{run['data_interval_start']}/{run['data_interval_end']}")
    assert Interval.parse(receipt["interval"]) == interval
    expected = made(stack, "crowd", interval)
    assert receipt["records"] == expected.total()
    assert not expected - there(stack, "crowd")


def test_a_backfill_over_the_change_of_the_clocks_is_the_day(stack: Stack) -> None:
    runs = backfilled(stack, "crowd", "2026-03-28T23:00:00Z", "2026-03-29T21:00:00Z", timeout_s=480)
    assert len(runs) == 4
    whole = made(stack, "crowd", DAY)
    assert sum(stack.api.xcom("crowd", run["dag_run_id"], "publish")["records"] for run in runs) == whole.total() > 100
    found = there(stack, "crowd")
    assert {row: found[row] for row in whole} == dict(whole)


def test_the_form_asks_for_a_rate(stack: Stack) -> None:
    form = stack.api.get("/api/v2/dags/crowd/details")["params"]
    assert "records" not in form
    assert form["rate"]["schema"]["title"] == "Rate"
    interval = "2026-05-01T10:00:00Z/2026-05-01T11:00:00Z"
    conf = {"rate": "3/m", "start": interval[:20], "end": interval[21:]}
    receipt = green_receipt(stack, "crowd", conf)
    expected = made(stack, "crowd", Interval.parse(interval), rate="3/m", run_id=receipt["run_id"])
    assert receipt["records"] == expected.total()
    assert not expected - there(stack, "crowd")
    with pytest.raises(DevError, match="400"):
        stack.api.trigger("crowd", {"rate": "many"})


def test_the_page_shows_when_there_is_how_much(stack: Stack) -> None:
    page = stack.api.get("/api/v2/dags/crowd/details")["doc_md"]
    for line in (
        "| rate | 20/h, poisson |",
        "| hours | `▂▂▂▂▂▂▃▆▆▆▆▇█▆▆▆▆▇█▇▅▄▃▁` from 0 to 23 o'clock in Europe/Berlin |",
        "| burst | 5 × for 10m, at `0 9 * * *` |",
        "| late | 0.1 of the events, by 1m to 10m |",
        "| schedule | `0 */6 * * *` (Europe/Berlin) |",
    ):
        assert line in page


def test_a_task_that_is_killed_while_it_sends_live_goes_on_where_time_is(stack: Stack) -> None:
    interval = "2026-05-01T10:00:00Z/2026-05-01T10:00:40Z"
    run_id = stack.api.trigger("ticking", {"start": interval[:20], "end": interval[21:], "replay": True})
    task_process(stack, "ticking", run_id).kill()
    until(lambda: run_of(stack, "ticking", run_id)["state"] == "success", "the second attempt does not become green", 240)
    (task,) = stack.api.tasks("ticking", run_id)
    assert task["try_number"] == 2
    receipt = stack.api.xcom("ticking", run_id, "publish")
    whole, found = made(stack, "ticking", Interval.parse(interval)), there(stack, "ticking")
    assert receipt["acked"] == whole.total() == 80
    assert found.keys() == whole.keys()  # at least once
    assert "live: " in "\n".join(stack.api.log("ticking", run_id, "publish", 1)), "the log does not say what is next"


def springhead(stack: Stack, *words: str) -> str:
    """What a command prints on the session's Airflow."""
    done = subprocess.run(
        [sys.executable, "-m", "springhead.cli", *words], env=stack.airflow.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["card_payments", "customer_orders"])
def test_the_shipped_streams_with_a_rate_are_published_on_their_schedule_and_proven(stack: Stack, name: str) -> None:
    run = green_scheduled_run(stack, name)
    receipt = stack.api.xcom(name, run["dag_run_id"], "publish")
    assert receipt["interval"] == f"{run['data_interval_start']}/{run['data_interval_end']}"
    springhead(stack, "verify", name, "--interval", receipt["interval"])


@pytest.mark.parametrize("name", ["card_payments", "customer_orders"])
def test_the_shipped_streams_about_customers_are_published_by_hand_and_proven(stack: Stack, name: str) -> None:
    receipt = green_receipt(
        stack, name, {"rate": "1/s", "start": "2026-11-20T12:00:00Z", "end": "2026-11-20T13:00:00Z"}
    )  # lunchtime, when many pay
    assert receipt["records"] > 3000
    assert bool(receipt["faults"]) == (name == "card_payments")
    words = ("--interval", receipt["interval"], "--run-id", receipt["run_id"], "--rate", "1/s")
    springhead(stack, "verify", name, *words)
    truth = [json.loads(line) for line in springhead(stack, "truth", name, *words).splitlines()]
    kinds = Counter(line["fault"] for line in truth if line["fault"])
    assert kinds == Counter(receipt["faults"])


def test_orders_of_two_hours_are_published_by_a_backfill_and_go_on_from_one_to_the_next(stack: Stack) -> None:
    backfilled(stack, "customer_orders", "2026-04-01T10:00:00Z", "2026-04-01T11:00:00Z", timeout_s=240)
    first = 1775037600_000  # 10 o'clock
    ours = [each for each in console_consumer(stack.bootstrap, "orders") if 0 <= each.timestamp_ms - first < 7_200_000]
    numbers = sorted(int((each.key or b"")[1:]) for each in ours)
    assert numbers == list(range(numbers[0], numbers[0] + 2 * 3 * 3600))
    for hour in ("10", "11"):
        springhead(stack, "verify", "customer_orders", "--interval", f"2026-04-01T{hour}:00Z/PT1H")


def test_an_hour_of_payments_is_published_by_a_backfill_and_proven(stack: Stack) -> None:
    (run,) = backfilled(stack, "card_payments", "2026-04-01T10:00:00Z", "2026-04-01T10:00:00Z", timeout_s=240)
    receipt = stack.api.xcom("card_payments", run["dag_run_id"], "publish")
    assert receipt["records"] > 100_000
    springhead(stack, "verify", "card_payments", "--interval", "2026-04-01T10:00Z/PT1H")
