"""YAML is read strictly, and every value knows its place."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.spec.yaml import MAX_BYTES, YamlError, read_yaml


def value(text: str) -> Any:
    return read_yaml(text.encode()).value


def error(data: str | bytes) -> str:
    with pytest.raises(YamlError) as caught:
        read_yaml(data if isinstance(data, bytes) else data.encode())
    return f"{caught.value.line}:{caught.value.column} {caught.value}" if caught.value.line else str(caught.value)


class TestScalars:
    @pytest.mark.parametrize(
        "text",
        [
            "NO",
            "no",
            "yes",
            "on",
            "off",
            "y",
            "2026-01-01",
            "2026-01-01T00:00:00Z",
            "1:30",
            "1_000",
            "0b1",
            "1.2.3",
            "+",
            "-",
            ".",
            "=",
            "0x",
            "1e",
            "٣",
        ],
    )
    def test_text_stays_text(self, text: str) -> None:
        assert value(f"a: {text if text != '-' else '+-'}") == {"a": text if text != "-" else "+-"}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("null", None),
            ("~", None),
            ("", None),
            ("true", True),
            ("FALSE", False),
            ("0", 0),
            ("-12", -12),
            ("+5", 5),
            ("0o17", 15),
            ("0xFF", 255),
            ("1.5", 1.5),
            ("-.5", -0.5),
            ("1e3", 1000.0),
            ("1.", 1.0),
            ("9223372036854775807", 2**63 - 1),
        ],
    )
    def test_the_core_schema_of_yaml_1_2_is_read(self, text: str, expected: object) -> None:
        found = value(f"a: {text}")["a"]
        assert found == expected
        assert type(found) is type(expected)

    def test_quotes_make_text_of_anything(self) -> None:
        assert value("""{a: "1", b: 'true', c: "null", d: "012"}""") == {"a": "1", "b": "true", "c": "null", "d": "012"}

    def test_keys_are_read_like_values(self) -> None:
        assert value("{0: a, true: b, null: c, NO: d}") == {0: "a", True: "b", None: "c", "NO": "d"}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a: 012", "1:4 '012' is read differently by different readers: leave the leading zeros out, or write \"012\" for a text"),
            (
                "a: -01.5",
                "1:4 '-01.5' is read differently by different readers: leave the leading zeros out, or write \"-01.5\" for a text",
            ),
            ("a: .nan", "1:4 '.nan' is not a number that JSON has"),
            ("a: -.inf", "1:4 '-.inf' is not a number that JSON has"),
            ("a: 1e999", "1:4 '1e999' is too large a number"),
            ("a: 9223372036854775808", "1:4 '9223372036854775808' does not fit into 64 bits: write it in quotes for a text"),
            ("a: " + "9" * 5000, f"1:4 '{'9' * 60}' does not fit into 64 bits: write it in quotes for a text"),
        ],
    )
    def test_numbers_that_mean_no_one_thing_are_refused(self, text: str, message: str) -> None:
        assert error(text) == message


class TestDuplicateKeys:
    def test_the_second_is_an_error_that_names_the_first(self) -> None:
        assert error("a: 1\nb: 2\na: 3\n") == "3:1 the key 'a' stands twice; first on line 1"

    def test_a_text_is_equal_to_itself_however_it_is_quoted(self) -> None:
        assert error('{"a": 1, a: 2}') == "1:10 the key 'a' stands twice; first on line 1"

    @pytest.mark.parametrize(
        ("text", "first", "second"), [("{1: a, 1.0: b}", "1", "1.0"), ("{1: a, true: b}", "1", "true"), ("{~: a, null: b}", "~", "null")]
    )
    def test_keys_that_mean_the_same_are_told_as_they_are_written(self, text: str, first: str, second: str) -> None:
        what = f"the keys '{first}' (line 1) and '{second}' mean the same here: put one into quotes for a text, or leave it out"
        assert error(text) == f"1:8 {what}"


class TestWhatIsNotAllowed:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a: &x 1\nb: *x", "1:4 anchors are not allowed: '&x'"),
            ("a: *x", "1:4 aliases are not allowed: write out what '*x' stands for"),
            ("&x a: 1", "1:1 anchors are not allowed: '&x'"),
            ("a: &x [1]", "1:4 anchors are not allowed: '&x'"),
            ("a: !!python/object/apply:os.system [ls]", "1:4 tags are not allowed: 'tag:yaml.org,2002:python/object/apply:os.system'"),
            ("a: !!str 1", "1:4 tags are not allowed: 'tag:yaml.org,2002:str'"),
            ("a: !custom {}", "1:4 tags are not allowed: '!custom'"),
            ("<<: {a: 1}", "1:1 merge keys are not allowed: '<<'"),
            ("{[1]: 2}", "1:2 a key is a text, a number, true, false or null; here is a mapping or a list"),
            ("? {a: 1}\n: 2", "1:3 a key is a text, a number, true, false or null; here is a mapping or a list"),
            ("a: 1\n---\nb: 2", "2:1 a second document begins here; a file has one"),
            ("", "the file is empty"),
            ("# nothing but a comment\n", "the file is empty"),
            (
                "a: [1",
                "1:6 this is not YAML: did not find expected ',' or ']' while parsing a flow sequence. What opens on line 1, column 4, is not closed, or a comma is missing in it",
            ),
            (
                "a: 1\n\tb: 2",
                "2:1 this is not YAML: found a tab character that violates indentation while scanning a plain scalar. YAML is indented with spaces, not with tabs",
            ),
            ("a: \x00", "1:4 YAML does not allow the character U+0000"),
            (b"a: \xff", "the file is not UTF-8: byte 0xff on line 1. Save it as UTF-8"),
            ("a: ü".encode("utf-16"), "the file is not UTF-8: byte 0xff on line 1. Save it as UTF-8"),
        ],
    )
    def test_it_is_an_error_with_its_place(self, text: str | bytes, message: str) -> None:
        assert error(text) == message

    def test_thirty_two_levels_are_read_and_thirty_three_are_not(self) -> None:
        assert value("[" * 32 + "]" * 32)
        assert error("[" * 33 + "]" * 33) == "1:33 more than 32 levels of nesting"
        assert error("[" * 500_000) == "1:1001 this is not YAML: exceeded maximum nesting depth while increasing flow level"
        assert error("{a: " * 100_000) == "1:129 more than 32 levels of nesting"

    def test_more_than_a_mebibyte_is_refused(self) -> None:
        assert error(b"a: " + b"x" * 2 * MAX_BYTES) == "the file has more than 1 MiB: a stream has at most 1,048,576 bytes"


class TestHints:
    """What is not YAML is told with what was probably meant."""

    @pytest.mark.parametrize(
        ("text", "place", "hint"),
        [
            ("schedule: */5 * * * *", "1:12", 'A text that begins with * needs quotes: "*/5 * * * *"'),
            ("schedule: */5 * * * *  # often", "1:12", 'A text that begins with * needs quotes: "*/5 * * * *"'),
            ("{schedule: */5 * * * *}", "1:13", "A text that begins with * needs quotes"),
            ("tags:\n  - @home", "2:5", 'A text that begins with @ needs quotes: "@home"'),
            ('a: `say "x"`', "1:4", """A text that begins with ` needs quotes: '`say "x"`'"""),
            ("key: {customer}{order}", "1:16", 'A text that begins with { needs quotes around all of it: "{customer}{order}"'),
            ("key: {customer}-{order}", "1:16", 'A text that begins with { needs quotes around all of it: "{customer}-{order}"'),
            ("fields:\n  a: {faker: name},\n  b: {faker: name}", "2:19", "',' is too much: the value ends before it"),
            ("fields:\n  a: {faker: name}}", "2:19", "'}' is too much: the value ends before it"),
            (
                "fields:\n  a: {uuid: 4}\n b: {uuid: 4}",
                "3:2",
                "The keys of the mapping that begins on line 1 stand in column 1; this line begins in column 2",
            ),
            (
                "fields:\n  a: {uuid: 4}\n   b: {uuid: 4}",
                "3:4",
                "The keys of the mapping that begins on line 2 stand in column 3; this line begins in column 4",
            ),
            ("description: say: hello", "1:17", """A text with ': ' in it needs quotes: "say: hello\""""),
            (
                "topic:t\nfields: {a: {uuid: 4}}",
                "2:7",
                "Every key of a mapping begins in the same column, and behind its ':' stands a blank or the end of the line",
            ),
            ("topic: t\nfields\n  a: {uuid: 4}", "3:4", "The key on line 2 has no ':' behind it"),
            ("a: {b: 1\nc: 2", "2:2", "What opens on line 1, column 4, is not closed, or a comma is missing in it"),
            (
                r'a: {regex: "\d{4}"}',
                "1:13",
                r"Between double quotes a backslash begins an escape such as \n: put the text into single quotes, or write the backslash twice",
            ),
            (
                r'a: "\ud83d\ude00"',
                "1:7",
                r"Write the character itself, or \U and its number in eight hexadecimal digits, such as \U0001F600",
            ),
            ('a: "x\nb: 1', "2:5", "The quote that opens on line 1, column 4, is not closed"),
        ],
    )
    def test_it_names_the_remedy(self, text: str, place: str, hint: str) -> None:
        told = error(text)
        assert told.startswith(f"{place} this is not YAML: ")
        assert told.endswith(f". {hint}")


class TestPlaces:
    def test_keys_and_values_are_found(self) -> None:
        document = read_yaml(b"a:\n  b: [x, {true: y}]\n")
        assert document.mark(("a", "b", 1, True)) == (("a", "b", "1", "true"), document.marks["a", "b", "1", "true"])
        assert document.marks["a", "b", "1", "true"].key == (2, 11)
        assert document.marks["a", "b", "1", "true"].value == (2, 17)

    def test_a_place_that_is_not_there_is_found_as_far_as_it_goes(self) -> None:
        document = read_yaml(b"a: {b: 1}")
        assert document.mark(("a", "c", "d"))[0] == ("a",)

    def test_columns_count_characters_and_a_byte_order_mark_is_none(self) -> None:
        assert read_yaml("\ufeffñ: {ü: 1}".encode()).marks["ñ", "ü"].value == (1, 8)


class TestAnyText:
    @given(st.text(st.sampled_from("ab01:-?,[]{}&*!|>'\"%@`#\n\t ~.eE+x\u2028\x85\ufeff\x00ü"), max_size=60))
    def test_it_is_read_or_refused_and_nothing_else_happens(self, text: str) -> None:
        with suppress(YamlError):
            document = read_yaml(text.encode())
            assert all(0 < mark.value[0] <= len(document.lines) + 1 for mark in document.marks.values())

    @given(st.binary(max_size=60))
    def test_no_bytes_raise_anything_else(self, data: bytes) -> None:
        with suppress(YamlError):
            read_yaml(data)
