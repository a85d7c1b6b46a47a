"""Places where a fault may be injected: SPRINGHEAD_FAULT names one, and the process kills or stops itself there. Unset, the function does nothing."""

from __future__ import annotations

import os
import signal

POINTS = ("opening", "start", "init", "produce", "flush", "entry", "committed", "acked")
_FAULT, _, _PLACE = os.environ.get("SPRINGHEAD_FAULT", "").partition(":")  # "kill:flush", "stop:init"; "kill:flush@3": only in part 3
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def crash_point(name: str, part: int = 1) -> None:
    """SIGKILL, as with a power cut, or SIGSTOP, as with a machine that hangs, if this point was chosen; once in a process."""
    global _FAULT
    if _FAULT and _PLACE in (name, f"{name}@{part}"):
        fault, _FAULT = _FAULT, ""
        os.kill(os.getpid(), _SIGNALS[fault])
