"""One server for all these tests, and an empty database for each."""

from collections.abc import Iterator

import pytest

from tests.postgres.server import Server, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if "tests/postgres/" in item.path.as_posix():
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """Yield the address of an empty database."""
    url = server.create()
    yield url
    server.drop(url)
