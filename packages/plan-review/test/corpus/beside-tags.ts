// Changes with an effect, next to a changed tag or alone, where no comparable value differs.
import type { Json, JsonObject } from "@dev-one/cli/json";

import type { NamedPlan } from "./builders";
import { type ChangeProps, plan, unchanged, update } from "./plans";
import { drifted } from "./unaffected";
import { from } from "./weekly";

const [OLD, NEW] = [{ tags: { Name: "a" } }, { tags: { Name: "b" } }];
/** One update in which a tag changes, too. */
const beside = (
  name: string,
  address: string,
  before: JsonObject,
  after: JsonObject,
  props?: ChangeProps,
): NamedPlan => [name, plan([update(address, { ...before, ...OLD }, { ...after, ...NEW }, props)])];
const alone = (
  name: string,
  address: string,
  before: JsonObject,
  after: JsonObject,
  props?: ChangeProps,
): NamedPlan => [name, plan([update(address, before, after, props)])];
const inAnotherOrder = (name: string, address: string, attribute: string, list: readonly Json[]): NamedPlan[] => [
  beside(`${name}, beside a tag`, address, { [attribute]: [...list] }, { [attribute]: [...list].reverse() }),
  alone(name, address, { [attribute]: [...list] }, { [attribute]: [...list].reverse() }),
];
const configuring = (address: string, expressions: JsonObject): JsonObject => ({
  configuration: { root_module: { resources: [{ address, expressions }] } },
});
/** The configuration sets tags only; other values are computed or come from `dynamic` blocks. */
const onlyTagsConfigured = (name: string, address: string, before: JsonObject, props: ChangeProps): NamedPlan => [
  name,
  plan(
    [update(address, { ...before, ...OLD }, NEW, props)],
    "production",
    configuring(address, { tags: { constant_value: { Name: "b" } } }),
  ),
];

const order: readonly NamedPlan[] = [
  ...inAnotherOrder(
    "behaviours of a distribution in another order",
    "aws_cloudfront_distribution.d",
    "ordered_cache_behavior",
    [
      { path_pattern: "/admin/*", target_origin_id: "internal", viewer_protocol_policy: "https-only" },
      { path_pattern: "/*", target_origin_id: "public", viewer_protocol_policy: "https-only" },
    ],
  ),
  ...inAnotherOrder("stages of a pipeline in another order", "aws_codepipeline.p", "stage", [
    { name: "Source", action: [{ category: "Source" }] },
    { name: "Approve", action: [{ category: "Approval" }] },
    { name: "Deploy", action: [{ category: "Deploy" }] },
  ]),
  ...inAnotherOrder("layers of a function in another order", "aws_lambda_function.f", "layers", [
    "hardening",
    "vendor",
  ]),
  ...inAnotherOrder("which servers go first", "aws_autoscaling_group.g", "termination_policies", [
    "OldestInstance",
    "Default",
  ]),
  // Not a set: Terraform writes both sides of one in the same order.
  ...inAnotherOrder("security groups in another order", "aws_instance.i", "vpc_security_group_ids", ["sg-1", "sg-2"]),
  beside(
    "JSON statements in another order",
    "aws_sqs_queue.q",
    { redrive_allow_policy: '{"sourceQueueArns":["a","b"]}' },
    { redrive_allow_policy: '{"sourceQueueArns":["b","a"]}' },
  ),
  beside(
    "the same JSON with other whitespace",
    "aws_ssm_parameter.p",
    { insecure_value: '{"a":1}' },
    { insecure_value: '{ "a": 1 }' },
  ),
];
const emptiness: readonly NamedPlan[] = [
  beside(
    "an empty string for null in a JSON policy",
    "aws_sqs_queue.q",
    { redrive_allow_policy: '{"a":null}' },
    { redrive_allow_policy: '{"a":""}' },
  ),
  [
    "outside Terraform, a WAF rule counts instead of blocking",
    drifted(
      "aws_wafv2_web_acl.w",
      { rule: [{ action: [{ block: [{ custom_response: [] }], count: [] }] }] },
      { rule: [{ action: [{ block: [], count: [{ custom_request_handling: [] }] }] }] },
    ),
  ],
  [
    "outside Terraform, a WAF rule counts, where the provider had no list",
    drifted(
      "aws_wafv2_web_acl.w",
      { rule: [{ action: [{ count: null }] }] },
      { rule: [{ action: [{ count: [{}] }] }] },
    ),
  ],
  [
    "outside Terraform, behaviours of a distribution get another order",
    drifted(
      "aws_cloudfront_distribution.d",
      { ordered_cache_behavior: [{ path_pattern: "/admin/*" }, { path_pattern: "/*" }] },
      { ordered_cache_behavior: [{ path_pattern: "/*" }, { path_pattern: "/admin/*" }] },
    ),
  ],
];

