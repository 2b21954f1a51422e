"""What the account holds at the moment of a call, which IAM evaluates but the call does not tell: tags, and ARNs behind names."""

from __future__ import annotations

from typing import Any

from moto.backends import get_backend

Tags = dict[str, str]


class Account:
    def __init__(self, number: str, region: str) -> None:
        self.number = number
        self.region = region

    def _backend(self, service: str) -> Any:
        by_region: Any = get_backend(service)[self.number]
        return by_region["aws" if service in ("iam", "s3", "route53") else self.region]

    def tags(self, service: str, arn: str) -> Tags:
        """Tags of an existing resource, for the services whose permissions depend on them."""
        resource = arn.split(":", 5)[5].split("/")[-1]
        if service == "ec2":
            return dict(self._backend("ec2").tags.get(resource, {}))
        if service == "kms":
            return dict(self._backend("kms").tagger.get_tag_dict_for_resource(resource))
        if service == "acm":
            certificate = self._backend("acm")._certificates.get(arn)
            return {} if certificate is None else dict(certificate.tags)
        if service == "rds" and ":db-proxy:prx-" in arn:
            return {each["Key"]: each["Value"] for each in self._backend("rds").list_tags_for_resource(arn)}
        return {}

    def key_id(self, key: str) -> str:
        """Id of a KMS key, of its ARN, its id, or its alias."""
        return str(self._backend("kms").any_id_to_key_id(key))

    def key_of_alias(self, alias: str) -> str | None:
        found = self._backend("kms").get_key_id_from_alias(alias)
        return str(found) if found else None

    def associated(self, association: str) -> list[str]:
        """Ids of what an association of EC2 connects: Elastic IP addresses, or a route table and its subnet."""
        backend = self._backend("ec2")
        addresses = [each.allocation_id for each in backend.addresses if each.association_id == association]
        for table in backend.route_tables.values():
            if association in table._associations:
                return [table.id, table._associations[association]]
        return addresses

    def key_alias(self, key_id: str) -> str | None:
        """The name of a key without `alias/`; None before the key has an alias."""
        aliases = self._backend("kms").keys[key_id].aliases if key_id in self._backend("kms").keys else []
        return next((str(alias).removeprefix("alias/") for alias in aliases), None)

    def bucket_key(self, bucket: str) -> str | None:
        """Id of the KMS key with which a bucket encrypts its objects."""
        found = self._backend("s3").buckets.get(bucket)
        rule = ((found and found.encryption) or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
        key = rule.get("KMSMasterKeyID")
        return self.key_id(key) if key else None

    def secret(self, secret_id: str) -> Any:
        """A secret by name or ARN; None when it does not exist."""
        secrets = self._backend("secretsmanager").secrets
        return secrets[secret_id] if secret_id in secrets else None

    def role(self, name: str) -> Any:
        return next((each for each in self._backend("iam").roles.values() if each.name == name), None)

    def roles_of_profile(self, profile: str) -> list[str]:
        """ARNs of the roles of an instance profile, of its name or ARN."""
        profiles = self._backend("iam").instance_profiles.values()
        found = [each for each in profiles if profile in (each.name, each.arn)]
        return [role.arn for each in found for role in each.roles]

    def proxy(self, name: str) -> Any:
        return self._backend("rds").db_proxies.get(name)

    def scaling_group(self, name: str) -> Any:
        return self._backend("autoscaling").autoscaling_groups.get(name)

    def launch_template_data(self, template: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Id of a launch template, and what one of its versions holds."""
        backend = self._backend("ec2")
        found = (
            backend.get_launch_template(template["LaunchTemplateId"])
            if "LaunchTemplateId" in template
            else backend.get_launch_template_by_name(template["LaunchTemplateName"])
        )
        return found.id, found.get_version(template.get("Version", "$Default")).data
