"""What Airflow imports at its start, where it finds it: on SQLite, a savepoint begins by taking the write lock.

`airflow backfill create` opens a savepoint, reads, and writes. In SQLite a transaction that has begun by reading cannot wait for the write lock: when
another process (the scheduler) has written in between, it fails at once with "database is locked", whatever the timeout. One that begins by
taking the lock waits for it. (https://www.sqlite.org/rescode.html#busy_snapshot)
"""

from __future__ import annotations

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

__all__: list[str] = []  # Airflow's settings take over what is listed here


@event.listens_for(Engine, "savepoint")
def _take_the_write_lock(connection: Connection, _: str) -> None:
    if connection.dialect.name == "sqlite" and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
