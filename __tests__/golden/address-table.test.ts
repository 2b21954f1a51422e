import { production, staging } from "../../src/environments";
import { synthesize } from "../support/synthesis";

/** The address table, to be changed here together with `src/environments/shared.ts`. */
const TABLE = [
  "api-1 172.31.1.101 172.31.2.101",
  "api-2 172.31.1.102 172.31.2.102",
  "api-3 172.31.1.103 172.31.2.103",
  "api-4 172.31.1.104 172.31.2.104",
];

const SUBNETS = [
  "zone-1 use1-az2 data 172.31.201.0/24",
  "zone-1 use1-az2 elastic 172.31.1.128/25",
  "zone-1 use1-az2 public 172.31.101.0/24",
  "zone-1 use1-az2 servers 172.31.1.96/28",
  "zone-2 use1-az4 data 172.31.202.0/24",
  "zone-2 use1-az4 elastic 172.31.2.128/25",
  "zone-2 use1-az4 public 172.31.102.0/24",
  "zone-2 use1-az4 servers 172.31.2.96/28",
];

// Targets, reservations and groups follow the table: __tests__/network and __tests__/load-balancing.
describe.each([
  ["staging", "staging.dev-one.it", synthesize(staging).platform],
  ["production", "dev-one.it", synthesize(production).platform],
])("the address table of %s", (_name, domain, platform) => {
  test("names each server in the private zone with its address in each zone", () => {
    const records = platform
      .resources("aws_route53_record")
      .filter(({ path }) => path.startsWith("private-dns/servers/"))
      .map(({ values }) => [String(values.name).replace(`.${domain}`, ""), ...(values.records as string[])].join(" "));
    expect(records.sort()).toEqual(TABLE);
  });

  test("lies in the subnets of the address plan", () => {
    const plan = platform
      .resources("aws_subnet")
      .map(({ path, values }) => {
        const [, zone = "", tier = ""] = /^network\/([\w-]+)\/(\w+)-subnet$/.exec(path) ?? [];
        return [zone, values.availability_zone_id, tier, values.cidr_block].join(" ");
      })
      .sort();
    expect(plan).toEqual(SUBNETS);
    expect(platform.only("aws_vpc").values.cidr_block).toBe("172.31.0.0/16");
  });
});
