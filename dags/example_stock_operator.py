"""The Kafka provider's own operator with Springhead's records.

It sends keys and values only: no partition, no event time and no headers, and an undelivered record stands in the log alone while the task is
green. Springhead's PublishBatchOperator keeps the same connection and loses none of it.
"""

from airflow.providers.apache.kafka.operators.produce import ProduceToTopicOperator
from airflow.sdk import DAG

with DAG(dag_id="example_stock_operator", schedule=None, tags=["springhead", "example"], doc_md=__doc__):
    ProduceToTopicOperator(
        task_id="produce",
        topic="second_topic",
        kafka_config_id="kafka_default",
        producer_function="springhead.pipeline.key_values",
        producer_function_args=["registrations"],
        producer_function_kwargs={"records": 10},
        synchronous=False,  # one flush at the end instead of one for each record
    )
