"""The plan of a stream's records: each field's maker, in an order in which whatever a field refers to is made before it."""

from __future__ import annotations

from functools import partial

from springhead.columns.column import Chunk, Column, Kind, Maker
from springhead.columns.draws import Draws
from springhead.errors import FieldError
from springhead.fields import Field, Object, Path, resolve
from springhead.spec import Stream


class Plan:
    """The makers of a stream's fields, key and headers for one scope of draws.

    Args:
        stream: with a variant's overrides in it.
        draws: the scope.
        records: how many the batch has.

    Attributes:
        key: the maker of the records' keys; None: they have none.
        headers: by name.

    Raises:
        FieldError: names the field, and what only Faker can tell is wrong with it.
    """

    def __init__(self, stream: Stream, draws: Draws, records: int) -> None:
        self._records = records
        self._resolution = resolve(stream.fields)
        tree = self._resolution.tree
        objects = [path for path, field in tree.items() if isinstance(field, Object)]
        inner_first = reversed(objects)  # the tree has an object before what is in it
        self._makers = {
            path: self._maker(f"fields.{'.'.join(path)}", tree[path], draws.at(*path), path[:-1])
            for path in (*self._resolution.order, *inner_first)
        }
        self._visible = [name for name, field in stream.fields.items() if not field.hidden]
        # The key's and the headers' own scopes: no field's path can be theirs.
        self.key: Maker | None = None if stream.key is None else self._maker("key", stream.key, Draws((*draws.scope, "key")))
        self.headers = {
            name: self._maker(f"headers.{name}", field, Draws((*draws.scope, "headers"), (name,))) for name, field in stream.headers.items()
        }

    def _maker(self, place: str, field: Field, draws: Draws, scope: Path = ()) -> Maker:
        try:
            field.check_records(self._records)
            return field.maker(draws, partial(self._resolution.find, scope=scope))
        except FieldError as error:
            raise FieldError(f"{place}: {error}") from None

    def draw(self, chunk: Chunk) -> Column:
        """Makes all columns of a chunk; returns the record: an OBJECT column of the visible fields."""
        for path, maker in self._makers.items():
            chunk.columns[path] = maker(chunk)
        return Column(Kind.OBJECT, chunk.rows, children={name: chunk.columns[(name,)] for name in self._visible})
