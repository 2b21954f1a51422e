"""One PostgreSQL server for these tests, and one service process that most of them share."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_support import Postgres, Service, StartService, eventually, printing


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Short, because the length of a Unix socket's path is limited, and accessible to the user that PostgreSQL runs as.
    directory = Path(tempfile.mkdtemp(prefix="dev-one-pg-", dir="/tmp"))
    try:
        server = Postgres(directory)
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
def service(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that is ready; no test stops it or its database."""
    started = Service(tmp_path_factory.mktemp("service"), printing(postgres.credentials()))
    assert eventually(started.is_ready), started.errors
    yield started
    started.end()


@pytest.fixture
def quiet_service(service: Service) -> Service:
    """The shared service, after it has notified its clients of all earlier items."""
    time.sleep(0.2)
    return service


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[StartService]:
    """Starts separate service processes, each with a script that prints the database credentials."""
    started: list[Service] = []
    names = itertools.count()

    def start(credentials: str) -> Service:
        service = Service(tmp_path / str(next(names)), credentials)
        started.append(service)
        return service

    yield start
    for each in started:
        each.end()


@pytest.fixture
def own_service(start_service: StartService, postgres: Postgres) -> Service:
    """A service of the test's own that is ready."""
    started = start_service(printing(postgres.credentials()))
    assert eventually(started.is_ready), started.errors
    return started
