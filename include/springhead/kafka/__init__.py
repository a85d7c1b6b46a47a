"""Kafka: connection → client settings, topics, producer with accounting."""
