"""The catalogs of instance types, regions, zones and database classes are what the pinned packages publish."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "documents"))

import ec2_catalog


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (ec2_catalog.CATALOG, ec2_catalog.catalog),
        (ec2_catalog.DATABASE_CATALOG, ec2_catalog.database_catalog),
    ],
    ids=["ec2", "rds"],
)
def test_the_catalog_is_that_of_the_pinned_packages(file, expected):
    committed = json.loads(file.read_text())
    del committed["source"]["written"]
    assert committed == expected(), "Run .venv/bin/python scripts/documents/ec2_catalog.py."
