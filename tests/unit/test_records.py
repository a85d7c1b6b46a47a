"""A batch is a pure function of its identity: however it is cut, wherever it is made."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from springhead.errors import OptionError
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.digests import BatchDigest
from springhead.records.press import Press, records_of
from springhead.spec import STREAMS_DIR, load_stream
from tests.unit.build import HOUR, batch, field, rows, stream
from tests.unit.kernels import oracle

FIELDS: dict[str, Any] = {
    "id": {"uuid": 4},
    "first": {"choice": ["Ann", 'Bob "the" Builder', "Zoë\n"]},
    "secret": {"integer": [1, 9], "hidden": True},
    "at": {"timestamp": "iso"},
    "customer": {
        "object": {"city": {"faker": "city"}, "tag": {"template": "{first}-{city}"}, "deep": {"object": {"n": {"integer": [1, 3]}}}}
    },
    "note": {"choice": [None, "x"]},
    "line": {"template": "{first} {{{customer.deep.n}}} {note}"},
    "price": {"number": [0, 10]},
    "ok": {"boolean": 0.5},
    "badge": {"faker": "bothify", "with": {"text": "?## %"}, "unique": True},
}
# What puts rows together of other rows, fills in check characters and looks names up.
GATHERED: dict[str, Any] = {
    "account": {"faker": "iban", "locale": "es_ES"},
    "car": {"faker": "vin", "unique": True},
    "book": {"faker": "isbn10"},
    "said": {"faker": "text", "locale": ["en_US", "ja_JP"]},
    "day": {"faker": "day_of_week", "locale": {"en_US": 1, "de_DE": 2}},
}
KEYS: dict[str, Any] = {"key": "{id}/{secret}", "headers": {"city": "{customer.city}", "note": "{note}", "fixed": "f"}}


def all_rows(of: Batch, size: int = 4096) -> list[Any]:
    return [row for made in records_of(of, size) for row in rows(made)]


def digest(of: Batch, size: int = 4096) -> str:
    total = BatchDigest()
    for made in records_of(of, size):
        total.update(made)
    return total.hexdigest()


def test_a_record_holds_what_its_spec_says() -> None:
    for value, key, partition, time, headers in all_rows(batch(FIELDS, **KEYS)):
        record = json.loads(value)
        assert list(record) == ["id", "first", "at", "customer", "note", "line", "price", "ok", "badge"]
        assert record["customer"]["tag"] == f"{record['first']}-{record['customer']['city']}"
        assert record["line"] == (
            None if record["note"] is None else f"{record['first']} {{{record['customer']['deep']['n']}}} {record['note']}"
        )
        assert HOUR.start_us <= time * 1000 < HOUR.end_us
        assert record["at"] == oracle.iso(time * 1000)
        assert key is not None
        assert key.decode().startswith(record["id"] + "/")
        assert partition == (oracle.java_murmur2(key) & 0x7FFFFFFF) % 6
        named = {"city": record["customer"]["city"].encode(), "fixed": b"f"} | (
            {} if record["note"] is None else {"note": record["note"].encode()}
        )
        assert dict(headers) == named


@settings(max_examples=30)
@given(st.integers(1, 600))
def test_the_size_of_chunks_changes_no_byte(size: int) -> None:
    of = batch(FIELDS, **KEYS)
    assert all_rows(of, size) == all_rows(of)
    assert digest(of, size) == digest(of)


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 9), st.sampled_from([None, "{id}/{secret}"]), st.booleans())
def test_by_partition_they_are_the_same_records_and_in_the_same_order_within_each(
    n: int, partitions: int, key: str | None, headers: bool
) -> None:
    keys = {"key": key} | ({"headers": KEYS["headers"]} if headers else {})
    made = next(records_of(batch(FIELDS, records=n, partitions=partitions, **keys)))
    before = list(zip(made.ids.tolist(), rows(made), strict=True))
    sorted_ = made.by_partition()
    for buffer in (made.values.data, made.values.ends, made.partitions, made.timestamps_ms, made.ids):
        buffer[:] = 0  # its arrays are its own
    after = list(zip(sorted_.ids.tolist(), rows(sorted_), strict=True))
    assert after == sorted(before, key=lambda pair: (pair[1][2], pair[0]))


@settings(max_examples=30)
@given(st.permutations(range(12)), st.integers(1, 12))
def test_the_order_of_chunks_and_cutting_into_parts_change_no_byte(order: list[int], parts: int) -> None:
    of = batch(FIELDS, records=120, **KEYS)
    expected = all_rows(of)
    press = Press(of)
    made: dict[int, Any] = {}
    for block in order:
        ids = np.arange(block * 10, block * 10 + 10, dtype=np.uint64)
        made |= dict(zip(ids.tolist(), rows(press.records(ids)), strict=True))
    assert [made[n] for n in range(120)] == expected
    bounds = [120 * i // parts for i in range(parts + 1)]
    cut = [row for a, b in itertools.pairwise(bounds) for row in rows(Press(of).records(np.arange(a, b, dtype=np.uint64)))]
    assert cut == expected


@given(st.sets(st.sampled_from(["first", "at", "price", "ok", "id"]), min_size=1), st.randoms())
def test_other_fields_and_their_order_change_no_value(kept: set[str], chance: Any) -> None:
    names = sorted(kept)
    chance.shuffle(names)
    whole = [json.loads(row[0]) for row in all_rows(batch(FIELDS, records=50))]
    some = [json.loads(row[0]) for row in all_rows(batch({name: FIELDS[name] for name in names}, records=50))]
    assert some == [{name: record[name] for name in names} for record in whole]


def test_interval_variant_seed_and_run_id_each_make_another_batch() -> None:
    keys: dict[str, Any] = {"variants": {"v": {"partition": 0}}}
    later = Interval.parse("2026-03-01T11:00Z/PT1H")
    drawn = {"id": FIELDS["id"]}
    batches = [
        batch(drawn, **keys),
        batch(drawn, later, **keys),
        batch(drawn, variant="v", **keys),
        batch(drawn, seed="other", **keys),
        batch(drawn, run_id="manual__1", **keys),
        batch(drawn, run_id="manual__2", **keys),
    ]
    values = [frozenset(row[0] for row in all_rows(of)) for of in batches]
    assert len(frozenset.union(*values)) == 6 * 500


def test_event_times_ascend_within_the_interval() -> None:
    times = [row[3] for row in all_rows(batch(FIELDS, records=5000))]
    assert times == sorted(times)
    assert HOUR.start_us // 1000 <= times[0] <= times[-1] < HOUR.end_us // 1000


def test_records_without_key_spread_over_the_partitions_and_pinned_ones_do_not() -> None:
    drawn = [row[2] for row in all_rows(batch({"n": FIELDS["price"]}, records=6000))]
    assert all(abs(drawn.count(p) - 1000) < 150 for p in range(6))
    assert {row[2] for row in all_rows(batch({"n": FIELDS["price"]}, partition=3))} == {3}


def test_the_numbers_at_a_timestamp_are_those_of_the_records_that_carry_it() -> None:
    of = batch(FIELDS, Interval.parse("2026-03-01T10:00Z/2026-03-01T10:00:01Z"), records=3000)
    times = [row[3] for row in all_rows(of)]
    for time in {times[0], times[1500], times[-1]}:
        assert of.numbers_at(time).tolist() == [n for n, t in enumerate(times) if t == time]
    assert of.numbers_at(times[0] - 5).tolist() == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"records": 0}, "records: 0 is not within 1 … 100,000,000"),
        ({"records": 100_000_001}, "records: 100000001 is not within 1 … 100,000,000"),
        ({"partition": 6}, "partition: 6 is not within 0 … 5: the topic things has 6 partitions"),
        ({"partition": -1}, "partition: -1 is not within 0 … 5: the topic things has 6 partitions"),
    ],
)
def test_an_option_out_of_range_is_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        Batch.of(stream(FIELDS), HOUR, partitions=6, **options)
    assert str(caught.value) == text


def test_a_unique_field_has_a_value_of_its_own_in_each_record_of_a_batch() -> None:
    of = batch({"name": {"faker": "name", "locale": ["en_US", "de_DE"], "unique": True}}, records=20_000)
    assert len({row[0] for row in all_rows(of)}) == 20_000


def test_records_beyond_the_values_of_a_unique_field_are_an_error_before_the_first_one_is_made() -> None:
    plate = {"faker": "numerify", "with": {"text": "B-##"}, "unique": True}
    assert len({row[0] for row in all_rows(batch({"car": {"object": {"plate": plate}}}, records=100))}) == 100
    with pytest.raises(OptionError) as caught:
        Press(batch({"car": {"object": {"plate": plate}}}, records=101))
    assert str(caught.value) == (
        "fields.car.plate: 'unique' needs a value of its own for each of the batch's 101 records, and Faker's 'numerify' with 'text' has 100 that are "
        "known to differ in 'en_US'. Make the batch smaller, name a method, arguments or locales with more values, or use a template that holds a "
        "{uuid: 4} field"
    )


def test_a_unique_field_has_the_values_it_always_had() -> None:
    of = batch(
        {"badge": FIELDS["badge"], "id": {"faker": "uuid4", "unique": True}, "name": {"faker": "name", "unique": True}}, records=2000
    )
    assert digest(of) == "c29a7c4d3d456953d911f334b0f436e6"


# Golden digests of the shipped streams: a change that moves them bumps springhead.publish.receipt.GENERATION, on purpose and in the CHANGELOG.
GOLDEN = {
    "registrations": "67de4138b99868ae0d54f55aad9164d7",
    "addresses": "4069d0e1e12447df03efc86ac55cc6c9",
    "card_transactions": "72d8e3dd63b99e9048ae958ec4ac7401",
}


def golden(name: str) -> str:
    shipped = load_stream(STREAMS_DIR / f"{name}.yaml")
    kept = shipped.model_copy(update={"fields": {**shipped.fields, "event_time": field(timestamp="epoch_us")}})
    return digest(Batch.of(kept, HOUR, records=2000, partitions=6))


@pytest.mark.parametrize("name", GOLDEN)
def test_shipped_streams_have_the_bytes_they_always_had(name: str) -> None:
    assert golden(name) == GOLDEN[name]


PLAIN_CPU = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "-sse3,-ssse3,-sse4.1,-sse4.2,-avx,-avx2,-fma,-bmi,-bmi2,-popcnt",
    "NUMBA_LOOP_VECTORIZE": "0",
    "NUMBA_SLP_VECTORIZE": "0",
    "NUMBA_OPT": "1",
}


@pytest.fixture(scope="module", autouse=True)
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Two processes with kernel caches of their own, which have to compile all: both are at it while the tests of this file run."""
    root = Path(__file__).parents[2]
    started = {}
    for name, script, variables in (
        ("plain CPU", "print(*[golden(n) for n in GOLDEN])", {**PLAIN_CPU, "NPY_DISABLE_CPU_FEATURES": _numpy_features()}),
        # a chunk's size that divides nothing meets all ends
        (
            "checked",
            "print(digest(batch(FIELDS, **KEYS), 7), digest(batch(GATHERED), 7), *[golden(n) for n in GOLDEN])",
            {"NUMBA_BOUNDSCHECK": "1"},
        ),
    ):
        own = {"SPRINGHEAD_CACHE": str(tmp_path_factory.mktemp("cache")), "PYTHONPATH": f"{root / 'include'}{os.pathsep}{root}"}
        script = f"from tests.unit.test_records import *; {script}; import springhead.kernels.cache as c; assert list(c.cache_root().glob('kernels-*'))"
        started[name] = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, **own, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
        )
    yield started
    for process in started.values():
        process.kill()
        process.communicate()


def words_of(process: subprocess.Popen[str]) -> list[str]:
    """What it has printed at its end, in words."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.split()


def test_the_bytes_are_the_same_with_other_machine_code(others: dict[str, subprocess.Popen[str]]) -> None:
    """A process whose kernels are compiled for a plain CPU, without vectors."""
    assert words_of(others["plain CPU"]) == list(GOLDEN.values())


def test_no_kernel_reads_or_writes_outside_an_array(others: dict[str, subprocess.Popen[str]]) -> None:
    """A process whose kernels check every index; an IndexError would end it."""
    assert words_of(others["checked"]) == [digest(batch(FIELDS, **KEYS)), digest(batch(GATHERED)), *GOLDEN.values()]


def _numpy_features() -> str:
    """The CPU features that numpy would use beyond its baseline on this machine."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__  # type: ignore[import-not-found]

    return " ".join(feature for feature in __cpu_dispatch__ if __cpu_features__.get(feature))
