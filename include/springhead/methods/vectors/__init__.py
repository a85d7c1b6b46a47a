"""What is made by hand, by subject; importing it registers all of it."""

from springhead.methods.vectors import banks, barcodes, books, cards, colors, dates, hashes, network, numbers, passwords, periods, vehicles

__all__ = ["banks", "barcodes", "books", "cards", "colors", "dates", "hashes", "network", "numbers", "passwords", "periods", "vehicles"]
