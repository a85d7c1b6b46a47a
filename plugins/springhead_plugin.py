"""What Airflow's plugin loader finds in this folder; the package beside it is left out by .airflowignore."""

from springhead_airflow.plugin import SpringheadPlugin

__all__ = ["SpringheadPlugin"]
