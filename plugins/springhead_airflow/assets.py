"""The assets that publishing tasks update, and that other DAGs can wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Asset, BaseOperator

from springhead_airflow.compat import latest_events

_LATEST = 500  # events among which that of the batch is looked for
_IDENTITY = ("digest", "stream", "variant", "batch", "interval", "run_id", "republish")


def topic_asset(topic: str, connection: str = "kafka_default") -> Asset:
    """The asset of a topic: `schedule=[topic_asset("second_topic")]` starts a DAG when records were published to it.

    Its name is its URI, x-kafka://CONNECTION/TOPIC, so that `Asset("x-kafka://kafka_default/second_topic")` is the same. The URI names the connection and not the
    host: which host that is, only the connection knows, and it may change.

    Args:
        topic: its name.
        connection: the id of the stream's connection.
    """
    return Asset(f"x-kafka://{connection}/{topic}")


def tell_assets(task: BaseOperator, context: Mapping[str, Any], receipt: dict[str, Any]) -> None:
    """Makes the receipt the extra of the events of a task's outlets. A batch that was published before, and told then, makes no further event.

    A task that died after its batch was committed has told nobody: its retry finds the batch published, and tells.
    """
    events = context.get("outlet_events")
    if events is None:
        return
    if receipt["already_published"]:
        task.outlets = [outlet for outlet in task.outlets if not (isinstance(outlet, Asset) and _was_told(outlet, receipt))]
    for outlet in task.outlets:
        if isinstance(outlet, Asset):
            events[outlet].extra = receipt


def _was_told(asset: Asset, receipt: dict[str, Any]) -> bool:
    """Whether one of the asset's latest events is of the same batch; False where Airflow cannot tell."""
    try:
        latest = latest_events(asset, _LATEST)
        return any(all((event.extra or {}).get(key) == receipt[key] for key in _IDENTITY) for event in latest)
    except Exception:  # noqa: BLE001  outside a task runner there is nobody to ask, and a further event does less harm than none
        return False
