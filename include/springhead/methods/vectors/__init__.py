"""What is made by hand, by subject; importing it registers all of it."""

from springhead.methods.vectors import barcodes, cards, dates, hashes, network, numbers, periods

__all__ = ["barcodes", "cards", "dates", "hashes", "network", "numbers", "periods"]
