"""Numbers and texts, as a form, REST or a template give them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from springhead.errors import OptionError


def whole_number(name: str, value: object) -> int | None:
    """The number that is meant; None, nothing and None's own text (of a template) mean that none was given.

    JSON does not tell 1000 from 1000.0 or 1e3, and Airflow's form takes all of them for whole numbers. A template gives texts.

    Raises:
        OptionError: it is no whole number.
    """
    if value is None or value in ("", "None"):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float | str):
        try:
            number = Decimal(value)
            if (
                number.is_finite() and abs(number.adjusted()) < 20 and number == number.to_integral_value()
            ):  # 1e999999999 would fill the memory
                return int(number)
        except InvalidOperation:
            pass
    raise OptionError(f"{name}: {value!r} is no whole number")


def given_text(value: str | None) -> str | None:
    """The text that was given; None: none, for which a template's None and nothing stand, too."""
    return None if value in (None, "", "None") else value
