"""Waiting in the triggerer until a batch is published: no worker is held meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator, Mapping
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from springhead.errors import SpringheadError, TerminalError
from springhead_airflow.connection import airflow_connection


class BatchPublishedTrigger(BaseTrigger):
    """Fires when the ledger has all of a batch: `{"published": True}`; or when there is no use in waiting: `{"published": False, "why": …, "over": whether the time is}`.

    The ledger is read in a thread, for Kafka's client blocks; Airflow's connection is looked up where Airflow allows that.

    Args:
        key: which batch: the arguments of `springhead.ledger.key.BatchKey`, the interval as START/END.
        kafka_config_id: the connection to the cluster.
        until: when to stop waiting, ISO 8601 with an offset: a triggerer that starts anew waits no longer than the one before.
        every_s: seconds between two looks.
    """

    def __init__(self, *, key: Mapping[str, str | None], kafka_config_id: str, until: str, every_s: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.key = dict(key)
        self.kafka_config_id = kafka_config_id
        self.until = until
        self.every_s = every_s

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and its arguments: Airflow keeps them in its database."""
        arguments = {"key": self.key, "kafka_config_id": self.kafka_config_id, "until": self.until, "every_s": self.every_s}
        return f"{__name__}.{type(self).__name__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Looks until the batch is there, the time is over, or an error says that no further look helps."""
        stop = threading.Event()
        try:
            while True:
                why = await self._look(stop)
                over = dt.datetime.now(dt.UTC) >= dt.datetime.fromisoformat(self.until)
                if why is None or over or isinstance(why, TerminalError):
                    payload = {"published": True} if why is None else {"published": False, "why": str(why), "over": over}
                    yield TriggerEvent(payload)  # type: ignore[no-untyped-call]
                    return
                await asyncio.sleep(self.every_s)
        finally:
            stop.set()  # the task was ended: the thread is not waited for

    async def _look(self, stop: threading.Event) -> SpringheadError | str | None:
        """None: all of it is published; a text: what is; an error: that cannot be told, now or at all."""
        try:
            connection = await sync_to_async(airflow_connection)(self.kafka_config_id)
            found = await asyncio.to_thread(_lacking, self.key, connection, stop)
        except SpringheadError as error:
            self.log.info("%s", error)
            return error
        if not found:
            return None
        self.log.info("%s", found)
        return f"{self.key['stream']}, {self.key['interval']}: {found}"


def _lacking(key: Mapping[str, Any], connection: Any, stop: threading.Event) -> str:
    from springhead.ledger.key import BatchKey  # Kafka's client, and more: in the thread
    from springhead.quantities import Interval
    from springhead.verify.waiting import lacking

    return lacking(BatchKey(**{**key, "interval": Interval.parse(key["interval"])}), connection, stop)
