"""One Airflow DAG per good stream of include/streams. A bad one shows as an import error of stream_errors.py, and leaves these alone."""

from springhead_airflow.factory import stream_dags

globals().update(stream_dags())
