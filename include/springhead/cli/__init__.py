"""The `springhead` command."""

from springhead.cli.app import main

__all__ = ["main"]
