import { setTimeout as delay } from "node:timers/promises";

import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { type JsonObject, objectAt } from "@dev-one/cli/json";
import { awsApi } from "@dev-one/delivery/roll-out/aws";
import { takeBack } from "@dev-one/delivery/roll-out/back";
import { rollOut } from "@dev-one/delivery/roll-out/roll-out";
import { changesOf } from "@dev-one/terraform-json/read-plan";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import { stackNamed } from "@dev-one/terraform-json/synthesis";

import { servicesBucketName, staging } from "../../../../src/environments";
import type { Deployment } from "../../src/deployment";
import { LocalCloud } from "./support/local-cloud";

// Real Terraform with the synthesized groups, alarm and SSM document, and the roll-out with AWS's real SDK. The subnet of a zone has
// addresses for exactly its four servers: each launch fails while the server that it replaces still holds the address.

jest.setTimeout(600_000);

const ALARM = "dev-one-staging-roll-out-api";
const [BUCKET, KEY] = [servicesBucketName(staging), "services/api.json"];
const GROUPS = ["zone-1", "zone-2", "elastic"].map((role) => `dev-one-staging-${role}`);
/** What leaves 101 to 104 free in the subnet of a zone, 172.31.N.96/28, beside the addresses that AWS reserves. */
const RESERVED = ["100/32", "105/32", "106/31", "108/31", "110/32"];

let cloud: LocalCloud;
let deployment: Deployment;
const before = { ...process.env };

beforeAll(async () => {
  cloud = await LocalCloud.start();
  // The roll-out reads AWS endpoint and credentials from the environment of its process.
  Object.assign(process.env, cloud.env);
  deployment = await open("m7g.xlarge");
  await deployment.apply();
  await setAlarm("OK");
});
afterAll(async () => {
  process.env = { ...before };
  await cloud.stop();
});

function open(instanceType: string): Promise<Deployment> {
  const { json } = stackNamed(cloud.stacks, "staging");
  const stack = fromSynthesis("staging", json);
  const roleOf = (name: unknown) => (name as string).replace("dev-one-staging-", "");
  const subnets = Object.fromEntries(
    stack.of("aws_autoscaling_group").map(({ values }, index) => [
      roleOf(values.name),
      {
        vpc_id: "${aws_vpc.v.id}",
        cidr_block: `172.31.${index + 1}.96/28`,
        availability_zone: `us-east-1${roleOf(values.name) === "zone-2" ? "b" : "a"}`,
      },
    ]),
  );
  const reservations = Object.fromEntries(
    ["zone-1", "zone-2"].flatMap((role) =>
      RESERVED.map((range, index) => [
        `${role}-${index}`,
        {
          subnet_id: `\${aws_subnet.${role}.id}`,
          cidr_block: subnets[role]?.cidr_block.replace("96/28", range) ?? "",
          reservation_type: "explicit",
        },
      ]),
    ),
  );
  const groups = stack.of("aws_autoscaling_group").map(({ values }) => {
    const role = roleOf(values.name);
    const group = {
      ...values,
      // This stack lacks the other resources that it refers to.
      depends_on: Object.keys(reservations).map((name) => `aws_ec2_subnet_cidr_reservation.${name}`),
      service_linked_role_arn: null,
      launch_template: { id: "${aws_launch_template.t.id}", version: "${aws_launch_template.t.latest_version}" },
      vpc_zone_identifier: [`\${aws_subnet.${role}.id}`],
      target_group_arns: ["${aws_lb_target_group.t.arn}"],
    };
    return [role, group];
  });
  const alarms = stack.of("aws_cloudwatch_metric_alarm").filter(({ values }) => values.alarm_name === ALARM);
  const withoutReferences = (values: JsonObject) =>
    JSON.parse(JSON.stringify(values).replaceAll(/\$\{[^}]*\}/g, "x")) as JsonObject;
  const resource = {
    aws_vpc: { v: { cidr_block: "172.31.0.0/16" } },
    aws_subnet: subnets,
    aws_ec2_subnet_cidr_reservation: reservations,
    aws_lb_target_group: { t: { name: "roll-out", port: 80, protocol: "HTTP", vpc_id: "${aws_vpc.v.id}" } },
    aws_launch_template: {
      t: { name: "roll-out", image_id: "ami-12c6146b", instance_type: instanceType, update_default_version: true },
    },
    aws_autoscaling_group: Object.fromEntries(groups) as JsonObject,
    aws_cloudwatch_metric_alarm: { a: withoutReferences(alarms[0]?.values ?? {}) },
    aws_s3_bucket: { b: { bucket: BUCKET } },
    aws_s3_bucket_versioning: {
      v: { bucket: "${aws_s3_bucket.b.id}", versioning_configuration: [{ status: "Enabled" }] },
    },
    aws_s3_object: {
      o: {
        bucket: "${aws_s3_bucket.b.id}",
        key: KEY,
        content: instanceType,
        content_type: "application/json",
        depends_on: ["aws_s3_bucket_versioning.v"],
      },
    },
    aws_ssm_document: objectAt(json, "resource", "aws_ssm_document") ?? {},
  };
  const parts = { terraform: objectAt(json, "terraform") ?? {}, provider: objectAt(json, "provider") ?? {}, resource };
  return cloud.openStack({ name: "roll-out", json: parts, resources: 25 }, "roll-out");
}

