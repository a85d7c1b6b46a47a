"""A batch that several tasks publish: which parts each takes, and what the group is to the DAG around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG, Asset, TaskGroup
from airflow.sdk.definitions.mappedoperator import MappedOperator
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import OptionError
from springhead.spec import load_stream
from springhead_airflow.factory import stream_dag
from springhead_airflow.verify import VerifyBatchOperator
from springhead_airflow.workers import ReceiptOperator, SharingOperator, parts_of, publish_with_workers, shares_of
from tests.airflow.tasks import instance, run, stream_of


@given(parts=st.integers(1, 3000), workers=st.integers(1, 100))
def test_the_shares_are_the_parts_each_once_part_i_for_task_i_mod_n(parts: int, workers: int) -> None:
    shares = shares_of(parts, workers)
    assert len(shares) == min(parts, workers)
    assert sorted(part for share in shares for part in parts_of(share)) == list(range(1, parts + 1))
    assert all((part - 1) % len(shares) == number for number, share in enumerate(shares) for part in parts_of(share))


def test_the_shares_of_the_largest_batch_are_a_small_xcom() -> None:
    assert len(json.dumps(shares_of(100, 100))) < 5000


def dag_of(tmp_path: Path, more: str) -> DAG:
    file = tmp_path / "things.yaml"
    file.write_text(f"topic: things\nworkers: 8\n{more}fields:\n  n: {{integer: [1, 9]}}\nvariants:\n  pinned: {{partition: 0}}\n")
    return stream_dag(load_stream(file))


def test_a_stream_with_workers_has_a_group_of_tasks_for_itself_and_for_each_variant(tmp_path: Path) -> None:
    dag = dag_of(tmp_path, "verify: true\n")
    assert sorted(dag.task_ids) == [
        *(f"publish.{name}" for name in ("open", "parts", "receipt")),
        *(f"publish_pinned.{name}" for name in ("open", "parts", "receipt")),
        "verify",
        "verify_pinned",
    ]
    assert dag.get_task("publish.parts").upstream_task_ids == {"publish.open"}
    assert dag.get_task("publish.receipt").upstream_task_ids == {"publish.parts"}
    assert dag.get_task("verify").upstream_task_ids == {"publish.receipt"}
    assert isinstance(dag.get_task("publish.parts"), MappedOperator)


def test_the_dag_s_page_names_its_tasks_and_where_the_receipt_is(tmp_path: Path) -> None:
    page = dag_of(tmp_path, "verify: true\n").doc_md
    assert page is not None
    assert "| workers | up to 8 tasks at once for the parts of a batch, a million records each |" in page
    tasks = "`publish.open`, `publish.parts`, `publish.receipt`, `verify`, `publish_pinned.open`, `publish_pinned.parts`, `publish_pinned.receipt`, `verify_pinned`"
    assert f"Tasks: {tasks}. The receipt is the XCom of `publish.receipt`." in page


def test_its_receipt_alone_updates_the_topic_s_asset(tmp_path: Path) -> None:
    dag = dag_of(tmp_path, "")
    assert {name: list(dag.get_task(f"publish.{name}").outlets) for name in ("open", "parts", "receipt")} == {
        "open": [],
        "parts": [],
        "receipt": [Asset("x-kafka://kafka_default/things")],
    }


def test_how_many_workers_there_are_is_not_in_the_dag(tmp_path: Path) -> None:
    """Else each change would be another version of the DAG, apart from the page that shows the stream's file."""
    from airflow.serialization.serialized_objects import DagSerialization

    def serialized(workers: int) -> Any:
        stream = stream_of(tmp_path).model_copy(update={"workers": workers})
        dag = stream_dag(stream)
        dag.doc_md = None
        return DagSerialization.to_dict(dag)

    assert serialized(8) == serialized(16)


@pytest.mark.parametrize(("given", "name"), [(None, "by_hand/night"), ("own", "own"), ("", None)])
def test_by_hand_the_tasks_of_a_group_mean_one_batch_and_so_does_the_task_that_verifies_it(
    tmp_path: Path, given: str | None, name: str | None
) -> None:
    stream = stream_of(tmp_path)
    with DAG("by_hand", schedule=None) as dag:
        group = publish_with_workers(stream=stream, workers=2, group_id="night", batch=given)
        verify = VerifyBatchOperator(task_id="verify", stream=stream)
        group >> verify
    parts = dag.get_task("night.parts")
    assert isinstance(parts, MappedOperator)
    for task, index in ((dag.get_task("night.open"), -1), (parts.unmap({"share": {"first": 1, "last": 1, "step": 1}}), 0)):
        assert isinstance(task, SharingOperator)
        request, _ = task._asked({**run("scheduled"), "ti": instance("by_hand", task.task_id, map_index=index)})
        assert request.batch == name
    from springhead_airflow.batches import batch_before

    assert batch_before(verify, None, stream, None, {**run("scheduled"), "ti": instance("by_hand", "verify")}) == name


@pytest.mark.parametrize("workers", [0, 101])
def test_a_number_of_workers_that_cannot_be_is_told_when_the_dag_is_parsed(tmp_path: Path, workers: int) -> None:
    with DAG("by_hand", schedule=None), pytest.raises(OptionError) as caught:
        publish_with_workers(stream=stream_of(tmp_path), workers=workers)
    assert str(caught.value) == f"workers: {workers} is not within 1 … 100"


@pytest.mark.parametrize("workers", [True, 2.5, "many"])
def test_workers_are_counted(tmp_path: Path, workers: Any) -> None:
    with DAG("by_hand", schedule=None), pytest.raises(OptionError) as caught:
        publish_with_workers(stream=stream_of(tmp_path), workers=workers)
    assert str(caught.value) == f"workers: {workers!r} is no whole number"


def test_one_outlet_needs_no_list(tmp_path: Path) -> None:
    with DAG("by_hand", schedule=None) as dag:
        publish_with_workers(stream=stream_of(tmp_path), outlets=Asset("mine"))
    assert list(dag.get_task("publish.receipt").outlets) == [Asset("mine")]


def test_a_group_in_a_group_finds_its_own_tasks(tmp_path: Path) -> None:
    with DAG("by_hand", schedule=None) as dag, TaskGroup("outer"):
        publish_with_workers(stream=stream_of(tmp_path), workers=2)
    receipt = dag.get_task("outer.publish.receipt")
    assert isinstance(receipt, ReceiptOperator)
    assert receipt.opened == "outer.publish.open"
