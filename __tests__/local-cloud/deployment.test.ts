import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Deployment } from "../../tools/local-cloud/deployment";
import { judge } from "../../tools/local-cloud/plan/verdict";
import { differences } from "../../tools/local-cloud/table/comparison";
import { readFleet } from "../../tools/local-cloud/table/fleet";
import { changesOf } from "../../tools/terraform";
import { runToEnd } from "./support/command";
import { addressesInBucket, type Killed, killInTheMiddle } from "./support/killed-deployment";
import { LocalCloud, ROOT } from "./support/local-cloud";
import { findExisting, resourcesInState, takeOver, terraform } from "./support/take-over";

// A bad day, in its order: a second person at the same time, a killed deployment, and the way back from it, which ends
// with `cdktf deploy` itself. See docs/runbooks for the same steps on AWS.
const TIMEOUT_MS = 400_000;
jest.setTimeout(TIMEOUT_MS);

let cloud: LocalCloud;
let second: Deployment;
let killed: Killed;

beforeAll(async () => {
  cloud = await LocalCloud.start();
  await cloud.makeStateBucket();
});

afterAll(async () => {
  await cloud.stop();
});

test("a second deployment at the same time is refused by the lock, and a killed one leaves its state", async () => {
  await cloud.open("first");
  second = await cloud.open("second");
  const first = killInTheMiddle(cloud, cloud.directory("first"));
  await lockIsTaken();

  await expect(second.apply()).rejects.toMatchObject({ name: "TerraformError", isLocked: true });

  killed = await first;
  expect(killed.finished.size).toBeGreaterThan(50);
  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining([...killed.finished]));
});

test("the lock that a killed deployment leaves can be removed by its id", async () => {
  const lock = (await (await cloud.readStateObject("staging.tfstate.tflock")).json()) as { ID: string };

  await terraform(cloud, cloud.directory("second"), "force-unlock", "-force", lock.ID);

  expect((await cloud.readStateObject("staging.tfstate.tflock")).status).toBe(404);
});

test("what the cloud has and the state has not is taken over, and nothing of it is replaced", async () => {
  const { taken, plan } = await takeOver(cloud, cloud.directory("second"), second);

  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining(taken));
  const replaced = changesOf(plan).filter(({ change }) => change.actions.includes("delete"));
  expect(replaced.map(({ address }) => address)).toEqual([]);
});

test("`cdktf deploy` repeats it to the end, and nothing is lost", async () => {
  const output = join(cloud.scratch, "cdktf.out");
  mkdirSync(output);

  const deployed = await runToEnd(
    join(ROOT, "node_modules", ".bin", "cdktf"),
    [
      ...["deploy", "staging", "--auto-approve", "--skip-provider-lock", "--parallelism=1"],
      ...["--terraform-parallelism=30", "--output", output, "--app", "node tools/run.mjs tools/local-cloud/app.ts"],
    ],
    {
      cwd: ROOT,
      env: { ...cloud.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1" },
      timeoutMs: TIMEOUT_MS - 60_000,
    },
  );

  expect(deployed).toEqual({ end: "exit code 0", output: "" });
  const servers = await readFleet(cloud.environment.domain, { url: cloud.emulator.url, region: "us-east-1" });
  expect(servers).toHaveLength(8);
  expect(differences(cloud.environment, servers)).toEqual([]);
  expect(judge(await second.plan())).toMatchObject({ unexplained: [], unused: [] });
  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining([...killed.finished, ...killed.inFlight]));
});

test("the rules of taking over find every resource, whichever is under way at a kill", async () => {
  const ids = await findExisting(cloud, await resourcesInState(cloud, cloud.directory("second")));

  expect(Object.keys(ids).filter((address) => ids[address] === null)).toEqual([]);
  const found = Object.entries(ids).map(([address, id]) => `${address.split(".")[0] ?? ""} ${id ?? ""}`);
  expect(found).toHaveLength(new Set(found).size);
});

async function lockIsTaken(): Promise<void> {
  while (!(await cloud.readStateObject("staging.tfstate.tflock")).ok) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
