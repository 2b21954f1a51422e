import { ConfigurationError, defineEnvironment, type EnvironmentProps } from "../../src/config";
import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { thirdZone } from "../support/environments";

type ZoneProps = EnvironmentProps["zones"][number];
/** Mistakes that types would catch are made all the same: the check must not rely on them. */
type Mistake = Readonly<Record<string, unknown>>;

/** Staging with something wrong in its first or second zone. */
function inZone(number: 1 | 2, change: (zone: ZoneProps) => Mistake): Mistake {
  return { zones: staging.zones.map((zone, index) => (index + 1 === number ? { ...zone, ...change(zone) } : zone)) };
}

const withServers = (change: Mistake): Mistake => ({ servers: { ...staging.servers, ...change } });
const withDatabase = (change: Mistake): Mistake => ({ database: { ...staging.database, ...change } });
const address = (number: 1 | 2, name: string, value: unknown): Mistake =>
  inZone(number, (zone) => ({ servers: { ...zone.servers, [name]: value } }));
const subnet = (number: 1 | 2, tier: string, value: unknown): Mistake =>
  inZone(number, (zone) => ({ subnets: { ...zone.subnets, [tier]: value } }));
const availabilityZones = (...ids: string[]): Mistake => ({
  zones: staging.zones.map((zone, index) => ({ ...zone, availabilityZoneId: ids[index] })),
});

