"""Springhead among Airflow's plugins: `airflow plugins` lists it. What the UI shows of Springhead hangs here."""

from __future__ import annotations

import sys
from typing import Any

from airflow.plugins_manager import AirflowPlugin


class SpringheadPlugin(AirflowPlugin):
    """Has the Test button of Kafka connections say what Springhead finds. Operators and DAGs are imported by DAG files."""

    name = "springhead"

    @classmethod
    def on_load(cls, *args: Any, **kwargs: Any) -> None:  # noqa: ARG003  # as Airflow declares it
        """Called by Airflow once in each of its processes."""
        if "airflow.api_fastapi.app" in sys.modules:  # the process that answers the button; the others need not import Kafka's client
            from springhead_airflow.button import replace_test

            replace_test()
