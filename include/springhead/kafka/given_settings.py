"""What a connection gives of librdkafka's settings: what it may not, and whether librdkafka would take it as it was meant."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from springhead.errors import ConnectionSettingsError
from springhead.kafka.connection import SECRETS, Connection
from springhead.kafka.properties import CLIENT, CONSUMER

_OWNED = frozenset(
    """
    enable.idempotence transactional.id transaction.timeout.ms message.timeout.ms delivery.timeout.ms retries message.send.max.retries max.in.flight
    max.in.flight.requests.per.connection queuing.strategy enable.gapless.guarantee partitioner delivery.report.only.error metadata.broker.list
    default.topic.config request.required.acks allow.auto.create.topics on_delivery dr_cb dr_msg_cb error_cb log_cb stats_cb throttle_cb logger partitioner_cb
    """.split()  # noqa: SIM905
)
_FORBIDDEN = {
    "plugin.library.paths": "it loads code",
    "sasl.kerberos.kinit.cmd": "it runs a shell command",
    "interceptors": "they load code",
    "opaque": "it is no setting",
    "debug": "it prints passwords to the log",
    "ssl.providers": "it loads code",
    "internal.termination.signal": "it is sent to this process when a client ends",
    "topic.blacklist": "it hides topics: those that are published to would seem to have no broker",
}
_FORBIDDEN_FAMILIES = {
    "test.mock.": "it is a cluster inside the process: everything would be green, and nothing delivered",
    "ssl.engine.": "it loads code",
}
_PROTOCOLS = ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl")
_PASSWORD_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_MECHANISMS = (*_PASSWORD_MECHANISMS, "OAUTHBEARER", "GSSAPI")
_CALLABLE = frozenset({"oauth_cb"})  # Airflow's hook puts it there for MSK and Google
OURS = "allow_insecure_tls"
_ALLOWED = sorted((CLIENT | {OURS}) - _OWNED - _FORBIDDEN.keys())

_NUMBER = re.compile(
    r"(\.(ms|bytes|kbytes|messages|size|cnt|seconds|level|threshold|fails|ttl|relogin)|^(log_level|enabled_events|internal\.termination\.signal))$"
)
_FILE = re.compile(r"\.location$|^sasl\.kerberos\.keytab$|\.file$")
_LINGER = ("linger.ms", "queue.buffering.max.ms")  # one setting by two names
_TWO_NAMES = (_LINGER, ("compression.type", "compression.codec"))
_FRACTION = frozenset(_LINGER)
_TRUE = ("true", "t", "1")  # as librdkafka reads it, in which f and 0 are false; a URI has text only
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_SHORTEST_IDLE_MS = 1_000  # with 1 ms connections are closed faster than they are made, and nothing is ever sent
_LEAST_RECEIVED = 52_429_312  # librdkafka wants room for an answer of fetch.max.bytes, which is 50 MiB, and 512 bytes more
_ACKS = ("0", "1", "all", "-1")


def checked(connection: Connection, shortest_timeout_ms: int) -> dict[str, Any]:
    """The connection's settings that a client may have, as librdkafka takes them.

    Args:
        shortest_timeout_ms: the shortest message.timeout.ms of any guarantee: lingering ends before.

    Raises:
        ConnectionSettingsError: names the connection, the key, the cause and the remedy.
    """
    settings = dict(connection.settings)
    insecure = settings.pop(OURS, False)
    kept: dict[str, Any] = {}
    for key, value in settings.items():
        reason = _FORBIDDEN.get(key) or next((why for family, why in _FORBIDDEN_FAMILIES.items() if key.startswith(family)), None)
        if reason:
            raise wrong(connection, key, f"is not allowed: {reason}. Remove it")
        if key in _OWNED:
            raise wrong(connection, key, "is set by Springhead, for its guarantees depend on it. Remove it" + _instead(key))
        if key in _CALLABLE:
            if not callable(value):
                raise wrong(connection, key, "is no function: only Airflow can put one there. Remove it")
            kept[key] = value
        elif key in CLIENT:
            kept[key] = _plain(connection, key, value)
        elif key not in CONSUMER:
            close = get_close_matches(key.lower(), _ALLOWED, n=1)
            raise wrong(connection, key, "is no setting of librdkafka" + (f". Did you mean '{close[0]}'?" if close else ": remove it"))
    _check_values(connection, kept, insecure, shortest_timeout_ms)
    return kept


def _instead(key: str) -> str:
    return {
        "metadata.broker.list": ": write bootstrap.servers",
        "request.required.acks": ": write acks",
        "default.topic.config": ": write its keys beside the others",
    }.get(key, "")


def _plain(connection: Connection, key: str, value: Any) -> Any:
    if value is None:
        raise wrong(connection, key, "has no value: write one, or remove it")
    if not isinstance(value, (str, int, float)):
        raise wrong(
            connection,
            key,
            f"is a {'mapping' if isinstance(value, Mapping) else type(value).__name__}: write a text, a number, true or false",
        )
    if _NUMBER.search(key):
        return _number(connection, key, value)
    if not isinstance(value, str) and key in {"sasl.username", *SECRETS}:  # YAML reads 0123 as 83, and no as false
        raise wrong(connection, key, "is no text: put it into quotes")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        raise wrong(connection, key, f"{value} is no number: write one")
    if isinstance(value, str) and _CONTROL.search(re.sub(r"[\r\n]", "", value) if key.endswith(".pem") else value):
        raise wrong(connection, key, "holds a line break or another control character: write one line of text")
    return value


def _number(connection: Connection, key: str, value: str | float) -> int | float:
    """librdkafka reads 30s as 30, 1e5 as 1, and 2**32 + 5 as 5."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not abs(number) < 2**31 or not (number.is_integer() or key in _FRACTION):
        raise wrong(connection, key, f"{value!r} is not valid here: write {'a' if key in _FRACTION else 'a whole'} number, without a unit")
    return int(number) if number.is_integer() else number