const sensitivity: readonly NamedPlan[] = [
  beside(
    "a value is no longer marked as sensitive, beside a tag",
    "aws_ssm_parameter.p",
    { insecure_value: "value-1" },
    {},
    {
      beforeSensitive: { insecure_value: true },
    },
  ),
  beside(
    "a value is marked as sensitive, beside a tag",
    "aws_ssm_parameter.p",
    { insecure_value: "value-1" },
    {},
    {
      afterSensitive: { insecure_value: true },
    },
  ),
  alone(
    "a value is no longer marked as sensitive",
    "aws_ssm_parameter.p",
    { insecure_value: "value-1" },
    {},
    {
      beforeSensitive: { insecure_value: true },
    },
  ),
  beside(
    "a value in a list of blocks is no longer marked as sensitive",
    "aws_ecs_service.s",
    { setting: [{ a: "x" }] },
    {},
    {
      beforeSensitive: { setting: [{ a: true }] },
      afterSensitive: { setting: [{}] },
    },
  ),
  alone("a tag is no longer marked as sensitive", "aws_vpc.v", OLD, NEW, { beforeSensitive: { tags: { Name: true } } }),
  alone(
    "a dashboard is no longer marked as sensitive",
    "aws_cloudwatch_dashboard.d",
    { dashboard_body: "{}" },
    {},
    {
      beforeSensitive: { dashboard_body: true },
    },
  ),
];

const unknown: readonly NamedPlan[] = [
  onlyTagsConfigured(
    "a value in a block is known after the apply",
    "aws_lambda_function.f",
    { environment: [{ variables: { MODE: "x" } }] },
    { unknown: { environment: [{ variables: true }] } },
  ),
  beside(
    "the key of a tag of a group is known after the apply",
    "aws_autoscaling_group.g",
    { tag: [{ key: "a", value: "1", propagate_at_launch: true }] },
    { tag: [{ value: "1", propagate_at_launch: true }] },
    { unknown: { tag: [{ key: true }] } },
  ),
  onlyTagsConfigured(
    "a block is known after the apply",
    "aws_lambda_function.f",
    { vpc_config: [{ subnet_ids: ["subnet-1"] }] },
    { unknown: { vpc_config: true } },
  ),
  onlyTagsConfigured(
    "blocks of which there was none are known after the apply",
    "aws_lambda_function.f",
    { file_system_config: [] },
    { unknown: { file_system_config: true } },
  ),
  [
    "a value that the configuration sets is known after the apply",
    plan(
      [update("aws_lambda_function.f", { kms_key_arn: "k", ...OLD }, NEW, { unknown: { kms_key_arn: true } })],
      "production",
      configuring("aws_lambda_function.f", { kms_key_arn: { references: ["aws_kms_key.k.arn"] } }),
    ),
  ],
];

export const besideTags: readonly NamedPlan[] = [...order, ...emptiness, ...sensitivity, ...unknown];

export const besideTagsHarmless: readonly NamedPlan[] = [
  [
    "outside Terraform, a computed list gets another order",
    plan([unchanged("aws_vpc_endpoint.e", { id: "e", ...OLD })], "production", {
      ...configuring("aws_vpc_endpoint.e", { tags: { constant_value: { Name: "a" } } }),
      resource_drift: [
        update(
          "aws_vpc_endpoint.e",
          { id: "e", cidr_blocks: ["192.0.2.0/24", "198.51.100.0/24"] },
          { cidr_blocks: ["198.51.100.0/24", "192.0.2.0/24"] },
        ),
      ],
    }),
  ],
  onlyTagsConfigured(
    "computed values that follow from a tag",
    "aws_launch_template.t",
    { latest_version: 3, arn: "arn:1", tags_all: { Name: "a" }, security_group_names: ["a"] },
    { unknown: { latest_version: true, arn: true, tags_all: true, security_group_names: true } },
  ),
  [
    "outside Terraform, a subnet without a security group is added",
    plan([unchanged("azurerm_virtual_network.v", { id: "v", subnet: [] }, from("hashicorp/azurerm"))], "production", {
      resource_drift: [
        update(
          "azurerm_virtual_network.v",
          { id: "v", subnet: [] },
          { subnet: [{ name: "s", security_group: "", address_prefixes: ["10.1.0.0/24"] }] },
          from("hashicorp/azurerm"),
        ),
      ],
    }),
  ],
];
