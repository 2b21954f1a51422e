"""S3."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from .patch import Method, around


@around(FakeBucket, "set_lifecycle")
def keep_the_number_of_old_versions(original: Method, self: FakeBucket, rules: list[dict[str, Any]]) -> None:
    """AWS stores the number of noncurrent versions that a lifecycle rule retains; moto drops it, and the provider waits for it
    until its timeout."""
    original(rules)
    for rule, kept in zip(rules, self.rules, strict=True):
        spared = (rule.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")
        kept.newer_noncurrent_versions = spared  # type: ignore[attr-defined]


@around(S3Response, "serialized")
def tell_the_number_of_old_versions(original: Method, self: S3Response, answer: ActionResult) -> Any:
    """The other half of the patch above."""
    if self.data.get("Action") == "GetBucketLifecycleConfiguration" and isinstance(answer.result, dict):
        result = answer.result
        for rule, kept in zip(result["Rules"], self.backend.get_bucket(self.bucket_name).rules, strict=True):
            spared = getattr(kept, "newer_noncurrent_versions", None)
            if spared is not None:
                rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = spared
    return original(answer)


@around(FakeBucket, "get_permission")
def count_loopback_as_encrypted(original: Method, self: FakeBucket, action: str, resource: str) -> PermissionResult:
    """AWS applies a statement of a bucket policy only when its conditions are met; moto always applies it, so that a policy that
    denies unencrypted requests denies every request. Requests over loopback are treated as encrypted here: they do not leave the
    machine, and the emulator has no certificate."""
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    policy["Statement"] = [each for each in policy["Statement"] if not is_about_unencrypted_requests(each)]
    permission: PermissionResult = IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)
    return permission


def is_about_unencrypted_requests(statement: dict[str, Any]) -> bool:
    value = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return statement.get("Effect") == "Deny" and str(value).lower() == "false"
