"""Which of several batches of a stream and interval a task means: the stream's own, or one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk.definitions.mappedoperator import MappedOperator

from springhead.errors import OptionError
from springhead.spec import Stream
from springhead_airflow.given import given_text


def batch_of_task(given: str | None, stream: Stream, context: Mapping[str, Any], task_id: str, mapped: bool = True) -> str | None:
    """The name of the batch that a task publishes; None: the stream's own, which is that of the DAG that has the stream's name.

    Args:
        given: the operator's argument: None: by the task; empty: the stream's own.
        stream: whose batch.
        context: of the task.
        task_id: of the task that publishes, or of the group of tasks.
        mapped: whether each mapped task has a batch of its own.
    """
    if isinstance(given, str) and not given.strip():
        return None
    if (named := given_text("batch", given)) is not None:
        return named
    instance = context.get("ti")
    if instance is None or instance.dag_id == stream.name:
        return None
    index = getattr(instance, "map_index", -1)
    return f"{instance.dag_id}/{task_id}" + (f"/{index}" if mapped and index is not None and index >= 0 else "")


def batch_before(task: Any, given: str | None, stream: Stream, variant: str | None, context: Mapping[str, Any]) -> str | None:
    """The name of the batch that the task directly before this one has published.

    Args:
        task: the one that asks; `given`, `stream` and `variant` are its arguments.
        context: of that task.

    Raises:
        OptionError: not exactly one task before it publishes the stream.
    """
    instance = context.get("ti")
    if given is not None or instance is None or instance.dag_id == stream.name:
        return batch_of_task(given, stream, context, task.task_id)
    found = [
        (getattr(each, "published_as", each.task_id), arguments)
        for each in task.upstream_list
        if (arguments := _publishes(each, stream, variant)) is not None
    ]
    if len(found) != 1:
        raise OptionError(
            f"{len(found) or 'no'} tasks directly before '{task.task_id}' publish the stream '{stream.name}', so which batch is meant is not known: "
            f"give it the batch's name, such as batch='{instance.dag_id}/publish'"
        )
    task_id, arguments = found[0]
    return batch_of_task(task.render_template(arguments.get("batch"), context), stream, context, task_id)


def _publishes(task: Any, stream: Stream, variant: str | None) -> Mapping[str, Any] | None:
    """The arguments of a task that publishes this stream and variant; None: it does not."""
    from springhead_airflow.operator import PublishBatchOperator

    if isinstance(task, MappedOperator):
        if not (isinstance(task.operator_class, type) and issubclass(task.operator_class, PublishBatchOperator)):
            return None
        arguments = task.partial_kwargs
    elif isinstance(task, PublishBatchOperator):
        arguments = {"stream": task.stream, "variant": task.variant, "batch": task.batch}
    else:
        return None
    named = arguments.get("stream")
    name = named.name if isinstance(named, Stream) else named.get("name") if isinstance(named, Mapping) else named
    return arguments if (name, arguments.get("variant")) == (stream.name, variant) else None
