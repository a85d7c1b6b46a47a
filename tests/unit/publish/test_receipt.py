"""The receipt says what happened, for people and for machines."""

from __future__ import annotations

import json

import pytest

from springhead.ledger.entry import PartitionShare
from springhead.publish.receipt import Receipt


def receipt(**changes: object) -> Receipt:
    values: dict[str, object] = {
        "stream": "registrations",
        "variant": None,
        "topic": "second_topic",
        "connection": "kafka_default",
        "interval": "2026-01-01T00:00:00Z/2026-01-01T00:05:00Z",
        "run_id": None,
        "guarantee": "at_least_once",
        "records": 1500,
        "sent": 1500,
        "acked": 1500,
        "bytes": 64_000,
        "digest": "d" * 32,
        "spec_digest": "5" * 32,
        "partition": None,
        "topic_partitions": 6,
        "topic_id": "AAAAAAAAAAAAAAAAAAAAAQ",
        "partitions": {0: PartitionShare(700, 10, 710), 1: PartitionShare(800)},
        "duration_s": 0.5,
        "engine": {"springhead": "1", "faker": "40.63.0"},
        "springhead": "0.1.0",
    }
    return Receipt(**{**values, **changes})  # type: ignore[arg-type]


def test_the_text_is_one_readable_block() -> None:
    assert receipt(warnings=("something",)).text() == (
        "Springhead receipt\n"
        "  batch        registrations, 2026-01-01T00:00:00Z/2026-01-01T00:05:00Z\n"
        "  topic        second_topic (6 partitions) by connection kafka_default\n"
        "  guarantee    at_least_once, delivered: 1,500\n"
        "  size         1,500 records, 64,000 bytes\n"
        "  time         0.50 s, 3,000 records/s\n"
        f"  digest       {'d' * 32}\n"
        f"  spec         {'5' * 32}\n"
        "  engine       springhead 1, faker 40.63.0\n"
        "  partition 0  700 records, offsets 10 … 710\n"
        "  partition 1  800 records\n"
        "  warning      something"
    )


def test_a_variant_and_a_manual_run_are_named() -> None:
    assert (
        "registrations, variant partition_0, 2026-01-01T00:00:00Z/2026-01-01T00:05:00Z, run manual__1\n"
        in receipt(variant="partition_0", run_id="manual__1").text()
    )
    assert "registrations, batch my_dag/publish/0, 2026-01-01T00:00:00Z/2026-01-01T00:05:00Z\n" in receipt(batch="my_dag/publish/0").text()


@pytest.mark.parametrize(
    ("guarantee", "acked", "outcome"),
    [
        ("fire_and_forget", None, "sent: 1,500, acked: unknown"),
        ("leader", 1500, "leader_acked: 1,500"),
        ("at_least_once", 1500, "delivered: 1,500"),
    ],
)
def test_the_outcome_is_in_the_words_of_the_guarantee(guarantee: str, acked: int | None, outcome: str) -> None:
    assert receipt(guarantee=guarantee, acked=acked).outcome == outcome


def test_the_plain_form_survives_json() -> None:
    plain = receipt(acked=None).as_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["acked"] == "unknown"
    assert plain["partitions"]["0"] == {"records": 700, "first_offset": 10, "end_offset": 710}
    assert plain["records_per_s"] == 3000
