import { createHash } from "node:crypto";

import { defineEnvironment, production } from "../../../../src/environments";
import { takeBack } from "../../src/roll-out/back";
import { rollOut, type RollOutOptions } from "../../src/roll-out/roll-out";
import { FakeAws } from "./fake-aws";
import { staging } from "./one-service";

const ZONES = ["dev-one-staging-zone-1", "dev-one-staging-zone-2"];
const ELASTIC = "dev-one-staging-elastic";
const ALARM = "dev-one-staging-roll-out-api";
const GATED = `${ALARM}, rolls back, bakes 660 s`;

let aws: FakeAws;

beforeEach(() => {
  aws = new FakeAws();
  for (const zone of ZONES) aws.add(zone, 1);
  aws.add(ELASTIC, 1, 0);
});

const run = (options: Partial<RollOutOptions> = {}) =>
  rollOut({ environment: staging, later: [], ...options, ...aws.tools });
/** Rows of the table that was said last. */
const rows = () =>
  (aws.said.at(-1) ?? "")
    .split("\n")
    .filter((line) => line.includes("dev-one"))
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** A version of the launch template with a release of the service. */
function release(template: string, version: string): void {
  const content = JSON.stringify({ services: { api: { version } } });
  aws.put("tables/servers.json", content);
  aws.userData.set(template, `SERVICES_TABLE_SHA256=${createHash("sha256").update(content).digest("hex")}`);
}

test("does nothing when every server has the newest version, and says so in one line", async () => {
  await run();
  expect(aws.calls).toEqual([]);
  expect(aws.said.at(-1)).toBe("staging: nothing to roll out, every server has the newest version and is healthy.");
});

test("waits for the healthy servers of a first deployment", async () => {
  const { instances } = aws.group(ZONES[0] ?? "");
  for (const server of instances) server.state = "Pending";
  aws.onSleep = () => {
    for (const server of instances) server.state = "InService";
  };
  await run();
  expect(aws.calls).toEqual([]);
  expect(aws.said[0]).toBe("dev-one-staging-zone-1: 0 of 4 servers in service and healthy.");
  expect(aws.said.at(-1)).toContain("nothing to roll out");
});

test("fails when servers with the newest version do not become healthy", async () => {
  aws.group(ZONES[1] ?? "").desired = 5;
  await expect(run()).rejects.toThrow("staging: not rolled out: dev-one-staging-zone-2.");
});

