import { production } from "../../src/environments/production";
import { monitorNamed } from "../support/datadog";

// The numbers of the design, each in the unit of its metric: nanoseconds of the access log, microseconds of RDS Proxy, seconds of
// CloudWatch, fractions of memory, percent otherwise. A number that is changed on purpose is changed here, too.
test.each([
  ["connections-server", "7500", "8000"],
  ["connections-dropped", undefined, "0"],
  ["connections-exhausted", undefined, "0"],
  ["network-received", "70", "85"],
  ["network-sent", "70", "85"],
  ["cpu-server", "85", "90"],
  ["memory-server", "0.15", "0.1"],
  ["uptime-rebooted", undefined, "600"],
  ["sockets-close-wait", "100", "200"],
  ["responses-5xx", "1", "5"],
  ["responses-5xx-load-balancer", "1", "5"],
  ["latency-p95", "800000000", "1000000000"],
  ["latency-p99", "1500000000", "2000000000"],
  ["read-latency-p95", "400000000", "500000000"],
  ["write-latency-p95", "800000000", "1000000000"],
  ["proxy-borrowing", "50000", "100000"],
  ["database-connections-proxy", "70", "80"],
  ["proxy-pinning", "30", "50"],
  ["database-disk-read", "0.01", "0.02"],
  ["database-disk-write", "0.01", "0.02"],
])("%s warns at %s and calls at %s", (id, warning, critical) => {
  expect(monitorNamed(production, id).monitor_thresholds).toMatchObject({ critical });
  expect(monitorNamed(production, id).monitor_thresholds?.warning).toBe(warning);
});
