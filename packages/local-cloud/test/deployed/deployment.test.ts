import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { changesOf } from "@dev-one/terraform-json/read-plan";

import { sizing } from "../../../../src/config";
import type { Deployment } from "../../src/deployment";
import { describeChanges } from "../../src/second-plan";
import { differences } from "../../src/table/comparison";
import { readFleet } from "../../src/table/fleet";
import { runToEnd } from "./support/command";
import { addressesInBucket, type Killed, killInTheMiddle } from "./support/killed-deployment";
import { LocalCloud, ROOT } from "./support/local-cloud";
import { NOT_IN_EMULATOR, RunbookReader } from "./support/runbooks";
import { findExisting, resourcesInState, takeOver, terraform } from "./support/take-over";

// A sequence of failures: a concurrent deployment, a killed deployment, and the recovery, which ends with `cdktf deploy`.
// docs/runbooks has the same steps on AWS.
const TIMEOUT_MS = 900_000;
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

test("the lock rejects a concurrent deployment, and a killed deployment leaves its state", async () => {
  await cloud.open("first");
  second = await cloud.open("second");
  const first = killInTheMiddle(cloud, cloud.directory("first"));
  await lockIsTaken();

  await expect(second.apply()).rejects.toThrow(/^terraform apply failed: .*acquiring the state lock/);

  killed = await first;
  expect(killed.finished.size).toBeGreaterThan(50);
  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining([...killed.finished]));
});

test("the lock of a killed deployment can be removed by its id", async () => {
  const lock = (await (await cloud.readStateObject("staging.tfstate.tflock")).json()) as { ID: string };

  await terraform(cloud, cloud.directory("second"), "force-unlock", "-force", lock.ID);

  expect((await cloud.readStateObject("staging.tfstate.tflock")).status).toBe(404);
});

test("resources that are missing from the state are imported, and none is replaced", async () => {
  const { taken, plan } = await takeOver(cloud, cloud.directory("second"), second);

  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining(taken));
  const replaced = changesOf(plan).filter(({ change }) => change.actions.includes("delete"));
  expect(replaced.map(({ address }) => address)).toEqual([]);
});