const setAlarm = (state: "OK" | "ALARM") =>
  new CloudWatch({ region: "us-east-1" }).setAlarmState({ AlarmName: ALARM, StateValue: state, StateReason: "test" });

/** What a roll-out needs. Its clock does not wait; a sleep may change AWS. Groups that sleep at the same time do not add their times. */
function tools(onSleep: () => Promise<unknown> = () => Promise.resolve()) {
  const said: string[] = [];
  let now = 0;
  const sleep = async (ms: number) => {
    const end = now + ms;
    await onSleep();
    await delay(10);
    now = Math.max(now, end);
  };
  const say = (line: string) => said.push(line);
  return { said, options: { environment: cloud.environment, later: [], say, clock: { now: () => now, sleep } } };
}

/** The version of each group, and those of its servers. */
async function versions(): Promise<Record<string, string>> {
  const groups = await awsApi("us-east-1").groups(GROUPS);
  return Object.fromEntries(
    groups.map(({ AutoScalingGroupName = "", LaunchTemplate, Instances = [] }) => [
      AutoScalingGroupName.replace("dev-one-staging-", ""),
      [LaunchTemplate, ...Instances.map((each) => each.LaunchTemplate)].map((each) => each?.Version).join(" "),
    ]),
  );
}

const everywhere = (version: number) => {
  const zone = Array<number>(5).fill(version).join(" ");
  return { "zone-1": zone, "zone-2": zone, elastic: String(version) };
};
const changed = async () => changesOf(await deployment.plan()).map(({ address }) => address);

test("a first deployment has nothing to roll out, and a second plan is empty", async () => {
  const { said, options } = tools();
  await rollOut(options);
  expect(said.at(-1)).toContain("staging: nothing to roll out");
  expect(await versions()).toEqual(everywhere(1));
  expect(await changed()).toEqual([]);
});

test("an apply of another launch template changes no group", async () => {
  deployment = await open("m7g.2xlarge");
  expect((await changed()).sort()).toEqual(["aws_launch_template.t", "aws_s3_object.o"]);
  await deployment.apply();
  expect(await versions()).toEqual(everywhere(1));
});

test("the new version is not rolled out while the alarm is in ALARM", async () => {
  await setAlarm("ALARM");
  await expect(rollOut(tools().options)).rejects.toThrow("staging: not rolled out: ");
  expect(await versions()).toEqual(everywhere(1));
  await setAlarm("OK");
});

test("it is rolled back when the alarm goes into ALARM in the middle, and no other zone is started", async () => {
  let sleeps = 0;
  const { said, options } = tools(async () => {
    sleeps += 1;
    if (sleeps === 4) await setAlarm("ALARM");
  });
  await expect(rollOut(options)).rejects.toThrow(`staging: not rolled out: ${GROUPS.join(", ")}.`);
  expect(said.at(-1)).toMatch(/RollbackSuccessful: The alarm dev-one-staging-roll-out-api is in ALARM/);
  expect(await versions()).toEqual(everywhere(1));
  await setAlarm("OK");
});

test("it is not tried again by the next roll-out, which does not fail", async () => {
  const { said, options } = tools();
  await rollOut(options);
  expect(said.at(-1)).toMatch(/zone-1 .* not tried again .*The alarm dev-one-staging-roll-out-api is in ALARM/);
  expect(await versions()).toEqual(everywhere(1));
});

test("with --again it replaces every server after launches without a free address, and Terraform's next plan is empty", async () => {
  const { options } = tools();
  await rollOut({ ...options, again: "api" });
  expect(await versions()).toEqual(everywhere(2));
  const failure = await awsApi("us-east-1").lastFailure("dev-one-staging-zone-2");
  expect(failure?.message).toContain("There are not enough free addresses in subnet");
  expect(await changed()).toEqual([]);
});

test("it is taken back by one command, and Terraform's next plan is still empty", async () => {
  const { said, options } = tools();
  await takeBack("api", options).catch((error: unknown) => {
    throw new Error(said.join("\n"), { cause: error });
  });
  expect(await versions()).toEqual(everywhere(1));
  expect(await changed()).toEqual([]);
});

test("what was taken back is left so by the next roll-out", async () => {
  const { said, options } = tools();
  await rollOut(options);
  expect(said.at(-1)).toMatch(/not tried again .*to version 1 by --back/);
  expect(await versions()).toEqual(everywhere(1));
});

test("Terraform leaves the object of a service whose version before is restored", async () => {
  const api = awsApi("us-east-1");
  const [newest, before] = await api.objectVersions(BUCKET, KEY);
  await api.restoreObject(BUCKET, KEY, before?.id ?? "");
  expect(await api.getObject(BUCKET, KEY)).toBe("m7g.xlarge");
  expect(await changed()).toEqual([]);
  expect((await api.objectVersions(BUCKET, KEY))[1]?.id).toBe(newest?.id);
});
