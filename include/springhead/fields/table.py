"""Tables: CSV files of a user's own values. DAG parsing reads them, too, because their cells decide the types of columns; so nothing heavy is imported here."""

from __future__ import annotations

import csv
import io
import math
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import xxhash

from springhead.columns.type import BOOLEAN, NOT_PLAIN, PRINTED_NUMBER, TEXT, Type, number
from springhead.errors import FieldError
from springhead.fields.weights import LEAST, MOST
from springhead.folders import SHIPPED, searched
from springhead.wording import describe, listed, meant

DATA_DIR = SHIPPED / "data"
MOST_BYTES = 16 * 1024 * 1024
MOST_COLUMNS = 1000
_SHOWN = 40  # files or columns that an error lists

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,18})\.[0-9]{1,15}")
_BOOLEANS = {"true": 1, "false": 0}


def data_dir() -> Path:
    """Where a user's own tables are: SPRINGHEAD_DATA, or `data` beside the folder of the streams."""
    return _data_dirs()[0]


def _data_dirs() -> list[Path]:
    """All folders in which a table is looked for: a user's own, then that of the shipped ones, unless SPRINGHEAD_DATA names the only one."""
    return searched("data", "SPRINGHEAD_DATA")


@dataclass(frozen=True)
class Cells:
    """A column of a table.

    Attributes:
        type: what all of its cells are: whole numbers, numbers with decimals, true and false, or else texts; an empty one is null.
        texts: of each row, as they are written.
    """

    type: Type
    texts: Sequence[str]

    @property
    def as_text(self) -> Cells:
        """The same cells, all of them texts."""
        plain = not any(NOT_PLAIN.search(text.encode()) for text in self.texts)
        return replace(self, type=replace(TEXT, nullable=self.type.nullable, plain=plain))

    @cached_property
    def values(self) -> list[int]:
        """Of a type that is held as integers: its cells so; 0 for an empty one."""
        return [_BOOLEANS[text] if text in _BOOLEANS else int(text.replace(".", "") or 0) for text in self.texts]


