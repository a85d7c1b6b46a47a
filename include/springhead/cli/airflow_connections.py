"""Airflow's own connections, for the command line where an Airflow is installed and configured: by a process of its own, for the engine runs without Airflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from springhead.errors import ConnectionSettingsError

_ASK_S = 60
# Environment, secrets backends and database, in Airflow's order. What libraries print goes to stderr, so that stdout has one line.
_ASK = """
import contextlib, json, sys
with contextlib.redirect_stdout(sys.stderr):
    from airflow.exceptions import AirflowNotFoundException
    from airflow.models.connection import Connection
    try:
        found = Connection.get_connection_from_secrets(sys.argv[1])
        answer = {"conn_type": found.conn_type, "extra": found.extra}
    except AirflowNotFoundException:
        answer = None
print(json.dumps(answer))
"""


def airflow_is_configured() -> bool:
    """Whether there is an Airflow to ask: installed beside Springhead, with a home or a database of its own."""
    named = (
        os.environ.get("AIRFLOW_HOME"),
        os.environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"),
        os.environ.get("AIRFLOW__SECRETS__BACKEND"),
    )
    return find_spec("airflow") is not None and (any(named) or Path("~/airflow/airflow.cfg").expanduser().exists())


def extra_from_airflow(connection_id: str) -> str | None:
    """The extra of Airflow's Kafka connection of this id; None: Airflow has none. It takes some seconds.

    Raises:
        ConnectionSettingsError: it is of another type, or Airflow cannot be asked.
    """
    try:
        asked = subprocess.run(
            [sys.executable, "-P", "-c", _ASK, connection_id],  # -P: no module of the current folder stands in for one of Airflow's
            capture_output=True,
            text=True,
            timeout=_ASK_S,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        answer = json.loads(asked.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise ConnectionSettingsError(
            f"connection '{connection_id}': Airflow, which the environment names, could not be asked for it: {said[-1] if said else error}. "
            f"Unset AIRFLOW_HOME to do without, or set AIRFLOW_CONN_{connection_id.upper()}"
        ) from None
    if answer is None:
        return None
    if answer["conn_type"] != "kafka":
        raise ConnectionSettingsError(f"connection '{connection_id}' in Airflow is of type {answer['conn_type']}: give one of type kafka")
    return answer["extra"] or ""
