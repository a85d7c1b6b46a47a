"""Compiles all kernels into the cache, so that nobody waits for it later: `python -m springhead.kernels`."""

from __future__ import annotations

import sys
import time


def main() -> None:
    """Imports the kernels (which compiles what the cache lacks) and says where they are."""
    start = time.perf_counter()
    from springhead import kernels  # noqa: F401  importing is the work
    from springhead.kernels.cache import prepare_cache

    sys.stdout.write(f"kernels ready in {time.perf_counter() - start:.1f} s: {prepare_cache()}\n")


main()
