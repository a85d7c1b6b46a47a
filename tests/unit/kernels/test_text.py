"""The text kernel writes what its program says, and nothing outside its buffer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from springhead.columns.alignment import aligned, padded
from springhead.columns.column import State
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Check, Digits, Hex, Shared, Step, Sub, Uuid4, Whole, Words
from springhead.columns.levels import goes_by_levels
from springhead.columns.text_program import TextProgram, _Tables
from springhead.kernels import SLACK, text, words
from springhead.kernels.text import DIGITS, LUHN, WORD
from tests.unit.examples import examples
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


def rows(program: TextProgram, ids: list[int]) -> list[tuple[str, int]]:
    column = program.column(np.array(ids, np.uint64))
    ends = [0, *column.ends.tolist()]
    state = [0] * len(ids) if column.state is None else column.state.tolist()
    return [(column.data[a:b].tobytes().decode(), s) for a, b, s in zip(ends, ends[1:], state, strict=False)]


@given(programs, id_lists)
@examples(200)
def test_rows_are_those_of_the_plain_evaluation(program: list[Alternative], ids: list[int]) -> None:
    assert rows(TextProgram(program, DRAWS), ids) == [oracle.row(program, DRAWS, i) for i in ids]


@given(programs, id_lists, st.integers(0, 30))
def test_rows_do_not_depend_on_the_chunks(program: list[Alternative], ids: list[int], cut: int) -> None:
    made = TextProgram(program, DRAWS)
    assert rows(made, ids) == rows(made, ids[:cut]) + rows(made, ids[cut:])
    assert rows(made, ids[::-1]) == rows(made, ids)[::-1]


@pytest.mark.slow
@given(programs, id_lists, st.integers(SLACK, 400))
@examples(200)
def test_nothing_is_written_outside_the_buffer(program: list[Alternative], ids: list[int], size: int) -> None:
    made = TextProgram(program, DRAWS)
    guarded = np.full(size + 128, 0xAB, np.uint8)
    ends_guarded = np.full(len(ids) + 16, -7, np.int64)
    state_guarded = np.full(len(ids) + 16, 0xAB, np.uint8)
    within = slice(8, 8 + len(ids))
    done, used = made._run(
        *made._tables, np.array(ids, np.uint64), 0, 0, guarded[64 : 64 + size], ends_guarded[within], state_guarded[within]
    )
    assert (guarded[:64] == 0xAB).all()
    assert (guarded[64 + size :] == 0xAB).all()
    assert (ends_guarded[:8] == -7).all()
    assert (ends_guarded[8 + done :] == -7).all()
    assert (np.delete(state_guarded, within) == 0xAB).all()
    assert used <= size - SLACK
    assert guarded[64 : 64 + used].tobytes().decode() == "".join(oracle.row(program, DRAWS, i)[0] for i in ids[:done])


@given(st.lists(st.builds(Alternative, st.lists(st.one_of(plain, word_lists()), max_size=5).map(tuple), weights), min_size=1, max_size=4))
def test_the_kernel_of_words_writes_what_the_general_one_writes(program: list[Alternative]) -> None:
    tables, ids = _Tables(DRAWS), np.arange(600, dtype=np.uint64)
    _, widest = tables.group(program, ())
    assert tables.kernel is words
    outs, ends, none = np.zeros((2, 600 * widest + SLACK), np.uint8), np.zeros((2, 600), np.int64), np.zeros(0, np.uint8)
    used = [
        run(*tables.arrays(len(program), widest), ids, 0, 0, out, end, none)
        for run, out, end in zip((words, text), outs, ends, strict=True)
    ]
    assert used[0] == used[1] == (600, ends[0, -1])
    assert outs[0, : ends[0, -1]].tobytes() == outs[1, : ends[0, -1]].tobytes()
    assert ends[0].tolist() == ends[1].tolist()


def level(inner: st.SearchStrategy[Step]) -> st.SearchStrategy[list[Alternative]]:
    """Alternatives of steps of one kind, with constants beside them."""
    between = st.lists(st.text(st.characters(codec="utf-8"), max_size=3), max_size=2)
    pieces = st.lists(st.tuples(between, inner, between).map(lambda of: [*of[0], of[1], *of[2]]), min_size=1, max_size=10)
    return st.lists(
        st.builds(
            Alternative,
            pieces.map(lambda of: tuple(step for piece in of for step in piece)),
            weights,
            st.sampled_from([State.VALUE, State.VALUE, State.NULL]),
        ),
        min_size=1,
        max_size=4,
    )


def valued(alternatives: list[Alternative]) -> Sub:
    return Sub(tuple(Alternative(each.steps, each.weight) for each in alternatives))


unweighted = st.lists(plain, min_size=1, max_size=8).map(lambda texts: Words(tuple(texts)))
levelled = st.one_of(level(unweighted), level(level(unweighted).map(valued)), level(level(level(unweighted).map(valued)).map(valued)))


@pytest.mark.slow
@given(levelled, id_lists, st.integers(0, 30))
def test_words_level_by_level_are_those_of_the_plain_evaluation(program: list[Alternative], ids: list[int], cut: int) -> None:
    made = TextProgram(program, DRAWS)
    event(f"by levels: {goes_by_levels(program)}")
    assert rows(made, ids) == [oracle.row(program, DRAWS, i) for i in ids]
    assert rows(made, ids[:cut]) + rows(made, ids[cut:]) == rows(made, ids)


def test_words_level_by_level_of_many_blocks_are_those_of_the_plain_evaluation() -> None:
    word = Words(tuple(f"word{number}" for number in range(300)))
    sentence = Sub(tuple(Alternative((word,) * count, count) for count in range(1, 13)))
    program = [Alternative((sentence, *(" - ", sentence) * count, "\n")) for count in range(6)]
    assert goes_by_levels(program)
    assert rows(TextProgram(program, DRAWS), list(range(600))) == [oracle.row(program, DRAWS, i) for i in range(600)]


def test_which_programs_go_level_by_level() -> None:
    word, weighted = Words(("a", "b")), Words(("a", "b"), (1, 2))
    sentence = Sub((Alternative((word, " ", word, ".")), Alternative((word, "."))))
    assert goes_by_levels(sentence.alternatives)
    assert goes_by_levels([Alternative((sentence, " ", sentence))])
    assert not goes_by_levels([Alternative((word, word))]), "each row is of two words"
    assert not goes_by_levels([Alternative((sentence, word))]), "words of other depth"
    assert not goes_by_levels([Alternative((weighted,)), Alternative((word, word))])
    assert not goes_by_levels([Alternative((word,)), Alternative(("a constant",))]), "no word that the constant could be part of"
    assert not goes_by_levels([Alternative((sentence,) * 400)]), "more words than a block has room for"
    many = Words(tuple(map(str, range(9_000))))
    assert not goes_by_levels([Alternative((many, "-", many)), Alternative((many,))]), "lists that would be laid out too often"


@pytest.mark.slow
@given(levelled, st.lists(st.integers(0, 2**64 - 1), max_size=40), st.integers(SLACK, 3000))
def test_levels_write_nothing_outside_the_buffer(program: list[Alternative], ids: list[int], size: int) -> None:
    test_nothing_is_written_outside_the_buffer.hypothesis.inner_test(program, ids, size)


@given(st.lists(st.integers(1, 18), min_size=1, max_size=4), st.data())
def test_check_digits_are_those_of_the_definitions(counts: list[int], data: st.DataObject) -> None:
    laws = data.draw(st.lists(st.sampled_from(["luhn", "gs1"]), min_size=1, max_size=3))
    checks = [Check(law, data.draw(st.integers(1, sum(counts) + before))) for before, law in enumerate(laws)]
    program = [Alternative((*map(Digits, counts), *checks)), Alternative(("7", *map(Digits, counts), *checks, "x"), 0.3)]
    assert rows(TextProgram(program, DRAWS), list(range(100))) == [oracle.row(program, DRAWS, i) for i in range(100)]


def test_rows_of_many_blocks_are_those_of_the_plain_evaluation() -> None:
    many = (Digits(9), Check("luhn", 9)) * 3
    program = [
        Alternative(("a", Words(("b", "cc")), *many)),
        Alternative((*many, Sub((Alternative(many), Alternative(("long " * 9,), 2))), Whole(0, 10**9)), 2),
        Alternative((Uuid4(), Hex(3), Whole(7, 12, 3), Whole(0, 10**6, 4, 16)), 0.5, State.NULL),
    ]
    ids = list(range(1000))
    assert rows(TextProgram(program, DRAWS), ids) == [oracle.row(program, DRAWS, i) for i in ids]


shapes = st.lists(st.lists(st.sampled_from([WORD, WORD, DIGITS, LUHN]), max_size=5).map(tuple), min_size=1, max_size=6)


@given(shapes, st.data())
def test_shapes_are_filled_up_with_empty_words_only(given_shapes: list[tuple[int, ...]], data: st.DataObject) -> None:
    shares = data.draw(st.lists(st.floats(0.01, 100), min_size=len(given_shapes), max_size=len(given_shapes)))
    for shape, way in zip(given_shapes, aligned(given_shapes, shares), strict=True):
        assert sum(way) == len(shape)


def test_alternatives_that_differ_by_a_word_become_alike() -> None:
    assert aligned([(DIGITS, LUHN), (WORD, DIGITS, LUHN)], [1, 1]) == [[False, True, True], [True, True, True]]
    assert aligned([(WORD,) * 2, (WORD,) * 3], [97, 3]) == [[True] * 2, [True] * 3]  # too few would gain by it
    assert padded((DIGITS,), (LUHN, DIGITS)) is None


def test_a_row_that_would_not_fit_ends_the_call_and_loses_nothing() -> None:
    made = TextProgram([Alternative(("0123456789",))], DRAWS)
    ids, ends, none = np.arange(5, dtype=np.uint64), np.zeros(5, np.int64), np.zeros(0, np.uint8)
    for run in (text, words):
        assert run(*made._tables, ids, 0, 0, np.zeros(SLACK + 29, np.uint8), ends, none) == (2, 20)


def test_uuids_are_distinct_and_well_formed() -> None:
    import uuid

    values = [row for row, _ in rows(TextProgram([Alternative((Uuid4(),))], DRAWS), list(range(10_000)))]
    assert len(set(values)) == 10_000
    assert all(uuid.UUID(v).version == 4 and uuid.UUID(v).variant == uuid.RFC_4122 and str(uuid.UUID(v)) == v for v in values)
