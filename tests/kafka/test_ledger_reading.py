"""What was committed to the ledger is read, and nothing else: whatever is open, aborted, taken back or compacted there."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka.admin import (
    AdminClient,
    ConfigResource,
    ResourceType,
)

from dev.broker import Broker
from dev.console import Record
from dev.dump import dump_log
from dev.errors import DevError
from springhead.kafka import offsets
from springhead.ledger import reader as ledger_reader
from springhead.ledger.entry import Entry, read_entry
from springhead.ledger.key import PartKey
from springhead.quantities import Interval
from tests.conftest import ReadTopic
from tests.kafka.ledgers import Ledger, entry, foreign, name_a_ledger, opening, tombstone
from tests.unit.ledger.build import ENTRY, OPENING

pytestmark = pytest.mark.kafka


def test_an_empty_ledger_has_no_entries(ledger: Ledger) -> None:
    assert ledger.read() == []
    assert ledger.read(None, None) == []


def test_an_entry_is_read_as_it_was_committed(ledger: Ledger) -> None:
    ledger.commit(ENTRY.record())
    assert ledger.read() == [ENTRY]
    assert ledger.read("registrations") == []


def test_the_entries_that_overlap_an_interval_are_read_and_no_other(ledger: Ledger) -> None:
    inside = [
        entry("2026-03-01T09:00:00.000001Z"),
        entry("2026-03-01T09:30Z", run_id="manual__1"),
        opening("2026-03-01T10:00Z"),
        entry("2026-03-01T10:00Z"),
        entry("2026-03-01T10:00Z", part=2),
        entry("2026-03-01T10:00Z", variant="small"),
        entry("2026-03-01T10:59:59.999999Z"),
    ]
    outside = [entry("2026-03-01T09:00Z"), entry("2026-03-01T11:00Z"), entry("2020-01-01T00:00Z"), entry("2030-01-01T00:00Z")]
    mixed = [made for pair in itertools.zip_longest(reversed(inside), outside) for made in pair if made]
    for made in mixed:  # newest first, then older: times out of order
        ledger.commit(made.record())
    assert ledger.read() == inside
    assert ledger.read(interval=None) == sorted(inside + outside, key=lambda made: made.key.order)


def test_every_streams_entries_are_read_where_no_stream_is_named(ledger: Ledger) -> None:
    made = [entry(stream=f"stream{number}") for number in range(40)]
    for one in made:
        ledger.write(one.record())
    assert len({one.key.partition for one in made}) > 10
    assert ledger.read(None, None) == sorted(made, key=lambda one: one.key.batch.stream)


def test_an_interval_later_than_all_entries_reads_none_of_them(ledger: Ledger) -> None:
    ledger.commit(*(entry(f"2026-03-01T{hour:02}:00Z").record() for hour in range(24)))
    with ledger.reader(interval=Interval.parse("2027-01-01T00:00Z/PT1H")) as reader:
        assert reader.read() == []
        later = entry("2027-01-01T00:00Z")
        ledger.commit(later.record())
        assert reader.read() == [later]


def test_an_entry_that_comes_between_the_look_ups_does_no_harm(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-up by time then answers with an offset beyond the end that was asked for first."""
    ledger.commit(entry("2026-03-01T08:00Z").record())

    def look_up(*args: Any) -> dict[int, int]:
        answer = offsets.look_up(*args)
        ledger.commit(ENTRY.record())
        return answer

    monkeypatch.setattr(ledger_reader, "look_up", look_up)
    with ledger.reader() as reader:
        assert reader.read() in ([], [ENTRY])  # it came after the question: a reader may know of it or not
        monkeypatch.undo()
        assert reader.read() == [ENTRY]


def test_the_last_record_of_a_key_counts_and_a_tombstone_takes_it_back(ledger: Ledger) -> None:
    again = replace(ENTRY, opening=replace(OPENING, republish="token"), digest="e" * 32)
    ledger.commit(ENTRY.record())
    ledger.commit(again.record(), entry(part=2).record())
    assert ledger.read() == [again, entry(part=2)]
    ledger.commit(tombstone(ENTRY))
    assert ledger.read() == [entry(part=2)]
    ledger.commit(ENTRY.record())
    assert ledger.read() == [ENTRY, entry(part=2)]


def test_an_entry_of_an_aborted_transaction_is_none(ledger: Ledger) -> None:
    ledger.abort(ENTRY.record())
    assert ledger.read() == []
    ledger.commit(entry(part=2).record())
    ledger.abort(entry(part=3).record(), tombstone(entry(part=2)))
    assert ledger.read() == [entry(part=2)]


def test_a_reader_that_is_kept_reads_only_what_has_come_since(ledger: Ledger) -> None:
    with ledger.reader() as reader:
        assert reader.read() == []
        for number in (1, 2, 3):
            ledger.commit(entry(part=number).record())
            assert [made.key.part for made in reader.read()] == list(range(1, number + 1))
        reader.close()
        ledger.commit(tombstone(entry(part=2)))
        assert [made.key.part for made in reader.read()] == [1, 3]


