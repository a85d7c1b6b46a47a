"""Distributions of numbers: a law is one class with its parameters, its support and its knots. They are cut to a range, never clipped."""

from springhead.fields.distributions import between, curved, whole  # noqa: F401  each law registers itself
from springhead.fields.distributions.law import LAWS, Law
from springhead.fields.distributions.written import A_DISTRIBUTION, Distribution, distribution_schema, read_distribution

__all__ = ["A_DISTRIBUTION", "LAWS", "Distribution", "Law", "distribution_schema", "read_distribution"]