test("`cdktf deploy` completes the deployment, and no resource is lost", async () => {
  const output = join(cloud.scratch, "cdktf.out");
  mkdirSync(output);

  const deployed = await runToEnd(
    join(ROOT, "node_modules", ".bin", "cdktf"),
    [
      ...["deploy", "staging", "--auto-approve", "--skip-provider-lock", "--parallelism=1"],
      ...[
        "--terraform-parallelism=30",
        "--output",
        output,
        "--app",
        "node scripts/run.mjs packages/local-cloud/src/app.ts",
      ],
    ],
    {
      cwd: ROOT,
      env: { ...cloud.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1" },
      timeoutMs: TIMEOUT_MS - 60_000,
    },
  );

  expect(deployed).toEqual({ end: "exit code 0", output: "" });
  const servers = await readFleet(cloud.environment.domain, { url: cloud.emulator.url, region: "us-east-1" });
  // Those of the address table, and the smallest number of client-address.
  expect(servers).toHaveLength(8 + 2);
  expect(differences(cloud.environment, servers)).toEqual([]);
  expect(describeChanges(await second.plan())).toEqual([]);
  expect(await addressesInBucket(cloud)).toEqual(expect.arrayContaining([...killed.finished, ...killed.inFlight]));
});

test("the import rules find every resource that may be in progress at a kill", async () => {
  const ids = await findExisting(cloud, await resourcesInState(cloud, cloud.directory("second")));

  expect(Object.keys(ids).filter((address) => ids[address] === null)).toEqual([]);
  const found = Object.entries(ids).map(([address, id]) => `${address.split(".")[0] ?? ""} ${id ?? ""}`);
  expect(found).toHaveLength(new Set(found).size);
});

// The tests of the other runbooks use this deployment. They run the runbooks' blocks unchanged and in order.
describe("a reader of docs/runbooks", () => {
  let reader: RunbookReader;

  beforeAll(async () => {
    reader = new RunbookReader(cloud);
    // As `npm run database-users` leaves it, so that the roll-out needs neither Session Manager nor a database.
    const value = JSON.stringify({ username: "api", password: "of the test" });
    const secret = "dev-one/staging/database-user-api";
    await reader.run([`aws secretsmanager put-secret-value --secret-id ${secret} --secret-string '${value}'`]);
  });

  test("finds the name servers, the eight addresses and the load balancer of a first deployment", async () => {
    const seen = [
      /^export ENV=/m,
      /list-hosted-zones-by-name/,
      /describe-target-health/,
      /describe-db-proxy-targets/,
      /describe-load-balancers/,
    ];

    const output = await reader.run(await reader.blocks("first-deployment.md", ...seen));

    expect(output.match(/"ns-/g)).toHaveLength(4);
    expect(output.match(/^172\.31\.[12]\.10[1-4]\ti-\w+\t/gm)).toHaveLength(8);
    expect(output.match(/^i-\w+\thealthy$/gm)).toHaveLength(8);
    expect(output).toMatch(/^AVAILABLE\tNone\tNone$/m);
    expect(output).toMatch(/^dev-one-staging\S*\.elb\.amazonaws\.com$/m);
  });

  test("reads details of an alert", async () => {
    const output = await reader.run([
      ...(await reader.blocks("servers.md", /describe-target-health/, /describe-db-proxies/)),
      ...(await reader.blocks("data.md", /describe-scaling-activities/)),
    ]);

    expect(output).toMatch(/InService\s+Healthy/);
    expect(output).toContain('"available"');
  });

  test("replaces a server, which keeps its address", async () => {
    const before = await fleet();

    const blocks = await reader.blocks("server-replaced.md");
    const seeMore = blocks.slice(0, 1);
    const over = blocks.slice(-1);

    const ending = await reader.run(blocks.slice(0, -1));
    // Twice, because the launch is repeated until the old network interface is deleted.
    const output = await reader.run([...seeMore, ...over, ...over]);

    expect(ending.trimEnd().split("\n").pop()).toMatch(/^eni-/);
    expect(output).toContain("There are not enough free addresses in subnet");
    const after = await fleet();
    expect(differences(cloud.environment, after)).toEqual([]);
    const newcomers = after.filter(({ instanceId }) => !before.some((each) => each.instanceId === instanceId));
    expect(newcomers.map(({ address }) => address)).toEqual(["172.31.1.101"]);
    expect(output.trimEnd().split("\n").pop()).toBe(newcomers[0]?.instanceId);
  });

  test("evacuates an Availability Zone, and returns to it", async () => {
    const output = await reader.run(await reader.blocks("zone-lost.md"));

    expect(output.match(/^dev-one-staging-zone-[12]\t4\t4$/gm)).toHaveLength(2);
    // Eight named servers, and two of client-address.
    expect((await fleet()).length).toBe(8 + 2 + sizing(cloud.environment).elasticMaximum);
    await reader.run([
      "aws autoscaling set-desired-capacity --auto-scaling-group-name dev-one-staging-elastic --desired-capacity 0",
    ]);
  });

  test("looks at what is rolled out, and has nothing to roll out", async () => {
    const output = await reader.run(
      await reader.blocks("new-image.md", /^export ENV=/m, /^npm run roll-out -- "\$ENV"$/m),
    );

    expect(output.match(/^dev-one-staging-zone-[12]\ti-\w+\tInService\t1$/gm)).toHaveLength(8);
    expect(output).toContain("staging: nothing to roll out, every server has the newest version and is healthy.");
  });

  test("changes the capacity, rotates secrets", async () => {
    for (const runbook of ["scaling-beyond-the-plan.md", "rotate-secrets.md"]) {
      const output = await reader.run(await reader.blocks(runbook));

      expect(output).toMatch(/0\t0\t12|AWSCURRENT/);
    }
  });

  test("leaves CDKTF: the plain copy of a stack has an empty plan", async () => {
    const blocks = await reader.blocks("leaving-cdktf.md");

    expect(await reader.run(blocks)).toContain("No changes.");
  });

  test("counts the pages per monitor and recipient", async () => {
    const output = await reader.run(await reader.blocks("moving-off-opsgenie.md"));

    expect(output).toMatch(/\d+ @opsgenie-dev-one/);
  });

  test("removes an abandoned state lock", async () => {
    const lock = { ID: "9db590f1-b6fe-c5f2-2678-8804f089deba", Operation: "OperationTypeApply", Who: "somebody@away" };
    await cloud.writeStateObject("staging.tfstate.tflock", JSON.stringify(lock));

    const output = await reader.run(await reader.blocks("state-locked.md"));

    expect(output).toContain("somebody@away");
    expect((await cloud.readStateObject("staging.tfstate.tflock")).status).toBe(404);
  });

  test("restores an older state, and a deleted one", async () => {
    const newest = await (await cloud.readStateObject()).text();
    const serialOf = (state: string): unknown => (JSON.parse(state) as { serial?: unknown }).serial;

    await reader.run(
      await reader.blocks("state-lost.md", /list-object-versions/, /get-object/, /copy-object/, /terraform plan/),
    );

    const older = await (await cloud.readStateObject()).text();
    expect(Number(serialOf(older))).toBeLessThan(Number(serialOf(newest)));
    await cloud.writeStateObject("staging.tfstate", newest);

    await cloud.writeStateObject("staging.tfstate", undefined);
    expect((await cloud.readStateObject()).status).toBe(404);
    await reader.run(await reader.blocks("state-lost.md", /list-object-versions/, /MARKER/));
    expect(await (await cloud.readStateObject()).text()).toBe(newest);
  });

  test("keeps the database in the state when the variables for its import are missing", async () => {
    const [more = "", ready = "", takeOver = ""] = await reader.blocks(
      "restore-database.md",
      /describe-db-instance-automated-backups/,
      /Terraform has what it needs/,
      /terraform import/,
    );
    const reason = /variables file \S*terraform\.tfvars does not exist/;
    await reader.run(["mv terraform.tfvars terraform.tfvars.away"]);
    try {
      await expect(reader.run([more, ready])).rejects.toThrow(reason);
      await expect(reader.run([more, takeOver])).rejects.toThrow(reason);
    } finally {
      await reader.run(["mv terraform.tfvars.away terraform.tfvars"]);
    }

    expect(await reader.run([more, ready])).toContain("Terraform has what it needs.");
    expect(await reader.run(["cd cdktf.out/stacks/staging && terraform state list"])).toMatch(/^aws_db_instance\./m);
  });

  test("restores the database to a point in time, and reverts that; the plan is empty each time", async () => {
    const [more = "", values = "", restore = "", password = "", deregister = "", exchange = ""] = await reader.blocks(
      "restore-database.md",
      /describe-db-instance-automated-backups/,
      /RESTORE_TIME=/,
      /--source-db-instance-identifier/,
      /--manage-master-user-password/,
      /^aws rds deregister-db-proxy-targets[^;]*$/,
      /^rename\(\)/,
    );
    const [ready = "", takeOver = "", apply = "", isOver = "", back = "", byHand = "", remove = ""] =
      await reader.blocks(
        "restore-database.md",
        /Terraform has what it needs/,
        /terraform import/,
        / apply -var-file/,
        /-detailed-exitcode/,
        /^rename "\$DATABASE" "\$DATABASE-restored"/m,
        /register-db-proxy-targets[^]*modify-db-proxy|modify-db-proxy[^]*register-db-proxy-targets/,
        /delete-db-instance/,
      );
    const id = (name: string) =>
      `aws rds describe-db-instances --db-instance-identifier ${name} --query 'DBInstances[0].DbiResourceId' --output text`;
    const [before] = (await reader.run([id("dev-one-staging-postgres")])).split("\n");

    const there = await reader.run([
      more,
      values,
      restore,
      password,
      ready,
      deregister,
      exchange,
      takeOver,
      apply,
      isOver,
    ]);

    expect(there).toContain("0 to destroy");
    expect(there).toContain("No changes.");
    expect(await reader.run([id("dev-one-staging-postgres-before")])).toBe(before);
    expect(await reader.run([id("dev-one-staging-postgres")])).not.toBe(before);

    const definitions = `${more}\n${exchange.split("\nrename ")[0] ?? ""}`;
    const again = await reader.run([definitions, back, byHand, takeOver, apply, isOver]);

    expect(again).toContain("No changes.");
    expect(await reader.run([id("dev-one-staging-postgres")])).toBe(before);
    expect(again).toMatch(/dev-one-staging-postgres\tAVAILABLE/);

    await reader.run([more, remove.replaceAll("$DATABASE-before", "$DATABASE-restored")]);
  });

  test("skips only commands that the emulator does not support", async () => {
    const { replaced, known } = await reader.replacedCommands();

    expect(known).toEqual([]);
    expect(replaced).toEqual(Object.keys(NOT_IN_EMULATOR).sort());
  });

  const fleet = () => readFleet(cloud.environment.domain, { url: cloud.emulator.url, region: "us-east-1" });
});

async function lockIsTaken(): Promise<void> {
  while (!(await cloud.readStateObject("staging.tfstate.tflock")).ok) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
