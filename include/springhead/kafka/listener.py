"""What listens at a broker's address, where librdkafka only knows that the connection was closed: asked by one request of Kafka's own, or by a TLS handshake."""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import closing
from dataclasses import dataclass

from springhead.kafka.connection import Connection

_PATIENCE_S = 2.0  # of each connection: a broker that answers at all does so in milliseconds
_HANDSHAKE, _VERSION, _ID = 17, 1, 1  # https://kafka.apache.org/protocol#The_Messages_SaslHandshake
_NAME = b"springhead"
_NONE_SUCH = b"?"  # the answer to a mechanism that no broker has is the list of those that it has


@dataclass(frozen=True, slots=True)
class Listener:
    """One of a broker's listeners.

    Attributes:
        address: host:port.
        tls: whether it speaks TLS.
        mechanisms: SASL mechanisms that it takes; empty: it wants no login; None: it does not tell, such as to a client without a certificate.
    """

    address: str
    tls: bool
    mechanisms: tuple[str, ...] | None


def find_listener(address: str) -> Listener | None:
    """What listens at host:port; None: nothing, or no broker."""
    for tls in (True, False):
        try:
            with closing(_connect(address)) as plain:
                if not tls:
                    return Listener(address, False, _mechanisms(plain))
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = (
                    False,
                    ssl.CERT_NONE,
                )  # nothing is told to it, and nothing that it says is believed
                with context.wrap_socket(plain, server_hostname=_host(address)) as secure:
                    try:
                        return Listener(address, True, _mechanisms(secure))
                    except (OSError, ValueError, struct.error):  # such as: it asks for a certificate
                        return Listener(address, True, None)
        except (OSError, ValueError, struct.error):
            continue
    return None


def distrust(connection: Connection, address: str) -> ssl.SSLCertVerificationError | None:
    """Why the certificate of the broker at host:port is not trusted; None: it is, or nobody can tell. librdkafka does not say it."""
    settings = connection.settings
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = str(settings.get("ssl.endpoint.identification.algorithm", "https")).lower() != "none"
        if pem := settings.get("ssl.ca.pem"):
            context.load_verify_locations(cadata=str(pem))
        elif (place := settings.get("ssl.ca.location")) and place != "probe":
            context.load_verify_locations(cafile=str(place))
        else:
            context.load_default_certs()
        with closing(_connect(address)) as plain, context.wrap_socket(plain, server_hostname=_host(address)):
            return None
    except ssl.SSLCertVerificationError as error:
        return error
    except (OSError, ValueError):
        return None


def addresses(connection: Connection) -> list[str]:
    """The bootstrap servers, host:port each."""
    given = (server.strip().rpartition("/")[2] for server in str(connection.settings.get("bootstrap.servers", "")).split(","))
    return [server if ":" in server.rpartition("]")[2] else f"{server}:9092" for server in given if server]


def _connect(address: str) -> socket.socket:
    """Raises OSError, ValueError, OverflowError as it happens."""
    return socket.create_connection((_host(address), int(address.rpartition(":")[2])), timeout=_PATIENCE_S)


def _host(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")


def _mechanisms(connected: socket.socket) -> tuple[str, ...]:
    """The SASL mechanisms that the broker lists.

    Raises:
        OSError: it does not answer.
        ValueError, struct.error: what it answers is not Kafka's.
    """
    body = struct.pack(f">hhih{len(_NAME)}sh1s", _HANDSHAKE, _VERSION, _ID, len(_NAME), _NAME, len(_NONE_SUCH), _NONE_SUCH)
    connected.sendall(struct.pack(">i", len(body)) + body)
    (length,) = struct.unpack(">i", _read(connected, 4))
    if not 10 <= length < 10_000:
        raise ValueError("no answer of Kafka's")
    answer = _read(connected, length)
    number, _error, count = struct.unpack_from(">ihi", answer)
    if number != _ID:
        raise ValueError("no answer of Kafka's")
    found, at = [], 10
    for _ in range(count):
        (size,) = struct.unpack_from(">h", answer, at)
        found.append(answer[at + 2 : at + 2 + size].decode())
        at += 2 + size
    return tuple(sorted(found))


def _read(connected: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connected.recv(size - len(data))
        if not part:
            raise OSError("the connection was closed")
        data += part
    return data
