import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { EnvironmentProps } from "../../src/config";
import { PROXIED_CONNECTIONS_PER_CPU } from "../../src/config/derived/sizing";
import { VPC_RANGES } from "../../src/config/validation/network-checks";
import { staging } from "../../src/environments";
import { stagingWith } from "../support/environments";

const nginx = readFileSync(join(__dirname, "../../src/servers/bootstrap/files/etc/nginx/nginx.conf"), "utf8");

const withDatabase = (change: Partial<EnvironmentProps["database"]>) =>
  stagingWith({ database: { ...staging.database, ...change } });

test("the last values that AWS takes pass", () => {
  const domain = `${"a".repeat(53)}.dev-one.it`;
  expect(stagingWith({ domain })).toMatchObject({ domain });
  for (const vpcCidr of ["10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16"]) {
    // The subnets leave it: the range itself is fine.
    expect(() => stagingWith({ vpcCidr })).toThrow("leaves the VPC");
  }
  expect(withDatabase({ allocatedStorageGib: 100, maxAllocatedStorageGib: 110 })).toBeDefined();
  expect(withDatabase({ maxAllocatedStorageGib: 65_536 })).toBeDefined();
  for (const instanceClass of [
    "db.t4g.micro",
    "db.m7g.large",
    "db.r6id.24xlarge",
    "db.x2iedn.xlarge",
    "db.z1d.12xlarge",
  ]) {
    expect(withDatabase({ instanceClass })).toBeDefined();
  }
});

test("nginx believes the load balancer in exactly the ranges that a VPC may have", () => {
  expect([...nginx.matchAll(/^ *set_real_ip_from (\S+);$/gm)].map(([, range]) => range)).toEqual(VPC_RANGES);
});

test("a server is sized for no more connections than nginx hands on", () => {
  expect(nginx).toMatch(/^worker_processes auto;$/m);
  const each = Number(/^ *worker_connections (\d+);$/m.exec(nginx)?.[1]);
  // A sixteenth stays free, and a connection that is handed on is two.
  expect(PROXIED_CONNECTIONS_PER_CPU).toBe((each - each / 16) / 2);
  const servers = {
    ...staging.servers,
    connectionsPerServer: 4 * PROXIED_CONNECTIONS_PER_CPU,
    peakConnections: 200_000,
  };
  expect(stagingWith({ servers })).toMatchObject({ servers });
});
