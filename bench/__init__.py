"""Benchmarks. They, and the commands that they start, find the streams of bench/streams."""

import os
from pathlib import Path

os.environ.setdefault("SPRINGHEAD_STREAMS", str(Path(__file__).parent / "streams"))
