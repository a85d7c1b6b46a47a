"""The `springhead` command."""

__all__ = ["main"]


def main() -> None:
    """Runs the command as a process of its own; returns nothing and does not end in a traceback."""
    from springhead.cli.process import run  # light: what the command needs is imported when Ctrl-C and the streams are in order

    run()
