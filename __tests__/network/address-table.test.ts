import "../support/matchers";

import { Ec2SubnetCidrReservation } from "@cdktf/provider-aws/lib/ec2-subnet-cidr-reservation";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";

import { addressTable } from "../../src/config";
import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { freeAddresses } from "../support/addresses";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const both = [
  [staging.name, synthesize(staging).platform],
  [production.name, synthesize(production).platform],
] as const;

/** What a subnet can still hand out, from the synthesized JSON alone. */
function freeAddressesOf(stack: Stack, cidr: string): string[] {
  const subnet = stack.resources("aws_subnet").find((each) => each.values.cidr_block === cidr);
  if (subnet === undefined) throw new Error(`There is no subnet ${cidr}`);
  const reservations = stack
    .resources("aws_ec2_subnet_cidr_reservation")
    .filter((each) => stack.target(each.values.subnet_id) === subnet);
  expect(reservations.map((each) => each.values.reservation_type)).toEqual(reservations.map(() => "explicit"));
  return freeAddresses(
    cidr,
    reservations.map((each) => String(each.values.cidr_block)),
  );
}

describe.each(both)("the address table of %s", (_name, stack) => {
  test("zone 1 can hand out exactly the four named addresses", () => {
    expect(freeAddressesOf(stack, "172.31.1.96/28")).toEqual([
      "172.31.1.101",
      "172.31.1.102",
      "172.31.1.103",
      "172.31.1.104",
    ]);
  });

  test("zone 2 can hand out exactly the four named addresses", () => {
    expect(freeAddressesOf(stack, "172.31.2.96/28")).toEqual([
      "172.31.2.101",
      "172.31.2.102",
      "172.31.2.103",
      "172.31.2.104",
    ]);
  });

  test("each zone's group is as large as its subnet has free addresses", () => {
    for (const zone of ["zone-1", "zone-2"]) {
      const group = stack.at(`servers/${zone}/group`);
      const [subnet, ...others] = stack.targets(group.values.vpc_zone_identifier);
      expect(others).toEqual([]);
      const free = freeAddressesOf(stack, String(subnet?.values.cidr_block)).length;
      expect(group.values).toMatchObject({ min_size: free, max_size: free, desired_capacity: free });
    }
  });

  test("five reservations in each zone take the rest", () => {
    for (const zone of [1, 2]) {
      for (const rest of ["100/32", "105/32", "106/31", "108/31", "110/32"]) {
        expect(stack.json).toHaveResourceWithProperties(Ec2SubnetCidrReservation, {
          cidr_block: `172.31.${zone}.${rest}`,
          reservation_type: "explicit",
        });
      }
    }
    expect(stack.resources("aws_ec2_subnet_cidr_reservation")).toHaveLength(10);
  });

  // Terraform orders nothing between resources that come and resources that go, unless they depend on each other.
  test("each reservation comes after its zone's marker, which is replaced with the table", () => {
    for (const zone of ["zone-1", "zone-2"]) {
      const reservations = stack
        .resources("aws_ec2_subnet_cidr_reservation")
        .filter((each) => each.path.startsWith(`network/${zone}/`));
      expect(reservations).toHaveLength(5);
      for (const each of reservations) {
        const marker = stack.target(each.values.depends_on);
        expect(marker.path).toBe(`network/${zone}/address-table`);
        const { reserved } = marker.values.triggers_replace as { reserved: string };
        expect(reserved.split(" ")).toContain(each.values.cidr_block);
      }
    }
  });

  test("elastic servers have subnets of their own, with nothing reserved", () => {
    expect(freeAddressesOf(stack, "172.31.1.128/25")).toHaveLength(128 - 5);
    expect(freeAddressesOf(stack, "172.31.2.128/25")).toHaveLength(128 - 5);
  });

  test("the subnets are those of the address plan", () => {
    const plan = stack
      .resources("aws_subnet")
      .map(({ path, values }) => [path, values.cidr_block, values.availability_zone_id].join(" "))
      .sort();
    expect(plan).toEqual([
      "network/zone-1/data-subnet 172.31.201.0/24 use1-az2",
      "network/zone-1/elastic-subnet 172.31.1.128/25 use1-az2",
      "network/zone-1/public-subnet 172.31.101.0/24 use1-az2",
      "network/zone-1/servers-subnet 172.31.1.96/28 use1-az2",
      "network/zone-2/data-subnet 172.31.202.0/24 use1-az4",
      "network/zone-2/elastic-subnet 172.31.2.128/25 use1-az4",
      "network/zone-2/public-subnet 172.31.102.0/24 use1-az4",
      "network/zone-2/servers-subnet 172.31.2.96/28 use1-az4",
    ]);
    expect(stack.only("aws_vpc").values.cidr_block).toBe("172.31.0.0/16");
  });

  test("no subnet gives out public addresses", () => {
    expect(stack.json).toHaveResourceWithProperties(Subnet, { map_public_ip_on_launch: false });
    const given = stack.resources("aws_subnet").map((each) => each.values.map_public_ip_on_launch);
    expect(given).toEqual(Array.from({ length: 8 }, () => false));
  });
});

test("the table itself is the design's", () => {
  const lines = addressTable(production).map(({ name, zone, address }) => `${name} ${zone} ${address}`);
  expect(lines).toEqual([
    "api-1 zone-1 172.31.1.101",
    "api-1 zone-2 172.31.2.101",
    "api-2 zone-1 172.31.1.102",
    "api-2 zone-2 172.31.2.102",
    "api-3 zone-1 172.31.1.103",
    "api-3 zone-2 172.31.2.103",
    "api-4 zone-1 172.31.1.104",
    "api-4 zone-2 172.31.2.104",
  ]);
  expect(addressTable(staging)).toEqual(addressTable(production));
});
