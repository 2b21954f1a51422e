import { reservations, resolverCidr, type Zone } from "../../src/config";
import { addressesOf, freeAddresses } from "../support/addresses";
import { defineWith } from "./mistakes/mistake";

const environment = defineWith();

/** A zone whose server subnet and named addresses are given. */
function zoneWith(servers: string, addresses: readonly string[]): Zone {
  const [zone] = environment.zones;
  if (zone === undefined) throw new Error("The environment has no zone");
  const names = Object.fromEntries(addresses.map((address, index) => [`api-${index + 1}`, address]));
  return { ...zone, subnets: { ...zone.subnets, servers }, servers: names };
}

const usable = addressesOf("172.31.1.96/28").slice(4, -1);

/** All subsets of the eleven usable addresses of a /28. */
const subsets = Array.from({ length: 2 ** usable.length }, (_, bits) =>
  usable.filter((__, index) => (bits >> index) & 1),
);

test("four addresses in the middle of a subnet need five reservations", () => {
  const [zone] = environment.zones;
  expect(zone && reservations(zone)).toEqual([
    "172.31.1.100/32",
    "172.31.1.105/32",
    "172.31.1.106/31",
    "172.31.1.108/31",
    "172.31.1.110/32",
  ]);
});

test("exactly the named addresses stay free, and no reservation overlaps another or takes an address that AWS reserves", () => {
  expect(subsets).toHaveLength(2048);
  for (const named of subsets) {
    const cidrs = reservations(zoneWith("172.31.1.96/28", named));
    expect(freeAddresses("172.31.1.96/28", cidrs)).toEqual(named);
    expect(cidrs.flatMap(addressesOf).sort()).toEqual(usable.filter((address) => !named.includes(address)).sort());
  }
});

test("no two reservations could be one", () => {
  for (const named of subsets) {
    const reserved = reservations(zoneWith("172.31.1.96/28", named));
    for (const [index, cidr] of reserved.entries()) {
      const size = addressesOf(cidr).length;
      const merged = [...addressesOf(cidr), ...addressesOf(reserved[index + 1] ?? cidr)];
      const isAligned = Number(merged[0]?.split(".").at(-1)) % (2 * size) === 0;
      const isTwice =
        merged.length === 2 * size &&
        Number(merged.at(-1)?.split(".").at(-1)) - Number(merged[0]?.split(".").at(-1)) === 2 * size - 1;
      expect([cidr, isAligned && isTwice]).toEqual([cidr, false]);
    }
  }
});

test("subnets of other sizes have exactly the named addresses free", () => {
  for (const subnet of ["10.0.0.0/24", "10.0.16.0/22", "192.168.7.64/26"]) {
    const all = addressesOf(subnet);
    const named = [all[4], all[9], all.at(-2)].filter((address) => address !== undefined);
    expect(freeAddresses(subnet, reservations(zoneWith(subnet, named)))).toEqual(named);
  }
});

test.each([
  ["172.31.0.0/16", "172.31.0.2/32"],
  ["10.20.64.0/18", "10.20.64.2/32"],
])("the resolver of %s is %s", (vpcCidr, resolver) => {
  expect(resolverCidr({ ...environment, vpcCidr })).toBe(resolver);
});