describe("with a new version of the launch template", () => {
  beforeEach(() => {
    aws.versions = [1, 2, 3];
  });

  test("replaces zone after zone, gated by the service's alarm, and gives the version to a group without servers", async () => {
    await run();
    expect(aws.calls).toEqual([...ZONES.map((zone) => `${zone}: to 3, ${GATED}`), `${ELASTIC}: version 3`]);
    expect(rows()).toEqual([
      [ZONES[0], "1", "3", "Successful"],
      [ZONES[1], "1", "3", "Successful"],
      [ELASTIC, "1", "3", "Successful, no servers"],
    ]);
    expect(aws.said).toContain("dev-one-staging-zone-1: InProgress, 25 %, 4 servers left.");
  });

  test("does nothing at a second run", async () => {
    await run();
    aws.calls.length = 0;
    await run();
    expect(aws.calls).toEqual([]);
    expect(aws.said.at(-1)).toContain("nothing to roll out");
  });

  test("replaces the servers of a group that has grown while it got the version", async () => {
    const group = aws.group(ELASTIC);
    const setVersion = aws.api.setVersion.bind(aws.api);
    aws.api.setVersion = async (...args) => {
      await setVersion(...args);
      group.instances.push({ id: "i-new", version: "1", state: "InService", health: "healthy" });
      group.desired = 1;
    };
    await run();
    expect(aws.calls.slice(-2)).toEqual([`${ELASTIC}: version 3`, `${ELASTIC}: to 3, ${GATED}`]);
    expect(group.instances.map(({ version }) => version)).toEqual(["3"]);
  });

  test("names the reason of a rollback, and starts no other group", async () => {
    aws.ends.set(ZONES[0] ?? "", { status: "RollbackSuccessful", reason: `Alarm ${ALARM} is in ALARM.` });
    await expect(run()).rejects.toThrow(
      "staging: not rolled out: dev-one-staging-zone-1, dev-one-staging-zone-2, dev-one-staging-elastic. See docs/runbooks/new-image.md.",
    );
    expect(aws.calls).toEqual([`${ZONES[0] ?? ""}: to 3, ${GATED}`]);
    expect(rows()).toEqual([
      [ZONES[0], "1", "3", `RollbackSuccessful: Alarm ${ALARM} is in ALARM`],
      [ZONES[1], "1", "3", "not started, because of dev-one-staging-zone-1"],
      [ELASTIC, "1", "3", "not started, because of dev-one-staging-zone-1"],
    ]);
  });

  test.each(["Failed", "Cancelled", "RollbackFailed"] as const)("fails when a refresh ends as %s", async (status) => {
    aws.ends.set(ZONES[1] ?? "", { status, reason: "why" });
    await expect(run()).rejects.toThrow("not rolled out: dev-one-staging-zone-2, dev-one-staging-elastic");
    expect(rows()[0]).toEqual([ZONES[0], "1", "3", "Successful"]);
    expect(rows()[1]).toEqual([ZONES[1], "1", "3", `${status}: why`]);
  });

  test("waits for a refresh to the newest version that is in progress, and starts none there", async () => {
    aws.startRefresh(ZONES[0] ?? "", "3", "InProgress");
    await run();
    expect(aws.calls[0]).toBe(`${ZONES[1] ?? ""}: to 3, ${GATED}`);
    expect(rows()[0]).toEqual([ZONES[0], "1", "3", "Successful"]);
  });

  test("waits for a refresh to another version, and starts one to the newest after it", async () => {
    aws.startRefresh(ZONES[0] ?? "", "2", "Baking");
    await run();
    expect(aws.calls[0]).toBe(`${ZONES[0] ?? ""}: to 3, ${GATED}`);
    expect(rows()[0]).toEqual([ZONES[0], "2", "3", "Successful"]);
  });

  test("replaces the rest of a group whose refresh was cancelled: old and new servers are mixed", async () => {
    aws.group(ZONES[0] ?? "").version = "3";
    await run();
    expect(aws.calls[0]).toBe(`${ZONES[0] ?? ""}: to 3, ${GATED}`);
  });

  test("leaves a server that a person took into Standby", async () => {
    const [group] = ZONES.map((zone) => aws.group(zone));
    if (group?.instances[0] === undefined) throw new Error("There is no server");
    group.instances[0].state = "Standby";
    group.desired = 3;
    await run();
    aws.calls.length = 0;
    await run();
    expect(aws.calls).toEqual([]);
  });

  test("does not start while the alarm is in ALARM, unless it is told to", async () => {
    aws.inAlarm.set(ALARM, "3 of 5 datapoints were 40.");
    await expect(run()).rejects.toThrow("not rolled out");
    expect(aws.calls).toEqual([]);
    expect(rows()[0]?.at(-1)).toBe(
      `not started: in ALARM already: ${ALARM} (3 of 5 datapoints were 40); what corrects it is rolled out with --without-alarms`,
    );
    await run({ withoutAlarms: true });
    expect(aws.calls[0]).toBe(`${ZONES[0] ?? ""}: to 3, no alarms, rolls back, bakes 0 s`);
  });

  test("reports a refresh that goes on when the time is over", async () => {
    aws.ends.set(ZONES[0] ?? "", { status: "InProgress" });
    await expect(run()).rejects.toThrow("not rolled out");
    expect(aws.minutes).toBe(210);
    expect(rows()[0]).toEqual([ZONES[0], "1", "3", "InProgress: it goes on in AWS; the same command waits for it"]);
  });

  test("names a group that does not exist", async () => {
    aws.groups.delete(ELASTIC);
    await expect(run()).rejects.toThrow("not rolled out: dev-one-staging-elastic");
    expect(rows().at(-1)).toEqual([ELASTIC, "", "3", "not found"]);
  });
});

