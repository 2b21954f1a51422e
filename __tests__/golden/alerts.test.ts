import { type PlacedService, production, servicesOf, servicesWithGroup, staging } from "../../src/environments";
import { synthesize } from "../support/synthesis";

// Who is told of what: a new alert, another severity and a removed alert change a line here.

const PAGES = `availability-fast-burn connections-fleet cpu-fleet latency-fast-burn page readiness-fleet uptime-zone-1
  uptime-zone-2`;
const TICKETS = `availability-slow-burn connections-dropped connections-exhausted database-connections-all
  database-cpu database-disk-read database-disk-write database-memory database-storage-forecast
  database-storage-free database-transactions disk-space load-balancer-rejected load-balancer-unhealthy
  uptime-without-agent groups-launch groups-maximum latency-load-balancer latency-slow-burn memory-server nat-dropped
  nat-ports proxy-authentication proxy-availability proxy-borrowing proxy-pinning responses-5xx-load-balancer
  sockets-close-wait throughput-unlogged unread-log-lines`;
const NOTICES = `connections-server cpu-server latency-p95 latency-p99 network-received network-sent read-latency-p95
  nginx-answers responses-4xx readiness-server responses-5xx sockets-check throughput-anomaly uptime-agent uptime-rebooted write-latency-p95`;

/** Of a service with a group of its own; ids end in its name. */
const PAGES_OF_SERVICE = `availability-fast-burn connections-fleet cpu-fleet latency-fast-burn page readiness-fleet
  uptime-group`;
const TICKETS_OF_SERVICE = `disk-space availability-slow-burn connections-dropped connections-exhausted groups-maximum
  latency-slow-burn memory-server sockets-close-wait throughput-unlogged`;
const NOTICES_OF_SERVICE = `connections-server cpu-server latency-p95 latency-p99 network-received network-sent
  read-latency-p95 nginx-answers responses-4xx readiness-server responses-5xx sockets-check throughput-anomaly write-latency-p95`;

/** Of what a service says of itself: its clients and its nightly jobs. */
const ofSettings = ({ name, hasClients, jobs, placement }: PlacedService) => {
  const suffix = placement.kind === "all-servers" ? "" : `-${name}`;
  const ids = Object.keys(jobs).map((job) => `jobs-missing-${job}`);
  return {
    pages: hasClients ? [`throughput-none${suffix}`] : [],
    tickets: ids.length === 0 ? [] : [...ids, "jobs-failed"].map((id) => `${id}${suffix}`),
  };
};

test.each([
  ["staging", staging],
  ["production", production],
])("pages, tickets and notices of %s", (_name, environment) => {
  const monitors = synthesize(environment).monitoring.resources("datadog_monitor");
  const alerts = ["page", "ticket", "notice"].map((severity) =>
    monitors
      .filter(({ values }) => (values.tags as string[]).includes(`severity:${severity}`))
      // monitoring/monitors/cpu-fleet/monitor, monitoring/objectives/latency-fast-burn, monitoring/page/monitor
      .map(({ path }) => path.replace(/\/monitor$/, "").replace(/^.*\//, ""))
      .sort(),
  );
  const settings = servicesOf(environment).map(ofSettings);
  const all = [
    [PAGES, PAGES_OF_SERVICE, settings.flatMap(({ pages }) => pages)] as const,
    [TICKETS, TICKETS_OF_SERVICE, settings.flatMap(({ tickets }) => tickets)] as const,
    [NOTICES, NOTICES_OF_SERVICE, []] as const,
  ].map(([shared, own, others]) => [
    ...shared.split(/\s+/),
    ...servicesWithGroup(environment).flatMap(({ name }) => own.split(/\s+/).map((id) => `${id}-${name}`)),
    ...others,
  ]);
  expect(alerts).toEqual(all.map((ids) => ids.sort()));
});
