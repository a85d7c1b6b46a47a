"""`springhead check`: a connection, before anything is published by it."""

from __future__ import annotations

from typing import Annotated

import typer

from springhead.cli.connections import find_connection


def check(
    connection: Annotated[str, typer.Option("--connection", metavar="ID", help="The connection.")] = "kafka_default",
) -> None:
    """Try a connection: brokers, login, the topics of its streams, the ledger, transactions. Sends nothing; exit 1 where nothing could be published."""
    from springhead.ledger.standing import standing_of
    from springhead.spec import load_streams, topics_of

    found = find_connection(connection)
    streams, _ = load_streams()
    standing = standing_of(found, topics_of(streams.values(), connection))
    for line in standing.lines():
        typer.echo(line)
    if standing.hindrance:
        raise standing.hindrance
