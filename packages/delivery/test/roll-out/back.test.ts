import { takeBack } from "../../src/roll-out/back";
import { FakeAws } from "./fake-aws";
import { staging } from "./one-service";

const [ONE, TWO, ELASTIC] = ["zone-1", "zone-2", "elastic"].map((each) => `dev-one-staging-${each}`) as [
  string,
  string,
  string,
];
const UNGATED = "no alarms, no rollback, bakes 0 s";

let aws: FakeAws;

/** Groups with a version each, of a launch template with versions up to 3. */
function groups(one: number, two = one): void {
  aws.add(ONE, one);
  aws.add(TWO, two);
  aws.add(ELASTIC, two, 0);
}

beforeEach(() => {
  aws = new FakeAws();
  aws.versions = [1, 2, 3];
});

const changes = () => aws.calls.filter((call) => !call.startsWith("taken-back/"));
const back = (what = "api") => takeBack(what, { environment: staging, ...aws.tools });

test("takes every group to the version before, at the same time, whatever the alarms say", async () => {
  groups(3);
  aws.inAlarm.set("dev-one-staging-roll-out-api", "all requests fail");
  await back();
  expect(changes().sort()).toEqual([`${ELASTIC}: version 2`, `${ONE}: to 2, ${UNGATED}`, `${TWO}: to 2, ${UNGATED}`]);
  expect(aws.minutes).toBeCloseTo(0.5, 1);
  expect(aws.said.at(-1)).toBe(
    "Change the code next: until the release changes, only a roll-out with --again SERVICE brings what was taken back.",
  );
});

test("rolls back a refresh that is in progress, and leaves groups that it has not reached", async () => {
  groups(1);
  aws.startRefresh(ONE, "3", "InProgress");
  await back();
  expect(changes()).toEqual([`${ONE}: rollback`]);
  expect(aws.said.at(-2)).toContain("RollbackSuccessful");
});

test("takes back the zone that has the version already, where the next one is in progress", async () => {
  groups(3, 1);
  aws.startRefresh(TWO, "3", "Baking");
  await back();
  expect(changes().sort()).toEqual([`${ONE}: to 1, ${UNGATED}`, `${TWO}: rollback`]);
});

test("passes over a version that no refresh could bring", async () => {
  groups(3);
  aws.startRefresh(ONE, "2").Status = "RollbackSuccessful";
  aws.startRefresh(ONE, "3").Status = "Successful";
  await back();
  expect(aws.calls).toContain(`${ONE}: to 1, ${UNGATED}`);
});

test("prefers the version that was rolled out before, to one that never was", async () => {
  groups(3);
  aws.startRefresh(ONE, "1").Status = "Successful";
  aws.startRefresh(ONE, "3").Status = "Successful";
  await back();
  expect(aws.calls).toContain(`${ONE}: to 1, ${UNGATED}`);
});

test("goes back to the version that ran last before, not to one that was taken back from", async () => {
  groups(3);
  aws.startRefresh(ONE, "2").Status = "Successful";
  aws.startRefresh(ONE, "3").Status = "Successful";
  aws.startRefresh(ONE, "2", "Successful", false);
  aws.versions.push(4);
  aws.startRefresh(ONE, "4").Status = "Successful";
  for (const name of [ONE, TWO, ELASTIC]) aws.group(name).version = "4";
  await back();
  expect(aws.calls).toContain(`${ONE}: to 2, ${UNGATED}`);
});

test("knows the named servers by the name of their fleet, too", async () => {
  groups(3);
  await back("servers");
  expect(changes()).toHaveLength(3);
});

test.each<[string, string, () => void]>([
  [
    "there is no version before",
    "staging: there is no version before 1.",
    () => {
      groups(1);
    },
  ],
  ["no group exists", "staging: no Auto Scaling group of api exists.", () => undefined],
])("says it in one sentence when %s", async (_what, message, prepare) => {
  prepare();
  await expect(back()).rejects.toMatchObject({ name: "UserError", message });
  expect(aws.calls).toEqual([]);
});

test("names the services when there is none of the name", async () => {
  groups(3);
  await expect(back("shop")).rejects.toThrow('staging has no service "shop": it should be one of api, servers.');
});

test("fails when a server of the version before does not become healthy", async () => {
  groups(3);
  aws.ends.set(TWO, { status: "Failed", reason: "unhealthy" });
  await expect(back()).rejects.toThrow("staging: not rolled out: dev-one-staging-zone-2.");
});
