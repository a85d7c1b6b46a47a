"""The operator that publishes a batch."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.providers.apache.kafka.operators.produce import ProduceToTopicOperator
from airflow.sdk.definitions.mappedoperator import OperatorPartial

from springhead.spec import Stream
from springhead.spec.time import amount_text
from springhead.wording import batch_name
from springhead_airflow.assets import tell_assets
from springhead_airflow.batches import batch_of_task, check_alone
from springhead_airflow.connection import connection_of
from springhead_airflow.failing import failing_for_good
from springhead_airflow.lineage import Touched, touched, written
from springhead_airflow.mapping import PublishPartial, asset_of, loaded_stream
from springhead_airflow.metrics import tell_published
from springhead_airflow.progress import progress_log
from springhead_airflow.run import asked_by

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage

    from springhead.kafka.connection import Connection
    from springhead.publish.receipt import Receipt
    from springhead.records.request import Request


class PublishBatchOperator(ProduceToTopicOperator):
    """Publishes the batch of a stream for the run's interval, and returns its receipt.

    Unlike the Kafka provider's own operator it loses no record silently: an undelivered record fails the task. And partition, key, headers and timestamp
    of each record are the stream's.

    Args:
        stream: the name of a file in include/streams, or the stream, or the mapping that its file would be, with `name` beside its keys.
        variant: one of its variants.
        records: another number of records.
        rate: another rate, such as 20/s, of a stream that has one.
        partition: pins all records to one partition.
        parameters: name → value, of the stream's parameters, in place of those in its file.
        interval: START/END in place of the run's own interval, such as "2026-01-01T00:00Z/PT1H".
        kafka_config_id: another connection than the stream's.
        batch: the name of a batch beside the stream's own, with records of its own. By default that of the task, DAG/TASK or DAG/TASK/MAP_INDEX, for what a DAG by
            hand publishes is not what the stream's own DAG publishes; that one, whose id is the stream's name, publishes the stream's own batch. Empty: the stream's own.
        form: whether the DAG's params are the form of `form_params`, so that a manual run's answers count.
        **kwargs: of Airflow's BaseOperator.

    Raises:
        SpecError: the stream's file, or its mapping, has errors.
        OptionError: there is no such stream or variant; or another task publishes the same batch.
    """

    template_fields = (*ProduceToTopicOperator.template_fields, "records", "rate", "partition", "interval", "batch", "parameters")  # type: ignore[assignment]  # of four

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
        loaded = loaded_stream(stream)
        chosen = loaded.with_variant(variant)
        if kafka_config_id:
            chosen = chosen.model_copy(update={"connection": kafka_config_id})
        if "outlets" not in kwargs:
            kwargs["outlets"] = [asset_of(loaded, variant, kafka_config_id)]
        super().__init__(
            topic=chosen.topic,
            producer_function="springhead.pipeline.key_values",  # what the provider's own operator would run
            producer_function_args=[loaded.name],
            kafka_config_id=chosen.connection,
            **kwargs,
        )
        self.stream = loaded
        self.variant = variant
        self.records = records
        self.rate = rate
        self.partition = partition
        self.interval = interval
        self.batch = batch
        self.parameters = parameters
        self.form = form
        self._stop = threading.Event()
        self._written: Touched | None = None
        check_alone(self)

    @classmethod
    def partial(cls, **kwargs: Any) -> OperatorPartial:
        """Airflow's partial task, with the topic's asset as its outlet, unless it is given outlets."""
        plain: OperatorPartial = super().partial(**kwargs)
        return plain if "outlets" in kwargs or plain.kwargs.get("outlets") else PublishPartial.of(plain)

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any]:  # type: ignore[override]  # the provider's returns None
        """Publishes; returns the receipt, which is the task's XCom and stands in its log and in the asset's event, too.

        Raises:
            AirflowFailException: no retry helps.
            SpringheadError: a retry may help.
        """
        with failing_for_good(self.log):
            return self._publish(context)

    def on_kill(self) -> None:
        """Airflow wants the task to end: the batch stops within 5 s, and `execute` raises."""
        self._stop.set()

    def get_openlineage_facets_on_complete(self, _task_instance: Any) -> OperatorLineage[Any, Any]:
        """The topic as an output, once the batch is published: what Airflow's OpenLineage provider asks for."""
        return written(self._written)

    def _publish(self, context: Mapping[str, Any]) -> dict[str, Any]:
        from springhead.publish.publish import publish  # numpy, the kernels and Kafka's client: not at parsing

        request, options = self._asked(context)
        self.log.info("publishing %s: %s%s", *said(request))
        connection = connection_of(self)
        receipt = publish(
            request,
            connection,
            **options,
            progress=progress_log(self.log),
            live_since=getattr(context.get("dag_run"), "start_date", None),
        )
        return self._told(context, connection, receipt)

    def _asked(self, context: Mapping[str, Any]) -> tuple[Request, dict[str, Any]]:
        """What the run asks for, and how: the options of `publish` that follow from the run."""
        from springhead.ledger.entry import BY_COMMAND, Attempt

        form, request = asked_by(self, context, self._batch(context))
        instance = context.get("ti")
        attempt = Attempt(instance.dag_id, instance.run_id, instance.try_number) if instance is not None else BY_COMMAND
        return request, {"republish": form.republish, "attempt": attempt, "stop": self._stop}

    def _batch(self, context: Mapping[str, Any]) -> str | None:
        """The name of the batch; None: the stream's own."""
        return batch_of_task(self.batch, self.stream, context, self.task_id)

    def _told(self, context: Mapping[str, Any], connection: Connection, receipt: Receipt) -> dict[str, Any]:
        """The receipt as plain values, once the log and the assets have it."""
        plain = receipt.as_dict()
        self.log.info("%s", receipt.text())
        tell_assets(self, context, plain)
        self._written = touched(self.stream.with_variant(self.variant), connection, plain)
        tell_published(self.log, plain, context)
        return plain


def said(request: Request) -> tuple[str, str, str]:
    """A request in words: which batch, how much of it, where they are pinned."""
    batch = batch_name(request.stream.name, request.variant, str(request.interval), request.run_id, request.batch)
    pinned = request.chosen.pinned
    return batch, amount_text(request.chosen), "" if pinned is None else f", all to partition {pinned}"
