import type { JsonObject } from "@dev-one/cli/json";

import { plain } from "../src/render/escape";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { allow, policy, rule as anyRule } from "./corpus/builders";
import { change, create, destroy, plan, replace, source, unchanged, update } from "./corpus/plans";

/** What the review says, one sentence for each finding. */
function said(changes: readonly JsonObject[], environment = "production", more: JsonObject = {}): string[] {
  const [stack] = review([source(plan(changes, environment, more))], { today: "2026-11-25" }).stacks;
  if (stack === undefined) return [];
  return stack.findings.map(({ title }) => plain(title, stack.stack.secrets));
}

const edge = unchanged("aws_security_group.edge", { id: "sg-1", name: "edge" });
const servers = unchanged("aws_security_group.servers", { id: "sg-2", name: "servers" });
const rule = (more: JsonObject): JsonObject =>
  anyRule({ security_group_id: "sg-2", from_port: 80, to_port: 80, cidr_ipv4: null, ...more });
const newPolicy = (before: string, after: string): JsonObject =>
  update("aws_iam_policy.p", { policy: before }, { policy: after });
const trust = (service: string): JsonObject => ({
  name: "r",
  assume_role_policy: policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }),
});
const table = unchanged("aws_route_table.data", { id: "rtb-1", tags: { Name: "data" } });
const gateway = unchanged("aws_internet_gateway.igw", { id: "igw-1", tags: { Name: "main" } });
const route = { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0", gateway_id: "igw-1" };
const zone = unchanged("aws_route53_zone.z", { zone_id: "Z1", name: "dev-one.it" });
const record = { zone_id: "Z1", name: "www.dev-one.it", type: "CNAME", records: ["a.example"] };
const database = { identifier: "db", instance_class: "db.m7g.large", multi_az: true, backup_retention_period: 35 };
const LATER = "RDS applies it in the maintenance window of the database, and plans show it until then";
const key = { enable_key_rotation: true, deletion_window_in_days: 30 };
const sshForAll = rule({ cidr_ipv4: "0.0.0.0/0", from_port: 22, to_port: 22 });

const template = { id: "lt-1", name: "servers", latest_version: 3, tags: { a: "1" } };
const groupOf = (name: string, size: number, more: JsonObject = {}): JsonObject =>
  unchanged(`aws_autoscaling_group.${name}`, {
    name,
    desired_capacity: size,
    launch_template: [{ id: "lt-1", version: "3" }],
    ...more,
  });
const groups = [groupOf("zone-1", 4), groupOf("zone-2", 4), groupOf("elastic", 0)];
const changedTemplate = (change: JsonObject): JsonObject =>
  update("aws_launch_template.t", { ...template, image_id: "ami-1" }, change, { unknown: { latest_version: true } });

test.each<[string, JsonObject[], string[]]>([
  [
    "a new version of a launch template says how many servers the roll-out replaces",
    [...groups, changedTemplate({ image_id: "ami-2" })],
    [
      "image_id: ami-2 instead of ami-1",
      "After the apply, the roll-out replaces 8 servers, those of elastic, zone-1 and zone-2",
    ],
  ],
  [
    "another tag of a launch template makes no version of it, and rolls out nothing",
    [...groups, changedTemplate({ tags: { a: "2" } })],
    ["Changed: latest_version (known after the apply)"],
  ],
  [
    "a launch template of groups that Terraform refreshes, or of other groups, is not rolled out",
    [
      groupOf("zone-1", 4, { instance_refresh: [{ strategy: "Rolling" }] }),
      groupOf("other", 4, { launch_template: [{ id: "lt-2", version: "1" }] }),
      changedTemplate({ image_id: "ami-2" }),
    ],
    ["image_id: ami-2 instead of ami-1"],
  ],
  [
    "findings name groups by their names",
    [edge, servers, create("aws_vpc_security_group_ingress_rule.r", rule({ referenced_security_group_id: "sg-1" }))],
    ["Newly allowed: tcp port 80 from edge into servers"],
  ],
  [
    "a rule with a new Terraform address allows nothing new",
    [
      servers,
      destroy("aws_vpc_security_group_ingress_rule.old", sshForAll),
      create("aws_vpc_security_group_ingress_rule.new", sshForAll),
    ],
    ["Created", "Destroyed"],
  ],
  [
    "reports newly allowed and no longer allowed actions",
    [newPolicy(policy(allow(["s3:GetObject", "s3:ListBucket"])), policy(allow(["s3:PutObject", "s3:GetObject"])))],
    ["Newly allowed: s3:PutObject on *", "No longer allowed: s3:ListBucket on *"],
  ],
  [
    "ignores an action that a wildcard already allowed, in any case",
    [newPolicy(policy(allow("S3:*", "arn:aws:s3:::b/*")), policy(allow("s3:getobject", "arn:aws:s3:::b/x/*")))],
    ["No longer allowed: S3:* on arn:aws:s3:::b/*"],
  ],
  [
    "reports a removed condition as newly allowed",
    [
      newPolicy(
        policy(allow("kms:Decrypt", "*", { Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } })),
        policy(allow("kms:Decrypt")),
      ),
    ],
    ["Newly allowed: kms:Decrypt on *"],
  ],
  [
    "reports principals that may newly assume a role",
    [update("aws_iam_role.r", trust("ec2.amazonaws.com"), trust("lambda.amazonaws.com"))],
    [
      "Newly allowed to assume the role: sts:AssumeRole to Service:lambda.amazonaws.com",
      "No longer allowed: sts:AssumeRole to Service:ec2.amazonaws.com",
    ],
  ],
  [
    "reports a created route",
    [table, gateway, create("aws_route.r", route)],
    ["New route in data: 0.0.0.0/0 to internet gateway main"],
  ],
  [
    "reports a deleted route",
    [table, gateway, destroy("aws_route.r", route)],
    ["Route deleted from data: 0.0.0.0/0 to internet gateway main"],
  ],
  [
    "reports a deposed object next to the current one",
    [
      destroy("acme_widget.w", { size: 1 }, { more: { deposed: "abcd1234" } }),
      update("acme_widget.w", { size: 1 }, { size: 2 }),
    ],
    ["Changed: size", "The deposed object of an interrupted replacement is destroyed"],
  ],
  [
    "reports changed DNS records",
    [zone, update("aws_route53_record.r", record, { records: ["b.example"] })],
    ["DNS record changed: CNAME www.dev-one.it in zone dev-one.it with value b.example instead of a.example"],
  ],
  [
    "reports changes of databases",
    [
      update("aws_db_instance.d", database, {
        instance_class: "db.m7g.xlarge",
        multi_az: false,
        backup_retention_period: 7,
      }),
    ],
    [
      "Backup retention in days: 7 instead of 35",
      `Instance class db.m7g.xlarge instead of db.m7g.large: the database restarts or fails over. ${LATER}`,
      `Multi-AZ is switched off: the database is unavailable when its Availability Zone fails. ${LATER}`,
    ],
  ],
  [
    "reports when RDS changes the storage of a database",
    [
      update(
        "aws_db_instance.waiting",
        { ...database, allocated_storage: 20, maintenance_window: "sun:03:30-sun:04:30" },
        { allocated_storage: 50, max_allocated_storage: 200 },
      ),
      update(
        "aws_db_instance.with-markup",
        { ...database, allocated_storage: 20, maintenance_window: "<b>sun</b>" },
        { allocated_storage: 50 },
      ),
      update(
        "aws_db_instance.now",
        { ...database, allocated_storage: 20, apply_immediately: true },
        { allocated_storage: 50 },
      ),
    ],
    [
      "allocated_storage: 50 instead of 20",
      `allocated_storage: 50 instead of 20. ${LATER.replace("of the database", "sun:03:30-sun:04:30 UTC")}`,
      "max_allocated_storage: 200 instead of null",
      `allocated_storage: 50 instead of 20. ${LATER}`,
    ],
  ],
  [
    "forbids a major version of a database that is not allowed, with the setting that allows it",
    [update("aws_db_instance.d", { ...database, engine_version: "17" }, { engine_version: "18" })],
    [
      "Major version upgrade, 18 instead of 17, without allow_major_version_upgrade and apply_immediately: the apply fails",
    ],
  ],
  [
    "reports group sizes",
    [update("aws_autoscaling_group.g", { max_size: 12 }, { max_size: 0 })],
    ["max_size: 0 instead of 12, no server remains"],
  ],
  [
    "reports weaker settings of KMS keys",
    [update("aws_kms_key.k", key, { enable_key_rotation: false, deletion_window_in_days: 7 })],
    ["Deletion window of 7 days instead of 30", "Key rotation is switched off"],
  ],
])("%s", (_name, changes, sentences) => {
  expect(said(changes)).toEqual(sentences);
});

