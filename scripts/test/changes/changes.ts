import { QUEUE, QUEUE_ACTIONS, QUEUE_GRANTS, QUEUE_RULE, QUEUE_STATEMENT } from "./queue";
import { PRODUCTION_RELEASES, STAGING_RELEASES } from "./releases";

/** An edit of a scratch copy: a text that the file holds exactly once is replaced, or a new file is written. */
export type Edit =
  | { readonly file: string; readonly from: string; readonly to: string }
  | { readonly file: string; readonly text: string };

/** An ordinary change, and what follows from it. */
export interface Change {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Files that are edited, without tests. @default 1 */
  readonly places?: number;
  /** Golden tests that turn red, and those that ask for more of a resource type. No other unit test does. @default none */
  readonly red?: readonly string[];
  /** Runs the golden tests instead of all unit tests. @default false */
  readonly onlyGolden?: boolean;
  /** What the documents name as unknown to them, and still take. @default nothing */
  readonly unknown?: readonly string[];
  /** The rule with which policy refuses the change. @default policy passes */
  readonly refused?: string;
  /** Verdict on the plans of staging's state and platform. @default they have no changes */
  readonly review?: "nothing" | "approve" | "forbidden";
  /** Changes of resources in these plans: action and type, with their number if there are several. @default none */
  readonly plan?: string;
}

const STAGING = "src/environments/staging.ts";
const PRODUCTION = "src/environments/production.ts";
const SHARED = "src/environments/shared.ts";
const ENVIRONMENTS = "src/environments/index.ts";
const PLATFORM = "src/stacks/platform-stack.ts";
const APPLICATION = "src/monitoring/signals/application.ts";
const RULES = "packages/policy/src/rules/servers.ts";

const replace = (file: string, from: string, to: string): Edit => ({ file, from, to });
const after = (file: string, anchor: string, text: string): Edit => replace(file, anchor, `${anchor}\n${text}`);
const allow = (text: string): Edit =>
  after(
    "src/network/security-groups.ts",
    'this.connect(this.proxy, this.database, 5432, "PostgreSQL from RDS Proxy");',
    text,
  );
const afterServers = (text: string): Edit => after(PLATFORM, "      database: proxy,\n    });", text);

const ACCEPTANCE = `import type { EnvironmentProps } from "../config";
import { database, design } from "./shared";

export const acceptanceProps: EnvironmentProps = {
  ...design,
  name: "acceptance",
  accountId: "777788889999",
  domain: "abnahme.example.org",
  zones: design.zones.map((zone, index) => ({
    ...zone,
    servers: { gemma: \`172.31.\${index + 1}.102\`, otto: \`172.31.\${index + 1}.107\` },
  })),
  database: { ...database, instanceClass: "db.t4g.small", allocatedStorageGib: 20, maxAllocatedStorageGib: 40, multiAz: false, backupRetentionDays: 7 },
  protectFromDestruction: false,
};
`;
const CLIENT_ERRORS = `  const clientErrors = {
    query: {
      series: { rejected: atLoadBalancer(environment, "httpcode_target_4xx"), requests: atLoadBalancer(environment, "request_count") },
      formula: "rejected / requests * 100",
      unit: "percent",
    },
    thresholds: above({ warning: 20, critical: 40 }, "percent"),
  } as const;
`;
const CLIENT_ERRORS_SHOWN = `      { title: "4xx, % of requests", lines: [{ label: "4xx", query: clientErrors.query }], thresholds: clientErrors.thresholds },
    ],
    alerts: [
      {
        kind: "metric",
        id: "responses-4xx",
        title: "Clients get 4xx",
        severity: "ticket",
        ...clientErrors,
        over: "sum",
        window: "last_15m",
        onMissingData: "resolve",
      },
      ...ofEachService(environment, () => [
        {
          kind: "metric",
          id: "responses-5xx",
`;
const SLOWEST = `        {
          kind: "metric",
          id: "latency-p99",
          title: "Some requests are very slow (p99)",
          severity: "notice",
          query: percentile("p99"),
          thresholds: p99,
          over: "avg",
          window: "last_10m",
        },
`;
const LAST_OF_ZONE_1 = '        "api-4": "172.31.1.104",\n';
const LAST_OF_ZONE_2 = '        "api-4": "172.31.2.104",\n';
const ZONE_3 = `      },
    },
    {
      name: "zone-3",
      availabilityZoneId: "use1-az6",
      subnets: { public: "172.31.103.0/24", servers: "172.31.3.96/28", elastic: "172.31.3.128/25", data: "172.31.203.0/24" },
      servers: { "api-1": "172.31.3.101", "api-2": "172.31.3.102", "api-3": "172.31.3.103", "api-4": "172.31.3.104",
`;