def _check_values(connection: Connection, settings: dict[str, Any], insecure: object, shortest_timeout_ms: int) -> None:
    # librdkafka takes nonsense in silence, so it is checked here.
    if not str(settings.get("bootstrap.servers", "")).strip(" ,\t"):
        raise wrong(connection, "bootstrap.servers", 'is missing: write the brokers\' addresses, such as "localhost:9092"')
    if "@" in str(settings["bootstrap.servers"]):
        raise wrong(
            connection, "bootstrap.servers", "holds a user: write host:port alone, and the user into sasl.username and sasl.password"
        )
    acks_of(connection)
    protocol = str(settings.get("security.protocol", "plaintext")).lower()
    if protocol not in _PROTOCOLS:
        raise wrong(
            connection, "security.protocol", f"{settings['security.protocol']!r} is none of {', '.join(_PROTOCOLS)}: write one of them"
        )
    for server in str(settings["bootstrap.servers"]).split(","):
        scheme = server.strip().rpartition("://")[0]
        if scheme and scheme.lower() != protocol:
            raise wrong(
                connection,
                "bootstrap.servers",
                f"holds '{server.strip()}', which is no address by security.protocol {protocol}: write host:port alone",
            )
    if str(settings.get("api.version.request", "true")).lower() not in _TRUE:
        raise wrong(connection, "api.version.request", "is off: librdkafka would talk as to a Kafka before 0.10. Remove it")
    for key, other in _TWO_NAMES:
        if key in settings and other in settings and settings[key] != settings[other]:
            raise wrong(connection, key, f"and {other} differ ({settings[key]}, {settings[other]}): write one of them")
    if 0 < settings.get("connections.max.idle.ms", 0) < _SHORTEST_IDLE_MS:
        raise wrong(
            connection,
            "connections.max.idle.ms",
            f"{settings['connections.max.idle.ms']} closes connections before they are used: write {_SHORTEST_IDLE_MS} or more, or remove it",
        )
    for key in _LINGER:
        if settings.get(key, 0) >= shortest_timeout_ms:
            raise wrong(
                connection,
                key,
                f"{settings[key]} is too long, for records have to be there by then: write less than {shortest_timeout_ms}",
            )
    if (received := settings.get("receive.message.max.bytes", _LEAST_RECEIVED)) < _LEAST_RECEIVED:
        raise wrong(
            connection,
            "receive.message.max.bytes",
            f"{received} is too small for what is read: write {_LEAST_RECEIVED} or more, or remove it",
        )
    _check_files(connection, settings)
    if protocol.startswith("sasl"):
        _check_sasl(connection, settings)
    verification = settings.get("enable.ssl.certificate.verification", "true")
    if str(verification).lower() not in _TRUE and str(insecure).lower() != "true":
        raise wrong(
            connection,
            "enable.ssl.certificate.verification",
            f"{verification} lets anybody pose as the broker: set {OURS} to true beside it if that is meant",
        )


