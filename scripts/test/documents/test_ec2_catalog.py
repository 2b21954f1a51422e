"""The catalog of instance types, regions and zones is what the pinned moto and botocore publish."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "documents"))

import ec2_catalog


def test_the_catalog_is_that_of_the_pinned_moto():
    committed = json.loads(ec2_catalog.CATALOG.read_text())
    del committed["source"]["written"]
    assert committed == ec2_catalog.catalog(), "Run .venv/bin/python scripts/documents/ec2_catalog.py."
