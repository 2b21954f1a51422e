import type { Json, JsonObject } from "@dev-one/cli/json";

import { toStackPlan } from "../src/model/stack-plan";
import { serviceChanges } from "../src/services";
import { wholeReview } from "../src/whole-review";
import { create, destroy, plan, source, unchanged, update } from "./corpus/plans";

const touched = (changes: readonly JsonObject[], more: JsonObject = {}) =>
  serviceChanges(toStackPlan(source(plan(changes, "staging", more)))).map(
    ({ service, team = "-", changed }) => `${service} ${team} ${changed}`,
  );

const tag = (tags: Readonly<Record<string, string>>): Json =>
  Object.entries(tags).map(([key, value]) => ({ key, value, propagate_at_launch: true }));
const group = (service: string | undefined, template: string, targets: string) => ({
  id: `asg-${service ?? "shared"}`,
  tag: tag(service === undefined ? { env: "staging" } : { service, team: `team-of-${service}` }),
  launch_template: [{ id: template, version: "1" }],
  target_group_arns: [targets],
  max_size: 4,
});
const shop = group("shop", "lt-1", "arn:tg/shop");

test("tags of groups, monitors and other resources say service and team", () => {
  const monitor = { id: "1", tags: ["env:staging", "service:api", "team:core"], priority: "3" };
  expect(
    touched([
      update("aws_autoscaling_group.shop", shop, { max_size: 6 }),
      update("datadog_monitor.a", monitor, { priority: "2" }),
      create("aws_iam_role.x", { name: "x", tags: { service: "api", team: "core" } }),
      update("aws_vpc.v", { id: "v", tags: {} }, { enable_dns_support: true }),
    ]),
  ).toEqual(["api core 2", "shop team-of-shop 1"]);
});

test("a launch template, a target group and its listener rules are of the service whose group uses them", () => {
  const rule = { id: "r", action: [{ type: "forward", target_group_arn: "arn:tg/shop" }] };
  expect(
    touched([
      unchanged("aws_autoscaling_group.shop", shop),
      update("aws_launch_template.shop", { id: "lt-1", image_id: "ami-1" }, { image_id: "ami-2" }),
      update("aws_lb_target_group.shop", { id: "arn:tg/shop", arn: "arn:tg/shop" }, { slow_start: 30 }),
      update("aws_lb_listener_rule.shop", rule, { priority: 7 }),
    ]),
  ).toEqual(["shop team-of-shop 3"]);
});

test("they are of no service where a group without one, or of another one, uses them, too", () => {
  const template = update("aws_launch_template.t", { id: "lt-1", image_id: "ami-1" }, { image_id: "ami-2" });
  const groups = (other: string | undefined) => [
    unchanged("aws_autoscaling_group.shop", shop),
    unchanged("aws_autoscaling_group.other", group(other, "lt-1", "arn:tg/all")),
    template,
  ];
  expect(touched(groups(undefined))).toEqual([]);
  expect(touched(groups("api"))).toEqual([]);
});

test("of a first deployment, references of the configuration say what a group uses", () => {
  const resources = [
    {
      address: "aws_autoscaling_group.shop",
      expressions: {
        launch_template: [{ id: { references: ["aws_launch_template.shop.id", "aws_launch_template.shop"] } }],
        target_group_arns: { references: ["aws_lb_target_group.shop.arn", "aws_lb_target_group.shop"] },
      },
    },
  ];
  expect(
    touched(
      [
        create("aws_autoscaling_group.shop", { tag: shop.tag, launch_template: [{ version: "1" }] }),
        create("aws_launch_template.shop", { name: "shop" }, { unknown: { id: true } }),
        create("aws_lb_target_group.shop", { name: "shop" }, { unknown: { arn: true } }),
      ],
      { configuration: { root_module: { resources } } },
    ),
  ).toEqual(["shop team-of-shop 3"]);
});

describe("objects of the services bucket", () => {
  const table = (rows: JsonObject) => ({
    id: "t",
    key: "tables/servers.json",
    content: JSON.stringify({ services: rows }),
  });

  test("a table is of the services whose rows differ", () => {
    const before = table({ api: { version: "1" }, blog: { version: "1" }, old: {} });
    const after = table({ api: { version: "2" }, blog: { version: "1" }, fresh: {} });
    expect(touched([update("aws_s3_object.t", before, after)])).toEqual(["api - 1", "fresh - 1", "old - 1"]);
  });

  test("a bundle is of the service in its key", () => {
    expect(
      touched([
        update("aws_s3_object.b", { key: "bundles/api.tar.gz", etag: "1" }, { etag: "2" }),
        destroy("aws_s3_object.c", { key: "bundles/shop/0f.tar.gz" }),
        create("aws_s3_object.d", { key: "elsewhere/api.json" }),
      ]),
    ).toEqual(["api - 1", "shop - 1"]);
  });

  test("a table that is not JSON is of none", () => {
    const broken = { id: "t", key: "tables/servers.json", content: "{" };
    expect(touched([update("aws_s3_object.t", broken, { content: '{"services":[]}' })])).toEqual([]);
  });
});

test("the comment has a line for each service, the JSON report the numbers, and both show hostile names as code", () => {
  const hostile = "<b>@octocat";
  const changes = [
    update("aws_autoscaling_group.shop", shop, { max_size: 6 }),
    update("datadog_monitor.a", { id: "1", tags: [`service:${hostile}`], priority: "3" }, { priority: "2" }),
  ];
  const { markdown, jsonReport } = wholeReview([source(plan(changes, "staging"))], { today: "2026-11-25" });
  expect(markdown).toContain("- `shop` (team `team-of-shop`): 1 resource changed");
  expect(markdown).toContain(`- \`${hostile}\`: 1 resource changed`);
  expect(jsonReport.stacks[0]?.services).toEqual([
    { service: hostile, team: null, changed: 1 },
    { service: "shop", team: "team-of-shop", changed: 1 },
  ]);
});

test("more than thirty services are counted", () => {
  const changes = Array.from({ length: 33 }, (_, index) =>
    create(`aws_s3_object.o${index}`, { key: `bundles/s${index}.tar.gz` }),
  );
  const { markdown } = wholeReview([source(plan(changes, "staging"))], { today: "2026-11-25" });
  expect(markdown.match(/: 1 resource changed$/gm)).toHaveLength(30);
  expect(markdown).toContain("- 3 more");
});