/** What is wrong, and the whole sentence after `Environment "staging"`. */
const mistakes: readonly (readonly [name: string, mistake: Mistake, sentence: string])[] = [
  [
    "an address outside its subnet",
    address(1, "api-1", "172.31.1.50"),
    ', zone "zone-1", servers.api-1: 172.31.1.50 lies outside its subnet 172.31.1.96/28; choose one from 172.31.1.100 to 172.31.1.110.',
  ],
  [
    "the fourth of AWS's five addresses",
    address(1, "api-1", "172.31.1.99"),
    ', zone "zone-1", servers.api-1: 172.31.1.99 is one of the five addresses of 172.31.1.96/28 that AWS keeps; choose one from 172.31.1.100 to 172.31.1.110.',
  ],
  [
    "the last of AWS's five addresses",
    address(2, "api-4", "172.31.2.111"),
    ', zone "zone-2", servers.api-4: 172.31.2.111 is one of the five addresses of 172.31.2.96/28 that AWS keeps; choose one from 172.31.2.100 to 172.31.2.110.',
  ],
  [
    "an address named twice",
    address(1, "api-1", "172.31.1.102"),
    ', zone "zone-1", servers: 172.31.1.102 is named twice; give each server an address of its own.',
  ],
  [
    "an address that is none",
    address(1, "api-1", "172.31.1"),
    ', zone "zone-1", servers.api-1: "172.31.1" is not an IPv4 address; write one such as 172.31.1.101.',
  ],
  [
    "subnets that overlap",
    subnet(2, "public", "172.31.101.128/25"),
    ', zone "zone-2", subnets.public: 172.31.101.128/25 overlaps 172.31.101.0/24 (zone "zone-1", subnets.public); give each subnet a range of its own.',
  ],
  [
    "a subnet that leaves the VPC",
    subnet(2, "data", "172.30.1.0/24"),
    ', zone "zone-2", subnets.data: 172.30.1.0/24 leaves the VPC; choose a range within 172.31.0.0/16.',
  ],
  [
    "a subnet smaller than AWS makes them",
    subnet(2, "data", "172.31.202.0/29"),
    ', zone "zone-2", subnets.data: 172.31.202.0/29 is not a size that a subnet can have; write a prefix length from /16 to /28.',
  ],
  [
    "a malformed CIDR",
    subnet(2, "data", "172.31.202.0"),
    ', zone "zone-2", subnets.data: "172.31.202.0" is not an IPv4 CIDR; write one such as 172.31.1.0/24.',
  ],
  [
    "a CIDR with a number too large",
    { vpcCidr: "172.300.0.0/16" },
    ', vpcCidr: "172.300.0.0/16" is not an IPv4 CIDR; write one such as 172.31.1.0/24.',
  ],
  [
    "a CIDR that starts inside its range",
    subnet(2, "data", "172.31.202.1/24"),
    ', zone "zone-2", subnets.data: 172.31.202.1/24 does not start at the first address of its range; write 172.31.202.0/24.',
  ],
  [
    "a VPC larger than AWS makes them",
    { vpcCidr: "172.0.0.0/8" },
    ", vpcCidr: 172.0.0.0/8 is not a size that a VPC can have; write a prefix length from /16 to /28.",
  ],
  [
    "a VPC beyond the private ranges",
    { vpcCidr: "100.64.0.0/16" },
    ", vpcCidr: 100.64.0.0/16 is in none of the private ranges in which nginx believes the load balancer who the client is; choose one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.",
  ],
  [
    "a VPC beside a private range",
    { vpcCidr: "172.32.0.0/16" },
    ", vpcCidr: 172.32.0.0/16 is in none of the private ranges in which nginx believes the load balancer who the client is; choose one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.",
  ],
  ["one zone", { zones: [staging.zones[0]] }, ", zones: 1 zone cannot survive the loss of a zone; name two or three."],
  ["no zone", { zones: [] }, ", zones: 0 zones cannot survive the loss of a zone; name two or three."],
  [
    "four zones",
    { zones: [...staging.zones, thirdZone, { ...thirdZone, name: "zone-4", availabilityZoneId: "use1-az5" }] },
    ", zones: 4 zones need more metrics than CloudWatch allows in one scaling alarm; name at most 3.",
  ],
  [
    "two zones of one name",
    { zones: [...staging.zones, { ...thirdZone, name: "zone-2" }] },
    ", zones: zone-2 is named twice; give each zone a name of its own.",
  ],
  [
    "two zones in one place",
    { zones: [...staging.zones, { ...thirdZone, availabilityZoneId: "use1-az2" }] },
    ", zones: use1-az2 is named twice; put each zone into an Availability Zone of its own.",
  ],
  [
    "a zone of another region",
    inZone(2, () => ({ availabilityZoneId: "euw1-az2" })),
    ', zone "zone-2", availabilityZoneId: euw1-az2 is not a zone of us-east-1; write one of use1-az1, use1-az2, use1-az3, use1-az4, use1-az5, use1-az6.',
  ],
  [
    "a zone by its name instead of its id",
    inZone(2, () => ({ availabilityZoneId: "us-east-1b" })),
    ', zone "zone-2", availabilityZoneId: "us-east-1b" is not an Availability Zone id; write one such as use1-az2.',
  ],
  [
    "an instance type that the region does not offer",
    { region: "us-east-2", ...availabilityZones("use2-az1", "use2-az2") },
    ", servers.instanceType: m3.xlarge is not offered in us-east-2; use m7i.xlarge (x86_64) or m7g.xlarge (arm64).",
  ],
  [
    "an instance type that the zone does not offer",
    availabilityZones("use1-az2", "use1-az5"),
    ", servers.instanceType: m3.xlarge is not offered in use1-az5, only in use1-az2, use1-az3, use1-az4, use1-az6; move zone-2 to one of these, or use m7i.xlarge (x86_64) or m7g.xlarge (arm64).",
  ],
  [
    "an instance type that nobody described",
    withServers({ instanceType: "m9.huge" }),
    ", servers.instanceType: m9.huge is not described in src/config/catalog/instance-types.ts; use m3.xlarge, m7i.xlarge, m7g.xlarge, or describe it there.",
  ],
  [
    "an instance type named like something that every object has",
    withServers({ instanceType: "constructor" }),
    ", servers.instanceType: constructor is not described in src/config/catalog/instance-types.ts; use m3.xlarge, m7i.xlarge, m7g.xlarge, or describe it there.",
  ],
  [
    "a peak for which the elastic subnets have no room",
    withServers({ peakConnections: 700_000 }),
    ', zone "zone-1", subnets.elastic: 172.31.1.128/25 has 123 addresses, and 132 are needed at the peak without one zone; choose a larger range, or lower servers.peakConnections.',
  ],
  [
    "an elastic subnet without room for the servers of a lost zone",
    subnet(2, "elastic", "172.31.2.128/28"),
    ', zone "zone-2", subnets.elastic: 172.31.2.128/28 has 11 addresses, and 12 are needed at the peak without one zone; choose a larger range, or lower servers.peakConnections.',
  ],
  [
    "a subnet too small for the load balancer",
    subnet(1, "public", "172.31.101.0/28"),
    ', zone "zone-1", subnets.public: 172.31.101.0/28 is smaller than a load balancer\'s subnet may be; write a prefix length of at most /27.',
  ],
  [
    "zones with different servers",
    inZone(2, () => ({ servers: { "api-1": "172.31.2.101" } })),
    ', zone "zone-2", servers: the names (api-1) differ from those of zone "zone-1" (api-1, api-2, api-3, api-4); name the same servers in every zone.',
  ],
  [
    "a zone without servers",
    inZone(2, () => ({ servers: {} })),
    ', zone "zone-2", servers: no server is named; name at least one with its address.',
  ],
  [
    "a server with a name that is no host name",
    inZone(1, () => ({ servers: { API_1: "172.31.1.101" } })),
    ', zone "zone-1", servers: "API_1" is not a lower-case DNS label; write one such as api-1.',
  ],
  [
    "a peak below the base",
    withServers({ peakConnections: 30_000 }),
    ", servers.peakConnections: a peak of 30000 is below the 40000 connections that the named servers hold even without one zone; raise the peak, or name fewer servers.",
  ],
  [
    "a peak that is no whole number",
    withServers({ peakConnections: 1.5 }),
    ", servers.peakConnections: 1.5 is not a whole number of connections from 1 upwards; write one such as 1.",
  ],
  [
    "more connections than nginx hands on",
    withServers({ connectionsPerServer: 30_721 }),
    ", servers.connectionsPerServer: 30721 is more than the 30720 connections that nginx hands on with 4 CPUs; write at most 30720.",
  ],
  [
    "a name with two hyphens in a row",
    { name: "pre--view" },
    ", name: it has two hyphens in a row, which RDS does not take; write pre-view.",
  ],
  [
    "a domain too long for a certificate",
    { domain: `${"a".repeat(54)}.dev-one.it` },
    ", domain: it has 65 characters, and the name of an ACM certificate has 64 at most; choose a shorter one.",
  ],
  [
    "no account",
    { accountId: undefined },
    ', accountId: is missing; write an AWS account id, 12 digits in quotes such as "111122223333".',
  ],
  [
    "a malformed account",
    { accountId: "12345" },
    ', accountId: "12345" is not an AWS account id, 12 digits in quotes; write one such as "111122223333".',
  ],
  [
    "an account as a number, which would lose leading zeros",
    { accountId: 111122223333 },
    ', accountId: 111122223333 is not an AWS account id, 12 digits in quotes; write one such as "111122223333".',
  ],
  [
    "a malformed domain",
    { domain: "https://dev-one.it" },
    ', domain: "https://dev-one.it" is not a domain name; write one such as dev-one.it.',
  ],
  [
    "a malformed e-mail address",
    { securityContact: "security.dev-one.it" },
    ', securityContact: "security.dev-one.it" is not an e-mail address; write one such as security@dev-one.it.',
  ],
  [
    "a malformed region",
    { region: "Virginia" },
    ', region: "Virginia" is not an AWS region; write one such as us-east-1.',
  ],
  [
    "a region that there is not",
    { region: "us-east-9", ...availabilityZones("use9-az1", "use9-az2") },
    ", region: us-east-9 is not described in src/config/catalog/regions.ts; correct it, or describe it there with its zones.",
  ],
  [
    "an instance type that a newer region does not offer",
    { region: "il-central-1", ...availabilityZones("ilc1-az1", "ilc1-az2") },
    ", servers.instanceType: m3.xlarge is not offered in il-central-1; use m7i.xlarge (x86_64) or m7g.xlarge (arm64).",
  ],
  [
    "an unknown setting",
    { acountId: "111122223333" },
    ": acountId is not a setting; remove it, or spell it as in src/config/schema/environment.ts.",
  ],
  [
    "unknown settings further in",
    withServers({ instancetype: "m3.xlarge", count: 8 }),
    ", servers: instancetype, count are not settings; remove them, or spell them as in src/config/schema/environment.ts.",
  ],
  [
    "a whole part that is missing",
    { database: undefined },
    ", database: is missing; write it as src/config/schema/environment.ts describes it.",
  ],
  [
    "a part of another kind",
    { zones: "zone-1" },
    ', zones: "zone-1" is not what belongs here; write it as src/config/schema/environment.ts describes it.',
  ],
  [
    "an image that is none",
    withServers({ amiId: "ubuntu" }),
    ', servers.amiId: "ubuntu" is not an AMI id; write one such as ami-0123456789abcdef0.',
  ],
  [
    "a switch that is neither on nor off",
    withDatabase({ multiAz: "yes" }),
    ', database.multiAz: "yes" is neither true nor false; write one of them.',
  ],
  [
    "a version of PostgreSQL that RDS no longer runs",
    withDatabase({ majorVersion: 12 }),
    ", database.majorVersion: 12 is not a major version of PostgreSQL from 13 upwards; write one such as 17.",
  ],
  [
    "backups for longer than RDS keeps them",
    withDatabase({ backupRetentionDays: 40 }),
    ", database.backupRetentionDays: 40 is not a whole number of days from 1 to 35; write one such as 1.",
  ],
  [
    "storage without room to grow",
    withDatabase({ maxAllocatedStorageGib: 20 }),
    ", database.maxAllocatedStorageGib: 20 GiB leaves less than a tenth above the 20 GiB of allocatedStorageGib; write at least 22.",
  ],
  [
    "storage with less room to grow than RDS asks for",
    withDatabase({ allocatedStorageGib: 100, maxAllocatedStorageGib: 109 }),
    ", database.maxAllocatedStorageGib: 109 GiB leaves less than a tenth above the 100 GiB of allocatedStorageGib; write at least 110.",
  ],
  [
    "storage beyond the largest volume",
    withDatabase({ maxAllocatedStorageGib: 65_537 }),
    ", database.maxAllocatedStorageGib: 65537 is not a whole number of GiB from 20 to 65536; write one such as 20.",
  ],
  [
    "an instance class without a generation",
    withDatabase({ instanceClass: "db.m.large" }),
    ', database.instanceClass: "db.m.large" is not an RDS instance class; write one such as db.m7g.large.',
  ],
  [
    "an instance class of a size that there is not",
    withDatabase({ instanceClass: "db.m7g.larger" }),
    ', database.instanceClass: "db.m7g.larger" is not an RDS instance class; write one such as db.m7g.large.',
  ],
  [
    "a proxy in one zone",
    withDatabase({ proxyZones: ["zone-1"] }),
    ", database.proxyZones: RDS Proxy needs two zones, not 1; name at least two.",
  ],
  [
    "a proxy in a zone that does not exist",
    withDatabase({ proxyZones: ["zone-1", "zone-9"] }),
    ', database.proxyZones: "zone-9" is not a zone of the environment; use zone-1, zone-2.',
  ],
  [
    "a proxy twice in a zone",
    withDatabase({ proxyZones: ["zone-1", "zone-1"] }),
    ", database.proxyZones: zone-1 is named twice; name each zone once.",
  ],
  [
    "a proxy where AWS has none",
    availabilityZones("use1-az2", "use1-az3"),
    ", database.proxyZones: RDS Proxy is not offered in use1-az3; leave zone-2 out.",
  ],
  [
    "logs kept for a time that CloudWatch does not know",
    { logRetentionDays: 31 },
    ", logRetentionDays: 31 is not a number of days that CloudWatch Logs offers; write 30, 90, 365 or another of its values.",
  ],
  [
    "a percentage of nothing",
    { scaling: { scaleInCpuPercent: 0 } },
    ", scaling.scaleInCpuPercent: 0 is not a percentage from 1 to 100; write one such as 60.",
  ],
  [
    "CPU thresholds that meet",
    { scaling: { scaleInCpuPercent: 60 } },
    ", scaling.scaleInCpuPercent: 60 % is not below the 60 % at which servers are added; lower it, or the group would grow and shrink at once.",
  ],
  [
    "connection thresholds that cross",
    { scaling: { scaleInConnectionsPercent: 80 } },
    ", scaling.scaleInConnectionsPercent: 80 % is not below the 70 % at which servers are added; lower it, or the group would grow and shrink at once.",
  ],
  [
    "a delegation to one name server",
    { delegations: { preview: ["ns-1.awsdns-01.com"] } },
    ", delegations.preview: has fewer than two name servers; copy all that the child zone puts out.",
  ],
  [
    "a delegation to one name server, named twice",
    { delegations: { preview: ["ns-1.awsdns-01.com", "ns-1.awsdns-01.com"] } },
    ", delegations.preview: ns-1.awsdns-01.com is named twice; name each name server once.",
  ],
  [
    "a delegation of a server's name",
    { delegations: { "api-2": ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] } },
    ", delegations.api-2: the name is that of a server or of the database, and would lead elsewhere; avoid api-1, api-2, api-3, api-4, postgres.",
  ],
  [
    "a delegation of the database's name",
    { delegations: { postgres: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] } },
    ", delegations.postgres: the name is that of a server or of the database, and would lead elsewhere; avoid api-1, api-2, api-3, api-4, postgres.",
  ],
  [
    "a server with the database's name",
    { zones: staging.zones.map((zone, index) => ({ ...zone, servers: { postgres: `172.31.${index + 1}.101` } })) },
    ', server "postgres": the name is already that of something else; avoid all, postgres.',
  ],
];

