"""Progress of long work, as whoever does it tells of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done so far, all that there is to do), now and then."""
