"""RDS."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import RDSClientError
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


# Attributes of an instance that change in the maintenance window, by their names in PendingModifiedValues.
DEFERRED = {
    "AllocatedStorage": "allocated_storage",
    "DBInstanceClass": "db_instance_class",
    "EngineVersion": "engine_version",
    "Iops": "iops",
    "MultiAZ": "multi_az",
    "StorageThroughput": "storage_throughput",
    "StorageType": "storage_type",
}


@around(RDSBackend, "modify_db_instance")
def defer_to_the_maintenance_window(original: Method, self: RDSBackend, name: str, settings: dict[str, Any]) -> DBInstance:
    """Without ApplyImmediately, AWS keeps some changes in PendingModifiedValues until the maintenance window; with it, AWS also applies
    what is pending. moto applies every change immediately. The emulator has no maintenance window: changes stay pending.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"""
    database: DBInstance = self.describe_db_instances(name)[0]
    pending: dict[str, Any] = getattr(database, "pending_modified_values", {})
    if settings.get("apply_immediately"):
        settings = {**{DEFERRED[each]: value for each, value in pending.items()}, **settings}
        pending = {}
    else:
        differing = {each: settings[key] for each, key in DEFERRED.items() if settings.get(key) not in (None, getattr(database, key))}
        pending = {**pending, **differing}
        settings = {key: value for key, value in settings.items() if key not in DEFERRED.values()}
    modified: DBInstance = original(name, settings)
    modified.pending_modified_values = pending
    return modified


@around(RDSBackend, "modify_db_instance")
def refuse_another_major_version(original: Method, self: RDSBackend, name: str, settings: dict[str, Any]) -> DBInstance:
    """AWS refuses another major version without AllowMajorVersionUpgrade, and a parameter group that is not of the version's family; moto
    accepts both.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"""
    database: DBInstance = self.describe_db_instances(name)[0]
    version = major(settings.get("engine_version") or database.engine_version)
    if version != major(database.engine_version) and not settings.get("allow_major_version_upgrade"):
        message = "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        raise RDSClientError("InvalidParameterCombination", message)
    group = self.db_parameter_groups.get(settings.get("db_parameter_group_name") or database.db_parameter_group_name or "")
    if group is not None and group.family != f"{database.engine}{version}":
        message = f"The parameter group {group.name} with DBParameterGroupFamily {group.family} cannot be used."
        raise RDSClientError("InvalidParameterCombination", message)
    modified: DBInstance = original(name, settings)
    return modified


def major(version: str | None) -> str:
    return (version or "").split(".", maxsplit=1)[0]


@around(RDSBackend, "delete_db_parameter_group")
def keep_a_parameter_group_in_use(original: Method, self: RDSBackend, name: str) -> DBParameterGroup:
    """AWS refuses to delete a parameter group that an instance uses; moto deletes it.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html"""
    if any(database.db_parameter_group_name == name for database in self.databases.values()):
        message = f"One or more database instances are still members of this parameter group {name}, so the group cannot be deleted"
        raise RDSClientError("InvalidDBParameterGroupState", message)
    deleted: DBParameterGroup = original(name)
    return deleted


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
