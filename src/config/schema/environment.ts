import * as z from "zod";

import { datadog } from "./datadog";
import { delivery } from "./delivery";
import { count, DNS_LABEL, domainName, expected, flag, label, matching, within } from "./fields";

const cidr = expected(z.cidrv4(), "an IPv4 CIDR", "172.31.1.0/24");
const address = expected(z.ipv4(), "an IPv4 address", "172.31.1.101");
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
  /** The four subnets, each a range of its own within the VPC. */
  subnets: z.strictObject({
    /** Load balancer and NAT gateway. */
    public: cidr,
    /** The named servers; every address that is not in `servers` is reserved away. */
    servers: cidr,
    /** Servers of the elastic group. */
    elastic: cidr,
    /** PostgreSQL and RDS Proxy; no way out. */
    data: cidr,
  }),
  /** The address table: host name (without the domain) to private address. */
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
  /** Child zones that this one delegates to, by label: the name servers that the child environment puts out. @default none */
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
  /** Mail address that certificate authorities report to (CAA `iodef`). */
  securityContact: expected(z.email(), "an e-mail address", "security@dev-one.it"),
  /** Address range of the VPC, a private one (RFC 1918). */
  vpcCidr: cidr,
  /** The zones, in any order; two or three (see `checks.ts`). */
  zones: z.array(zone),
  /** What a server is, and how many connections there are to hold. */
  servers: z.strictObject({
    /** EC2 instance type; must be described in `instance-types.ts`. */
    instanceType: expected(z.string(), "the name of an instance type", "m3.xlarge"),
    /** A pinned image. @default the newest Amazon Linux 2023, by Amazon's public SSM parameter */
    amiId: matching(/^ami-[0-9a-f]{8,17}$/, "an AMI id", "ami-0123456789abcdef0").optional(),
    /** Concurrent connections that one server is sized for; at most what nginx hands on with the type's CPUs (30,720 with four). */
    connectionsPerServer: count(1, "connections"),
    /** Concurrent connections at the busiest moment, to be held even without one zone. */
    peakConnections: count(1, "connections"),
    /** Root volume, GiB. @default 30 */
    rootVolumeGib: count(8, "GiB").default(30),
    /**
     * The program that every server is expected to run (docs/services.md). `none`: nginx answers by itself, and is healthy.
     * `example`: the example service comes with the user data. `image`: the image of `amiId` brings one. With the latter two,
     * a server whose program is missing is unhealthy. @default none
     */
    program: z.enum(["none", "example", "image"]).default("none"),
  }),
  /** Scaling of the elastic group; see `src/servers/fleet-scaling.ts`. */
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
    /** PostgreSQL major version. */
    majorVersion: postgresVersion,
    /** RDS instance class, such as `db.m7g.large`. */
    instanceClass: matching(
      /^db\.[a-z]{1,2}\d{1,2}[a-z]{0,5}\.(micro|small|medium|large|([1-9]\d?)?xlarge)$/,
      "an RDS instance class",
      "db.m7g.large",
    ),
    /** Storage at the start, GiB. */
    allocatedStorageGib: count(20, "GiB", LARGEST_STORAGE_GIB),
    /** Where storage autoscaling stops, GiB; at least a tenth above the start. */
    maxAllocatedStorageGib: count(20, "GiB", LARGEST_STORAGE_GIB),
    /** A synchronous standby in another zone. */
    multiAz: flag,
    /** Days for which automatic backups are kept, 1 to 35. */
    backupRetentionDays: count(1, "days", 35),
    /**
     * Zones of the RDS Proxy's endpoints. A list of its own: AWS replaces a proxy whose subnets change, so that a new
     * zone of the environment must not join it by itself.
     */
    proxyZones: z.array(label),
  }),
  /** Where Datadog lives, whom it tells what, and when it is silent. @default see src/config/schema/datadog.ts */
  datadog,
  /** Who gets into the account from outside. */
  delivery,
  /** Interface endpoints for SSM, Secrets Manager and CloudWatch Logs, so that these need no NAT gateway. @default false */
  interfaceEndpoints: flag.default(false),
  /** Protects data and outgoing addresses from deletion: deletion protection, `prevent_destroy`, final snapshot. @default true */
  protectFromDestruction: flag.default(true),
  /** Days for which logs are kept; a value that CloudWatch Logs offers. @default 90 */
  logRetentionDays: z
    .literal([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
    .default(90),
});

/** What one writes down for an environment; values with a default may be left out. */
// An interface, so that types and the API docs call it by its name and do not write it out.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface EnvironmentProps extends z.input<typeof environmentSchema> {}
/** An environment that passed every check; zones are sorted by name, so that their order in the file means nothing. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Environment extends z.output<typeof environmentSchema> {}
/** One zone of an environment: its place, its subnets, its line of the address table. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Zone extends z.output<typeof zone> {}
