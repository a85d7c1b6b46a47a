"""The operator that verifies a batch."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from airflow.sdk import BaseOperator

from springhead.spec import Stream
from springhead_airflow.batches import batch_before
from springhead_airflow.connection import airflow_connection
from springhead_airflow.failing import fail_for_good, failing_for_good
from springhead_airflow.form import Form
from springhead_airflow.mapping import loaded_stream
from springhead_airflow.progress import progress_log
from springhead_airflow.run import conf_of, request_of_run


class VerifyBatchOperator(BaseOperator):
    """Reads the batch of a stream for the run's interval back and compares it with what it should be; fails where a record is missing, changed or doubled.

    Put it behind the `PublishBatchOperator` with the same arguments; those, and what they raise, are explained there.

    Args:
        stream, variant, records, rate, partition, interval, kafka_config_id, form: of that operator.
        batch: by default that of the task directly before this one which publishes the stream.
        **kwargs: of Airflow's BaseOperator.
    """

    template_fields = ("kafka_config_id", "records", "rate", "partition", "interval", "batch", "parameters")

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
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
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
        self._stop = threading.Event()

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Verifies; returns the verification, which is the task's XCom and stands in its log, too.

        Raises:
            AirflowFailException: the topic has something else, or cannot be verified: no retry helps.
            SpringheadError: a retry may help.
        """
        with failing_for_good(self.log):
            return self._verify(context)

    def on_kill(self) -> None:
        """Airflow wants the task to end: it stops within half a second, and `execute` raises."""
        self._stop.set()

    def _verify(self, context: Mapping[str, Any]) -> dict[str, Any]:
        from springhead.verify.verify import verify  # numpy, numba and Kafka's client: not at parsing

        form = Form.read(self.stream, context.get("params") or {}, conf_of(context)) if self.form else Form()
        request = request_of_run(
            self.stream,
            form,
            context,
            variant=self.variant,
            records=self.records,
            rate=self.rate,
            partition=self.partition,
            parameters=self.parameters,
            interval=self.interval or None,
            batch=batch_before(self, self.batch, self.stream, self.variant, context),
        )
        connection = airflow_connection(self.kafka_config_id)
        verification = verify(request, connection, stop=self._stop, progress=progress_log(self.log))
        if not verification.good:
            raise fail_for_good(self.log, verification.text())
        self.log.info("%s", verification.text())
        return verification.as_dict()
