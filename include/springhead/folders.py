"""Where what a user writes is looked for: streams, and beside them entities, tables and providers; and where that is which comes with Springhead.

The source tree has it beside the package, in include/. A wheel has it within the package, and the user's own is elsewhere.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
INSTALLED = (_PACKAGE / "shipped").is_dir()  # from a wheel (pyproject.toml, force-include)
SHIPPED = _PACKAGE / "shipped" if INSTALLED else _PACKAGE.parent

_used: Path | None = None


def use_streams(folder: Path) -> None:
    """From now on this is the process's folder of streams. A process works with one: what stands beside it decides values."""
    global _used
    _used = folder


def streams_dir() -> Path:
    """Where the streams are: the folder of `use_streams`; SPRINGHEAD_STREAMS; include/streams of the source tree.

    A wheel has no folder that is a user's own: then it is `include/streams` or `streams` in the current folder.
    """
    if _used is not None:
        return _used
    if given := os.environ.get("SPRINGHEAD_STREAMS"):
        return Path(given)
    if not INSTALLED:
        return SHIPPED / "streams"
    here = Path.cwd()
    return here / "include/streams" if (here / "include/streams").is_dir() else here / "streams"


def searched(kind: str, variable: str) -> list[Path]:
    """The folders in which entities, data or providers are looked for, in this order: the one that the environment's variable names, and no other; else the one beside
    that of the streams, and then the shipped one."""
    if given := os.environ.get(variable):
        return [Path(given)]
    own, shipped = streams_dir().parent / kind, SHIPPED / kind
    return [own] if own.resolve() == shipped else [own, shipped]


def settings_file() -> Path:
    """airflow_settings.yaml at the project's root, in the current folder where Springhead is installed; SPRINGHEAD_SETTINGS names another."""
    if given := os.environ.get("SPRINGHEAD_SETTINGS"):
        return Path(given)
    return (Path.cwd() if INSTALLED else SHIPPED.parent) / "airflow_settings.yaml"
