"""Texts that match a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.columns.pattern import LONGEST_PATTERN, parse_pattern
from springhead.columns.type import TEXT, Type
from springhead.fields.field import Field
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker


def _pattern(text: str) -> str:
    parse_pattern(text)
    return text


class Regex(Field, kind="regex"):
    """A text that matches a regular expression: each alternative, each character of a class and each count of a repetition is as likely as another."""

    example = "{regex: '[A-Z]{2}-[0-9]{4}(/[a-f]+)?'}"

    regex: Annotated[str, AfterValidator(_pattern)] = Argument(
        description="A pattern of Python's with literals, classes, ., groups, |, ?, *, +, {m,n}, \\d, \\w and \\s, for the whole text. "
        "* is 0 … 64 times, + 1 … 64; . and what a negated class leaves are printable ASCII.",
        json_schema_extra={"maxLength": LONGEST_PATTERN},
    )

    def column_type(self, reach: Reach) -> Type:
        return TEXT

    def maker(self, site: Site) -> Maker:
        from springhead.columns.pattern_steps import pattern_alternatives
        from springhead.columns.text_program import text_maker

        return text_maker(pattern_alternatives(parse_pattern(self.regex)), site.draws)
