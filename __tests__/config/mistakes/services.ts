import type { EnvironmentProps } from "../../../src/config";
import { type Mistake, type Mistakes, reading } from "./mistake";

const api = { owner: "dev-one", apex: true, wildcard: true };
const shop = {
  owner: "shop",
  hosts: ["shop"],
  runsOn: { kind: "own-group", minimum: 2, maximum: 4, instanceType: "m7i.large" },
};
const paged = { ...shop, alerts: { paging: { kind: "datadog-on-call", team: "shop" } } };
const IMAGE = "ami-0123456789abcdef0";

/** Other services, and what is said of their servers and hosts. */
function services(value: Record<string, unknown>, releases: unknown = {}): Mistake {
  const mistake = (props: EnvironmentProps) => ({ ...props, services: value, releases }) as EnvironmentProps;
  return reading(mistake, "zones", "name", "domain", "delegations", "servers", "region");
}

const manyHosts = (count: number) => Array.from({ length: count }, (_, index) => `host-${index}`);

/** Services on some of the names: `api` on what is left. */
const shared = (...names: string[]) => ({ ...api, runsOn: { kind: "named-servers", names } });

/** So many names in each zone, the last one in its last free address, and a service for each. */
const eachNameAService =
  (count: number): Mistake =>
  (props) => {
    const names = Array.from({ length: count }, (_, index) => `api-${index + 1}`);
    const zones = props.zones.map((zone, index) => ({
      ...zone,
      servers: Object.fromEntries(names.map((name, place) => [name, `172.31.${index + 1}.${100 + place}`])),
    }));
    const own = names.map((name) => [
      name,
      { owner: "dev-one", hosts: [name], runsOn: { kind: "named-servers" as const, names: [name] } },
    ]);
    return { ...props, zones, services: Object.fromEntries(own) as EnvironmentProps["services"] };
  };

/** A second service whose recipients are a mistake, because of another setting, too. */
const alerting = (value: Record<string, unknown>, change: Partial<EnvironmentProps> = {}) =>
  reading(
    (props) => ({ ...services({ api, shop: value })(props), ...change }),
    ...["zones", "name", "delegations", "servers", "region", "datadog", "protectFromDestruction"],
  );

