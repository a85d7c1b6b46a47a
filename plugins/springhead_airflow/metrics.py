"""Numbers of a task for Airflow's own metrics (StatsD, DogStatsD or OpenTelemetry, as [metrics] of its configuration says)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from logging import Logger
from typing import Any

_STRANGE = re.compile(r"[^A-Za-z0-9_.-]")
_LONGEST = 48  # characters of a tag's value: with InfluxDB's tags the name and all tags together may have 250, or Airflow drops the metric


def tell_published(log: Logger | Any, receipt: Mapping[str, Any], context: Mapping[str, Any], now: dt.datetime | None = None) -> None:
    """Tells what a green task has published; never raises.

    A batch counts once, by the attempt that completes it: what is sent anew after a failure, and what was published already, counts nothing. So the sums are what
    the topics have more.

    Args:
        log: the task's.
        receipt: the task's.
        context: the task's; the schedule's lag is that of a scheduled run, for only its interval ends when it is due.
        now: when the task is green; None: now.
    """
    with _harmless(log) as stats:
        tags = _tags(receipt)
        if receipt["already_published"]:
            stats.incr("springhead.already_published", 1, tags=tags)
            return
        stats.incr("springhead.batches", 1, tags=tags)
        stats.incr("springhead.records", receipt["records"], tags=tags)
        stats.incr("springhead.bytes", receipt["bytes"], tags=tags)
        stats.timing("springhead.duration", dt.timedelta(seconds=receipt["duration_s"]), tags=tags)
        run = context.get("dag_run")
        if getattr(run, "run_type", None) == "scheduled" and (end := getattr(run, "data_interval_end", None)):
            stats.timing("springhead.lag", (now or dt.datetime.now(dt.UTC)) - end, tags=tags)


def tell_verified(log: Logger | Any, verification: Mapping[str, Any]) -> None:
    """Tells what a task has read back, whatever it has found; never raises."""
    with _harmless(log) as stats:
        tags = _tags(verification)
        stats.incr("springhead.verified", verification["sound"], tags=tags)
        stats.timing("springhead.verify_duration", dt.timedelta(seconds=verification["duration_s"]), tags=tags)
        for what in ("missing", "changed", "doubled"):
            stats.incr(f"springhead.{what}", verification[what], tags=tags)


@contextmanager
def _harmless(log: Logger | Any) -> Iterator[Any]:
    """Airflow's interface; a metric that cannot be told is a line in the log, and the task as good as before."""
    try:
        from airflow.providers.common.compat.sdk import Stats  # wherever this version of Airflow has it

        yield Stats
    except Exception as error:  # noqa: BLE001  records are published, and no figure is worth their task
        log.warning("the task's metrics could not be told: %s: %s", type(error).__name__, error)


def _tags(of: Mapping[str, Any]) -> dict[str, str]:
    """The four tags, always all of them; what a name has that StatsD's names may not have becomes _."""
    return {name: _STRANGE.sub("_", str(of[name] or "-"))[:_LONGEST] for name in ("stream", "topic", "variant", "connection")}
