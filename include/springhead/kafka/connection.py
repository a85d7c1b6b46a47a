"""Connections: what Airflow's connection type `kafka` holds, outside Airflow too."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

from springhead.errors import ConnectionSettingsError
from springhead.kafka.properties import CLIENT, CONSUMER

SECRETS = frozenset(
    """
    sasl.password ssl.key.pem ssl.key.password ssl.keystore.password sasl.oauthbearer.client.secret sasl.oauthbearer.client.credentials.client.secret
    sasl.oauthbearer.config sasl.oauthbearer.assertion.private.key.pem sasl.oauthbearer.assertion.private.key.passphrase
    """.split()  # noqa: SIM905
)
# Up to the last @, for a password that nobody encoded may hold / and @: rather a host hidden than a password shown.
_URL_USER = re.compile(r'(?<=://)[^\s"<>]+(?=@)')
_MASK = "***"


@dataclass(frozen=True, slots=True)
class Connection:
    """A way to a Kafka cluster. Its repr holds no secret.

    Attributes:
        id: the connection's id in Airflow.
        settings: as the user wrote them in its extra: librdkafka's names, and our own `allow_insecure_tls`.
    """

    id: str
    settings: Mapping[str, Any] = field(repr=False)

    @classmethod
    def from_extra(cls, connection_id: str, extra: Mapping[str, Any] | str | None) -> Connection:
        """A connection from the extra of Airflow's connection: a mapping, or its JSON text.

        Raises:
            ConnectionSettingsError: the extra is no mapping.
        """
        if isinstance(extra, str):
            try:
                extra = json.loads(extra) if extra.strip() else {}
            except ValueError:
                raise ConnectionSettingsError(
                    f"connection '{connection_id}': its extra is not JSON: write a mapping such as {_EXAMPLE}"
                ) from None
        if extra is None or not isinstance(extra, Mapping):
            raise ConnectionSettingsError(f"connection '{connection_id}': its extra is no mapping: write one such as {_EXAMPLE}")
        return cls(connection_id, {str(key): value for key, value in extra.items()})  # YAML has keys such as 9092 and true

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be seen."""
        users = [server.rpartition("@")[0].rpartition("://")[2] for server in str(self.settings.get("bootstrap.servers", "")).split(",")]
        return tuple(
            [str(value) for key, value in self.settings.items() if key in SECRETS and value not in (None, "")]
            + [user for user in users if user]
        )

    def mask(self, text: str) -> str:
        """The text without this connection's secrets, and without the user part of URLs."""
        forms = sorted({form for secret in self.secrets for form in _forms(secret)}, key=len, reverse=True)
        if forms:  # in one pass: a second one could find a secret in what the first has put there
            text = re.sub("|".join(map(re.escape, forms)), _MASK, text)
        return _URL_USER.sub(_MASK, text)

    def __str__(self) -> str:
        # An unknown key may be a secret with a typing error, or Java's sasl.jaas.config.
        shown = {key: value if key in CLIENT | CONSUMER and key not in SECRETS else _MASK for key, value in self.settings.items()}
        return self.mask(f"connection '{self.id}' {shown}")


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: plain, in JSON, in Python, in a URL."""
    encoded = {quoting(secret, safe="", errors="surrogatepass") for quoting in (quote, quote_plus)}
    return {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1], *encoded}


_EXAMPLE = '{"bootstrap.servers": "localhost:9092", "client.id": "springhead", "acks": "all"}'


def settings_file() -> Path:
    """airflow_settings.yaml at the project's root; SPRINGHEAD_SETTINGS names another."""
    given = os.environ.get("SPRINGHEAD_SETTINGS")
    return Path(given) if given else Path(__file__).parents[3] / "airflow_settings.yaml"


def find_connection(connection_id: str, file: Path | None = None) -> Connection:
    """The connection of this id outside Airflow: from AIRFLOW_CONN_<ID>, else from airflow_settings.yaml.

    Raises:
        ConnectionSettingsError: there is none, or it cannot be read; says where it looked.
    """
    variable = f"AIRFLOW_CONN_{connection_id.upper()}"
    if text := os.environ.get(variable, "").strip():
        return _from_environment(connection_id, variable, text)
    path = file or settings_file()
    entries = _entries(path)
    if connection_id in entries:
        return Connection.from_extra(connection_id, entries[connection_id])
    has = f"{path} has it" if path.exists() else f"{path} (no such file) has it"
    close = get_close_matches(connection_id, entries, n=1)
    meant = f" Did you mean '{close[0]}'?" if close else ""
    raise ConnectionSettingsError(f"there is no connection '{connection_id}' of type kafka: neither {variable} nor {has}.{meant}")


def _from_environment(connection_id: str, variable: str, text: str) -> Connection:
    """Airflow's two forms: JSON, or a URI whose query is the extra."""
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
        raise ConnectionSettingsError(
            f'{variable} is neither JSON nor a URI: write {{"conn_type": "kafka", "extra": {_EXAMPLE}}}'
        ) from None


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
