"""Connections of the unit tests, and what their settings are refused with."""

from __future__ import annotations

from typing import Any

import pytest

from springhead.errors import ConnectionSettingsError
from springhead.kafka.connection import Connection
from springhead.kafka.settings import Guarantee, admin_settings, client_settings

DEAD = "127.0.0.1:1"  # nothing listens there; no test waits for it
PASSWORD = {"sasl.username": "ann", "sasl.password": "open-sesame"}
SASL = {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", **PASSWORD}


def connection(**settings: Any) -> Connection:
    """A connection `k`, with _ for the dots of the keys."""
    return of({key.replace("_", "."): value for key, value in settings.items()})


def of(settings: dict[str, Any]) -> Connection:
    return Connection.from_extra("k", {"bootstrap.servers": DEAD, **settings})


def error_of(settings: dict[str, Any]) -> str:
    """The error of a producer's settings; an admin client's must be the same, for it comes first in a run."""
    with pytest.raises(ConnectionSettingsError) as caught:
        client_settings(of(settings), Guarantee.AT_LEAST_ONCE)
    with pytest.raises(ConnectionSettingsError) as same:
        admin_settings(of(settings))
    assert str(same.value) == str(caught.value)
    return str(caught.value)
