"""Runs when orders were published, reads them by the Kafka provider's own operator, and compares what came with the receipt.

The connection `kafka_consumer` reads committed records only (isolation.level), and from the topic's beginning each time: its group keeps no offsets.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.providers.apache.kafka.operators.consume import ConsumeFromTopicOperator
from airflow.sdk import dag, task

from springhead_airflow import topic_asset

ORDERS = topic_asset("example_orders")


def bytes_of(message: Any, receipts: Sequence[Mapping[str, Any]]) -> int | None:
    """How long a record of one of the batches is; None: it is none of them."""
    for receipt in receipts:
        share = receipt["partitions"].get(str(message.partition()))
        if share and share["first_offset"] <= message.offset() < share["end_offset"]:
            return len(message.key() or b"") + len(message.value() or b"")
    return None


@dag(dag_id="example_consume", schedule=[ORDERS], tags=["springhead", "example"], doc_md=__doc__)
def example() -> None:
    @task
    def receipts(triggering_asset_events: Any = None) -> list[dict[str, Any]]:
        return [event.extra for event in triggering_asset_events[ORDERS]]

    @task
    def check(receipts: list[dict[str, Any]], sizes: list[int]) -> str:
        records, size = sum(each["records"] for each in receipts), sum(each["bytes"] for each in receipts)
        if (len(sizes), sum(sizes)) != (records, size):
            raise ValueError(f"{len(sizes)} records with {sum(sizes)} bytes were read, and {records} with {size} were published")
        return f"{records} records, {size} bytes"

    published = receipts()
    consume = ConsumeFromTopicOperator(
        task_id="consume",
        kafka_config_id="kafka_consumer",
        topics=["example_orders"],
        apply_function=bytes_of,
        apply_function_kwargs={"receipts": published},
        return_apply_function_results=True,
        commit_cadence="never",
        poll_timeout=10,
        retries=2,
    )
    check(published, consume.output)


example()
