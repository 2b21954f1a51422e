import { alternatives } from "../../../src/config/catalog/instance-types";
import { availabilityZones, inDatabase, inRegion, inServers, type Mistakes, reading, setting } from "./mistake";

const otherThanM3 = (region: string) =>
  `use another such as ${alternatives("m3.xlarge", region).slice(0, 3).join(", ")}`;

const delivery = (ids: Readonly<Record<string, unknown>>) =>
  setting({ delivery: { repository: "dev-one/infrastructure", ...ids } });

/** Mistakes in what is neither network nor Datadog. */
export const settingMistakes: Mistakes = {
  [`servers.instanceType: m3.xlarge is not offered in us-east-2; ${otherThanM3("us-east-2")}`]: reading(
    inRegion("us-east-2", "use2-az1", "use2-az2"),
    "servers.instanceType",
  ),
  [`servers.instanceType: m3.xlarge is not offered in use1-az5, only in use1-az2, use1-az3, use1-az4, use1-az6; move zones[1] to one of these, or ${otherThanM3("us-east-1")}`]:
    reading(availabilityZones("use1-az2", "use1-az5"), "servers.instanceType", "region"),
  "servers.instanceType: m5.xlrage is not described in src/config/catalog/ec2.json; use another such as m5.xlarge, m5.large, m5.2xlarge, or update that file with scripts/documents/ec2_catalog.py":
    inServers({ instanceType: "m5.xlrage" }),
  // A property that every object of JavaScript has.
  "servers.instanceType: constructor is not described in src/config/catalog/ec2.json; use another such as c3.large, c4.large, c5.large, or update that file with scripts/documents/ec2_catalog.py":
    inServers({ instanceType: "constructor" }),
  "servers.peakConnections: a peak of 30000 is below the 40000 connections that the named servers hold even without one zone; raise the peak, or name fewer servers":
    reading(inServers({ peakConnections: 30_000 }), "zones.length", "zones.0.servers"),
  "servers.connectionsPerServer: 30721 is more than the 30720 connections that nginx can proxy with 4 CPUs; write at most 30720":
    reading(inServers({ connectionsPerServer: 30_721, peakConnections: 200_000 }), "servers.instanceType"),
  "name: it has two hyphens in a row, which RDS does not accept in the names of database and proxy; write pre-view":
    setting({ name: "pre--view" }),
  'name: the name "release" is reserved for a GitHub environment; choose another name': setting({ name: "release" }),
  "domain: it has 65 characters, and the name of an ACM certificate has 64 at most; choose a shorter one": setting({
    domain: `${"a".repeat(54)}.dev-one.it`,
  }),
  'accountId: is missing; write an AWS account id, 12 digits in quotes such as "111122223333"': setting({
    accountId: undefined,
  }),
  "acountId: is not a setting here; remove it, or spell it as in docs/configuration.md": setting({
    acountId: "111122223333",
  }),
  "servers.instancetype: is not a setting here; remove it, or spell it as in docs/configuration.md": inServers({
    instancetype: "m3.xlarge",
  }),
  "database: is missing; write it as docs/configuration.md describes it": setting({ database: undefined }),
  'database.multiAz: "yes" is neither true nor false; write true or false': inDatabase({ multiAz: "yes" }),
  "database.maxAllocatedStorageGib: 109 GiB leaves less than a tenth above the 100 GiB of allocatedStorageGib; write at least 110":
    inDatabase({ allocatedStorageGib: 100, maxAllocatedStorageGib: 109 }),
  "database.proxyZones: RDS Proxy needs two zones, not 1; name at least two": inDatabase({ proxyZones: ["zone-1"] }),
  'database.proxyZones: "zone-9" is not a zone of the environment; use zone-1, zone-2': reading(
    inDatabase({ proxyZones: ["zone-1", "zone-9"] }),
    "zones.length",
    "zones.0.name",
  ),
  "database.proxyZones: zone-1 is named twice; name each zone once": inDatabase({ proxyZones: ["zone-1", "zone-1"] }),
  "database.proxyZones: RDS Proxy is not offered in use1-az3; leave zone-2 out": reading(
    availabilityZones("use1-az2", "use1-az3"),
    "database.proxyZones",
  ),
  "logRetentionDays: 31 is not one of the values; write 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653":
    setting({ logRetentionDays: 31 }),
  "scaling.scaleInCpuPercent: 60 % is not below the 60 % at which servers are added; lower it, or the group would grow and shrink at once":
    setting({ scaling: { scaleInCpuPercent: 60 } }),
  "scaling.scaleInConnectionsPercent: 80 % is not below the 70 % at which servers are added; lower it, or the group would grow and shrink at once":
    setting({ scaling: { scaleInConnectionsPercent: 80 } }),
  "delegations.preview: has fewer than two name servers; copy all that the child environment puts out": setting({
    delegations: { preview: ["ns-1.awsdns-01.com"] },
  }),
  "delegations.preview: ns-1.awsdns-01.com is named twice; name each name server once": setting({
    delegations: { preview: ["ns-1.awsdns-01.com", "ns-1.awsdns-01.com"] },
  }),
  "delegations.api-2: the name is already that of a server or of the database; avoid api-1, api-2, api-3, api-4, postgres":
    reading(
      setting({ delegations: { "api-2": ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] } }),
      "zones.length",
      "zones.0.servers",
    ),
  "delegations.postgres: the name is already that of a server or of the database; avoid api-1, api-2, api-3, api-4, postgres":
    reading(
      setting({ delegations: { postgres: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] } }),
      "zones.length",
      "zones.0.servers",
    ),
  "servers.peakConnections: 1.5 is not a whole number of connections from 1 upwards; write one such as 1": inServers({
    peakConnections: 1.5,
  }),
  'accountId: "12345" is not an AWS account id, 12 digits in quotes; write one such as "111122223333"': setting({
    accountId: "12345",
  }),
  'accountId: 111122223333 is not an AWS account id, 12 digits in quotes; write "111122223333"': setting({
    accountId: 111122223333,
  }),
  'domain: "https://dev-one.it" is not a domain name; write one such as dev-one.it': setting({
    domain: "https://dev-one.it",
  }),
  'securityContact: "security.dev-one.it" is not an e-mail address; write one such as security@dev-one.it': setting({
    securityContact: "security.dev-one.it",
  }),
  'servers.instanceType: "m3.xlarge\\nm7i.xlarge" is not the name of an instance type; write one such as m3.xlarge':
    inServers({ instanceType: "m3.xlarge\nm7i.xlarge" }),
  'servers.amiId: "ubuntu" is not an AMI id; write one such as ami-0123456789abcdef0': inServers({ amiId: "ubuntu" }),
  "database.majorVersion: 12 is not a major version of PostgreSQL from 13 upwards; write one such as 17": inDatabase({
    majorVersion: 12,
  }),
  "database.backupRetentionDays: 40 is not a whole number of days from 1 to 35; write one such as 1": inDatabase({
    backupRetentionDays: 40,
  }),
  "database.maxAllocatedStorageGib: 65537 is not a whole number of GiB from 20 to 65536; write one such as 20":
    inDatabase({ maxAllocatedStorageGib: 65_537 }),
  "database.instanceClass: db.m7g.medium is not listed in src/config/catalog/rds.json; use another such as db.m1.medium, db.m3.medium, db.t4g.medium, or update that file with scripts/documents/ec2_catalog.py":
    inDatabase({ instanceClass: "db.m7g.medium" }),
  'database.instanceClass: " " is not the name of an RDS instance class; write one such as db.m7g.large': inDatabase({
    instanceClass: " ",
  }),
  "scaling.scaleInCpuPercent: 0 is not a percentage from 1 to 100; write one such as 60": setting({
    scaling: { scaleInCpuPercent: 0 },
  }),
  "delivery.repositoryId: is missing beside ownerId, and GitHub's subject claim has both ids or neither; write both as in docs/delivery.md, or remove ownerId":
    reading(delivery({ ownerId: 123456 }), "delivery"),
  "delivery.ownerId: is missing beside repositoryId, and GitHub's subject claim has both ids or neither; write both as in docs/delivery.md, or remove repositoryId":
    reading(delivery({ repositoryId: 456789 }), "delivery"),
  'delivery.ownerId: "123456" is not the id of a GitHub account or organization, a whole number without quotes; write 123456':
    delivery({ ownerId: "123456", repositoryId: 456789 }),
  "delivery.repositoryId: 0 is not the id of a GitHub repository, a whole number without quotes; write one such as 456789":
    delivery({ ownerId: 123456, repositoryId: 0 }),
};
