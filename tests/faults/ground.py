"""Where a campaign happens: a broker that can be struck, and a proxy for each seed that runs at once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker
from dev.cluster import Cluster
from dev.ports import free_ports
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.topic import VARIABLE, init_ledger
from tests.faults.proxy import Proxy

TOPIC_PARTITIONS = 3
LEDGER = "campaign-ledger"
FOR_EVER = {
    "retention.ms": "-1",
    "message.timestamp.after.max.ms": str(2**63 - 1),
}  # seeds are hours, from 2023 on: that of 7,000,000 is in 2822


class Ground:
    """A broker, and a proxy for each seed that runs at once. A context manager."""

    def __init__(self, home: Path, at_once: int) -> None:
        self.at_once = at_once
        port, *others = free_ports(1 + 2 * at_once)
        inner, outer = others[:at_once], others[at_once:]
        names = [f"PROXIED{number}" for number in range(at_once)]
        settings = {
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in ("BROKER", "CONTROLLER", *names)),
            "advertised.listeners": ",".join(
                f"{name}://127.0.0.1:{at}" for name, at in zip(["BROKER", *names], [port, *outer], strict=True)
            ),
            "broker.session.timeout.ms": "2000",  # a broker that was killed may come back after that
            "broker.heartbeat.interval.ms": "500",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
        }
        self.cluster = Cluster(home, port=port, heap_mb=512, short_lived=True, settings=settings)
        self.broker: Broker = self.cluster.brokers[0]
        own = self.broker.properties()["listeners"]
        self.broker.settings["listeners"] = ",".join([own, *(f"{name}://127.0.0.1:{at}" for name, at in zip(names, inner, strict=True))])
        self.proxies = [Proxy(out, in_) for out, in_ in zip(outer, inner, strict=True)]
        self._calm = threading.Condition()
        self._last_attempts = 0
        self._storm = False
        self._stack = ExitStack()

    def __enter__(self) -> Ground:
        # A broker dies with the thread that started it: this one lives as long as the campaign.
        self._keeper = self._stack.enter_context(ThreadPoolExecutor(1, "broker"))
        self._keeper.submit(self.cluster.start).result()
        self._stack.callback(lambda: self._keeper.submit(self.cluster.stop).result())
        for proxy in self.proxies:
            self._stack.enter_context(proxy)
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = LEDGER
        self._stack.callback(lambda: os.environ.pop(VARIABLE) if before is None else os.environ.update({VARIABLE: before}))
        init_ledger(self.admin())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def admin(self) -> Admin:
        """A client of ours for what is no judgement."""
        return Admin(Connection("campaign", {"bootstrap.servers": self.broker.bootstrap}))

    def make_topic(self, name: str) -> None:
        client = AdminClient({"bootstrap.servers": self.broker.bootstrap})
        client.create_topics([NewTopic(name, TOPIC_PARTITIONS, 1, config=FOR_EVER)])[name].result(timeout=60)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing happens to the broker in here: the last attempts have no faults."""
        with self._calm:
            self._calm.wait_for(lambda: not self._storm)
            self._last_attempts += 1
        try:
            yield
        finally:
            with self._calm:
                self._last_attempts -= 1
                self._calm.notify_all()

    def strike(self, what: str, seconds: float) -> Future[None]:
        """Does something to the broker, and has it back a moment later; after all last attempts that run by now."""
        return self._keeper.submit(self._strike, what, seconds)

    def _strike(self, what: str, seconds: float) -> None:
        with self._calm:
            self._storm = True
            self._calm.wait_for(lambda: not self._last_attempts)
        try:
            if what == "pause":
                self.broker.pause()
                time.sleep(0.5 + 3 * seconds)
                self.broker.resume()
            else:
                self.broker.kill() if what == "kill" else self.broker.stop()
                self.broker.start()
                self.broker.wait_ready(120)
        finally:
            with self._calm:
                self._storm = False
                self._calm.notify_all()
