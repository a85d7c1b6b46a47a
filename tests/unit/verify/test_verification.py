"""A verification as people and machines read it."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from tests.unit.verify.build import BAD, GOOD


def test_a_good_one_is_a_short_text() -> None:
    assert GOOD.text() == (
        "Springhead verification: every record is there exactly once\n"
        "  batch        orders, 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z\n"
        "  topic        orders by connection kafka_default\n"
        "  guarantee    exactly_once\n"
        f"  records      1,000, digest {'d' * 32}\n"
        "  found        1,000 sound, 0 missing, 0 changed, 0 doubled; 12 foreign between\n"
        "  time         0.50 s\n"
        "  partition 0  offsets 0 … 1013"
    )


def test_one_with_faults_counts_them_in_its_first_line_and_names_the_first() -> None:
    assert BAD.text() == (
        "Springhead verification: NOT as published: 1 missing, 2 changed, 3 doubled\n"
        "  batch        orders, variant small, 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z, run manual__1\n"
        "  topic        orders by connection kafka_default\n"
        "  guarantee    exactly_once\n"
        f"  records      1,000, digest {'d' * 32}\n"
        "  found        997 sound, 1 missing, 2 changed, 3 doubled; 12 foreign between\n"
        "  time         2.00 s, 1,004 records/s made and read\n"
        "  partition 0  offsets 0 … 1013\n"
        "  missing      record 17 (partition 0, 2026-03-01T10:00:01.000Z): is not there\n"
        "  warning      partition 0: …"
    )


def test_copies_are_a_fault_of_exactly_once_and_none_of_at_least_once() -> None:
    once, least = replace(GOOD, doubled=1), replace(GOOD, doubled=1, guarantee="at_least_once")
    assert (once.good, once.verdict) == (False, "NOT as published: 1 doubled")
    assert (least.good, least.verdict) == (True, "every record is there at least once, 1 copy more")
    assert not replace(least, missing=1).good
    assert not replace(least, changed=1).good


def test_it_is_plain_json() -> None:
    plain = msgspec.json.decode(msgspec.json.encode(BAD.as_dict()))
    assert plain == BAD.as_dict()
    assert (plain["good"], plain["partitions"], plain["warnings"]) == (
        False,
        {"0": {"first_offset": 0, "end_offset": 1013}},
        ["partition 0: …"],
    )
    assert plain["findings"][0]["record"] == 17
