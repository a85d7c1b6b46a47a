"""Faulty copies: the sound stream stays whole, whatever is switched on, however it is cut."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.rows import Rows
from springhead.errors import FieldError
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.records.tally import Tally
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, rows, stream
from tests.unit.faults.build import FIELDS, KEYED, Row, every_kind, faulty, rows_of, sound_of
from tests.unit.records.build import digest

RECORDS = 120
FAULTS = every_kind()
BY: dict[str, Any] = {"duplicate": {"by": [0, 30]}, "oversized": {"bytes": 50}}
SETS = st.sets(st.sampled_from(sorted(FAULTS)), min_size=1)


def all_at_once(**more: Any) -> Batch:
    return faulty(every_kind(0.2, **BY), records=RECORDS, tombstones=0.05, **more)


def here(made: list[Row], positions: range) -> list[Row]:
    """What stands at these positions: a row stands where the last record before it does, unless it is taken away."""
    found, at = [], 0
    for row in made:
        if row.fault in ("", "drop"):
            at = row.position
        if at in positions:
            found.append(row)
    return found


ALL = all_at_once()
WHOLE = rows_of(ALL)
DIGEST = digest(ALL)


@given(st.integers(0, RECORDS), st.integers(0, RECORDS))
def test_any_positions_alone_have_the_rows_that_stand_there_in_the_whole(a: int, b: int) -> None:
    positions = range(min(a, b), max(a, b))
    assert rows_of(ALL, positions, size=RECORDS) == here(WHOLE, positions)


@given(st.integers(1, RECORDS + 5))
def test_what_comes_out_is_the_same_however_it_is_cut(size: int) -> None:
    assert rows_of(ALL, size=size) == WHOLE
    assert digest(ALL, size) == DIGEST


def test_that_batch_has_every_fault_more_than_once_and_late_duplicates() -> None:
    assert set(Counter(row.fault for row in WHOLE)) == {"", *FAULTS}
    assert min(Counter(row.fault for row in WHOLE).values()) > 5
    order = [row.position for row in WHOLE if row.fault == "duplicate"]
    assert order != sorted(order)
    assert any(row.value is None for row in WHOLE)


def test_without_the_labelled_rows_it_is_the_sound_stream_to_the_byte() -> None:
    of = faulty(every_kind(0.3, **BY) | {"drop": 0})
    assert [row for row in rows_of(of) if row.label is None] == sound_of(of)


def test_with_drop_it_is_the_sound_stream_with_gaps() -> None:
    of = faulty(every_kind(0.3, **BY))
    dropped = {row.position for row in rows_of(of) if row.fault == "drop"}
    assert dropped
    assert [row for row in rows_of(of, dropped=False) if row.label is None] == [row for row in sound_of(of) if row.position not in dropped]


@given(SETS, st.sampled_from(sorted(set(FAULTS) - {"drop"})))
def test_switching_a_fault_on_leaves_the_sound_records_and_the_other_faults_as_they_are(kinds: set[str], more: str) -> None:
    options = every_kind(0.2, **BY)
    without = rows_of(faulty({kind: options[kind] for kind in kinds - {more}}, records=RECORDS))
    with_it = rows_of(faulty({kind: options[kind] for kind in kinds | {more}}, records=RECORDS))
    assert [row for row in with_it if row.fault != more] == without


@given(SETS)
def test_switching_drop_on_takes_records_away_and_changes_no_other(kinds: set[str]) -> None:
    options = every_kind(0.2, **BY)
    without = rows_of(faulty({kind: options[kind] for kind in kinds - {"drop"}}, records=RECORDS))
    with_it = rows_of(faulty({kind: options[kind] for kind in kinds | {"drop"}}, records=RECORDS))
    dropped = {row.position for row in with_it if row.fault == "drop"}
    assert [row for row in with_it if row.fault != "drop"] == [row for row in without if row.position not in dropped]


def test_a_larger_share_hits_the_same_records_and_more() -> None:
    few, many = (
        {row.position: row for row in rows_of(faulty({"wrong_type": share, "drop": share / 2})) if row.fault == "wrong_type"}
        for share in (0.1, 0.5)
    )
    kept = {row.position for row in rows_of(faulty({"wrong_type": 0.5, "drop": 0.25})) if row.fault != "drop"}
    assert {at: row for at, row in few.items() if at in kept}.items() <= many.items()
    assert len(few) < len(many)


def test_a_field_more_changes_only_the_faults_that_hit_it() -> None:
    fields = {name: of for name, of in FIELDS.items() if name != "amount"}
    with_it = {row.position: row for row in rows_of(faulty({"wrong_type": 0.5})) if row.fault}
    without = {row.position: row for row in rows_of(faulty({"wrong_type": 0.5}, fields=fields)) if row.fault}
    assert with_it.keys() == without.keys()
    moved = {at for at, row in with_it.items() if row.field != without[at].field}
    assert moved == {at for at, row in with_it.items() if row.field == "amount"}
    assert 0 < len(moved) < len(with_it) / 2


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_the_share_is_kept(kind: str) -> None:
    count = sum(row.fault == kind for row in rows_of(faulty({kind: {"share": 0.2, **BY.get(kind, {})}}, records=5000)))
    assert abs(count - 1000) < 4 * (5000 * 0.2 * 0.8) ** 0.5


def test_a_share_of_all_and_of_none() -> None:
    assert sum(row.fault == "duplicate" for row in rows_of(faulty({"duplicate": 1}))) == 200
    assert rows_of(faulty({"duplicate": 0})) == sound_of(faulty({"duplicate": 0}))
    assert [row.fault for row in rows_of(faulty({"drop": 1, "duplicate": 1}))] == ["drop"] * 200
    assert rows_of(faulty({"drop": 1, "duplicate": 1}), dropped=False) == []


@pytest.mark.parametrize("by", [3, [1, 40]])
def test_a_duplicate_stands_so_many_records_later_or_at_the_end_of_the_batch(by: Any) -> None:
    made = rows_of(faulty({"duplicate": {"share": 0.5, "by": by}}))
    least, most = (by, by) if isinstance(by, int) else by
    seen = Counter[int]()
    at = 0
    for row in made:
        if not row.fault:
            at = row.position
        else:
            seen[at - row.position] += 1
            assert least <= at - row.position <= most or at == 199
    assert set(seen) - {least, most} <= set(range(most + 1))
    assert seen[most] > 0
    assert [row for row in made if not row.fault] == sound_of(faulty({}))


def test_faults_of_one_record_do_not_follow_each_other() -> None:
    made = rows_of(faulty({"truncated": 0.3, "bad_encoding": 0.3}, records=4000))
    kinds: dict[str, set[int]] = {kind: {row.position for row in made if row.fault == kind} for kind in ("truncated", "bad_encoding")}
    both = len(kinds["truncated"] & kinds["bad_encoding"])
    assert abs(both - 4000 * 0.09) < 4 * (4000 * 0.09 * 0.91) ** 0.5


def test_the_copies_of_a_record_stand_behind_it_in_the_order_of_the_kinds() -> None:
    kinds = [kind for kind in FAULTS if kind != "drop"]
    made = rows_of(faulty(every_kind(1) | {"drop": 0}, fields={"id": {"uuid": 4}, "n": {"integer": [1, 9]}}, headers={}, records=3))
    assert [(row.position, row.fault) for row in made] == [(at, fault) for at in range(3) for fault in ("", *kinds)]


def test_a_hidden_label_changes_nothing_else() -> None:
    shown, hidden = rows_of(all_at_once()), rows_of(all_at_once(fault_header=False))
    assert [row._replace(label=None) for row in shown] == hidden


def test_every_copy_is_among_those_beside_its_record() -> None:
    press = Press(all_at_once())
    copies = Counter((row.position, row.value, row.rest[0]) for row in WHOLE if row.fault != "drop")
    found: Counter[tuple[Any, ...]] = Counter()
    for position in range(RECORDS):
        made = press.beside(position)
        assert made.copies is None or made.copies.tolist() == sorted(made.copies.tolist())
        found.update((position, value, key) for value, key, *_ in rows(made))
    assert found == copies


def test_a_tally_counts_the_sound_the_faulty_and_the_dropped() -> None:
    of, tally = all_at_once(), Tally(6)
    press = Press(of)
    for positions in press.chunks(size=17):
        tally.add(press.records(positions), len(positions))
    counts = Counter(row.fault for row in WHOLE)
    assert tally.faults == {kind: count for kind, count in counts.items() if kind}
    assert (tally.arrived, tally.rows) == (RECORDS, len(WHOLE) - counts["drop"])
    assert counts[""] + counts["drop"] == RECORDS


def test_a_tombstone_has_its_key_and_no_value_and_all_else_stays() -> None:
    plain, some = rows_of(faulty({}, records=2000)), rows_of(faulty({}, records=2000, tombstones=0.1))
    taken = {row.position for row in some if row.value is None}
    assert abs(len(taken) - 200) < 4 * (2000 * 0.1 * 0.9) ** 0.5
    assert [row._replace(value=None) if row.position in taken else row for row in plain] == some


def test_a_tombstone_has_no_value_to_damage_and_may_be_there_twice() -> None:
    made = rows_of(faulty(every_kind(1) | {"drop": 0}, tombstones=0.3))
    gone = {row.position for row in made if row.value is None}
    assert {row.fault for row in made if row.position in gone} == {"", "duplicate"}
    assert {row.position for row in made if row.fault == "truncated"} == set(range(200)) - gone


def test_three_hours_have_the_faulty_late_and_sound_records_of_one_batch_of_them_all() -> None:
    """Events belong to time, and so do their faults; where a duplicate stands belongs to the batch."""
    keys: dict[str, Any] = {
        "rate": "100/h",
        "arrivals": "poisson",
        "late": [{"share": 0.2, "by": ["1m", "90m"]}],
        "tombstones": 0.05,
        **KEYED,
    }
    of = stream(FIELDS, faults=every_kind(0.2, **BY), **keys)

    def made(interval: str) -> Counter[Any]:
        batch = Batch.of(Request(of, Interval.parse(interval)), TopicFacts(partitions=6))
        return Counter((*row[1:],) for row in rows_of(batch))

    hours = [made(f"2026-03-01T{hour}:00Z/PT1H") for hour in (10, 11, 12)]
    assert sum(hours, Counter()) == made("2026-03-01T10:00Z/PT3H")
    assert all(len(hour) > 100 for hour in hours)


def test_a_variant_has_faults_of_its_own() -> None:
    variants = {"v": {"faults": {"truncated": 0.5}}, "w": {"records": 100}}
    kinds = [
        Counter(row.fault for row in rows_of(faulty({"duplicate": 0.5}, variants=variants, variant=name))) for name in (None, "v", "w")
    ]
    assert [set(each) for each in kinds] == [{"", "duplicate"}, {"", "truncated"}, {"", "duplicate"}]


def test_what_only_faker_can_tell_is_told_when_the_press_is_made() -> None:
    fields = {"id": {"uuid": 4}, "x": {"faker": "pyint"}}
    with pytest.raises(FieldError, match=r"^faults\.oversized: the field 'x' is no text$"):
        Press(faulty({"oversized": {"share": 0.1, "fields": ["x"]}}, fields=fields, headers={}))
    with pytest.raises(FieldError, match=r"^faults\.oversized: there is nothing to damage: the field 'x' is no text$"):
        Press(faulty({"oversized": 0.1}, fields={"x": {"faker": "pyint"}}, key="{x}", headers={}))


@given(st.lists(st.binary(max_size=40) | st.none(), min_size=1, max_size=20), st.data())
def test_a_few_rows_are_the_same_as_among_all(texts: list[bytes | None], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=9))
    joined = np.frombuffer(b"".join([*(text or b"" for text in texts), bytes(32)]), np.uint8)
    ends = np.cumsum([len(text or b"") for text in texts], dtype=np.int64)
    of = Rows(joined, ends, np.array([text is None for text in texts]) if None in texts else None)
    assert of.few(np.array(some, np.int64)) == [texts[row] for row in some]


def test_copies_are_uint8_and_positions_are_those_of_their_records() -> None:
    made = Press(all_at_once()).records(range(RECORDS))
    assert made.copies is not None
    assert made.copies.dtype == np.uint8
    assert made.positions.dtype == np.uint64
    assert made.rows == made.copies.size == made.values.ends.size == made.partitions.size


def test_where_a_field_of_an_object_is_missing_another_one_of_it_is_damaged() -> None:
    sometimes = {"x": {"integer": [1, 9], "missing": 0.9}, "y": {"integer": [1, 9], "missing": 0.9}, "z": {"integer": [1, 9]}}
    of = Batch.of(
        Request(stream({"o": {"object": {"p": {"object": sometimes}}}}, faults={"wrong_type": 1.0}), HOUR, records=200),
        TopicFacts(partitions=6),
    )
    made = Press(of).records(range(of.records))
    assert made.rows == 400
    assert sum(b'"z":"' in (value or b"") for value, *_ in rows(made)) > 50
