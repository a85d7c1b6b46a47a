"""`make kafka` and `make kafka-stop`: one broker in the background, its data in .local/kafka."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from dev.airflow import Airflow, local_airflow
from dev.broker import Broker, Node, brokers_at
from dev.errors import DevError, exit_with
from dev.jars import class_path
from dev.java import find_java
from dev.ledger import create_ledger
from dev.places import ENV_FILE, KAFKA_HOME, LOCAL, ROOT
from dev.ports import free_ports, port_from, require_free
from dev.settings import read_settings
from dev.steps import Steps

DEFAULT_PORT = 9092
_NODE_FILE = KAFKA_HOME / "ports"


def running_broker() -> Broker | None:
    """Returns the broker of `make kafka` while it runs."""
    try:
        port, controller_port = map(int, _NODE_FILE.read_text().split())
    except (OSError, ValueError):
        return None
    broker = local_broker(port, controller_port)
    return broker if broker.process() else None


def local_broker(port: int, controller_port: int, home: Path = KAFKA_HOME) -> Broker:
    """Returns the local stack's broker, not started."""
    node = Node(1, port, controller_port)
    return Broker(node, [node], home)


def prepare_broker() -> Broker:
    """Returns the local stack's broker on KAFKA_PORT, not started, once that port is known to be free.

    Raises:
        PortInUseError: another program listens there.
    """
    port = port_from("KAFKA_PORT", DEFAULT_PORT)
    require_free(port, "Kafka", "KAFKA_PORT")
    (controller_port,) = free_ports(1)
    KAFKA_HOME.mkdir(parents=True, exist_ok=True)
    _NODE_FILE.write_text(f"{port} {controller_port}\n")
    return local_broker(port, controller_port)


def write_env(bootstrap: str, airflow: Airflow | None = None, *, airflow_has_connections: bool = False) -> None:
    """Writes .local/env for other shells: after `source .local/env`, Kafka's tools, `airflow` and `springhead` are found and find this stack.

    Args:
        bootstrap: where the cluster is.
        airflow: the one that is meant; None: that of `make run`.
        airflow_has_connections: the connections are asked of Airflow then, where they may have been edited; else they stand in the file.
    """
    airflow = airflow or local_airflow()
    variables = {
        "KAFKA_BOOTSTRAP": bootstrap,
        "KAFKA_CLASSPATH": class_path(),
        "JAVA": str(find_java()),
        "AIRFLOW_API_URL": airflow.url,
        **airflow.settings(),
        **({} if airflow_has_connections else read_settings().with_bootstrap(bootstrap).environment()),
    }
    LOCAL.mkdir(parents=True, exist_ok=True)
    part = ENV_FILE.with_suffix(".part")
    part.touch(mode=0o600)  # Airflow's keys are in it
    programs = f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"\n'
    part.write_text(programs + "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()))
    part.replace(ENV_FILE)


def bootstrap_of_env() -> str | None:
    """Returns KAFKA_BOOTSTRAP from the environment, else the running `make kafka`'s, else .local/env's; None: nobody named one."""
    if named := os.environ.get("KAFKA_BOOTSTRAP"):
        return named
    if broker := running_broker():
        return broker.bootstrap
    try:
        words = shlex.split(ENV_FILE.read_text())
    except OSError:
        return None
    return next((word.partition("=")[2] for word in words if word.startswith("KAFKA_BOOTSTRAP=")), None)


def start() -> int:
    """Starts the broker in the background, or says that it runs already."""
    if broker := running_broker():
        asked = port_from("KAFKA_PORT", broker.node.port)
        if asked != broker.node.port:
            raise DevError(f"Kafka runs already, on port {broker.node.port}. To move it to {asked}: make kafka-stop, then again")
        broker.wait_ready()
        create_ledger(broker.bootstrap)
        write_env(broker.bootstrap)
        print(f"Kafka runs already: {broker.bootstrap}")
        return 0
    broker = prepare_broker()
    with Steps() as steps:
        with steps.step("Kafka's jars") as step:
            class_path(step.count)
        with steps.step("Kafka's broker"):
            broker.start(background=True)
            try:
                broker.wait_ready()
                create_ledger(broker.bootstrap)
            except BaseException:
                broker.stop()
                raise
    write_env(broker.bootstrap)
    env = ENV_FILE.relative_to(ROOT) if ENV_FILE.is_relative_to(ROOT) else ENV_FILE
    print(f"Kafka is ready: {broker.bootstrap} (log: {broker.log}; for another shell: source {env}; end it: make kafka-stop)")
    return 0


def stop() -> int:
    """Stops the background broker cleanly; its data stay."""
    broker = running_broker()
    if broker is None:
        print("Kafka does not run: nothing to stop")
        return 0
    broker.stop()
    print("Kafka stopped")
    return 0


def require_reachable(bootstrap: str) -> None:
    """Raises DevError when no broker answers there within 10 seconds."""
    if not brokers_at(bootstrap, timeout=10):
        raise DevError(f"no Kafka broker answers at {bootstrap} (KAFKA_BOOTSTRAP names another; `make kafka` starts one)")


if __name__ == "__main__":
    exit_with({"start": start, "stop": stop}[sys.argv[1]])
