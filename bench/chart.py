"""bench/results.svg: the newest rates of bench/results.csv as bars on a logarithmic scale. Its grey has a contrast of 4 to white and to black."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from xml.etree import ElementTree as Xml

from bench.rows import FILE

PICTURE = Path(__file__).parent / "results.svg"
WIDTH, LABELS, VALUES, ROW, HEAD = 980, 460, 90, 24, 44  # pixels
LOWEST = 100.0  # records/s at the left end of the scale
GREY, OURS, OTHERS = "#6e7781", "#1f9d55", "#9aa3ad"

Rates = dict[str, float]


def newest(benchmark: str) -> Rates:
    """Figure → records/s of the last run of a benchmark, the fastest first."""
    with FILE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["benchmark"].startswith(benchmark) and row["unit"] == "records/s"]
    last = {row["figure"]: float(row["value"]) for row in rows if row["date"] == rows[-1]["date"]}
    return dict(sorted(last.items(), key=lambda item: -item[1]))


def picture(groups: dict[str, Rates], ours: frozenset[str]) -> Xml.Element:
    """The chart.

    Args:
        groups: title → figure → records/s.
        ours: the figures to highlight.
    """
    height = sum(HEAD + ROW * len(rates) for rates in groups.values()) + 16
    root = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}")
    root.set("font-family", "system-ui, sans-serif")
    root.set("font-size", "13")
    top = max(max(rates.values()) for rates in groups.values())
    y = 0
    for title, rates in groups.items():
        _text(root, 8, y + 30, f"{title}: records/s, logarithmic scale", weight="bold")
        y += HEAD
        for name, rate in rates.items():
            length = (WIDTH - LABELS - VALUES) * math.log(max(rate, LOWEST) / LOWEST) / math.log(top / LOWEST)
            mine = name in ours
            _text(root, LABELS - 8, y + 16, name, anchor="end", weight="bold" if mine else "normal")
            bar = {"x": LABELS, "y": y + 3, "width": round(length, 1), "height": ROW - 6, "rx": 2, "fill": OURS if mine else OTHERS}
            Xml.SubElement(root, "rect", {key: str(value) for key, value in bar.items()})
            _text(root, LABELS + length + 6, y + 16, f"{rate:,.0f}", weight="bold" if mine else "normal")
            y += ROW
    return root


def _text(root: Xml.Element, x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "font-weight": weight, "fill": GREY}
    Xml.SubElement(root, "text", place).text = words


def main() -> None:
    """Draws it."""
    groups = {"To Kafka, card_transactions": newest("publish "), "Generation on one thread, card_transactions": newest("generation ")}
    mine = frozenset(("springhead publish", "springhead publish, the whole command", "columns", "records of JSON"))
    tree = Xml.ElementTree(picture({title: rates for title, rates in groups.items() if rates}, mine))
    Xml.indent(tree)
    tree.write(PICTURE, encoding="utf-8")
    print(f"  {PICTURE.name} drawn")


if __name__ == "__main__":
    main()
