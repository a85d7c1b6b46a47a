"""The Makefile's targets as a user types them: what they print, and that they leave nothing running."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.broker import Broker
from dev.places import ROOT
from tests.stack.shell import PATIENCE_S, Shell, one_stream


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path / "local")
    yield shell
    if shell.left():
        shell.make("kafka-stop")


@pytest.fixture
def shell_of_one_stream(shell: Shell, tmp_path: Path) -> Shell:
    """For what does not depend on the streams and DAGs that are shipped."""
    shell.environment |= one_stream(tmp_path / "project")
    return shell


def until_it_prints(process: subprocess.Popen[str], pattern: str) -> str:
    """The output so far, once a line holds the pattern."""
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if re.search(pattern, line):
            return seen
    raise AssertionError(f"it ended before {pattern!r}:\n{seen}")


def test_make_run_once_shows_records_and_receipt_and_leaves_nothing(shell: Shell) -> None:
    code, output = shell.make("run", "ONCE=1")
    assert code == 0, output
    assert len(re.findall(r"^  partition \d  timestamp 20\S+Z  key null  value \{\"name\":\".+\",\"year\":\"\d{4}\"\}$", output, re.M)) == 3
    assert "  acked: 100" in output
    assert re.search(r"Airflow  http://127\.0\.0\.1:\d+    login admin, password admin", output)
    assert shell.left() == []


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("compiled kernels", "ctrl-c"),
        ("compiled kernels", "sigterm"),
        ("compiled kernels", "sigkill"),
        ("one run of the DAG", "sigterm"),
        ("one run of the DAG", "sigkill"),
    ],
)
def test_however_make_run_ends_nothing_is_left(shell_of_one_stream: Shell, moment: str, end: str) -> None:
    shell = shell_of_one_stream
    process = shell.start("run")
    until_it_prints(process, moment)
    if end == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGTERM if end == "sigterm" else signal.SIGKILL)
    process.communicate(timeout=60)
    shell.wait_until_nothing_is_left()


def readme_commands() -> list[str]:
    """The commands of `springhead` and `airflow` that the README tells to type, in its order: lines of their own, and those in the text."""
    lines = (ROOT / "README.md").read_text().splitlines()
    typed = [line.partition("  #")[0].strip() for line in lines if re.match(r" {4,}(springhead|airflow) ", line)]
    in_the_text = [code for line in lines for code in re.findall(r"`((?:springhead|airflow) [a-z]+ [^`…]+)`", line)]
    return list(dict.fromkeys([*typed, *in_the_text]))


def test_every_command_of_the_readme_works_in_a_fresh_shell_beside_make_run_which_ctrl_c_ends(tmp_path: Path) -> None:
    project = tmp_path / "project"
    streams = project / "include/streams"
    shutil.copytree(ROOT / "include/streams", streams)
    (yaml,) = re.findall(r"```yaml\n( +# yaml-language-server.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (streams / "orders.yaml").write_text(re.sub(r"^   ", "", yaml, flags=re.MULTILINE))
    commands = readme_commands()
    assert {command.split()[1] for command in commands} >= {
        "preview",
        "explain",
        "ledger",
        "verify",
        "validate",
        "publish",
        "dags",
        "backfill",
    }

    shell = Shell(project / ".local")
    shell.environment |= {"SPRINGHEAD_STREAMS": str(streams)}
    process = shell.start("run")
    try:
        until_it_prints(process, "Ctrl-C ends it all")
        for command in commands:
            run_in_a_fresh_shell(command, project, streams)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    shell.wait_until_nothing_is_left()


def run_in_a_fresh_shell(command: str, project: Path, streams: Path) -> None:
    """Runs a command as a user would who has just opened a terminal; what a scheduled run has yet to publish is waited for."""
    fresh = {"HOME": os.environ["HOME"], "PATH": os.defpath, "SPRINGHEAD_STREAMS": str(streams)}
    deadline = time.monotonic() + PATIENCE_S
    while True:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-c", f"source .local/env && {command}"],
            cwd=project,
            env=fresh,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        if done.returncode == 0:
            return
        waiting = command.startswith("springhead verify") and "has no entry of" in done.stderr
        if not waiting or time.monotonic() > deadline:
            pytest.fail(f"{command}: {done.stdout}{done.stderr}")
        time.sleep(1)


def test_make_run_in_a_used_port_names_the_port_and_the_variable(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", shell.kafka_port)):
        code, output = shell.make("run", "ONCE=1")
    assert code != 0
    assert (
        f"error: port {shell.kafka_port}, where Kafka should listen, is in use by another program. "
        f"Choose another one: make … KAFKA_PORT={shell.kafka_port + 1}" in output
    )
    assert shell.left() == []


def test_make_kafka_twice_is_one_broker_which_make_run_uses_and_make_kafka_stop_ends(shell_of_one_stream: Shell) -> None:
    shell = shell_of_one_stream
    code, output = shell.make("kafka")
    assert code == 0, output
    assert f"Kafka is ready: 127.0.0.1:{shell.kafka_port}" in output
    again = shell.make("kafka")
    assert again == (0, f"Kafka runs already: 127.0.0.1:{shell.kafka_port}\n")
    variables = dict(word.split("=", 1) for word in shlex.split((shell.folder / "env").read_text()) if "=" in word)
    assert variables["KAFKA_BOOTSTRAP"] == f"127.0.0.1:{shell.kafka_port}"
    assert {"KAFKA_CLASSPATH", "JAVA", "AIRFLOW_HOME", "AIRFLOW_API_URL"} <= variables.keys()

    code, output = shell.make("run", "ONCE=1")
    assert code == 0, output
    assert "Kafka runs already" in output
    assert any("kafka.Kafka" in line for line in shell.left()), "make run ended a broker that it did not start"

    consumer = shell.start("consume", "TOPIC=second_topic")
    line = until_it_prints(consumer, "CreateTime").splitlines()[-1]
    assert re.fullmatch(r'CreateTime:\d{13}\tPartition:\d\tnull\t\{"name":".+","(year|add)":".+"\}', line), line
    os.killpg(consumer.pid, signal.SIGINT)
    consumer.communicate(timeout=30)

    assert shell.make("kafka-stop") == (0, "Kafka stopped\n")
    assert shell.left() == []
    assert shell.make("kafka-stop") == (0, "Kafka does not run: nothing to stop\n")


def test_make_run_uses_the_cluster_that_kafka_bootstrap_names(shell_of_one_stream: Shell, broker: Broker) -> None:
    shell = shell_of_one_stream
    code, output = shell.make("run", "ONCE=1", f"KAFKA_BOOTSTRAP={broker.bootstrap}")
    assert code == 0, output
    assert f"Kafka runs already at {broker.bootstrap}" in output
    assert "  acked: 100" in output
    assert shell.left() == []


def test_make_run_with_a_cluster_that_is_not_there_says_so(shell: Shell) -> None:
    code, output = shell.make("run", "ONCE=1", f"KAFKA_BOOTSTRAP=127.0.0.1:{shell.kafka_port}")
    assert code != 0
    assert f"error: no Kafka broker answers at 127.0.0.1:{shell.kafka_port}" in output


def test_make_cluster_that_cannot_come_up_says_why_and_leaves_nothing(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", shell.airflow_port)):
        code, output = shell.make("cluster")
    assert code != 0
    assert output.splitlines()[:2] == [
        f"error: port {shell.airflow_port}, where Airflow should listen, is in use by another program. "
        f"Choose another one: make … AIRFLOW_PORT={shell.airflow_port + 1}",
        f"error: the cluster did not come up: {shell.folder}/cluster/cluster.log has what is above",
    ]
    assert shell.left() == []
    assert shell.make("cluster-stop") == (0, "the cluster does not run: nothing to stop\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("WORKERS=none", "error: WORKERS=none is no number from 1 to 20"),
        ("CONCURRENCY=0", "error: CONCURRENCY=0 is no number from 1 to 64"),
    ],
)
def test_make_cluster_with_a_number_that_is_none_says_so(shell: Shell, words: str, error: str) -> None:
    code, output = shell.make("cluster", words)
    assert code != 0
    assert error in output.splitlines()


def test_make_cluster_that_is_given_up_while_it_starts_leaves_nothing(shell: Shell) -> None:
    process = shell.start("cluster")
    until_it_prints(process, "PostgreSQL and Redis")
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode != 0
    shell.wait_until_nothing_is_left()


def test_make_consume_of_a_topic_that_is_not_there_says_so(shell: Shell) -> None:
    code, output = shell.make("consume", "TOPIC=nothing")
    assert code != 0
    assert "no Kafka: start one with `make kafka` or `make run`" in output


def test_make_alone_prints_its_targets(shell: Shell) -> None:
    code, output = shell.make()
    assert code == 0
    assert all(f"make {target} " in output for target in ("run", "test", "kafka", "kafka-stop", "consume", "test-unit", "clean"))
