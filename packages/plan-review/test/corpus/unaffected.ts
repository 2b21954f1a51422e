// Descriptions, moves in the state, outputs, values and drift without an effect on running resources.
import type { JsonObject } from "@dev-one/cli/json";

import { allow, database, INGRESS, type NamedPlan, narrow, policy, rule } from "./builders";
import { change, create, plan, unchanged, update } from "./plans";
import { changed, from } from "./weekly";

const output = (actions: string[], more: JsonObject = {}): JsonObject => ({
  output_changes: {
    o: {
      actions,
      before: actions[0] === "create" ? null : "a",
      after: actions[0] === "delete" ? null : "b",
      after_unknown: false,
      before_sensitive: false,
      after_sensitive: false,
      ...more,
    },
  },
});
export const drifted = (address: string, before: JsonObject, after: JsonObject): JsonObject =>
  plan([unchanged(address, { ...before, ...after })], "production", {
    resource_drift: [update(address, before, after)],
  });

const words: readonly NamedPlan[] = [
  [
    "a new default tag of the provider",
    plan(
      ["a", "b", "c"].map((name) =>
        update(
          `aws_subnet.${name}`,
          { tags: { Name: name }, tags_all: { Name: name, env: "production" } },
          { tags_all: { Name: name, env: "production", "cost-centre": "42" } },
        ),
      ),
    ),
  ],
  changed(
    "a role's description",
    "aws_iam_role.r",
    { description: "a", assume_role_policy: narrow },
    { description: "b" },
  ),
  changed(
    "tags of a policy that already allows * on *",
    "aws_iam_policy.p",
    { policy: policy(allow("*")), tags: { owner: "a" } },
    { tags: { owner: "b" } },
  ),
  changed(
    "a key's description",
    "aws_kms_key.k",
    { description: "a", policy: narrow, enable_key_rotation: true },
    { description: "b" },
  ),
  [
    "tags, while null becomes an empty string",
    plan([
      update(
        "aws_db_instance.db",
        { ...database, domain: null, replicate_source_db: "", tags: null },
        { domain: "", replicate_source_db: null, tags: { owner: "a" } },
      ),
    ]),
  ],
  [
    "tags of an Azure resource",
    plan([
      update(
        "azurerm_postgresql_flexible_server.db",
        { name: "db", tags: { owner: "a" } },
        { tags: { owner: "b", team: "c" } },
        from("hashicorp/azurerm"),
      ),
    ]),
  ],
  [
    "labels of a Google resource with the computed ones",
    plan([
      update(
        "google_compute_instance.i",
        { labels: { team: "a" }, terraform_labels: { team: "a" }, effective_labels: { team: "a" } },
        {
          labels: { team: "b" },
          terraform_labels: { team: "b" },
          effective_labels: { team: "b", "goog-terraform-provisioned": "true" },
        },
        from("hashicorp/google"),
      ),
    ]),
  ],
];

const within: readonly NamedPlan[] = [
  [
    "a server is moved into a module",
    plan([unchanged("module.web.aws_instance.i", { id: "i-1" }, { more: { previous_address: "aws_instance.i" } })]),
  ],
  [
    "count becomes for_each",
    plan(
      ["a", "b"].map((key, index) =>
        unchanged(
          `aws_subnet.s["${key}"]`,
          { id: `subnet-${index}` },
          { more: { previous_address: `aws_subnet.s[${index}]` } },
        ),
      ),
    ),
  ],
  [
    "a database is moved in the state and gets another owner tag",
    plan([
      update(
        "module.data.aws_db_instance.db",
        { ...database, tags: { owner: "a" } },
        { tags: { owner: "b" } },
        { more: { previous_address: "aws_db_instance.db" } },
      ),
    ]),
  ],
  ["a new output", plan([], "production", output(["create"]))],
  ["an output is removed", plan([], "production", output(["delete"]))],
  ["an output becomes a secret", plan([], "production", output(["update"], { after_sensitive: true }))],
  [
    "an output is known after the apply",
    plan([], "production", output(["update"], { after: null, after_unknown: true })),
  ],
  [
    "a newer provider knows more attributes",
    plan(
      [
        change("aws_db_instance.db", ["no-op"], {
          before: database,
          after: { ...database, region: null, database_insights_mode: null },
        }),
        unchanged(INGRESS, rule({ cidr_ipv4: "0.0.0.0/0" })),
      ],
      "production",
      { terraform_version: "1.14.0", format_version: "1.3", applyable: false, complete: true, errored: false },
    ),
  ],
  ["checks pass", plan([], "production", { checks: [{ address: { to_display: "check.health" }, status: "pass" }] })],
  [
    "random values in the state",
    plan([
      create("random_pet.name", { length: 2 }, { ...from("hashicorp/random"), unknown: { id: true } }),
      create("time_static.now", {}, { ...from("hashicorp/time"), unknown: { rfc3339: true } }),
    ]),
  ],
  [
    "a data source is read during the apply",
    plan([
      change("module.web.data.aws_ami.newest", ["read"], {
        after: { most_recent: true },
        unknown: { id: true, tags: true },
        more: { mode: "data" },
      }),
    ]),
  ],
  [
    "an Auto Scaling group has scaled",
    drifted("aws_autoscaling_group.g", { max_size: 12, desired_capacity: 8 }, { desired_capacity: 11 }),
  ],
  ["the storage of a database has scaled", drifted("aws_db_instance.db", database, { allocated_storage: 120 })],
  ["a tag was added outside Terraform", drifted("aws_vpc.v", { tags: { Name: "v" } }, { tags: { Name: "v", a: "1" } })],
  [
    "another version of the launch template, outside Terraform",
    drifted("aws_launch_template.t", { latest_version: 3 }, { latest_version: 4 }),
  ],
];

/** The review knows only the tags of other providers. */
export const ofOtherProviders: readonly NamedPlan[] = [
  [
    "the description of an Azure rule",
    plan([
      update(
        "azurerm_network_security_rule.r",
        { access: "Allow", direction: "Inbound", source_address_prefix: "10.0.0.0/8", description: "a" },
        { description: "b" },
        from("hashicorp/azurerm"),
      ),
    ]),
  ],
  [
    "the comment of a record, and a repository's description",
    plan([
      update("cloudflare_record.r", { name: "www", comment: "a" }, { comment: "b" }, from("cloudflare/cloudflare")),
      update("github_repository.r", { name: "a", description: "a" }, { description: "b" }, from("integrations/github")),
    ]),
  ],
];

export const unaffected: readonly NamedPlan[] = [...words, ...within];