class Table:
    """A file's rows by column.

    Args:
        name: of the file, as errors say it.
        content: of the file.

    Attributes:
        rows: how many there are.
        digest: of the content.

    Raises:
        FieldError: it is no table.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self._name, self.digest = name, xxhash.xxh3_128_hexdigest(content)
        self._columns = _columns(name, content)
        self.rows = len(next(iter(self._columns.values())))
        self._cells: dict[str, Cells] = {}
        self._weights: dict[str, Sequence[int]] = {}

    def _divided(self) -> str:
        """What the only column tells of cells that no comma divides."""
        by = next((each for each in ";\t|" if len(self._columns) == 1 and each in next(iter(self._columns))), "")
        return f". Its cells are divided by {by!r}: write the file with commas" if by else ""

    def cells(self, column: str, key: str = "column") -> Cells:
        """A column.

        Args:
            column: its name in the header.
            key: where a field names it.

        Raises:
            FieldError: there is none of this name.
        """
        if column not in self._cells:
            self._cells[column] = Cells(_type_of(texts := self._texts(column, key)), texts)
        return self._cells[column]

    def weights(self, column: str) -> Sequence[int]:
        """A column as the weights of the rows, in whole numbers: all of them times the power of ten that makes them so, which changes no row's share.

        Raises:
            FieldError: there is none of this name, or its cells are no weights.
        """
        if column not in self._weights:
            texts = self._texts(column, "weight")
            for row, text in enumerate(texts, 1):
                weight = float(text) if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text) else math.nan
                if text[:1] == "-" or not (weight == 0 or LEAST <= weight <= MOST):
                    raise FieldError(
                        f"the column '{column}' of {self._name} cannot be weights: in its row {row:,} stands {describe(text)}, and a weight is 0 or a number above it, such as 3 or 0.5",
                        ("weight",),
                    )
            parts = [text.partition(".") for text in texts]
            most = max(len(decimals) for _, _, decimals in parts)
            weights = [int(whole + decimals.ljust(most, "0")) for whole, _, decimals in parts]
            if not any(weights):
                raise FieldError(f"all weights in the column '{column}' of {self._name} are 0: no row could be drawn", ("weight",))
            self._weights[column] = weights
        return self._weights[column]

    def _texts(self, column: str, key: str) -> Sequence[str]:
        if column not in self._columns:
            raise FieldError(
                f"{self._name} has no column '{column}'; it has {_some(list(self._columns))}{self._divided() or meant(column, self._columns)}",
                (key,),
            )
        return self._columns[column]


def read_table(name: str) -> Table:
    """The table of a file in `data_dir()`, or else of a shipped one; a file that has not changed is read once in a process.

    Raises:
        FieldError: there is none, it cannot be read, or it is no table.
    """
    folders = _data_dirs()
    path = next((folder / name for folder in folders if (folder / name).exists()), folders[0] / name)
    try:
        found = path.stat()
    except OSError as error:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            raise FieldError(f"{name} cannot be read: {error.strerror}") from None
        there = sorted({file for folder in folders for file in _files(folder)})
        known = f"there are {_some(there)}{meant(name, there)}" if there else "there is none (SPRINGHEAD_DATA names another folder)"
        raise FieldError(
            f"there is no file {name} in {_shown(folders[0])}{', nor among the shipped ones' if len(folders) > 1 else ''}; {known}"
        ) from None
    if not stat.S_ISREG(found.st_mode):  # a FIFO would be waited for
        raise FieldError(f"{name} is no regular file")
    if found.st_size > MOST_BYTES:
        raise FieldError(
            f"{name} has {found.st_size:,} bytes; a table has at most {MOST_BYTES:,}: leave out columns that no field names, or rows"
        )
    return _read(name, path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=32)
def _read(name: str, path: Path, _changed: int, _size: int) -> Table:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FieldError(f"{name} cannot be read: {error.strerror}") from None
    return Table(name, content)


def _columns(name: str, content: bytes) -> dict[str, list[str]]:
    """The cells of each column, by the name in the header."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FieldError(f"{name} is not UTF-8: byte 0x{content[error.start]:02x} on line {line:,}. Save it as UTF-8") from None
    if "\0" in text:
        raise FieldError(f"{name} is no CSV file: a NUL stands on line {text.count(chr(10), 0, text.index(chr(0))) + 1:,}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(name, header)
        rows = []
        begin = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(header):
                raise FieldError(
                    f"{name} line {begin:,}: {len(row)} cell{'s' * (len(row) != 1)}, and the header has {len(header)}{_quoting(row, header)}"
                )
            if row or len(header) == 1:  # a line without anything is no row, but of a file with one column
                rows.append(row or [""])
            begin = reader.line_num + 1
    except csv.Error as error:
        raise FieldError(f"{name} line {reader.line_num:,} is no CSV: {error}") from None
    if not rows:
        raise FieldError(f"{name} has a header and no row below it: there is nothing to take a value from")
    return dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))


def _quoting(row: Sequence[str], header: Sequence[str]) -> str:
    return '. A comma within a cell needs quotes around the cell: "a, b"' if len(row) > len(header) else ""


def _check_header(name: str, header: Sequence[str]) -> None:
    if not any(header):
        raise FieldError(f"{name} is empty: its first line names the columns, and rows follow")
    if len(header) > MOST_COLUMNS:
        raise FieldError(f"{name} has {len(header):,} columns; a table has at most {MOST_COLUMNS:,}")
    if "" in header:
        raise FieldError(f"{name} line 1: the column {header.index('') + 1} has no name")
    if twice := next((each for each in header if header.count(each) > 1), None):
        raise FieldError(f"{name} line 1: two columns have the name '{twice}'")


def _type_of(texts: Sequence[str]) -> Type:
    """What all of these cells are. Numbers with zeros before them (007) are texts, and so are those that do not fit into 64 bits."""
    there = [text for text in texts if text]
    type_ = TEXT
    if there and all(map(_INTEGER.fullmatch, there)) and all(-(2**63) <= int(text) < 2**63 for text in there):
        type_ = number()
    elif any(map(_DECIMAL.fullmatch, there)) and all(_INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text) for text in there):
        decimals = {len(text.partition(".")[2]) for text in there}
        fits = all(-(2**63) <= int(text.replace(".", "")) < 2**63 for text in there)
        type_ = number(decimals.pop()) if len(decimals) == 1 and fits else PRINTED_NUMBER
    elif there and all(text in _BOOLEANS for text in there):
        type_ = BOOLEAN
    if type_ is TEXT:
        type_ = replace(TEXT, plain=not any(NOT_PLAIN.search(text.encode()) for text in there))
    return replace(type_, nullable=len(there) < len(texts))


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")) if folder.is_dir() else []


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return listed(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _shown(path: Path) -> str:
    """A path from the current folder on, where it lies in it."""
    return os.path.relpath(path) if path.absolute().is_relative_to(Path.cwd()) else str(path)
