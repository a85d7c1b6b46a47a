"""The record's event time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, model_validator
from pydantic import Field as Argument

from springhead.columns.type import Kind, Type, number
from springhead.errors import FieldError
from springhead.fields.durations import SignedSpan, drawn_us
from springhead.fields.field import Field
from springhead.fields.model import refused
from springhead.fields.site import Reach, Site
from springhead.wording import listed, meant

if TYPE_CHECKING:
    from collections.abc import Callable

    from springhead.columns.column import Chunk, Ints, Maker

_EARLIEST_US, _LATEST_US = -62_135_596_800_000_000, 253_402_300_800_000_000  # 0001-01-01, 10000-01-01

_UNITS_US = {"epoch_s": 1_000_000, "epoch_ms": 1000, "epoch_us": 1}
NAMED_FORMS = ("iso", *_UNITS_US)
DIRECTIVES = ("%Y", "%m", "%d", "%H", "%M", "%S", "%f", "%j", "%y", "%a", "%A", "%b", "%B", "%z", "%Z", "%%")


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
    """The record's event time, in UTC, which is the record's CreateTime too; or a time before or after it."""

    example = "{timestamp: iso}"

    timestamp: Annotated[str, AfterValidator(_form)] = Argument(
        description="iso (milliseconds and Z), epoch_s, epoch_ms, epoch_us (numbers), or a strftime text of "
        + " ".join(DIRECTIVES)
        + ", names in English"
    )

    offset: SignedSpan | None = Argument(
        None,
        description="Added to the event time: a duration such as 5m or -5m, [min, max], from which one is drawn, or a distribution such as {lognormal: {median: 2m, sigma: 1}, max: 1h}.",
    )

    @model_validator(mode="after")
    def _draws_where_it_is_keyed(self) -> Timestamp:
        if self.per is not None and isinstance(self.offset, str | None):
            raise refused(
                [
                    (
                        ("per",),
                        "'per' decides draws, and the kind 'timestamp' draws nothing unless its 'offset' is [min, max] or a distribution",
                    )
                ],
                key=True,
            )
        return self

    def column_type(self, reach: Reach) -> Type:
        return number() if self.timestamp in _UNITS_US else Type(Kind.TIMESTAMP)

    def maker(self, site: Site) -> Maker:
        from springhead.columns.column import Column, Maker
        from springhead.columns.time_text import ISO, TimeText

        times = self._times(site)
        if (unit_us := _UNITS_US.get(self.timestamp)) is not None:
            return Maker(number(), lambda chunk: Column(number(), chunk.rows, values=times(chunk) // unit_us))
        printed = TimeText(ISO if self.timestamp == "iso" else self.timestamp, Kind.TIMESTAMP)
        return Maker(printed.type, lambda chunk: printed.column(times(chunk)))

    def _times(self, site: Site) -> Callable[[Chunk], Ints]:
        """From a chunk to the times that are printed, µs since 1970."""
        if self.offset is None:
            return lambda chunk: chunk.times_us
        offset = drawn_us(self.offset, site.draws.key("offset"))

        def moved(chunk: Chunk) -> Ints:
            times = offset(chunk.ids)
            times += chunk.times_us
            if chunk.rows and not _EARLIEST_US <= int(times.min()) <= int(times.max()) < _LATEST_US:
                raise FieldError("the offset leads to a time that is not in the years 1 … 9999", ("offset",))
            return times

        return moved
