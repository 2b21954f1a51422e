"""RDS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.rds.models import DBInstance, DBParameterGroup

from .mend import Mend, around

PERFORMANCE_INSIGHTS = {
    "enable_performance_insights": "performance_insights_enabled",
    "performance_insights_kms_key_id": "performance_insights_kms_key_id",
    "performance_insights_retention_period": "performance_insights_retention_period",
}


@around(DBInstance, "__init__")
def keep_performance_insights(original: Mend, self: DBInstance, *args: object, **kwargs: Any) -> None:
    """AWS reports the Performance Insights settings of an instance; moto takes them and drops them, and every plan would
    want to switch them on again."""
    original(*args, **kwargs)
    for asked, reported in PERFORMANCE_INSIGHTS.items():
        if asked in kwargs:
            setattr(self, reported, kwargs[asked])


@around(DBInstance, "__init__")
def start_with_todays_certificate_authority(original: Mend, self: DBInstance, *args: object, **kwargs: Any) -> None:
    """AWS gives a new instance the authority `rds-ca-rsa2048-g1`; moto gives it a name that no authority has. The provider
    then changes the instance after creating it, and waits 80 seconds more for that.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"""
    original(*args, **{"ca_certificate_identifier": "rds-ca-rsa2048-g1", **kwargs})


@around(DBParameterGroup, "update_parameters")
def mark_parameters_as_ours(original: Mend, self: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]) -> None:
    """AWS marks a parameter that somebody set with the source `user`, by which Terraform tells it from a default; moto
    leaves the source out, and every plan would want to set all of them again."""
    original([{**parameter, "Source": "user"} for parameter in new_parameters])


@around(DBInstance, "update")
def keep_the_managed_secret(original: Mend, self: DBInstance, *args: Any, **kwargs: Any) -> None:
    """AWS keeps the secret of a master password that it manages already; moto makes a new one whenever a change says that the
    password is managed, and what names the secret changes in the middle of an apply."""
    secret = getattr(self, "master_user_secret", None)
    original(*args, **kwargs)
    if secret is not None and self.manage_master_user_password:
        self.master_user_secret = secret
