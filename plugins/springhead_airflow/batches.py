"""Which of several batches of a stream and interval a task means: the stream's own, or one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk.definitions.mappedoperator import MappedOperator

from springhead.errors import OptionError
from springhead.spec import Stream
from springhead_airflow.given import given_text
from springhead_airflow.mapping import with_defaults

# What two tasks of one batch have in common; the stream last, for comparing two of them takes longest.
_WHICH = ("variant", "kafka_config_id", "interval", "records", "rate", "partition", "parameters", "batch", "stream")


def batch_of_task(given: str | None, stream: Stream, context: Mapping[str, Any], task_id: str, mapped: bool = True) -> str | None:
    """The name of the batch that a task publishes; None: the stream's own, which is that of the DAG that has the stream's name, but not of mapped tasks in it: they are several.

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
    index = _map_index(instance) if mapped else None
    if instance is None or (instance.dag_id == stream.name and index is None):
        return None
    return f"{instance.dag_id}/{task_id}" + ("" if index is None else f"/{index}")


def _map_index(instance: Any) -> int | None:
    """Which of the mapped tasks it is; None: it is none of them."""
    index: int | None = getattr(instance, "map_index", None)
    return None if index is None or index < 0 else index


def batch_before(task: Any, given: str | None, stream: Stream, variant: str | None, context: Mapping[str, Any]) -> str | None:
    """The name of the batch that the task directly before this one has published.

    Args:
        task: the one that asks; `given`, `stream` and `variant` are its arguments.
        context: of that task.

    Raises:
        OptionError: not exactly one task before it publishes the stream.
    """
    instance = context.get("ti")
    if given is not None or instance is None or (instance.dag_id == stream.name and _map_index(instance) is None):
        return batch_of_task(given, stream, context, task.task_id)
    found = [
        (getattr(each, "published_as", each.task_id), arguments, each)
        for each in task.upstream_list
        if (arguments := _publishes(each, stream, variant)) is not None
    ]
    if len(found) != 1:
        raise OptionError(
            f"{len(found) or 'no'} tasks directly before '{task.task_id}' publish the stream '{stream.name}', so which batch is meant is not known: "
            f"give it the batch's name, such as batch='{instance.dag_id}/publish'"
        )
    task_id, arguments, before = found[0]
    if isinstance(before, MappedOperator) and _map_index(instance) is None and arguments.get("batch") is None:
        raise OptionError(
            f"the task '{task_id}' before '{task.task_id}' is mapped and publishes several batches, so which one is meant is not known: map this one over the same "
            f"values, or give it the batch's name, such as batch='{instance.dag_id}/{task_id}/0'"
        )
    return batch_of_task(task.render_template(arguments.get("batch"), context), stream, context, task_id)


def check_alone(task: Any) -> None:
    """Checks that no other task of the DAG that has the stream's name publishes the very batch: the second to run would be green and send nothing.

    Args:
        task: a PublishBatchOperator, new.

    Raises:
        OptionError: one does.
    """
    dag = task.get_dag()
    if dag is None or dag.dag_id != task.stream.name or task.batch is not None:
        return
    if dag.task_dict.get(task.task_id) is not task:  # one of mapped tasks, which are batches of their own
        return
    for other in dag.tasks:
        # Tasks of one class: those of a group share a batch, and are of several.
        if other is not task and type(other) is type(task) and all(getattr(other, name) == getattr(task, name) for name in _WHICH):
            raise OptionError(
                f"the tasks '{other.task_id}' and '{task.task_id}' publish the same batch, that of the stream '{task.stream.name}', whose name the DAG has, so one of them would "
                f"send nothing: give one a batch of its own, such as batch='{task.task_id}'"
            )


def _publishes(task: Any, stream: Stream, variant: str | None) -> Mapping[str, Any] | None:
    """The arguments of a task that publishes this stream and variant; None: it does not."""
    from springhead_airflow.operator import PublishBatchOperator

    if isinstance(task, MappedOperator):
        if not (isinstance(task.operator_class, type) and issubclass(task.operator_class, PublishBatchOperator)):
            return None
        arguments = with_defaults(task.partial_kwargs, task.dag, task.task_group)
    elif isinstance(task, PublishBatchOperator):
        arguments = {"stream": task.stream, "variant": task.variant, "batch": task.batch}
    else:
        return None
    named = arguments.get("stream")
    name = named.name if isinstance(named, Stream) else named.get("name") if isinstance(named, Mapping) else named
    return arguments if (name, arguments.get("variant")) == (stream.name, variant) else None
