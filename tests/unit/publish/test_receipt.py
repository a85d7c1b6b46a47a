"""The receipt says what happened, for people and for machines."""

from __future__ import annotations

import json
from dataclasses import fields

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
        "  partition 0  700 records, offsets 10 … 709\n"
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


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (PartitionShare(16, 442, 558), "partition 0  16 records between offsets 442 and 557, among others"),
        (PartitionShare(16, 442, 458), "partition 0  16 records, offsets 442 … 457"),
        (PartitionShare(1, 442, 443), "partition 0  1 record, offset 442"),
        (PartitionShare(16, None, 458), "partition 0  16 records"),
    ],
)
def test_the_offsets_of_a_partition_do_not_read_as_if_all_were_the_batchs(share: PartitionShare, text: str) -> None:
    assert receipt(partitions={0: share}).text().splitlines()[-1].strip() == text


def test_a_republication_is_told() -> None:
    assert "  republished  by the token 'again'\n" in receipt(republish="again").text()
    assert receipt(republish="again").as_dict()["republish"] == "again"


def test_what_matters_stands_in_the_first_lines_of_an_xcom() -> None:
    assert list(receipt().as_dict())[:5] == ["already_published", "records", "sent", "acked", "warnings"]
    assert set(receipt().as_dict()) == {*(field.name for field in fields(Receipt)), "records_per_s"}


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        ({"duplicate": 1200, "truncated": 3, "drop": 5}, "  faults       1,203 of them (duplicate 1,200, truncated 3), 5 dropped\n"),
        ({"truncated": 3}, "  faults       3 of them (truncated 3)\n"),
        ({"drop": 1000}, "  faults       1,000 dropped\n"),
    ],
)
def test_faults_are_counted_by_kind_below_the_records(faults: dict[str, int], text: str) -> None:
    made = receipt(faults=faults)
    assert f"  size         1,500 records, 64,000 bytes\n{text}" in made.text()
    assert made.as_dict()["faults"] == faults
