"""The permissions that the tests of the CI roles compare with are those that the pinned packages publish."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "documents"))

import iam_permissions


def test_the_permissions_are_those_of_the_pinned_packages():
    committed = json.loads(iam_permissions.PERMISSIONS.read_text())
    assert committed == iam_permissions.update([]), "Run .venv/bin/python scripts/documents/iam_permissions.py."
