"""Ports on the loopback interface."""

from __future__ import annotations

import os
import random
import socket

from dev.errors import DevError, PortInUseError

HOST = "127.0.0.1"


def free_ports(n: int) -> list[int]:
    """Returns n different ports on which nobody listens now.

    They are below those that the system gives to outgoing connections (32768 and more, unless told): a broker that is down for a moment
    would lose one of these to whoever connects to anything meanwhile.
    """
    ports: list[int] = []
    for port in random.SystemRandom().sample(range(10240, 32768), 1000):
        if is_free(port):
            ports.append(port)
        if len(ports) == n:
            return ports
    raise DevError(f"there are no {n} free ports between 10240 and 32767 on {HOST}")


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
