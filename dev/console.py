"""Kafka's own console consumer as a function: an independent judge of what is in a topic, to the byte."""

from __future__ import annotations

import os
import secrets
import selectors
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from dev.broker import SHORT_LIVED, java_command
from dev.errors import DevError

MAIN = "org.apache.kafka.tools.consumer.ConsoleConsumer"
_STARVED = 3  # runs, where nothing was read though there is something
FIRST_S = 8.0  # the group's first rebalance on a busy machine; only a topic without one visible record makes us wait so long
NEW_S = 5.0  # within which every broker knows a topic that was made a moment ago, on a busy machine
PATIENCE_S = 20.0  # brokers that do not answer, or a partition between two leaders, are asked again for so long
TRANSIENT = (
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.OFFSET_NOT_AVAILABLE,  # a new leader does not know yet how far its followers are
    KafkaError._UNKNOWN_PARTITION,  # of a topic whose leaders this client does not know yet: its broker has just come back
    KafkaError._TRANSPORT,
    KafkaError._TIMED_OUT,
)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as Kafka's console consumer prints it, each byte as it is in the topic."""

    partition: int
    offset: int
    timestamp_ms: int
    timestamp_type: str  # CreateTime or LogAppendTime
    key: bytes | None
    value: bytes | None  # None: a tombstone
    headers: tuple[tuple[str, bytes | None], ...] = ()


def console_consumer(
    bootstrap: str,
    topic: str,
    *,
    n: int | None = None,
    partition: int | None = None,
    offset: int = 0,
    read_committed: bool = True,
    quiet_s: float = 3.0,
    timeout_s: float = 120.0,
) -> list[Record]:
    """Returns a topic's records from its beginning, in partition and offset order.

    One call costs a JVM's start (1–2 s): read everything at once. It ends when the last offset of every partition was seen, when n
    records came, or `quiet_s` after the last record (the last offsets of a transactional topic are markers that nobody sees).

    Args:
        bootstrap: bootstrap.servers.
        topic: The topic's name.
        n: Stop after so many records; which ones come first is chance when there are several partitions.
        partition: Only this one.
        offset: Where to begin, with `partition`.
        read_committed: Leave out what was aborted, and wait behind open transactions.
        quiet_s: Silence after which nothing more is expected.
        timeout_s: For the whole call.

    Raises:
        DevError: no such topic, no such broker, or not done in time.
    """
    ends = end_offsets(bootstrap, topic)
    if partition is not None:
        ends = {partition: ends.get(partition, 0)}
    missing = {number: last - 1 for number, last in ends.items() if last > offset}
    if not missing or n == 0:
        return []
    for _ in range(_STARVED):
        records = _read(bootstrap, topic, dict(missing), n, partition, offset, read_committed, quiet_s, timeout_s)
        # Starved of its core it ends before it has joined its group, and a full topic looks empty: whether anything can be seen is looked up.
        if records or not _is_visible(bootstrap, topic, dict.fromkeys(missing, offset), read_committed):
            break
    return sorted(records, key=lambda record: (record.partition, record.offset))


