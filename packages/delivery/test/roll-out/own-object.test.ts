import { addressTable, defineEnvironment, type Environment, production, staging } from "../../../../src/environments";
import { takeBack } from "../../src/roll-out/back";
import { rollOut, type RollOutOptions } from "../../src/roll-out/roll-out";
import { FakeAws } from "./fake-aws";

const NAMES = ["api-1", "api-2", "api-3", "api-4"];
const environment = defineEnvironment({
  ...staging,
  services: Object.fromEntries(
    NAMES.map((name) => [
      name,
      { owner: "dev-one", hosts: [name], runsOn: { kind: "named-servers" as const, names: [name] } },
    ]),
  ),
  releases: {},
});
const ZONES = environment.zones.map(({ name }) => `dev-one-staging-${name}`);
const [ONE = "", TWO = ""] = addressTable(environment).flatMap(({ name, address }) =>
  name === "api-2" ? address : [],
);
const KEY = "services/api-2.json";
const RECORD = "taken-back/api-2.json";
const ALARM = "dev-one-staging-roll-out-api-2";

const row = (version: string, bundle?: string) =>
  JSON.stringify({ version, ...(bundle === undefined ? {} : { bundle: { key: "k", sha256: bundle } }) });

let aws: FakeAws;

beforeEach(() => {
  aws = new FakeAws();
  for (const name of NAMES) aws.put(`services/${name}.json`, row("1.0.0"));
  for (const [index, zone] of ZONES.entries()) {
    aws.add(zone, 1);
    aws.place(
      zone,
      addressTable(environment).flatMap(({ address, zone: of }) =>
        of === environment.zones[index]?.name ? address : [],
      ),
    );
  }
});

const run = (options: Partial<RollOutOptions> = {}) => rollOut({ environment, later: [], ...options, ...aws.tools });
const replaced = () => aws.calls.filter((call) => call.endsWith(": replaced"));
const line = () => (aws.said.at(-1) ?? "").split("\n").find((each) => each.includes("api-2")) ?? "";

test("replaces the servers that were launched before the newest version, one zone after the other, and no others", async () => {
  aws.put(KEY, row("1.1.0"));
  let most = 0;
  aws.onSleep = () => {
    const missing = ZONES.reduce((sum, zone) => sum + 4 - aws.group(zone).instances.length, 0);
    most = Math.max(most, missing);
  };
  await run();
  expect(replaced()).toEqual([`${ONE}: replaced`, `${TWO}: replaced`]);
  expect(most).toBe(1);
  expect(line()).toMatch(/│ api-2 +│ 1\.0\.0 +│ 1\.1\.0 +│ Successful +│/);
  // Each is watched for eleven minutes.
  expect(Math.floor(aws.minutes)).toBe(22);
});

test("does nothing at a second run, and nothing for content that is the same", async () => {
  aws.put(KEY, row("1.1.0"));
  await run();
  aws.calls.length = 0;
  aws.put(KEY, row("1.1.0"));
  await run();
  expect(aws.calls).toEqual([]);
  expect(aws.said.at(-1)).toContain("nothing to roll out");
});

test("restores the version before when a server does not become healthy, and replaces those that had the new one", async () => {
  aws.put(KEY, row("1.1.0"));
  aws.nextAt.set(TWO, "unhealthy target");
  aws.onSleep = () => {
    if (aws.calls.includes(`${KEY}: restored`)) aws.nextAt.delete(TWO);
  };
  await expect(run()).rejects.toThrow("staging: not rolled out: api-2.");
  expect(aws.calls).toEqual([
    `${ONE}: replaced`,
    `${TWO}: replaced`,
    `${RECORD}: put`,
    `${KEY}: restored`,
    `${ONE}: replaced`,
    `${TWO}: replaced`,
  ]);
  expect(aws.objects.get(KEY)?.[0]?.content).toBe(row("1.0.0"));
  expect(line()).toContain(`RollbackSuccessful: the new server at ${TWO} was not healthy after 20 minutes`);
});

test("takes back when the alarm goes into ALARM, and leaves servers that have the version before", async () => {
  aws.put(KEY, row("1.1.0"));
  aws.onSleep = () => {
    if (aws.minutes > 2) aws.inAlarm.set(ALARM, "half of the requests fail.");
  };
  await expect(run()).rejects.toThrow("not rolled out: api-2");
  expect(replaced()).toEqual([`${ONE}: replaced`, `${ONE}: replaced`]);
  expect(line()).toContain(`RollbackSuccessful: ${ALARM} is in ALARM (half of the requests fail)`);
});

