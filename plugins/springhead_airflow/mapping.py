"""`PublishBatchOperator.partial(…).expand(…)`: what a mapped task updates has to be known when its DAG is parsed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from airflow.sdk import DAG, Asset, TaskGroup
from airflow.sdk.definitions.mappedoperator import MappedOperator, OperatorPartial

from springhead.errors import OptionError
from springhead.spec import Stream, find_stream, inline_stream
from springhead_airflow.assets import topic_asset

_DECIDE = ("stream", "variant", "kafka_config_id")  # which topic, and by which connection


class PublishPartial(OperatorPartial):
    """Airflow's partial task, with the topic's asset as its outlet: an outlet that only the task's own `__init__` knows is none for the scheduler."""

    @classmethod
    def of(cls, plain: OperatorPartial) -> PublishPartial:
        """The same partial task, where it has no outlets of its own."""
        plain._expand_called = True  # else it warns that it was never mapped
        return cls(operator_class=plain.operator_class, kwargs=plain.kwargs, params=plain.params)

    def expand(self, **mapped_kwargs: Any) -> MappedOperator:
        self._set_outlets(mapped_kwargs)
        return super().expand(**mapped_kwargs)

    def expand_kwargs(self, kwargs: Any, *, strict: bool = True) -> MappedOperator:
        self._set_outlets({key for each in kwargs if isinstance(each, Mapping) for key in each} if isinstance(kwargs, list | tuple) else ())
        return super().expand_kwargs(kwargs, strict=strict)

    def _set_outlets(self, mapped: Iterable[str]) -> None:
        self._expand_called = True  # an error is no reason to warn that it was never mapped, too
        if varying := [name for name in _DECIDE if name in mapped]:
            raise OptionError(_needs_outlets(f"that is mapped over {' and '.join(varying)}"))
        given = with_defaults(self.kwargs, self.kwargs.get("dag"), self.kwargs.get("task_group"))
        self.kwargs["outlets"] = [asset_of(*(given.get(name) for name in _DECIDE))]


def with_defaults(arguments: Mapping[str, Any], dag: DAG | None, group: TaskGroup | None) -> dict[str, Any]:
    """The arguments of a mapped task with the `default_args` of its DAG and group, which Airflow gives it when it runs."""
    return {**(dag.default_args if dag else {}), **(group.default_args if group else {}), **arguments}


def _needs_outlets(which: str) -> str:
    return (
        f"a task {which} needs its outlets, for which topics it publishes to, by which connection, has to be known when the DAG is parsed: "
        "PublishBatchOperator(…, outlets=[topic_asset('my_topic', 'my_connection')]), with topic_asset from springhead_airflow"
    )


def asset_of(stream: Any, variant: str | None, kafka_config_id: Any) -> Asset:
    """The asset that the operator's arguments mean.

    Raises:
        OptionError: there is no such stream or variant; or only a run knows the connection.
    """
    if kafka_config_id and (not isinstance(kafka_config_id, str) or "{{" in kafka_config_id or "{%" in kafka_config_id):
        raise OptionError(_needs_outlets("whose kafka_config_id only a run knows"))
    chosen = loaded_stream(stream).with_variant(variant)
    return topic_asset(chosen.topic, kafka_config_id or chosen.connection)


def loaded_stream(stream: Any) -> Stream:
    """The stream that an operator was given, that its name means, or that is written as a dict.

    Raises:
        OptionError: there is none of this name, or it is no name.
        SpecError: its file, or the dict, has errors.
    """
    if isinstance(stream, Stream):
        return stream
    if isinstance(stream, str):
        return find_stream(stream)
    if isinstance(stream, Mapping):
        return inline_stream(stream)
    raise OptionError(
        f"stream: {type(stream).__name__} is neither the name of a file in include/streams nor a Stream nor a dict: it has to be known when the DAG is parsed"
    )
