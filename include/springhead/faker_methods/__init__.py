"""Faker's provider methods as columns: made by hand, compiled by tracing, or else pooled. `catalogue` is the way in."""
