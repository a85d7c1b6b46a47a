"""A broker with a listener for each way to log in, and the settings of connections to them, right and wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from dev.broker import Broker
from dev.cluster import Cluster
from dev.ports import HOST, free_ports
from tests.secured.authority import Authority, Certificate
from tests.secured.tokens import AUDIENCE, CLIENT_ID, CLIENT_SECRET, ISSUER, TokenService

PASSWORD = "scram-password-of-the-test"
SCRAM_USER, PLAIN_USER, TLS_USER, STRANGER = "scram-user", "plain-user", "tls-user", "stranger"
USERS = (SCRAM_USER, PLAIN_USER, CLIENT_ID, f"CN={TLS_USER}")
LISTENERS = ("SCRAM", "PLAIN", "OAUTH", "MTLS", "EXPIRED", "ELSEWHERE")
_HANDLER = "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_PLAIN = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{PLAIN_USER}="{PASSWORD}";'
_OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"


@dataclass(frozen=True)
class Secured:
    """The broker and what leads to it.

    Attributes:
        broker: whose own listener is open to everybody: the judge's.
        ports: listener → port.
        ca: whose signature the brokers' certificates have.
        foreign_ca: of another authority.
        client, foreign_client: certificates of clients, by either authority.
        tokens: the token service.
    """

    broker: Broker
    ports: Mapping[str, int]
    ca: Path
    foreign_ca: Path
    client: Certificate
    foreign_client: Certificate
    tokens: TokenService

    def address(self, listener: str) -> str:
        return f"{HOST}:{self.ports[listener]}"

    def scram(self, **but: Any) -> dict[str, Any]:
        """A connection's extra, as a user writes it; `_` stands for the dots, None removes a key."""
        own = {
            "bootstrap.servers": self.address("SCRAM"),
            "client.id": "springhead",
            "acks": "all",
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self.ca),
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": SCRAM_USER,
            "sasl.password": PASSWORD,
        }
        return _but(own, but)

    def oauth(self, **but: Any) -> dict[str, Any]:
        """As `scram`: OAUTHBEARER by librdkafka's own client of OAuth's client credentials."""
        own = {
            "bootstrap.servers": self.address("OAUTH"),
            "client.id": "springhead",
            "acks": "all",
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self.ca),
            "sasl.mechanism": "OAUTHBEARER",
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.token.endpoint.url": f"{self.tokens.url}/token",
            "sasl.oauthbearer.client.id": CLIENT_ID,
            "sasl.oauthbearer.client.secret": CLIENT_SECRET,
            "https.ca.location": str(self.ca),
        }
        return _but(own, but)

    def mtls(self, **but: Any) -> dict[str, Any]:
        """As `scram`: the client shows a certificate."""
        own = {
            "bootstrap.servers": self.address("MTLS"),
            "client.id": "springhead",
            "acks": "all",
            "security.protocol": "SSL",
            "ssl.ca.location": str(self.ca),
            "ssl.certificate.location": str(self.client.certificate),
            "ssl.key.location": str(self.client.locked_key),
            "ssl.key.password": self.client.password,
        }
        return _but(own, but)

    def all(self) -> dict[str, dict[str, Any]]:
        """Connection id → extra, of all ways to log in."""
        return {
            "kafka_scram_512": self.scram(),
            "kafka_scram_256": self.scram(sasl_mechanism="SCRAM-SHA-256"),
            "kafka_plain": self.scram(bootstrap_servers=self.address("PLAIN"), sasl_mechanism="PLAIN", sasl_username=PLAIN_USER),
            "kafka_oauth": self.oauth(),
            "kafka_mtls": self.mtls(),
        }


def _but(own: Mapping[str, Any], but: Mapping[str, Any]) -> dict[str, Any]:
    changed = {**own, **{key.replace("_", "."): value for key, value in but.items()}}
    return {key: value for key, value in changed.items() if value is not None}


