"""Which batch a run of Airflow means: its interval, and whether it is new data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from springhead.errors import OptionError
from springhead.quantities import Interval, interval_before, interval_from, last_complete_interval
from springhead.spec import Stream
from springhead_airflow.compat import (
    AssetOrTimeSchedule,
    CronDataIntervalTimetable,
    CronPartitionTimetable,
    CronTriggerTimetable,
    DeltaDataIntervalTimetable,
    DeltaTriggerTimetable,
    MultipleCronTriggerTimetable,
)
from springhead_airflow.form import Form
from springhead_airflow.given import given_text, given_values, is_given, whole_number

if TYPE_CHECKING:
    from springhead.records.request import Request

_MOMENTS = (
    CronTriggerTimetable,
    DeltaTriggerTimetable,
    MultipleCronTriggerTimetable,
)  # what Airflow makes of a bare cron expression or timedelta
# Somebody asked for these runs: by hand, by another DAG's TriggerDagRunOperator (manual before Airflow 3.2), by an asset's button Materialize.
_ASKED = ("manual", "operator_triggered", "asset_materialization")


def asked_by(task: Any, context: Mapping[str, Any], batch: str | None) -> tuple[Form, Request]:
    """The form of the run that a task belongs to, and what the run asks for by that task.

    Args:
        task: a PublishBatchOperator or a VerifyBatchOperator, whose arguments count.
        context: of the task.
        batch: the name of the batch; None: the stream's own.

    Raises:
        OptionError, SpecError: as `request_of_run`; or the form's answers are none.
    """
    form = Form.read(task.stream, context.get("params") or {}, conf_of(context), beside=task.params) if task.form else Form()
    request = request_of_run(
        task.stream,
        form,
        context,
        variant=task.variant,
        records=task.records,
        rate=task.rate,
        partition=task.partition,
        parameters=task.parameters,
        interval=task.interval or None,
        batch=batch,
    )
    return form, request


def request_of_run(
    stream: Stream,
    form: Form,
    context: Mapping[str, Any],
    *,
    variant: str | None = None,
    records: int | str | None = None,
    rate: str | None = None,
    partition: int | str | None = None,
    interval: object = None,
    batch: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Request:
    """What the run that a task belongs to asks for.

    | run | interval | new data |
    |---|---|---|
    | scheduled, backfill | the run's | no |
    | manual, triggered by another DAG, materialized | the form's; else the run's; else the last complete one before the run's logical date, or before run_after where it has none | yes, unless the form says replay |
    | of a partition (CronPartitionTimetable) | from the partition's date to the schedule's next | no, unless it is manual |
    | of a partition of an asset (PartitionedAssetTimetable) | the operator's, or it is refused | yes |
    | without an interval (triggered by an asset) | the last complete one before run_after | yes |

    "Complete" is told by the DAG's schedule, where that gives intervals, else by the stream's; where neither does, it is the hour before. The form's values take
    precedence over the operator's own, and those over the run's and the stream's.

    Args:
        stream: whose schedule says what the last complete interval is.
        form: the run's.
        context: of the task.
        variant, records, rate, partition, interval, batch, parameters: the operator's arguments; the interval is START/END.

    Raises:
        OptionError: the run has an interval of no length, or there is no run at all; or what is asked for does not go with the stream.
        SpecError: the stream is wrong with the values that its parameters were given.
    """
    from springhead.records.request import Request  # not at parsing

    stream = _with_parameters(stream, variant, {**given_values("parameters", parameters), **form.parameters})
    window, run_id = _batch_of_run(stream, form, context, interval)
    # The form has both where a variant has the other one of the two: an answer is for the tasks that it fits.
    rated = stream.with_variant(variant).rate is not None
    return Request(
        stream,
        window,
        variant,
        run_id,
        form.records if form.records is not None and not rated else whole_number("records", records),
        form.partition if form.partition is not None else whole_number("partition", partition),
        batch,
        form.rate if form.rate is not None and rated else given_text("rate", rate),
    )


def _with_parameters(stream: Stream, variant: str | None, values: Mapping[str, Any]) -> Stream:
    """The stream with other values of its parameters.

    Raises:
        OptionError: they would lead it to another topic or cluster than the DAG's asset tells of.
    """
    made = stream.with_parameters(values)
    then, now = stream.with_variant(variant), made.with_variant(variant)
    for key in ("topic", "connection"):
        if getattr(then, key) != getattr(now, key):
            raise OptionError(
                f"the parameters make '{getattr(now, key)}' of the {key} '{getattr(then, key)}', which the DAG's asset names and DAGs that wait for it rely on: "
                "change the default in the stream's file, or use `springhead publish --set`"
            )
    return made


def _batch_of_run(stream: Stream, form: Form, context: Mapping[str, Any], interval: object) -> tuple[Interval, str | None]:
    """The interval, and the run's id where its data is new."""
    run = context.get("dag_run")
    if run is None:
        given = form.interval or _interval(interval)
        if given is None:
            raise OptionError("outside a run of Airflow the operator needs its interval: interval='2026-01-01T00:00Z/2026-01-01T01:00Z'")
        return given, None
    asked = run.run_type in _ASKED
    if not asked and form.interval:
        raise OptionError("start and end are for manual runs: a scheduled or backfilled run has its own interval")
    own = _own_interval(run, _timetable(context))
    new = not form.replay if asked else own is None and run.data_interval_start is None
    if new and form.republish:
        raise OptionError(
            "republish: a token publishes an interval's own batch once more, and this run publishes new records. "
            "Set replay, too ('Replay the interval's own batch'), with start and end of the interval; or leave the token out"
        )
    window = form.interval or _interval(interval) or own
    return window or _last_complete(stream, context, run), run.run_id if new else None


