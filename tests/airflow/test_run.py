"""Which batch a run of Airflow means."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pendulum
import pytest
from airflow.sdk import (
    DAG,
    Asset,
    AssetOrTimeSchedule,
    CronDataIntervalTimetable,
    CronPartitionTimetable,
    CronTriggerTimetable,
    DeltaDataIntervalTimetable,
    DeltaTriggerTimetable,
    MultipleCronTriggerTimetable,
    PartitionedAssetTimetable,
)
from airflow.timetables.interval import CronDataIntervalTimetable as SchedulersTimetable

from springhead.errors import OptionError
from springhead.quantities import Interval, interval_from, last_complete_interval
from springhead_airflow.form import Form
from springhead_airflow.run import request_of_run
from tests.airflow.tasks import AFTER, ASKED, END, OWN, START, UTC, run, stream_of

LATE = dt.datetime(2024, 3, 10, 7, 30, tzinfo=UTC)  # New York's clocks skipped from 2:00 to 3:00 half an hour before
SKIPPED = dt.datetime(2024, 3, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("context", "form", "interval", "run_id"),
    [
        (run("scheduled"), Form(), OWN, None),
        (run("backfill"), Form(), OWN, None),
        (run("manual", None, None), Form(), OWN, "manual__1"),
        (run("manual", None, None), Form(replay=True), OWN, None),
        (run("manual", None, None), Form(interval=ASKED), ASKED, "manual__1"),
        (run("manual", None, None), Form(interval=ASKED, replay=True), ASKED, None),
        (run("manual"), Form(), OWN, "manual__1"),
        (run("manual", START, START, logical_date=START), Form(), Interval(START - dt.timedelta(minutes=5), START), "manual__1"),
        (run("asset_triggered", None, None), Form(), OWN, "asset_triggered__1"),
        (run("operator_triggered", logical_date=AFTER), Form(), OWN, "operator_triggered__1"),
        (run("operator_triggered", logical_date=AFTER), Form(interval=ASKED), ASKED, "operator_triggered__1"),
        (run("operator_triggered", logical_date=AFTER), Form(interval=ASKED, replay=True), ASKED, None),
        (run("asset_materialization", None, None), Form(), OWN, "asset_materialization__1"),
        (run("asset_materialization", None, None), Form(interval=ASKED, replay=True), ASKED, None),
    ],
)
def test_each_kind_of_run_means_its_batch(
    tmp_path: Path, context: dict[str, Any], form: Form, interval: Interval, run_id: str | None
) -> None:
    found = request_of_run(stream_of(tmp_path), form, context)
    assert (found.interval, found.run_id) == (interval, run_id)


def test_without_a_schedule_a_manual_run_takes_the_hour_before_it_cut_to_the_second(tmp_path: Path) -> None:
    after = AFTER.replace(microsecond=123456)
    found = request_of_run(stream_of(tmp_path, None), Form(), run("manual", None, None, run_after=after))
    assert found.interval == Interval(AFTER - dt.timedelta(hours=1), AFTER)


def test_an_interval_may_be_one_already_and_what_is_none_is_refused(tmp_path: Path) -> None:
    assert request_of_run(stream_of(tmp_path), Form(), {}, interval=ASKED).interval == ASKED
    for nothing in ("None", " ", "None/None", "/", " / ", "None/"):
        assert request_of_run(stream_of(tmp_path), Form(), run("scheduled"), interval=nothing).interval == OWN
    assert request_of_run(stream_of(tmp_path), Form(), {}, interval=" 2026-01-01T00:00Z / PT1H\n").interval == ASKED
    with pytest.raises(OptionError, match="'None/PT1H' is not an interval: 'None' is not a time"):
        request_of_run(stream_of(tmp_path), Form(), {}, interval="None/PT1H")
    with pytest.raises(OptionError, match="interval: 5 is no text: write START/END"):
        request_of_run(stream_of(tmp_path), Form(), {}, interval=5)


@pytest.mark.parametrize(
    ("schedule", "dag_schedule", "interval"),
    [
        (None, CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York"), "2024-03-09T07:00Z/2024-03-10T07:00Z"),
        ('"*/5 * * * *"', CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York"), "2024-03-09T07:00Z/2024-03-10T07:00Z"),
        (None, DeltaDataIntervalTimetable(dt.timedelta(hours=2)), "2024-03-10T05:30Z/2024-03-10T07:30Z"),
        ('"*/20 * * * *"', None, "2024-03-10T07:00Z/2024-03-10T07:20Z"),
        (None, None, "2024-03-10T06:30Z/2024-03-10T07:30Z"),
    ],
)
def test_a_dated_manual_run_that_has_no_length_means_the_interval_before_its_date_and_never_the_clocks(
    tmp_path: Path, schedule: str | None, dag_schedule: Any, interval: str
) -> None:
    context = run("manual", SKIPPED, SKIPPED, logical_date=LATE, dag=DAG("d", schedule=dag_schedule))
    found = request_of_run(stream_of(tmp_path, schedule), Form(), context)
    assert (found.interval, found.run_id) == (Interval.parse(interval), "manual__1")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("cron", ["30 2 * * *", "0 * * * *", "*/15 * * * *", "15 2 * * 0", "30 1,2,3 * * *", "0 */6 * * *", "0 3 * * *"])
def test_the_intervals_are_those_of_airflows_scheduler_where_the_clocks_change(cron: str, zone: str) -> None:
    timetable = SchedulersTimetable(cron, zone)
    for day in (dt.datetime(2026, month, of, tzinfo=UTC) for month, of in ((3, 8), (3, 29), (4, 4), (10, 3), (10, 25), (11, 1))):
        tick = timetable._get_prev(pendulum.instance(day - dt.timedelta(hours=12)))
        while tick < day + dt.timedelta(hours=18):
            start, tick = tick, timetable._get_next(tick)
            assert interval_from(start, cron, zone) == Interval(start, tick)
            assert last_complete_interval(cron, zone, before=tick) == Interval(start, tick)


OF_THE_DATE = Interval.parse("2024-03-01T10:00Z/2024-03-01T10:05Z")
DATE = dt.datetime(2024, 3, 1, 10, 5, tzinfo=UTC)
FIVE = dt.timedelta(minutes=5)


@pytest.mark.parametrize(
    ("kind", "schedule", "now"),
    [
        ("manual", CronDataIntervalTimetable("*/5 * * * *", timezone="UTC"), OWN),
        ("operator_triggered", CronDataIntervalTimetable("*/5 * * * *", timezone="UTC"), OWN),
        ("manual", DeltaDataIntervalTimetable(FIVE), Interval(AFTER - FIVE, AFTER)),
        ("operator_triggered", CronTriggerTimetable("*/5 * * * *", timezone="UTC", interval=FIVE), Interval(AFTER - FIVE, AFTER)),
    ],
)
def test_a_date_counts_where_airflow_has_inferred_the_interval_from_the_clock(
    tmp_path: Path, kind: str, schedule: Any, now: Interval
) -> None:
    context = run(kind, now.start, now.end, logical_date=DATE, dag=DAG("d", schedule=schedule))
    assert request_of_run(stream_of(tmp_path), Form(), context).interval == OF_THE_DATE


def test_an_interval_that_a_dated_run_was_given_is_kept(tmp_path: Path) -> None:
    every_five = DAG("d", schedule=CronDataIntervalTimetable("*/5 * * * *", timezone="UTC"))
    for date, given in ((START, OWN), (END, OWN), (DATE, ASKED), (AFTER, OF_THE_DATE)):
        context = run("manual", given.start, given.end, logical_date=date, dag=every_five)
        assert request_of_run(stream_of(tmp_path), Form(), context).interval == given
    context = run("operator_triggered", logical_date=START, dag=every_five)  # which can give none
    assert request_of_run(stream_of(tmp_path), Form(), context).interval == Interval(START - FIVE, START)


@pytest.mark.parametrize(
    ("date", "schedule", "interval"),
    [
        (START, CronDataIntervalTimetable("*/5 * * * *", timezone="UTC"), OWN),
        (
            SKIPPED,
            CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York"),
            Interval.parse("2024-03-10T07:00Z/2024-03-11T06:00Z"),
        ),
        (START, DeltaDataIntervalTimetable(dt.timedelta(minutes=5)), OWN),
    ],
)
def test_a_backfill_that_runs_a_dated_manual_run_once_more_means_the_interval_that_begins_at_its_date(
    tmp_path: Path, date: dt.datetime, schedule: Any, interval: Interval
) -> None:
    context = run("backfill", date - dt.timedelta(minutes=5), date, logical_date=date, dag=DAG("d", schedule=schedule))
    found = request_of_run(stream_of(tmp_path), Form(), context)
    assert (found.interval, found.run_id) == (interval, None)


@pytest.mark.parametrize(
    ("kind", "form", "run_id"),
    [
        ("scheduled", Form(), None),
        ("backfill", Form(), None),
        ("manual", Form(), "manual__1"),
        ("manual", Form(replay=True), None),
    ],
)
def test_a_run_of_a_partition_means_the_interval_from_its_date_to_the_schedules_next(
    tmp_path: Path, kind: str, form: Form, run_id: str | None
) -> None:
    dag = DAG("d", schedule=CronPartitionTimetable("*/5 * * * *", timezone="UTC", run_offset=-1))
    found = request_of_run(stream_of(tmp_path), form, run(kind, None, None, dag=dag, partition_date=START))
    assert (found.interval, found.run_id) == (OWN, run_id)
    without = request_of_run(stream_of(tmp_path), Form(), run("manual", None, None, dag=dag, partition_date=None))
    assert (without.interval, without.run_id) == (OWN, "manual__1"), "a run without a partition takes the last complete interval"


@pytest.mark.parametrize("kind", ["asset_triggered", "manual"])
def test_a_run_of_an_assets_partition_is_refused_unless_the_operator_has_its_interval(tmp_path: Path, kind: str) -> None:
    dag = DAG("d", schedule=PartitionedAssetTimetable(assets=Asset("a")))
    context = run(kind, None, None, dag=dag, partition_key="2026-03-01T10:00:00", partition_date=START)
    with pytest.raises(OptionError, match=r"of the partition '2026-03-01T10:00:00', .* interval='\{\{ partition_date \}\}/PT1H'"):
        request_of_run(stream_of(tmp_path), Form(), context)
    found = request_of_run(stream_of(tmp_path), Form(), context, interval=f"{START}/PT5M")  # as the template renders it
    assert (found.interval, found.run_id) == (OWN, f"{kind}__1")


EVERY_6_H = Interval.parse("2026-03-01T00:00Z/2026-03-01T06:00Z")
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("schedule", "interval"),
    [
        (AssetOrTimeSchedule(timetable=CronDataIntervalTimetable("0 */6 * * *", timezone="UTC"), assets=[Asset("a")]), EVERY_6_H),
        (CronTriggerTimetable("0 6 * * *", timezone="UTC", interval=dt.timedelta(hours=6)), EVERY_6_H),
        (CronTriggerTimetable("0 1 * * *", timezone="America/New_York", interval=dt.timedelta(hours=6)), EVERY_6_H),
        (MultipleCronTriggerTimetable("0 1 * * *", "0 6 * * *", timezone="UTC", interval=dt.timedelta(hours=6)), EVERY_6_H),
        (DeltaTriggerTimetable(dt.timedelta(days=1), interval=HOUR), Interval(AFTER - HOUR, AFTER)),
    ],
)
@pytest.mark.parametrize("kind", ["manual", "asset_triggered"])
def test_a_run_without_an_interval_takes_the_last_of_any_schedule_that_has_a_length(
    tmp_path: Path, kind: str, schedule: Any, interval: Interval
) -> None:
    found = request_of_run(stream_of(tmp_path), Form(), run(kind, None, None, dag=DAG("d", schedule=schedule)))
    assert found.interval == interval


def test_a_manual_run_without_a_date_takes_the_last_complete_interval_of_its_dags_schedule(tmp_path: Path) -> None:
    dag = DAG("d", schedule=CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York"))
    found = request_of_run(stream_of(tmp_path), Form(), run("manual", None, None, dag=dag))
    assert found.interval == Interval.parse("2026-02-28T07:00Z/2026-03-01T07:00Z")


@pytest.mark.parametrize("schedule", ["0 2 * * *", dt.timedelta(hours=1)])
@pytest.mark.parametrize("kind", ["manual", "scheduled"])
def test_a_bare_schedule_gives_moments_and_is_refused_unless_the_operator_has_an_interval(tmp_path: Path, kind: str, schedule: Any) -> None:
    context = run(kind, START, START, logical_date=START, dag=DAG("d", schedule=schedule))
    with pytest.raises(
        OptionError,
        match=r"the DAG's schedule gives moments and no intervals, .* write schedule=CronDataIntervalTimetable.* takes their length, too",
    ):
        request_of_run(stream_of(tmp_path), Form(), context)
    found = request_of_run(stream_of(tmp_path), Form(), context, interval="2026-02-01T00:00Z/PT1H")
    assert found.interval == Interval.parse("2026-02-01T00:00Z/PT1H")
    assert found.run_id == {"manual": "manual__1", "scheduled": None}[kind]


def test_the_operators_own_interval_comes_before_the_runs_and_after_the_forms(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    own = "2026-02-01T00:00Z/PT1H"
    assert request_of_run(stream, Form(), run("scheduled"), interval=own).interval == Interval.parse(own)
    assert request_of_run(stream, Form(interval=ASKED), run("manual"), interval=own).interval == ASKED
    assert request_of_run(stream, Form(), {}, interval=own).interval == Interval.parse(own)


@pytest.mark.parametrize(
    ("context", "form", "text"),
    [
        (run("scheduled", START, START), Form(), "the run's data interval is empty"),
        (run("scheduled"), Form(interval=ASKED), "start and end are for manual runs"),
        (
            run("manual"),
            Form(interval=ASKED, republish="again"),
            "republish: a token publishes an interval's own batch once more, and this run publishes new",
        ),
        ({}, Form(), "outside a run of Airflow the operator needs its interval"),
    ],
)
def test_a_run_that_names_no_batch_is_refused_with_the_way_out(tmp_path: Path, context: dict[str, Any], form: Form, text: str) -> None:
    with pytest.raises(OptionError, match=text):
        request_of_run(stream_of(tmp_path), form, context)
