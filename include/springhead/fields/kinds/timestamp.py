"""The record's event time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.fields.field import Field
from springhead.wording import listed, meant

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.fields.template_text import Reach


NAMED_FORMS = ("iso", "epoch_s", "epoch_ms", "epoch_us")
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

    later = Field.later | {"offset"}

    timestamp: Annotated[str, AfterValidator(_form)] = Argument(
        description="iso (milliseconds and Z), epoch_s, epoch_ms, epoch_us (numbers), or a strftime text of " + " ".join(DIRECTIVES)
    )

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        from springhead.columns.column import Column, Kind
        from springhead.columns.time_text import ISO, TimeText

        unit_us = {"epoch_s": 1_000_000, "epoch_ms": 1000, "epoch_us": 1}.get(self.timestamp)
        if unit_us is not None:
            return lambda chunk: Column(Kind.NUMBER, chunk.rows, values=chunk.times_us // unit_us)
        printed = TimeText(ISO if self.timestamp == "iso" else self.timestamp)
        return lambda chunk: printed.column(chunk.times_us)