/** Mistakes in services and releases. */
export const serviceMistakes: Mistakes = {
  'services.elastic: the name "elastic" is reserved; choose another name': services({ elastic: api }),
  'services.release-shop: names that begin with "release-" are reserved; choose another name': services({
    api,
    "release-shop": shop,
  }),
  "services.a-name-of-a-service-that-is-much-too-long: the name of its pipeline's role would have 65 characters, and AWS allows 64; shorten the name of the service or of the environment":
    services({ "a-name-of-a-service-that-is-much-too-long": { ...api, repository: "dev-one/api" } }),
  'services.api.repository: "dev-one/api@5" is not a GitHub repository, with the ids of owner and repository or without; write one such as dev-one/shop':
    services({ api: { ...api, repository: "dev-one/api@5" } }),
  'services.zone-1: the name "zone-1" is reserved; choose another name': services({ "zone-1": api }),
  'services.api-1: "api-1" is the name of a server, and the service does not run on that server alone; choose another name, or write runsOn { kind: "named-servers", names: ["api-1"] }':
    services({ "api-1": api }),
  "services.a-long-name-of-a-service: its target group's name would have 40 characters, and AWS allows 32; shorten the name of the service or of the environment":
    services({ api, "a-long-name-of-a-service": shop }),
  "services.api.runsOn.names: is empty; name at least one server, or remove it for all": services({
    api: shared(),
    other: { owner: "dev-one", hosts: ["other"] },
  }),
  "services.api.runsOn.names: api-2 is named twice; name each server once": services({
    api: shared("api-1", "api-2", "api-2", "api-3"),
    last: { owner: "dev-one", hosts: ["last"], runsOn: { kind: "named-servers", names: ["api-4"] } },
  }),
  'services.api.runsOn.names: "api-9" is not in the address table; use api-1, api-2, api-3, api-4': services({
    api: shared("api-1", "api-2", "api-3", "api-4", "api-9"),
  }),
  "services.shop.runsOn.names: the service api already runs on api-3, api-4; name each server in one service": services(
    {
      api: shared("api-1", "api-2", "api-3", "api-4"),
      shop: { ...shop, runsOn: { kind: "named-servers", names: ["api-3", "api-4"] } },
    },
  ),
  'services.shop.runsOn: has no names, which means all named servers, and the service api already runs on api-1, api-2, api-3, api-4; write { kind: "own-group", maximum: 4 }, or { kind: "named-servers", names: [...] } in both services':
    services({ api, shop: { owner: "shop", hosts: ["shop"] } }),
  "services: no service runs on api-3, api-4; add them to runsOn.names of one, or leave out the names of one for all servers":
    services({ api: shared("api-1", "api-2") }),
  "services.shop.hosts: shop is already a host of api; give each host to one service": services({
    api: { ...api, hosts: ["shop"] },
    shop,
  }),
  "services.shop.secrets: payment-key is named twice; name each secret once": services({
    api,
    shop: { ...shop, secrets: ["payment-key", "other", "payment-key"] },
  }),
  'services.shop.secrets[0]: "payment-secret" is not the name of a secret: lower-case letters, digits and hyphens, no hyphen before the last six; write one such as payment-key':
    services({ api, shop: { ...shop, secrets: ["payment-secret"] } }),
  'services.shop.secrets[0]: "../datadog-api-key" is not the name of a secret: lower-case letters, digits and hyphens, no hyphen before the last six; write one such as payment-key':
    services({ api, shop: { ...shop, secrets: ["../datadog-api-key"] } }),
  'services.shop.jobs.cleanup.at: "24:00" is not a time of day, UTC; write one such as 03:30': services({
    api,
    shop: { ...shop, jobs: { cleanup: { at: "24:00" } } },
  }),
  "services.shop.jobs.cleanup.minutes: 0 is not a whole number of minutes from 1 to 720; write one such as 1": services(
    {
      api,
      shop: { ...shop, jobs: { cleanup: { at: "03:30", minutes: 0 } } },
    },
  ),
  'services.shop.hosts: the name "postgres" is reserved; choose another name': services({
    api,
    shop: { ...shop, hosts: ["postgres"] },
  }),
  "services.shop.hosts: staging is delegated to another hosted zone; choose another name": reading(
    (props) => ({
      ...services({ api, shop: { ...shop, hosts: ["staging"] } })(props),
      delegations: { staging: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] },
    }),
    "zones",
    "name",
    "servers",
    "region",
  ),
  "services.shop.hosts: api-2 is the name of a server, and the service does not run on that server alone; choose another name":
    services({ api, shop: { ...shop, hosts: ["api-2"] } }),
  'services.shop.hosts[0]: "www.shop" is not a label directly below the domain, as the certificate covers; write one such as shop':
    services({ api, shop: { ...shop, hosts: ["www.shop"] } }),
  "services.shop.hosts: is empty, and the service has neither the apex nor the wildcard: no request could reach it; name a host":
    services({ api, shop: { ...shop, hosts: [] } }),
  "services.shop.apex: the service api already has the apex; write true in one service": services({
    api,
    shop: { ...shop, apex: true },
  }),
  "services.shop.wildcard: the service api already has the wildcard; write true in one service": services({
    api,
    shop: { ...shop, wildcard: true },
  }),
  "services.api.hosts: www is named twice; name it once": services({ api: { ...api, hosts: ["www", "www"] } }),
  "services: hosts and servers need 101 listener rules, and a load balancer has 100; use fewer hosts: the service with the wildcard gets every other name":
    services({ api: { ...api, hosts: manyHosts(97) } }),
  "services: hosts and servers need 101 listener rules, and a load balancer has 100; use fewer hosts, or let one service have the wildcard":
    services({ api: { ...api, wildcard: false, hosts: manyHosts(96) } }),
  "services: 11 services run on named servers, and an instance refresh of these watches 10 alarms, one for each; give some of them a group of their own":
    reading(eachNameAService(11), "zones", "name", "domain", "delegations", "servers", "region"),
  "services.shop.runsOn.minimum: 1 is less than one server in each of the 2 zones, and the service would not survive the loss of one; write at least 2":
    services({ api, shop: { ...shop, runsOn: { ...shop.runsOn, minimum: 1 } } }),
  "services.shop.runsOn.maximum: 1 is less than the minimum of 2; write at least 2": services({
    api,
    shop: { ...shop, runsOn: { kind: "own-group", maximum: 1 } },
  }),
  "services.shop.runsOn.maximum: 2 is less than the minimum of 3; write at least 3": services({
    api,
    shop: { ...shop, runsOn: { ...shop.runsOn, minimum: 3, maximum: 2 } },
  }),
  "services.shop.runsOn.instanceType: m7i.lrage is not described in src/config/catalog/ec2.json; use another such as m7i.large, m7i.xlarge, m7i.2xlarge, or update that file with scripts/documents/ec2_catalog.py":
    services({ api, shop: { ...shop, runsOn: { ...shop.runsOn, instanceType: "m7i.lrage" } } }),
  "services.shop.runsOn.connectionsPerServer: 15361 is more than the 15360 connections that nginx can proxy with 2 CPUs; write at most 15360":
    services({ api, shop: { ...shop, runsOn: { ...shop.runsOn, connectionsPerServer: 15_361 } } }),
  // That of `servers`, which is not too many for their type.
  "services.shop.runsOn.connectionsPerServer: 10000 is more than the 7680 connections that nginx can proxy with 1 CPUs; write at most 7680":
    services({ api, shop: { ...shop, runsOn: { ...shop.runsOn, instanceType: "c6g.medium" } } }),
  "services.shop.runsOn.connectionsPerServer: 0 is not a whole number of connections from 1 upwards; write one such as 1":
    services({ api, shop: { ...shop, runsOn: { ...shop.runsOn, connectionsPerServer: 0 } } }),
  "services.shop.port: 8125 is not a port from 1024 to 10239 other than 5000, 5001, 5002, 5012, 6062, 8081, 8125, 8126; write one such as 8080":
    services({ api, shop: { ...shop, port: 8125 } }),
  "services.shop.database.name: app is already the database of api; give each service its own": services({
    api: { ...api, database: { name: "app" } },
    shop: { ...shop, database: { name: "app" } },
  }),
  'services.shop.database.name: the name "rdsadmin" is reserved; avoid postgres, template0, template1, public, none, and names that start with rds or pg_':
    services({ api, shop: { ...shop, database: { name: "rdsadmin" } } }),
  'services.rds-tools: its database user would be "rds_tools", which is reserved; choose a name of the service other than postgres, template0, template1, public, none, and names that start with rds or pg_':
    services({ api, "rds-tools": { ...shop, database: { name: "tools" } } }),
  'services.shop.database.name: "My-Shop" is not the name of a database: 63 lower-case letters, digits and underscores at most, a letter first; write one such as shop':
    services({ api, shop: { ...shop, database: { name: "My-Shop" } } }),
  "services.shop.database: true is not an object in { }; write it as docs/configuration.md describes it": services({
    api,
    shop: { ...shop, database: true },
  }),
  [`services.${"a".repeat(64)}: its database user would have 64 characters, and PostgreSQL allows 63; shorten the name of the service`]:
    services({ ["a".repeat(64)]: { ...api, database: { name: "app" } } }),
  ...Object.fromEntries(
    ["PORT", "SERVICE_SOCKET", "TEAM"].map((name) => [
      `services.shop.settings: the platform sets ${name} itself; choose another name, see docs/services.md`,
      services({ api, shop: { ...shop, settings: { [name]: "info" } } }),
    ]),
  ),
  'services.shop.settings: "level" is not the name of a variable in capitals; write one such as LOG_LEVEL': services({
    api,
    shop: { ...shop, settings: { level: "info" } },
  }),
  'services.shop.settings.WORKERS: 4 is not a string on one line; write "4"': services({
    api,
    shop: { ...shop, settings: { WORKERS: 4 } },
  }),
  'services.shop.runsOn.maximum: "4" is not a whole number of servers from one per zone upwards; write 4': services({
    api,
    shop: { ...shop, runsOn: { kind: "own-group", maximum: "4" } },
  }),
  'services: "my_shop" is not a lower-case DNS label; write one such as shop': services({ api, my_shop: shop }),
  'releases.api.bundle: "9F86" is not a SHA-256, 64 hexadecimal digits in lower case; write one such as 9f86d081...':
    services({ api }, { api: { version: "1.0.0", bundle: "9F86" } }),
  "services.api.objectives.availabilityPercent: 100 is not a percentage from 95 to 99.99; write one such as 99.9":
    services({ api: { ...api, objectives: { availabilityPercent: 100 } } }),
  "services.api.objectives.latencyPercent: 90 is not a percentage from 95 to 99.99; write one such as 99": services({
    api: { ...api, objectives: { latencyPercent: 90 } },
  }),
  'services.shop.alerts.slack: "shop" is not a Slack channel with its #; write one such as #dev-one-alerts': services({
    api,
    shop: { ...shop, alerts: { slack: "shop" } },
  }),
  "services.shop.alerts.slack: #dev-one-example-warnings is already the channel of warnings; write another channel":
    alerting({ ...shop, alerts: { slack: "#dev-one-example-warnings" } }),
  'services.shop.alerts.paging: staging must not page, not even by datadog-on-call; write { kind: "none" }, or remove it':
    alerting(paged, { name: "staging" }),
  'services.shop.alerts.paging: an environment without protectFromDestruction must not page, not even by datadog-on-call; write { kind: "none" }, or remove it':
    alerting(paged, { protectFromDestruction: false }),
  'releases.web: there is no service "web"; use api, or remove it': services(
    { api },
    { web: { version: "1.0.0", image: IMAGE } },
  ),
  "releases.api: does not name exactly one place of the program; write one of image, folder, bundle": services(
    { api },
    { api: { version: "1.0.0" } },
  ),
  "releases.b.image: ami-0fedcba9876543210 is not ami-0123456789abcdef0 of releases.a.image, and all named servers have the same image; write the same image in both":
    services(
      {
        a: shared("api-1", "api-2"),
        b: { owner: "dev-one", hosts: ["b"], runsOn: { kind: "named-servers", names: ["api-3", "api-4"] } },
      },
      { a: { version: "1.0.0", image: IMAGE }, b: { version: "1.0.0", image: "ami-0fedcba9876543210" } },
    ),
};
