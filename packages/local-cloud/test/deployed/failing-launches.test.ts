import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type JsonObject, objectAt } from "@dev-one/cli/json";
import { awsApi } from "@dev-one/delivery/roll-out/aws";
import { waitForHealthyServers } from "@dev-one/delivery/roll-out/healthy-servers";
import { changesOf } from "@dev-one/terraform-json/read-plan";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import { stackNamed } from "@dev-one/terraform-json/synthesis";

import type { Deployment } from "../../src/deployment";
import { LocalCloud } from "./support/local-cloud";

// Real Terraform with the synthesized group of named servers, with its own subnet and target group, while launches fail as they do
// on AWS (packages/local-cloud/src/emulator/failing_launches.py).

const NO_CAPACITY =
  "We currently do not have sufficient capacity in the Availability Zone you requested. Launching EC2 instance failed.";
/** More than the attempts of Terraform and the tools. */
const ALL = 1_000_000;

jest.setTimeout(600_000);

let cloud: LocalCloud;
const before = { ...process.env };

beforeAll(async () => {
  cloud = await LocalCloud.start();
  // The wait reads AWS endpoint and credentials from the environment of its process.
  Object.assign(process.env, cloud.env);
});
afterAll(async () => {
  process.env = { ...before };
  await cloud.stop();
});

/** The synthesized group of zone 1 with overridden arguments, and the resources that it requires. */
function configuration(name: string, change: JsonObject): JsonObject {
  const { json } = stackNamed(cloud.stacks, "staging");
  const groups = fromSynthesis("staging", json).of("aws_autoscaling_group");
  const group = groups.find(({ values }) => values.name === "dev-one-staging-zone-1")?.values;
  if (group === undefined) throw new Error("staging has no group of zone 1");
  const template = { name, image_id: "ami-12c6146b", instance_type: "m7g.xlarge" };
  const subnet = { vpc_id: "${aws_vpc.v.id}", cidr_block: "172.31.1.0/24", availability_zone: "us-east-1a" };
  return {
    terraform: objectAt(json, "terraform") ?? {},
    provider: objectAt(json, "provider") ?? {},
    resource: {
      aws_vpc: { v: { cidr_block: "172.31.0.0/16" } },
      aws_subnet: { s: subnet },
      aws_lb_target_group: { t: { name, port: 80, protocol: "HTTP", vpc_id: "${aws_vpc.v.id}" } },
      aws_launch_template: { l: template },
      aws_autoscaling_group: {
        g: {
          ...group,
          ...change,
          // This stack lacks the resources that it refers to.
          depends_on: [],
          service_linked_role_arn: null,
          name,
          launch_template: { id: "${aws_launch_template.l.id}", version: "${aws_launch_template.l.latest_version}" },
          vpc_zone_identifier: ["${aws_subnet.s.id}"],
          target_group_arns: ["${aws_lb_target_group.t.arn}"],
        },
      },
    },
  };
}

function open(name: string, change: JsonObject = {}): Promise<Deployment> {
  return cloud.openStack({ name, json: configuration(name, change), resources: 5 }, name);
}

async function failLaunches(group: string, launches: number): Promise<void> {
  const body = JSON.stringify({ group, launches, message: NO_CAPACITY });
  const answer = await fetch(`${cloud.emulator.url}/_local-cloud/failing-launches`, { method: "POST", body });
  expect(answer.status).toBe(204);
}

/** The group's status in the state: "tainted", or undefined. */
function statusInState(name: string): unknown {
  const state = JSON.parse(readFileSync(join(cloud.directory(name), "terraform.tfstate"), "utf8")) as {
    resources: { type: string; instances: { status?: string }[] }[];
  };
  const group = state.resources.find(({ type }) => type === "aws_autoscaling_group");
  expect(group?.instances).toHaveLength(1);
  return group?.instances[0]?.status;
}

/** What the roll-out's wait finds and says, with a fake clock; `onSleep` may change AWS's behaviour. */
async function wait(group: string, onSleep: () => Promise<void> = () => Promise.resolve()) {
  const lines: string[] = [];
  let now = 0;
  const outcomes = await waitForHealthyServers([group], {
    stack: "staging",
    later: [],
    api: awsApi(cloud.environment.region),
    say: (line) => lines.push(line),
    deadline: Number.POSITIVE_INFINITY,
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
        await onSleep();
      },
    },
  });
  return { lines, failures: outcomes.map(({ what, result }) => `${what}: ${result}`) };
}

describe("an Auto Scaling group whose launches fail", () => {
  const name = "failing";

  test("is created without taint, and a second plan is empty", async () => {
    await failLaunches(name, ALL);
    const deployment = await open(name);
    await deployment.apply();
    expect(statusInState(name)).toBeUndefined();
    expect(changesOf(await deployment.plan()).map(({ address }) => address)).toEqual([]);
  });

  test("is reported by the wait after the apply, with AWS's reason", async () => {
    expect((await wait(name)).failures).toEqual([
      expect.stringMatching(
        /^failing: 0 of 4 servers in service and healthy after 20 minutes; the last failed scaling activity, at \S+, says: We currently do not have sufficient capacity .* failed; see docs\/runbooks\/server-replaced\.md$/,
      ),
    ]);
  });

  test("passes the wait once launches succeed", async () => {
    const { lines, failures } = await wait(name, () => failLaunches(name, 0));
    expect(failures).toEqual([]);
    expect(lines).toEqual([
      "failing: 0 of 4 servers in service and healthy.",
      "failing: 4 of 4 servers in service and healthy.",
    ]);
  });
});

// The reason for the two arguments: without them Terraform fails on the same launches, and would replace the group.
test.each([
  [
    "without both",
    "without-both",
    { ignore_failed_scaling_activities: null, wait_for_capacity_timeout: null },
    NO_CAPACITY,
  ],
  [
    "with a wait only",
    "wait-only",
    { wait_for_capacity_timeout: "10s" },
    "timeout while waiting for state to become 'ok'",
  ],
])("%s, the apply fails and the group is tainted", async (_what, name, change, sentence) => {
  await failLaunches(name, ALL);
  const deployment = await open(name, change);
  await expect(deployment.apply()).rejects.toThrow(sentence);
  expect(statusInState(name)).toBe("tainted");
  const [replaced] = changesOf(await deployment.plan());
  expect(replaced).toMatchObject({ address: "aws_autoscaling_group.g", change: { actions: ["delete", "create"] } });
});
