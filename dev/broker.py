"""One Kafka node in KRaft mode, run from its jars: format, start, ready, stop; and kill, pause, resume for fault tests."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from dev.archive import sharing
from dev.errors import DevError, last_lines
from dev.jars import class_path
from dev.java import find_java
from dev.leash import leashed
from dev.ports import HOST
from dev.processes import Identity, end

# For what lives for seconds or minutes: the quick compiler and the simplest collector. A tool takes 0.7 s instead of 1.2 s; a broker takes a third less CPU time to start.
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
CLUSTER_ID = "U3ByaW5naGVhZC0tbG9jYQ"  # any 16 bytes in base64; the data directory is ours alone


@dataclass(frozen=True, slots=True)
class Node:
    """Where a node stands: id from 1, ports on the loopback interface."""

    id: int
    port: int
    controller_port: int


def java_command(main: str, *args: str, jvm: tuple[str, ...] = SHORT_LIVED, log_level: str = "error") -> list[str]:
    """Returns the command line of a Java program of Kafka; it logs to stderr."""
    logging = (f"-Dorg.slf4j.simpleLogger.defaultLogLevel={log_level}", "-Dorg.slf4j.simpleLogger.showDateTime=true")
    dated = "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS"
    return [str(find_java()), *sharing(), *jvm, *logging, dated, "-Djava.awt.headless=true", "-cp", class_path(), main, *args]


def _stands_still(pid: int) -> bool:
    """Whether all threads of a process are stopped. Linux only."""
    try:
        states = [(thread / "stat").read_text().rpartition(")")[2].split()[0] for thread in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:  # a thread, or the process, has ended meanwhile
        return not Path(f"/proc/{pid}").exists()
    return all(state in "TtZX" for state in states)


class Broker:
    """One node (broker and controller in one process) with its data directory.

    Args:
        node: Its id and ports.
        nodes: All nodes of the cluster, this one among them.
        home: Its data, settings and log; what is there already is used again.
        heap_mb: The JVM's heap in MiB.
        settings: Broker settings that come on top.
        short_lived: It is for a test: its JVM starts fast, and is slower after minutes.
        jvm: More of the JVM's own options.
    """

    def __init__(
        self,
        node: Node,
        nodes: list[Node],
        home: Path,
        *,
        heap_mb: int = 512,
        settings: dict[str, str] | None = None,
        short_lived: bool = False,
        jvm: tuple[str, ...] = (),
    ) -> None:
        self.node, self.nodes, self.home, self.heap_mb = node, nodes, home.absolute(), heap_mb
        self.settings = settings or {}
        # else the collector as in kafka-run-class.sh
        collector = SHORT_LIVED if short_lived else ("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35")
        self._jvm = (*collector, *jvm)
        self.log = self.home / "broker.log"
        self._state = self.home / "broker.json"

    @property
    def bootstrap(self) -> str:
        """host:port for clients."""
        return f"{HOST}:{self.node.port}"

    @property
    def log_dir(self) -> Path:
        """Where the topics' segments are (`TOPIC-PARTITION/*.log`), for dev.dump."""
        return self.home / "data"

    def process(self) -> psutil.Process | None:
        """Returns the running JVM, None when there is none; a foreign process of the same pid is never taken for it."""
        try:
            identity = Identity(**json.loads(self._state.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return identity.process(command=str(self.home))

    def properties(self) -> dict[str, str]:
        """Returns the content of server.properties."""
        n = len(self.nodes)
        replication, in_sync = str(min(3, n)), str(max(1, min(3, n) - 1))
        settings = {
            "process.roles": "broker,controller",
            "node.id": str(self.node.id),
            "controller.quorum.voters": ",".join(f"{node.id}@{HOST}:{node.controller_port}" for node in self.nodes),
            "listeners": f"BROKER://{HOST}:{self.node.port},CONTROLLER://{HOST}:{self.node.controller_port}",
            "advertised.listeners": f"BROKER://{self.bootstrap}",
            "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "BROKER",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.log_dir),
            "auto.create.topics.enable": "false",  # a topic springs from a stream's topic_config, or its absence is an error
            "group.initial.rebalance.delay.ms": "0",
            "default.replication.factor": replication,
            "min.insync.replicas": in_sync,
        }
        for topic in ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic"):
            settings[f"{topic}.replication.factor"] = replication
            settings[f"{topic}.num.partitions"] = "5"  # 50 are made for clusters; each costs files and start-up time
        if n == 1:  # for nobody who follows: a record of nothing each half second is a third of what an idle broker does
            settings["metadata.max.idle.interval.ms"] = "10000"
        settings["transaction.state.log.min.isr"] = settings["share.coordinator.state.topic.min.isr"] = in_sync
        return settings | self.settings

    def format(self) -> None:
        """Writes server.properties and, the first time, the storage's metadata.

        Raises:
            DevError: Kafka's StorageTool refuses.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        file = self.home / "server.properties"
        file.write_text("".join(f"{key}={value}\n" for key, value in self.properties().items()))
        if (self.log_dir / "meta.properties").exists():
            return
        answer = subprocess.run(
            java_command("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(file)), capture_output=True, text=True
        )
        if answer.returncode:
            raise DevError(f"cannot format Kafka's storage in {self.log_dir}:\n{(answer.stderr or answer.stdout).strip()}")

    def start(self, *, background: bool = False) -> None:
        """Starts the JVM and returns at once (see `wait_ready`).

        Args:
            background: It outlives this process and its terminal. Otherwise it dies with the *thread* that called (Linux), however
                that ends: start it from the main thread.
        """
        self.format()
        heap = (f"-Xms{min(256, self.heap_mb)}m", f"-Xmx{self.heap_mb}m")
        command = java_command("kafka.Kafka", str(self.home / "server.properties"), jvm=(*heap, *self._jvm), log_level="info")
        if not background:
            command = leashed(*command)
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self.home)
        self._state.write_text(json.dumps(asdict(Identity.of(process.pid))))
        self._popen = process  # so that its end is noticed (and no zombie stays)

    def is_ready(self, timeout: float = 1.0) -> bool:
        """Tells whether the node answers clients and sees as many brokers as the cluster has."""
        return len(brokers_at(self.bootstrap, timeout)) == len(self.nodes)

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Returns when clients are answered.

        Raises:
            DevError: the JVM ended or the time is over; with the log's last lines.
        """
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if self.process() is None:
                raise DevError(f"Kafka's broker {self.node.id} ended while starting. The end of {self.log}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise DevError(
                    f"Kafka's broker {self.node.id} is not ready after {timeout:.0f} s. The end of {self.log}:\n{self.log_tail()}"
                )
            time.sleep(0.1)

    def log_tail(self, lines: int = 15) -> str:
        """Returns the last lines of the broker's log."""
        try:
            return last_lines(self.log.read_text(errors="replace"), lines)
        except OSError:
            return "(no log)"

    def stop(self, patience: float = 15.0) -> None:
        """Stops cleanly (SIGTERM), or after `patience` seconds anyhow (SIGKILL). Nothing happens when it does not run."""
        if process := self.process():
            end([process], patience)
        self._forget()

    def kill(self) -> None:
        """Ends the JVM at once (SIGKILL), as a power failure would; `start` brings it back with its data."""
        if process := self.process():
            process.kill()
            psutil.wait_procs([process], timeout=10)
        self._forget()

    def pause(self) -> None:
        """Freezes the JVM (SIGSTOP): its sockets stay open, nobody answers. Returns when every thread of it stands still."""
        self._signal(signal.SIGSTOP)
        process = self.process()
        while process is not None and process.is_running() and not _stands_still(process.pid):
            time.sleep(0.002)

    def resume(self) -> None:
        """Wakes the JVM that `pause` froze (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        process = self.process()
        if process is None:
            raise DevError(f"Kafka's broker {self.node.id} does not run")
        process.send_signal(number)

    def _forget(self) -> None:
        if popen := getattr(self, "_popen", None):
            with contextlib.suppress(subprocess.TimeoutExpired):
                popen.wait(timeout=5)
        self._state.unlink(missing_ok=True)


def brokers_at(bootstrap: str, timeout: float = 1.0) -> list[str]:
    """Returns the addresses of the brokers that a cluster names; empty when nobody answers in `timeout` seconds."""
    # librdkafka would write a line for each refused connection while the JVM starts
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, "error_cb": _ignore})  # type: ignore[dict-item]  # its stubs know no callbacks
    try:
        metadata = client.list_topics(timeout=timeout)
    except KafkaException:
        return []
    return [f"{broker.host}:{broker.port}" for broker in metadata.brokers.values()]


def _ignore(error: object) -> None:
    """Drops an event: the caller sees the failure by itself."""
