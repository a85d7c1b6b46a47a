"""A stream that is written in the DAG file, in a group of tasks that publishes and proves it, with outlets of its own.

The dict has the keys of a stream's file, and `name`. The DAG `example_consume` waits for the asset.
"""

from airflow.sdk import DAG, Asset, TaskGroup

from springhead_airflow import PublishBatchOperator, VerifyBatchOperator, topic_asset

ORDERS = {
    "name": "example_orders",
    "topic": "example_orders",
    "topic_config": {"partitions": 3, "configs": {"retention.ms": -1}},
    "key": "{customer}",
    "fields": {
        "order": {"uuid": 4},
        "customer": {"ref": "customers.id"},
        "total": {"number": [5, 900], "decimals": 2},
    },
}

with DAG(dag_id="example_inline_stream", schedule=None, tags=["springhead", "example"], doc_md=__doc__), TaskGroup("orders"):
    publish = PublishBatchOperator(
        task_id="publish", stream=ORDERS, records=60, outlets=[topic_asset("example_orders"), Asset("orders_are_there")]
    )
    publish >> VerifyBatchOperator(task_id="verify", stream=ORDERS, records=60)
