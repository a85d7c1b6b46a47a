"""The broker with all listeners, one for the session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secured.cluster import Secured, secured_cluster
from tests.secured.command import Springhead


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A broker whose listeners ask for SCRAM, PLAIN, OAUTHBEARER and certificates, and a token service."""
    with secured_cluster(tmp_path_factory.mktemp("secured")) as made:
        yield made


@pytest.fixture
def springhead(tmp_path: Path) -> Springhead:
    """The command, without connections yet."""
    return Springhead(tmp_path)
