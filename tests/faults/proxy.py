"""A proxy between clients and a broker that knows Kafka's frames: it loses, delays or holds the n-th request or answer of an API.

A frame is a length of four bytes and the message; a request begins with its API key, version and correlation id, an answer with the correlation id
(Kafka protocol guide, "Protocol primitives" and "Request header").
"""

from __future__ import annotations

import asyncio
import struct
import threading
from dataclasses import dataclass
from enum import IntEnum
from types import TracebackType
from typing import Self


class Api(IntEnum):
    """Kafka's API keys."""

    PRODUCE = 0
    INIT_PRODUCER_ID = 22
    ADD_PARTITIONS = 24
    END_TXN = 26


@dataclass
class Rule:
    """What happens to frames of an API.

    Attributes:
        api: of which.
        answers: to its answers; else to its requests.
        at: to these, counted from 1 over all connections.
        cut: lose the frame, and close the connection.
        hold_s: pass it on after so many seconds, and what follows on the connection behind it.
        met: how many frames it has met so far.
        done: how many it has acted on.
    """

    api: Api
    answers: bool = False
    at: frozenset[int] = frozenset({1})
    cut: bool = False
    hold_s: float = 0.0
    met: int = 0
    done: int = 0

    def meets(self, api: int, *, answer: bool) -> bool:
        """Whether it acts on this frame."""
        if api != self.api or answer != self.answers:
            return False
        self.met += 1
        if self.met not in self.at:
            return False
        self.done += 1
        return True


class Proxy:
    """Listens on a port and passes frames on to a broker; a context manager, its loop in a thread of its own."""

    def __init__(self, port: int, broker_port: int) -> None:
        self._port, self._broker_port = port, broker_port
        self.address = f"127.0.0.1:{port}"
        self.rules: list[Rule] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def set(self, *rules: Rule) -> None:
        """The rules from now on."""
        self.rules = list(rules)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_broker = await asyncio.open_connection("127.0.0.1", self._broker_port)
        except OSError:
            writer.close()
            return
        apis: dict[int, int] = {}
        ways = [
            asyncio.ensure_future(self._pass(reader, to_broker[1], apis, answers=False)),
            asyncio.ensure_future(self._pass(to_broker[0], writer, apis, answers=True)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:  # the proxy's end among the reasons
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for each in (writer, to_broker[1]):
                each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, apis: dict[int, int], *, answers: bool) -> None:
        while True:
            try:
                head = await reader.readexactly(4)
                frame = await reader.readexactly(struct.unpack(">i", head)[0])
            except (asyncio.IncompleteReadError, OSError):
                return
            if answers:
                api = apis.pop(struct.unpack_from(">i", frame)[0], -1)
            else:
                api, _, correlation = struct.unpack_from(">hhi", frame)
                apis[correlation] = api
            for rule in self.rules:
                if rule.meets(api, answer=answers):
                    if rule.cut:
                        return
                    await asyncio.sleep(rule.hold_s)
            writer.write(head + frame)
            try:
                await writer.drain()
            except OSError:
                return

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=2**26)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        async def end() -> None:
            self._server.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
