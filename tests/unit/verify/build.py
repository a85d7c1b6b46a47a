"""A verification that found everything, and one that did not."""

from __future__ import annotations

from dataclasses import replace

from springhead.verify.verification import Finding, OffsetRange, Verification

GOOD = Verification(
    stream="orders",
    variant=None,
    topic="orders",
    connection="kafka_default",
    interval="2026-03-01T10:00:00Z/2026-03-01T11:00:00Z",
    run_id=None,
    guarantee="exactly_once",
    records=1000,
    sound=1000,
    missing=0,
    changed=0,
    doubled=0,
    foreign=12,
    digest="d" * 32,
    partitions={0: OffsetRange(0, 1013)},
    findings=(),
    duration_s=0.5,
    engine={"springhead": "2", "faker": "40.63.0"},
)
BAD = replace(
    GOOD,
    variant="small",
    run_id="manual__1",
    sound=997,
    missing=1,
    changed=2,
    doubled=3,
    findings=(Finding("missing", 17, 0, "2026-03-01T10:00:01.000Z", "is not there"),),
    duration_s=2.0,
    warnings=("partition 0: …",),
)
