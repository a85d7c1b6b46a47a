"""A DAG written by hand: Springhead's operator beside a task of your own.

It publishes ten records of the stream `registrations` when it is triggered, and then reads the receipt.
"""

from typing import Any

from airflow.sdk import dag, task

from springhead_airflow.operator import PublishBatchOperator


@dag(dag_id="example_hand_written", schedule=None, tags=["springhead", "example"], doc_md=__doc__)
def example() -> None:
    publish = PublishBatchOperator(task_id="publish", stream="registrations", records=10, retries=2)

    @task
    def report(receipt: dict[str, Any]) -> str:
        return f"{receipt['acked']} records in {receipt['topic']}, digest {receipt['digest']}"

    report(publish.output)


example()
