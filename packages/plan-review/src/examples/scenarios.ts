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

const withoutDatabase: readonly Edit[] = [
  {
    file: PLATFORM,
    from: /const postgres = new Postgres\([^;]*\);/,
    to: "",
  },
  {
    file: PLATFORM,
    from: /const proxy = new Proxy\([^;]*\);/,
    to: `const proxy = { endpoint: "db.example.com", databaseName: "app", user: "app", grantConnect: (grantee: Grantee) => grantee.addToPolicy({ actions: ["rds-db:connect"], resources: ["arn:aws:rds-db:us-east-1:444455556666:dbuser:none/none"] }) };`,
  },
];

/** Each is planned by real Terraform, with this project's own configuration edited as it says. */
export const scenarios: readonly Scenario[] = [
  {
    name: "first-deployment",
    title: "Production is deployed for the first time",
    environment: "production",
    against: "nothing",
    edits: [],
    verdict: "approve",
    danger: "identity",
  },
  {
    name: "nothing",
    title: "Nothing has changed",
    environment: "staging",
    edits: [],
    verdict: "nothing",
    danger: "safe",
  },
  {
    name: "tags",
    title: "One more tag on the subnets",
    environment: "production",
    edits: [
      {
        file: "src/network/availability-zone.ts",
        from: "tags: { Name: this.nameTag(role), tier: role }",
        to: 'tags: { Name: this.nameTag(role), tier: role, team: "platform" }',
      },
    ],
    verdict: "nothing",
    danger: "safe",
  },
  {
    name: "tags-on-everything",
    title: "Another value of a tag, on everything",
    environment: "production",
    edits: [{ file: "src/stacks/environment-stack.ts", from: 'project: "dev-one"', to: 'project: "dev-one-it"' }],
    verdict: "nothing",
    danger: "safe",
  },
  {
    name: "tag-on-template",
    title: "One more tag on the servers' launch template",
    environment: "staging",
    edits: [
      {
        file: "src/servers/server-template.ts",
        from: "updateDefaultVersion: true,",
        to: 'updateDefaultVersion: true,\n      tags: { team: "platform" },',
      },
    ],
    verdict: "approve",
    danger: "safe",
  },
  {
    name: "more-elastic-servers",
    title: "A higher peak: two more elastic servers",
    environment: "production",
    edits: [{ file: DESIGN, from: "peakConnections: 100_000", to: "peakConnections: 110_000" }],
    verdict: "approve",
    danger: "safe",
  },
  {
    name: "new-image",
    title: "A release: the servers get an image with their program",
    environment: "staging",
    edits: [
      {
        file: STAGING,
        from: /servers: \{[^}]*\}/,
        to: 'servers: { ...design.servers, program: "image", amiId: "ami-0123456789abcdef0" }',
      },
    ],
    verdict: "approve",
    danger: "safe",
  },
  {
    name: "larger-database",
    title: "A larger class for the database",
    environment: "production",
    edits: [{ file: PRODUCTION, from: "db.m7g.large", to: "db.m7g.xlarge" }],
    verdict: "approve",
    danger: "safe",
  },
  {
    name: "port-between-tiers",
    title: "The load balancer may reach another port of the servers",
    environment: "staging",
    edits: [
      {
        file: GROUPS,
        from: 'this.connect(this.servers, this.proxy, 5432, "PostgreSQL through RDS Proxy");',
        to: 'this.connect(this.servers, this.proxy, 5432, "PostgreSQL through RDS Proxy");\n    this.connect(this.edge, this.servers, 8080, "A second service");',
      },
    ],
    verdict: "approve",
    danger: "network",
  },
  {
    name: "ssh-from-anywhere",
    title: "SSH to the servers is allowed from 0.0.0.0/0",
    environment: "staging",
    edits: [
      {
        file: GROUPS,
        from: 'this.connect(this.edge, this.servers, 80, "HTTP from the load balancer");',
        to: 'this.connect(this.edge, this.servers, 80, "HTTP from the load balancer");\n    this.allowIn(this.servers, ANYWHERE, 22, "SSH");',
      },
    ],
    verdict: "forbidden",
    danger: "network",
  },
  {
    name: "renamed-security-group",
    title: "A security group gets another name in the code",
    environment: "staging",
    edits: [
      { file: GROUPS, from: 'this.createGroup("proxy", "RDS Proxy")', to: 'this.createGroup("pool", "RDS Proxy")' },
    ],
    verdict: "approve",
    danger: "network",
  },
  {
    name: "smaller-subnet",
    title: "A subnet shrinks",
    environment: "staging",
    edits: [{ file: DESIGN, from: 'elastic: "172.31.1.128/25"', to: 'elastic: "172.31.1.128/26"' }],
    verdict: "approve",
    danger: "network",
  },
  {
    name: "fifth-server",
    title: "A fifth server in the address table",
    environment: "staging",
    edits: [
      {
        file: DESIGN,
        from: '"api-4": "172.31.1.104",',
        to: '"api-4": "172.31.1.104",\n        "api-5": "172.31.1.105",',
      },
      {
        file: DESIGN,
        from: '"api-4": "172.31.2.104",',
        to: '"api-4": "172.31.2.104",\n        "api-5": "172.31.2.105",',
      },
    ],
    verdict: "approve",
    danger: "network",
  },
  {
    name: "renamed-database",
    title: "The database gets another name inside PostgreSQL",
    environment: "staging",
    edits: [{ file: "src/database/postgres.ts", from: 'DATABASE_NAME = "app"', to: 'DATABASE_NAME = "shop"' }],
    verdict: "approve",
    danger: "data loss",
  },
  {
    name: "renamed-database-in-production",
    title: "The same in production, where Terraform refuses it",
    environment: "production",
    edits: [{ file: "src/database/postgres.ts", from: 'DATABASE_NAME = "app"', to: 'DATABASE_NAME = "shop"' }],
    verdict: "error",
    danger: "data loss",
  },
  {
    name: "deleted-database",
    title: "The database is deleted",
    environment: "production",
    edits: withoutDatabase,
    verdict: "forbidden",
    danger: "data loss",
  },
  {
    name: "other-outgoing-address",
    title: "The Elastic IPs of the NAT gateways get another name in the code",
    environment: "production",
    edits: [{ file: "src/network/availability-zone.ts", from: '"nat-address"', to: '"outgoing-address"' }],
    verdict: "forbidden",
    danger: "network",
  },
  {
    name: "without-protection",
    title: "The protection from destruction is switched off",
    environment: "production",
    edits: [
      { file: PRODUCTION, from: "...design,", to: "...design,\n  protectFromDestruction: false," },
      // An unprotected environment must not page anyone.
      { file: PRODUCTION, from: 'paging: { kind: "opsgenie", service: "dev-one" },', to: 'paging: { kind: "none" },' },
    ],
    verdict: "forbidden",
    danger: "data loss",
  },
  {
    name: "administrators",
    title: "The servers become administrators",
    environment: "production",
    edits: [
      {
        file: "src/servers/server-role.ts",
        from: 'const agentKey = new RolePolicy(this, "agent-key"',
        to: 'new RolePolicy(this, "anything", { name: "anything", role }).addToPolicy({ actions: ["*"], resources: ["*"] });\n    const agentKey = new RolePolicy(this, "agent-key"',
      },
    ],
    verdict: "forbidden",
    danger: "identity",
  },
  {
    name: "everything-destroyed",
    title: "Staging is taken down",
    environment: "staging",
    destroy: true,
    edits: [],
    verdict: "approve",
    danger: "data loss",
  },
];
