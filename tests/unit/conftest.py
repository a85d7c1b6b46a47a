"""Settings of the unit tests: no Java, no Kafka, no clock."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Other people's load is on the machine: no deadlines. The same commit must give the same answer twice: the examples are fixed, unless
# EXPLORE=1 asks for new ones.
settings.register_profile(
    "springhead", deadline=None, derandomize=not os.environ.get("EXPLORE"), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("springhead")
