"""Patterns: what is read, what is refused, and how likely each text is."""

from __future__ import annotations

import re
from collections import Counter
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.pattern import PRINTABLE, parse_pattern
from tests.unit.build import chunk, column, field, strings
from tests.unit.examples import examples

_LITERALS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4).map(re.escape)
_ESCAPES = st.sampled_from(r"\d \w \s \D \W \S . \. \\ \n \x41 \u00e9 \0 \101".split())  # noqa: SIM905 (a list takes a line per word)
_RANGES = st.tuples(st.characters(codec="utf-8"), st.integers(0, 40)).map(
    lambda pair: f"{re.escape(pair[0])}-{re.escape(chr(min(ord(pair[0]) + pair[1], 0x10FFFF)))}"
)
_RANGES = _RANGES.filter(lambda text: not re.search("[\ud800-\udfff]", text))
_MEMBERS = st.lists(st.sampled_from(r"a 0 _ \d \w \s \S \] \\ \- \n \b é".split()) | _RANGES, min_size=1, max_size=4).map("".join)  # noqa: SIM905
_CLASSES = _MEMBERS.map(lambda members: f"[{members}]") | st.sampled_from(["[^a-z]", r"[^\W]", "[^]a]", "[]a]", "[a-]", "[^-b]"])
_QUANTIFIERS = st.sampled_from(["?", "{2}", "{0}", "{1,3}", "{,2}", "{0,2}?", "{3}?", "+", "*", "{62,}", "{}", "{x"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.tuples(st.sampled_from(["(", "(?:"]), inner).map(lambda pair: f"{pair[0]}{pair[1]})")
    return (
        st.lists(inner, max_size=3).map("".join)
        | st.lists(group, min_size=1, max_size=3).map("|".join)
        | st.tuples(group | _CLASSES | _ESCAPES, _QUANTIFIERS).map("".join)
    )


PATTERNS = st.recursive(_LITERALS | _ESCAPES | _CLASSES, _grown, max_leaves=6)


def _readable(pattern: str) -> bool:
    """Whether it is one that is not too large to be made."""
    try:
        parse_pattern(pattern)
    except ValueError as error:
        if not re.search("repetitions within repetitions|stand .* deep", str(error)):
            raise
        return False
    return True


@given(PATTERNS.filter(_readable))
@examples(300)
def test_every_text_matches_its_pattern_in_python(pattern: str) -> None:
    for text in strings(column(field(regex=pattern), chunk(list(range(40))))):
        assert re.fullmatch(pattern, text), (pattern, text)


@given(PATTERNS.filter(_readable), st.lists(st.integers(0, 2**64 - 1), max_size=20), st.integers(0, 20))
def test_a_text_depends_on_its_record_alone(pattern: str, ids: list[int], cut: int) -> None:
    of = field(regex=pattern)
    whole = strings(column(of, chunk(ids)))
    assert whole == strings(column(of, chunk(ids[:cut]))) + strings(column(of, chunk(ids[cut:])))
    assert whole[::-1] == strings(column(of, chunk(ids[::-1])))


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("a|bc|[xy]", {"a": 1 / 3, "bc": 1 / 3, "x": 1 / 6, "y": 1 / 6}),
        ("a{0,3}", {"": 1 / 4, "a": 1 / 4, "aa": 1 / 4, "aaa": 1 / 4}),
        ("(a|b){1,2}", {"a": 1 / 4, "b": 1 / 4, "aa": 1 / 8, "ab": 1 / 8, "ba": 1 / 8, "bb": 1 / 8}),
        ("(x|[1-4])?", {"": 1 / 2, "x": 1 / 4, **dict.fromkeys("1234", 1 / 16)}),
        ("a{2,}", {"a" * count: 1 / 63 for count in range(2, 65)}),
        ("a*", {"a" * count: 1 / 65 for count in range(65)}),
        (r"[a\d]", dict.fromkeys("a0123456789", 1 / 11)),
        ("[aa]|b", {"a": 1 / 2, "b": 1 / 2}),
        ("^a|b$", {"a": 1 / 2, "b": 1 / 2}),
    ],
)
def test_alternatives_counts_and_characters_are_equally_likely(pattern: str, values: dict[str, float]) -> None:
    drawn = 40_000
    counts = Counter(strings(column(field(regex=pattern), chunk(list(range(drawn))))))
    assert set(counts) == set(values)
    square = sum((counts[text] - drawn * share) ** 2 / (drawn * share) for text, share in values.items())
    assert square < len(values) - 1 + 5 * (2 * len(values)) ** 0.5  # five standard deviations of χ²


