"""The service as this machine sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.server.calls import client


@pytest.fixture
def service() -> Iterator[TestClient]:
    with client() as found:
        yield found
