"""What belongs to time is published once, however time is cut."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from springhead.errors import PublishedError
from springhead.ledger.entry import Entry, Opening
from springhead.ledger.key import BatchKey
from springhead.publish.agreement import check_cut
from springhead.publish.job import Job
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.unit.build import stream

FACTS = TopicFacts(partitions=2)
FIRST, HALF = (Interval.parse(f"2026-03-01T{at}Z/PT1H") for at in ("10:00", "10:30"))
OF_TIME: list[dict[str, Any]] = [{"rate": "5/h"}, {"each": "users"}]


@pytest.fixture(autouse=True)
def entities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(tmp_path))
    (tmp_path / "users.yaml").write_text("count: {from: 3, by: 5/h}\nfields: {id: {sequence: 1}}\n")
    (tmp_path / "shops.yaml").write_text("count: 40\nfields: {id: {sequence: 1}}\n")


def check(published: Interval, wanted: Interval, run_id: str | None = None, republish: str | None = None, **keys: Any) -> None:
    """Whether a batch may be published when the one of another interval is there."""
    made = stream({"a": {"uuid": 4}}, **keys)
    batch = Batch.of(Request(made, wanted, run_id=run_id), FACTS)
    there = BatchKey("things", None, published, None)
    opening = Opening(1, "", batch.spec_keys, {}, "things", FACTS)
    job = SimpleNamespace(batch=batch, republish=republish, connection=SimpleNamespace(id="kafka_default"))
    check_cut([Entry(there.part(1), opening)], BatchKey("things", None, wanted, run_id), batch, cast(Job, job))


@pytest.mark.parametrize(("keys", "what"), list(zip(OF_TIME, ["events of a rate that lie", "members that are born"], strict=True)))
def test_what_belongs_to_time_is_refused_in_an_interval_with_other_ends(keys: dict[str, Any], what: str) -> None:
    with pytest.raises(PublishedError) as caught:
        check(FIRST, HALF, **keys)
    assert str(caught.value) == (
        f"things, 2026-03-01T10:30:00Z/2026-03-01T11:30:00Z overlaps 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z, which was published already: the {what} in both "
        "would be there twice. Publish the interval with the ends that it had, or what lies outside it; or use a republish token to have them twice"
    )


@pytest.mark.parametrize("keys", OF_TIME)
def test_the_same_interval_another_run_and_a_token_are_not(keys: dict[str, Any]) -> None:
    check(FIRST, FIRST, **keys)
    check(FIRST, HALF, run_id="manual", **keys)
    check(FIRST, HALF, republish="twice", **keys)


@pytest.mark.parametrize("keys", [{"records": 5}, {"each": "shops"}])
def test_what_belongs_to_a_batch_is_not_either(keys: dict[str, Any]) -> None:
    check(FIRST, HALF, **keys)