@contextmanager
def secured_cluster(home: Path) -> Iterator[Secured]:
    """Starts the broker and the token service; each of the users has the ACLs of docs/connections.md."""
    authority, foreign = Authority(home / "ca", "Test CA"), Authority(home / "foreign", "Another CA")
    server = authority.sign("server", HOST)
    tokens = TokenService(server)
    tokens.write_jwks(home / "jwks.json")
    port, *numbers = free_ports(1 + len(LISTENERS))
    ports = dict(zip(LISTENERS, numbers, strict=True))
    certificates = {"EXPIRED": authority.sign("expired", HOST, expired=True), "ELSEWHERE": authority.sign("elsewhere", "kafka.example.com")}
    settings = {
        "listener.security.protocol.map": ",".join(
            ["BROKER:PLAINTEXT", "CONTROLLER:PLAINTEXT", "MTLS:SSL", *(f"{name}:SASL_SSL" for name in LISTENERS if name != "MTLS")]
        ),
        "advertised.listeners": ",".join([f"BROKER://{HOST}:{port}", *(f"{name}://{HOST}:{ports[name]}" for name in LISTENERS)]),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "listener.name.mtls.ssl.client.auth": "required",
        "listener.name.plain.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.plain.plain.sasl.jaas.config": _PLAIN,
        "listener.name.oauth.sasl.enabled.mechanisms": "OAUTHBEARER",
        "listener.name.oauth.oauthbearer.sasl.jaas.config": _OAUTH,
        "listener.name.oauth.oauthbearer.sasl.server.callback.handler.class": _HANDLER,
        "sasl.oauthbearer.jwks.endpoint.url": (home / "jwks.json").as_uri(),
        "sasl.oauthbearer.expected.audience": AUDIENCE,
        "sasl.oauthbearer.expected.issuer": ISSUER,
    }
    for name in LISTENERS:
        of = f"listener.name.{name.lower()}"
        settings |= {
            f"{of}.ssl.keystore.type": "PEM",
            f"{of}.ssl.keystore.location": str(certificates.get(name, server).chain),
            f"{of}.ssl.truststore.type": "PEM",
            f"{of}.ssl.truststore.location": str(authority.file),
        }
        if name in ("SCRAM", "EXPIRED", "ELSEWHERE"):
            settings |= {
                f"{of}.sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256",
                f"{of}.scram-sha-512.sasl.jaas.config": _SCRAM,
                f"{of}.scram-sha-256.sasl.jaas.config": _SCRAM,
            }
    jvm = (f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={settings['sasl.oauthbearer.jwks.endpoint.url']}",)
    cluster = Cluster(home / "kafka", port=port, heap_mb=384, short_lived=True, settings=settings, jvm=jvm)
    broker = cluster.brokers[0]
    broker.settings["listeners"] = ",".join(
        [broker.properties()["listeners"], *(f"{name}://{HOST}:{number}" for name, number in ports.items())]
    )
    try:
        with cluster:
            _admit(AdminClient({"bootstrap.servers": broker.bootstrap}))
            client, foreign_client = authority.sign(TLS_USER), foreign.sign(STRANGER)
            yield Secured(broker, ports, authority.file, foreign.file, client, foreign_client, tokens)
    finally:
        tokens.close()


ACLS: dict[str, tuple[ResourceType, str, AclOperation]] = {
    "id Write": (ResourceType.TRANSACTIONAL_ID, "springhead.", AclOperation.WRITE),
    "id Describe": (ResourceType.TRANSACTIONAL_ID, "springhead.", AclOperation.DESCRIBE),
    "topic Write": (ResourceType.TOPIC, "secured-", AclOperation.WRITE),
    "topic Read": (ResourceType.TOPIC, "secured-", AclOperation.READ),
    "topic Create": (ResourceType.TOPIC, "secured-", AclOperation.CREATE),
    "topic DescribeConfigs": (ResourceType.TOPIC, "secured-", AclOperation.DESCRIBE_CONFIGS),
    "ledger Read": (ResourceType.TOPIC, "__springhead_ledger", AclOperation.READ),
    "ledger Write": (ResourceType.TOPIC, "__springhead_ledger", AclOperation.WRITE),
    "ledger Create": (ResourceType.TOPIC, "__springhead_ledger", AclOperation.CREATE),
    "ledger DescribeConfigs": (ResourceType.TOPIC, "__springhead_ledger", AclOperation.DESCRIBE_CONFIGS),
}


def _admit(admin: AdminClient) -> None:
    """Makes the user of SCRAM, and gives all users what publishing and verifying need."""
    make_user(admin, SCRAM_USER)
    for user in USERS:
        permit(admin, user, ACLS)


def make_user(admin: AdminClient, user: str) -> None:
    """A user with the password, by both of SCRAM's mechanisms."""
    mechanisms = (ScramMechanism.SCRAM_SHA_512, ScramMechanism.SCRAM_SHA_256)
    for mechanism in mechanisms:
        made = UserScramCredentialUpsertion(user, ScramCredentialInfo(mechanism, 4096), PASSWORD.encode())
        for future in admin.alter_user_scram_credentials([made]).values():
            future.result(timeout=30)
    described: Callable[[], Any] = lambda: admin.describe_user_scram_credentials([user])  # noqa: E731  # its stubs say two things of the answer
    _wait(lambda: len(described()[user].result(timeout=30).scram_credential_infos) == len(mechanisms))


def permit(admin: AdminClient, user: str, acls: Iterable[str]) -> None:
    """Gives a user these of `ACLS`."""
    bindings = [
        AclBinding(kind, name, ResourcePatternType.PREFIXED, f"User:{user}", "*", operation, AclPermissionType.ALLOW)
        for kind, name, operation in map(ACLS.__getitem__, acls)
    ]
    for future in admin.create_acls(bindings).values() if bindings else ():
        future.result(timeout=30)
    anything: Any = None  # its stubs know no None, which means any
    given = AclBindingFilter(
        ResourceType.ANY, anything, ResourcePatternType.ANY, f"User:{user}", anything, AclOperation.ANY, AclPermissionType.ALLOW
    )
    _wait(lambda: len(admin.describe_acls(given).result(timeout=30)) == len(bindings))


def _wait(known: Callable[[], bool]) -> None:
    """Returns when the broker knows what the controller was told."""
    deadline = time.monotonic() + 60
    while True:
        with suppress(KafkaException):  # such as: it knows no such user yet
            if known():
                return
        assert time.monotonic() < deadline, "the broker does not hear of users and permissions"
        time.sleep(0.02)
