import * as z from "zod";

import { datadog } from "./datadog";
import { delivery } from "./delivery";
import { count, DNS_LABEL, domainName, expected, flag, label, matching, within } from "./fields";
import { release, service } from "./service";

const cidr = expected(z.cidrv4(), "an IPv4 CIDR", "172.31.1.0/24");
const address = expected(z.ipv4(), "an IPv4 address", "172.31.1.101");
const serviceName = matching(DNS_LABEL, "a lower-case DNS label", "shop");
const percent = within(1, 100, "a percentage", "60");

/** GiB of a gp3 volume of RDS for PostgreSQL. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
const LARGEST_STORAGE_GIB = 65_536;

const postgresVersion = expected(z.int().min(13), "a major version of PostgreSQL from 13 upwards", "17");

const zone = z.strictObject({
  /** Role of the zone, such as `zone-1`. Part of resource addresses: renaming a zone replaces what is in it. */
  name: matching(/^zone-\d$/, "the name of a zone", "zone-1"),
  /**
   * Availability Zone id, such as `use1-az2`. Ids name the same place in every account; zone names such as us-east-1a do not.
   * @see https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
   */
  availabilityZoneId: matching(/^[a-z]{2,5}\d-az\d$/, "an Availability Zone id", "use1-az2"),
  /** The four subnets: IPv4 CIDRs within the VPC that do not overlap. */
  subnets: z.strictObject({
    /** Load balancer and NAT gateway. */
    public: cidr,
    /** The named servers; every address that is not in `servers` is reserved, so that AWS cannot assign it. */
    servers: cidr,
    /** Servers of the elastic group. */
    elastic: cidr,
    /** PostgreSQL and RDS Proxy; no route to the internet. */
    data: cidr,
  }),
  /** The address table: host name (without the domain) to private address. Every zone names the same servers. */
  servers: z.record(label, address),
});

/** Every setting of an environment. */
export const environmentSchema = z.strictObject({
  /** Name of the environment; becomes the stacks' name and Datadog's `env` tag. */
  name: matching(DNS_LABEL, "a lower-case DNS label", "staging"),
  /** AWS account, 12 digits. A plan against another account fails. */
  accountId: matching(/^\d{12}$/, "an AWS account id, 12 digits in quotes", '"111122223333"'),
  /** AWS region, such as `us-east-1`. */
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region", "us-east-1"),
  /** Domain that the environment serves, apex and wildcard. */
  domain: domainName,
  /** Hosted zones of other environments below this domain, by label: their name servers, which the other environment outputs. @default none */
  delegations: z
    .record(
      label,
      z.array(domainName).refine(({ length }) => length >= 2, {
        params: {
          explain: () => ({
            problem: "has fewer than two name servers",
            remedy: "copy all that the child environment puts out",
          }),
        },
      }),
    )
    .default({}),
  /** E-mail address that certificate authorities report to (CAA `iodef`). */
  securityContact: expected(z.email(), "an e-mail address", "security@dev-one.it"),
  /** IPv4 CIDR of the VPC, /16 to /28, in a private range (RFC 1918). */
  vpcCidr: cidr,
  /** Two or three Availability Zones, in any order. */
  zones: z.array(zone),
  /** The servers, and the load that they are sized for. */
  servers: z.strictObject({
    /** EC2 instance type, one of `src/config/catalog/ec2.json`. */
    instanceType: matching(/^[\w.-]+$/, "the name of an instance type", "m3.xlarge"),
    /** Id of a pinned AMI, for servers whose release brings no image. @default the newest Amazon Linux 2023, by Amazon's public SSM parameter */
    amiId: matching(/^ami-[0-9a-f]{8,17}$/, "an AMI id", "ami-0123456789abcdef0").optional(),
    /** Concurrent connections that one server is sized for; at most what nginx can proxy with the type's CPUs (30,720 with four). */
    connectionsPerServer: count(1, "connections"),
    /** Concurrent connections at the peak, which the servers hold even without one zone. */
    peakConnections: count(1, "connections"),
    /** Root volume, GiB. @default 30 */
    rootVolumeGib: count(8, "GiB").default(30),
  }),
  /** The services by name. Every named server belongs to one. */
  services: z.record(serviceName, service),
  /** The program of each service by its name. Servers of a service without one answer by themselves (nginx, 200). @default none */
  releases: z.record(serviceName, release).default({}),
  /** Scaling of the elastic group, by averages of the whole fleet. */
  scaling: z
    .strictObject({
      /** CPU of the whole fleet above which servers are added, percent. @default 60 */
      scaleOutCpuPercent: percent.default(60),
      /** CPU of the whole fleet below which servers may be removed, percent. @default 30 */
      scaleInCpuPercent: percent.default(30),
      /** Share of `connectionsPerServer` above which servers are added, percent. @default 70 */
      scaleOutConnectionsPercent: percent.default(70),
      /** Share of `connectionsPerServer` below which servers may be removed, percent. @default 35 */
      scaleInConnectionsPercent: percent.default(35),
    })
    .prefault({}),
  /** PostgreSQL, and RDS Proxy in front of it. */
  database: z.strictObject({
    /** PostgreSQL major version. Another one than the deployed needs `allowMajorVersionUpgrade`. */
    majorVersion: postgresVersion,
    /**
     * Allows another `majorVersion` for one deployment, and applies changes of the database immediately; false again after it. Without
     * it, RDS refuses the upgrade, and changes of class, storage and Multi-AZ wait for the maintenance window. @default false
     */
    allowMajorVersionUpgrade: flag.default(false),
    /** RDS instance class, one of `src/config/catalog/rds.json`. */
    instanceClass: matching(/^[\w.-]+$/, "the name of an RDS instance class", "db.m7g.large"),
    /** Storage at the start, GiB. */
    allocatedStorageGib: count(20, "GiB", LARGEST_STORAGE_GIB),
    /** Where storage autoscaling stops, GiB; at least a tenth above the start. */
    maxAllocatedStorageGib: count(20, "GiB", LARGEST_STORAGE_GIB),
    /** Whether RDS keeps a synchronous standby in another zone. */
    multiAz: flag,
    /** Days for which automated backups are kept, 1 to 35. */
    backupRetentionDays: count(1, "days", 35),
    /**
     * Names of the zones of RDS Proxy, two or more. A list of its own, because AWS replaces a proxy whose subnets change: a
     * new zone of the environment does not join it by itself.
     */
    proxyZones: z.array(label),
  }),
  /** Datadog: site, recipients of alerts, maintenance, objectives, thresholds. */
  datadog,
  /** The GitHub repository whose workflows plan and apply. */
  delivery,
  /** Interface endpoints for SSM, Secrets Manager and CloudWatch Logs, so that these need no NAT gateway. @default false */
  interfaceEndpoints: flag.default(false),
  /** Protects data and the NAT gateways' Elastic IPs from deletion: deletion protection, `prevent_destroy`, final snapshot. @default true */
  protectFromDestruction: flag.default(true),
  /** Days for which CloudWatch Logs keeps logs. @default 90 */
  logRetentionDays: z
    .literal([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
    .default(90),
});

/** The settings of an environment; those with a default may be left out. */
// An interface, so that types and error messages call it by its name and do not write it out.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface EnvironmentProps extends z.input<typeof environmentSchema> {}
/** An environment that passed every check; zones are sorted by name, so that their order in the file has no effect. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Environment extends z.output<typeof environmentSchema> {}
/** One zone of an environment: its Availability Zone, its subnets, its part of the address table. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Zone extends z.output<typeof zone> {}
