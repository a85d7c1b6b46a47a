"""Times print as Python prints them, from the year 1 to 9999, and nothing is written outside the buffers; moments lie between their ends."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from springhead.columns.time_text import ISO_FRACTION, NAIVE, TimeText
from springhead.kernels import SLACK, format_times
from springhead.kernels.times import moments
from tests.unit.build import texts
from tests.unit.examples import examples
from tests.unit.kernels import oracle

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LEAST, MOST = -62_135_596_800_000_000, 253_402_300_799_999_999
times = st.one_of(
    st.integers(LEAST, MOST),
    st.integers(-3 * 86_400_000_000, 3 * 86_400_000_000),
    st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)).map(  # noqa: DTZ001
        lambda moment: (moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)
    ),
)
# Python leaves out the zeros of a year before 1000, where C does; isoformat() does not, and it is what dates print as.
forms = st.lists(st.one_of(st.sampled_from(sorted(NAIVE - {"%Y"})), st.text('ab:-é\n"漢', max_size=20)), max_size=8).map("".join)


# Of any moments, and such as event times are: several in one minute.
chunks = st.one_of(
    st.lists(times, max_size=20),
    st.tuples(st.integers(LEAST, MOST - 120_000_000), st.lists(st.integers(0, 120_000_000), max_size=20)).map(
        lambda begin: [begin[0] + after for after in begin[1]]
    ),
)


@examples(300)
@given(chunks, forms)
@example([-1, LEAST, MOST, 0, -86_400_000_000], "%j")
def test_times_print_as_python_prints_them(moments_us: list[int], form: str) -> None:
    made = texts(TimeText(f"%Y-%m-%dT%H:%M:%S{ISO_FRACTION}|{form}").column(np.array(moments_us, np.int64)))
    python = [EPOCH.replace(tzinfo=None) + dt.timedelta(microseconds=us) for us in moments_us]
    assert made == [f"{moment.isoformat()}|{moment.strftime(form)}" for moment in python]


@given(chunks, forms)
def test_times_of_one_minute_print_as_any_others(moments_us: list[int], form: str) -> None:
    made = texts(TimeText(f"%j %H:%M:%S.%f{form}").column(np.array(moments_us, np.int64)))
    python = [EPOCH.replace(tzinfo=None) + dt.timedelta(microseconds=us) for us in moments_us]
    assert made == [moment.strftime(f"%j %H:%M:%S.%f{form}") for moment in python]
    assert texts(TimeText("%S.%3").column(np.array(moments_us, np.int64))) == [f"{moment:%S.%f}"[:-3] for moment in python]


@given(chunks.filter(bool), forms)
def test_nothing_is_written_outside_the_buffers(moments_us: list[int], form: str) -> None:
    made, n = TimeText(form), len(moments_us)
    size = n * made._width + SLACK
    out, ends = np.full(size + 128, 0xAB, np.uint8), np.full(n + 16, -7, np.int64)
    used = format_times(*made._program, made._blob, np.array(moments_us, np.int64), out[64 : 64 + size], ends[8 : 8 + n])
    assert 0 <= used <= size - SLACK
    assert (out[:64] == 0xAB).all()
    assert (out[64 + size :] == 0xAB).all()
    assert (ends[:8] == -7).all()
    assert (ends[8 + n :] == -7).all()
    if made._width:
        assert format_times(*made._program, made._blob, np.array(moments_us, np.int64), out[64 : 63 + size], ends[8 : 8 + n]) == -1


@pytest.mark.parametrize("form", ["%A", '"', "\n"])
def test_only_a_text_without_anything_to_escape_is_plain(form: str) -> None:
    assert TimeText(form).type.plain == (form == "%A")


@given(
    st.integers(0, 2**64 - 1), st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(LEAST, MOST), st.integers(0, 2**58)), max_size=20)
)
def test_a_moment_is_drawn_between_its_ends(key: int, rows: list[tuple[int, int, int]]) -> None:
    ids = np.array([i for i, _, _ in rows], np.uint64)
    low, length = (np.array([row[at] for row in rows], np.int64) for at in (1, 2))
    out = np.full(len(rows) + 16, -7, np.int64)
    moments(np.uint64(key), ids, low, low + length, out[8 : 8 + len(rows)])
    assert out[8 : 8 + len(rows)].tolist() == [begin + oracle.below(oracle.u64(key, i), long) for i, begin, long in rows]
    assert (np.delete(out, range(8, 8 + len(rows))) == -7).all()
