"""Why a broker, or what stands before it, does not let a connection in: librdkafka's texts in our words, each with the setting to change.

The texts are those of librdkafka 2.16.0; one that is not known is shown as it is.
"""

from __future__ import annotations

import re
import ssl

from confluent_kafka import KafkaError

from springhead.errors import BrokerUnavailableError, ConnectionSettingsError, SpringheadError
from springhead.kafka.connection import Connection
from springhead.kafka.listener import Listener, addresses, distrust, find_listener

_ADDRESS = re.compile(r"://([^/\s]+:\d+)/")
_WHERE = re.compile(r"^\w+://\S+: | \(after \d+ms in state \w+\)")  # what a text has around the reason
_REFRESH = "Failed to acquire SASL OAUTHBEARER token: "
_SHOWN = 300  # characters of what a token service answers
_UNTRUSTED = re.compile(r"trust anchors|certificate|SSL peer", re.IGNORECASE)
_AWAY = re.compile(
    r"connect|resolve|timed out|timeout|reset|empty reply|temporarily_unavailable|server_error|service unavailable|gateway", re.IGNORECASE
)
_OFFERED = re.compile(r"broker's supported mechanisms: ([\w,-]*)")
_ALERT = re.compile(r"(?:tls|ssl)v?[\d.]* alert ([a-z ]+): SSL alert number (?:42|43|44|45|46|48|49|116)")
_EXPIRED, _OTHER_HOST = {10}, {62, 64}  # X509_V_ERR_CERT_HAS_EXPIRED, _HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH
_OWN_CERTIFICATE = ("ssl.certificate.location", "ssl.certificate.pem", "ssl.keystore.location")

_TRANSACTION = {
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "give the connection's user the ACLs Write and Describe on the TransactionalId prefix 'springhead.'",
    KafkaError.INVALID_TRANSACTION_TIMEOUT: "the cluster's transaction.max.timeout.ms is below {timeout_ms:.0f}: raise it",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "give the connection's user the ACL Write on the topic and on the ledger",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "give the connection's user the ACL IdempotentWrite on the cluster",
}


def refusal(connection: Connection, code: int, text: str) -> SpringheadError | None:
    """What an error of librdkafka means that waiting does not resolve; None: it may pass, or is no refusal.

    Args:
        connection: whose it is.
        code: the error's.
        text: the error's, without secrets.
    """
    found = _ADDRESS.search(text)
    address = found[1] if found else next(iter(addresses(connection)), "")
    text = _WHERE.sub("", text)
    if alert := _ALERT.search(text):
        return _unwelcome(connection, address, alert[1])
    if code == KafkaError._SSL:
        return _no_tls(connection, address, text)
    if code in (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED):
        return _no_login(connection, address, text)
    return None


def misfit(connection: Connection) -> ConnectionSettingsError | None:
    """The error where the first broker that listens wants another security.protocol than the connection has; None: it is right, or nobody can tell."""
    listener = next((found for address in addresses(connection)[:3] if (found := find_listener(address))), None)
    if listener is None:
        return None
    protocol = str(connection.settings.get("security.protocol", "plaintext")).upper()
    tls, login = protocol.endswith("SSL"), protocol.startswith("SASL")
    if tls == listener.tls and (listener.mechanisms is None or login == bool(listener.mechanisms)):
        return None
    what, remedy = _wanted(listener)
    given = f"is {protocol}" if connection.settings.get("security.protocol") else "is not set"
    return _error(connection, f"security.protocol {given}, but the broker at {listener.address} wants {what}: set it to {remedy}")


def transaction_refusal(code: int, timeout_s: float) -> str | None:
    """Why a broker refuses a transaction of this timeout, and what to do; None: it does not."""
    found = _TRANSACTION.get(code)
    return None if found is None else f"{KafkaError(code).str()}: {found.format(timeout_ms=timeout_s * 1000)}"


def is_without_token(text: str) -> bool:
    """Whether an error says that a token service gave none."""
    return _REFRESH in text


def unusable(connection: Connection, reason: str) -> str:
    """Why librdkafka makes no client, in our words where it is about keys and certificates."""

    def file(key: str) -> str:
        return f"{key} ('{connection.settings.get(key)}')"

    if "ssl.ca.location failed" in reason and "no certificate" in reason:
        return f"{file('ssl.ca.location')} holds no certificate in PEM: name a file with the certificate of the authority that signed the brokers'"
    if "key values mismatch" in reason:
        return f"the key in {file('ssl.key.location')} is not that of the certificate in {file('ssl.certificate.location')}: name the two that belong together"
    if "ssl.key.location failed" in reason:
        return f"the key in {file('ssl.key.location')} cannot be read: is it in PEM, and is ssl.key.password right?"
    if "ssl.certificate.location failed" in reason:
        return f"{file('ssl.certificate.location')} holds no certificate in PEM: name the client's"
    return reason.removeprefix("Failed to create admin client: ")