describe("a version that was rolled back in the first zone", () => {
  const [ONE = "", TWO = ""] = ZONES;

  beforeEach(async () => {
    aws.createVersion(2);
    aws.ends.set(ONE, { status: "RollbackSuccessful", reason: `Alarm ${ALARM} is in ALARM.` });
    await expect(run()).rejects.toThrow("not rolled out");
    aws.ends.clear();
    aws.calls.length = 0;
  });

  test("is shown with date and reason, and neither tried again nor a failure", async () => {
    await run();
    expect(aws.calls).toEqual([]);
    const reason = `Alarm ${ALARM} is in ALARM`;
    const text = `not tried again before there is a newer version, or with --again api: taken back at 2027-02-01T10:00Z (${reason})`;
    expect(rows()).toEqual([
      [ONE, "1", "2", text],
      [TWO, "1", "2", text],
      [ELASTIC, "1", "2", text],
    ]);
  });

  test("is remembered after a refresh that brings no version", async () => {
    Object.assign(aws.startRefresh(ONE, "1"), { Status: "Successful", DesiredConfiguration: undefined });
    await run();
    expect(aws.calls).toEqual([]);
  });

  test("fails the run when it was no release and a later environment has these servers, too", async () => {
    await expect(run({ later: [production] })).rejects.toThrow("staging: not rolled out");
    expect(aws.calls).toEqual([]);
    expect(rows()[0]?.at(-1)).toMatch(/; production would get the same$/);
  });

  test("fails the run when it was a release that a later environment has, too", async () => {
    release("1", "1.0.0");
    release("2", "1.1.0");
    const has = (version: string) =>
      defineEnvironment({
        ...production,
        services: staging.services,
        releases: { api: { ...staging.releases.api, version } },
      });
    await run({ later: [has("0.9.0")] });
    await expect(run({ later: [has(staging.releases.api?.version ?? "")] })).rejects.toThrow("not rolled out");
    expect(aws.calls).toEqual([]);
  });

  test("is tried again with --again", async () => {
    await run({ again: "api" });
    expect(rows().map((row) => row[3])).toEqual(["Successful", "Successful", "Successful, no servers"]);
    await run();
    expect(aws.said.at(-1)).toContain("nothing to roll out");
  });

  test("is followed by the next version as by any other", async () => {
    aws.createVersion(3);
    await run();
    expect(aws.calls).toEqual([...ZONES.map((zone) => `${zone}: to 3, ${GATED}`), `${ELASTIC}: version 3`]);
  });
});

test("finishes a rollback that failed, and does not try the version again", async () => {
  const [ONE = ""] = ZONES;
  aws.createVersion(2);
  aws.ends.set(ONE, { status: "RollbackFailed", reason: "all fail." });
  await expect(run()).rejects.toThrow("not rolled out");
  expect(aws.group(ONE).instances.map(({ version }) => version)).toEqual(["2", "1", "1", "1"]);
  aws.calls.length = 0;
  aws.ends.set(ONE, { status: "Failed", reason: "unhealthy" });
  await expect(run()).rejects.toThrow("not rolled out: dev-one-staging-zone-1.");
  aws.ends.clear();
  await run();
  expect(aws.calls).toEqual([
    `${ONE}: to 1, no alarms, no rollback, bakes 0 s`,
    `${ONE}: to 1, no alarms, no rollback, bakes 0 s`,
  ]);
  expect(aws.group(ONE).instances.map(({ version }) => version)).toEqual(["1", "1", "1", "1"]);
  aws.calls.length = 0;
  await run();
  expect(aws.calls).toEqual([]);
  expect(rows()[0]?.at(-1)).toContain("(all fail)");
});

