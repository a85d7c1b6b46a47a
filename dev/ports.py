"""Ports on the loopback interface."""

from __future__ import annotations

import os
import socket

from dev.errors import DevError, PortInUseError

HOST = "127.0.0.1"


def free_ports(n: int) -> list[int]:
    """Returns n different ports that nobody listens on now (the kernel chooses; it does not give them again soon)."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(n)]
    try:
        for sock in sockets:
            sock.bind((HOST, 0))
        return [int(sock.getsockname()[1]) for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()


def is_free(port: int) -> bool:
    """Tells whether a server could listen on this port now; sockets of an ended server (TIME_WAIT) are no obstacle."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, port))
        except OSError:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:  # one that listens on every interface may still answer here
        sock.settimeout(1)
        return sock.connect_ex((HOST, port)) != 0


def require_free(port: int, what: str, variable: str) -> None:
    """Raises PortInUseError, naming `what` should listen and the make variable that moves it, when the port is taken."""
    if not is_free(port):
        raise PortInUseError(port, what, variable)


def port_from(variable: str, default: int) -> int:
    """Returns the port that an environment variable names.

    Raises:
        DevError: it is no port number.
    """
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise DevError(f"{variable}={text} is no port number (1 to 65535)")
    return int(text)
