"""AWS as moto serves it: a proxy, a server, and the secrets of two users as Terraform writes them. Prints the port and the proxy's endpoint."""

from __future__ import annotations

import json
import signal
import sys

import boto3
from moto.server import ThreadedMotoServer

name, *services = sys.argv[1:]
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
access = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
ec2, rds, secrets = (
    boto3.client(each, endpoint_url=f"http://{host}:{port}", **access) for each in ("ec2", "rds", "secretsmanager")
)

vpc = ec2.create_vpc(CidrBlock="172.31.0.0/16")["Vpc"]["VpcId"]
subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"172.31.{number}.0/24")["Subnet"]["SubnetId"] for number in (1, 2)]
group = ec2.create_security_group(VpcId=vpc, GroupName=f"dev-one-{name}-servers", Description="servers")["GroupId"]
image = ec2.describe_images()["Images"][0]["ImageId"]
ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnets[0], SecurityGroupIds=[group])
ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnets[0])
proxy = rds.create_db_proxy(
    DBProxyName=f"dev-one-{name}",
    EngineFamily="POSTGRESQL",
    Auth=[{"AuthScheme": "SECRETS", "IAMAuth": "REQUIRED"}],
    RoleArn="arn:aws:iam::123456789012:role/proxy",
    VpcSubnetIds=subnets,
)["DBProxy"]
for number, service in enumerate(services):
    secret = f"dev-one/{name}/database-user-{service}"
    secrets.create_secret(Name=secret)
    secrets.put_secret_value(
        SecretId=secret,
        ClientRequestToken=f"terraform-2026120104495563830000000{number}",
        SecretString=json.dumps({"username": service, "password": "of nobody"}),
        VersionStages=["AWSCURRENT", "INITIAL"],
    )
print(json.dumps({"endpoint": proxy["Endpoint"], "url": f"http://{host}:{port}"}), flush=True)
signal.pause()