describe("a version that was rolled back", () => {
  beforeEach(async () => {
    aws.put(KEY, row("1.1.0"));
    aws.onSleep = () => {
      if (aws.calls.includes(`${ONE}: replaced`)) aws.inAlarm.set(ALARM, "all fail");
      if (aws.calls.includes(`${KEY}: restored`)) aws.inAlarm.clear();
    };
    await expect(run()).rejects.toThrow("not rolled out: api-2");
    aws.calls.length = 0;
    aws.onSleep = () => undefined;
  });

  test("is shown with date and reason, and neither tried again nor a failure", async () => {
    await run();
    expect(aws.calls).toEqual([]);
    expect(line()).toMatch(
      /│ api-2 +│ 1\.0\.0 +│ 1\.1\.0 +│ not tried again before its release or a setting changes, or with --again api-2: taken back at 2027-02-01T10:\d\dZ \(.*all fail\)/,
    );
  });

  test("fails the run where a later environment has the same release, because its job comes next", async () => {
    const release = { version: "1.1.0", image: "ami-0123456789abcdef0" };
    const [here, same] = [staging, production].map((each) =>
      defineEnvironment({ ...each, services: environment.services, releases: { "api-2": release } }),
    ) as [Environment, Environment];
    const other = defineEnvironment({ ...same, releases: { "api-2": { ...release, version: "1.0.0" } } });
    await run({ environment: here, later: [other] });
    await expect(run({ environment: here, later: [same] })).rejects.toThrow("not rolled out: api-2");
    expect(line()).toContain("; production would get the same");
    expect(aws.calls).toEqual([]);
  });

  test("is tried again with --again, and is then no longer remembered", async () => {
    await run({ again: "api-2" });
    expect(aws.objects.get(KEY)?.[0]?.content).toBe(row("1.1.0"));
    expect(replaced()).toEqual([`${ONE}: replaced`, `${TWO}: replaced`]);
    aws.calls.length = 0;
    await run();
    expect(aws.calls).toEqual([]);
    expect(aws.said.at(-1)).toContain("nothing to roll out");
  });

  test("is followed by the next release as by any other", async () => {
    aws.put(KEY, row("1.2.0"));
    await run();
    expect(replaced()).toEqual([`${ONE}: replaced`, `${TWO}: replaced`]);
    expect(line()).toContain("Successful");
  });

  test("is no longer shown when the release is that of before", async () => {
    aws.put(KEY, row("1.0.0"));
    await run();
    expect(aws.calls).toEqual([]);
    expect(aws.said.at(-1)).toContain("nothing to roll out");
  });

  test("is not what --back goes back to", async () => {
    aws.objects.get(KEY)?.push({ id: "first", at: new Date(0), content: row("0.9.0") });
    await takeBack("api-2", { environment, ...aws.tools });
    expect(aws.objects.get(KEY)?.[0]?.content).toBe(row("0.9.0"));
    await run({ again: "api-2" });
    expect(aws.objects.get(KEY)?.[0]?.content).toBe(row("1.1.0"));
  });
});

test.each([
  ["before the version before was restored", "restoreObject"],
  ["before the servers were replaced", "replaceServer"],
])("finishes a --back that was interrupted %s", async (_what, call) => {
  aws.put(KEY, row("1.1.0"));
  await run();
  const interrupted = { ...aws.tools, api: { ...aws.api, [call]: () => Promise.reject(new Error("interrupted")) } };
  await expect(takeBack("api-2", { environment, ...interrupted })).rejects.toThrow("interrupted");
  aws.calls.length = 0;
  await run();
  expect(aws.objects.get(KEY)?.[0]?.content).toBe(row("1.0.0"));
  expect(replaced()).toEqual([`${ONE}: replaced`, `${TWO}: replaced`]);
  expect(line()).toContain("(to 1.0.0 by --back)");
});

test("does not start while the alarm is in ALARM, unless it is told to", async () => {
  aws.put(KEY, row("1.1.0"));
  aws.inAlarm.set(ALARM, "why");
  await expect(run()).rejects.toThrow("not rolled out: api-2");
  expect(aws.calls).toEqual([]);
  await run({ withoutAlarms: true });
  expect(replaced()).toHaveLength(2);
});

test("comes after the groups, and not at all where these fail", async () => {
  aws.put(KEY, row("1.1.0"));
  aws.versions = [1, 2];
  aws.ends.set(ZONES[0] ?? "", { status: "RollbackSuccessful", reason: "unhealthy" });
  await expect(run()).rejects.toThrow("not rolled out");
  expect(replaced()).toEqual([]);
  expect(line()).toContain("not started, because of dev-one-staging-zone-1");
});

test("migrates on a healthy server of the service before the first one is replaced", async () => {
  aws.put(KEY, row("1.1.0", "b".repeat(64)));
  await run();
  expect(aws.calls.slice(0, 3)).toEqual([
    `dev-one-staging-migrate ${KEY} on i-dev-one-staging-zone-1-1`,
    "migrated/api-2.json: put",
    `${ONE}: replaced`,
  ]);
});

test("replaces no server when the migration fails", async () => {
  aws.put(KEY, row("1.1.0", "b".repeat(64)));
  aws.commands.set(KEY, { status: "Failed", output: "no table" });
  await expect(run()).rejects.toThrow("not rolled out: api-2");
  expect(replaced()).toEqual([]);
});

test("is taken back by one command, whatever its alarm says", async () => {
  aws.put(KEY, row("1.1.0"));
  await run();
  aws.calls.length = 0;
  aws.inAlarm.set(ALARM, "all requests fail");
  await takeBack("api-2", { environment, ...aws.tools });
  expect(aws.calls).toEqual([`${RECORD}: put`, `${KEY}: restored`, `${ONE}: replaced`, `${TWO}: replaced`]);
  expect(aws.objects.get(KEY)?.[0]?.content).toBe(row("1.0.0"));
});