describe("security groups", () => {
  test("findings name groups before their ids are known, by the references in the configuration", () => {
    const address = "aws_vpc_security_group_ingress_rule.r";
    const configuration = {
      root_module: {
        resources: [
          {
            address,
            expressions: {
              security_group_id: { references: ["aws_security_group.new.id", "aws_security_group.new"] },
              referenced_security_group_id: { references: ["aws_security_group.edge.id"] },
            },
          },
        ],
      },
    };
    const fresh = create("aws_security_group.new", { name: "fresh" }, { unknown: { id: true } });
    const opened = create(
      address,
      { ip_protocol: "tcp", from_port: 80, to_port: 80 },
      { unknown: { security_group_id: true, referenced_security_group_id: true } },
    );
    expect(said([edge, fresh, opened], "staging", { configuration })).toContain(
      "Newly allowed: tcp port 80 from edge into fresh",
    );
  });

  test("reports unknown rules of dynamic blocks, and no rules that a new group mirrors", () => {
    const resources = [{ address: "aws_security_group.servers", expressions: {} }];
    const more = { configuration: { root_module: { resources } } };
    const unknown = "Not known before the apply: ingress of a rule; it may allow any traffic";
    const group = { id: "sg-2", name: "servers", ingress: [] };
    const partly = { ingress: [{ cidr_blocks: true }] };
    expect(said([update("aws_security_group.servers", group, {}, { unknown: partly })], "staging", more)).toContain(
      unknown,
    );
    const fresh = create("aws_security_group.servers", { id: "sg-2", name: "x" }, { unknown: { ingress: true } });
    expect(said([fresh], "staging", more)).toContain(unknown);
    const standalone = create("aws_vpc_security_group_ingress_rule.r", rule({ cidr_ipv4: "10.0.0.0/8" }));
    expect(said([fresh, standalone], "staging", more)).not.toContain(unknown);
  });

  test("ignores the order of a set", () => {
    const block = (port: number): JsonObject => ({
      protocol: "tcp",
      from_port: port,
      to_port: port,
      cidr_blocks: ["10.0.0.0/8"],
    });
    const before = { id: "sg-2", name: "servers", ingress: [block(1), block(2)] };
    expect(said([update("aws_security_group.servers", before, { ingress: [block(2), block(1), block(3)] })])).toEqual([
      "Newly allowed: tcp port 3 from 10.0.0.0/8 into servers",
    ]);
  });
});

