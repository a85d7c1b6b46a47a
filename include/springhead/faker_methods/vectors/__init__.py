"""What is made by hand, by subject; importing it registers all of it."""

from springhead.faker_methods.vectors import (
    banks,
    barcodes,
    books,
    browsers,
    calendars,
    cards,
    colors,
    dates,
    hashes,
    lorem,
    network,
    numbers,
    passwords,
    periods,
    profiles,
    vehicles,
)

__all__ = [
    "banks",
    "barcodes",
    "books",
    "browsers",
    "calendars",
    "cards",
    "colors",
    "dates",
    "hashes",
    "lorem",
    "network",
    "numbers",
    "passwords",
    "periods",
    "profiles",
    "vehicles",
]
