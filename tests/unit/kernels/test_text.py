"""The text kernel writes what its program says, and nothing outside its buffer."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from springhead.column import State
from springhead.draws import Draws
from springhead.kernels import SLACK, text
from springhead.program import Program
from springhead.steps import Alternative, Digits, Hex, Shared, Step, Sub, Uuid4, Whole, Words
from tests.unit.kernels import oracle

plain = st.text(st.characters(codec="utf-8"), max_size=40)
weights = st.one_of(st.integers(1, 1000), st.floats(0.001, 1000))


@st.composite
def word_lists(draw: st.DrawFn) -> Words:
    words = draw(st.lists(plain, min_size=1, max_size=8))
    return Words(tuple(words), draw(st.one_of(st.none(), st.lists(weights, min_size=len(words), max_size=len(words)).map(tuple))))


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    low = draw(st.integers(0, 10**12))
    return Whole(low, low + draw(st.integers(0, 10**12)), draw(st.integers(0, 16)), draw(st.sampled_from([10, 16])))


def parts(inner: st.SearchStrategy[Step]) -> st.SearchStrategy[Step]:
    """Steps that hold steps: another program in its place, or a draw that others share."""
    alternative = st.builds(Alternative, st.lists(inner, max_size=3).map(tuple), weights)
    unshared = inner.filter(lambda step: not isinstance(step, Shared))
    return st.one_of(
        st.builds(Sub, st.lists(alternative, min_size=1, max_size=3).map(tuple)), st.builds(Shared, st.integers(0, 2), unshared)
    )


flat: st.SearchStrategy[Step] = st.one_of(
    plain, word_lists(), st.builds(Digits, st.integers(1, 18)), st.builds(Hex, st.integers(1, 16)), wholes(), st.just(Uuid4())
)
steps = st.recursive(flat, parts, max_leaves=8)
alternatives = st.builds(
    Alternative, st.lists(steps, max_size=6).map(tuple), weights, st.sampled_from([State.VALUE, State.VALUE, State.NULL])
)
programs = st.lists(alternatives, min_size=1, max_size=4)
id_lists = st.lists(st.integers(0, 2**64 - 1), max_size=30)
DRAWS = Draws(("oracle",), ("field",))


def rows(program: Program, ids: list[int]) -> list[tuple[str, int]]:
    column = program.column(np.array(ids, np.uint64))
    ends = [0, *column.ends.tolist()]
    state = [0] * len(ids) if column.state is None else column.state.tolist()
    return [(column.data[a:b].tobytes().decode(), s) for a, b, s in zip(ends, ends[1:], state, strict=False)]


@given(programs, id_lists)
@settings(max_examples=200)
def test_rows_are_those_of_the_plain_evaluation(program: list[Alternative], ids: list[int]) -> None:
    assert rows(Program(program, DRAWS), ids) == [oracle.row(program, DRAWS, i) for i in ids]


@given(programs, id_lists, st.integers(0, 30))
def test_rows_do_not_depend_on_the_chunks(program: list[Alternative], ids: list[int], cut: int) -> None:
    made = Program(program, DRAWS)
    assert rows(made, ids) == rows(made, ids[:cut]) + rows(made, ids[cut:])
    assert rows(made, ids[::-1]) == rows(made, ids)[::-1]


@given(programs, id_lists, st.integers(SLACK, 400))
@settings(max_examples=200)
def test_nothing_is_written_outside_the_buffer(program: list[Alternative], ids: list[int], size: int) -> None:
    made = Program(program, DRAWS)
    guarded = np.full(size + 128, 0xAB, np.uint8)
    ends_guarded = np.full(len(ids) + 16, -7, np.int64)
    state_guarded = np.full(len(ids) + 16, 0xAB, np.uint8)
    done, used = text(
        *made._tables,
        np.array(ids, np.uint64),
        0,
        0,
        guarded[64 : 64 + size],
        ends_guarded[8 : 8 + len(ids)],
        state_guarded[8 : 8 + len(ids)],
    )
    assert (guarded[:64] == 0xAB).all()
    assert (guarded[64 + size :] == 0xAB).all()
    assert (ends_guarded[:8] == -7).all()
    assert (ends_guarded[8 + done :] == -7).all()
    assert (state_guarded[:8] == 0xAB).all()
    assert (state_guarded[8 + done :] == 0xAB).all()
    assert used <= size - SLACK
    assert guarded[64 : 64 + used].tobytes().decode() == "".join(oracle.row(program, DRAWS, i)[0] for i in ids[:done])


def test_a_row_that_would_not_fit_ends_the_call_and_loses_nothing() -> None:
    made = Program([Alternative(("0123456789",))], DRAWS)
    ids, ends, none = np.arange(5, dtype=np.uint64), np.zeros(5, np.int64), np.zeros(0, np.uint8)
    assert text(*made._tables, ids, 0, 0, np.zeros(SLACK + 29, np.uint8), ends, none) == (2, 20)


def test_uuids_are_distinct_and_well_formed() -> None:
    import uuid

    values = [row for row, _ in rows(Program([Alternative((Uuid4(),))], DRAWS), list(range(10_000)))]
    assert len(set(values)) == 10_000
    assert all(uuid.UUID(v).version == 4 and uuid.UUID(v).variant == uuid.RFC_4122 and str(uuid.UUID(v)) == v for v in values)
