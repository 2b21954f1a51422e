"""An emulator for these tests, and boto3 clients for it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

LOCAL_CLOUD = Path(__file__).resolve().parents[2] / "src"
sys.path.insert(0, str(LOCAL_CLOUD))
os.environ["MOTO_ACCOUNT_ID"] = "111122223333"

Client = Callable[[str], Any]


@pytest.fixture(scope="session")
def aws() -> Iterator[Client]:
    """Creates clients for an emulator with all patches."""
    from emulator import moto_patches, server  # noqa: F401

    listening = server.listen(0, "token")
    threading.Thread(target=listening.serve_forever, daemon=True).start()

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{listening.port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    yield client
    listening.shutdown()
