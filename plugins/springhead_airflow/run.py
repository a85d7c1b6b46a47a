"""Which batch a run of Airflow means: its interval, and whether it is new data."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from springhead.errors import OptionError
from springhead.quantities import Interval, interval_before
from springhead.spec import Stream
from springhead_airflow.form import Form

if TYPE_CHECKING:
    from springhead.records.request import Request


def request_of_run(
    stream: Stream,
    form: Form,
    context: Mapping[str, Any],
    *,
    variant: str | None = None,
    records: int | str | None = None,
    partition: int | str | None = None,
    interval: str | None = None,
) -> Request:
    """What the run that a task belongs to asks for.

    | run | interval | new data |
    |---|---|---|
    | scheduled, backfill | the run's | no |
    | manual | the form's; else the run's; else the last complete one before run_after | yes, unless the form says replay |
    | without an interval (triggered by an asset) | the last complete one before run_after | yes |

    The form's values take precedence over the operator's own, and those over the run's and the stream's.

    Args:
        stream: whose schedule says what the last complete interval is.
        form: the run's.
        context: of the task.
        variant, records, partition, interval: the operator's arguments; the interval is START/END.

    Raises:
        OptionError: the run has an interval of no length, or there is no run at all; or what is asked for does not go with the stream.
    """
    from springhead.records.request import Request  # not at parsing

    window, run_id = _batch_of_run(stream, form, context, interval)
    return Request(
        stream,
        window,
        variant,
        run_id,
        form.records if form.records is not None else number_of("records", records),
        form.partition if form.partition is not None else number_of("partition", partition),
    )


def _batch_of_run(stream: Stream, form: Form, context: Mapping[str, Any], interval: str | None) -> tuple[Interval, str | None]:
    """The interval, and the run's id where its data is new."""
    run = context.get("dag_run")
    if run is None:
        given = form.interval or (Interval.parse(interval) if interval else None)
        if given is None:
            raise OptionError("outside a run of Airflow the operator needs its interval: interval='2026-01-01T00:00Z/2026-01-01T01:00Z'")
        return given, None
    manual = run.run_type == "manual"
    if not manual and form.interval:
        raise OptionError("start and end are for manual runs: a scheduled or backfilled run has its own interval")
    own = _own_interval(run, manual=manual)
    new = (manual and not form.replay) or (own is None and not manual)
    window = form.interval or (Interval.parse(interval) if interval else own)
    return window or interval_before(stream.cron, run.run_after), run.run_id if new else None


def _own_interval(run: Any, *, manual: bool) -> Interval | None:
    start, end = run.data_interval_start, run.data_interval_end
    if start is None or end is None:
        return None
    if start == end:
        if manual:  # a DAG without a schedule gives its manual runs such an interval
            return None
        raise OptionError(
            "the run's data interval is empty, because Airflow gives a DAG with a bare cron expression none: write "
            'schedule=CronDataIntervalTimetable("*/5 * * * *", timezone="UTC") (from airflow.sdk), or give the operator its interval'
        )
    return Interval(start, end)


def conf_of(context: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What was sent with the run."""
    run = context.get("dag_run")
    conf: Mapping[str, Any] | None = run.conf if run is not None else None
    return conf


def number_of(name: str, value: int | str | None) -> int | None:
    """A number of an operator's templated argument, which is a text; an empty one, and None's own text, mean that nothing was given.

    Raises:
        OptionError: it is no whole number.
    """
    if value is None or value in ("", "None"):
        return None
    with suppress(ValueError):
        return int(value)
    raise OptionError(f"{name}: {value!r} is no whole number")
