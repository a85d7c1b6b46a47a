"""Kafka's own log dump (kafka-dump-log) as a function: what is on the broker's disk, control records and producer ids included."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dev.broker import java_command
from dev.errors import DevError


@dataclass(frozen=True, slots=True)
class LoggedBatch:
    """One record batch of a log segment."""

    partition: str  # the directory's name: TOPIC-PARTITION
    base_offset: int
    last_offset: int
    n_records: int
    producer_id: int  # -1: neither idempotent nor transactional
    producer_epoch: int
    base_sequence: int
    is_transactional: bool
    is_control: bool  # a commit or abort marker
    compression: str
    size_bytes: int
    is_valid: bool  # its checksum


def dump_log(segments: Iterable[Path]) -> list[LoggedBatch]:
    """Returns the record batches of log segments (`Broker.log_dir / "TOPIC-PARTITION" / "*.log"`), one JVM for all of them.

    Raises:
        DevError: Kafka's tool fails.
    """
    files = ",".join(str(segment) for segment in segments)
    if not files:
        return []
    answer = subprocess.run(java_command("org.apache.kafka.tools.DumpLogSegments", "--files", files), capture_output=True, text=True)
    if answer.returncode:
        raise DevError(f"kafka-dump-log failed:\n{(answer.stderr or answer.stdout).strip()}")
    return parse_dump(answer.stdout)


def parse_dump(text: str) -> list[LoggedBatch]:
    """Reads kafka-dump-log's output; its lines are `name: value` pairs."""
    batches: list[LoggedBatch] = []
    partition = ""
    for line in text.splitlines():
        if line.startswith("Dumping "):
            partition = Path(line.removeprefix("Dumping ")).parent.name
        if not line.startswith("baseOffset:"):
            continue
        pairs = dict(re.findall(r"(\w+): (\S+)", line))
        batches.append(
            LoggedBatch(
                partition=partition,
                base_offset=int(pairs["baseOffset"]),
                last_offset=int(pairs["lastOffset"]),
                n_records=int(pairs["count"]),
                producer_id=int(pairs["producerId"]),
                producer_epoch=int(pairs["producerEpoch"]),
                base_sequence=int(pairs["baseSequence"]),
                is_transactional=pairs["isTransactional"] == "true",
                is_control=pairs["isControl"] == "true",
                compression=pairs["compresscodec"],
                size_bytes=int(pairs["size"]),
                is_valid=pairs["isvalid"] == "true",
            )
        )
    return batches
