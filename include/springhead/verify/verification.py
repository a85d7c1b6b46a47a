"""The verification: what was read back of a batch, in numbers, with the first of the records that are not as they should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from springhead.records.engine import engine
from springhead.wording import batch_name, block

SHOWN = 10  # findings of each kind


@dataclass(frozen=True, slots=True)
class Finding:
    """One record that is not as it should be.

    Attributes:
        kind: missing, changed or doubled.
        record: its position in the batch.
        partition, time: where and when it should be; time is its timestamp in ISO 8601.
        what: where it is and what differs, in words.
    """

    kind: str
    record: int
    partition: int
    time: str
    what: str

    def __str__(self) -> str:
        return f"record {self.record} (partition {self.partition}, {self.time}): {self.what}"


@dataclass(frozen=True, slots=True)
class OffsetRange:
    """What was read of a partition: the offsets first_offset … end_offset − 1."""

    first_offset: int
    end_offset: int


@dataclass(frozen=True, slots=True)
class Verification:
    """A batch as its topic has it.

    Attributes:
        stream, variant, topic, connection: names; variant None is the stream itself.
        interval: "START/END" in UTC.
        run_id: of a manual run's new data; None: the interval's own batch.
        batch: the name of a batch beside the stream's own; None: the stream's own.
        guarantee: that it was published with.
        records: how many it has, or those parts of it that were compared.
        sound: how many of these are there, partition, key, value, timestamp and headers as they were made.
        missing: how many are not there.
        changed: how many are not there, but a record that differs stands in their place. They are counted in neither `missing` nor `foreign`.
        doubled: how many copies there are beyond the first.
        foreign: how many other records stand between: other batches and other writers.
        digest: of the batch, or of those parts, 32 hexadecimal digits.
        of_parts: the numbers of the parts that were compared; None: all.
        partitions: by number, what was read.
        findings: the first of each kind.
        duration_s: seconds.
        warnings: what a reader should know.
    """

    stream: str
    variant: str | None
    topic: str
    connection: str
    interval: str
    run_id: str | None
    guarantee: str
    records: int
    sound: int
    missing: int
    changed: int
    doubled: int
    foreign: int
    digest: str
    partitions: Mapping[int, OffsetRange]
    findings: tuple[Finding, ...]
    duration_s: float
    warnings: tuple[str, ...] = ()
    of_parts: tuple[int, ...] | None = None
    engine: dict[str, str] = field(default_factory=engine)
    batch: str | None = None

    @property
    def good(self) -> bool:
        """Whether the topic has what the guarantee promises: each record once, or, at least once, each."""
        return not self.missing and not self.changed and (not self.doubled or self.guarantee == "at_least_once")

    @property
    def verdict(self) -> str:
        """In words."""
        bad = [
            f"{count:,} {word}"
            for count, word in ((self.missing, "missing"), (self.changed, "changed"), (self.doubled, "doubled"))
            if count
        ]
        if not self.good:
            return f"NOT as published: {', '.join(bad)}"
        times = "at least once" if self.doubled else "exactly once"
        return f"every record is there {times}" + (
            f", {self.doubled:,} cop{'y' if self.doubled == 1 else 'ies'} more" if self.doubled else ""
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values that JSON and XCom can hold."""
        plain = asdict(self)
        plain["partitions"] = {str(number): asdict(span) for number, span in self.partitions.items()}
        plain["findings"] = [asdict(finding) for finding in self.findings]
        plain["warnings"] = list(self.warnings)
        plain["of_parts"] = None if self.of_parts is None else list(self.of_parts)
        plain["duration_s"] = round(self.duration_s, 3)
        plain["good"] = self.good
        return plain

    def text(self) -> str:
        """One readable block."""
        counts = f"{self.sound:,} sound, {self.missing:,} missing, {self.changed:,} changed, {self.doubled:,} doubled; {self.foreign:,} foreign between"
        rate = (
            f", {(self.records + self.sound + self.foreign) / self.duration_s:,.0f} records/s made and read" if self.duration_s > 1 else ""
        )
        rows = [
            ("batch", batch_name(self.stream, self.variant, self.interval, self.run_id, self.batch)),
            ("topic", f"{self.topic} by connection {self.connection}"),
            ("guarantee", self.guarantee),
            ("records", f"{self.records:,}, digest {self.digest}"),
            ("found", counts),
            ("time", f"{self.duration_s:.2f} s{rate}"),
        ]
        rows += [("parts", ", ".join(map(str, self.of_parts)))] if self.of_parts else []
        rows += [(f"partition {number}", f"offsets {span.first_offset} … {span.end_offset}") for number, span in self.partitions.items()]
        rows += [(finding.kind, str(finding)) for finding in self.findings]
        rows += [("warning", text) for text in self.warnings]
        return block(f"Springhead verification: {self.verdict}", rows)