describe("a version that is rolled back in the second zone", () => {
  const [ONE = "", TWO = ""] = ZONES;
  const UNGATED = "no alarms, no rollback, bakes 0 s";

  beforeEach(() => {
    aws.createVersion(2);
    aws.ends.set(TWO, { status: "RollbackSuccessful", reason: "unhealthy" });
  });

  test("is taken back in the first zone, too, and a second run changes nothing", async () => {
    await expect(run()).rejects.toThrow("not rolled out: dev-one-staging-zone-2, dev-one-staging-elastic.");
    expect(aws.calls).toEqual([`${ONE}: to 2, ${GATED}`, `${TWO}: to 2, ${GATED}`, `${ONE}: to 1, ${UNGATED}`]);
    expect(rows().map(([name, from, to, result]) => [name, from, to, result])).toEqual([
      [ONE, "1", "2", "Successful"],
      [TWO, "1", "2", "RollbackSuccessful: unhealthy"],
      [ELASTIC, "1", "2", `not started, because of ${TWO}`],
      [ONE, "2", "1", `Successful, back because of ${TWO}`],
    ]);
    for (const name of [ONE, TWO])
      expect(aws.group(name).instances.map(({ version }) => version)).toEqual(["1", "1", "1", "1"]);
    aws.calls.length = 0;
    await run();
    expect(aws.calls).toEqual([]);
    expect(rows().map((row) => row[1])).toEqual(["1", "1", "1"]);
  });

  test("is taken back in the first zone by the next run where this one was interrupted", async () => {
    const start = aws.api.startRefresh.bind(aws.api);
    aws.api.startRefresh = (name, target, preferences) =>
      target.version === "1" ? Promise.reject(new Error("interrupted")) : start(name, target, preferences);
    await expect(run()).rejects.toThrow("not rolled out");
    expect(aws.group(ONE).version).toBe("2");
    aws.api.startRefresh = start;
    aws.calls.length = 0;
    await run();
    expect(aws.calls).toEqual([`${ONE}: to 1, ${UNGATED}`]);
    expect(aws.group(ONE).version).toBe("1");
  });
});

describe("a version that was taken back with --back", () => {
  beforeEach(async () => {
    aws.createVersion(2);
    await run();
    await takeBack("api", { environment: staging, ...aws.tools });
    aws.calls.length = 0;
  });

  test("is not rolled out again before there is another one", async () => {
    await run();
    expect(aws.calls).toEqual([]);
    expect(rows()[0]?.at(-1)).toContain("(to version 1 by --back)");
    aws.createVersion(3);
    await run();
    expect(aws.calls).toContain(`${ZONES[0] ?? ""}: to 3, ${GATED}`);
  });

  test("is not tried again in a newer version with the same release, but with another release", async () => {
    release("1", "1.0.0");
    for (const version of ["2", "3"]) release(version, "1.1.0");
    release("4", "1.2.0");
    await run({ again: "api" });
    await takeBack("api", { environment: staging, ...aws.tools });
    aws.createVersion(3);
    aws.calls.length = 0;
    await run();
    expect(aws.calls).toEqual([]);
    expect(rows()[0]?.at(-1)).toMatch(/^not tried again before the release changes.*by --back/);
    aws.createVersion(4);
    await run();
    expect(rows().map((row) => row[3])).toEqual(["Successful", "Successful", "Successful, no servers"]);
  });

  test("is rolled out again with the option --again", async () => {
    await run({ again: "api" });
    expect(rows().map((row) => row[3])).toEqual(["Successful", "Successful", "Successful, no servers"]);
  });
});

test("an error of AWS is one sentence with the call", async () => {
  aws.error = Object.assign(new Error("The security token included in the request is expired"), {
    name: "ExpiredToken",
  });
  await expect(run()).rejects.toMatchObject({
    name: "UserError",
    message:
      "staging: AWS refused or did not answer (groups): ExpiredToken, The security token included in the request is expired",
  });
});
