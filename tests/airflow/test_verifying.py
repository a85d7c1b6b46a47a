"""The task that verifies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException

from springhead.errors import (
    BrokerUnavailableError,
    UnverifiableError,
)
from springhead.records.request import Request
from springhead_airflow.factory import stream_dag
from springhead_airflow.failing import readable
from springhead_airflow.operator import PublishBatchOperator
from springhead_airflow.verify import VerifyBatchOperator
from tests.airflow.tasks import OWN, instance, run, stream_of, verifier
from tests.unit.verify.build import BAD, GOOD


def test_a_verifying_task_means_the_batch_of_the_task_before_it(tmp_path: Path, verified: dict[str, Any]) -> None:
    stream = stream_of(tmp_path)
    context = {**run("scheduled"), "ti": instance("by_hand", "verify", map_index=1)}
    with DAG("by_hand", schedule=None):
        plain = VerifyBatchOperator(task_id="plain", stream=stream)
        PublishBatchOperator(task_id="first", stream=stream, batch="night-{{ 1 + 1 }}") >> plain
        PublishBatchOperator(task_id="other", stream=stream, variant="pinned") >> plain
        mapped = VerifyBatchOperator(task_id="mapped", stream=stream)
        PublishBatchOperator.partial(task_id="second", stream=stream).expand(records=[1, 2]) >> mapped
        lonely = VerifyBatchOperator(task_id="lonely", stream=stream)
        told = VerifyBatchOperator(task_id="told", stream=stream, batch="by_hand/publish")
    for task, name in ((plain, "night-2"), (mapped, "by_hand/second/1"), (told, "by_hand/publish")):
        task.execute(context)
        assert verified["request"].batch == name
    with pytest.raises(AirflowFailException, match="no tasks directly before 'lonely' publish the stream 'things'"):
        lonely.execute(context)


def test_mapped_tasks_are_batches_of_their_own_in_a_dag_of_the_streams_name_too(
    tmp_path: Path, published: dict[str, Any], verified: dict[str, Any]
) -> None:
    stream = stream_of(tmp_path)
    with DAG(stream.name, schedule=None):
        publish = PublishBatchOperator(task_id="publish", stream=stream)
        verify = VerifyBatchOperator(task_id="verify", stream=stream)
        PublishBatchOperator.partial(task_id="publish_all", stream=stream).expand(records=[1, 2]) >> verify
    for index, publishes, verifies in ((1, "things/publish/1", "things/publish_all/1"), (-1, None, None)):
        publish.execute({**run("scheduled"), "ti": instance("things", "publish", map_index=index)})
        verify.execute({**run("scheduled"), "ti": instance("things", "verify", map_index=index)})
        assert (published["request"].batch, verified["request"].batch) == (publishes, verifies)


def test_one_task_cannot_verify_the_several_batches_of_a_mapped_one(tmp_path: Path, verified: dict[str, Any], logged: list[str]) -> None:
    with DAG("by_hand", schedule=None):
        verify = VerifyBatchOperator(task_id="verify", stream=stream_of(tmp_path))
        PublishBatchOperator.partial(task_id="publish", stream=stream_of(tmp_path)).expand(records=[1, 2]) >> verify
    with pytest.raises(AirflowFailException):
        verify.execute({**run("scheduled"), "ti": instance("by_hand", "verify")})
    assert logged == readable(
        "the task 'publish' before 'verify' is mapped and publishes several batches, so which one is meant is not known: map this one over the same values, "
        "or give it the batch's name, such as batch='by_hand/publish/0'"
    )


def test_the_mapped_task_before_it_may_have_its_stream_from_the_default_args(tmp_path: Path, verified: dict[str, Any]) -> None:
    with DAG("by_hand", schedule=None, default_args={"stream": stream_of(tmp_path), "batch": "night"}):
        verify = VerifyBatchOperator(task_id="verify", stream=stream_of(tmp_path), batch=None)
        PublishBatchOperator.partial(task_id="publish").expand(records=[1, 2]) >> verify
    verify.execute({**run("scheduled"), "ti": instance("by_hand", "verify", map_index=1)})
    assert verified["request"].batch == "night"


def test_the_verifying_task_asks_for_the_batch_that_was_published(tmp_path: Path, verified: dict[str, Any]) -> None:
    options: dict[str, Any] = {"variant": "pinned", "records": "7", "partition": "2", "kafka_config_id": "other"}
    task = verifier(tmp_path, **options)
    assert task.execute(run("scheduled")) == GOOD.as_dict()
    assert verified["request"] == Request(task.stream, OWN, variant="pinned", run_id=None, records=7, partition=2)
    assert verified["connection"].id == "other"
    verifier(tmp_path, form=True).execute(run("manual") | {"params": {"records": 3}})
    assert verified["request"] == Request(task.stream, OWN, variant=None, run_id="manual__1", records=3, partition=None)
    assert verified["connection"].id == "kafka_default"


def test_a_difference_fails_the_task_for_good_with_the_report(tmp_path: Path, verified: dict[str, Any], logged: list[str]) -> None:
    verified["found"] = BAD
    with pytest.raises(AirflowFailException) as caught:
        verifier(tmp_path).execute(run("scheduled"))
    assert str(caught.value) == BAD.text().splitlines()[0]
    assert "  missing      record 17 (partition 0, 2026-03-01T10:00:01.000Z): is not there" in logged


def test_what_cannot_be_verified_fails_for_good_and_a_broker_that_is_away_is_tried_again(tmp_path: Path, verified: dict[str, Any]) -> None:
    verified["raises"] = UnverifiableError("no entry")
    with pytest.raises(AirflowFailException, match="no entry"):
        verifier(tmp_path).execute(run("scheduled"))
    verified["raises"] = BrokerUnavailableError("no broker answers")
    with pytest.raises(BrokerUnavailableError):
        verifier(tmp_path).execute(run("scheduled"))


def test_being_killed_tells_the_verification_to_stop(tmp_path: Path, verified: dict[str, Any]) -> None:
    task = verifier(tmp_path)
    task.execute(run("scheduled"))
    assert not verified["stop"].is_set()
    task.on_kill()
    assert verified["stop"].is_set()


def test_a_stream_that_says_so_has_a_task_that_verifies_behind_each_that_publishes(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    assert sorted(stream_dag(stream).task_ids) == ["publish", "publish_pinned"]
    dag = stream_dag(stream.model_copy(update={"verify": True}))
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "publish": set(),
        "verify": {"publish"},
        "publish_pinned": set(),
        "verify_pinned": {"publish_pinned"},
    }
    assert "Tasks: `publish`, `verify`, `publish_pinned`, `verify_pinned`." in (dag.doc_md or "")
    (pinned,) = (task for task in dag.tasks if task.task_id == "verify_pinned")
    assert isinstance(pinned, VerifyBatchOperator)
    assert (pinned.variant, pinned.form, pinned.outlets) == ("pinned", True, [])
