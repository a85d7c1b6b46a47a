"""The assets that publishing tasks update, and their events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, Asset, TaskGroup
from airflow.sdk.execution_time.context import InletEventsAccessor

from springhead.errors import (
    OptionError,
)
from springhead.publish import publish as pipeline
from springhead_airflow.assets import topic_asset
from springhead_airflow.operator import PublishBatchOperator
from tests.airflow.tasks import RECEIPT, operator, run, stream_of


def test_a_mapped_task_updates_the_asset_of_its_topic(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    with DAG("d", schedule=None):
        mapped = PublishBatchOperator.partial(task_id="publish", stream=stream, kafka_config_id="other").expand(records=[5, 10, 15])
        by_kwargs = PublishBatchOperator.partial(task_id="again", stream=stream).expand_kwargs([{"records": 5}, {"partition": 0}])
        given = PublishBatchOperator.partial(task_id="given", stream=stream, outlets=[]).expand(records=[5])
    assert mapped.outlets == [topic_asset("things", "other")]
    assert by_kwargs.outlets == [topic_asset("things")]
    assert given.outlets == []


def test_a_mapped_task_has_the_default_args_of_its_dag_and_group(tmp_path: Path) -> None:
    of_the_group: dict[str, Any] = {"default_args": {"kafka_config_id": "of_the_group"}}
    with DAG("d", schedule=None, default_args={"stream": stream_of(tmp_path), "kafka_config_id": "of_the_dag"}):
        mapped = PublishBatchOperator.partial(task_id="publish").expand(records=[5, 10, 15])
        own = PublishBatchOperator.partial(task_id="own", kafka_config_id="other").expand(records=[5])
        with TaskGroup("group", **of_the_group):
            grouped = PublishBatchOperator.partial(task_id="publish").expand(records=[5])
    assert [task.outlets for task in (mapped, own, grouped)] == [
        [topic_asset("things", connection)] for connection in ("of_the_dag", "other", "of_the_group")
    ]


@pytest.mark.parametrize("mapped", [{"kafka_config_id": ["a", "b"]}, {"stream": ["registrations", "addresses"]}, {"variant": ["pinned"]}])
def test_a_task_that_is_mapped_over_its_topics_is_told_at_parsing_that_it_needs_outlets(
    tmp_path: Path, mapped: dict[str, list[str]]
) -> None:
    (name,) = mapped
    fixed = {} if name == "stream" else {"stream": stream_of(tmp_path)}
    with DAG("d", schedule=None):
        for expanded in ("expand", "expand_kwargs"):
            partial = PublishBatchOperator.partial(task_id=expanded, **fixed)
            with pytest.raises(OptionError, match=f"a task that is mapped over {name} needs its outlets"):
                partial.expand(**mapped) if expanded == "expand" else partial.expand_kwargs([{name: mapped[name][0]}])
        PublishBatchOperator.partial(task_id="good", outlets=[topic_asset("things")], **fixed).expand(**mapped)


def test_a_task_whose_connection_only_its_run_knows_is_told_at_parsing_that_it_needs_outlets(tmp_path: Path) -> None:
    told = "a task whose kafka_config_id only a run knows needs its outlets"
    with DAG("d", schedule=None):
        for name, given in (
            ("template", "{{ params.cluster }}"),
            ("xcom", PublishBatchOperator(task_id="before", stream=stream_of(tmp_path)).output),
        ):
            asked: dict[str, Any] = {"stream": stream_of(tmp_path), "kafka_config_id": given}
            with pytest.raises(OptionError, match=told):
                PublishBatchOperator(task_id=name, **asked)
            with pytest.raises(OptionError, match=told):
                PublishBatchOperator.partial(task_id=f"mapped_{name}", **asked).expand(records=[5])
            good = PublishBatchOperator(task_id=f"good_{name}", outlets=[topic_asset("things")], **asked)
            assert good.outlets == [topic_asset("things")]


def test_a_batch_whose_event_was_sent_before_makes_no_second_one_and_one_whose_event_was_not_does(
    tmp_path: Path, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    again = replace(RECEIPT, already_published=True, sent=0)
    monkeypatch.setattr(pipeline, "publish", lambda *_, **__: again)
    for extra, events_sent in (({**again.as_dict(), "digest": "other"}, 1), (None, 1), (again.as_dict(), 0)):
        latest = [SimpleNamespace(extra=extra)]
        monkeypatch.setattr(InletEventsAccessor, "_asset_events", latest)
        task = operator(tmp_path)
        (asset,) = task.outlets
        events = {asset: SimpleNamespace(extra=None)}
        task.execute({**run("scheduled"), "outlet_events": events})
        assert len(task.outlets) == events_sent
        assert (events[asset].extra is not None) == bool(events_sent)


def test_an_asset_by_its_uri_is_that_of_the_topic(tmp_path: Path) -> None:
    assert topic_asset("second_topic") == Asset("x-kafka://kafka_default/second_topic")
    (outlet,) = operator(tmp_path, kafka_config_id="mine").outlets
    assert (outlet.name, outlet.uri) == ("x-kafka://mine/things", "x-kafka://mine/things")


def test_the_receipt_is_the_extra_of_the_topics_asset(tmp_path: Path, published: dict[str, Any]) -> None:
    task = operator(tmp_path)
    (asset,) = task.outlets
    events = {asset: SimpleNamespace(extra=None)}
    task.execute({**run("scheduled"), "outlet_events": events})
    assert events[asset].extra == RECEIPT.as_dict()
    assert published["request"].stream.name == "things"
