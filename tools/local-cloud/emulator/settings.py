"""What moto takes from the environment, with the reason for each value."""

from __future__ import annotations

from collections.abc import MutableMapping


def apply(environ: MutableMapping[str, str]) -> None:
    # Servers and the database's monitoring attach policies that AWS manages; moto loads them only when asked.
    environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    # A state bucket's lifecycle and encryption are ours; moto needs no others, and no real AWS must ever be asked.
    environ["MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS"] = "false"
    environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
