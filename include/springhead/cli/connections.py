"""Connections of the command line: from Airflow's environment variables, from Airflow itself where there is one, or from the project's settings file."""

from __future__ import annotations

import json
import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from springhead.cli.airflow_connections import airflow_is_configured, extra_from_airflow
from springhead.errors import ConnectionSettingsError
from springhead.folders import settings_file

if TYPE_CHECKING:
    from springhead.kafka.connection import Connection


def find_connection(connection_id: str, file: Path | None = None) -> Connection:
    """The connection of this id: from AIRFLOW_CONN_<ID>; else from Airflow, where one is installed and configured; else from airflow_settings.yaml.

    Raises:
        ConnectionSettingsError: there is none, or it cannot be read; says where it looked.
    """
    from springhead.kafka.connection import Connection

    variable = f"AIRFLOW_CONN_{connection_id.upper()}"
    if text := os.environ.get(variable, "").strip():
        return _from_environment(connection_id, variable, text)
    asked = airflow_is_configured()
    if asked and (extra := extra_from_airflow(connection_id)) is not None:
        return Connection.from_extra(connection_id, extra)
    path = file or settings_file()
    entries = _entries(path)
    if connection_id in entries:
        return Connection.from_extra(connection_id, entries[connection_id])
    has = f"{path} has it" if path.exists() else f"{path} (no such file) has it"
    close = get_close_matches(connection_id, entries, n=1)
    meant = f" Did you mean '{close[0]}'?" if close else ""
    hint = "" if asked else ". Connections of Airflow's UI are found where AIRFLOW_HOME names that Airflow"
    raise ConnectionSettingsError(
        f"there is no connection '{connection_id}' of type kafka: neither {variable}{', nor Airflow' if asked else ''} nor {has}{hint}.{meant}"
    )


def _from_environment(connection_id: str, variable: str, text: str) -> Connection:
    """Airflow's two forms: JSON, or a URI whose query is the extra."""
    from springhead.kafka.connection import EXAMPLE, Connection

    try:
        if text.startswith("{"):
            return Connection.from_extra(connection_id, json.loads(text).get("extra"))
        if "://" not in text:  # urlsplit takes anything
            raise ValueError
        query = parse_qs(urlsplit(text).query, keep_blank_values=True)
        if "__extra__" in query:
            return Connection.from_extra(connection_id, query["__extra__"][0])
        return Connection.from_extra(connection_id, {key: values[-1] for key, values in query.items()})
    except ValueError as error:
        if isinstance(error, ConnectionSettingsError):
            raise
        raise ConnectionSettingsError(f'{variable} is neither JSON nor a URI: write {{"conn_type": "kafka", "extra": {EXAMPLE}}}') from None


def _entries(path: Path) -> dict[str, Any]:
    """The extras of the Kafka connections of a file in the Astro CLI's format, by connection id."""
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except yaml.MarkedYAMLError as error:  # its text would show the line, and a password in it
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConnectionSettingsError(
            f"{place} is not YAML. A text that begins with one of @ * & ! % {{ [ needs quotes, a password too"
        ) from None
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConnectionSettingsError(f"{path} cannot be read: {error}") from None
    airflow = content.get("airflow") if isinstance(content, dict) else None
    connections = airflow.get("connections") if isinstance(airflow, dict) else None
    return {
        str(entry["conn_id"]): entry.get("conn_extra")
        for entry in (connections if isinstance(connections, list) else [])
        if isinstance(entry, dict) and entry.get("conn_id") and entry.get("conn_type") == "kafka"
    }
