"""The `springhead` command: streams without Airflow.

Progress and errors go to stderr, what machines read goes to stdout. Exit codes: 0 done, 1 an error of ours (its text on stderr), 2 wrong usage,
130 stopped by Ctrl-C. What reads stdout may close it early: the command ends by SIGPIPE then.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated

import typer

from springhead import __version__
from springhead.cli.remedies import told
from springhead.errors import SpecError, SpringheadError, StoppedError

# Name → its module, in the order of the help; each is a function of its name there.
COMMANDS = {name: name for name in "new describe validate preview explain generate check publish verify truth".split()}  # noqa: SIM905  (a list takes a line per word)
COMMANDS |= {"init": "ledger", "ledger": "ledger", "schema": "schema", "warm": "warm"}


def version(show: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False) -> None:
    """Synthetic event streams for Apache Kafka, declared in YAML."""
    if show:
        typer.echo(f"springhead {__version__}")
        raise typer.Exit


def app_of(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The application of these commands: importing those that are not run takes as long as some that are."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=__doc__ and __doc__.splitlines()[0],
    )
    app.callback(invoke_without_command=True)(version)
    for name in names:
        app.command()(getattr(import_module(f"springhead.cli.{COMMANDS[name]}"), name))
    return app


def main() -> None:
    """Runs the command; an error of ours is its text on stderr and exit code 1, never a traceback."""
    # Nothing here uses numpy's linear algebra, whose threads spin for 0.1 s when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logging.getLogger("springhead.kafka").setLevel(logging.CRITICAL)  # librdkafka tells of each try; the error that counts is raised
    _show("springhead.live")
    if sys.stderr.isatty():
        _show("springhead.preparing")  # which of Faker's methods is being prepared, where that takes more than a second
    else:
        logging.getLogger("springhead.preparing").setLevel(logging.WARNING)
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        app_of([word] if word in COMMANDS else [] if word == "--version" else COMMANDS)()
    except StoppedError as error:
        typer.echo(f"springhead: {error}", err=True)
        sys.exit(130)
    except SpringheadError as error:
        typer.echo(str(error) if isinstance(error, SpecError) else f"springhead: {told(error)}", err=True)
        sys.exit(1)


def _show(name: str) -> None:
    """Whoever looks at stderr sees what this logger tells."""
    log = logging.getLogger(name)
    if log.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("springhead: %(message)s"))
    log.setLevel(logging.INFO)
    log.addHandler(handler)
