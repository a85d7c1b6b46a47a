"""Celery's settings for workers whose tasks find the engine loaded: `[celery] celery_config_options = springhead_airflow.celery.PRELOADED`."""

from __future__ import annotations

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG

from springhead_airflow.executor import ENGINE

# A worker imports these before it forks the processes that run tasks, as `PreloadedLocalExecutor` does.
PRELOADED = DEFAULT_CELERY_CONFIG | {"imports": ENGINE}
