"""A DAG that runs when records were published to a topic.

The stream's task updates the topic's asset, and the asset's event carries the receipt. `Asset("x-kafka://kafka_default/card_transactions")` is the same asset.
"""

from typing import Any

from airflow.sdk import dag, task

from springhead_airflow.assets import topic_asset

TOPIC = topic_asset("card_transactions")


@dag(dag_id="example_after_publishing", schedule=[TOPIC], tags=["springhead", "example"], doc_md=__doc__)
def example() -> None:
    @task
    def report(triggering_asset_events: Any = None) -> list[str]:
        receipts = [event.extra for event in triggering_asset_events[TOPIC]]
        return [f"{receipt['records']} records of {receipt['interval']} in {receipt['topic']}" for receipt in receipts]

    report()


example()
