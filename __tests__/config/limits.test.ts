import { readFileSync } from "node:fs";
import { join } from "node:path";

import { PROXIED_CONNECTIONS_PER_CPU } from "../../src/config/derived/sizing";
import { VPC_RANGES } from "../../src/config/validation/network-checks";
import { defineWith, inDatabase, inServers, setting } from "./mistakes/mistake";

const nginx = readFileSync(join(__dirname, "../../src/servers/bootstrap/files/etc/nginx/nginx.conf"), "utf8");

test("the last values that AWS accepts pass", () => {
  const domain = `${"a".repeat(53)}.dev-one.it`;
  expect(defineWith(setting({ domain }))).toMatchObject({ domain });
  for (const vpcCidr of ["10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16"]) {
    // The subnets leave it: the range itself is fine.
    expect(() => defineWith(setting({ vpcCidr }))).toThrow("leaves the VPC");
  }
  expect(defineWith(inDatabase({ allocatedStorageGib: 100, maxAllocatedStorageGib: 110 }))).toBeDefined();
  expect(defineWith(inDatabase({ maxAllocatedStorageGib: 65_536 }))).toBeDefined();
});

test("nginx trusts the load balancer in exactly the ranges that a VPC may have", () => {
  expect([...nginx.matchAll(/^ *set_real_ip_from (\S+);$/gm)].map(([, range]) => range)).toEqual(VPC_RANGES);
});

test("a server is sized for no more connections than nginx can proxy", () => {
  expect(nginx).toMatch(/^worker_processes auto;$/m);
  const each = Number(/^ *worker_connections (\d+);$/m.exec(nginx)?.[1]);
  // A sixteenth stays free, and a proxied connection is two.
  expect(PROXIED_CONNECTIONS_PER_CPU).toBe((each - each / 16) / 2);
  const servers = {
    connectionsPerServer: 4 * PROXIED_CONNECTIONS_PER_CPU,
    peakConnections: 200_000,
  };
  expect(defineWith(inServers(servers))).toMatchObject({ servers });
});

test("an environment is protected from destruction unless it says otherwise", () => {
  expect(defineWith().protectFromDestruction).toBe(true);
  expect(defineWith(setting({ protectFromDestruction: false })).protectFromDestruction).toBe(false);
});
