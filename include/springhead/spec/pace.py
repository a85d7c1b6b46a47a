"""`pace`: a batch that is sent over the length of its interval."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.model import refused, step_text
from springhead.wording import describe


def _pace(value: object) -> str | dict[str, float]:
    if value == "live":
        return "live"
    if isinstance(value, dict) and "live" in value:
        if more := [key for key in value if key != "live"]:
            raise refused([((key,), f"unknown key '{step_text(key)}'; there is 'live'") for key in more], key=True)
        speed = value["live"]
        if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0.001 <= speed <= 1_000_000:
            raise refused(
                [(("live",), f"how many times as fast as the interval: a number from 0.001 to 1,000,000; found {describe(speed)}")]
            )
        return {"live": speed}
    raise ValueError(f"expected live, or {{live: 10}} for ten times as fast; found {describe(value)}")


Pace = Annotated[
    Literal["live"] | dict[str, float],
    PlainValidator(_pace),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "live"},
                {
                    "type": "object",
                    "properties": {"live": {"type": "number", "minimum": 0.001, "maximum": 1_000_000}},
                    "required": ["live"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
