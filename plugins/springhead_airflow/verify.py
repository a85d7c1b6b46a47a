"""The operator that verifies a batch."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator

from springhead.errors import OptionError, UnverifiableError
from springhead.spec import Stream
from springhead_airflow.batches import batch_before
from springhead_airflow.connection import connection_of
from springhead_airflow.failing import fail_for_good, failing_for_good
from springhead_airflow.given import given_text
from springhead_airflow.lineage import Touched, read, touched
from springhead_airflow.mapping import loaded_stream
from springhead_airflow.metrics import tell_verified
from springhead_airflow.progress import progress_log
from springhead_airflow.run import asked_by

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage

    from springhead.kafka.connection import Connection
    from springhead.records.request import Request

_LOOK_S = 10.0  # between two looks at the ledger


class VerifyBatchOperator(BaseOperator):
    """Reads the batch of a stream for the run's interval back and compares it with what it should be; fails where a record is missing, changed or doubled.

    Put it behind the `PublishBatchOperator` with the same arguments; those, and what they raise, are explained there.

    Args:
        stream, variant, records, rate, partition, interval, kafka_config_id, form: of that operator.
        batch: by default that of the task directly before this one which publishes the stream.
        run_id: whose new records are meant, where another manual run has published them; empty: the interval's own batch. None: as the operator that publishes means it, by this run.
        deferrable: whether a batch that is not published yet, or not all of it, is waited for: in the triggerer, so that no worker is held. Without it the task fails at once.
        wait: how long it is waited for at most.
        **kwargs: of Airflow's BaseOperator.
    """

    template_fields = ("kafka_config_id", "records", "rate", "partition", "interval", "batch", "parameters", "run_id")

    def __init__(
        self,
        *,
        stream: str | Stream | Mapping[str, Any],
        variant: str | None = None,
        records: int | str | None = None,
        rate: str | None = None,
        partition: int | str | None = None,
        interval: str | None = None,
        kafka_config_id: str | None = None,
        batch: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        form: bool = False,
        run_id: str | None = None,
        deferrable: bool = False,
        wait: dt.timedelta = dt.timedelta(hours=1),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(wait, dt.timedelta):
            raise OptionError(f"wait: {wait!r} is no length of time: write timedelta(hours=1), from datetime")
        self.stream = loaded_stream(stream)
        self.kafka_config_id = kafka_config_id or self.stream.with_variant(variant).connection
        self.variant = variant
        self.records = records
        self.rate = rate
        self.partition = partition
        self.interval = interval
        self.batch = batch
        self.parameters = parameters
        self.form = form
        self.run_id = run_id
        self.deferrable = deferrable
        self.wait = wait
        self._stop = threading.Event()
        self._read: Touched | None = None

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Verifies; returns the verification, which is the task's XCom and stands in its log, too.

        Raises:
            AirflowFailException: the topic has something else, or cannot be verified: no retry helps.
            SpringheadError: a retry may help.
        """
        with failing_for_good(self.log):
            request, connection = self._asked(context)
            if self.deferrable and (why := self._is_waited_for(request, connection)):
                self.log.info("waiting for at most %s: %s", self.wait, why)
                self._wait_for(request, connection.id)
            return self._verify(request, connection)

    def published(self, context: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
        """Goes on where `execute` waited. Raises as that does.

        Args:
            context: of the task.
            event: of BatchPublishedTrigger.
        """
        with failing_for_good(self.log):
            if not event["published"]:
                long = f" after {self.wait}. Publish it, or wait longer: wait=timedelta(hours=…)" if event["over"] else ""
                raise UnverifiableError(f"{event['why']}{long}")
            return self._verify(*self._asked(context))

    def get_openlineage_facets_on_complete(self, _task_instance: Any) -> OperatorLineage[Any, Any]:
        """The topic as an input, once it is verified: what Airflow's OpenLineage provider asks for."""
        return read(self._read)

    def on_kill(self) -> None:
        """Airflow wants the task to end: it stops within half a second, and `execute` raises."""
        self._stop.set()

    def _asked(self, context: Mapping[str, Any]) -> tuple[Request, Connection]:
        """Which batch, and on which cluster."""
        _, request = asked_by(self, context, batch_before(self, self.batch, self.stream, self.variant, context))
        named = given_text("run_id", self.run_id)
        if named is not None or (isinstance(self.run_id, str) and not self.run_id.strip()):
            request = replace(request, run_id=named)
        return request, connection_of(self)

    def _is_waited_for(self, request: Request, connection: Connection) -> str:
        """Why the batch is waited for; empty: it is there, or leaves no entry in the ledger, which verifying tells."""
        from springhead.kafka.settings import Guarantee, guarantee_of
        from springhead.ledger.key import BatchKey
        from springhead.verify.waiting import lacking

        if guarantee_of(connection, request.chosen.delivery) in (Guarantee.LEADER, Guarantee.FIRE_AND_FORGET):
            return ""
        key = BatchKey.of(request)
        found = lacking(key, connection, self._stop)
        return f"{key}: {found}" if found else ""

    def _wait_for(self, request: Request, connection_id: str) -> NoReturn:
        from springhead_airflow.waiting import BatchPublishedTrigger  # asyncio: not at parsing

        key = {name: getattr(request, name) for name in ("variant", "run_id", "batch")}
        self.defer(
            trigger=BatchPublishedTrigger(
                key={"stream": request.stream.name, "interval": str(request.interval), **key},
                kafka_config_id=connection_id,
                until=(dt.datetime.now(dt.UTC) + self.wait).isoformat(),
                every_s=_LOOK_S,
            ),
            method_name="published",
        )

    def _verify(self, request: Request, connection: Connection) -> dict[str, Any]:
        from springhead.verify.verify import verify  # numpy, the kernels and Kafka's client: not at parsing

        verification = verify(request, connection, stop=self._stop, progress=progress_log(self.log))
        told = verification.as_dict()
        tell_verified(self.log, told)
        if not verification.good:
            raise fail_for_good(self.log, verification.text())
        self.log.info("%s", verification.text())
        self._read = touched(request.chosen, connection, told)
        return told
