"""S3."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from .mend import Mend, around


@around(FakeBucket, "set_lifecycle")
def keep_the_number_of_old_versions(original: Mend, self: FakeBucket, rules: list[dict[str, Any]]) -> None:
    """AWS keeps how many old versions of an object a lifecycle rule spares; moto drops the number, and the provider waits
    for it until it gives up."""
    original(rules)
    for rule, kept in zip(rules, self.rules, strict=True):
        kept.newer_noncurrent_versions = (rule.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")


@around(S3Response, "serialized")
def tell_the_number_of_old_versions(original: Mend, self: S3Response, answer: ActionResult) -> Any:
    """The other half of the mend above."""
    if self.data.get("Action") == "GetBucketLifecycleConfiguration":
        result: Any = answer.result
        for rule, kept in zip(result["Rules"], self.backend.get_bucket(self.bucket_name).rules, strict=True):
            spared = getattr(kept, "newer_noncurrent_versions", None)
            if spared is not None:
                rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = spared
    return original(answer)
