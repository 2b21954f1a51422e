import * as z from "zod";

import { repositoryName } from "./delivery";
import { count, DNS_LABEL, expected, explained, flag, label, matching, show, within } from "./fields";
import { paging, slackChannel } from "./recipients";

/** Ports of the loopback interface that programs of every server use: nginx's status page and the Datadog agent. */
const TAKEN_PORTS = [5000, 5001, 5002, 5012, 6062, 8081, 8125, 8126];

/** Below the ports of outgoing connections (src/servers/bootstrap/files/etc/sysctl.d/90-dev-one.conf). */
const HIGHEST_PORT = 10_239;

const PORT = `a port from 1024 to ${HIGHEST_PORT} other than ${TAKEN_PORTS.join(", ")}`;

/** The variables that the platform gives to a program (docs/services.md). */
const TAKEN_VARIABLES =
  /^(ADDRESS|AWS_.*|DATADOG_SITE|DOMAIN|ENVIRONMENT|FLEET|LD_.*|NAME|PATH|PORT|SECRET_COMMAND|SERVICE|STATE_DIRECTORY|TEAM|ZONE|(DATABASE|SERVICES?)_.*)$/;

const variable = explained(
  z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .refine((name) => !TAKEN_VARIABLES.test(name)),
  (input) =>
    TAKEN_VARIABLES.test(String(input))
      ? { problem: `the platform sets ${String(input)} itself`, remedy: "choose another name, see docs/services.md" }
      : { problem: `${show(input)} is not the name of a variable in capitals`, remedy: "write one such as LOG_LEVEL" },
);

/** The number of servers of a group. */
const groupSize = expected(z.int().min(1), "a whole number of servers from one per zone upwards", "4");

const host = matching(DNS_LABEL, "a label directly below the domain, as the certificate covers", "shop");

const port = expected(
  z
    .int()
    .min(1024)
    .max(HIGHEST_PORT)
    .refine((value) => !TAKEN_PORTS.includes(value)),
  PORT,
  "8080",
);

/** Where a service runs. */
const runsOn = z.discriminatedUnion("kind", [
  z.strictObject({
    /** `named-servers`: on servers of the address table, whose group, template, image and role services share. */
    kind: z.literal("named-servers"),
    /** Names of servers; each zone has one of each name. @default all of them, and the elastic group */
    names: z.array(label).optional(),
  }),
  z.strictObject({
    /** `own-group`: on an Auto Scaling group of its own, in the elastic subnets of all zones. */
    kind: z.literal("own-group"),
    /** Smallest number of servers, at least one for each zone. @default one for each zone */
    minimum: groupSize.optional(),
    /** Largest number of servers. */
    maximum: groupSize,
    /** EC2 instance type, one of `src/config/catalog/ec2.json`. @default `servers.instanceType` */
    instanceType: matching(/^[\w.-]+$/, "the name of an instance type", "m7i.large").optional(),
    /** Requests each minute that one server is sized for; the group keeps the average of its servers at 70 % of it. @default 6000 */
    requestsPerServer: count(1, "requests").default(6000),
    /** Concurrent connections that one server is sized for; at most what nginx can proxy with the type's CPUs. @default `servers.connectionsPerServer` */
    connectionsPerServer: count(1, "connections").optional(),
  }),
]);

