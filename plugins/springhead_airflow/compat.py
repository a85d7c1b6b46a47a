"""What stands elsewhere in Airflow 3.1 than from 3.2 on: timetables, exceptions, and an asset's latest events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

if TYPE_CHECKING:
    from airflow.sdk import (
        AssetOrTimeSchedule,
        CronDataIntervalTimetable,
        CronPartitionTimetable,
        CronTriggerTimetable,
        DeltaDataIntervalTimetable,
        DeltaTriggerTimetable,
        MultipleCronTriggerTimetable,
    )
    from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException
else:
    try:
        from airflow.sdk import (
            AssetOrTimeSchedule,
            CronDataIntervalTimetable,
            CronTriggerTimetable,
            DeltaDataIntervalTimetable,
            DeltaTriggerTimetable,
            MultipleCronTriggerTimetable,
        )
        from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException
    except ImportError:
        from airflow.exceptions import AirflowFailException, AirflowNotFoundException
        from airflow.timetables.assets import AssetOrTimeSchedule
        from airflow.timetables.interval import CronDataIntervalTimetable, DeltaDataIntervalTimetable
        from airflow.timetables.trigger import CronTriggerTimetable, DeltaTriggerTimetable, MultipleCronTriggerTimetable
    try:
        from airflow.sdk import CronPartitionTimetable
    except ImportError:

        class CronPartitionTimetable:
            """What no DAG has before Airflow 3.2."""


__all__ = [
    "AirflowFailException",
    "AirflowNotFoundException",
    "AssetOrTimeSchedule",
    "CronDataIntervalTimetable",
    "CronPartitionTimetable",
    "CronTriggerTimetable",
    "DeltaDataIntervalTimetable",
    "DeltaTriggerTimetable",
    "MultipleCronTriggerTimetable",
    "latest_events",
]


def latest_events(asset: Asset, most: int) -> Iterable[Any]:
    """The latest events of an asset, each with its `extra`; in Airflow 3.1, which cannot be asked for some of them, all.

    Raises:
        Exception: nobody can be asked outside a task runner.
    """
    try:
        from airflow.sdk.execution_time.context import InletEventsAccessor
    except ImportError:
        from airflow.sdk.execution_time.context import InletEventsAccessors

        return list(InletEventsAccessors([asset])[asset])
    return InletEventsAccessor(asset_name=asset.name, asset_uri=asset.uri).ascending(False).limit(most)
