"""Ways out of errors, as Airflow has them."""

from __future__ import annotations

import shlex

from springhead.errors import Remedy, RemedyKind, SpringheadError


def told(error: SpringheadError) -> str:
    """An error's text, and what to do where."""
    return "\n".join([str(error), *(_text(each) for each in error.remedies)])


def _text(remedy: Remedy) -> str:
    stream, interval = remedy.stream or "STREAM", remedy.interval or "INTERVAL"
    start, _, end = interval.partition("/")
    connection = f" --connection {remedy.connection}" if remedy.connection else ""
    batch = "".join(
        f" --{name} {value}" for name, value in (("variant", remedy.variant), ("batch", remedy.batch), ("run-id", remedy.run_id)) if value
    )
    match remedy.kind:
        case RemedyKind.INIT_LEDGER:
            which = f" with connection {remedy.connection}" if remedy.connection else ""
            return f"To start an empty ledger: trigger the DAG springhead_init{which}, or run `springhead init{connection}`"
        case RemedyKind.LIST_LEDGER:
            return f"To see what was published: `springhead ledger {stream}{connection}`"
        case RemedyKind.FORGET:
            return f"To make it count as unpublished: `springhead ledger {stream} --forget {interval}{batch}{connection}`"
        case RemedyKind.REPUBLISH:
            if remedy.run_id or remedy.batch:  # no form can name another run or batch
                batch += "".join(f" --set {shlex.quote(f'{name}={value}')}" for name, value in remedy.parameters)
                return f"To publish it once more: `springhead publish {stream} --interval {interval}{batch} --republish TOKEN{connection}`"
            more = "".join(
                f", {name} {value}"
                for name, value in (("records", remedy.records), ("rate", remedy.rate), ("partition", remedy.partition), *remedy.parameters)
                if value is not None
            )
            return (
                f"To publish it once more: trigger the DAG with Interval: start {start}, Interval: end {end}{more}, Replay the interval's own batch on, "
                "and any text as Publish once more: token (start, end, replay and republish in conf)"
            )
