"""airflow_settings.yaml → Airflow's connections, pools and variables, for those who do not use the Astro CLI.

`python -m dev.settings [--migrate] [--bootstrap HOST:PORT] [--reset] [FILE]`: one process does it all; Airflow's own commands would be
three, at 3.4 s each. A connection that was edited in Airflow since is kept, unless --reset is given: each one that is imported says so in
its description, with a digest of what was imported. Pools and variables are what the file says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from dev.errors import DevError, exit_with
from dev.places import SETTINGS_FILE

LOCAL_BOOTSTRAP = "localhost:9092"  # what the shipped connections name: the broker of `make kafka`
_FIELDS = ("conn_type", "conn_host", "conn_schema", "conn_login", "conn_password", "conn_port")


@dataclass(frozen=True, slots=True)
class ConnectionEntry:
    """One connection of the file."""

    id: str
    fields: dict[str, Any]  # conn_type, conn_host … as far as given
    uri: str | None
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """One pool of the file."""

    name: str
    slots: int
    description: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What airflow_settings.yaml holds."""

    connections: tuple[ConnectionEntry, ...] = ()
    pools: tuple[PoolEntry, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()

    def with_bootstrap(self, bootstrap: str) -> Settings:
        """Returns the same settings with each local connection pointing at this cluster; others (SASL_SSL …) stay as they are."""
        return replace(self, connections=tuple(_pointed_at(entry, bootstrap) for entry in self.connections))

    def environment(self) -> dict[str, str]:
        """Returns the local connections as AIRFLOW_CONN_… variables, for the `springhead` command in another shell."""
        return {
            f"AIRFLOW_CONN_{entry.id.upper()}": json.dumps({"conn_type": entry.fields.get("conn_type"), "extra": entry.extra})
            for entry in self.connections
            if "bootstrap.servers" in entry.extra and "security.protocol" not in entry.extra
        }


def _pointed_at(entry: ConnectionEntry, bootstrap: str) -> ConnectionEntry:
    if entry.extra.get("bootstrap.servers") != LOCAL_BOOTSTRAP:
        return entry
    return replace(entry, extra=entry.extra | {"bootstrap.servers": bootstrap})


def read_settings(path: Path = SETTINGS_FILE) -> Settings:
    """Reads a file in the Astro CLI's format; entries with an empty name (the Astro CLI's template has them) are left out.

    Raises:
        DevError: it is not such a file, with the entry at fault.
    """
    try:
        content = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise DevError(f"cannot read {path}: {error}") from None
    root = content.get("airflow") if isinstance(content, dict) else None
    if not isinstance(root, dict):
        raise DevError(f"{path}: the root key `airflow` is missing")
    return Settings(
        connections=tuple(_connection(path, entry) for entry in _entries(path, root, "connections", "conn_id")),
        pools=tuple(_pool(path, entry) for entry in _entries(path, root, "pools", "pool_name")),
        variables=tuple(
            (str(entry["variable_name"]), str(entry.get("variable_value", "")))
            for entry in _entries(path, root, "variables", "variable_name")
        ),
    )


def _entries(path: Path, root: dict[str, Any], section: str, name: str) -> list[dict[str, Any]]:
    entries = root.get(section) or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DevError(f"{path}: airflow.{section} must be a list of mappings")
    return [entry for entry in entries if entry.get(name)]


def _connection(path: Path, entry: dict[str, Any]) -> ConnectionEntry:
    name, extra = str(entry["conn_id"]), entry.get("conn_extra") or {}
    if isinstance(extra, str):
        try:
            extra = json.loads(extra)
        except ValueError:
            raise DevError(f"{path}: conn_extra of {name} is neither a mapping nor JSON") from None
    if not isinstance(extra, dict):
        raise DevError(f"{path}: conn_extra of {name} must be a mapping")
    fields = {key: entry[key] for key in _FIELDS if entry.get(key) not in (None, "")}
    uri = entry.get("conn_uri") or None
    if not fields and not uri:
        raise DevError(f"{path}: connection {name} has neither conn_type nor conn_uri")
    # as in the Astro CLI: conn_uri counts only when nothing else is set
    return ConnectionEntry(name, fields, str(uri) if uri and not fields and not extra else None, extra)


def _pool(path: Path, entry: dict[str, Any]) -> PoolEntry:
    name, slots = str(entry["pool_name"]), entry.get("pool_slot")
    if not isinstance(slots, int) or isinstance(slots, bool):
        raise DevError(f"{path}: pool_slot of {name} must be a whole number")
    return PoolEntry(name, slots, str(entry.get("pool_description") or ""))


def import_settings(settings: Settings, *, reset: bool = False) -> list[str]:
    """Writes the settings into the database of the Airflow that AIRFLOW_HOME and AIRFLOW__… name.

    Returns:
        The connections that somebody has edited in Airflow, and that are kept; with `reset`, none.
    """
    from airflow.models.connection import Connection
    from airflow.models.pool import Pool
    from airflow.models.variable import Variable
    from airflow.utils.session import create_session
    from sqlalchemy import select

    kept = []
    with create_session() as session:
        for entry in settings.connections:
            if entry.uri:
                new = Connection(conn_id=entry.id, uri=entry.uri)
            else:
                fields = {key.removeprefix("conn_"): value for key, value in entry.fields.items() if key != "conn_type"}
                extra = json.dumps(entry.extra) if entry.extra else None
                new = Connection(conn_id=entry.id, conn_type=entry.fields.get("conn_type"), extra=extra, **fields)
            new.description = imported(digest_of(new))
            old = session.scalar(select(Connection).where(Connection.conn_id == entry.id))
            if old is None:
                session.add(new)
            elif digest_of(old) == digest_of(new):
                old.description = new.description
            elif reset or was_imported(old.description, digest_of(old)):
                session.delete(old)
                session.flush()
                session.add(new)
            else:
                kept.append(entry.id)
        for pool in settings.pools:
            Pool.create_or_update_pool(pool.name, pool.slots, pool.description, include_deferred=False, session=session)
        for name, value in settings.variables:
            Variable.set(name, value, session=session)
    return kept


def imported(digest: str) -> str:
    """Returns the description of a connection whose content has this digest and came from the file."""
    return f"from airflow_settings.yaml ({digest})"


def was_imported(description: str | None, digest: str) -> bool:
    """Returns whether a connection is as it was imported: nobody has edited it since."""
    return imported(digest) in (description or "")


def digest_of(connection: Any) -> str:
    """Returns a digest of all that one of Airflow's connections says, whatever its JSON looks like."""
    said = [connection.conn_type, connection.host, connection.schema, connection.login, connection.password, connection.port]
    try:
        extra = json.loads(connection.extra) if connection.extra else None
    except ValueError:
        extra = connection.extra
    return hashlib.sha256(json.dumps([*(value or None for value in said), extra], sort_keys=True).encode()).hexdigest()[:12]


def kept_line(connection: str) -> str:
    """Returns what is said of a connection that was edited and is kept."""
    return (
        f"connection '{connection}' was edited in Airflow and is kept; `make run RESET=1` puts that of airflow_settings.yaml in its place"
    )


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m dev.settings", description="airflow_settings.yaml → Airflow's database")
    parser.add_argument("file", nargs="?", type=Path, default=SETTINGS_FILE)
    parser.add_argument("--migrate", action="store_true", help="create the database, or bring it up to date, first")
    parser.add_argument("--bootstrap", help=f"where connections name {LOCAL_BOOTSTRAP}, write this instead")
    parser.add_argument("--reset", action="store_true", help="put connections that were edited in Airflow back to what the file says")
    options = parser.parse_args()
    settings = read_settings(options.file)  # before Airflow is imported: a wrong file is told at once
    if options.bootstrap:
        settings = settings.with_bootstrap(options.bootstrap)
    if options.migrate:
        from airflow.utils.db import initdb

        initdb()
    for name in import_settings(settings, reset=options.reset):
        print(kept_line(name))
    print(f"{len(settings.connections)} connections, {len(settings.pools)} pools, {len(settings.variables)} variables from {options.file}")
    return 0


if __name__ == "__main__":
    exit_with(main)