test("reports routes of dynamic blocks, which the configuration in the plan omits", () => {
  const configuration = { root_module: { resources: [{ address: "aws_route_table.data", expressions: {} }] } };
  const route = { cidr_block: "0.0.0.0/0", gateway_id: "igw-1" };
  const before = { id: "rtb-1", tags: { Name: "data" }, route: [] };
  expect(said([update("aws_route_table.data", before, { route: [route] })], "production", { configuration })).toEqual([
    "New route in data: 0.0.0.0/0 to internet gateway igw-1",
  ]);
  const unknown = { route: [{ gateway_id: true }] };
  const table = update("aws_route_table.data", before, { route: [{ cidr_block: "0.0.0.0/0" }] }, { unknown });
  expect(said([table], "production", { configuration })).toEqual([
    "New route in data: 0.0.0.0/0 to gateway (known after the apply)",
  ]);
});

test("shows changes of identities and the network unfolded", () => {
  const findings = (each: JsonObject) =>
    review([source(plan([each]))], { today: "2026-11-25" }).stacks.flatMap((stack) => stack.findings);
  expect(findings(create("aws_iam_group_membership.m", { users: ["a"] }))).toMatchObject([{ kind: "identity" }]);
  expect(findings(update("aws_vpn_connection.v", { a: 1 }, { a: 2 }))).toMatchObject([{ kind: "network" }]);
  expect(findings(create("acme_widget.w", {}))).toMatchObject([{ kind: "created" }]);
});