export const changes: readonly Change[] = [
  {
    name: "a fifth server in both zones",
    edits: [
      replace(SHARED, LAST_OF_ZONE_1, `${LAST_OF_ZONE_1}        "api-5": "172.31.1.105",\n`),
      replace(SHARED, LAST_OF_ZONE_2, `${LAST_OF_ZONE_2}        "api-5": "172.31.2.105",\n`),
    ],
    red: ["address-table", "sizes"],
    review: "approve",
    plan:
      "create aws_lb_listener_rule, create aws_lb_target_group, " +
      "create aws_lb_target_group_attachment (2), create aws_route53_record, " +
      "delete and create terraform_data (2), delete aws_ec2_subnet_cidr_reservation (2), " +
      "update aws_autoscaling_group (3), update aws_launch_template",
  },
  {
    name: "servers may reach a partner on port 8443",
    edits: [
      allow('this.allowOut(this.servers, { cidr: "198.51.100.7/32", name: "partner" }, 8443, "HTTPS to a partner");'),
    ],
    red: ["who-may-talk-to-whom"],
    review: "approve",
    plan: "create aws_vpc_security_group_egress_rule",
  },
  {
    name: "logs of staging are retained for 60 days",
    edits: [replace(STAGING, "logRetentionDays: 30", "logRetentionDays: 60")],
    red: ["sizes"],
    review: "approve",
    plan: "update aws_cloudwatch_log_group (5), update aws_s3_bucket_lifecycle_configuration",
  },
  {
    name: "a monitor of 4xx responses of the load balancer",
    edits: [
      replace(APPLICATION, "  const [first, ...others]", `${CLIENT_ERRORS}  const [first, ...others]`),
      replace(
        APPLICATION,
        '    ],\n    alerts: [\n      ...ofEachService(environment, () => [\n        {\n          kind: "metric",\n          id: "responses-5xx",\n',
        CLIENT_ERRORS_SHOWN,
      ),
      after(
        "docs/runbooks/application.md",
        "or no response in time (504).",
        "_Clients get 4xx_: the service rejects requests.",
      ),
    ],
    places: 2,
    red: ["alerts"],
    unknown: ["Clients get 4xx"],
  },
  {
    name: "the Opsgenie service is renamed",
    edits: [replace(PRODUCTION, 'service: "dev-one" }', 'service: "platform" }')],
    red: ["names"],
  },
  {
    // Also the new folder in src, the tile in the picture and the price, for which there is nothing more to do.
    name: "an SQS queue that servers write to",
    edits: [
      { file: "src/queue/queue.ts", text: QUEUE },
      { file: "src/queue/index.ts", text: 'export { Queue } from "./queue";\n' },
      after(PLATFORM, 'import { Network } from "../network";', 'import { Queue } from "../queue";'),
      afterServers(
        'const tasks = new Queue(this, "tasks", { name: `${name}-tasks`, region, key });\ntasks.grantSendMessages(this.servers.role);',
      ),
      after("src/iam/resource-actions/types.ts", "export type ChangeStatement =", '  | "ManageOwnQueues"'),
      after("src/iam/resource-actions/servers.ts", "export const SERVER_ACTIONS = {", QUEUE_ACTIONS),
      after(
        "src/iam/ci-apply-policy.ts",
        "const ec2 = (kind: string) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;\n  return [",
        QUEUE_STATEMENT,
      ),
      after("src/iam/permissions-boundary.ts", "  return {", QUEUE_GRANTS),
    ],
    places: 7,
    // A new type needs what AWS publishes about it, and recorded calls, too.
    red: [
      "every resource type names CloudFormation's, whose permissions are in the published ones",
      "permissions",
      "recorded-calls",
      "the apply role has dependent actions for each action with which it changes something",
    ],
    unknown: ["aws_sqs_queue"],
    review: "approve",
    plan: "create aws_iam_role_policy, create aws_sqs_queue, update aws_iam_policy (4)",
  },
  {
    name: "PostgreSQL 18",
    edits: [replace(SHARED, "majorVersion: 17", "majorVersion: 18, allowMajorVersionUpgrade: true")],
    red: ["sizes"],
    review: "approve",
    plan: "create and delete aws_db_parameter_group, update aws_db_instance",
  },
  {
    name: "a policy rule about queues, which no stack holds",
    edits: [after(RULES, "export const servers: readonly Rule[] = [", QUEUE_RULE)],
    places: 1,
  },
  {
    // Every name gets a third address, which the review allows by an allowance only.
    name: "a third zone",
    edits: [replace(SHARED, LAST_OF_ZONE_2, `${LAST_OF_ZONE_2}${ZONE_3}`)],
    red: ["address-table", "alerts", "names", "services", "sizes"],
    review: "approve",
    plan:
      "create aws_autoscaling_group, create aws_ec2_subnet_cidr_reservation (5), create aws_eip, " +
      "create aws_lb_target_group_attachment (4), create aws_nat_gateway, create aws_route (2), " +
      "create aws_route_table (3), create aws_route_table_association (4), create aws_subnet (4), " +
      "create terraform_data, update aws_autoscaling_group (2), update aws_autoscaling_policy (3), " +
      "update aws_cloudwatch_metric_alarm (2), update aws_db_subnet_group, update aws_launch_template (2), " +
      "update aws_lb, update aws_route53_record (4), update aws_vpc_endpoint",
  },
  {
    name: "a new environment with other names",
    edits: [
      { file: "src/environments/acceptance.ts", text: ACCEPTANCE },
      replace(
        ENVIRONMENTS,
        "import { productionProps }",
        'import { acceptanceProps } from "./acceptance";\nimport { productionProps }',
      ),
      replace(ENVIRONMENTS, "export const [staging", "export const [acceptance, staging"),
      replace(ENVIRONMENTS, "defineEnvironments([", "defineEnvironments([acceptanceProps, "),
      replace(ENVIRONMENTS, "= [staging,", "= [acceptance, staging,"),
    ],
    places: 2,
    red: ["names"],
  },
  {
    name: "another instance type",
    edits: [replace(SHARED, 'instanceType: "m3.xlarge"', 'instanceType: "m5.xlarge"')],
    red: ["sizes"],
    unknown: ["m5.xlarge in us-east-1"],
    review: "approve",
    plan: "update aws_launch_template",
  },
  {
    name: "a larger database",
    edits: [replace(STAGING, "db.t4g.medium", "db.t4g.large")],
    onlyGolden: true,
    red: ["sizes"],
    unknown: ["db.t4g.large in us-east-1", "a proxy of a database without a price"],
    review: "approve",
    plan: "update aws_db_instance",
  },
  {
    name: "an alert is removed",
    edits: [replace(APPLICATION, SLOWEST, "")],
    // The last but one is about the text of this alert.
    red: ["alerts", "monitors show nanoseconds as seconds", "thresholds"],
  },
  {
    name: "another threshold",
    edits: [
      after(
        STAGING,
        "  logRetentionDays: 30,",
        "  datadog: { ...design.datadog, thresholds: { cpuPercent: { warning: 70, critical: 80 } } },",
      ),
    ],
    onlyGolden: true,
  },
  {
    name: "an office may reach the load balancer on port 8443",
    edits: [allow('this.allowIn(this.edge, { cidr: "203.0.113.0/24", name: "office" }, 8443, "Administration");')],
    onlyGolden: true,
    red: ["who-may-talk-to-whom"],
    review: "approve",
    plan: "create aws_vpc_security_group_ingress_rule",
  },
  {
    name: "SSH from anywhere",
    edits: [allow('this.allowIn(this.servers, ANYWHERE, 22, "SSH");')],
    onlyGolden: true,
    red: ["who-may-talk-to-whom"],
    refused: "security-group-restricts-public-ingress",
    review: "forbidden",
    plan: "create aws_vpc_security_group_ingress_rule",
  },
  {
    name: "the address of a server moves",
    edits: [replace(SHARED, '"api-4": "172.31.1.104"', '"api-4": "172.31.1.106"')],
    onlyGolden: true,
    red: ["address-table"],
    review: "forbidden",
    plan:
      "create aws_ec2_subnet_cidr_reservation (2), delete and create aws_lb_target_group_attachment, " +
      "delete and create terraform_data, delete aws_ec2_subnet_cidr_reservation (2), " +
      "update aws_launch_template, update aws_route53_record",
  },
  {
    name: "a server is removed",
    edits: [replace(SHARED, LAST_OF_ZONE_1, ""), replace(SHARED, LAST_OF_ZONE_2, "")],
    onlyGolden: true,
    red: ["address-table", "sizes"],
    review: "forbidden",
    plan:
      "create aws_ec2_subnet_cidr_reservation (2), delete and create terraform_data (2), " +
      "delete aws_ec2_subnet_cidr_reservation (4), delete aws_lb_listener_rule, " +
      "delete aws_lb_target_group, delete aws_lb_target_group_attachment (2), " +
      "delete aws_route53_record, update aws_autoscaling_group (3), update aws_launch_template",
  },
  {
    name: "a new secret for the servers",
    edits: [
      after(
        PLATFORM,
        'import { AwsProvider } from "@cdktf/provider-aws/lib/provider";',
        'import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";',
      ),
      replace(PLATFORM, "import { EnvironmentKey }", "import { EnvironmentKey, grantReadSecret }"),
      afterServers(`const { arn: secretArn } = new SecretsmanagerSecret(this, "partner-token", {
      name: \`dev-one/\${environment.name}/partner-token\`,
      kmsKeyId: key.arn,
      recoveryWindowInDays: environment.protectFromDestruction ? 30 : 0,
    });
    grantReadSecret(this.servers.role, { secretArn, key, region });`),
    ],
    red: ["permissions"],
    review: "approve",
    plan: "create aws_iam_role_policy, create aws_secretsmanager_secret",
  },
  {
    name: "a release of a new image in staging, and of a bundle in production",
    edits: [
      replace(STAGING_RELEASES, '"folder": "src/servers/example-service"', '"image": "ami-0123456789abcdef0"'),
      replace(PRODUCTION_RELEASES, "{}", `{ "api": { "version": "1.4.2", "bundle": "${"9f86d081".repeat(8)}" } }`),
    ],
    places: 2,
    review: "approve",
    plan: "forget aws_s3_object, update aws_launch_template, update aws_s3_object",
  },
  {
    name: "a second service with a group of its own",
    edits: [
      replace(
        SHARED,
        'wildcard: true, database: { name: "app" } } }',
        `wildcard: true, database: { name: "app" } },
    shop: {
      owner: "shop",
      hosts: ["shop"],
      runsOn: { kind: "own-group", maximum: 4, instanceType: "m7i.xlarge" },
    },
  }`,
      ),
    ],
    onlyGolden: true,
    red: ["services"],
    review: "approve",
    plan: "create aws_autoscaling_group, create aws_autoscaling_lifecycle_hook, create aws_autoscaling_policy (3), create aws_cloudwatch_metric_alarm, create aws_iam_instance_profile, create aws_iam_role, create aws_iam_role_policy (3), create aws_iam_role_policy_attachment, create aws_launch_template, create aws_lb_listener_rule, create aws_lb_target_group, create aws_s3_object, create aws_security_group, create aws_vpc_security_group_egress_rule (4), create aws_vpc_security_group_ingress_rule",
  },
  {
    name: "a service for each name of the address table",
    edits: [
      replace(
        SHARED,
        'services: { api: { owner: "dev-one", apex: true, wildcard: true, database: { name: "app" } } }',
        `services: Object.fromEntries(
    ["api-1", "api-2", "api-3", "api-4"].map((name) => [
      name,
      { owner: "dev-one", hosts: [name], runsOn: { kind: "named-servers" as const, names: [name] }, database: {} },
    ]),
  )`,
      ),
      replace(STAGING_RELEASES, '"api": { "version": "1.0.0", "folder": "src/servers/example-service" },', ""),
    ],
    places: 2,
    onlyGolden: true,
    red: ["alerts", "names", "recorded-calls", "services", "sizes", "thresholds"],
    review: "approve",
    plan: "create aws_cloudwatch_metric_alarm (4), create aws_lb_listener_rule, create aws_s3_object (4), create aws_secretsmanager_secret (4), create aws_secretsmanager_secret_version (4), delete aws_autoscaling_group, delete aws_autoscaling_lifecycle_hook, delete aws_autoscaling_policy (3), delete aws_cloudwatch_metric_alarm (4), delete aws_s3_object, delete aws_secretsmanager_secret, delete aws_secretsmanager_secret_version, update aws_autoscaling_group (2), update aws_db_proxy, update aws_iam_role_policy (2), update aws_launch_template, update aws_lb_listener, update aws_s3_object",
  },
  {
    name: "two services on two of the names each",
    edits: [
      replace(
        SHARED,
        'services: { api: { owner: "dev-one", apex: true, wildcard: true, database: { name: "app" } } }',
        `services: {
    api: { owner: "dev-one", apex: true, wildcard: true, runsOn: { kind: "named-servers", names: ["api-1", "api-2"] }, database: { name: "app" } },
    shop: { owner: "shop", hosts: ["shop"], runsOn: { kind: "named-servers", names: ["api-3", "api-4"] } },
  }`,
      ),
    ],
    onlyGolden: true,
    red: ["alerts", "names", "recorded-calls", "services", "sizes", "thresholds"],
    review: "approve",
    plan: "create aws_cloudwatch_metric_alarm, create aws_lb_listener_rule (2), create aws_lb_target_group (2), create aws_lb_target_group_attachment (8), create aws_s3_object (2), delete aws_autoscaling_group, delete aws_autoscaling_lifecycle_hook, delete aws_autoscaling_policy (3), delete aws_cloudwatch_metric_alarm (3), update aws_autoscaling_group (2), update aws_cloudwatch_metric_alarm, update aws_iam_role_policy, update aws_launch_template, update aws_lb_listener, update aws_s3_object",
  },
  {
    name: "a higher peak of connections",
    edits: [replace(SHARED, "peakConnections: 100_000", "peakConnections: 110_000")],
    onlyGolden: true,
    red: ["sizes"],
    review: "approve",
    plan: "update aws_autoscaling_group",
  },
];