def _interval(given: object) -> Interval | None:
    """The operator's argument: a text, or an Interval already; None: there is none."""
    if isinstance(given, Interval):
        return given
    if not is_given(given):
        return None
    if not isinstance(given, str):
        raise OptionError(f"interval: {given!r} is no text: write START/END, such as '2026-01-01T00:00Z/PT1H'")
    start, slash, end = given.partition("/")
    if slash and not is_given(start) and not is_given(end):  # "{{ params.start }}/{{ params.end }}" of two that are None
        return None
    return Interval.parse(f"{start.strip()}{slash}{end.strip()}")


def _timetable(context: Mapping[str, Any]) -> Any:
    """The DAG's timetable; of AssetOrTimeSchedule the one that tells its times."""
    timetable = getattr(context.get("dag"), "timetable", None)
    return timetable.timetable if isinstance(timetable, AssetOrTimeSchedule) else timetable


def _own_interval(run: Any, timetable: Any) -> Interval | None:
    """The run's data interval, or that of its partition; None: it has none, or one of no length.

    Where a backfill runs a dated manual run once more, Airflow leaves it the interval before its date (3.3.2, models/backfill.py). The backfill was asked for the one
    that begins there.
    """
    start, end, date = run.data_interval_start, run.data_interval_end, getattr(run, "logical_date", None)
    if run.run_type == "backfill" and date not in (None, start):
        if isinstance(timetable, CronDataIntervalTimetable):
            return interval_from(date, timetable.expression, str(timetable.timezone))
        if isinstance(timetable, DeltaDataIntervalTimetable):
            return Interval(date, date + timetable.delta)
    if start is None and isinstance(timetable, CronPartitionTimetable) and (partition := getattr(run, "partition_date", None)):
        return interval_from(partition, timetable.expression, str(timetable.timezone))
    if start is None or end is None or end <= start:
        return None
    return _of_its_date(Interval(start, end), run, date, timetable) if date and run.run_type in _ASKED else Interval(start, end)


def _of_its_date(own: Interval, run: Any, date: dt.datetime, timetable: Any) -> Interval:
    """The interval of a dated run that was asked for: the last complete one before its date, unless it was given another one.

    `airflow dags trigger --logical-date` and TriggerDagRunOperator have Airflow infer it from the moment of the run, whatever the date (3.3.2, api/common/trigger_dag.py).
    REST, and so the UI, can give one; the operator cannot.
    """

    def before(moment: dt.datetime) -> Interval:
        return _over_at(moment, timetable) or Interval(moment - (own.end - own.start), moment)

    given = run.run_type != "operator_triggered" and own.start <= date <= own.end
    return before(date) if not given and own == before(run.run_after) else own


def _over_at(moment: dt.datetime, timetable: Any) -> Interval | None:
    """The last interval of a timetable that is over at a moment; None: it gives no intervals."""
    if isinstance(timetable, CronDataIntervalTimetable):
        return last_complete_interval(timetable.expression, str(timetable.timezone), before=moment)
    if isinstance(timetable, DeltaDataIntervalTimetable):
        return Interval(moment - timetable.delta, moment)
    return None


def _last_complete(stream: Stream, context: Mapping[str, Any], run: Any) -> Interval:
    """The last complete interval before the date that the run was given, or before the run where it was given none.

    Airflow gives a dated run an interval of no length where the DAG has no schedule, and where the date's tick falls into the hour that a change to summer time skips.

    Raises:
        OptionError: the run has a date, and the schedule gives moments instead of intervals; or it is of a partition whose length nobody knows.
    """
    timetable = _timetable(context)
    if key := getattr(run, "partition_key", None):
        raise OptionError(
            f"the run is of the partition '{key}', and Airflow does not say how long that is: give the operator its interval, such as "
            "interval='{{ partition_date }}/PT1H', or, where the key is no time, the one that you mean"
        )
    date: dt.datetime | None = getattr(run, "logical_date", None)
    if run.data_interval_start is not None and (isinstance(timetable, _MOMENTS) or run.run_type in ("scheduled", "backfill")):
        raise OptionError(
            "the run's data interval is empty, because the DAG's schedule gives moments and no intervals, as a bare cron expression, a timedelta or @once does: write "
            'schedule=CronDataIntervalTimetable("*/5 * * * *", timezone="UTC") (from airflow.sdk), or give the operator its interval. A timetable of moments takes '
            "their length, too: interval=timedelta(hours=1)"
        )
    before = date or run.run_after
    if found := _over_at(before, timetable):
        return found
    moments = getattr(timetable, "timetables", [timetable])  # of MultipleCronTriggerTimetable
    if isinstance(moments[0], CronTriggerTimetable | DeltaTriggerTimetable) and (length := moments[0].interval):
        ends = [
            last_complete_interval(each.expression, str(each.timezone), before=before).end
            if isinstance(each, CronTriggerTimetable)
            else before
            for each in moments
        ]
        return Interval(max(ends) - length, max(ends))
    return interval_before(stream.cron, before, stream.timezone)


def conf_of(context: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What was sent with the run."""
    run = context.get("dag_run")
    conf: Mapping[str, Any] | None = run.conf if run is not None else None
    return conf
