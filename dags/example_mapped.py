"""Batches of several sizes, each published by a mapped task: batches beside one another, with records of their own, and one receipt each."""

from typing import Any

from airflow.sdk import DAG, task

from springhead_airflow import PublishBatchOperator

with DAG(dag_id="example_mapped", schedule=None, tags=["springhead", "example"], doc_md=__doc__):
    publish = PublishBatchOperator.partial(task_id="publish", stream="registrations", retries=2).expand(records=[5, 10, 15])

    @task
    def total(receipts: Any) -> int:
        return sum(receipt["records"] for receipt in receipts)

    total(publish.output)
