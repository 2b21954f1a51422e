"""Writes two files of src/config/catalog. ec2.json: EC2's instance types, regions and zones, from the data that moto and botocore
include. rds.json: RDS's instance classes for PostgreSQL by region, from the data that cfn-lint includes.

Run `.venv/bin/python scripts/documents/ec2_catalog.py` when requirements.txt pins another moto or constraints.txt another cfn-lint.
"""

import datetime
import gzip
import json
from pathlib import Path

import botocore
import botocore.session
import cfnlint
import moto

CATALOG = Path(__file__).parents[2] / "src/config/catalog/ec2.json"
DATABASE_CATALOG = CATALOG.with_name("rds.json")
CLASSES = Path(cfnlint.__path__[0]) / "data/schemas/extensions/aws_rds_dbinstance/dbinstanceclass_enum.json"
RESOURCES = Path(moto.__path__[0]) / "ec2/resources"

# Amazon Linux has images for these; types for macOS have another architecture.
ARCHITECTURES = {"x86_64", "arm64"}

SOURCE = {
    "description": "Answers of EC2's DescribeInstanceTypes and DescribeInstanceTypeOfferings (by availability-zone-id), and the regions of the AWS SDK",
    "from": f"moto {moto.__version__} (https://github.com/getmoto/moto), botocore {botocore.__version__} (https://github.com/boto/botocore)",
    "license": "Apache-2.0",
}

DATABASE_SOURCE = {
    "description": "Instance classes that AWS's price list has for PostgreSQL on RDS, by region",
    "from": f"cfn-lint {cfnlint.version.__version__} (https://github.com/aws-cloudformation/cfn-lint)",
    "license": "MIT-0",
}


def unpacked(file):
    return json.loads(gzip.decompress(file.read_bytes()))


def facts(description):
    """The facts of a type; the launch template has one network interface, so the bandwidth is that of the default card."""
    network = description["NetworkInfo"]
    card = network["NetworkCards"][network["DefaultNetworkCardIndex"]]
    [architecture] = ARCHITECTURES & set(description["ProcessorInfo"]["SupportedArchitectures"])
    return {
        "vcpus": description["VCpuInfo"]["DefaultVCpus"],
        "memoryMib": description["MemoryInfo"]["SizeInMiB"],
        "architecture": architecture,
        "networkBaselineMbps": round(card["BaselineBandwidthInGbps"] * 1000),
    }


def catalog():
    zones = {region: [] for region in botocore.session.Session().get_available_regions("ec2")}
    offers = {}
    for file in sorted(RESOURCES.glob("instance_type_offerings/availability-zone-id/*.json.gz")):
        region = file.name.split(".")[0]
        offered = unpacked(file)
        zones[region] = sorted({each["Location"] for each in offered})
        for each in sorted(offered, key=lambda offer: offer["Location"]):
            numbers = offers.setdefault(each["InstanceType"], {})
            numbers[region] = numbers.get(region, "") + each["Location"].split("-az")[1]
    offered_in = []
    types = {}
    for name, description in sorted(unpacked(RESOURCES / "instance_types.json.gz").items()):
        if ARCHITECTURES.isdisjoint(description["ProcessorInfo"]["SupportedArchitectures"]):
            continue
        if offers[name] not in offered_in:
            offered_in.append(offers[name])
        types[name] = {**facts(description), "offeredIn": offered_in.index(offers[name])}
    return {"source": SOURCE, "zones": zones, "types": types, "offeredIn": offered_in}


def database_catalog():
    """cfn-lint has a schema for each region, with a condition for each engine and license."""
    regions = {}
    for region, schema in sorted(json.loads(CLASSES.read_text()).items()):
        for rule in schema["allOf"]:
            if rule["if"]["properties"]["Engine"]["const"] != "postgres":
                continue
            for name in rule["then"]["properties"]["DBInstanceClass"]["enum"]:
                regions.setdefault(name, {})[region] = None
    offered_in = []
    classes = {}
    for name, offering in sorted(regions.items()):
        if list(offering) not in offered_in:
            offered_in.append(list(offering))
        classes[name] = offered_in.index(list(offering))
    return {"source": DATABASE_SOURCE, "classes": classes, "offeredIn": offered_in}


def text(content):
    """JSON with one line for each entry, so that a difference shows what has changed."""
    members = [f"{json.dumps(key)}: {block(value)}" for key, value in content.items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def block(value):
    items = [f"{json.dumps(key)}: {json.dumps(each)}" for key, each in value.items()] if isinstance(value, dict) else map(json.dumps, value)
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n" + ",\n".join(items) + f"\n{end}"


if __name__ == "__main__":
    for file, content in ((CATALOG, catalog()), (DATABASE_CATALOG, database_catalog())):
        content["source"]["written"] = datetime.date.today().isoformat()
        file.write_text(text(content))
        print(f"Wrote {file}.")
