"""The record's event time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.columns.type import Kind, Type, number
from springhead.fields.field import Field
from springhead.fields.site import Reach, Site
from springhead.wording import listed, meant

if TYPE_CHECKING:
    from springhead.columns.column import Maker


_UNITS_US = {"epoch_s": 1_000_000, "epoch_ms": 1000, "epoch_us": 1}
NAMED_FORMS = ("iso", *_UNITS_US)
DIRECTIVES = ("%Y", "%m", "%d", "%H", "%M", "%S", "%f", "%j", "%z", "%Z", "%%")  # the names of days and months depend on a locale


def _form(form: str) -> str:
    if form in NAMED_FORMS:
        return form
    unknown = [found for found in re.findall(r"%.?", form, re.DOTALL) if found not in DIRECTIVES]
    if unknown:
        raise ValueError(f"'{unknown[0]}' is not known in a time's text; there are {' '.join(DIRECTIVES)}")
    if "%" not in form.replace("%%", ""):
        raise ValueError(
            f"'{form}' is no form of a time: {listed(NAMED_FORMS)}, or a strftime text such as '%Y-%m-%d'{meant(form, NAMED_FORMS)}"
        )
    return form


class Timestamp(Field, kind="timestamp"):
    """The record's event time, in UTC; it is the record's CreateTime too."""

    example = "{timestamp: iso}"
    draws = False

    later = Field.later | {"offset"}

    timestamp: Annotated[str, AfterValidator(_form)] = Argument(
        description="iso (milliseconds and Z), epoch_s, epoch_ms, epoch_us (numbers), or a strftime text of " + " ".join(DIRECTIVES)
    )

    def column_type(self, reach: Reach) -> Type:
        return number() if self.timestamp in _UNITS_US else Type(Kind.TIMESTAMP)

    def maker(self, site: Site) -> Maker:
        from springhead.columns.column import Column, Maker
        from springhead.columns.time_text import ISO, TimeText

        if (unit_us := _UNITS_US.get(self.timestamp)) is not None:
            return Maker(number(), lambda chunk: Column(number(), chunk.rows, values=chunk.times_us // unit_us))
        printed = TimeText(ISO if self.timestamp == "iso" else self.timestamp, Kind.TIMESTAMP)
        return Maker(printed.type, lambda chunk: printed.column(chunk.times_us))
