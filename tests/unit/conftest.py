"""Settings of the unit tests: no Java, no Kafka, no clock."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Other people's load is on the machine: no deadlines. CI must give the same answer twice: there the examples are fixed.
settings.register_profile("springhead", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("springhead")
