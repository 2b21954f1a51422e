import type { Danger } from "../finding";
import type { Verdict } from "../verdict";

/** One replacement in a source file of a copy of the project. */
export interface Edit {
  readonly file: string;
  /** A regular expression where the text may change, such as the image of a release. */
  readonly from: string | RegExp;
  readonly to: string;
}

/** A typical change and its expected review. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly environment: "staging" | "production";
  /** What is there when the plan is made. @default "deployed" */
  readonly against?: "deployed" | "nothing";
  /** Plans the destruction of everything. @default false */
  readonly destroy?: boolean;
  readonly edits: readonly Edit[];
  readonly verdict: Verdict;
  readonly danger: Danger;
}

const STAGING = "src/environments/staging.ts";
const PRODUCTION = "src/environments/production.ts";
const DESIGN = "src/environments/shared.ts";
const PLATFORM = "src/stacks/platform-stack.ts";
const GROUPS = "src/network/security-groups.ts";

const edit = (file: string, from: string | RegExp, to: string): Edit => ({ file, from, to });
const scenario = (
  name: string,
  title: string,
  environment: Scenario["environment"],
  verdict: Verdict,
  danger: Danger,
  ...edits: readonly Edit[]
): Scenario => ({ name, title, environment, verdict, danger, edits });

const withoutDatabase = [
  edit(PLATFORM, /const postgres = new Postgres\([^;]*\);/, ""),
  edit(
    PLATFORM,
    /const proxy = new Proxy\([^;]*\);/,
    `const proxy = { endpoint: "db.example.com", databaseName: "app", user: "app", grantConnect: (grantee: Grantee) => grantee.addToPolicy({ actions: ["rds-db:connect"], resources: ["arn:aws:rds-db:us-east-1:444455556666:dbuser:none/none"] }) };`,
  ),
];

/** Each is planned by real Terraform, with this project's own configuration edited as it says. */
export const scenarios: readonly Scenario[] = [
  {
    ...scenario("first-deployment", "Production is deployed for the first time", "production", "approve", "identity"),
    against: "nothing",
  },
  scenario("nothing", "Nothing has changed", "staging", "nothing", "safe"),
  scenario(
    "tags",
    "One more tag on the subnets",
    "production",
    "nothing",
    "safe",
    edit(
      "src/network/availability-zone.ts",
      "tags: { Name: this.nameTag(role), tier: role }",
      'tags: { Name: this.nameTag(role), tier: role, team: "platform" }',
    ),
  ),
  scenario(
    "tags-on-everything",
    "Another value of a tag, on everything",
    "production",
    "nothing",
    "safe",
    edit("src/stacks/environment-stack.ts", 'project: "dev-one"', 'project: "dev-one-it"'),
  ),
  scenario(
    "tag-on-template",
    "One more tag on the servers' launch template",
    "staging",
    "approve",
    "safe",
    edit(
      "src/servers/server-template.ts",
      "updateDefaultVersion: true,",
      'updateDefaultVersion: true,\n      tags: { team: "platform" },',
    ),
  ),
  scenario(
    "more-elastic-servers",
    "A higher peak: two more elastic servers",
    "production",
    "approve",
    "safe",
    edit(DESIGN, "peakConnections: 100_000", "peakConnections: 110_000"),
  ),
  scenario(
    "new-image",
    "A release: the servers get an image with their program",
    "staging",
    "approve",
    "safe",
    edit(
      STAGING,
      /servers: \{[^}]*\}/,
      'servers: { ...design.servers, program: "image", amiId: "ami-0123456789abcdef0" }',
    ),
  ),
  scenario(
    "larger-database",
    "A larger class for the database",
    "production",
    "approve",
    "safe",
    edit(PRODUCTION, "db.m7g.large", "db.m7g.xlarge"),
  ),
  scenario(
    "port-between-tiers",
    "The load balancer may reach another port of the servers",
    "staging",
    "approve",
    "network",
    edit(
      GROUPS,
      'this.connect(this.servers, this.proxy, 5432, "PostgreSQL through RDS Proxy");',
      'this.connect(this.servers, this.proxy, 5432, "PostgreSQL through RDS Proxy");\n    this.connect(this.edge, this.servers, 8080, "A second service");',
    ),
  ),
  scenario(
    "ssh-from-anywhere",
    "SSH to the servers is allowed from 0.0.0.0/0",
    "staging",
    "forbidden",
    "network",
    edit(
      GROUPS,
      'this.connect(this.edge, this.servers, 80, "HTTP from the load balancer");',
      'this.connect(this.edge, this.servers, 80, "HTTP from the load balancer");\n    this.allowIn(this.servers, ANYWHERE, 22, "SSH");',
    ),
  ),
  scenario(
    "renamed-security-group",
    "A security group gets another name in the code",
    "staging",
    "approve",
    "network",
    edit(GROUPS, 'this.createGroup("proxy", "RDS Proxy")', 'this.createGroup("pool", "RDS Proxy")'),
  ),
  scenario(
    "smaller-subnet",
    "A subnet shrinks",
    "staging",
    "approve",
    "network",
    edit(DESIGN, 'elastic: "172.31.1.128/25"', 'elastic: "172.31.1.128/26"'),
  ),
  scenario(
    "fifth-server",
    "A fifth server in the address table",
    "staging",
    "approve",
    "network",
    edit(DESIGN, '"api-4": "172.31.1.104",', '"api-4": "172.31.1.104",\n        "api-5": "172.31.1.105",'),
    edit(DESIGN, '"api-4": "172.31.2.104",', '"api-4": "172.31.2.104",\n        "api-5": "172.31.2.105",'),
  ),
  scenario(
    "renamed-database",
    "The database gets another name inside PostgreSQL",
    "staging",
    "approve",
    "data loss",
    edit("src/database/postgres.ts", 'DATABASE_NAME = "app"', 'DATABASE_NAME = "shop"'),
  ),
  scenario(
    "renamed-database-in-production",
    "The same in production, where Terraform refuses it",
    "production",
    "error",
    "data loss",
    edit("src/database/postgres.ts", 'DATABASE_NAME = "app"', 'DATABASE_NAME = "shop"'),
  ),
  scenario("deleted-database", "The database is deleted", "production", "forbidden", "data loss", ...withoutDatabase),
  scenario(
    "other-outgoing-address",
    "The Elastic IPs of the NAT gateways get another name in the code",
    "production",
    "forbidden",
    "network",
    edit("src/network/availability-zone.ts", '"nat-address"', '"outgoing-address"'),
  ),
  scenario(
    "without-protection",
    "The protection from destruction is switched off",
    "production",
    "forbidden",
    "data loss",
    edit(PRODUCTION, "...design,", "...design,\n  protectFromDestruction: false,"),
    // An unprotected environment must not page anyone.
    edit(PRODUCTION, 'paging: { kind: "opsgenie", service: "dev-one" },', 'paging: { kind: "none" },'),
  ),
  scenario(
    "administrators",
    "The servers become administrators",
    "production",
    "forbidden",
    "identity",
    edit(
      "src/servers/server-role.ts",
      'const agentKey = new RolePolicy(this, "agent-key"',
      'new RolePolicy(this, "anything", { name: "anything", role }).addToPolicy({ actions: ["*"], resources: ["*"] });\n    const agentKey = new RolePolicy(this, "agent-key"',
    ),
  ),
  { ...scenario("everything-destroyed", "Staging is taken down", "staging", "approve", "data loss"), destroy: true },
];
