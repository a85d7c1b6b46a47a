"""Keys and entries of the ledger for tests."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from springhead.ledger.entry import Attempt, Entry, Opening, PartitionShare
from springhead.ledger.key import BatchKey, PartKey
from springhead.quantities import Interval
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR

BATCH = BatchKey("orders", None, HOUR, None)
KEY = BATCH.part(1)
OPENING = Opening(
    parts=2,
    spec_digest="5" * 32,
    spec_keys={"topic": "0a1b2c3d", "fields": "11111111", "fields.id": "22222222"},
    engine={"springhead": "2", "faker": "40.63.0"},
    topic="orders",
    facts=TopicFacts("AAAAAAAAAAAAAAAAAAAAAQ", 3),
)
ENTRY = Entry(
    key=KEY,
    opening=OPENING,
    attempt=Attempt("orders", "scheduled__2026-03-01T11:00:00+00:00", 2),
    records=1000,
    bytes=300_000,
    digest="d" * 32,
    partitions={0: PartitionShare(400, 0, 400), 2: PartitionShare(600, 7, 607)},
)

names = st.from_regex(r"[a-z][a-z0-9_-]{0,63}", fullmatch=True)
times = st.integers(0, 250_000_000_000_000_000).map(lambda us: dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us))
intervals = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Interval(min(pair), max(pair)))
batches = st.builds(
    BatchKey,
    stream=names,
    variant=st.none() | st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True),
    interval=intervals,
    run_id=st.none() | st.text(st.characters(codec="utf-8"), max_size=300),
    batch=st.none() | st.from_regex(r"[a-z0-9_.-]{1,40}(/[a-z0-9_.-]{1,40}){0,2}", fullmatch=True),
)
keys = st.builds(PartKey, batches, st.integers(0, 10_000))
