"""The local stack's Kafka: it starts, is told apart, survives, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker, brokers_at
from dev.cluster import Cluster
from dev.console import Record, console_consumer
from dev.dump import dump_log
from dev.errors import DevError
from dev.perf import producer_perf
from dev.places import ROOT
from dev.ports import free_ports, is_free
from tests.conftest import MakeTopic, ReadTopic

pytestmark = pytest.mark.kafka


def make(*words: str, local: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Runs a command of dev as `make` does, with a .local and a port of its own."""
    environment = os.environ | {"SPRINGHEAD_LOCAL": str(local), "KAFKA_PORT": str(port), "PYTHONPATH": str(ROOT)}
    environment.pop("KAFKA_BOOTSTRAP", None)
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "local"
    make("dev.kafka", "stop", local=tmp_path / "local", port=1)


def test_the_console_consumer_returns_records_to_the_byte(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(partitions=3)
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce(topic, b"a\nb\x00\xff|,:", None, 0, timestamp=1000, headers=[("h", b"\xfe,1"), ("none", None), ("empty", b"")])
    producer.produce(topic, None, b"", 1, timestamp=2000)
    producer.produce(topic, "Nguyễn".encode(), b"k\n", 2, timestamp=3000)
    producer.produce(topic, b"", b"k", 2, timestamp=4000)
    assert producer.flush(30) == 0
    assert read_topic(topic) == [
        Record(0, 0, 1000, "CreateTime", None, b"a\nb\x00\xff|,:", (("h", b"\xfe,1"), ("none", None), ("empty", b""))),
        Record(1, 0, 2000, "CreateTime", b"", None),
        Record(2, 0, 3000, "CreateTime", b"k\n", "Nguyễn".encode()),
        Record(2, 1, 4000, "CreateTime", b"k", b""),
    ]
    assert [record.partition for record in read_topic(topic, partition=1)] == [1]
    assert len(read_topic(topic, n=2)) == 2


def test_the_console_consumer_leaves_out_what_was_aborted(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(partitions=1)
    # log_level 3: while the broker makes its transaction log for the first time, librdkafka warns and retries
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": topic, "log_level": 3})
    producer.init_transactions(60)
    for end, value in ((producer.commit_transaction, b"committed"), (producer.abort_transaction, b"aborted")):
        producer.begin_transaction()
        producer.produce(topic, value)
        producer.flush(30)
        end()
    assert [record.value for record in read_topic(topic)] == [b"committed"]
    assert [record.value for record in read_topic(topic, read_committed=False)] == [b"committed", b"aborted"]
    batches = dump_log((broker.log_dir / f"{topic}-0").glob("*.log"))
    assert [(batch.is_transactional, batch.is_control, batch.n_records, batch.is_valid) for batch in batches] == [
        (True, False, 1, True),
        (True, True, 1, True),
    ] * 2


def test_a_topic_that_is_not_there_is_a_clear_error_and_is_not_created(broker: Broker, admin: AdminClient) -> None:
    with pytest.raises(DevError, match="topic no-such-topic cannot be read: Broker: Unknown topic or partition"):
        console_consumer(broker.bootstrap, "no-such-topic")
    assert "no-such-topic" not in admin.list_topics(timeout=10).topics


def test_kafkas_load_generator_reports_its_figures(broker: Broker, make_topic: MakeTopic) -> None:
    result = producer_perf(broker.bootstrap, make_topic(partitions=1), 20_000, record_size=100, settings={"acks": "all"})
    assert result.n_records == 20_000
    assert result.records_per_s > 100
    with pytest.raises(DevError, match="kafka-producer-perf-test failed"):
        producer_perf(broker.bootstrap, make_topic(partitions=1), 1, settings={"acks": "some"})


def test_a_broker_comes_back_with_its_data_after_being_killed(own_broker: Broker) -> None:
    admin = AdminClient({"bootstrap.servers": own_broker.bootstrap, "log_level": 0})
    admin.create_topics([NewTopic("kept", 1, 1)])["kept"].result(timeout=30)
    producer = Producer({"bootstrap.servers": own_broker.bootstrap, "log_level": 0})
    producer.produce("kept", b"value")
    assert producer.flush(30) == 0
    own_broker.kill()
    assert own_broker.process() is None
    own_broker.start()
    own_broker.wait_ready()
    assert [record.value for record in console_consumer(own_broker.bootstrap, "kept")] == [b"value"]


def test_a_paused_broker_does_not_answer_and_stops_all_the_same(own_broker: Broker) -> None:
    own_broker.pause()
    assert not own_broker.is_ready()
    own_broker.resume()
    own_broker.wait_ready()
    own_broker.pause()
    own_broker.stop()
    assert own_broker.process() is None
    assert is_free(own_broker.node.port)


def test_three_nodes_form_one_cluster_and_go_on_without_one(three_brokers: Cluster) -> None:
    admin = AdminClient({"bootstrap.servers": three_brokers.bootstrap, "log_level": 0})
    admin.create_topics([NewTopic("replicated", 1, 3)])["replicated"].result(timeout=30)
    assert len(brokers_at(three_brokers.bootstrap, 5)) == 3
    three_brokers.brokers[2].kill()
    producer = Producer({"bootstrap.servers": three_brokers.bootstrap, "acks": "all", "log_level": 0})
    producer.produce("replicated", b"value")
    assert producer.flush(60) == 0
    rest = ",".join(broker.bootstrap for broker in three_brokers.brokers[:2])
    assert [record.value for record in console_consumer(rest, "replicated")] == [b"value"]


def test_a_broker_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from dev.cluster import Cluster\n"
        "cluster = Cluster(Path(sys.argv[1])).start(); print(cluster.brokers[0].process().pid, flush=True); input()"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        broker = psutil.Process(int(starter.stdout.readline()))
        starter.send_signal(signal.SIGKILL)
    assert psutil.wait_procs([broker], timeout=10)[1] == []


def test_make_kafka_is_safe_to_call_twice_and_its_stop_leaves_nothing(local: Path) -> None:
    (port,) = free_ports(1)
    first = make("dev.kafka", "start", local=local, port=port)
    assert first.returncode == 0, first.stderr
    assert f"127.0.0.1:{port}" in first.stdout
    assert "__springhead_ledger" in AdminClient({"bootstrap.servers": f"127.0.0.1:{port}"}).list_topics(timeout=30).topics
    state = (local / "kafka" / "broker.json").read_text()
    second = make("dev.kafka", "start", local=local, port=port)
    assert second.returncode == 0, second.stderr
    assert "runs already" in second.stdout
    assert (local / "kafka" / "broker.json").read_text() == state
    sourced = subprocess.run(["sh", "-c", f". {local}/env && echo $KAFKA_BOOTSTRAP"], capture_output=True, text=True, check=True)
    assert sourced.stdout.strip() == f"127.0.0.1:{port}"

    stopped = make("dev.kafka", "stop", local=local, port=port)
    assert stopped.returncode == 0, stopped.stderr
    assert is_free(port)
    assert not any(str(local) in word for process in psutil.process_iter(["cmdline"]) for word in process.info["cmdline"] or [])
    again = make("dev.kafka", "stop", local=local, port=port)
    assert (again.returncode, again.stdout.strip()) == (0, "Kafka does not run: nothing to stop")


def test_a_foreign_process_with_the_brokers_old_pid_is_left_alone(local: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (local / "kafka").mkdir(parents=True)
        created = psutil.Process(stranger.pid).create_time()
        for age in (0.0, 100.0):  # of the same start time, but another command; of another start time
            (local / "kafka" / "broker.json").write_text(f'{{"pid": {stranger.pid}, "created": {created - age}}}')
            assert make("dev.kafka", "stop", local=local, port=1).stdout.strip() == "Kafka does not run: nothing to stop"
            time.sleep(0.1)
            assert stranger.poll() is None
        stranger.terminate()


def test_consume_prints_partition_timestamp_and_key_or_says_what_is_missing(broker: Broker, make_topic: MakeTopic, local: Path) -> None:
    topic = make_topic(partitions=1)
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce(topic, "Nguyễn".encode(), b"key", timestamp=1000)
    assert producer.flush(30) == 0
    environment = os.environ | {
        "SPRINGHEAD_LOCAL": str(local),
        "KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOPIC": topic,
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen([sys.executable, "-m", "dev.consume"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as consumer:
        try:
            assert consumer.stdout is not None
            assert consumer.stdout.readline().split() == ["CreateTime:1000", "Partition:0", "key", "Nguyễn"]
            consumer.send_signal(signal.SIGINT)
            assert consumer.wait(20) == 130
        finally:
            consumer.kill()
    nobody = make("dev.consume", local=local, port=free_ports(1)[0])
    assert nobody.returncode == 1
    assert "TOPIC=" in nobody.stderr