/**
 * Name of a secret. AWS ends the ARN of a secret with a hyphen and six characters of its own, and advises against names that end so.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
const secret = matching(
  /^(?!.*-[a-z0-9]{6}$)[a-z]([a-z0-9-]{0,62}[a-z0-9])?$/,
  "the name of a secret: lower-case letters, digits and hyphens, no hyphen before the last six",
  "payment-key",
);

/** A job that one server of the service runs every day. */
const job = z.strictObject({
  /** Time of day, UTC. */
  at: matching(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day, UTC", "03:30"),
  /** Minutes after which the job is stopped, 1 to 720. @default 60 */
  minutes: count(1, "minutes", 720).default(60),
});

/** Service level objectives. */
const objectives = z.strictObject({
  /** Requests that must not fail (5xx), percent over 30 days. @default 99.9 */
  availabilityPercent: within(95, 99.99, "a percentage", "99.9").default(99.9),
  /** Requests that must be answered within `latencySeconds`, percent over 30 days. @default 99 */
  latencyPercent: within(95, 99.99, "a percentage", "99").default(99),
  /** Latency objective of a request, seconds. @default 1 */
  latencySeconds: within(0.01, 60, "a number of seconds", "1").default(1),
});

/** Whom alerts about the service reach. */
const alerts = z.strictObject({
  /** Who is paged when its clients are affected. That of the service on all servers is paged for the platform, too. @default `datadog.paging` */
  paging: paging.optional(),
  /** Channel of its alerts, with its `#`; warnings go to the environment's. @default the channel of alerts of the environment */
  slack: slackChannel.optional(),
});

/** The database of a service, whose user has the service's name with `-` as `_`. */
const database = z.strictObject({
  /** Name of the database. @default the name of the service with `-` as `_` */
  name: matching(
    /^[a-z][a-z0-9_]{0,62}$/,
    "the name of a database: 63 lower-case letters, digits and underscores at most, a letter first",
    "shop",
  ).optional(),
});

/** One service of an environment. */
export const service = z.strictObject({
  /** Team that owns the service: the tag `team` in AWS and Datadog. */
  owner: matching(DNS_LABEL, "a lower-case DNS label", "shop-team"),
  /** Labels below the domain whose requests the service gets, such as `shop` for `shop.dev-one.it`. @default none */
  hosts: z.array(host).default([]),
  /** Whether the service gets the requests to the domain itself. @default false */
  apex: flag.default(false),
  /** Whether the service gets the requests to names that no other service has; without such a service they get 404. @default false */
  wildcard: flag.default(false),
  /** Where it runs. @default on all named servers and the elastic group */
  runsOn: runsOn.prefault({ kind: "named-servers" }),
  /** Port of 127.0.0.1 on which the program listens, 1024 to 10239. @default none: the program listens on the Unix socket `SERVICE_SOCKET` */
  port: port.optional(),
  /** Path that the program answers with 200 while it can serve. @default /healthz */
  healthPath: matching(/^\/[\w./-]*$/, "a path that begins with /", "/healthz").default("/healthz"),
  /** Largest body of a request, MiB, 1 to 1024; nginx answers 413 to a larger one. @default 1 */
  maxBodyMib: count(1, "MiB", 1024).default(1),
  /** A PostgreSQL database with a user of its own, through RDS Proxy; `{}` for the default name. @default none */
  database: database.optional(),
  /** Names of secrets that the program reads; their values are put into AWS Secrets Manager. @default none */
  secrets: z.array(secret).default([]),
  /** Jobs that one of its servers runs every day, by the names of their executables in the folder `jobs`. @default none */
  jobs: z.record(matching(/^[a-z][a-z0-9-]{0,62}$/, "the name of a job", "cleanup"), job).default({}),
  /** Environment variables of the program; no secrets. @default none */
  settings: z
    .record(variable, expected(z.string().regex(/^[^\p{Cc}]*$/u), "a string on one line", '"info"'))
    .default({}),
  /**
   * GitHub repository, `owner/name`, whose workflows on the branch `main` may upload bundles of the service; with ids
   * (`owner@123456/name@456789`) if GitHub puts them into the subject claim, see docs/delivery.md. @default none
   */
  repository: repositoryName.optional(),
  /** Service level objectives of its requests. */
  objectives: objectives.prefault({}),
  /** Whether its clients send requests at every hour, more to each server than health checks do: ten minutes without them then page. @default false */
  hasClients: flag.default(false),
  /** Whom its alerts reach. */
  alerts: alerts.prefault({}),
});

const version = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "a version: letters, digits, dots, hyphens", "1.4.2");

const PLACES = ["image", "folder", "bundle"] as const;

/** The program of a service that servers run. */
export const release = z
  .strictObject({
    /** Version of the release: the tag `version` in Datadog. */
    version,
    /** Id of the AMI that contains the program in `/opt/dev-one/service`. @default none, another place is named */
    image: matching(/^ami-[0-9a-f]{8,17}$/, "an AMI id", "ami-0123456789abcdef0").optional(),
    /** Folder of this repository that contains the program. @default none, another place is named */
    folder: matching(/^[\w-]+(\/[\w.-]+)*$/, "a folder of this repository", "src/servers/example-service").optional(),
    /**
     * SHA-256 of an archive (tar, gzip) that contains the program, which the service's pipeline uploads to
     * `bundles/SERVICE/SHA256.tar.gz` of the environment's bucket before. @default none, another place is named
     */
    bundle: matching(/^[0-9a-f]{64}$/, "a SHA-256, 64 hexadecimal digits in lower case", "9f86d081...").optional(),
  })
  .refine((value) => PLACES.filter((place) => value[place] !== undefined).length === 1, {
    params: {
      explain: () => ({
        problem: "does not name exactly one place of the program",
        remedy: `write one of ${PLACES.join(", ")}`,
      }),
    },
  });

/** A service of an environment. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Service extends z.output<typeof service> {}

/** The program of a service. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Release extends z.output<typeof release> {}
