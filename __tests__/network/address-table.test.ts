import { addressTable } from "../../src/config";
import { fixture } from "../fixtures/environment";
import { freeAddresses } from "../support/addresses";
import { synthesize } from "../support/synthesis";

const stack = synthesize(fixture).platform;

/** What a subnet can still hand out, from the synthesized JSON alone. */
function freeAddressesOf(cidr: string): string[] {
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

describe("the address table", () => {
  test("lists every named server, by name and zone", () => {
    expect(addressTable(fixture).map(({ name, zone, address }) => `${name} ${zone} ${address}`)).toEqual([
      "web-1 zone-5 10.20.5.40",
      "web-1 zone-6 10.20.6.40",
      "web-2 zone-5 10.20.5.41",
      "web-2 zone-6 10.20.6.41",
      "web-3 zone-5 10.20.5.43",
      "web-3 zone-6 10.20.6.43",
    ]);
  });

  test("leaves exactly the named addresses for AWS to hand out in the subnets of named servers", () => {
    expect(freeAddressesOf("10.20.5.32/28")).toEqual(["10.20.5.40", "10.20.5.41", "10.20.5.43"]);
    expect(freeAddressesOf("10.20.6.32/28")).toEqual(["10.20.6.40", "10.20.6.41", "10.20.6.43"]);
  });

  test("makes the Auto Scaling group of each zone as large as its subnet has free addresses", () => {
    for (const zone of ["zone-5", "zone-6"]) {
      const group = stack.at(`servers/${zone}/group`);
      const [subnet, ...others] = stack.targets(group.values.vpc_zone_identifier);
      expect(others).toEqual([]);
      const free = freeAddressesOf(String(subnet?.values.cidr_block)).length;
      expect(group.values).toMatchObject({ min_size: free, max_size: free, desired_capacity: free });
    }
  });

  test("reserves the other addresses of each zone in four explicit reservations", () => {
    const reserved = stack
      .resources("aws_ec2_subnet_cidr_reservation")
      .map(({ values }) => `${String(values.cidr_block)} ${String(values.reservation_type)}`);
    expect(reserved.sort()).toEqual(
      [5, 6]
        .flatMap((zone) => ["36/30", "42/32", "44/31", "46/32"].map((rest) => `10.20.${zone}.${rest} explicit`))
        .sort(),
    );
  });

  // Terraform orders nothing between resources that come and resources that go, unless they depend on each other.
  test("makes every reservation depend on its zone's marker, which is replaced when the list changes", () => {
    for (const zone of ["zone-5", "zone-6"]) {
      const reservations = stack
        .resources("aws_ec2_subnet_cidr_reservation")
        .filter((each) => each.path.startsWith(`network/${zone}/`));
      expect(reservations).toHaveLength(4);
      for (const each of reservations) {
        const marker = stack.target(each.values.depends_on);
        expect(marker.path).toBe(`network/${zone}/address-table`);
        const { reserved } = marker.values.triggers_replace as { reserved: string };
        expect(reserved.split(" ")).toContain(each.values.cidr_block);
      }
    }
  });

  test("reserves nothing in the subnets of elastic servers", () => {
    expect(freeAddressesOf("10.20.5.128/26")).toHaveLength(64 - 5);
    expect(freeAddressesOf("10.20.6.128/26")).toHaveLength(64 - 5);
  });
});

describe("subnets", () => {
  test("have the ranges and Availability Zones of the configuration", () => {
    const plan = stack
      .resources("aws_subnet")
      .map(({ path, values }) => [path, values.cidr_block, values.availability_zone_id].join(" "))
      .sort();
    expect(plan).toEqual([
      "network/zone-5/data-subnet 10.20.205.0/24 use2-az1",
      "network/zone-5/elastic-subnet 10.20.5.128/26 use2-az1",
      "network/zone-5/public-subnet 10.20.105.0/24 use2-az1",
      "network/zone-5/servers-subnet 10.20.5.32/28 use2-az1",
      "network/zone-6/data-subnet 10.20.206.0/24 use2-az3",
      "network/zone-6/elastic-subnet 10.20.6.128/26 use2-az3",
      "network/zone-6/public-subnet 10.20.106.0/24 use2-az3",
      "network/zone-6/servers-subnet 10.20.6.32/28 use2-az3",
    ]);
    expect(stack.only("aws_vpc").values.cidr_block).toBe("10.20.0.0/16");
  });

  test("give no instance a public address", () => {
    const given = stack.resources("aws_subnet").map((each) => each.values.map_public_ip_on_launch);
    expect(given).toEqual(Array.from({ length: 8 }, () => false));
  });
});
