"""The environment variables of moto, with the reason for each value."""

from __future__ import annotations

from collections.abc import MutableMapping


def apply(environ: MutableMapping[str, str]) -> None:
    # Servers and the monitoring of the database use AWS managed policies; moto loads them only with this setting.
    environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    # Seconds until a certificate is validated. ACM checks the DNS record; moto only waits.
    environ["MOTO_ACM_VALIDATION_WAIT"] = "1"
    # moto uses the AWS client internally, which requires keys; they are never sent.
    environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