def _check_files(connection: Connection, settings: dict[str, Any]) -> None:
    """Whether the files that settings name are there: librdkafka says "BIO lib" where one is not."""
    for key, value in settings.items():
        if _FILE.search(key) and value not in ("", "probe"):
            path = Path(str(value))
            if not path.exists():
                raise wrong(
                    connection, key, f"names '{path}', which is not there: write the path that the file has on the machine where tasks run"
                )
            if not os.access(path, os.R_OK):
                raise wrong(connection, key, f"names '{path}', which this process may not read: give its user the permission")


def _check_sasl(connection: Connection, settings: dict[str, Any]) -> None:
    """Whether librdkafka has what it needs to log in; writes the mechanism once, in the letters that it wants."""
    spelled = {str(settings.pop(key)).upper() for key in ("sasl.mechanism", "sasl.mechanisms") if key in settings}
    if len(spelled) > 1:
        raise wrong(connection, "sasl.mechanisms", f"and sasl.mechanism differ ({', '.join(sorted(spelled))}): write one of them")
    mechanism = spelled.pop() if spelled else ""
    if not mechanism:  # librdkafka's default is GSSAPI, which its wheels do not support
        raise wrong(connection, "sasl.mechanism", f"is missing: write one of {', '.join(_MECHANISMS)}")
    if mechanism not in _MECHANISMS:
        raise wrong(connection, "sasl.mechanism", f"{mechanism!r} is none of {', '.join(_MECHANISMS)}: write one of them")
    settings["sasl.mechanism"] = mechanism
    for key in ("sasl.username", "sasl.password") if mechanism in _PASSWORD_MECHANISMS else ():
        if not settings.get(key):
            raise wrong(connection, key, f"is missing: {mechanism} needs it")
    if mechanism == "OAUTHBEARER":
        _check_tokens(connection, settings)


def _check_tokens(connection: Connection, settings: dict[str, Any]) -> None:
    """Whether tokens come from somewhere: librdkafka would wait for them for ever."""
    own = str(settings.get("sasl.oauthbearer.method", "default")).lower() == "oidc"
    unsecured = str(settings.get("enable.sasl.oauthbearer.unsecure.jwt", "false")).lower() in _TRUE
    if not (own or unsecured or "oauth_cb" in settings):
        raise wrong(
            connection,
            "sasl.oauthbearer.method",
            "is missing, and so nobody has tokens: set it to oidc, and beside it sasl.oauthbearer.token.endpoint.url, sasl.oauthbearer.client.id and "
            "sasl.oauthbearer.client.secret. For Amazon MSK and Google's Managed Kafka Airflow's provider has them, in Airflow's tasks only",
        )
    by_secret = settings.get("sasl.oauthbearer.grant.type", "client_credentials") == "client_credentials"
    if own and by_secret and settings.get("sasl.oauthbearer.metadata.authentication.type", "none") == "none":
        for key in ("sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret"):
            if not (settings.get(key) or settings.get(key.replace(".client.", ".client.credentials.client."))):
                raise wrong(connection, key, "is missing: sasl.oauthbearer.method oidc needs it")


def acks_of(connection: Connection) -> str:
    """The connection's acks: 0, 1, all or -1; all unless told.

    Raises:
        ConnectionSettingsError: they are none of these.
    """
    acks = connection.settings.get("acks", "all")
    if (given := str(acks).strip().lower()) not in _ACKS:
        raise wrong(connection, "acks", f"{acks!r} is none of 0, 1 and all: write one of them")
    return given


def wrong(connection: Connection, key: str, what: str) -> ConnectionSettingsError:
    """The error about a key, without the connection's secrets."""
    return ConnectionSettingsError(connection.mask(f"connection '{connection.id}': {key} {what}"))
