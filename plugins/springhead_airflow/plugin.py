"""Springhead among Airflow's plugins, where it is installed as a package: `airflow plugins` lists it. What the UI will show of Springhead hangs here."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


class SpringheadPlugin(AirflowPlugin):
    """Has nothing but its name: operators and DAGs are imported by DAG files."""

    name = "springhead"