function define(mistake: Mistake): unknown {
  return defineEnvironment({ ...staging, ...mistake });
}

/** The sentence with the name of the environment in front, which may be what is wrong. */
const whole = ({ name = staging.name }: Mistake, sentence: string) => `Environment ${JSON.stringify(name)}${sentence}`;

test.each(mistakes)("refuses %s", (_name, mistake, sentence) => {
  const attempt = () => define(mistake);
  expect(attempt).toThrow(ConfigurationError);
  expect(attempt).toThrow(new Error(whole(mistake, sentence)));
});

test.each(mistakes)("says in one sentence what is wrong with %s, and what to do", (_name, mistake, sentence) => {
  const said = whole(mistake, sentence);
  expect(said).toMatch(/^[^;\n]+: [^;\n]+; [^;\n]+\.$/);
  expect(said).not.toMatch(/\.\.|;;|::|undefined|null|\[object/);
});

test("refuses an environment without a name", () => {
  expect(() => define({ name: undefined })).toThrow(
    new Error("Environment without a name, name: is missing; write a lower-case DNS label such as staging."),
  );
});

test("refuses a name that would be too long for a target group", () => {
  expect(() => define({ name: "a-very-long-environment" })).toThrow(
    new Error(
      'Environment "a-very-long-environment", server "api-1": its target group\'s name would have 37 characters, and AWS allows 32; shorten the name of the server or of the environment.',
    ),
  );
});

test("a peak of exactly what the named servers hold without one zone passes, one less does not", () => {
  expect(define(withServers({ peakConnections: 40_000 }))).toMatchObject({ servers: { peakConnections: 40_000 } });
  expect(() => define(withServers({ peakConnections: 39_999 }))).toThrow("below the 40000 connections");
});

test("what is right passes as it stands", () => {
  expect(define({})).toEqual(staging);
  expect(defineEnvironment(production)).toEqual(production);
});