test("reports a resource that is removed from the state as staying in the cloud", () => {
  const forgotten = (address: string, before: JsonObject): JsonObject => change(address, ["forget"], { before });
  const all = said([
    servers,
    unchanged("aws_subnet.s", { id: "subnet-1", cidr_block: "172.31.1.96/28", tags: { tier: "servers" } }),
    forgotten("aws_route53_record.r", { zone_id: "Z1", name: "www", type: "CNAME", records: ["a.example"] }),
    forgotten("aws_route53_record.api", { zone_id: "Z1", name: "api-1", type: "A", records: ["172.31.1.101"] }),
    forgotten("aws_vpc_security_group_ingress_rule.r", rule({ cidr_ipv4: "10.0.0.0/8" })),
    forgotten("aws_route.r", { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0", gateway_id: "igw-1" }),
    forgotten("aws_route_table_association.a", { subnet_id: "subnet-1", route_table_id: "rtb-1" }),
    forgotten("aws_iam_policy.p", { policy: policy({ Effect: "Deny", Action: "s3:*", Resource: "*" }) }),
    forgotten("aws_ec2_subnet_cidr_reservation.c", { subnet_id: "subnet-1", cidr_block: "172.31.1.110/32" }),
    forgotten("aws_lb_target_group_attachment.t", { target_id: "172.31.1.101" }),
  ]);
  expect(all).toContain("DNS record no longer managed by Terraform: CNAME www in zone Z1 with value a.example stays");
  expect(all).toContain(
    "The address table changes: api-1 still resolves to 172.31.1.101, and Terraform no longer manages the record",
  );
  expect(all.filter((sentence) => sentence === "Removed from the state; the resource stays in the cloud")).toHaveLength(
    8,
  );
  expect(all.join("\n")).not.toMatch(
    /deleted|Destroyed|is removed from the target group|instead of|No longer (denied|allowed)/,
  );
});

test("gives Terraform's reason for a destruction", () => {
  const [finding] = review(
    [
      source(
        plan([
          change("aws_vpc.v", ["delete", "create"], {
            before: {},
            after: {},
            more: { action_reason: "replace_because_tainted" },
          }),
        ]),
      ),
    ],
    { today: "2026-11-25" },
  ).stacks.flatMap(({ findings }) => findings);
  expect(finding?.details).toEqual([["tainted: an earlier apply failed"]]);
});

test("reports public ingress that was created outside Terraform", () => {
  const before = { id: "sg-2", name: "servers", ingress: [] };
  const ingress = [{ protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] }];
  const drift = { resource_drift: [update("aws_security_group.servers", before, { ingress })] };
  expect(said([unchanged("aws_security_group.servers", { ...before, ingress })], "production", drift)).toEqual([
    "Outside Terraform: Public ingress: tcp port 22 from anywhere (0.0.0.0/0) into servers",
  ]);
});

test("reports a replaced subnet of named servers as a change of the address table", () => {
  const subnet = { id: "subnet-1", cidr_block: "172.31.1.96/28", tags: { tier: "servers", Name: "servers-zone-1" } };
  expect(said([replace("aws_subnet.s", subnet, { cidr_block: "172.31.1.96/27" })])).toContain(
    "The address table changes: the subnet servers-zone-1 (172.31.1.96/28) is destroyed",
  );
});

describe("recognizes the environment by the evidence in the plan only", () => {
  const ACCOUNT = { constant_value: ["111122223333"] };
  const TAGS = [{ tags: { constant_value: { env: "staging" } } }];
  test.each([
    ["its tags", { default_tags: TAGS }, "tags say `staging`"],
    ["its account", { allowed_account_ids: ACCOUNT }, "the account says `staging`"],
    ["both", { default_tags: TAGS, allowed_account_ids: ACCOUNT }, "tags and account say `staging`"],
  ])("%s", (_what, expressions: JsonObject, sentence) => {
    const configuration = { provider_config: { aws: { name: "aws", expressions } }, root_module: {} };
    const json = plan([update("acme_x.x", { a: 1 }, { a: 2 }, { more: { provider_name: "x/aws" } })], "staging", {
      configuration,
    });
    const { markdown } = renderReview(review([source(json)], { today: "2026-11-25" }), "2026-11-25");
    expect(markdown).toContain(`(${sentence})`);
  });
});

test("a resource that was deleted outside Terraform and is created again is one finding", () => {
  const zone = { zone_id: "Z1", name: "api.example.com", type: "A", records: ["10.0.0.1"] };
  const topic = { id: "t", name: "alarms" };
  const gone = [destroy("aws_route53_record.r", zone), destroy("aws_sns_topic.t", topic)];
  const again = [create("aws_route53_record.r", zone), create("aws_sns_topic.t", topic)];
  expect(said(again, "production", { resource_drift: gone })).toEqual([
    "Outside Terraform: Destroyed; a type that may hold data; the apply creates it again",
    "Outside Terraform: Destroyed; the apply creates it again",
  ]);
  const rule = { security_group_id: "sg-1", ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" };
  const ssh = "aws_vpc_security_group_ingress_rule.r";
  const { verdict } = review(
    [source(plan([create(ssh, rule)], "production", { resource_drift: [destroy(ssh, rule)] }))],
    {
      today: "2026-11-25",
    },
  );
  expect(verdict).toBe("forbidden");
});
