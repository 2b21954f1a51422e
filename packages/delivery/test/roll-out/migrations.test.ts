import { createHash } from "node:crypto";

import { rollOut } from "../../src/roll-out/roll-out";
import { FakeAws } from "./fake-aws";
import { staging } from "./one-service";

const ZONES = ["dev-one-staging-zone-1", "dev-one-staging-zone-2"];
const TABLE = "tables/servers.json";
const RECORD = "migrated/api.json";

let aws: FakeAws;

/** Lets a version of the launch template name a table with this release of `api`. @returns start of the table's SHA-256 */
function release(template: number, row: object): string {
  const content = JSON.stringify({ services: { api: row } });
  const sha256 = createHash("sha256").update(content).digest("hex");
  aws.put(TABLE, content);
  aws.userData.set(String(template), `content: "ENVIRONMENT=staging\\nSERVICES_TABLE_SHA256=${sha256}\\n"`);
  return sha256.slice(0, 4);
}
const bundle = (version: string, letter: string) => ({ version, bundle: { key: "k", sha256: letter.repeat(64) } });

beforeEach(() => {
  aws = new FakeAws();
  for (const zone of ZONES) aws.add(zone, 1);
  aws.add("dev-one-staging-elastic", 1, 0);
});

const run = () => rollOut({ environment: staging, ...aws.tools });

test("runs once, on a healthy server, before the first server is replaced", async () => {
  const [sick] = aws.group(ZONES[0] ?? "").instances;
  if (sick !== undefined) sick.health = "unhealthy";
  aws.versions = [1, 2];
  release(1, { version: "1.0.0" });
  const hash = release(2, bundle("1.1.0", "b"));
  await run();
  expect(aws.calls.slice(0, 3)).toEqual([
    `dev-one-staging-migrate ${TABLE} ${hash} on i-dev-one-staging-zone-1-1`,
    `${RECORD}: put`,
    expect.stringContaining("dev-one-staging-zone-1: to 2"),
  ]);
  aws.calls.length = 0;
  if (sick !== undefined) sick.health = "healthy";
  await run();
  expect(aws.calls).toEqual([]);
});

test("runs after the servers of a first deployment are healthy", async () => {
  release(1, bundle("1.0.0", "a"));
  const { instances } = aws.group(ZONES[0] ?? "");
  for (const server of instances) server.state = "Pending";
  aws.onSleep = () => {
    for (const server of instances) server.state = "InService";
  };
  await run();
  expect(aws.calls[0]).toContain("dev-one-staging-migrate tables/servers.json");
});

test("does not run again for a release that was migrated before a newer one", async () => {
  aws.put(
    RECORD,
    JSON.stringify([
      { version: "1.1.0", bundle: "b".repeat(64) },
      { version: "1.0.0", bundle: "a".repeat(64) },
    ]),
  );
  aws.versions = [1, 2, 3];
  release(3, bundle("1.0.0", "a"));
  await run();
  expect(aws.calls.filter((call) => call.includes("migrate"))).toEqual([]);
});

test.each<[string, object]>([
  ["a release without a program", {}],
  ["an image", { version: "2.0.0", image: "ami-1" }],
  ["a service with an object of its own", { pointer: "services/api.json" }],
])("is not needed for %s", async (_what, row) => {
  aws.versions = [1, 2];
  release(2, row);
  await run();
  expect(aws.calls.filter((call) => call.includes("migrate"))).toEqual([]);
});

test("stops the roll-out when it fails, with the last lines of its output, and runs again the next time", async () => {
  aws.versions = [1, 2];
  release(2, bundle("1.1.0", "b"));
  aws.commands.set(TABLE, {
    status: "Failed",
    output: Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n"),
  });
  await expect(run()).rejects.toThrow("staging: not rolled out: api, dev-one-staging-zone-1,");
  expect(aws.calls).toHaveLength(1);
  const table = aws.said.at(-1) ?? "";
  expect(table).toContain("line 29");
  expect(table).not.toContain("line 19 ");
  expect(table).toContain("not started, because of api");
  aws.commands.clear();
  await run();
  expect(aws.calls).toContain(`${RECORD}: put`);
});

test("names the table that no version of the object is", async () => {
  aws.versions = [1, 2];
  release(2, bundle("1.1.0", "b"));
  aws.objects.delete(TABLE);
  await expect(run()).rejects.toThrow("not rolled out: servers");
  expect(aws.said.at(-1)).toMatch(/no version of tables\/servers\.json/);
});

test("comes after databases and users, which come after the servers", async () => {
  aws.versions = [1, 2];
  release(2, bundle("1.1.0", "b"));
  const prepareDatabase = () => {
    aws.calls.push("databases");
    return Promise.resolve();
  };
  await rollOut({ environment: staging, prepareDatabase, ...aws.tools });
  expect(aws.calls.slice(0, 2)).toEqual(["databases", expect.stringContaining("migrate")]);
});