def _read(
    bootstrap: str,
    topic: str,
    missing: dict[int, int],
    n: int | None,
    partition: int | None,
    offset: int,
    read_committed: bool,
    quiet_s: float,
    timeout_s: float,
) -> list[Record]:
    """One run of the console consumer; `missing` has the last offset of each partition."""
    mark = f"<{secrets.token_hex(8)}>"  # cannot stand in a record: separators need no escapes then
    formats = {f"print.{name}": "true" for name in ("partition", "offset", "timestamp", "headers", "key", "value")}
    formats |= {"key.separator": f"{mark}|", "line.separator": f"{mark}\n", "headers.separator": f"{mark},", "null.literal": f"{mark}null"}
    args = [
        "--bootstrap-server",
        bootstrap,
        "--topic",
        topic,
        "--isolation-level",
        "read_committed" if read_committed else "read_uncommitted",
    ]
    args += ["--partition", str(partition), "--offset", str(offset)] if partition is not None else ["--from-beginning"]
    args += [word for key, value in formats.items() for word in ("--formatter-property", f"{key}={value}")]
    # Eight seconds are too few where many processes wait for each core: it ended before it had joined its group, and a full topic looked empty.
    crowd = max(1.0, os.getloadavg()[0] / (4 * (os.cpu_count() or 1)))
    args += ["--timeout-ms", str(int(1000 * max(FIRST_S * crowd, quiet_s)))]
    args += ["--command-property", "auto.offset.reset=earliest", "--command-property", "enable.auto.commit=false"]
    records: list[Record] = []
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(java_command(MAIN, *args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        try:
            assert process.stdout is not None
            deadline = time.monotonic() + timeout_s
            for line in _lines(process.stdout, f"{mark}\n".encode(), quiet_s, deadline):
                record = _parse(line, mark.encode())
                records.append(record)
                if record.offset >= missing.get(record.partition, record.offset + 1):
                    del missing[record.partition]
                if not missing or len(records) == n:
                    break
            else:
                if time.monotonic() >= deadline:
                    raise DevError(f"the console consumer was not done with {topic} after {timeout_s:.0f} s ({len(records)} records read)")
                if process.poll():
                    errors.seek(0)
                    raise DevError(f"the console consumer failed on {topic}:\n{errors.read().decode(errors='replace').strip()}")
        finally:
            process.kill()  # it commits nothing and keeps nothing: no need to leave its group in good order
            process.wait()
            if process.stdout:
                process.stdout.close()
    return records


def _is_visible(bootstrap: str, topic: str, begins: dict[int, int], read_committed: bool) -> bool:
    """Whether there is a record for a reader, from these offsets on."""
    level = "read_committed" if read_committed else "read_uncommitted"
    settings = {
        "bootstrap.servers": bootstrap,
        "group.id": "springhead-dev",
        "isolation.level": level,
        "enable.partition.eof": True,
        "log_level": 0,
    }
    consumer = Consumer({**settings, "error_cb": lambda _: None})
    try:
        consumer.assign([TopicPartition(topic, number, begin) for number, begin in begins.items()])
        ended: set[int | None] = set()
        deadline = time.monotonic() + PATIENCE_S
        while len(ended) < len(begins) and time.monotonic() < deadline:
            message = consumer.poll(0.5)
            if message is None:
                continue
            if (error := message.error()) is None:
                return True
            if error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
        return False
    finally:
        consumer.close()


def end_offsets(bootstrap: str, topic: str) -> dict[int, int]:
    """Returns the next offset of each partition of a topic (its high watermark).

    Not the last stable offset: it stands still while a transaction is open, and for a moment after a commit was answered, until its markers are written.

    Raises:
        DevError: no such topic or no answer.
    """
    settings = {"bootstrap.servers": bootstrap, "group.id": "springhead-dev", "isolation.level": "read_uncommitted", "log_level": 0}
    consumer = Consumer({**settings, "error_cb": lambda _: None})
    deadline, known_by = time.monotonic() + PATIENCE_S, time.monotonic() + NEW_S
    try:
        while True:
            try:
                partitions = consumer.list_topics(topic, timeout=10).topics[topic]
                if partitions.error is not None:
                    raise KafkaException(partitions.error)
                return {
                    number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)[1] for number in partitions.partitions
                }
            except KafkaException as error:  # brokers that have just started or lost one of theirs lead their partitions a moment later
                code = error.args[0]
                unknown = code.code() == KafkaError.UNKNOWN_TOPIC_OR_PART
                if unknown and time.monotonic() > known_by:
                    raise DevError(f"topic {topic} cannot be read: {code.str()}") from None
                if (not unknown and code.code() not in TRANSIENT) or time.monotonic() > deadline:
                    raise DevError(f"no Kafka broker answers at {bootstrap}: {code.str()}") from None
            time.sleep(0.1)
    finally:
        consumer.close()


def _lines(stream: IO[bytes], end: bytes, quiet_s: float, deadline: float) -> Iterator[bytes]:
    """Yields what stands between the ends, until the stream closes, nothing comes for `quiet_s` after the first, or the deadline."""
    rest, patience = b"", float("inf")  # the consumer itself gives up when there is no first record
    os.set_blocking(stream.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while (left := min(patience, deadline - time.monotonic())) > 0 and selector.select(left):
            data = stream.read(1 << 20)
            if not data:
                return
            *lines, rest = (rest + data).split(end)
            if lines:
                patience = quiet_s
            yield from lines


def _parse(line: bytes, mark: bytes) -> Record:
    """Reads `CreateTime:T|Partition:P|Offset:O|headers|key|value` (Kafka's DefaultMessageFormatter, with our marks as separators)."""
    time_, partition, offset, headers, key, value = line.split(mark + b"|")
    kind, _, ms = time_.decode().partition(":")
    null = mark + b"null"

    def whole(data: bytes) -> bytes | None:
        return None if data == null else data

    pairs = [] if headers == b"NO_HEADERS" else [pair.partition(b":") for pair in headers.split(mark + b",")]
    return Record(
        partition=int(partition.removeprefix(b"Partition:")),
        offset=int(offset.removeprefix(b"Offset:")),
        timestamp_ms=int(ms or -1),
        timestamp_type=kind,
        key=whole(key),
        value=whole(value),
        headers=tuple((name.decode(), whole(data)) for name, _, data in pairs),
    )


def print_topic(bootstrap: str, topic: str) -> int:
    """Runs the console consumer on the terminal from the topic's beginning until Ctrl-C; returns its exit code."""
    formats = [f"print.{name}=true" for name in ("partition", "timestamp", "key")]
    args = ["--bootstrap-server", bootstrap, "--topic", topic, "--from-beginning", "--isolation-level", "read_committed"]
    args += [word for value in formats for word in ("--formatter-property", value)]
    return subprocess.call(java_command(MAIN, *args, jvm=(*SHORT_LIVED, "-Dfile.encoding=UTF-8")))
