"""What listens at an address, where it is no broker; brokers are asked in tests/secured."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from springhead.kafka import listener
from springhead.kafka.connection import Connection
from springhead.kafka.listener import Listener, addresses, distrust, find_listener
from springhead.kafka.refusals import misfit


@contextmanager
def server(answer: bytes | None) -> Iterator[str]:
    """Somebody who answers whatever is said by these bytes, and closes; None: who never answers. Its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        kept: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connected, _ = listening.accept()
                except OSError:
                    return
                if answer is None:
                    kept.append(connected)
                    continue
                with connected:
                    first = connected.recv(1024)
                    connected.sendall(b"" if first[:1] == b"\x16" else answer)  # a TLS handshake is none of a plain server's

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        for each in kept:
            each.close()


def answered(*mechanisms: bytes, number: int = 1, error: int = 33) -> bytes:
    body = struct.pack(">ihi", number, error, len(mechanisms)) + b"".join(struct.pack(">h", len(each)) + each for each in mechanisms)
    return struct.pack(">i", len(body)) + body


def test_a_broker_tells_its_mechanisms() -> None:
    with server(answered(b"SCRAM-SHA-512", b"PLAIN")) as address:
        assert find_listener(address) == Listener(address, False, ("PLAIN", "SCRAM-SHA-512"))
    with server(answered(error=34)) as address:
        assert find_listener(address) == Listener(address, False, ())


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00", answered(number=7), answered(b"PLAIN")[:-3], struct.pack(">i", 2**31 - 1)],
)
def test_who_does_not_speak_kafkas_protocol_is_no_broker(answer: bytes) -> None:
    with server(answer) as address:
        assert find_listener(address) is None
        assert misfit(Connection("mine", {"bootstrap.servers": address, "security.protocol": "SASL_SSL"})) is None


def test_who_never_answers_is_waited_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_PATIENCE_S", 0.05)
    with server(None) as address:
        began = time.monotonic()
        assert find_listener(address) is None
        assert distrust(Connection("mine", {}), address) is None
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("address", ["127.0.0.1:1", "no-such-host.invalid:9092", "127.0.0.1:99999", "127.0.0.1:x", ""])
def test_nobody_is_nobody(address: str) -> None:
    assert find_listener(address) is None


def test_bootstrap_servers_are_read_as_librdkafka_reads_them() -> None:
    given = Connection("mine", {"bootstrap.servers": "a:9093, SASL_SSL://b:9094,c,[::1]:9095,[::2],"})
    assert addresses(given) == ["a:9093", "b:9094", "c:9092", "[::1]:9095", "[::2]:9092"]
    assert addresses(Connection("mine", {})) == []
