"""What is written in a file of its own: a stream, an entity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from springhead.fields import Model
from springhead.spec.yaml import Document

if TYPE_CHECKING:
    from springhead.spec.entities import Entities
    from springhead.spec.values import Seed


class Written(Model):
    """The mapping of a file; its name is the file's."""

    if TYPE_CHECKING:  # a key of each
        seed: Seed | None

    _path: Path = PrivateAttr(Path("stream.yaml"))
    _document: Document | None = PrivateAttr(None)
    _entities: Entities | None = PrivateAttr(None)

    def model_post_init(self, context: Any) -> None:
        """The context of validation is the file's path."""
        if isinstance(context, Path):
            self._path = context

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def document(self) -> Document | None:
        """The file's YAML with the places of all that stands in it; None: it came from no file."""
        return self._document

    def __str__(self) -> str:
        """Its name: where it is shown, or kept as a text (Airflow does so with the arguments of mapped tasks), its file says the rest."""
        return self.name

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self._path.stem

    @property
    def effective_seed(self) -> str:
        """What the draws are seeded with."""
        return self.name if self.seed is None else str(self.seed)

    @property
    def entities(self) -> Entities:
        """The entities that it may refer to, as they are when it first asks."""
        if self._entities is None:
            from springhead.spec.entities import Entities  # which loads what is written in a file

            self._entities = Entities()
        return self._entities

    def came_from(self, document: Document, entities: Entities) -> None:
        """Remembers the file's YAML, for errors that show only when values are drawn, and the entities that it was read with."""
        self._document, self._entities = document, entities
