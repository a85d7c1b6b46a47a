"""How a template prints a field, `{price:>10,.2f}`: a part of Python's format specifications. Imports nothing heavy, because DAG parsing reads templates, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from springhead.columns.type import Kind, Type

WIDEST_FORMAT = 300
MOST_SHOWN = 30

UNDERSTOOD = "a character that fills and < > ^, + or a space, 0, a width, a comma, .2f for numbers, .3 for the first 3 characters of a text, d, x and X"
_FORM = re.compile(
    r"(?:(?P<fill>.)(?=[<>^]))?(?P<align>[<>^])?(?P<sign>[-+ ])?(?P<zeros>0)?(?P<width>\d+)?(?P<grouped>,)?(?:\.(?P<precision>\d+))?(?P<type>[sdfxX])?",
    re.ASCII | re.DOTALL,
)
_ELSEWHERE = {
    "=": "zeros behind the sign are written 08",
    "_": "thousands are grouped by a comma",
    "%": "write the number as a share, such as .2f",
}


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format as it was written, and taken apart.

    Attributes:
        text: what stands behind the colon.
        fill, align: the character that fills, and where the text stands: "<", ">", "^" or "", which is left for texts and right for numbers.
        sign: of numbers that are not negative: "+", " " or "".
        zeros: whether zeros fill up to the width, behind the sign.
        width: characters at least.
        grouped: whether commas stand between thousands.
        precision: decimals of a number, most characters of a text; None: as it is.
        type: "s", "d", "f", "x", "X" or "".
    """

    text: str
    fill: str
    align: str
    sign: str
    zeros: bool
    width: int
    grouped: bool
    precision: int | None
    type: str

    def unfit(self, type_: Type) -> str:
        """Why values of this type cannot be printed so; empty: they can."""
        if type_.kind is not Kind.NUMBER:
            wrong = self.type if self.type in ("d", "f", "x", "X") else "," * self.grouped or self.sign or "0" * self.zeros
            what = "true and false" if type_.kind is Kind.BOOLEAN else "texts"
            return f"'{wrong}' is for numbers, and its values are {what}" if wrong else ""
        if self.type == "s":
            return "'s' is for texts, and its values are numbers"
        if self.precision is not None and self.type != "f":
            return f"decimals of numbers are written .{self.precision}f"
        if self.type in ("d", "x", "X") and type_.decimals:
            return f"'{self.type}' is for whole numbers, and its values have {type_.decimals} decimals: write .0f"
        return ""


@lru_cache(1024)
def parse_format(text: str) -> TextFormat:
    """What a format means.

    Raises:
        FormatError: it is not understood.
    """
    found = _FORM.match(text)
    assert found is not None  # all of it may be left out
    if (at := found.end()) < len(text):
        raise FormatError(
            at, f"'{text[at]}' is not understood{f': {_ELSEWHERE[text[at]]}' if text[at] in _ELSEWHERE else ''}; there are {UNDERSTOOD}"
        )
    width, precision = int(found["width"] or 0), None if found["precision"] is None else int(found["precision"])
    if width > WIDEST_FORMAT:
        raise FormatError(found.start("width"), f"a width is at most {WIDEST_FORMAT}")
    if found["zeros"] and found["align"]:
        raise FormatError(
            found.start("zeros"),
            f"'0' puts zeros behind the sign and goes with no '{found['align']}': write the character that fills before it, 0{found['align']}{width or 8}",
        )
    if found["type"] == "f" and precision is None:
        raise FormatError(found.start("type"), "'f' needs the number of decimals, such as .2f")
    if found["type"] == "f" and precision is not None and precision > MOST_SHOWN:
        raise FormatError(found.start("precision"), f"a number is printed with at most {MOST_SHOWN} decimals")
    if found["type"] in ("x", "X") and found["grouped"]:
        raise FormatError(found.start("grouped"), "a comma groups decimal digits, and no hexadecimal ones")
    sign = "" if found["sign"] in (None, "-") else found["sign"]
    return TextFormat(
        text,
        found["fill"] or " ",
        found["align"] or "",
        sign,
        bool(found["zeros"] and width),
        width,
        bool(found["grouped"]),
        precision,
        found["type"] or "",
    )


class FormatError(ValueError):
    """A format that is not understood. at: where, from 0."""

    def __init__(self, at: int, message: str) -> None:
        self.at = at
        super().__init__(message)
