"""What stands in the place of a missing record is found and told."""

from __future__ import annotations

import pytest

from springhead.verify.changes import Counterparts, Seen, differences

TIME = 1_772_359_200_123  # 2026-03-01T10:00:00.123Z
KEYED = Seen(1, b"k", b'{"n":1}', TIME, ())
BARE = Seen(1, None, b'{"n":1}', TIME, ())


@pytest.mark.parametrize(
    ("expected", "change", "what"),
    [
        (KEYED, {"value": b'{"n":2}'}, """value from byte 5 on: b'{"n":2}' instead of b'{"n":1}'"""),
        (KEYED, {"value": b'{"n":17}'}, """value from byte 6 on: b'{"n":17}' instead of b'{"n":1}', 8 bytes instead of 7"""),
        (KEYED, {"value": None}, "no value (a tombstone)"),
        (KEYED, {"key": b"j"}, "key b'j' instead of b'k'"),
        (KEYED, {"key": None}, "key None instead of b'k'"),
        (KEYED, {"partition": 0}, "partition 0 instead of 1"),
        (KEYED, {"timestamp_ms": TIME + 1}, "time 2026-03-01T10:00:00.124Z instead of 2026-03-01T10:00:00.123Z"),
        (KEYED, {"headers": (("a", b"1"),)}, "headers [('a', b'1')] instead of []"),
        (
            KEYED,
            {"value": b"{}", "partition": 2},
            """partition 2 instead of 1; value from byte 1 on: b'{}' instead of b'{"n":1}', 2 bytes instead of 7""",
        ),
        (BARE, {"value": b'{"n":2}'}, """value from byte 5 on: b'{"n":2}' instead of b'{"n":1}'"""),
        (BARE, {"partition": 0}, "partition 0 instead of 1"),
    ],
)
def test_a_record_that_differs_in_one_thing_is_recognised_and_the_difference_told(
    expected: Seen, change: dict[str, object], what: str
) -> None:
    found = expected._replace(**change)  # type: ignore[arg-type]
    counterparts = Counterparts({7: expected})
    assert counterparts.like(found)
    (made,) = counterparts.changes([(40, found)])
    assert (made.number, made.partition, made.offset, made.what) == (7, found.partition, 40, what)


@pytest.mark.parametrize(
    "other", [KEYED._replace(value=b"x", timestamp_ms=1), KEYED._replace(key=b"x", value=b"x"), BARE._replace(partition=0, value=b"x")]
)
def test_a_record_that_shares_one_thing_only_is_another_one(other: Seen) -> None:
    expected = {7: KEYED if other.key else BARE}
    assert not Counterparts(expected).like(other)
    assert Counterparts(expected).changes([(40, other)]) == []


def test_each_missing_record_has_one_counterpart_and_each_counterpart_one_record() -> None:
    missing = {number: BARE._replace(value=b"%d" % number) for number in (3, 5)}
    alike = [(offset, BARE._replace(value=b"x%d" % offset)) for offset in (10, 11, 12)]
    changes = Counterparts(missing).changes(alike)
    assert [(change.number, change.offset) for change in changes] == [(3, 10), (5, 11)]


def test_of_a_long_value_the_place_of_the_difference_is_shown() -> None:
    value = b"a" * 500 + b"b" + b"c" * 500
    told = differences(BARE._replace(value=value), BARE._replace(value=value.replace(b"b", b"B")))
    assert told == f"value from byte 500 on: {b'a' * 24 + b'B' + b'c' * 23!r} instead of {b'a' * 24 + b'b' + b'c' * 23!r}"
