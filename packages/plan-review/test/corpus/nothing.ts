// Harmless changes; some resemble dangerous ones.
import { allow, database, group, groupWithoutRules, INGRESS, type NamedPlan, policy, rule, SG, SSH } from "./builders";
import { change, plan, unchanged, update } from "./plans";

export const nothing: readonly NamedPlan[] = [
  ["an empty plan", plan([])],
  [
    "no change of dangerous resources",
    plan([
      group,
      unchanged(INGRESS, rule({ from_port: 22, cidr_ipv4: "0.0.0.0/0" })),
      unchanged("aws_iam_policy.p", { policy: policy(allow("*")) }),
    ]),
  ],
  [
    "a tag of a security group that mirrors a rule",
    plan(
      [
        update("aws_security_group.servers", { ...SG, ingress: [SSH], tags: { a: "1" } }, { tags: { a: "2" } }),
        unchanged(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" })),
      ],
      "production",
      { configuration: groupWithoutRules },
    ),
  ],
  [
    "a tag of a database with computed values",
    plan([
      update(
        "aws_db_instance.db",
        { ...database, tags: { a: "1" }, tags_all: { a: "1" } },
        { tags: { a: "2" } },
        { unknown: { tags_all: true } },
      ),
    ]),
  ],
  [
    "a database is moved within the state",
    plan([unchanged("module.new.aws_db_instance.db", database, { more: { previous_address: "aws_db_instance.db" } })]),
  ],
  [
    "a data source is read",
    plan([
      change("data.aws_iam_policy_document.d", ["read"], {
        after: { json: policy(allow("*")) },
        more: { mode: "data" },
      }),
    ]),
  ],
  ["a dashboard changes", plan([update("datadog_dashboard_json.d", { dashboard: "{}" }, { dashboard: '{"a":1}' })])],
  [
    "an output changes",
    plan([], "production", {
      output_changes: {
        o: {
          actions: ["update"],
          before: "a",
          after: "b",
          after_unknown: false,
          before_sensitive: false,
          after_sensitive: false,
        },
      },
    }),
  ],
  ["a plan without optional fields", { format_version: "1.0", planned_values: {} }],
];
