"""RDS."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.models import DBInstance, DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse

from .patch import Method, added_to, around

PERFORMANCE_INSIGHTS = {
    "enable_performance_insights": "performance_insights_enabled",
    "performance_insights_kms_key_id": "performance_insights_kms_key_id",
    "performance_insights_retention_period": "performance_insights_retention_period",
}


def keep_performance_insights(original: Method, self: DBInstance, *args: object, **kwargs: Any) -> None:
    """AWS returns the Performance Insights settings of an instance; moto drops them, and every plan would enable them again. A
    restored instance has no such settings, until it is modified."""
    original(*args, **kwargs)
    for asked, reported in PERFORMANCE_INSIGHTS.items():
        if kwargs.get(asked) is not None:
            setattr(self, reported, kwargs[asked])


for operation in ("__init__", "update"):
    around(DBInstance, operation)(keep_performance_insights)


@around(DBInstance, "__init__")
def start_with_todays_certificate_authority(original: Method, self: DBInstance, *args: object, **kwargs: Any) -> None:
    """AWS assigns the certificate authority `rds-ca-rsa2048-g1` to a new instance; moto assigns a name that does not exist. The
    provider then modifies the new instance, which takes 80 seconds more.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"""
    original(*args, **{"ca_certificate_identifier": "rds-ca-rsa2048-g1", **kwargs})


@around(DBParameterGroup, "update_parameters")
def mark_parameters_as_ours(original: Method, self: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]) -> None:
    """AWS returns a parameter set by the user with the source `user`, which Terraform distinguishes from a default; moto omits the
    source, and every plan would set all parameters again."""
    original([{**parameter, "Source": "user"} for parameter in new_parameters])


@around(DBInstance, "update")
def keep_the_managed_secret(original: Method, self: DBInstance, *args: Any, **kwargs: Any) -> None:
    """AWS keeps the existing secret of a managed master password; moto creates a new one at every modification with a managed
    password, so that references to the secret change during an apply."""
    secret = getattr(self, "master_user_secret", None)
    original(*args, **kwargs)
    if secret is not None and self.manage_master_user_password:
        self.master_user_secret = secret


@around(DBInstance, "__init__")
def give_an_instance_an_id_of_its_own(original: Method, self: DBInstance, *args: object, **kwargs: Any) -> None:
    """AWS assigns every instance a resource id that does not change with its name, and Terraform identifies the instance by it;
    moto assigns the same id to all instances, and Terraform finds two instances instead of one.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html"""
    original(*args, **kwargs)
    letters = string.ascii_uppercase + string.digits
    self.dbi_resource_id = "db-" + "".join(secrets.choice(letters) for _ in range(26))


@around(RDSBackend, "restore_db_instance_to_point_in_time")
def restore_to_an_instance_that_stands_alone(original: Method, self: RDSBackend, *args: Any, **kwargs: Any) -> DBInstance:
    """AWS restores PostgreSQL to an instance that is not a replica, with the master password of that time, which is managed only
    after a later modification; moto sets the replication source, which Terraform takes for a replica, and creates a new secret
    immediately.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html"""
    restored: DBInstance = original(*args, **kwargs)
    restored.source_db_instance_identifier = None
    if restored.manage_master_user_password:
        restored.master_user_secret.delete_secret()
        del restored.master_user_secret
        restored.manage_master_user_password = False
    return restored


PROXY_SETTINGS = {
    "Auth": "auth",
    "RequireTLS": "require_tls",
    "IdleClientTimeout": "idle_client_timeout",
    "DebugLogging": "debug_logging",
    "RoleArn": "role_arn",
}


@added_to(RDSResponse)
def modify_db_proxy(self: RDSResponse) -> ActionResult:
    """AWS modifies a proxy in place, such as its secret after a database was restored; moto has no such operation.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBProxy.html"""
    proxy = self.backend.describe_db_proxies(self.params["DBProxyName"])[0]
    for asked, attribute in PROXY_SETTINGS.items():
        if asked in self.params:
            setattr(proxy, attribute, self.params[asked])
    return ActionResult({"DBProxy": proxy})
