"""What was probably meant where a text is not YAML: libyaml speaks of tokens, and a user of quotes and of columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

_VALUE = re.compile(r"\s*(?:-\s+)*(?:[^\s:#'\"{}\[\],][^:#'\"{}\[\],]*|'[^']*'|\"[^\"]*\"):\s+(?=\S)|\s*(?:-\s+)+(?=\S)")
_NEED_QUOTES = "*&!|>@%`"  # a text cannot begin with these


def hint(error: yaml.MarkedYAMLError, lines: Sequence[str], at: tuple[int, int]) -> str:
    """A sentence about what to change; empty where nothing likely is known.

    Args:
        error: libyaml's.
        lines: of the text.
        at: the line and the column of the problem, both from 0.
    """
    line, column = at
    began = error.context_mark or error.problem_mark
    if began is None:
        return ""
    text, problem, context = lines[line], error.problem or "", error.context or ""
    if "\t" in text[: column + 1]:
        return "YAML is indented with spaces, not with tabs"
    if problem == "found character that cannot start any token" or context.startswith(
        ("while scanning an a", "while scanning a block scalar")
    ):
        return _unquoted(lines[began.line], began.column)
    if context == "while parsing a block mapping":
        return _in_a_mapping(text, column, began)
    if problem.startswith("mapping values are not allowed"):
        value = _value_at(text)
        if 0 < value < column:
            return f"A text with ': ' in it needs quotes: {_quoted(text[value:])}"
        return "Every key of a mapping begins in the same column, and behind its ':' stands a blank or the end of the line"
    if problem == "could not find expected ':'":
        return f"The key on line {began.line + 1} has no ':' behind it"
    if context.startswith("while parsing a flow"):
        if text[column - 1 : column + 1] == "${" and (name := re.match(r"\{[^{}]*\}", text[column:])):
            return f'Between brackets a parameter needs quotes: "${name[0]}"'
        return f"What opens on line {began.line + 1}, column {began.column + 1}, is not closed, or a comma is missing in it"
    if problem == "found unknown escape character":
        return (
            "Between double quotes a backslash begins an escape such as \\n: put the text into single quotes, or write the backslash twice"
        )
    if problem == "found invalid Unicode character escape code":
        return "Write the character itself, or \\U and its number in eight hexadecimal digits, such as \\U0001F600"
    if context == "while scanning a quoted scalar":
        return f"The quote that opens on line {began.line + 1}, column {began.column + 1}, is not closed"
    return ""


def _in_a_mapping(text: str, column: int, began: yaml.Mark) -> str:
    value = _value_at(text)
    if 0 < value < column:
        rest = text[column:].strip()
        if rest[:1] in (",", "}", "]"):
            return f"'{rest}' is too much: the value ends before it"
        return f"A text that begins with {text[value]} needs quotes around all of it: {_quoted(text[value:])}"
    if (indent := len(text) - len(text.lstrip(" "))) != began.column:
        return f"The keys of the mapping that begins on line {began.line + 1} stand in column {began.column + 1}; this line begins in column {indent + 1}"
    return ""


def _unquoted(text: str, column: int) -> str:
    if column >= len(text) or text[column] not in _NEED_QUOTES:
        return ""
    whole = f": {_quoted(text[column:])}" if _value_at(text) == column else ""
    return f"A text that begins with {text[column]} needs quotes{whole}"


def _value_at(text: str) -> int:
    """The column where the value of a line's key or item begins; 0: the line has none."""
    found = _VALUE.match(text)
    return found.end() if found else 0


def _quoted(value: str) -> str:
    """A text as it is written in YAML, without the comment behind it."""
    value = re.sub(r"\s+#.*$", "", value).strip()
    return f'"{value}"' if not re.search(r'["\\]', value) else "'" + value.replace("'", "''") + "'"
