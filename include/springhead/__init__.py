"""Springhead: synthetic event streams for Apache Kafka, as pure functions of (spec, interval, variant)."""

__version__ = "0.1.0"
