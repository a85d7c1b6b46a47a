"""Whatever is wrong with a secured connection is told within seconds, names the connection, the cause and the remedy, and shows no secret."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from springhead.errors import BrokerUnavailableError, ConnectionSettingsError, SpringheadError
from springhead.kafka.connection import Connection
from springhead.ledger.standing import standing_of
from tests.conftest import BUSY
from tests.secured.cluster import PASSWORD, Secured
from tests.secured.tokens import CLIENT_SECRET

pytestmark = pytest.mark.kafka

WITHIN_S = 5 * BUSY  # it takes half a second
SECRETS = (PASSWORD, CLIENT_SECRET, "key-of-the-test", "not-the-one")
Extra = Callable[[Secured], dict[str, Any]]

# What is wrong → the connection, and the whole text behind "connection 'mine': "; {SCRAM} … are the listeners' addresses, {tokens} is the token service.
WRONG: dict[str, tuple[Extra, str]] = {
    # passwords and mechanisms
    "a wrong password": (
        lambda s: s.scram(sasl_password="not-the-one"),
        "the broker does not accept sasl.username and sasl.password (SASL authentication error: Authentication failed during authentication due to invalid "
        "credentials with SASL mechanism SCRAM-SHA-512). Correct them, or the mechanism",
    ),
    "a user that is not there": (
        lambda s: s.scram(sasl_username="nobody", sasl_mechanism="SCRAM-SHA-256"),
        "the broker does not accept sasl.username and sasl.password (SASL authentication error: Authentication failed during authentication due to invalid "
        "credentials with SASL mechanism SCRAM-SHA-256). Correct them, or the mechanism",
    ),
    "a mechanism that the broker does not have": (
        lambda s: s.scram(sasl_mechanism="PLAIN"),
        "the broker at {SCRAM} takes no PLAIN: set sasl.mechanism to SCRAM-SHA-256 or SCRAM-SHA-512",
    ),
    "a password where tokens are wanted": (
        lambda s: s.scram(bootstrap_servers=s.address("OAUTH")),
        "the broker at {OAUTH} takes no SCRAM-SHA-512: set sasl.mechanism to OAUTHBEARER",
    ),
    # security.protocol
    "no protocol, and the broker wants TLS and a login": (
        lambda s: s.scram(security_protocol=None),
        "security.protocol is not set, but the broker at {SCRAM} wants TLS and a login: set it to SASL_SSL, and sasl.mechanism to SCRAM-SHA-256 or SCRAM-SHA-512",
    ),
    "a login without TLS": (
        lambda s: s.scram(security_protocol="SASL_PLAINTEXT"),
        "security.protocol is SASL_PLAINTEXT, but the broker at {SCRAM} wants TLS and a login: set it to SASL_SSL, and sasl.mechanism to SCRAM-SHA-256 or SCRAM-SHA-512",
    ),
    "TLS without the login": (
        lambda s: s.scram(security_protocol="ssl"),
        "security.protocol is SSL, but the broker at {SCRAM} wants TLS and a login: set it to SASL_SSL, and sasl.mechanism to SCRAM-SHA-256 or SCRAM-SHA-512",
    ),
    "TLS to a listener that has none": (
        lambda s: s.scram(bootstrap_servers=s.broker.bootstrap),
        "security.protocol is SASL_SSL, but the broker at {BROKER} wants neither TLS nor a login: set it to PLAINTEXT",
    ),
    "a login where a certificate is one": (
        lambda s: s.mtls(
            security_protocol="SASL_SSL", sasl_mechanism="SCRAM-SHA-512", sasl_username="scram-user", sasl_password="not-the-one"
        ),
        "the broker wants no login at {MTLS}: set security.protocol to SSL",
    ),
    "no TLS to a listener that wants a certificate": (
        lambda s: s.mtls(security_protocol="PLAINTEXT"),
        "security.protocol is PLAINTEXT, but the broker at {MTLS} wants TLS: set it to SSL or SASL_SSL",
    ),
    # the broker's certificate
    "another authority": (
        lambda s: s.scram(ssl_ca_location=str(s.foreign_ca)),
        "who signed the certificate of the broker at {SCRAM} is not in ssl.ca.location (unable to get local issuer certificate). Set it to the authority's certificate, in PEM",
    ),
    "another authority, written out": (
        lambda s: s.scram(ssl_ca_location=None, ssl_ca_pem=s.foreign_ca.read_text()),
        "who signed the certificate of the broker at {SCRAM} is not in ssl.ca.pem (unable to get local issuer certificate). Set it to the authority's certificate, in PEM",
    ),
    "no authority": (
        lambda s: s.scram(ssl_ca_location=None),
        "who signed the certificate of the broker at {SCRAM} is not known to this machine without ssl.ca.location (unable to get local issuer certificate). "
        "Set it to the authority's certificate, in PEM",
    ),
    "a broker's certificate that has expired": (
        lambda s: s.scram(bootstrap_servers=s.address("EXPIRED")),
        "the certificate of the broker at {EXPIRED} has expired. It has to be renewed on the broker",
    ),
    "a broker's certificate of another host": (
        lambda s: s.scram(bootstrap_servers=s.address("ELSEWHERE")),
        "the certificate of the broker at {ELSEWHERE} is another host's (IP address mismatch, certificate is not valid for '127.0.0.1'). Write the name that it is "
        "made out to into bootstrap.servers; where the brokers give out another one, their advertised.listeners have to be corrected",
    ),
    "an authority's file that is not there": (
        lambda s: s.scram(ssl_ca_location="/etc/kafka/no-such-ca.pem"),
        "ssl.ca.location names '/etc/kafka/no-such-ca.pem', which is not there: write the path that the file has on the machine where tasks run",
    ),
    "a key as the authority's file": (
        lambda s: s.scram(ssl_ca_location=str(s.client.key)),
        "ssl.ca.location ('{client.key}') holds no certificate in PEM: name a file with the certificate of the authority that signed the brokers'",
    ),
    # the client's certificate
    "no client's certificate": (
        lambda s: s.mtls(ssl_certificate_location=None, ssl_key_location=None, ssl_key_password=None),
        "the broker at {MTLS} asks for the client's certificate (bad certificate): set ssl.certificate.location and ssl.key.location, or name a listener that asks for none",
    ),
    "a client's certificate of another authority": (
        lambda s: s.mtls(
            ssl_certificate_location=str(s.foreign_client.certificate), ssl_key_location=str(s.foreign_client.key), ssl_key_password=None
        ),
        "the broker at {MTLS} does not accept the certificate in ssl.certificate.location ('{foreign_client.certificate}') (bad certificate): it has expired, or the "
        "broker does not know who signed it",
    ),
    "a key's file that is not there": (
        lambda s: s.mtls(ssl_key_location="/etc/kafka/no-such-key.pem"),
        "ssl.key.location names '/etc/kafka/no-such-key.pem', which is not there: write the path that the file has on the machine where tasks run",
    ),
    "a wrong password of the key": (
        lambda s: s.mtls(ssl_key_password="not-the-one"),
        "the key in ssl.key.location ('{client.locked_key}') cannot be read: is it in PEM, and is ssl.key.password right?",
    ),
    "the key of another certificate": (
        lambda s: s.mtls(ssl_key_location=str(s.foreign_client.key), ssl_key_password=None),
        "the key in ssl.key.location ('{foreign_client.key}') is not that of the certificate in ssl.certificate.location ('{client.certificate}'): name the two that belong together",
    ),
    # tokens
    "no way to a token": (
        lambda s: s.oauth(sasl_oauthbearer_method=None),
        "sasl.oauthbearer.method is missing, and so nobody has tokens: set it to oidc, and beside it sasl.oauthbearer.token.endpoint.url, sasl.oauthbearer.client.id and "
        "sasl.oauthbearer.client.secret. For Amazon MSK and Google's Managed Kafka Airflow's provider has them, in Airflow's tasks only",
    ),
    "no token service": (
        lambda s: s.oauth(sasl_oauthbearer_token_endpoint_url=None),
        "sasl.oauthbearer.token.endpoint.url is missing: sasl.oauthbearer.method oidc needs it",
    ),
    "no client's secret": (
        lambda s: s.oauth(sasl_oauthbearer_client_secret=None),
        "sasl.oauthbearer.client.secret is missing: sasl.oauthbearer.method oidc needs it",
    ),
    "a wrong client's secret": (
        lambda s: s.oauth(sasl_oauthbearer_client_secret="not-the-one"),
        'the token service {tokens}/token gives no token ({"error": "invalid_client", "error_description": "wrong client id or secret"}). Correct '
        "sasl.oauthbearer.client.id, sasl.oauthbearer.client.secret or the scope",
    ),
    "another path of the token service": (
        lambda s: s.oauth(sasl_oauthbearer_token_endpoint_url=f"{s.tokens.url}/garbage"),
        "what the token service {tokens}/garbage answers is no token (Failed to parse JSON response at 0/24). Is sasl.oauthbearer.token.endpoint.url right?",
    ),
    "a token that the broker refuses": (
        lambda s: s.oauth(sasl_oauthbearer_token_endpoint_url=f"{s.tokens.url}/forged"),
        'the broker at {OAUTH} does not accept the token of {tokens}/forged (SASL authentication error: {"status":"invalid_token"}). Its issuer, audience, scope or '
        "signature is not what the broker expects: compare them with the broker's sasl.oauthbearer.* settings",
    ),
    "another authority of the token service": (
        lambda s: s.oauth(https_ca_location=str(s.foreign_ca)),
        "the certificate of the token service {tokens}/token is not trusted (SSL certificate OpenSSL verify result: unable to get local issuer certificate (20)). Set https.ca.location to a "
        "file with its authority's certificate; those of public ones are in /etc/ssl/certs/ca-certificates.crt on Debian, /etc/pki/tls/certs/ca-bundle.crt on Red Hat",
    ),
}
AWAY: dict[str, tuple[Extra, str]] = {
    "a token service that is not there": (
        lambda s: s.oauth(sasl_oauthbearer_token_endpoint_url="https://127.0.0.1:1/token"),
        "the token service https://127.0.0.1:1/token does not answer (Failed to connect to 127.0.0.1:1 after 0 ms: Could not connect to server). Is it running, and is "
        "sasl.oauthbearer.token.endpoint.url right? A retry may help",
    ),
    "a token service without an address": (
        lambda s: s.oauth(sasl_oauthbearer_token_endpoint_url="https://no-such-host.invalid/token"),
        "the token service https://no-such-host.invalid/token does not answer (Could not resolve host: no-such-host.invalid). Is it running, and is "
        "sasl.oauthbearer.token.endpoint.url right? A retry may help",
    ),
}


def told(secured: Secured, extra: Extra, kind: type[SpringheadError]) -> str:
    """What is said of the connection, in time and without a secret."""
    began = time.monotonic()
    with pytest.raises(kind) as caught:
        standing_of(Connection.from_extra("mine", extra(secured)))
    assert time.monotonic() - began < WITHIN_S
    text = str(caught.value)
    assert not any(secret in text for secret in SECRETS)
    return text


def filled(secured: Secured, text: str) -> str:
    """The text with this cluster's addresses and files."""
    words = {listener: secured.address(listener) for listener in secured.ports}
    words |= {"BROKER": secured.broker.bootstrap, "tokens": secured.tokens.url}
    for name in ("client", "foreign_client"):
        certificate = getattr(secured, name)
        words |= {f"{name}.{file}": str(getattr(certificate, file)) for file in ("certificate", "key", "locked_key")}
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return f"connection 'mine': {text}"


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_setting_is_named_with_its_cause_and_remedy(secured: Secured, what: str) -> None:
    extra, text = WRONG[what]
    assert told(secured, extra, ConnectionSettingsError) == filled(secured, text)


@pytest.mark.parametrize("what", AWAY)
def test_what_may_come_back_is_worth_a_retry(secured: Secured, what: str) -> None:
    extra, text = AWAY[what]
    said = told(secured, extra, BrokerUnavailableError)
    assert re.sub(r"after \d+ ms", "after 0 ms", said) == filled(secured, text)
