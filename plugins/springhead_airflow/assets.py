"""The assets that publishing tasks update, and that other DAGs can wait for."""

from __future__ import annotations

from airflow.sdk import Asset


def topic_asset(topic: str, connection: str = "kafka_default") -> Asset:
    """The asset of a topic: `schedule=[topic_asset("second_topic")]` starts a DAG when records were published to it.

    Its name is its URI, x-kafka://CONNECTION/TOPIC, so that `Asset("x-kafka://kafka_default/second_topic")` is the same. The URI names the connection and not the
    host: which host that is, only the connection knows, and it may change.

    Args:
        topic: its name.
        connection: the id of the stream's connection.
    """
    return Asset(f"x-kafka://{connection}/{topic}")
