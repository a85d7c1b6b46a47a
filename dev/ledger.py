"""The ledger of a local cluster, made as `springhead init` makes it: `python -m dev.ledger HOST:PORT`."""

from __future__ import annotations

import sys

from dev.errors import DevError, exit_with
from springhead.errors import SpringheadError
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.topic import init_ledger


def create_ledger(bootstrap: str) -> None:
    """Creates the ledger; where there is one, only checks it.

    Raises:
        DevError: it cannot be created, or would lose entries.
    """
    try:
        init_ledger(Admin(Connection("local", {"bootstrap.servers": bootstrap})))
    except SpringheadError as error:
        raise DevError(str(error)) from None


def main() -> int:
    """Runs the command line."""
    create_ledger(sys.argv[1])
    return 0


if __name__ == "__main__":
    exit_with(main)
