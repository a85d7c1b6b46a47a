"""A batch that several tasks publish: one opens it, mapped ones publish its parts, a last one puts the receipt together."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from airflow.sdk import TaskGroup

from springhead.errors import OptionError
from springhead.spec import Stream
from springhead.spec.workers import MOST_WORKERS
from springhead.wording import numbers_text
from springhead_airflow.batches import batch_of_task
from springhead_airflow.connection import connection_of
from springhead_airflow.given import whole_number
from springhead_airflow.mapping import loaded_stream
from springhead_airflow.operator import PublishBatchOperator, said
from springhead_airflow.progress import progress_log

OPENED = "opened"  # the XCom that says when the batch was opened: seconds since 1970


def publish_with_workers(
    *,
    stream: str | Stream | Mapping[str, Any],
    workers: int | None = None,
    group_id: str = "publish",
    variant: str | None = None,
    batch: str | None = None,
    outlets: Any = None,
    **options: Any,
) -> TaskGroup:
    """A group of tasks that publishes the batch of a stream: `open`, the mapped `parts`, and `receipt`, whose XCom and asset event is the receipt.

    How many mapped tasks there are is decided by each run: `workers`, or as many as the batch has parts, if those are fewer. A task that fails is tried again alone.

    Args:
        stream, variant, options: of `PublishBatchOperator`, and of Airflow's BaseOperator.
        workers: 1 to 100; None: as the stream says when the run begins.
        group_id: of the group.
        batch: as for the operator; by default DAG/GROUP.
        outlets: one or several, of the task `receipt`; None: the topic's asset.

    Raises:
        SpecError, OptionError: as `PublishBatchOperator`.
    """
    workers = whole_number("workers", workers)
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise OptionError(f"workers: {workers} is not within 1 … {MOST_WORKERS}")
    same = {"stream": loaded_stream(stream), "variant": variant, **options}
    with TaskGroup(group_id) as group:
        named = {**same, "batch": batch, "published_as": group.group_id}
        opened = OpenBatchOperator(task_id="open", workers=workers, outlets=[], **named)
        parts = PublishShareOperator.partial(task_id="parts", outlets=[], map_index_template="{{ parts }}", **named).expand(
            share=opened.output
        )
        told = {} if outlets is None else {"outlets": list(outlets) if isinstance(outlets, Iterable) else [outlets]}
        ReceiptOperator(task_id="receipt", opened=opened.task_id, shares=parts.output, **told, **named)
    return group


class SharingOperator(PublishBatchOperator):
    """One of the tasks that publish a batch together: they mean the batch of their group.

    Args:
        published_as: the group's id.
        **kwargs: of PublishBatchOperator.
    """

    def __init__(self, *, published_as: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.published_as = published_as

    def _batch(self, context: Mapping[str, Any]) -> str | None:
        return batch_of_task(self.batch, self.stream, context, self.published_as, mapped=False)


class OpenBatchOperator(SharingOperator):
    """Fixes what all parts of a batch have to agree on, and returns the shares: one for each mapped task.

    Args:
        workers: how many tasks; None: as the stream says.
        **kwargs: of PublishBatchOperator.
    """

    def __init__(self, *, workers: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.workers = workers

    def _publish(self, context: Mapping[str, Any]) -> Any:
        from springhead.publish.shared import open_batch

        request, options = self._asked(context)
        self.log.info("opening %s: %s%s", *said(request))
        context["ti"].xcom_push(OPENED, time.time())
        parts = open_batch(request, connection_of(self), **options)
        shares = shares_of(parts, self.workers or self.stream.workers)
        self.log.info("%d parts for %d tasks", parts, len(shares))
        return shares


class PublishShareOperator(SharingOperator):
    """Publishes some parts of a batch; returns which, and how many records and bytes it has sent. Its log has their receipt.

    Args:
        share: of `shares_of`.
        **kwargs: of PublishBatchOperator.
    """

    def __init__(self, *, share: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.share = share

    def _publish(self, context: Mapping[str, Any]) -> dict[str, Any]:
        from springhead.publish.publish import publish

        request, options = self._asked(context)
        parts = parts_of(self.share)
        numbers = numbers_text(parts)
        context["parts"] = f"part{'s' * (len(parts) != 1)} {numbers}"  # type: ignore[index]  # Airflow's context is a dict
        self.log.info("publishing %s: %s%s, of %s", *said(request), context["parts"])
        receipt = publish(
            request,
            connection_of(self),
            parts=parts,
            **options,
            progress=progress_log(self.log),
        )
        self.log.info("%s", receipt.text())
        return {
            "parts": numbers,
            "records": receipt.records,
            "sent": receipt.sent,
            "bytes": receipt.bytes,
            "duration_s": round(receipt.duration_s, 3),
        }


class ReceiptOperator(SharingOperator):
    """Puts the receipt of a batch together from the ledger, once its parts are published.

    Args:
        opened: the id of the task that opened it.
        shares: what the mapped tasks returned.
        **kwargs: of PublishBatchOperator.
    """

    template_fields = (*PublishBatchOperator.template_fields, "shares")  # type: ignore[assignment]  # of one more

    def __init__(self, *, opened: str, shares: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.opened = opened
        self.shares = shares

    def _publish(self, context: Mapping[str, Any]) -> dict[str, Any]:
        from springhead.publish.shared import receipt_of_parts

        request, options = self._asked(context)
        opened = context["ti"].xcom_pull(task_ids=self.opened, key=OPENED)
        connection = connection_of(self)
        receipt = receipt_of_parts(
            request,
            connection,
            sent=sum(share["sent"] for share in self.shares),
            duration_s=max(0.0, time.time() - opened),
            **options,
        )
        return self._told(context, connection, receipt)


def shares_of(parts: int, workers: int) -> list[dict[str, int]]:
    """Which parts each task publishes, part i task i mod the number of tasks: of a batch of so many parts, for so many tasks at most.

    It stays small, however many parts there are: Airflow keeps it as an XCom.
    """
    tasks = min(parts, workers)
    return [{"first": first, "last": parts, "step": tasks} for first in range(1, tasks + 1)]


def parts_of(share: Mapping[str, int]) -> range:
    """The numbers of a share's parts."""
    return range(share["first"], share["last"] + 1, share["step"])
