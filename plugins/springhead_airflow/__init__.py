"""All that knows Airflow: the operators, the form of a manual run, and the DAG of a stream.

Two lines make the DAGs of a folder's streams:

    from springhead_airflow import stream_dags
    globals().update(stream_dags("/path/to/streams"))

What a DAG file needs is here by name, and is imported when it is asked for: this module alone imports nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from springhead_airflow.assets import topic_asset
    from springhead_airflow.factory import raise_dag_errors, stream_dags
    from springhead_airflow.operator import PublishBatchOperator
    from springhead_airflow.verify import VerifyBatchOperator

__all__ = ["PublishBatchOperator", "VerifyBatchOperator", "raise_dag_errors", "stream_dags", "topic_asset"]

_MODULES = {
    "PublishBatchOperator": "operator",
    "VerifyBatchOperator": "verify",
    "raise_dag_errors": "factory",
    "stream_dags": "factory",
    "topic_asset": "assets",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no '{name}'")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
