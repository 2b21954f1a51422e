import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { execa } from "execa";

import { judge } from "../../tools/local-cloud/plan/verdict";
import { differences } from "../../tools/local-cloud/table/comparison";
import { readFleet } from "../../tools/local-cloud/table/fleet";
import { addressesInBucket, type Killed, killInTheMiddle } from "./support/killed-deployment";
import { LocalCloud, ROOT } from "./support/local-cloud";

// A bad day, in its order: a second person at the same time, a killed deployment, and the way back from it, which ends
// with `cdktf deploy` itself. See docs/runbooks for the same steps on AWS.
jest.setTimeout(400_000);

let cloud: LocalCloud;
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
  const second = await cloud.open("second");
  const first = killInTheMiddle(cloud, cloud.directory("first"));
  await lockIsTaken();

  await expect(second.apply()).rejects.toMatchObject({ name: "TerraformError", isLocked: true });

  killed = await first;
  expect(killed.finished.size).toBeGreaterThan(50);
  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining([...killed.finished]));
});

test("the lock that a killed deployment leaves can be removed by its id", async () => {
  const lock = (await (await cloud.readStateObject("staging.tfstate.tflock")).json()) as { ID: string };

  await terraform("force-unlock", "-force", lock.ID);

  expect((await cloud.readStateObject("staging.tfstate.tflock")).status).toBe(404);
});

test("what was under way when it was killed is taken over", async () => {
  for (const address of killed.inFlight) {
    const id = await idOf(address);
    if (id !== undefined) await terraform("import", address, id);
  }
});

test("`cdktf deploy` repeats it to the end, and nothing is lost", async () => {
  const output = join(cloud.scratch, "cdktf.out");
  mkdirSync(output);

  const { exitCode, all } = await execa(
    join(ROOT, "node_modules", ".bin", "cdktf"),
    [
      ...["deploy", "staging", "--auto-approve", "--skip-provider-lock", "--parallelism=1"],
      ...["--terraform-parallelism=30", "--output", output, "--app", "node tools/run.mjs tools/local-cloud/app.ts"],
    ],
    {
      cwd: ROOT,
      env: { ...cloud.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1" },
      stdin: "ignore",
      reject: false,
      all: true,
    },
  );

  expect({ exitCode, output: exitCode === 0 ? "" : all }).toEqual({ exitCode: 0, output: "" });
  const servers = await readFleet(cloud.environment.domain, { url: cloud.emulator.url, region: "us-east-1" });
  expect(servers).toHaveLength(8);
  expect(differences(cloud.environment, servers)).toEqual([]);
  const deployment = await cloud.open("second");
  expect(judge(await deployment.plan())).toMatchObject({ unexplained: [], unused: [] });
  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining([...killed.finished, ...killed.inFlight]));
});

async function lockIsTaken(): Promise<void> {
  while (!(await cloud.readStateObject("staging.tfstate.tflock")).ok) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function terraform(...args: string[]): Promise<void> {
  const { exitCode, all } = await execa(cloud.executable, args, {
    cwd: cloud.directory("second"),
    env: { ...cloud.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
    stdin: "ignore",
    reject: false,
    all: true,
  });
  if (exitCode !== 0) throw new Error(`terraform ${args.join(" ")} failed: ${all}`);
}

/** What AWS knows something by that was being made; undefined for what may be made again over itself. */
async function idOf(address: string): Promise<string | undefined> {
  if (address.startsWith("aws_db_instance.")) return "dev-one-staging-postgres";
  if (!address.startsWith("aws_lb.")) return undefined;
  const client = new ElasticLoadBalancingV2Client({
    endpoint: cloud.emulator.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({ Names: ["dev-one-staging"] }));
  return LoadBalancers[0]?.LoadBalancerArn;
}