def _wanted(listener: Listener) -> tuple[str, str]:
    """What a listener wants, in words and as the setting's value."""
    match listener.tls, listener.mechanisms:
        case True, None:
            return "TLS", "SSL or SASL_SSL"
        case True, ():
            return "TLS and no login", "SSL"
        case False, ():
            return "neither TLS nor a login", "PLAINTEXT"
    mechanisms = f"sasl.mechanism to {' or '.join(listener.mechanisms or ())}"
    return (
        ("TLS and a login", f"SASL_SSL, and {mechanisms}") if listener.tls else ("a login without TLS", f"SASL_PLAINTEXT, and {mechanisms}")
    )


def _unwelcome(connection: Connection, address: str, alert: str) -> ConnectionSettingsError:
    own = next((key for key in _OWN_CERTIFICATE if connection.settings.get(key)), None)
    if own is None:
        return _error(
            connection,
            f"the broker at {address} asks for the client's certificate ({alert}): set ssl.certificate.location and ssl.key.location, or name a listener that asks for none",
        )
    which = "" if own.endswith("pem") else f" ('{connection.settings[own]}')"
    return _error(
        connection,
        f"the broker at {address} does not accept the certificate in {own}{which} ({alert}): it has expired, or the broker does not know who signed it",
    )


def _no_tls(connection: Connection, address: str, text: str) -> ConnectionSettingsError:
    reason = distrust(connection, address) if "verify failed" in text and address else None
    if reason is None:
        return _error(connection, f"no TLS connection ({text}). Check security.protocol and ssl.ca.location")
    return _error(connection, _distrusted(connection, address, reason))


def _distrusted(connection: Connection, address: str, reason: ssl.SSLCertVerificationError) -> str:
    why = reason.verify_message.rstrip(".")
    if reason.verify_code in _EXPIRED:
        return f"the certificate of the broker at {address} has expired. It has to be renewed on the broker"
    if reason.verify_code in _OTHER_HOST:
        return (
            f"the certificate of the broker at {address} is another host's ({why}). Write the name that it is made out to into bootstrap.servers; where "
            "the brokers give out another one, their advertised.listeners have to be corrected"
        )
    place = "ssl.ca.pem" if connection.settings.get("ssl.ca.pem") else "ssl.ca.location"
    known = "is not in" if connection.settings.get(place) else "is not known to this machine without"
    return f"who signed the certificate of the broker at {address} {known} {place} ({why}). Set it to the authority's certificate, in PEM"


def _no_login(connection: Connection, address: str, text: str) -> SpringheadError:
    mechanism = str(connection.settings.get("sasl.mechanism", connection.settings.get("sasl.mechanisms", ""))).upper()
    _, token, why = text.partition(_REFRESH)
    if token:
        return _no_token(connection, why[:_SHOWN])
    if "SASL state" in text:
        protocol = "SSL" if str(connection.settings.get("security.protocol")).upper().endswith("SSL") else "PLAINTEXT"
        return _error(connection, f"the broker wants no login at {address}: set security.protocol to {protocol}")
    if (offered := _OFFERED.search(text)) and offered[1]:
        others = " or ".join(sorted(offered[1].split(",")))
        return _error(connection, f"the broker at {address} takes no {mechanism}: set sasl.mechanism to {others}")
    if mechanism == "OAUTHBEARER":
        source = connection.settings.get("sasl.oauthbearer.token.endpoint.url", "oauth_cb")
        return _error(
            connection,
            f"the broker at {address} does not accept the token of {source} ({text}). Its issuer, audience, scope or signature is not what the broker expects: "
            "compare them with the broker's sasl.oauthbearer.* settings",
        )
    return _error(connection, f"the broker does not accept sasl.username and sasl.password ({text}). Correct them, or the mechanism")


def _no_token(connection: Connection, why: str) -> SpringheadError:
    service = f"the token service {connection.settings.get('sasl.oauthbearer.token.endpoint.url', '')}".strip()
    if _UNTRUSTED.search(why):
        return _error(
            connection,
            f"the certificate of {service} is not trusted ({why}). Set https.ca.location to a file with its authority's certificate; those of public ones are in "
            "/etc/ssl/certs/ca-certificates.crt on Debian, /etc/pki/tls/certs/ca-bundle.crt on Red Hat",
        )
    if '"error"' in why and not _AWAY.search(why):
        return _error(
            connection, f"{service} gives no token ({why}). Correct sasl.oauthbearer.client.id, sasl.oauthbearer.client.secret or the scope"
        )
    if _AWAY.search(why):
        return BrokerUnavailableError(
            connection.mask(
                f"connection '{connection.id}': {service} does not answer ({why}). Is it running, and is sasl.oauthbearer.token.endpoint.url right? A retry may help"
            )
        )
    return _error(connection, f"what {service} answers is no token ({why}). Is sasl.oauthbearer.token.endpoint.url right?")


def _error(connection: Connection, what: str) -> ConnectionSettingsError:
    return ConnectionSettingsError(connection.mask(f"connection '{connection.id}': {what}"))
