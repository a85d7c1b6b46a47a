"""Compiles all kernels into the cache, so that nobody waits for it later: `python -m springhead.kernels`."""

from __future__ import annotations

import sys

from springhead.kernels.machine_code import object_name

# Importing the package, which precedes this line, has compiled what the cache lacked.
sys.stdout.write(f"kernels ready: {object_name()}\n")
