"""The `springhead` command: streams without Airflow.

Progress and errors go to stderr, what machines read goes to stdout. Exit codes: 0 done, 1 an error of ours (its text on stderr), 2 wrong usage,
130 stopped by Ctrl-C. What reads stdout may close it early: the command ends by SIGPIPE then.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from typing import Annotated

import typer

from springhead import __version__
from springhead.cli.check import check
from springhead.cli.describe import describe
from springhead.cli.explain import explain
from springhead.cli.generate import generate
from springhead.cli.ledger import init, ledger
from springhead.cli.new import new
from springhead.cli.preview import preview
from springhead.cli.publish import publish
from springhead.cli.remedies import told
from springhead.cli.schema import schema
from springhead.cli.truth import truth
from springhead.cli.validate import validate
from springhead.cli.verify import verify
from springhead.cli.warm import warm
from springhead.errors import SpecError, SpringheadError, StoppedError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=__doc__ and __doc__.splitlines()[0],
)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False) -> None:
    """Synthetic event streams for Apache Kafka, declared in YAML."""
    if show:
        typer.echo(f"springhead {__version__}")
        raise typer.Exit


for _command in (new, describe, validate, preview, explain, generate, check, publish, verify, truth, init, ledger, schema, warm):
    app.command()(_command)


def main() -> None:
    """Runs the command; an error of ours is its text on stderr and exit code 1, never a traceback."""
    gc.disable()  # the search for cycles takes a seventh of the start; records, arrays and bytes, have none
    # Nothing here uses numpy's linear algebra, whose threads spin for 0.1 s when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logging.getLogger("springhead.kafka").setLevel(logging.CRITICAL)  # librdkafka tells of each try; the error that counts is raised
    _show("springhead.live")
    if sys.stderr.isatty():
        _show("springhead.preparing")  # which of Faker's methods is being prepared, where that takes more than a second
    else:
        logging.getLogger("springhead.preparing").setLevel(logging.WARNING)
    try:
        app()
    except StoppedError as error:
        typer.echo(f"springhead: {error}", err=True)
        sys.exit(130)
    except SpringheadError as error:
        typer.echo(str(error) if isinstance(error, SpecError) else f"springhead: {told(error)}", err=True)
        sys.exit(1)
    finally:
        gc.enable()


def _show(name: str) -> None:
    """Whoever looks at stderr sees what this logger tells."""
    log = logging.getLogger(name)
    if log.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("springhead: %(message)s"))
    log.setLevel(logging.INFO)
    log.addHandler(handler)
