"""One platform that the session's journeys share; each works with organisations of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import Stack


@pytest.fixture(scope="session")
def stack(server_folder: Path) -> Iterator[Stack]:
    found = Stack(server_folder / "platform")
    found.local("start")
    try:
        yield found
    finally:
        found.public.close()
        found.local("stop")
