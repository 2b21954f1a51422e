"""What moto takes from the environment, with the reason for each value."""

from __future__ import annotations

from collections.abc import MutableMapping


def apply(environ: MutableMapping[str, str]) -> None:
    # Servers and the database's monitoring attach policies that AWS manages; moto loads them only when asked.
    environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    # Seconds after which a certificate counts as validated; ACM looks for the DNS record, moto only at the clock.
    environ["MOTO_ACM_VALIDATION_WAIT"] = "1"
    # moto uses the AWS client for itself and wants keys; they are never sent anywhere.
    environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
