"""A connection: the settings of a way to a Kafka cluster, and what of them nobody may see."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

from springhead.errors import ConnectionSettingsError
from springhead.kafka.properties import CLIENT, CONSUMER

SECRETS = frozenset(
    """
    sasl.password ssl.key.pem ssl.key.password ssl.keystore.password sasl.oauthbearer.client.secret sasl.oauthbearer.client.credentials.client.secret
    sasl.oauthbearer.config sasl.oauthbearer.assertion.private.key.pem sasl.oauthbearer.assertion.private.key.passphrase
    """.split()  # noqa: SIM905
)
# Up to the last @, because a password that was not URL-encoded may hold / and @. It is better to hide a host than to show a password.
_URL_USER = re.compile(r'(?<=://)[^\s"<>]+(?=@)')
_MASK = "***"


@dataclass(frozen=True, slots=True)
class Connection:
    """A way to a Kafka cluster. Its repr holds no secret.

    Attributes:
        id: what it is called.
        settings: as the user wrote them: librdkafka's names, and our own `allow_insecure_tls`.
    """

    id: str
    settings: Mapping[str, Any] = field(repr=False)

    @classmethod
    def from_extra(cls, connection_id: str, extra: Mapping[str, Any] | str | None) -> Connection:
        """A connection from what connections of the type `kafka` call their extra: a mapping, or its JSON text.

        Raises:
            ConnectionSettingsError: there is no extra, or it is no mapping.
        """
        if isinstance(extra, str):
            try:
                extra = json.loads(extra) if extra.strip() else {}
            except ValueError:
                raise ConnectionSettingsError(
                    f"connection '{connection_id}': its extra is not JSON: write a mapping such as {EXAMPLE}"
                ) from None
        if extra is None:
            raise ConnectionSettingsError(
                f"connection '{connection_id}' has no extra, where its settings belong: write one such as {EXAMPLE}"
            )
        if not isinstance(extra, Mapping):
            raise ConnectionSettingsError(f"connection '{connection_id}': its extra is no mapping: write one such as {EXAMPLE}")
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


EXAMPLE = '{"bootstrap.servers": "localhost:9092", "client.id": "springhead", "acks": "all"}'
