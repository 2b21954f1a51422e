import { DescribeSubnetsCommand, EC2Client, GetSubnetCidrReservationsCommand } from "@aws-sdk/client-ec2";
import { type JsonObject, objectAt } from "@dev-one/cli/json";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";
import { expandCidr } from "cidr-tools";

import { stagingWith } from "../../../../__tests__/support/environments";
import { synthesize } from "../../../../__tests__/support/synthesis";
import { staging } from "../../../../src/environments";
import { client } from "../../src/table/client";
import { LocalCloud } from "./support/local-cloud";

// The API rejects a reservation that overlaps another one. Applying one table after the other tests the order in which Terraform
// deletes and creates reservations.

jest.setTimeout(600_000);

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await LocalCloud.start();
});

afterAll(async () => {
  await cloud.stop();
});

test.each([
  { change: "the design's table", table: [101, 102, 103, 104] },
  { change: "a name at the edge of a reservation", table: [101, 102, 103, 104, 105] },
  { change: "a name in the middle of one, which is split", table: [101, 102, 103, 104, 105, 107] },
  { change: "two names removed, whose addresses are merged with their neighbours'", table: [101, 102, 103, 104] },
  { change: "every name moved at once", table: [105, 106, 108, 110] },
  { change: "the design's table again", table: [101, 102, 103, 104] },
])("applies an address table over the previous one: $change", async ({ table }) => {
  const deployment = await cloud.openStack(addressesOnly(table), "stack");

  await deployment.apply();

  await expect(reservedInZone1()).resolves.toEqual(
    [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110].filter((octet) => !table.includes(octet)),
  );
});

/** The last octets that the API has reserved in the subnet of zone 1's named servers. */
async function reservedInZone1(): Promise<number[]> {
  const ec2 = new EC2Client(client({ url: cloud.emulator.url, region: "us-east-1" }));
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "cidr-block", Values: ["172.31.1.96/28"] }] }),
  );
  const { SubnetIpv4CidrReservations = [] } = await ec2.send(
    new GetSubnetCidrReservationsCommand({ SubnetId: Subnets[0]?.SubnetId }),
  );
  return SubnetIpv4CidrReservations.flatMap(({ Cidr = "" }) => [...expandCidr(Cidr)])
    .map((address) => Number(address.split(".")[3]))
    .sort((a, b) => a - b);
}

/** The VPC, the subnets of the named servers and their reservations, of staging with these last octets in its table. */
function addressesOnly(table: readonly number[]): SynthesizedStack {
  const environment = stagingWith({
    servers: { ...staging.servers, connectionsPerServer: 1_000, peakConnections: 20_000 },
    zones: staging.zones.map((zone, index) => ({
      ...zone,
      servers: Object.fromEntries(table.map((octet) => [`api-${octet}`, `172.31.${index + 1}.${octet}`])),
    })),
  });
  const whole = JSON.parse(synthesize(environment).platform.json) as JsonObject;
  const { aws_vpc, aws_subnet, aws_ec2_subnet_cidr_reservation, terraform_data } = objectAt(whole, "resource") ?? {};
  const { terraform = {}, provider = {} } = whole;
  const servers = Object.entries(aws_subnet ?? {}).filter(([id]) => id.includes("servers-subnet"));
  const resource = {
    aws_vpc,
    aws_subnet: Object.fromEntries(servers),
    aws_ec2_subnet_cidr_reservation,
    terraform_data,
  } as JsonObject;
  return { name: "staging", json: { terraform, provider, resource }, resources: 0 };
}
