"""Names of weekdays and months in the languages for which Faker has a list of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from springhead.columns.column import Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.type import NOT_PLAIN, TEXT
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import Vector, handmade
from springhead.faker_methods.vectors.moments import TimeSpan, usual
from springhead.faker_methods.vectors.span_ends import DAY_US, SECOND_US, Fixed, Moved

_WEEKDAYS = tuple("0123456")  # strftime's %w: from Sunday
_MONTHS = tuple(f"{month:02d}" for month in range(1, 13))


def _functions(method: str) -> list[str]:
    """The function of this name in each of Faker's languages, whether there is one or not; the languages are folders."""
    faker = find_spec("faker")
    assert faker is not None
    assert faker.origin is not None
    folders = sorted(path.name for path in (Path(faker.origin).parent / "providers/date_time").iterdir() if path.is_dir())
    return [f"faker.providers.date_time.{folder}:Provider.{method}" for folder in folders]


@handmade(*_functions("day_of_week"))
def day_of_week(provider: Any, _: Mapping[str, Any]) -> Vector | None:
    return _named(provider, "day_of_week", _WEEKDAYS, lambda moments: (moments // DAY_US + 4) % 7)  # 1970 began with a Thursday


@handmade(*_functions("month_name"))
def month_name(provider: Any, _: Mapping[str, Any]) -> Vector | None:
    return _named(provider, "month_name", _MONTHS, _month)


def _month(moments: Ints) -> Ints:
    import numpy as np

    month: Ints = moments.view("M8[us]").astype("M8[M]").view(np.int64) % 12
    return month


def _named(provider: Any, method: str, numbers: Sequence[str], number_of: Callable[[Ints], Ints]) -> Vector | None:
    """A name for the number that a moment since 1970 has (counted from 0); None: the provider does something else than to look it up."""
    names = [_name(provider, method, number) for number in numbers]
    if not usual(provider, "date", "month") or not all(isinstance(name, str) for name in names):
        return None
    span = TimeSpan(method, Fixed(0), Moved(0, SECOND_US))

    def maker(draws: Draws) -> Maker:
        import numpy as np

        from springhead.columns.gathered import gathered
        from springhead.columns.layout import RowBuffer
        from springhead.kernels import SLACK

        key, buffer = draws.key("value"), RowBuffer()
        words = [str(name).encode() for name in names]
        data = np.frombuffer(b"".join(words) + bytes(SLACK), np.uint8)
        listed = data, np.cumsum([len(word) for word in words])
        type_ = replace(TEXT, plain=NOT_PLAIN.search(data.tobytes()[:-SLACK]) is None)

        def column(chunk: Chunk) -> Column:
            moments, _ = span.draw(key, chunk)
            text, ends = gathered([listed], number_of(moments)[np.newaxis], buffer)
            return Column(type_, chunk.rows, data=text, ends=ends)

        return Maker(type_, column)

    return Vector(Form.TEXT, (method, *names), maker)


def _name(provider: Any, method: str, number: str) -> object:
    """What the method makes of a number, run on a provider that can do nothing but tell it."""

    class Numbered:
        MONTH_NAMES = getattr(provider, "MONTH_NAMES", None)
        DAY_NAMES = getattr(provider, "DAY_NAMES", None)

        @staticmethod
        def date(pattern: str) -> str | None:
            return number if pattern == ("%w" if method == "day_of_week" else "%m") else None

        @staticmethod
        def month() -> str | None:
            return number if method == "month_name" else None

    try:
        name: object = getattr(type(provider), method)(Numbered)
    except Exception:  # noqa: BLE001  it does something else
        return None
    return name
