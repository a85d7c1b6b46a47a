"""The receipt: what a run did, in numbers. It is the task's XCom, a block in its log, and the extra of the topic's asset event."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from springhead import __version__
from springhead.kafka.topics import TopicInfo
from springhead.ledger.entry import PartitionShare
from springhead.publish.job import Job, Outcome
from springhead.records.engine import engine, versions_text
from springhead.wording import batch_name, block

_FIRST = (
    "already_published",
    "records",
    "sent",
    "acked",
    "warnings",
    "faults",
    "republish",
    "stream",
    "variant",
    "batch",
    "interval",
    "run_id",
    "topic",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was published.

    Attributes:
        stream, variant, topic, connection: names; variant None is the stream itself.
        interval: "START/END" in UTC.
        run_id: of a manual run's new data; None: the interval's own batch.
        batch: the name of a batch beside the stream's own; None: the stream's own.
        guarantee: fire_and_forget, leader, at_least_once, exactly_once.
        records: how many the batch has in the topic, or those parts of it that the receipt is of: sound ones and faulty ones.
        sent: how many were handed to the client.
        acked: how many the guarantee vouches for; None where nothing is known (fire_and_forget).
        bytes: of keys and values, before compression.
        digest: of the batch, or of those parts, 32 hexadecimal digits.
        spec_digest: of what decides its bytes.
        engine: the versions that decide its bytes.
        springhead: the version of the package.
        partition: the one that all records were pinned to; None: by key, or drawn.
        topic_partitions: how many partitions the topic had when the batch was opened: an input of the batch.
        topic_id: of this topic and no later one of its name.
        partitions: by number, those that got records.
        duration_s: seconds from start to the last acknowledgement.
        parts: how many the batch has; published exactly once, each is a transaction of its own.
        of_parts: the numbers of the parts that the receipt is of; None: of all.
        republish: the token of a wanted repetition; None: the first publication.
        already_published: whether all of it was in the topic before this attempt, which then has sent nothing.
        warnings: what a reader should know.
        faults: kind → how many of the records have it; `drop`: how many are not there.
    """

    stream: str
    variant: str | None
    topic: str
    connection: str
    interval: str
    run_id: str | None
    guarantee: str
    records: int
    sent: int
    acked: int | None
    bytes: int
    digest: str
    spec_digest: str
    partition: int | None
    topic_partitions: int
    topic_id: str | None
    partitions: dict[int, PartitionShare]
    duration_s: float
    engine: dict[str, str] = field(default_factory=engine)
    springhead: str = __version__
    warnings: tuple[str, ...] = ()
    parts: int = 1
    of_parts: tuple[int, ...] | None = None
    already_published: bool = False
    batch: str | None = None
    republish: str | None = None
    faults: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, job: Job, outcome: Outcome, duration_s: float) -> Receipt:
        """The receipt of a job, put together from the entries of its parts."""
        batch, published = outcome.batch, outcome.published
        request, opening = batch.request, published.opening
        assert opening is not None
        return cls(
            stream=request.stream.name,
            variant=request.variant,
            topic=job.topic.name,
            connection=job.connection.id,
            interval=str(request.interval),
            run_id=request.run_id,
            guarantee=job.guarantee.value,
            records=published.records,
            sent=outcome.sent,
            acked=outcome.acked,
            bytes=published.bytes,
            digest=published.digest,
            spec_digest=batch.spec_digest,
            partition=batch.stream.pinned,
            topic_partitions=batch.facts.partitions,
            topic_id=batch.facts.topic_id,
            partitions=published.partitions(),
            duration_s=duration_s,
            engine=dict(next(iter(published.entries.values())).opening.engine),
            warnings=(*outcome.warnings, *_of_times(job.topic)),
            parts=opening.parts,
            of_parts=published.of_parts,
            already_published=outcome.already,
            batch=request.batch,
            republish=opening.republish,
            faults=published.faults,
        )

    @property
    def rate(self) -> float:
        """Records per second."""
        return self.records / self.duration_s if self.duration_s > 0 else 0.0

    @property
    def outcome(self) -> str:
        """The count in the words of the guarantee (docs/delivery.md)."""
        if self.already_published:
            return f"already_published: {self.records:,}"
        if self.acked is None:
            return f"sent: {self.sent:,}, acked: unknown"
        word = {"leader": "leader_acked"}.get(self.guarantee, "delivered")
        return f"{word}: {self.acked:,}"

    @property
    def _in_transactions(self) -> str:
        count = self.parts if self.of_parts is None else len(self.of_parts)
        return f", in {count} transactions" if self.guarantee == "exactly_once" and count > 1 else ""

    @property
    def _faults(self) -> str:
        faulty = {kind: count for kind, count in self.faults.items() if kind != "drop"}
        texts = [f"{sum(faulty.values()):,} of them ({', '.join(f'{kind} {count:,}' for kind, count in faulty.items())})"] if faulty else []
        return ", ".join([*texts, *([f"{self.faults['drop']:,} dropped"] if "drop" in self.faults else [])])

    def as_dict(self) -> dict[str, Any]:
        """Plain values that JSON and XCom can hold, what matters first; partitions keyed by text, as JSON demands."""
        plain = asdict(self)
        plain = {name: plain.pop(name) for name in _FIRST} | plain
        plain["partitions"] = {str(number): asdict(share) for number, share in self.partitions.items()}
        plain["warnings"] = list(self.warnings)
        plain["of_parts"] = None if self.of_parts is None else list(self.of_parts)
        plain["records_per_s"] = round(self.rate)
        plain["duration_s"] = round(self.duration_s, 3)
        plain["acked"] = "unknown" if self.acked is None else self.acked
        return plain

    def text(self) -> str:
        """One readable block."""
        rows = [
            ("batch", batch_name(self.stream, self.variant, self.interval, self.run_id, self.batch)),
            (
                "topic",
                f"{self.topic} ({self.topic_partitions} partition{'s' * (self.topic_partitions != 1)}) by connection {self.connection}",
            ),
            ("guarantee", f"{self.guarantee}, {self.outcome}{self._in_transactions}"),
            *([("parts", ", ".join(map(str, self.of_parts)) + f" of {self.parts}")] if self.of_parts else []),
            *([("republished", f"by the token '{self.republish}'")] if self.republish else []),
            ("size", f"{self.records:,} records, {self.bytes:,} bytes"),
            *([("faults", self._faults)] if self.faults else []),
            ("time", f"{self.duration_s:.2f} s" + ("" if self.already_published else f", {self.rate:,.0f} records/s")),
            ("digest", self.digest),
            ("spec", self.spec_digest),
            ("engine", versions_text(self.engine)),
        ]
        for number, share in sorted(self.partitions.items()):
            rows.append((f"partition {number}", f"{share.records:,} record{'s' * (share.records != 1)}{_offsets(share)}"))
        rows += [("warning", text) for text in self.warnings]
        return block("Springhead receipt", rows)


def _offsets(share: PartitionShare) -> str:
    """Where the records of a partition stand, as far as it is known: what is between may be others', too."""
    if share.first_offset is None or share.end_offset is None:
        return ""
    first, last = share.first_offset, share.end_offset - 1
    if last - first + 1 == share.records:
        return f", offsets {first} … {last}" if last > first else f", offset {first}"
    return f" between offsets {first} and {last}, among others"


def _of_times(topic: TopicInfo) -> tuple[str, ...]:
    if topic.configs.get("message.timestamp.type") != "LogAppendTime":
        return ()
    return (
        f"topic '{topic.name}' has message.timestamp.type LogAppendTime: the broker replaced the records' event times by its own, and the batch cannot be verified. "
        "With CreateTime it keeps them",
    )
