"""An error's ways out are commands that can be typed."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from springhead.cli.options import numbers_of
from springhead.cli.remedies import told
from springhead.errors import OptionError, PublishedError, Remedy, RemedyKind

BATCH = ("my_kafka", "orders", "2026-03-01T10:00:00Z/2026-03-01T11:00:00Z", "small", "manual__1")


@pytest.mark.parametrize(
    ("remedy", "line"),
    [
        (Remedy(RemedyKind.INIT_LEDGER, "my_kafka"), "to start an empty ledger: springhead init --connection my_kafka"),
        (Remedy(RemedyKind.LIST_LEDGER, stream="orders"), "to see what was published: springhead ledger orders"),
        (
            Remedy(RemedyKind.REPUBLISH, *BATCH),
            "to publish it once more all the same: springhead publish orders --interval 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z "
            "--variant small --run-id manual__1 --republish TOKEN --connection my_kafka",
        ),
        (
            Remedy(RemedyKind.FORGET, *BATCH),
            "to make it count as unpublished: springhead ledger orders --forget 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z --variant small "
            "--run-id manual__1 --connection my_kafka",
        ),
        (
            Remedy(RemedyKind.REPUBLISH, stream="orders", interval="INTERVAL", records=2500, partition=0, file="/nowhere/orders.yaml"),
            "to publish it once more all the same: springhead publish orders --interval INTERVAL --records 2500 --partition 0 --republish TOKEN",
        ),
        (
            Remedy(RemedyKind.FORGET, stream="orders", interval="INTERVAL", batch="my_dag/publish/0"),
            "to make it count as unpublished: springhead ledger orders --forget INTERVAL --batch my_dag/publish/0",
        ),
        (Remedy(RemedyKind.FORGET), "to make it count as unpublished: springhead ledger STREAM --forget INTERVAL"),
    ],
)
def test_a_way_out_is_a_whole_command_below_the_text(remedy: Remedy, line: str) -> None:
    assert told(PublishedError("what is wrong", [remedy])) == f"what is wrong\n  {line}"


def test_a_stream_that_no_name_leads_to_is_named_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.touch()
    error = PublishedError("what is wrong", [Remedy(RemedyKind.REPUBLISH, stream="orders", file=str(file))])
    assert f"springhead publish {file} --interval INTERVAL --republish TOKEN" in told(error)


def test_ways_out_survive_pickling() -> None:
    error = PublishedError("what is wrong", [Remedy(RemedyKind.FORGET, *BATCH)])
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.remedies) == (str(error), error.remedies)


def test_parts_are_numbers_and_ranges() -> None:
    assert numbers_of(None) is None
    assert numbers_of("2") == [2]
    assert numbers_of("1, 3-5") == [1, 3, 4, 5]
    for wrong in ("", "a", "3-1", "1,,2", "-1", "1-2-3"):
        with pytest.raises(OptionError, match="names no parts: write numbers and ranges, such as 1,3-5"):
            numbers_of(wrong)
