"""The form of a manual run: what it asks, and what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow.sdk import Param

from springhead.errors import OptionError
from springhead.quantities import RATE_PATTERN, Interval, parse_time
from springhead.spec import Stream
from springhead.spec.parameters import Parameter, text_of
from springhead.spec.time import amount_text
from springhead.wording import listed, meant
from springhead_airflow.given import given_text, is_given, whole_number

_MOST_RECORDS = 100_000_000


def form_params(stream: Stream) -> dict[str, Param]:
    """The params of a stream's DAG: Airflow's UI makes a form of them, REST and the command line take them as `conf`."""
    partitions = stream.topic_config.partitions if stream.topic_config else None
    pinned = "by key or drawn" if stream.partition is None else "by a field" if stream.pinned is None else str(stream.pinned)
    last = "the last complete one of the schedule" if stream.cron else "the hour before the run"
    return {
        **{name: _param(name, parameter) for name, parameter in stream.parameters.items()},
        **_amount_params(stream),
        "partition": Param(
            None,
            type=["null", "integer"],
            minimum=0,
            maximum=partitions - 1 if partitions else 2**31 - 1,
            title="Partition",
            description_md=f"All records go to this partition{f', one of 0 … {partitions - 1}' if partitions else ''}. Empty: as the stream says ({pinned}; a variant may say otherwise).",
            section="Batch",
        ),
        "start": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="Interval: start",
            description_md=f"The event times lie between start and end; they come before Airflow's own *Data Interval*. Both empty: {last}.",
            section="Interval",
        ),
        "end": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="Interval: end",
            description_md="Exclusive; later than the start.",
            section="Interval",
        ),
        "replay": Param(
            False,
            type="boolean",
            title="Replay the interval's own batch",
            description_md="On: the very records that the schedule publishes, or has published, for this interval. Off: new records.",
            section="Interval",
        ),
        # Airflow's number fields make 1 of 0 and −1: the task's log begins with what was understood.
        "republish": Param(
            None,
            type=["null", "string"],
            minLength=1,
            maxLength=200,
            title="Publish once more: token",
            description_md="Any text, together with *Replay*, start and end: the interval's own batch is published once more, once for each text. Empty: a batch that was published stays as it is.",
            section="Interval",
        ),
    }


def _param(name: str, parameter: Parameter) -> Param:
    """A parameter of the stream: a list where there are choices, else a field of its kind; what it is in the file stands in it."""
    bounds = {key: bound for key, bound in (("minimum", parameter.min), ("maximum", parameter.max)) if bound is not None}
    kinds: dict[str, Any] = {"a text": ["null", "string"], "a number": ["null", "number"], "true or false": "boolean"}
    shape: dict[str, Any] = {"enum": list(parameter.choices)} if parameter.choices else {"type": kinds[parameter.kind], **bounds}
    said = f"{parameter.description.rstrip('.')}. " if parameter.description else ""
    unless = "Empty" if "null" in shape.get("type", ()) else "Unless told"  # a list and a switch cannot be empty
    return Param(
        parameter.default,
        **shape,
        title=name,
        description_md=f"{said}It stands for `${{{name}}}` in the stream's file. {unless}: {text_of(parameter.default)}.",
        section="Parameters",
    )


def _amount_params(stream: Stream) -> dict[str, Param]:
    """`records` or `rate`, as the stream has it; both where a variant has the other one; none where an entity says how much there is."""
    if stream.each is not None:
        return {}
    chosen = [stream.with_variant(name) for name in (None, *stream.variants)]
    params = {}
    if counted := [each for each in chosen if each.rate is None]:
        params["records"] = Param(
            None,
            type=["null", "integer"],
            minimum=1,
            maximum=_MOST_RECORDS,
            title="Records",
            description_md=f"How many records each task publishes. Empty: as the stream says ({counted[0].records:,}).",
            section="Batch",
        )
    if rated := [each for each in chosen if each.rate is not None]:
        params["rate"] = Param(
            None,
            type=["null", "string"],
            pattern=RATE_PATTERN,
            title="Rate",
            description_md=f"Events per time: 20/s, 1/3s, 500/m, 2/h. Empty: as the stream says ({amount_text(rated[0])}).",
            section="Batch",
        )
    return params


@dataclass(frozen=True, slots=True)
class Form:
    """What was answered; all of it may be left out.

    Attributes:
        records, rate, partition: in place of what the stream says.
        interval: in place of the run's.
        replay: the interval's own batch instead of new records.
        republish: the token of a wanted repetition.
        parameters: name → value, of the stream's parameters.
    """

    records: int | None = None
    partition: int | None = None
    interval: Interval | None = None
    replay: bool = False
    republish: str | None = None
    rate: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, stream: Stream, params: Mapping[str, Any], conf: Mapping[str, Any] | None = None) -> Form:
        """The form of a run.

        Args:
            stream: whose form.
            params: the run's params, checked by Airflow.
            conf: what was sent with the run; Airflow takes unknown keys of it without a word.

        Raises:
            OptionError: an unknown key, half an interval, a text that is no time, or a number that is not whole.
        """
        known = list(form_params(stream))
        for key in conf or {}:
            if key not in known:
                raise OptionError(f"the run's form has no '{key}'; it has {listed(known)}{meant(key, known)}")
        return cls(
            records=whole_number("records", params.get("records")),
            partition=whole_number("partition", params.get("partition")),
            interval=_interval(params.get("start"), params.get("end")),
            replay=bool(params.get("replay", False)),
            republish=given_text("republish", params.get("republish")),
            rate=given_text("rate", params.get("rate")),
            parameters={name: value for name in stream.parameters if (value := params.get(name)) is not None},
        )


def _interval(start: object, end: object) -> Interval | None:
    if not is_given(start) and not is_given(end):
        return None
    if not is_given(start) or not is_given(end):
        raise OptionError(f"the interval has {'no start' if is_given(end) else 'no end'}: give both start and end, or neither")
    return Interval(_time("start", start), _time("end", end))


def _time(name: str, value: object) -> dt.datetime:
    try:
        return parse_time(value.strip() if isinstance(value, str) else repr(value))
    except ValueError as error:
        raise OptionError(f"{name}: {error}") from None
