"""From a stream to its DAG."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, TaskGroup, get_parsing_context

from springhead.errors import SpecError
from springhead.folders import streams_dir, use_streams
from springhead.spec import Stream, find_stream, load_streams, stream_files
from springhead_airflow.compat import CronDataIntervalTimetable
from springhead_airflow.doc import doc_md
from springhead_airflow.form import form_params
from springhead_airflow.operator import PublishBatchOperator
from springhead_airflow.verify import VerifyBatchOperator
from springhead_airflow.workers import publish_with_workers

MAX_ACTIVE_RUNS = 4  # intervals do not depend on one another; a backfill takes --max-active-runs
_RETRIES = {
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
}


def stream_dags(folder: str | os.PathLike[str] | None = None) -> dict[str, DAG]:
    """DAG id → DAG of every good stream. When a task starts, only its own stream's file is read; of a DAG that is none of theirs, none.

    A bad stream raises nothing here, because Airflow would then drop all other DAGs of the DAG file: see `raise_dag_errors`.

    Args:
        folder: of the streams; entities, tables and providers of one's own stand in `entities`, `data` and `providers` beside it. None: `springhead.folders.streams_dir()`.
    """
    wanted = get_parsing_context().dag_id
    if wanted:
        if not any(file.stem == wanted for file in stream_files(Path(folder) if folder else streams_dir())):
            return {}
        _use(folder)
        return {wanted: stream_dag(find_stream(wanted))}
    _use(folder)
    return {name: stream_dag(stream) for name, stream in load_streams()[0].items()}


def raise_dag_errors(folder: str | os.PathLike[str] | None = None) -> None:
    """Raises the errors of all bad streams at once, for a DAG file of its own. Its name makes Airflow look at that file: it reads none without `airflow` and `dag`.

    Args:
        folder: of the streams, as `stream_dags` has it.

    Raises:
        SpecError: each problem with file, line, column and what was likely meant.
    """
    if get_parsing_context().dag_id:
        return
    _use(folder)
    _, errors = load_streams()
    if errors:
        raise SpecError([problem for error in errors for problem in error.problems])


def _use(folder: str | os.PathLike[str] | None) -> None:
    if folder is not None:
        use_streams(Path(folder))


def stream_dag(stream: Stream) -> DAG:
    """A stream's DAG: one task that publishes its batch, and one for each variant; where the stream says so, each followed by one that verifies it."""
    with DAG(
        dag_id=stream.name,
        description=stream.description,
        doc_md=doc_md(stream),
        tags={"springhead", *stream.tags},
        schedule=CronDataIntervalTimetable(stream.cron, timezone=stream.timezone) if stream.cron else None,
        start_date=stream.start_date,
        catchup=stream.catchup,
        max_active_runs=MAX_ACTIVE_RUNS,
        default_args=_RETRIES,
        params=form_params(stream),
    ) as dag:
        for variant in (None, *stream.variants):
            behind = f"_{variant}" if variant else ""
            asked: dict[str, Any] = {"stream": stream, "variant": variant, "form": True}
            if stream.workers == 1:
                publish: PublishBatchOperator | TaskGroup = PublishBatchOperator(task_id=f"publish{behind}", **asked)
            else:
                publish = publish_with_workers(group_id=f"publish{behind}", **asked)
            if stream.verify:
                publish >> VerifyBatchOperator(task_id=f"verify{behind}", stream=stream, variant=variant, form=True)
    return dag
