"""A Kafka cluster of one node or several, on free ports of the loopback interface unless told."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import TracebackType

from dev.broker import Broker, Node
from dev.ports import free_ports


class Cluster:
    """n nodes, each broker and controller; a context manager that starts them and leaves nothing behind but their data.

    Args:
        home: A directory; each node has its own below.
        n_nodes: 1, or 3 for a quorum that survives the loss of one.
        port: The first node's port; None: a free one.
        heap_mb: Each JVM's heap in MiB.
        settings: Broker settings that come on top.
        short_lived, jvm: As for `Broker`.
    """

    def __init__(
        self,
        home: Path,
        n_nodes: int = 1,
        *,
        port: int | None = None,
        heap_mb: int = 512,
        settings: dict[str, str] | None = None,
        short_lived: bool = False,
        jvm: tuple[str, ...] = (),
    ) -> None:
        ports = free_ports(2 * n_nodes)
        if port is not None:
            ports[0] = port
        nodes = [Node(i + 1, ports[i], ports[n_nodes + i]) for i in range(n_nodes)]
        self.home = home
        self.brokers = [
            Broker(node, nodes, home / f"node-{node.id}", heap_mb=heap_mb, settings=settings, short_lived=short_lived, jvm=jvm)
            for node in nodes
        ]

    @property
    def bootstrap(self) -> str:
        """The bootstrap.servers of all nodes."""
        return ",".join(broker.bootstrap for broker in self.brokers)

    def start(self, *, background: bool = False) -> Cluster:
        """Starts all nodes and returns when every one sees every other; a failure stops those that came up."""
        try:
            for broker in self.brokers:
                broker.start(background=background)
            for broker in self.brokers:
                broker.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stops all nodes, the last one first."""
        for broker in reversed(self.brokers):
            # a broker that lost the quorum cannot leave in good order: do not wait long for it
            broker.stop(patience=15.0 if broker is self.brokers[-1] else 5.0)

    def remove(self) -> None:
        """Stops all nodes and deletes their data."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Cluster:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