@pytest.mark.parametrize(
    ("pattern", "characters"),
    [
        (".", PRINTABLE),
        (r"\d", digits),
        (r"\w", digits + ascii_letters + "_"),
        (r"\s", " "),
        (r"\D", [each for each in PRINTABLE if each not in digits]),
        (r"[^\w!-/]", " :;<=>?@[\\]^`{|}~"),
        (r"[à-å\d]", digits + "àáâãäå"),
        (r"[\t\n\b]", "\t\n\b"),
        ("[一-龥]{1}", [chr(code) for code in range(0x4E00, 0x9FA6)]),
    ],
)
def test_all_characters_of_a_class_come(pattern: str, characters: str) -> None:
    drawn = strings(column(field(regex=pattern), chunk(list(range(400_000 if len(characters) > 100 else 5000)))))
    assert set(drawn) == set(characters)


def test_texts_that_every_machine_makes() -> None:
    pattern = r"[A-Z]{2}-\d{4}(/[a-f0-9]{3,9}|\w{1,5}){1,2} (a|bc|[à-é]{2})?"
    assert strings(column(field(regex=pattern), chunk([0, 1, 2**63, 2**64 - 1]))) == [
        "KW-6163dGZg ",
        "AX-0027/99089d0A6 äâ",
        "FO-4178/949f/885999 bc",
        "WT-31872zHho5WV ",
    ]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("a(b", "the pattern cannot be read at character 2: missing ), unterminated subpattern"),
        ("*a", "the pattern cannot be read at character 1: nothing to repeat"),
        (
            "x[[:alpha:]]",
            "the pattern can be read in two ways at character 3: write a backslash before '[', '-', '&', '~' or '|' that stands for itself in a class",
        ),
        (
            "a^b",
            "the pattern cannot be used at character 2: '^' stands in the middle: an anchor may begin or end the pattern, where it changes nothing",
        ),
        (
            "(a$)",
            "the pattern cannot be used at character 3: '$' stands in the middle: an anchor may begin or end the pattern, where it changes nothing",
        ),
        (
            r"a\b",
            r"the pattern cannot be used at character 2: '\b' makes no text: there are \d \w \s \D \W \S, \n and the like, \xhh, \uhhhh",
        ),
        (
            r"(a)\1",
            r"the pattern cannot be used at character 4: '\1' is a back-reference: nothing is remembered; use a template over two fields",
        ),
        *(
            (
                f"x{group}a)",
                f"the pattern cannot be used at character 2: '{group}…' makes no text: groups are (…), (?:…) and (?P<name>…); "
                "look-around, back-references, flags and comments are not understood",
            )
            for group in ("(?=", "(?!", "(?#", "(?>")
        ),
        ("a++", "the pattern cannot be used at character 2: '++' is possessive: write it without the second '+'"),
        ("a{65}", "the pattern cannot be used at character 2: '{65}' repeats more than 64 times, the most that there is"),
        ("xa{1,100}", "the pattern cannot be used at character 3: '{1,100}' repeats more than 64 times, the most that there is"),
        (
            "[^ -~]",
            "the pattern cannot be used at character 1: '[^ -~]' leaves no character: what is not in a class is looked for in printable ASCII",
        ),
        (r"\udfff", r"the pattern cannot be used at character 1: '\udfff' is half of a character"),
        (
            r"[\x00-\U0010ffff]",
            r"the pattern cannot be used at character 1: '[\x00-\U0010ffff]' has 1,112,064 characters; a class has at most 65,536",
        ),
        (
            "(a*b*)*",
            "the repetitions within repetitions make a program of 8,652,800 steps; at most 50,000: give the inner or the outer ones fewer counts, such as {1,8} in place of +",
        ),
        ("(" * 13 + "a" + "|b)" * 13, "alternatives and repetitions stand 13 deep in each other; at most 12"),
        (
            "(" * 499 + "a" + ")" * 499,
            "the pattern is nested too deeply, or counts too high: groups stand at most 12 deep in each other",
        ),
        ("x" * 1001, "a pattern has at most 1,000 characters; this one has 1,001"),
    ],
)
def test_what_makes_no_text_is_refused_with_its_place(pattern: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r"character|deep|repetitions") as caught:
        parse_pattern(pattern)
    assert str(caught.value) == problem
