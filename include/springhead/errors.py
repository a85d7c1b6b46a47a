"""Every error that Springhead raises on purpose.

    SpringheadError
    ├── TerminalError                   a retry cannot help
    │   ├── SpecError                   the YAML of a stream (ValueError)
    │   ├── OptionError                 a value of the form, the command line or the operator (ValueError)
    │   │   └── FieldError              a field of a stream, wrong by what only Faker, or the whole batch, can tell
    │   ├── ConnectionSettingsError     a connection's settings (ValueError)
    │   ├── RefusedError                the broker says no, and will say so again: no such topic, no permission, record too large
    │   ├── PublishedError              the interval was published already, and not from this spec, engine or to this topic
    │   ├── LedgerError                 the ledger cannot prove what was published: it is missing, set wrongly, or unreadable
    │   ├── RemovedError                records were removed while they were read
    │   └── UnverifiableError           the topic cannot be compared with the batch
    └── TransientError                  a retry may help
        ├── NoConnectionError           Airflow has no such connection: none was made yet, or what keeps its secrets does not answer (ValueError)
        ├── BrokerUnavailableError      no broker answers in time (ConnectionError)
        ├── ReadTimeoutError            a topic could not be read to its end in time (TimeoutError)
        │   └── LedgerTimeoutError      and it is the ledger
        ├── DeliveryError               some records were not delivered
        ├── FencedError                 a newer attempt at the same batch has taken over, or the transaction took too long
        ├── UndecidedError              whether the batch was committed is not known, and could not be found out
        └── StoppedError                the run was told to stop

The two branches answer the one question that a scheduler asks: does a retry help? Airflow's operator turns a `TerminalError` into
AirflowFailException, so that no attempt is wasted. All of them survive pickling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class RemedyKind(Enum):
    """What a way out of an error does."""

    INIT_LEDGER = "init"  # start an empty ledger
    LIST_LEDGER = "list"  # see what was published
    FORGET = "forget"  # have a batch taken for unpublished
    REPUBLISH = "republish"  # publish it once more all the same


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way out of an error that each surface has a place of its own for: the engine says what, the command line and Airflow say where.

    Attributes:
        kind: what to do.
        connection: the id of the connection to the cluster; empty where it is not known.
        stream, interval, variant, run_id, records, rate, partition: the batch, where one is meant, as it was asked for.
        file: the stream's, where it is known.
        batch: the batch's name, where it is not the stream's own.
        parameters: those of the stream that have other values than its file gives them, as texts.
    """

    kind: RemedyKind
    connection: str = ""
    stream: str = ""
    interval: str = ""
    variant: str | None = None
    run_id: str | None = None
    records: int | None = None
    partition: int | None = None
    file: str = ""
    batch: str | None = None
    rate: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()


class SpringheadError(Exception):
    """The root: everything that Springhead raises on purpose.

    Attributes:
        remedies: ways out for which a surface has a place; what can be said without one stands in the text.
    """

    def __init__(self, message: str = "", remedies: Iterable[Remedy] = ()) -> None:
        self.remedies = tuple(remedies)
        super().__init__(message)


class TerminalError(SpringheadError):
    """A retry cannot help: somebody has to change something first."""


class TransientError(SpringheadError):
    """A retry may help: nothing that the user wrote is wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file, with the place where it stands."""

    file: str
    line: int  # from 1; 0 where the file as a whole is meant
    column: int  # from 1
    path: str  # "fields.price.faker"; empty for the whole file
    message: str  # what is wrong, then what was likely meant
    source: str = ""  # the line of the file

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = f"{place} {self.path + ': ' if self.path else ''}{self.message}"
        if self.source and self.line:
            before = "".join("\t" if letter == "\t" else " " for letter in self.source[: self.column - 1])
            text += f"\n    {self.source.rstrip()}\n    {before}^"
        return text


class SpecError(TerminalError, ValueError):
    """All that is wrong in one file, each problem with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class OptionError(TerminalError, ValueError):
    """A value that was given to a run (form, command line, operator) cannot be used."""


class FieldError(OptionError):
    """Fields that cannot be made: a Faker method, locale or argument, or too few values; the text says what was likely meant.

    Attributes:
        found: where, by the keys of the YAML, whether the key is meant and not its value, and what is wrong. A field tells the place from itself on, empty for
            its main argument; behind the plan of a stream's fields it is the place in the stream.
    """

    def __init__(
        self, message: str = "", place: tuple[Any, ...] = (), *, key: bool = False, found: Iterable[tuple[tuple[Any, ...], bool, str]] = ()
    ) -> None:
        self.found = tuple(found) or ((place, key, message),)
        super().__init__(message)


class ConnectionSettingsError(TerminalError, ValueError):
    """A connection is missing, or its settings cannot be used."""


class RefusedError(TerminalError):
    """The broker refused, and would refuse again."""


class PublishedError(TerminalError):
    """The ledger has this interval, and what would be published now is something else."""


class LedgerError(TerminalError):
    """The ledger cannot prove whether an interval was published: nothing is published then."""


class RemovedError(TerminalError):
    """Records were removed from a topic while they were read."""


class UnverifiableError(TerminalError):
    """The topic cannot be compared with the batch: nothing tells where it is, or it cannot be made again."""


class NoConnectionError(TransientError, ValueError):
    """Airflow has no connection of this id now: somebody may make it meanwhile, and a secrets backend that is away looks the same."""


class BrokerUnavailableError(TransientError, ConnectionError):
    """No broker answered within the time allowed."""


class ReadTimeoutError(TransientError, TimeoutError):
    """A topic could not be read to its end within the time allowed."""


class LedgerTimeoutError(ReadTimeoutError):
    """The ledger could not be read to its end within the time allowed."""


class DeliveryError(TransientError):
    """Some records were not delivered; says how many and why.

    Attributes:
        failed: error code → number of records.
        first: the first record that was refused, in words; empty when it is not known.
    """

    def __init__(self, message: str, failed: Mapping[str, int] | None = None, first: str = "") -> None:
        self.message, self.failed, self.first = message, dict(failed or {}), first
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.failed, self.first)


class FencedError(TransientError):
    """The broker takes nothing more from this attempt."""


class UndecidedError(TransientError):
    """Whether a transaction was committed is not known: the next attempt finds out."""


class StoppedError(TransientError):
    """The run was told to stop before its batch was complete."""
