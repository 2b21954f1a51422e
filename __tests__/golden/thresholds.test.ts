import { production } from "../../src/environments";
import { monitorsOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

// The numbers of the design, each in the unit of its metric: nanoseconds of the access log, microseconds of RDS Proxy, seconds of
// CloudWatch, fractions of memory, percent otherwise. A number that is changed on purpose is changed here, too.
test("production's monitors warn and alert at the thresholds of the design", () => {
  const thresholds = monitorsOf(production).map(({ id, monitor_thresholds: values }) => [
    id,
    { warning: values?.warning, critical: values?.critical },
  ]);
  const at = (critical: string) => ({ warning: undefined, critical });
  const between = (warning: string, critical: string) => ({ warning, critical });
  expect(Object.fromEntries(thresholds)).toMatchObject({
    "connections-server": between("7500", "8000"),
    "connections-dropped": at("0"),
    "connections-exhausted": at("0"),
    "network-received": between("70", "85"),
    "network-sent": between("70", "85"),
    "cpu-server": between("85", "90"),
    "memory-server": between("0.15", "0.1"),
    "uptime-rebooted": at("600"),
    "sockets-close-wait": between("100", "200"),
    "responses-5xx": between("1", "5"),
    "responses-5xx-load-balancer": between("1", "5"),
    "latency-p95": between("800000000", "1000000000"),
    "latency-p99": between("1500000000", "2000000000"),
    "read-latency-p95": between("400000000", "500000000"),
    "write-latency-p95": between("800000000", "1000000000"),
    "proxy-borrowing": between("50000", "100000"),
    "database-connections-all": between("70", "80"),
    "proxy-pinning": between("30", "50"),
    "proxy-authentication": between("1", "5"),
    "disk-space": between("0.8", "0.9"),
    "responses-4xx": between("15", "30"),
    "throughput-unlogged": { critical: "42" },
    "load-balancer-unhealthy": at("0"),
    "load-balancer-rejected": at("0"),
    "database-memory": between("10", "5"),
    "database-transactions": between("500000000", "1000000000"),
    "database-disk-read": between("0.01", "0.02"),
    "database-disk-write": between("0.01", "0.02"),
  });
});

test("production promises 99.9 % of requests without a failure and 99 % within a second, over 30 days", () => {
  const objectives = synthesize(production)
    .monitoring.resources("datadog_service_level_objective")
    .map(({ values }) => [values.name, values.timeframe, values.target_threshold]);
  const ofAllServers = [
    ["[dev-one-production] Requests that do not fail", "30d", 99.9],
    ["[dev-one-production] Requests within 1 s", "30d", 99],
  ];
  expect(objectives).toEqual(expect.arrayContaining(ofAllServers));
});