@pytest.mark.parametrize("commit", [True, False])
def test_a_reader_that_was_opened_finds_what_is_committed_before_it_reads(ledger: Ledger, commit: bool) -> None:
    """A batch of one part opens its reader while its transaction is initialised: until that is done an earlier attempt may commit, or be ended."""
    ledger.commit(entry("2026-03-01T08:00Z").record(), opening("2026-03-01T10:00Z").record())
    with ledger.transaction(entry(part=1).record(), commit=commit) as finish, ledger.reader() as reader:
        reader.open()
        time.sleep(0.5)  # its consumer has come to the open transaction, and said that this is the end
        finish()
        ledger.commit(tombstone(opening("2026-03-01T10:00Z")), entry(part=2).record())
        assert [made.key.part for made in reader.read()] == [1, 2][not commit :]


def test_a_reader_that_was_opened_on_an_empty_ledger_finds_its_first_entry(ledger: Ledger) -> None:
    with ledger.reader() as reader:
        reader.open()
        ledger.commit(ENTRY.record())
        assert reader.read() == [ENTRY]


def test_kafkas_own_consumer_agrees_whatever_was_done(ledger: Ledger, read_topic: ReadTopic) -> None:
    """Transactions that overlap, end in any order and way, and change the same parts again and again; judged by the console consumer, the last record of a key counts."""
    chance = random.Random(11)
    parts = [entry(f"2026-03-01T{hour:02}:00Z", part=part) for hour in range(6) for part in (1, 2)]
    with ExitStack() as stack, ledger.reader(interval=None) as reader:
        ends: list[Callable[[], None]] = []
        for step in range(40):
            records = [
                chance.choice([replace(made, digest=f"{step:032}").record(), tombstone(made)])
                for made in chance.sample(parts, chance.randint(1, 4))
            ]
            ends.append(stack.enter_context(ledger.transaction(*records, commit=chance.random() < 0.6)))
            if len(ends) > 3 or chance.random() < 0.5:
                ends.pop(chance.randrange(len(ends)))()
            if step % 20 == 19:
                while ends:
                    ends.pop(chance.randrange(len(ends)))()
                assert reader.read() == judged(read_topic(ledger.topic.name, partition=ENTRY.key.partition))
    assert ledger.read(interval=None) == judged(read_topic(ledger.topic.name, partition=ENTRY.key.partition))


def judged(records: list[Record]) -> list[Entry]:
    last = {record.key: record.value for record in records}
    return sorted((read_entry(PartKey.decode(key), value) for key, value in last.items() if key and value), key=lambda made: made.key.order)


def test_a_compacted_ledger_with_times_out_of_order_gives_the_same_entries(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    admin = AdminClient({"bootstrap.servers": quick.bootstrap})
    changed = _altered(ledger, {"segment.ms": "1000", "min.cleanable.dirty.ratio": "0.01"})
    admin.incremental_alter_configs([changed])[changed].result(timeout=30)
    hours = [entry(f"2026-03-{day:02}T{hour:02}:00Z") for day in range(1, 11) for hour in range(24)]
    order = [hours[(7 * number) % len(hours)] for number in range(len(hours))]
    for number in range(0, len(order), 20):  # each in a transaction of its own would take a minute
        ledger.commit(*(made.record() for made in order[number : number + 20]))
    rewritten, removed = order[5::3], order[1::3]
    kept = [made for made in hours if made not in removed]
    for number in range(0, len(rewritten), 10):
        ledger.abort(*(tombstone(made) for made in rewritten[number : number + 10]))
        ledger.commit(*(made.record() for made in rewritten[number : number + 10]))
    ledger.commit(*(tombstone(made) for made in removed))
    written, deadline = len(order) + 2 * len(rewritten) + len(removed), time.monotonic() + 240
    for more in itertools.count(1):
        ledger.commit(foreign(f"{2026 + more}-03-01T10:00Z"))  # a later time closes the segment: only closed ones are compacted
        if records_in(ledger) - more <= written - len(rewritten) - len(removed):
            break
        assert time.monotonic() < deadline
    assert ledger.read(interval=None) == kept
    for made in hours[::7]:
        assert ledger.read(interval=made.key.batch.interval) == [one for one in kept if one.key.batch.interval == made.key.batch.interval]


def _altered(ledger: Ledger, configs: dict[str, str]) -> ConfigResource:
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry

    entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in configs.items()]
    return ConfigResource(ResourceType.TOPIC, ledger.topic.name, incremental_configs=entries)


def records_in(ledger: Ledger) -> int:
    """How many records of the partition of orders are on disk, those of markers left out."""
    while True:
        files = (ledger.broker.log_dir / f"{ledger.topic.name}-{ENTRY.key.partition}").glob("*.log")
        try:
            return sum(batch.n_records for batch in dump_log(files) if not batch.is_control)
        except DevError as error:  # a segment was compacted away meanwhile
            if "NoSuchFile" not in str(error):
                raise
